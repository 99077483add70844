//! `soju diff`: what a job cut and replaced.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use soju_refine::explain::{
    EditReport, JobFolder, Originals, Written, hunks, hunks_of_clean, unlike_clean, without_personal,
};
use soju_refine::io::inputs;
use soju_refine::job::EditNote;

use super::exit;
use super::explain::why_missing;
use super::paint::{self, line};
use super::pick::PickArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju diff clean/                                the first documents of a job that were changed
  soju diff clean/ --stage pii --limit 0          every place where personal data was masked
  soju diff clean/ --kind nav --kind related --context 80
  soju diff clean/ --id 1307 --input moved/1.jsonl.zst
  soju diff clean/ --check                        check every document, show none

[-removed-]{+put there+}‹stage/kind score› marks a place; …120… stands for characters without one. Kept records list their
edits but not what was removed, so that stays in the job's inputs: they are read again where they are, or where --input
says. Without them the length of what was removed is shown, and the check is whether each replacement stands in its place.
Changes of the stage normalize are applied unseen unless --stage or --kind asks for them. Personal data shows as
•••• unless --show-personal says otherwise.

For each document whose original is at hand it is checked that the clean text is the original with these edits and nothing
else. Exit codes: 0 all are; 1 one is not, or the job failed; 2 wrong usage; 3 with --check or --input: not every original
was at hand.")]
pub(crate) struct DiffArgs {
    /// Output folder of a job
    #[arg(value_name = "DIR")]
    job: PathBuf,
    #[command(flatten)]
    pick: PickArgs,
    /// The dropped documents, with what was cut before they fell [default: the kept ones]
    #[arg(long)]
    dropped: bool,
    /// The job's inputs, where they are not where they were
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<String>,
    /// Only edits of this stage, such as junk; may be given several times
    #[arg(long, value_name = "NAME")]
    stage: Vec<String>,
    /// Only edits of this kind, such as byline; may be given several times
    #[arg(long, value_name = "NAME")]
    kind: Vec<String>,
    /// Characters of kept text to show on both sides
    #[arg(long, value_name = "N", default_value_t = 30)]
    context: usize,
    /// Field that holds the text
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Show personal data as it stood there
    #[arg(long)]
    show_personal: bool,
    /// Check all documents and show those only that are not their original with the edits on record
    #[arg(long, conflicts_with_all = ["stage", "kind", "limit", "dropped", "json"])]
    check: bool,
    /// Print a JSON object for each document, one a line
    #[arg(long)]
    json: bool,
}

/// What was found over all documents.
#[derive(Default)]
struct Count {
    shown: u64,
    checked: u64,
    unlike: u64,
    unchecked: u64,
}

/// Runs `soju diff`.
///
/// # Errors
/// The folder is none of a job, or it or the inputs can't be read.
pub(crate) fn run(args: &DiffArgs) -> anyhow::Result<ExitCode> {
    let job = JobFolder::open(&args.job)?.text_field(args.text_field.clone());
    let given = if args.input.is_empty() { Vec::new() } else { inputs::expand(&args.input)? };
    let mut originals = Originals::of(&job, &given)?;
    let mut count = Count::default();
    let mut found = false;
    job.each::<Stop>(!args.dropped, |written| {
        if !args.pick.takes(written.id.as_deref(), written.number) {
            return Ok(true);
        }
        found = true;
        document(args, &written, &mut originals, &mut count).map_err(Stop)?;
        Ok(args.check || !args.pick.is_enough(count.shown))
    })
    .map_err(|stop| stop.0)?;
    if !found {
        args.pick.none_found(&args.job.display().to_string())?;
    }
    Ok(end(args, &count, &originals))
}

struct Stop(anyhow::Error);

impl From<soju_refine::explain::ExplainError> for Stop {
    fn from(error: soju_refine::explain::ExplainError) -> Self {
        Self(error.into())
    }
}

fn document(
    args: &DiffArgs,
    written: &Written,
    originals: &mut Originals,
    count: &mut Count,
) -> anyhow::Result<()> {
    let edits = &written.note.edits;
    let shown = edits.iter().any(|edit| args.shows(edit));
    if !shown && !args.check && !args.pick.names() {
        return Ok(());
    }
    let original = if written.kept {
        originals.find(&written.note.source)?.map(|record| record.text)
    } else {
        Some(written.text.clone())
    };
    let fault = match &original {
        Some(original) if written.kept => {
            count.checked += 1;
            unlike_clean(original, edits, &written.text).map(|mismatch| mismatch.to_string())
        }
        Some(_) => None,
        None => {
            count.unchecked += 1;
            misplaced(written)
        }
    };
    count.unlike += u64::from(fault.is_some());
    if args.check && fault.is_none() {
        return Ok(());
    }
    count.shown += 1;
    let text = if args.json {
        as_json(args, written, original.as_deref(), fault.as_deref())
    } else {
        as_text(args, written, original.as_deref(), fault.as_deref())
    };
    Ok(line(text.trim_end_matches('\n'))?)
}

/// Where a replacement does not stand in the clean text.
fn misplaced(written: &Written) -> Option<String> {
    let mut rest = written.text.chars();
    let mut at = 0;
    for (index, edit) in written.note.edits.iter().enumerate() {
        let kept = edit.start.checked_sub(at).filter(|_| edit.start < edit.end);
        let stands = kept.is_some_and(|kept| {
            rest.by_ref().take(kept).count() == kept
                && rest.by_ref().take(edit.replacement.chars().count()).eq(edit.replacement.chars())
        });
        if !stands {
            return Some(format!("the replacement of edit {index} does not stand in the clean text"));
        }
        at = edit.end;
    }
    None
}

impl DiffArgs {
    fn shows(&self, edit: &EditNote<'_>) -> bool {
        let any = |names: &[String], name: &str| names.is_empty() || names.iter().any(|n| n == name);
        let asked = !self.stage.is_empty() || !self.kind.is_empty();
        (asked || edit.stage != "normalize") && any(&self.stage, &edit.stage) && any(&self.kind, &edit.kind)
    }

    /// The text and edits as they may be shown.
    fn showable<'a>(&self, text: &str, edits: &[EditNote<'a>]) -> (String, Vec<EditNote<'a>>) {
        if self.show_personal { (text.to_owned(), edits.to_vec()) } else { without_personal(text, edits) }
    }
}

fn as_text(args: &DiffArgs, written: &Written, original: Option<&str>, fault: Option<&str>) -> String {
    let note = &written.note;
    let named = written.id.as_deref().map_or_else(String::new, |id| format!("document {id}  "));
    let clean = written.text.chars().count();
    let lengths = match original {
        Some(original) if written.kept => format!("{} → {clean} characters", original.chars().count()),
        _ => format!("{clean} characters"),
    };
    let unseen = note.edits.iter().filter(|edit| !args.shows(edit)).count();
    let edits = note.edits.len() - unseen;
    let unseen = if unseen > 0 { format!(", {unseen} unseen") } else { String::new() };
    let said = format!("{}  {lengths}, {edits} edits{unseen}", note.source);
    let mut out = format!("{}{}\n", paint::head(&named), paint::faint(&said));
    if let Some(fault) = fault {
        out.push_str(&format!("{}\n", paint::bad(&format!("not the original with its edits: {fault}"))));
    }
    let shown = |edit: &EditNote<'_>| args.shows(edit);
    let found = match original {
        Some(original) => {
            let (text, edits) = args.showable(original, &note.edits);
            hunks(&text, &edits, shown, args.context).iter().map(paint::hunk).collect::<Vec<_>>()
        }
        None => {
            let (text, _) = args.showable(&written.text, &[]);
            hunks_of_clean(&text, &note.edits, shown, args.context).iter().map(paint::hunk).collect()
        }
    };
    found.iter().for_each(|hunk| out.push_str(&format!("  {hunk}\n")));
    out
}

fn as_json(args: &DiffArgs, written: &Written, original: Option<&str>, fault: Option<&str>) -> String {
    let note = &written.note;
    let reports = match original {
        Some(original) => {
            let (text, edits) = args.showable(original, &note.edits);
            EditReport::all(&edits, Some(&text))
        }
        None => EditReport::all(&note.edits, None),
    };
    let edits: Vec<_> = reports.into_iter().filter(|report| args.shows(&report.edit)).collect();
    json!({
        "id": written.id,
        "kept": written.kept,
        "number": written.number,
        "source": note.source,
        "original_at_hand": original.is_some(),
        "fault": fault,
        "edits": edits,
    })
    .to_string()
}

fn end(args: &DiffArgs, count: &Count, originals: &Originals) -> ExitCode {
    if count.unchecked > 0 {
        eprintln!("{} documents without their originals: {}", count.unchecked, why_missing(originals));
    }
    if count.unlike > 0 {
        eprintln!("error: {} documents are not their original with the edits on record", count.unlike);
        return ExitCode::FAILURE;
    }
    if args.check {
        eprintln!("{} documents are their original with the edits on record and nothing else", count.checked);
    } else if count.shown == 0 {
        eprintln!("no document has such edits");
    }
    if count.unchecked > 0 && (args.check || !args.input.is_empty()) {
        return ExitCode::from(exit::PARTIAL);
    }
    ExitCode::SUCCESS
}

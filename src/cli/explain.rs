//! `soju explain`: why a document fell or stayed.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use soju_refine::explain::{Explainer, Explanation, JobFolder, Originals, unlike_clean};
use soju_refine::io::{Input, Layout, Raw, ReadOptions, inputs, reader};
use soju_refine::job::JobConfig;
use soju_refine::llm::Judge;

use super::config::ConfigFileArgs;
use super::exit::{self, Usage};
use super::explain_text::text_of;
use super::paint::line;
use super::pick::PickArgs;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju explain clean/                             why the first dropped documents of a job fell
  soju explain clean/ --id 1307                   one document, wherever it went
  soju explain clean/ --kept --index 3            what was done to the third document that stayed
  soju explain page.txt                           run the pipeline on a file at once
  soju explain corpus.jsonl.zst --id 1307         on a record of a corpus
  pbpaste | soju explain - --preset strict        on standard input, with other thresholds
  soju explain --text '카톡 문의 010-1234-5678' --json

Of a job's folder it tells what is on record. Where the original is at hand (dropped records hold it; that of kept ones is
in the job's inputs, or in those given with --input) the rules run again under the job's configuration, so that each
stage's verdict shows. Personal data in what was removed shows as •••• unless --show-personal says otherwise.

Exit codes: 0 told; 1 failed; 2 wrong usage, such as an identifier that no document has; 3 told, but a record that was asked
for could not be read.")]
pub(crate) struct ExplainArgs {
    /// Output folder of a job, a file (text, or records of any layout that soju reads), or - for standard input
    #[arg(value_name = "DIR|FILE", required_unless_present = "text", conflicts_with = "text")]
    source: Option<String>,
    /// Explain this text
    #[arg(long, value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    pick: PickArgs,
    /// Of a job's folder, the dropped documents [default, unless --id is given: that looks everywhere]
    #[arg(long, conflicts_with = "kept")]
    dropped: bool,
    /// Of a job's folder, the kept documents
    #[arg(long)]
    kept: bool,
    /// The job's inputs, where they are not where they were
    #[arg(long, value_name = "FILE", num_args = 1..)]
    input: Vec<String>,
    #[command(flatten)]
    config: ConfigFileArgs,
    /// Model that judges what the rules are unsure of [default: none, the rules' own score decides]
    #[arg(long, value_name = "NAME|FILE")]
    model: Option<String>,
    /// How the file is laid out [default: as its name says, else as one text]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Field that holds the text
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Show at most so many cuts and replacements of each stage; 0 is all
    #[arg(long, value_name = "N", default_value_t = 12)]
    edits: usize,
    /// Show personal data as it stood there
    #[arg(long)]
    show_personal: bool,
    /// Print a JSON object for each document, one a line
    #[arg(long)]
    json: bool,
}

/// Runs `soju explain`.
///
/// # Errors
/// What is asked for is not there or can't be read, or the model failed.
pub(crate) fn run(args: &ExplainArgs) -> anyhow::Result<ExitCode> {
    match (&args.text, args.source.as_deref()) {
        (Some(text), _) => {
            let (told, _) = explainer(args, args.config.load()?)?.text(text)?;
            print(args, told, Some(text))?;
            Ok(ExitCode::SUCCESS)
        }
        (None, Some(source)) if Path::new(source).is_dir() => folder(args, Path::new(source)),
        (None, source) => file(args, source.unwrap_or("-")),
    }
}

fn explainer(args: &ExplainArgs, config: JobConfig) -> anyhow::Result<Explainer> {
    let judge = match &args.model {
        Some(model) => Some(Judge::new(super::clean::load(model, None, None)?.0, config.judge.clone())?),
        None => None,
    };
    Ok(Explainer::new(config, judge)?)
}

/// What a job has on record, with the rules run again where that can be.
fn folder(args: &ExplainArgs, path: &Path) -> anyhow::Result<ExitCode> {
    let job = JobFolder::open(path)?.text_field(args.text_field.clone());
    let given = if args.input.is_empty() { Vec::new() } else { inputs::expand(&args.input)? };
    let mut originals = Originals::of(&job, &given)?;
    let explainer = match job.config.clone() {
        Some(mut config) => {
            // Of their key only a fingerprint is on record.
            config.rules.pii.pseudonyms = false;
            Some(explainer(args, config)?)
        }
        None => None,
    };
    let sets: &[bool] = match (args.kept, args.dropped) {
        (true, _) => &[true],
        (false, false) if args.pick.has_ids() => &[false, true],
        _ => &[false],
    };
    let seen = args.pick.each(&job, sets, |written| {
        let original = if written.kept {
            originals.find(&written.note.source)?.map(|record| record.text)
        } else {
            Some(written.text.clone())
        };
        let mut told = Explanation::of_record(&written, &job.identity.config, original.as_deref());
        match &original {
            Some(original) => {
                let mismatch = if written.kept {
                    unlike_clean(original, &written.note.edits, &written.text)
                } else {
                    None
                };
                if let Some(mismatch) = mismatch {
                    told.remarks.push(format!("{mismatch}; `soju diff` shows where"));
                } else if let Some(explainer) = &explainer {
                    explainer.run_again(&mut told, original)?;
                }
            }
            None => told.remarks.push(format!("the original is not at hand: {}", why_missing(&originals))),
        }
        print(args, told, original.as_deref())
    })?;
    if seen == 0 {
        let which = if sets == [true] { "kept" } else { "dropped" };
        args.pick.none_found(&path.display().to_string())?;
        eprintln!("{} has no {which} records on disk", path.display());
    }
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn why_missing(originals: &Originals) -> String {
    match originals.missing() {
        [] => "its input has no such record".to_owned(),
        [why] => format!("{why}; name the input with --input"),
        [why, rest @ ..] => format!("{why}, and {} more; name the inputs with --input", rest.len()),
    }
}

/// The pipeline on a text or on records.
fn file(args: &ExplainArgs, name: &str) -> anyhow::Result<ExitCode> {
    let mut config = args.config.load()?;
    if let Some(field) = &args.text_field {
        config.input.text_field.clone_from(field);
    }
    if let Some(format) = &args.format {
        config.input.format.clone_from(format);
    }
    let mut options = config.input.read_options()?;
    let named = options.layout.is_some() || options.dataset.is_some();
    let one_text = !named && (name == "-" || Layout::of_name(name).is_none());
    if one_text {
        options = ReadOptions { layout: Some(Layout::Text), ..options };
    }
    let input = if name == "-" { Input::stdin() } else { Input::file(PathBuf::from(inputs::local(name)?))? };
    let explainer = explainer(args, config)?;
    let mut reader = reader::open(&input, &options)?;
    let (mut number, mut seen, mut unread) = (0, 0, 0);
    while !args.pick.is_enough(seen) {
        let Some(raw) = reader.next_record()? else { break };
        number += 1;
        let parsed = match raw {
            Raw::Record(raw) => raw.parse(),
            Raw::Rejected(rejection) => Err(rejection),
        };
        let record = match parsed {
            Ok(record) => record,
            Err(rejection) => {
                // What it is called is not known.
                if args.pick.takes(None, number) {
                    eprintln!(
                        "error: {}: {}; soju clean would reject it",
                        rejection.position, rejection.message
                    );
                    unread += 1;
                    seen += 1;
                }
                continue;
            }
        };
        if args.pick.takes(record.id.as_deref(), number) {
            seen += 1;
            let (mut told, doc) = explainer.record(&record)?;
            told.remarks.push("duplicates are not looked for here".to_owned());
            print(args, told, Some(doc.original()))?;
        }
    }
    if seen == 0 {
        args.pick.none_found(name)?;
        return Err(Usage(format!("{name} has no document; check the file and --format")).into());
    }
    Ok(if unread > 0 { ExitCode::from(exit::PARTIAL) } else { ExitCode::SUCCESS })
}

fn print(args: &ExplainArgs, mut told: Explanation, original: Option<&str>) -> anyhow::Result<()> {
    if let (Some(original), false) = (original, args.show_personal) {
        told.hide_personal(original);
    }
    let text = if args.json { serde_json::to_string(&told)? } else { text_of(&told, args.edits) };
    Ok(line(&text)?)
}

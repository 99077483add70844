//! `soju agree`: compares raters on the same texts.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, ValueEnum};
use soju_refine::agree::{Agreement, Key, Own, Pairing, Rater};
use soju_refine::eval::DocText;
use soju_refine::explain::without_personal;
use soju_refine::job::JobConfig;
use soju_refine::student::{self, Student};

use super::agree_text;
use super::exit::Usage;
use super::paint::line;

/// Columns where nothing says how wide the terminal is.
const WIDTH: u16 = 100;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju agree lines.tsv --student --rules                          people against soju's own levels
  soju agree human=lines.tsv teacher=model.jsonl --worst 30       the teacher against people
  soju agree human=lines.tsv student=held-back.jsonl              what soju train-filter --held-back wrote
  soju agree labels.tsv --docs docs.jsonl --student=student.bin   documents by their numbers
  soju agree first.tsv second.tsv third.tsv --json                three people, with Krippendorff's alpha

FILE holds JSON lines (.jsonl, .json, .ndjson) with `label` (junk, keep, mask or mixed) or `p` (probability of junk),
and where known `text`, `doc`, `id`, `kind`, `source` and `level` (segment or document); or it is tab-separated
with a header that names `label` and any of these but `p`. Its name is that of the file unless NAME= gives another.

Ratings are paired by `doc` where all have it, else by `id`, else by the text, space at its ends aside; by a number or
name only if no file has one twice (lines of one document share its number), or with --by. The first of repeated
ratings counts. What a file labels is taken as it is; --threshold turns a probability without a label into one.

Kappa is Cohen's (1960), of junk against the rest, with the 95 % interval for large samples of Fleiss, Cohen and
Everitt (1969). The built-in student has learned from soju's own development data: on these it agrees too well.
Personal data in the texts shows as •••• unless --show-personal says otherwise.")]
pub(crate) struct AgreeArgs {
    /// What a rater said (.jsonl, .tsv)
    #[arg(required = true, value_name = "[NAME=]FILE")]
    files: Vec<String>,
    /// Let a student rate the texts, the built-in one or that of a file
    #[arg(long, value_name = "FILE", require_equals = true)]
    student: Option<Option<PathBuf>>,
    /// Let the rules rate the texts, as soju eval --system rules does
    #[arg(long)]
    rules: bool,
    /// Job configuration in TOML, for --rules
    #[arg(long, value_name = "FILE", requires = "rules")]
    config: Option<PathBuf>,
    /// Texts of the documents (.jsonl with `doc` and `text`), for files that have their numbers alone
    #[arg(long, value_name = "FILE")]
    docs: Option<PathBuf>,
    /// What texts are that do not say so [default: documents where they have a `doc`, else segments]
    #[arg(long, value_enum)]
    level: Option<Level>,
    /// What ratings are paired by [default: the first that serves]
    #[arg(long, value_enum)]
    by: Option<By>,
    /// Probability of junk above which a text without a label is junk
    #[arg(long, value_name = "P", default_value_t = 0.5, value_parser = probability)]
    threshold: f64,
    /// Show the N texts on which two raters differ most, by probability; a label alone is 0 or 1
    #[arg(long, value_name = "N", default_value_t = 10)]
    worst: usize,
    /// Columns to show texts in [default: $COLUMNS, else 100]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(40..))]
    width: Option<u16>,
    /// Show personal data as it stands there
    #[arg(long)]
    show_personal: bool,
    /// Print a JSON object instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// Lines, sentences, list items
    Segment,
    /// Whole documents
    Document,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum By {
    /// The document's number
    Doc,
    /// The text's name
    Id,
    /// The text itself
    Text,
}

/// Runs `soju agree`.
///
/// # Errors
/// A file can't be read, there are fewer than two raters, or they rated different texts.
pub(crate) fn run(args: &AgreeArgs) -> anyhow::Result<ExitCode> {
    if args.files.len() + usize::from(args.student.is_some()) + usize::from(args.rules) < 2 {
        let message =
            "there is but one rater; name a second file, or let soju rate with --student or --rules";
        return Err(Usage(message.to_owned()).into());
    }
    let docs = args.docs.as_deref().map(DocText::read).transpose()?;
    let mut raters = Vec::new();
    for given in &args.files {
        let (name, path) = named(given)?;
        let mut rater = Rater::read(name, Path::new(path))?;
        if let Some(docs) = &docs {
            rater.give_texts(docs)?;
        }
        raters.push(rater);
    }
    let by = args.by.map(|by| match by {
        By::Doc => Key::Doc,
        By::Id => Key::Id,
        By::Text => Key::Text,
    });
    let level = args.level.map(|level| match level {
        Level::Segment => student::Level::Segment,
        Level::Document => student::Level::Document,
    });
    let mut pairing = Pairing::of(&raters, by)?;
    drop(raters);
    if let Some(file) = &args.student {
        let student = match file {
            Some(file) => Arc::new(Student::load(file)?),
            None => Student::builtin(),
        };
        pairing.ask("student", &Own::student(student), level)?;
    }
    if args.rules {
        let config = match &args.config {
            Some(path) => JobConfig::from_file(path)?,
            None => JobConfig::default(),
        };
        pairing.ask("rules", &Own::rules(config.rules), level)?;
    }
    let mut agreement = Agreement::of(&pairing, args.threshold, args.worst)?;
    if !args.show_personal {
        for text in agreement.worst.iter_mut().filter_map(|shown| shown.text.as_mut()) {
            *text = without_personal(text, &[]).0;
        }
    }
    let text = if args.json {
        serde_json::to_string_pretty(&agreement)?
    } else {
        agree_text::text_of(&agreement, usize::from(width(args.width)))
    };
    line(text.trim_end())?;
    Ok(ExitCode::SUCCESS)
}

/// The name and the file of an argument. A file of that whole name is meant rather than a name before `=`.
fn named(given: &str) -> anyhow::Result<(String, &str)> {
    match given.split_once('=') {
        Some((name, path)) if !Path::new(given).exists() => {
            if name.trim().is_empty() || path.is_empty() {
                return Err(Usage(format!("`{given}` is no rater; expected NAME=FILE or FILE")).into());
            }
            Ok((name.trim().to_owned(), path))
        }
        _ => {
            let stem = Path::new(given).file_stem().unwrap_or_default();
            Ok((stem.to_string_lossy().into_owned(), given))
        }
    }
}

fn probability(given: &str) -> Result<f64, String> {
    let number: Option<f64> = given.parse().ok();
    number.filter(|p| (0.0..=1.0).contains(p)).ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn width(asked: Option<u16>) -> u16 {
    let columns = || std::env::var("COLUMNS").ok()?.parse().ok();
    asked.or_else(columns).unwrap_or(WIDTH)
}

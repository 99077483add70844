//! `soju train-filter`: trains the student.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use super::paint::{line, plain};
use anyhow::{Context, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use soju_refine::eval::{self, LineLabel, Verdict};
use soju_refine::student::{Sources, TrainConfig, TrainReport, TrainStep, train};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju train-filter lines.tsv --out student.bin
  soju train-filter lines.tsv --extra handmade.tsv --doc-labels labels.tsv --docs docs.jsonl \\
      --spans spans.jsonl --out student.bin --held-back held-back.jsonl
  soju train-filter labelled-by-model.jsonl --out student.bin --test lines.tsv
  soju eval lines lines.tsv --system cascade --student student.bin

LABELS are tab-separated with a header that names `label` (keep, mask or junk), `kind`, `source` and
`text`, or JSON lines with `text` and `label` or `p` (probability of junk, as a model gives it), and
where known `weight`, `level` (segment or document), `source` and `kind`. What comes from one source
is held back together: the printed figures are of samples whose source the weights have not seen.

A job uses the student with `[student] file = \"student.bin\"` in its configuration.")]
pub(crate) struct TrainFilterArgs {
    /// Labelled texts (.tsv, .jsonl)
    #[arg(required = true, value_name = "LABELS")]
    labels: Vec<PathBuf>,
    /// File for the student; replaced when it exists
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Labelled texts that only teach and are left out of the held-back figures
    #[arg(long, value_name = "FILE")]
    extra: Vec<PathBuf>,
    /// Labels of documents: tab-separated, with `doc` and `label` (keep, mixed or junk); may be given again
    #[arg(long, value_name = "FILE", requires = "docs")]
    doc_labels: Vec<PathBuf>,
    /// Their texts: JSON lines with `doc` and `text`
    #[arg(long, value_name = "FILE", requires = "doc_labels")]
    docs: Option<PathBuf>,
    /// What goes and what stays inside them: JSON lines with `doc`, `remove` and `keep`
    #[arg(long, value_name = "FILE", requires = "doc_labels")]
    spans: Option<PathBuf>,
    /// Labelled lines to measure the finished student on, as soju eval lines does
    #[arg(long, value_name = "FILE")]
    test: Option<PathBuf>,
    /// Write the held-back samples with their probabilities (.jsonl)
    #[arg(long, value_name = "FILE")]
    held_back: Option<PathBuf>,
    /// What the student should say it was trained on [default: the names of the files]
    #[arg(long, value_name = "TEXT")]
    statement: Option<String>,
    /// Quadratic penalty on the weights for segments
    #[arg(long, value_name = "X", default_value_t = TrainConfig::default().penalty)]
    penalty: f64,
    /// Quadratic penalty on the weights for documents
    #[arg(long, value_name = "X", default_value_t = TrainConfig::default().document_penalty)]
    document_penalty: f64,
    /// How loud measured features are beside n-grams
    #[arg(long, value_name = "X", default_value_t = TrainConfig::default().feature_scale)]
    feature_scale: f64,
    /// Folds by source
    #[arg(long, value_name = "N", default_value_t = TrainConfig::default().folds)]
    folds: usize,
    /// Logarithm of the number of n-gram buckets, 8 to 22
    #[arg(long, value_name = "N", default_value_t = TrainConfig::default().grams.bits)]
    bits: u32,
    /// Start of the n-gram hashes
    #[arg(long, value_name = "N", default_value_t = TrainConfig::default().grams.seed)]
    seed: u64,
    /// Threads; the student does not depend on them [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print the figures as a JSON object
    #[arg(long)]
    json: bool,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &TrainFilterArgs) -> anyhow::Result<ExitCode> {
    let sources = Sources {
        labels: args.labels.clone(),
        extra: args.extra.clone(),
        doc_labels: args.doc_labels.clone(),
        docs: args.docs.clone(),
        spans: args.spans.clone(),
    };
    let samples = sources.read()?.samples;
    let test = args.test.as_deref().map(LineLabel::read).transpose()?;
    let bar = if args.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(0)
    };
    bar.set_style(
        ProgressStyle::with_template("{msg} {bar:30} {pos}/{len} fits, {elapsed}")
            .context("the progress bar's template")?,
    );
    let progress = |step| match step {
        TrainStep::Measuring { level, samples } => {
            bar.set_message(format!("{}: measuring {samples} samples", level.name()));
        }
        TrainStep::Fitting { level, fits } => {
            bar.reset();
            bar.set_length(fits as u64);
            bar.set_message(level.name());
        }
        TrainStep::Fitted => bar.inc(1),
    };
    let (student, report) = train(&samples, &config(args), &progress)?;
    bar.finish_and_clear();
    student.save(&args.out)?;
    if let Some(path) = &args.held_back {
        held_back(&report, path).with_context(|| format!("cannot write {}", path.display()))?;
    }
    if args.json {
        line(&serde_json::to_string_pretty(&report)?)?;
    } else {
        plain(&report.to_string())?;
    }
    if let Some(test) = test {
        let Some(said) = test
            .iter()
            .map(|l| student.segment(&l.text).map(|p| if p > 0.5 { Verdict::Junk } else { Verdict::Keep }))
            .collect::<Option<Vec<_>>>()
        else {
            bail!("--test needs a student of segments, and no segment was among the labelled texts");
        };
        let figures = eval::score_lines(&test, &said)?;
        if args.json {
            line(&serde_json::to_string_pretty(&figures)?)?;
        } else {
            plain(&format!("test (not held back if it was learned from):\n{figures}"))?;
        }
    }
    if !args.quiet {
        eprintln!("{} ({} bytes)", args.out.display(), std::fs::metadata(&args.out)?.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn config(args: &TrainFilterArgs) -> TrainConfig {
    let names = || {
        let files = args.labels.iter().chain(&args.extra).chain(&args.doc_labels).chain(&args.spans);
        let names: Vec<_> = files.filter_map(|f| f.file_name()).map(|n| n.to_string_lossy()).collect();
        format!("trained on {}", names.join(", "))
    };
    let mut config = TrainConfig {
        penalty: args.penalty,
        document_penalty: args.document_penalty,
        feature_scale: args.feature_scale,
        folds: args.folds,
        threads: args.threads.map_or_else(
            || std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            usize::from,
        ),
        statement: args.statement.clone().unwrap_or_else(names),
        ..TrainConfig::default()
    };
    config.grams.bits = args.bits;
    config.grams.seed = args.seed;
    config
}

fn held_back(report: &TrainReport, path: &std::path::Path) -> std::io::Result<()> {
    let mut out = BufWriter::new(File::create(path)?);
    for head in &report.heads {
        for sample in &head.held_back {
            let mut value = serde_json::to_value(sample)?;
            value["level"] = head.level.name().into();
            serde_json::to_writer(&mut out, &value)?;
            out.write_all(b"\n")?;
        }
    }
    out.flush()
}

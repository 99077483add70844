//! `soju train-probe`: trains the linear probe that judges by a model's hidden states.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use soju_refine::probe::{ProbeConfig, ProbeSources, Shape, embed_all, train};
use soju_refine::student::Sources;

use super::exit;
use super::job_end::stop_on_signal;
use super::label::position;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju train-probe lines.tsv --out probe.json
  soju train-probe lines.tsv --doc-labels labels.tsv --docs docs.jsonl --rubric rubric.tsv \\
      --model gemma-3-270m --out probe.json

LABELS are those of soju train-filter. RUBRIC is tab-separated with a header that names `doc`, `kind`,
`coherence`, `information` and `educational` (0 to 5), of documents in --docs. Every text goes through
the model once; the weights are fitted to the average of its hidden states. What comes from one source
is held back together: the printed figures are of samples whose source the weights have not seen.

A probe fits the model that it was trained with and no other. A job uses it with
`[judge] probe = \"probe.json\"` in its configuration.")]
pub(crate) struct TrainProbeArgs {
    /// Labelled texts (.tsv, .jsonl)
    #[arg(required = true, value_name = "LABELS")]
    labels: Vec<PathBuf>,
    /// File for the probe; replaced when it exists
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Labelled texts that only teach and are left out of the held-back figures
    #[arg(long, value_name = "FILE")]
    extra: Vec<PathBuf>,
    /// Labels of documents: tab-separated, with `doc` and `label` (keep, mixed or junk); may be given again
    #[arg(long, value_name = "FILE", requires = "docs")]
    doc_labels: Vec<PathBuf>,
    /// Texts of documents: JSON lines with `doc` and `text`
    #[arg(long, value_name = "FILE")]
    docs: Option<PathBuf>,
    /// What goes and what stays inside them: JSON lines with `doc`, `remove` and `keep`
    #[arg(long, value_name = "FILE", requires = "doc_labels")]
    spans: Option<PathBuf>,
    /// Learn from every Nth segment that a span covers
    #[arg(long, value_name = "N", default_value_t = 1, requires = "spans")]
    span_segments: usize,
    /// Kinds and scores of documents by the rubric (.tsv); may be given again
    #[arg(long, value_name = "FILE", requires = "docs")]
    rubric: Vec<PathBuf>,
    /// Model: a name of soju model list, or a GGUF file
    #[arg(long, value_name = "MODEL", default_value = super::clean::DEFAULT_MODEL)]
    model: String,
    /// tokenizer.json of the model; tokenizes faster than the vocabulary in the model file
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Excerpts of a text that the model reads
    #[arg(long, value_name = "N", default_value_t = Shape::default().excerpts, value_parser = at_least_one)]
    excerpts: usize,
    /// Characters of each
    #[arg(long, value_name = "N", default_value_t = Shape::default().characters, value_parser = at_least_one)]
    characters: usize,
    /// What the probe should say it was trained on [default: the names of the files]
    #[arg(long, value_name = "TEXT")]
    statement: Option<String>,
    /// Quadratic penalty on the weights for junk, of standardized states
    #[arg(long, value_name = "X", default_value_t = ProbeConfig::default().penalty)]
    penalty: f64,
    /// Quadratic penalty on the weights for kinds and scores
    #[arg(long, value_name = "X", default_value_t = ProbeConfig::default().rubric_penalty)]
    rubric_penalty: f64,
    /// Folds by source
    #[arg(long, value_name = "N", default_value_t = ProbeConfig::default().folds)]
    folds: usize,
    /// Write the held-back answers (.jsonl)
    #[arg(long, value_name = "FILE")]
    held_back: Option<PathBuf>,
    /// Threads of the model [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print the figures as a JSON object
    #[arg(long)]
    json: bool,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

fn at_least_one(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) => Err("must be 1 or more".into()),
        Ok(number) => Ok(number),
        Err(error) => Err(format!("{error}")),
    }
}

pub(crate) fn run(args: &TrainProbeArgs) -> anyhow::Result<ExitCode> {
    let sources = ProbeSources {
        junk: Sources {
            labels: args.labels.clone(),
            extra: args.extra.clone(),
            doc_labels: args.doc_labels.clone(),
            docs: args.docs.clone(),
            spans: args.spans.clone(),
        },
        rubric: args.rubric.clone(),
    };
    let samples = sources.read(args.span_segments)?;
    let (engine, _) = super::clean::load(&args.model, args.tokenizer.as_deref(), args.threads)?;
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_signal(Arc::clone(&stop))?;
    let bar = if args.quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::new(samples.len() as u64)
    };
    let style = ProgressStyle::with_template("{msg} {bar:30} {pos}/{len}, {elapsed}, {eta} to go");
    bar.set_style(style.context("the progress bar's template")?);
    bar.set_message("reading hidden states");
    let shape = Shape { excerpts: args.excerpts, characters: args.characters };
    let texts = samples.iter().map(|s| s.text.as_str());
    let states = embed_all(&engine, shape, texts, &stop, position(&bar, samples.len(), args.quiet))?;
    let Some(states) = states else {
        bar.finish_and_clear();
        eprintln!("interrupted; nothing was written");
        return Ok(ExitCode::from(exit::INTERRUPTED));
    };
    let config = ProbeConfig {
        penalty: args.penalty,
        rubric_penalty: args.rubric_penalty,
        folds: args.folds,
        model: engine.info().model.clone(),
        shape,
        statement: args.statement.clone().unwrap_or_else(|| names(args)),
    };
    let (probe, report) = train(&samples, &states, &config, &mut |level, target| {
        bar.set_message(format!("fitting {} {}", level.name(), target.name()));
    })?;
    bar.finish_and_clear();
    probe.save(&args.out)?;
    if let Some(path) = &args.held_back {
        let write = || {
            let mut out = std::io::BufWriter::new(std::fs::File::create(path)?);
            for figures in &report.figures {
                for held in &figures.held {
                    let mut value = serde_json::to_value(held)?;
                    value["level"] = figures.level.name().into();
                    value["question"] = figures.question.as_str().into();
                    serde_json::to_writer(&mut out, &value)?;
                    out.write_all(b"\n")?;
                }
            }
            out.flush()
        };
        write().with_context(|| format!("cannot write {}", path.display()))?;
    }
    let mut out = anstream::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?;
    } else {
        write!(out, "{report}")?;
    }
    if !args.quiet {
        eprintln!("{} ({} bytes)", args.out.display(), std::fs::metadata(&args.out)?.len());
    }
    Ok(ExitCode::SUCCESS)
}

fn names(args: &TrainProbeArgs) -> String {
    let files =
        args.labels.iter().chain(&args.extra).chain(&args.doc_labels).chain(&args.spans).chain(&args.rubric);
    let names: Vec<_> = files.filter_map(|f| f.file_name()).map(|n| n.to_string_lossy()).collect();
    format!("trained on {}", names.join(", "))
}

//! `soju distill`: the model labels a sample, the student learns from it, and the gain is measured.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use soju_refine::distill::compare;
use soju_refine::student::{Sources, TrainConfig, TrainStep, train};

use super::config::ConfigFileArgs;
use super::exit;
use super::job_end::stop_on_signal;
use super::label::{self, SampleArgs, bar};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju distill corpus/*.jsonl.zst --doc-labels labels.tsv --docs docs.jsonl --out distilled
  soju distill corpus/ --level segment --probe probe.json --labels lines.tsv --sample 5000 --out distilled

Draws a sample of the corpus, lets the model label it, trains a student on the labelled data given and
one on that and the model's labels, and compares them on samples whose source neither has seen. Writes
labels.jsonl, before.bin and after.bin into DIR. The exit code is 0 whether the student is better or not;
the last line says which. The corpus must not hold the labelled documents themselves.")]
pub(crate) struct DistillArgs {
    /// The corpus: files, folders or quoted globs, as of soju clean
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Folder for labels and students; labels that are there are used again
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Labelled texts (.tsv, .jsonl) to train and to measure on
    #[arg(long, value_name = "FILE", required_unless_present = "doc_labels")]
    labels: Vec<PathBuf>,
    /// Labels of documents: tab-separated, with `doc` and `label` (keep, mixed or junk); may be given again
    #[arg(long, value_name = "FILE", requires = "docs")]
    doc_labels: Vec<PathBuf>,
    /// Their texts: JSON lines with `doc` and `text`
    #[arg(long, value_name = "FILE", requires = "doc_labels")]
    docs: Option<PathBuf>,
    /// What goes and what stays inside them: JSON lines with `doc`, `remove` and `keep`
    #[arg(long, value_name = "FILE", requires = "doc_labels")]
    spans: Option<PathBuf>,
    #[command(flatten)]
    drawn: SampleArgs,
    #[command(flatten)]
    config: ConfigFileArgs,
    /// Model: a name of soju model list, or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = super::clean::DEFAULT_MODEL)]
    model: String,
    /// The model's tokenizer.json
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print the comparison as a JSON object
    #[arg(long)]
    json: bool,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &DistillArgs) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&args.out)?;
    let labelled = args.out.join("labels.jsonl");
    let bar = bar(args.quiet)?;
    if !labelled.exists() {
        let mut config = args.drawn.over(args.config.load()?);
        let model = (args.model.as_str(), args.tokenizer.as_deref(), args.threads);
        let job = label::job(&config, args.drawn.level(), model)?;
        stop_on_signal(job.stop_flag())?;
        let sample = args.drawn.draw(&args.inputs, &mut config, &job.stop_flag(), &bar)?;
        let complete = match &sample {
            Some(sample) => {
                bar.reset();
                bar.set_message("labelling");
                job.run(sample, &labelled, label::position(&bar, sample.len(), args.quiet))?
            }
            None => false,
        };
        if !complete {
            bar.finish_and_clear();
            eprintln!("interrupted; go on with the same command");
            return Ok(ExitCode::from(exit::INTERRUPTED));
        }
    }
    let sources = |extra: Vec<PathBuf>| Sources {
        labels: args.labels.clone(),
        extra,
        doc_labels: args.doc_labels.clone(),
        docs: args.docs.clone(),
        spans: args.spans.clone(),
    };
    let threads = args
        .threads
        .map_or_else(|| std::thread::available_parallelism().map_or(1, std::num::NonZero::get), usize::from);
    let mut reports = Vec::new();
    for (name, extra) in [("before", vec![]), ("after", vec![labelled.clone()])] {
        let mut samples = sources(extra).read()?.samples;
        // A level without a label of its own has nothing to be measured on.
        let levels: Vec<_> = samples.iter().filter(|s| s.judged).map(|s| s.level).collect();
        samples.retain(|s| levels.contains(&s.level));
        let config =
            TrainConfig { threads, statement: format!("distilled: {name}"), ..TrainConfig::default() };
        let (student, report) = train(&samples, &config, &|step| match step {
            TrainStep::Measuring { .. } => {}
            TrainStep::Fitting { level, fits } => {
                bar.reset();
                bar.set_length(fits as u64);
                bar.set_message(format!("training the student {name}, {}", level.name()));
            }
            TrainStep::Fitted => bar.inc(1),
        })?;
        student.save(&args.out.join(format!("{name}.bin")))?;
        reports.push(report);
    }
    bar.finish_and_clear();
    let compared = compare(&reports[0], &reports[1]);
    let mut out = anstream::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string_pretty(&compared)?)?;
    } else {
        for comparison in &compared {
            write!(out, "{comparison}")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

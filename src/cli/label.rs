//! `soju label`: lets the model label a sample of a corpus.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use soju_refine::io::inputs;
use soju_refine::job::JobConfig;
use soju_refine::label::{LabelJob, SampleConfig, Sampled, sample};
use soju_refine::llm::{Judge, JudgeBy};
use soju_refine::probe::Probe;
use soju_refine::student::Level;

use super::config::ConfigFileArgs;
use super::exit;
use super::job_end::stop_on_signal;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju label corpus/*.jsonl.zst --out labels.jsonl --sample 2000
  soju label corpus/*.jsonl.zst --out lines.jsonl --sample 5000 --level segment --probe probe.json
  soju train-filter dev.tsv --extra lines.jsonl --out student.bin
  soju agree labels.jsonl --student

Writes a line for each text: `text`, `label` (junk or keep), `p` (probability of junk), the model's own
`log_odds`, what `rules` and `student` think, `level`, `source` and `model`. soju train-filter learns from
`p`. The sample depends on the texts and --seed alone; a run that was stopped goes on from FILE.partial.")]
pub(crate) struct LabelArgs {
    /// Files, folders or quoted globs, as of soju clean
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// File for the labels (.jsonl); must not exist
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    pub(crate) drawn: SampleArgs,
    #[command(flatten)]
    config: ConfigFileArgs,
    /// Model: a name of soju model list, or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = super::clean::DEFAULT_MODEL)]
    model: String,
    /// The model's tokenizer.json: the same token ids as the vocabulary in the model file, found faster
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Threads of the model [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

/// What is drawn, and how the inputs are read.
#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Texts to draw
    #[arg(long, value_name = "N", default_value_t = SampleConfig::default().size)]
    sample: usize,
    /// Other seeds draw other samples
    #[arg(long, value_name = "N", default_value_t = 0)]
    seed: u64,
    /// What is drawn and labelled
    #[arg(long, value_enum, default_value_t = LevelArg::Document)]
    level: LevelArg,
    /// Draw evenly over the corpus, instead of as many from each tenth of the probability that rules and student give
    #[arg(long)]
    unbalanced: bool,
    /// Judge by this probe of the model, made by soju train-probe; segments need one [default: as the configuration says]
    #[arg(long, value_name = "FILE")]
    probe: Option<PathBuf>,
    /// How the inputs are laid out, as of soju clean [default: each as its name and content say]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Field that holds the text
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LevelArg {
    /// Whole documents
    Document,
    /// Lines, sentences and list items
    Segment,
}

impl SampleArgs {
    pub(crate) fn level(&self) -> Level {
        match self.level {
            LevelArg::Document => Level::Document,
            LevelArg::Segment => Level::Segment,
        }
    }

    /// A configuration with the probe, if one was named.
    pub(crate) fn over(&self, mut config: JobConfig) -> JobConfig {
        if let Some(probe) = &self.probe {
            config.judge.by = JudgeBy::Probe;
            config.judge.probe.clone_from(probe);
        }
        config
    }

    /// Draws the sample; `None` when it was stopped.
    pub(crate) fn draw(
        &self,
        patterns: &[String],
        config: &mut JobConfig,
        stop: &std::sync::atomic::AtomicBool,
        bar: &ProgressBar,
    ) -> anyhow::Result<Option<Vec<Sampled>>> {
        if let Some(format) = &self.format {
            config.input.format.clone_from(format);
        }
        if let Some(field) = &self.text_field {
            config.input.text_field.clone_from(field);
        }
        let inputs = inputs::expand(patterns)?;
        let cleaner = config.cleaner(config.student()?, true);
        let wanted = SampleConfig {
            level: self.level(),
            size: self.sample,
            seed: self.seed,
            balanced: !self.unbalanced,
            ..SampleConfig::default()
        };
        bar.set_message("reading");
        Ok(sample(&inputs, &config.input.read_options()?, &cleaner, &wanted, stop, |n| bar.set_position(n))?)
    }
}

/// The job that labels as a configuration says.
pub(crate) fn job(
    config: &JobConfig,
    level: Level,
    (model, tokenizer, threads): (&str, Option<&Path>, Option<u16>),
) -> anyhow::Result<LabelJob> {
    let (engine, facts) = super::clean::load(model, tokenizer, threads)?;
    if level == Level::Document {
        return Ok(LabelJob::documents(Judge::new(engine, config.judge.clone())?, &facts.name));
    }
    let file = &config.judge.probe;
    Ok(LabelJob::segments(engine, Probe::named(file)?, file, &facts.name)?)
}

/// Time between two lines of [`position`].
const LINE_EVERY: Duration = Duration::from_secs(10);

/// Moves the bar, which gets its length; where no terminal shows it, says from time to time how far it is.
pub(crate) fn position(bar: &ProgressBar, total: usize, quiet: bool) -> impl FnMut(usize) + use<'_> {
    bar.set_length(total as u64);
    let mut last = Instant::now();
    move |done| {
        bar.set_position(done as u64);
        if bar.is_hidden() && !quiet && last.elapsed() >= LINE_EVERY {
            last = Instant::now();
            eprintln!("{}: {done} of {total}", bar.message());
        }
    }
}

/// A bar on standard error, hidden where nobody looks.
pub(crate) fn bar(quiet: bool) -> anyhow::Result<ProgressBar> {
    let bar = if quiet || !std::io::stderr().is_terminal() {
        ProgressBar::hidden()
    } else {
        ProgressBar::no_length()
    };
    let style = ProgressStyle::with_template("{msg} {bar:30} {human_pos}/{human_len}, {elapsed}");
    bar.set_style(style.context("the progress bar's template")?);
    Ok(bar)
}

pub(crate) fn run(args: &LabelArgs) -> anyhow::Result<ExitCode> {
    let mut config = args.drawn.over(args.config.load()?);
    let model = (args.model.as_str(), args.tokenizer.as_deref(), args.threads);
    let job = job(&config, args.drawn.level(), model)?;
    stop_on_signal(job.stop_flag())?;
    let bar = bar(args.quiet)?;
    let sample = args.drawn.draw(&args.inputs, &mut config, &job.stop_flag(), &bar)?;
    let complete = match &sample {
        Some(sample) => {
            bar.reset();
            bar.set_message("labelling");
            job.run(sample, &args.out, position(&bar, sample.len(), args.quiet))?
        }
        None => false,
    };
    bar.finish_and_clear();
    if !complete {
        eprintln!("interrupted; go on with the same command");
        return Ok(ExitCode::from(exit::INTERRUPTED));
    }
    if !args.quiet {
        eprintln!("{}", args.out.display());
    }
    Ok(ExitCode::SUCCESS)
}

//! `soju profile`: where the engine's time goes, and what in-flight batching buys.

mod args;
mod chrome;
mod recorder;
mod report;
mod summary;

use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use soju_engine::{Batching, CpuConfig, Engine, GenerationRequest, models};

pub(crate) use args::ProfileArgs;
pub(crate) use recorder::Recorder;

use super::bench::drive::{self, Side, Timing};
use super::bench::ours::Ours;
use super::bench::workload::{Job, Text};
use super::paint::{line, plain};
use recorder::Recording;
use summary::Summary;

/// Unless told, requests arrive at this part of the rate at which waiting clients were served.
const LOAD: f64 = 0.7;
/// Requests from which that rate is taken.
const TRIAL: usize = 24;

/// The engine, asked in text as a service asks it: tokenizing is part of what is profiled.
struct Texts(Ours);

impl Side for Texts {
    fn complete(&self, job: &Job) -> anyhow::Result<Timing> {
        // The engine puts the token of the beginning before a text by itself, and `decode` leaves it out. A text may
        // be tokenized to a few tokens more or less than the ones it was cut from.
        let text = self.engine().tokenizer().decode(&job.prompt);
        self.0.ask(GenerationRequest::builder(text), job)
    }
}

impl Texts {
    fn engine(&self) -> &Engine {
        &self.0.0
    }
}

/// Runs `soju profile`.
///
/// # Errors
/// A model or a text that can't be used, a trace that can't be written.
pub(crate) fn run(args: &ProfileArgs, recorder: &Recorder) -> anyhow::Result<ExitCode> {
    let model = models::resolve(&args.model)?;
    let count = args.requests as usize;
    let modes = args.modes();
    let bar = ProgressBar::new((count * modes.len() + if args.rate.is_some() { 0 } else { TRIAL }) as u64);
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} requests  {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));

    let trial = engine(args, &model, Batching::InFlight)?;
    let mut text = Text::read(&args.text, trial.engine().tokenizer(), args.seed)?;
    let (prompt, new) = (usize::from(args.prompt_tokens), usize::from(args.new_tokens));
    let rate = match args.rate {
        Some(rate) => rate,
        None => {
            let jobs = text.distinct(TRIAL, prompt, new)?;
            let run = drive::closed(&trial, &jobs, args.sequences().min(TRIAL), &|| bar.inc(1))?;
            run.requests_per_second() * LOAD
        }
    };
    trial.engine().shutdown();
    let jobs = text.arriving(count, prompt, new, rate)?;

    let mut recordings = Vec::new();
    for (name, batching) in modes {
        let engine = engine(args, &model, batching)?;
        recorder.take();
        let run = drive::open(&engine, &jobs, &|| bar.inc(1))?;
        // Spans end at the latest with the engine's threads.
        engine.engine().shutdown();
        let recording = recorder.take();
        let summary = Summary::new(&recording, &run);
        recordings.push((name, recording, summary));
    }
    bar.finish_and_clear();

    line(&format!(
        "{count} requests of about {prompt} tokens for {} to {} new ones, {rate:.2} arriving a second, {} at a time",
        (new / 4).max(1),
        new / 4 + new * 3 / 2,
        args.sequences()
    ))?;
    for (name, _, summary) in &recordings {
        plain(&report::one(name, summary))?;
    }
    if let [(_, _, first), (_, _, second)] = &recordings[..] {
        plain(&report::compared(first, second))?;
    }
    if let Some(path) = &args.trace {
        let parts: Vec<(&str, &Recording)> =
            recordings.iter().map(|(name, recording, _)| (*name, recording)).collect();
        chrome::write(path, &parts)
            .with_context(|| format!("the trace {} can't be written", path.display()))?;
        line(&format!(
            "\ntrace in {}; open it at https://ui.perfetto.dev or chrome://tracing",
            path.display()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn engine(args: &ProfileArgs, model: &Path, batching: Batching) -> anyhow::Result<Texts> {
    let mut config = CpuConfig::new(model);
    if let Some(threads) = args.threads {
        config.threads = threads.into();
    }
    config.max_sequences = args.sequences();
    config.kv_tokens = args.context();
    config.batch_tokens = config.batch_tokens.max(config.max_sequences);
    config.batching = batching;
    Ok(Texts(Ours(Engine::builder().cpu(config).build()?)))
}

//! Command line: what may be said, and how it ends.

mod agree;
mod agree_text;
#[cfg(feature = "cpu")]
mod bench;
mod cascade;
mod clean;
mod clean_progress;
mod config;
mod datasets;
mod dedup;
mod dedup_progress;
mod diff;
mod distill;
mod eval;
mod exit;
mod explain;
mod explain_text;
mod job_end;
mod label;
mod model;
mod paint;
mod pick;
#[cfg(feature = "cpu")]
mod profile;
mod train_filter;
mod train_probe;
#[cfg(feature = "object-store")]
mod upload;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::prelude::*;
use tracing_subscriber::{EnvFilter, fmt};

/// Turns junk Korean web text into data worth training a language model on.
#[derive(Debug, Parser)]
#[command(name = "soju", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but part of the input could not be read; 130 interrupted.
SOJU_LOG=debug (or a tracing filter such as soju_engine=trace) shows what happens inside.
SOJU_NVTX=1 makes NVTX ranges of it for Nsight Systems (in a build with the feature nvtx).")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Clean a corpus: drop junk and duplicates, mask personal data, keep a record of everything removed
    #[command(visible_alias = "refine")]
    Clean(clean::CleanArgs),
    /// Drop equal and similar documents, cut template lines and repeated passages
    Dedup(dedup::DedupArgs),
    /// Measure a cleaner's output on labelled lines, documents or spans
    Eval(eval::EvalArgs),
    /// Compare raters on the same texts: teacher, student, rules and people
    Agree(agree::AgreeArgs),
    /// Tune the cascade of rules, student and model
    Cascade(cascade::CascadeArgs),
    /// Let the model label a sample of a corpus, to train the student on
    Label(label::LabelArgs),
    /// Label with the model, train the student on it, and measure the gain
    Distill(distill::DistillArgs),
    /// Train the student, the small classifier behind the rules
    TrainFilter(train_filter::TrainFilterArgs),
    /// Train the probe, which judges by a model's hidden states
    TrainProbe(train_probe::TrainProbeArgs),
    /// Measure the engine, alone or beside llama.cpp's server
    #[cfg(feature = "cpu")]
    Bench(bench::BenchArgs),
    /// See where the engine's time goes, and what in-flight batching buys
    #[cfg(feature = "cpu")]
    Profile(profile::ProfileArgs),
    /// Say why a document fell or stayed: what each stage found, cut and held against which threshold
    Explain(explain::ExplainArgs),
    /// Show what a job cut and replaced in its documents, and check that nothing else was changed
    Diff(diff::DiffArgs),
    /// Send what a job wrote into an S3-compatible store
    #[cfg(feature = "object-store")]
    Upload(upload::UploadArgs),
    /// Print configurations with a comment for each value, and check files
    Config(config::ConfigArgs),
    /// List the corpora that can be read by their names
    Datasets(datasets::DatasetsArgs),
    /// Get, list and check models
    Model(model::ModelArgs),
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("SOJU_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    let log = fmt::layer().with_writer(std::io::stderr).with_filter(filter);
    let subscriber = tracing_subscriber::registry().with(log);
    #[cfg(feature = "nvtx")]
    let subscriber = subscriber.with(nvtx());
    #[cfg(feature = "cpu")]
    let recorder = matches!(cli.command, Command::Profile(_)).then(profile::Recorder::default);
    #[cfg(feature = "cpu")]
    let subscriber = subscriber.with(recorder.clone().map(profile::Recorder::layer));
    subscriber.init();
    let ended = match cli.command {
        Command::Clean(args) => clean::run(args),
        Command::Dedup(args) => dedup::run(&args),
        Command::Eval(args) => eval::run(args),
        Command::Agree(args) => agree::run(&args),
        Command::Cascade(args) => cascade::run(&args),
        Command::Label(args) => label::run(&args),
        Command::Distill(args) => distill::run(&args),
        Command::TrainFilter(args) => train_filter::run(&args),
        Command::TrainProbe(args) => train_probe::run(&args),
        #[cfg(feature = "cpu")]
        Command::Bench(args) => bench::run(args),
        #[cfg(feature = "cpu")]
        Command::Profile(args) => profile::run(&args, &recorder.unwrap_or_default()),
        Command::Explain(args) => explain::run(&args),
        Command::Diff(args) => diff::run(&args),
        #[cfg(feature = "object-store")]
        Command::Upload(args) => upload::run(&args),
        Command::Config(args) => config::run(args),
        Command::Datasets(args) => datasets::run(args),
        Command::Model(args) => model::run(args),
    };
    match ended {
        Ok(code) => code,
        // Somebody has seen enough, such as `head`.
        Err(error) if exit::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::code_of(&error)
        }
    }
}

/// The engine's spans as NVTX ranges, if the environment asks for them.
#[cfg(feature = "nvtx")]
fn nvtx<S>() -> Option<impl tracing_subscriber::Layer<S>>
where
    S: tracing::Subscriber + for<'a> tracing_subscriber::registry::LookupSpan<'a>,
{
    use soju_engine::trace::{NvtxLayer, TARGET};
    use tracing_subscriber::filter::{LevelFilter, Targets};
    let wanted = std::env::var_os("SOJU_NVTX").is_some_and(|value| value != "0" && !value.is_empty());
    wanted.then(|| NvtxLayer::new().with_filter(Targets::new().with_target(TARGET, LevelFilter::TRACE)))
}

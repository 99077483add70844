//! Command line: what may be said, and how it ends.

#[cfg(feature = "cpu")]
mod bench;
mod clean;
mod clean_progress;
mod exit;
mod model;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

/// Turns junk Korean web text into data worth training a language model on.
#[derive(Debug, Parser)]
#[command(name = "soju", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Exit codes: 0 done; 1 failed; 2 wrong usage; 3 done, but part of the input could not be read; 130 interrupted.
SOJU_LOG=debug (or a tracing filter such as soju_engine=trace) shows what happens inside.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Clean a corpus: drop junk and duplicates, mask personal data, keep a record of everything removed
    Clean(clean::CleanArgs),
    /// Measure the engine, alone or beside llama.cpp's server
    #[cfg(feature = "cpu")]
    Bench(bench::BenchArgs),
    /// Get, list and check models
    Model(model::ModelArgs),
}

/// Runs the command line of this process.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let filter = EnvFilter::try_from_env("SOJU_LOG").unwrap_or_else(|_| EnvFilter::new("error"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let ended = match cli.command {
        Command::Clean(args) => clean::run(args),
        #[cfg(feature = "cpu")]
        Command::Bench(args) => bench::run(args),
        Command::Model(args) => model::run(args),
    };
    match ended {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            exit::code_of(&error)
        }
    }
}

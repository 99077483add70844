//! `soju bench engine`: our engine and llama.cpp's server on the same work, turn by turn.

mod args;
pub(super) mod drive;
pub(super) mod figures;
mod http;
pub(super) mod ours;
mod process;
mod run;
mod table;
pub(super) mod workload;

use std::process::ExitCode;

use clap::{Args, Subcommand};

/// Arguments of `soju bench`.
#[derive(Debug, Args)]
pub(crate) struct BenchArgs {
    #[command(subcommand)]
    command: BenchCommand,
}

#[derive(Debug, Subcommand)]
enum BenchCommand {
    /// Throughput, waits and shared prompts of the engine, beside llama-server if there is one
    Engine(args::EngineArgs),
}

/// Runs `soju bench`.
///
/// # Errors
/// A model or a text that can't be used, a server that does not answer or is none of llama.cpp's.
pub(crate) fn run(args: BenchArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        BenchCommand::Engine(args) => run::run(&args),
    }
}

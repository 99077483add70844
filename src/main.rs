//! The `soju` command.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Turns junk Korean web text into training-grade data
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Get models and tell about them
    Model(cli::model::ModelArgs),
}

fn main() -> ExitCode {
    let Command::Model(args) = Cli::parse().command;
    cli::model::run(args).unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

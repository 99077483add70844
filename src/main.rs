//! The `soju` command. Each subcommand is a file in `cli/`; what they do is in the library crates.
#![forbid(unsafe_code)]

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}

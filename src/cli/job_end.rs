//! What commands that run a job have in common: the output folder, stopping, and how they end.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use clap::Args;
use soju_refine::job::{Fault, OutputMode};

use super::exit;

/// What to do with an output folder that holds a job.
#[derive(Debug, Args)]
pub(crate) struct ModeArgs {
    /// Go on with the job that is in DIR, or start it if there is none
    #[arg(long, conflicts_with = "overwrite")]
    resume: bool,
    /// Replace the job that is in DIR; files that soju did not write stay
    #[arg(long)]
    overwrite: bool,
}

impl ModeArgs {
    pub(crate) fn mode(&self) -> OutputMode {
        match (self.resume, self.overwrite) {
            (true, _) => OutputMode::Resume,
            (_, true) => OutputMode::Overwrite,
            _ => OutputMode::New,
        }
    }
}

/// The first signal lets the command stop where nothing is lost, the second ends the process. Either way it can go on
/// later from what it had finished.
pub(crate) fn stop_on_signal(stop: Arc<AtomicBool>) -> anyhow::Result<()> {
    ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(exit::INTERRUPTED.into());
        }
        eprintln!("\nstopping; once more to stop at once");
    })
    .context("cannot listen for Ctrl-C")
}

/// Says what is odd or lost about inputs.
pub(crate) fn print_faults(faults: &[Fault]) {
    for fault in faults {
        eprintln!("{}: {}", if fault.lost { "error" } else { "warning" }, fault.message);
    }
}

/// The exit code of a job that read `records`, and a word about how to go on where it was stopped.
pub(crate) fn code(complete: bool, faults: &[Fault], records: u64) -> ExitCode {
    if !complete {
        eprintln!("interrupted after {records} records; go on with the same command and --resume");
        return ExitCode::from(exit::INTERRUPTED);
    }
    if faults.iter().any(|f| f.lost) { ExitCode::from(exit::PARTIAL) } else { ExitCode::SUCCESS }
}

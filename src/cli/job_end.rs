//! What commands that run a job have in common: the output folder, stopping, and how they end.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use clap::Args;
use soju_refine::io::ShardSink;
use soju_refine::job::{Fault, OutputMode};

use super::exit;

/// What to do with an output folder that holds a job, and where finished shards go.
#[derive(Debug, Args)]
pub(crate) struct OutputArgs {
    /// Go on with the job that is in DIR, or start it if there is none
    #[arg(long, conflicts_with = "overwrite")]
    resume: bool,
    /// Replace the job that is in DIR; files that soju did not write stay
    #[arg(long)]
    overwrite: bool,
    /// Send each finished shard of kept records to a folder in a store, such as s3://bucket/folder/, and remove it
    /// from DIR; at the end the reports, too. DIR keeps what was dropped, and what --resume needs
    #[cfg(feature = "object-store")]
    #[arg(long, value_name = "URL")]
    to: Option<String>,
}

impl OutputArgs {
    #[cfg(feature = "object-store")]
    pub(crate) fn sink(&self) -> anyhow::Result<Option<Arc<dyn ShardSink>>> {
        let Some(url) = &self.to else { return Ok(None) };
        Ok(Some(Arc::new(soju_refine::io::upload::Destination::new(url)?)))
    }

    #[cfg(not(feature = "object-store"))]
    #[allow(clippy::unused_self, clippy::unnecessary_wraps, reason = "a build with stores has both")]
    pub(crate) fn sink(&self) -> anyhow::Result<Option<Arc<dyn ShardSink>>> {
        Ok(None)
    }

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

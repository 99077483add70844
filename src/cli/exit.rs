//! Exit codes, as `soju --help` lists them.

use std::io;
use std::process::ExitCode;

use soju_refine::explain::ExplainError;
use soju_refine::io::IoError;
use soju_refine::job::{ConfigError, JobError};

/// Wrong usage: nothing was done.
pub(crate) const USAGE: u8 = 2;
/// Done, but part of the input could not be read.
pub(crate) const PARTIAL: u8 = 3;
/// Stopped by the user, as a shell reports SIGINT.
pub(crate) const INTERRUPTED: u8 = 130;

/// A value on the command line that can't be used, in words, with the remedy.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl std::fmt::Display for Usage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Whether nobody reads the output any more.
pub(crate) fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

/// The code for an error: usage where the command line or the configuration is to be changed.
pub(crate) fn code_of(error: &anyhow::Error) -> ExitCode {
    if matches!(error.downcast_ref(), Some(JobError::Stopped)) {
        return ExitCode::from(INTERRUPTED);
    }
    let usage = error.is::<ConfigError>()
        || error.is::<Usage>()
        || error.downcast_ref::<ExplainError>().is_some_and(ExplainError::is_usage)
        || error.downcast_ref::<IoError>().is_some_and(IoError::is_usage)
        || matches!(error.downcast_ref(), Some(JobError::Io(io)) if io.is_usage())
        || matches!(
            error.downcast_ref(),
            Some(
                JobError::ForeignFolder { .. }
                    | JobError::FolderInUse { .. }
                    | JobError::OtherJob { .. }
                    | JobError::Elsewhere { .. }
                    | JobError::ReadOnce { .. }
            )
        );
    if usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
}

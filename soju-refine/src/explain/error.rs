//! What can go wrong with a job's folder or an original.

use std::io;
use std::path::PathBuf;

use crate::io::IoError;

/// A job's records, or their originals, can't be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExplainError {
    /// No job wrote into the folder.
    #[error("{} is no output folder of a soju job: it has no .soju/job.json; name the folder given to --out", path.display())]
    NoJob {
        /// The folder.
        path: PathBuf,
    },
    /// The job's state can't be read.
    #[error("cannot read {}: {message}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// The folder can't be listed.
    #[error("cannot examine {}", path.display())]
    List {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A record of a shard is not as a job writes it.
    #[error("{position} is no record of a soju job: {message}")]
    NoRecord {
        /// Where it stands.
        position: String,
        /// What is wrong.
        message: String,
    },
    /// A shard or an input can't be read.
    #[error(transparent)]
    Io(#[from] IoError),
}

impl ExplainError {
    /// Whether the command line is what has to change.
    pub fn is_usage(&self) -> bool {
        match self {
            Self::NoJob { .. } => true,
            Self::Io(error) => error.is_usage(),
            _ => false,
        }
    }
}

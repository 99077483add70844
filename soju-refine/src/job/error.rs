//! What can end a job.

use std::io;
use std::path::PathBuf;

use crate::io::IoError;
use crate::llm::JudgeError;
use crate::report::ReportError;

/// A job that could not go on. What was finished before stays, and `--resume` goes on from there.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JobError {
    /// An input can't be found, or a shard can't be written.
    #[error(transparent)]
    Io(#[from] IoError),
    /// The model failed.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The report can't be written.
    #[error(transparent)]
    Report(#[from] ReportError),
    /// A file of the output folder can't be written or read.
    #[error("cannot use {}{}", path.display(), disk_full(source))]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The folder holds files that no job wrote.
    #[error(
        "the output folder {} is not empty and holds no soju job; choose another with --out",
        out.display()
    )]
    ForeignFolder {
        /// The folder.
        out: PathBuf,
    },
    /// The folder holds a job already.
    #[error(
        "the output folder {} holds {} job already; {}choose another folder with --out, or replace it with --overwrite",
        out.display(),
        if *same { "this" } else { "another" },
        if *same { "go on with it with --resume, " } else { "" }
    )]
    FolderInUse {
        /// The folder.
        out: PathBuf,
        /// Whether it is the same job.
        same: bool,
    },
    /// The job to go on with is not this one.
    #[error(
        "the output folder {} holds another job, which differs in {difference}; run it as it was, choose another folder with --out, or replace it with --overwrite",
        out.display()
    )]
    OtherJob {
        /// The folder.
        out: PathBuf,
        /// The first difference.
        difference: String,
    },
    /// Another process is writing there.
    #[error("another soju process is writing to {}; wait for it or choose another folder with --out", out.display())]
    Running {
        /// The folder.
        out: PathBuf,
    },
    /// The job's own state is damaged.
    #[error("the job's state in {} is damaged ({message}); start over with --overwrite", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        message: String,
    },
    /// A worker thread panicked: a fault in soju.
    #[error("a worker failed on {position}: {message}; this is a fault in soju, please report it")]
    Worker {
        /// The record it was at, as far as that is known.
        position: String,
        /// What it said.
        message: String,
    },
}

impl JobError {
    /// Whether the disk is full.
    pub fn is_disk_full(&self) -> bool {
        match self {
            Self::Output { source, .. } => source.kind() == io::ErrorKind::StorageFull,
            Self::Io(e) => e.is_disk_full(),
            _ => false,
        }
    }
}

fn disk_full(source: &io::Error) -> &'static str {
    if source.kind() == io::ErrorKind::StorageFull { "; make room and go on with --resume" } else { "" }
}

//! What can end a job.

use std::io;
use std::path::PathBuf;

use crate::dedup::spill::SpillError;
use crate::io::IoError;
use crate::llm::{GenerationError, JudgeError};
use crate::report::ReportError;
use crate::student::StudentError;

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
    /// The model failed while it edited or rewrote a document.
    #[error(transparent)]
    Generation(#[from] GenerationError),
    /// Documents are to be edited or rewritten, and there is no model.
    #[error("`{key}` is on, which needs a model; name one, or switch it off")]
    NoModel {
        /// The configuration's key.
        key: &'static str,
    },
    /// The student can't be used.
    #[error(transparent)]
    Student(#[from] StudentError),
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
    /// Shards of the job went to another place than this one's.
    #[error(
        "shards of the job in {} went to {place}; send the others there too with --to {place}, or start over with --overwrite",
        out.display()
    )]
    Elsewhere {
        /// The folder.
        out: PathBuf,
        /// Where they went.
        place: String,
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
    /// A table of a dedup job can't be written or read.
    #[error(transparent)]
    Spill(#[from] SpillError),
    /// The job was stopped before it had anything to keep.
    #[error("stopped before anything was written; the same command with --resume starts again")]
    Stopped,
    /// An input that a job needs more than once can be read only once.
    #[error("{input} can be read only once, and finding duplicates takes more; write it to a file first")]
    ReadOnce {
        /// The input.
        input: String,
    },
    /// More records than the tables have numbers for.
    #[error("more than {records} records; split the inputs into several jobs")]
    TooMany {
        /// The limit.
        records: u64,
    },
    /// The inputs are not what they were.
    #[error(
        "the inputs had {before} records at first and have {now} now; start over with --overwrite when nothing writes to them"
    )]
    Changed {
        /// Records at first.
        before: u64,
        /// Records now.
        now: u64,
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
            Self::Spill(e) => e.source.kind() == io::ErrorKind::StorageFull,
            _ => false,
        }
    }
}

fn disk_full(source: &io::Error) -> &'static str {
    if source.kind() == io::ErrorKind::StorageFull { "; make room and go on with --resume" } else { "" }
}

//! Sorting more than memory holds: rows of fixed length, sorted in memory as far as it goes, spilled as sorted
//! runs beyond that, and merged.

mod merge;
mod row;
mod sorter;
mod table;

pub use row::Row;
pub(crate) use row::row;
pub use sorter::{Sorted, Sorter};
pub use table::{TableLookup, TableReader, TableWriter};

use std::io;
use std::path::{Path, PathBuf};

/// A file of the job's own state that can't be written or read.
#[derive(Debug, thiserror::Error)]
#[error("cannot use {}{}", path.display(), remedy(source))]
pub struct SpillError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub source: io::Error,
}

impl SpillError {
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self { path, source }
    }
}

fn remedy(source: &io::Error) -> &'static str {
    match source.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            ": the disk is full; free some space, or write to another disk"
        }
        io::ErrorKind::UnexpectedEof => {
            ": it ends early, something else changed it; start over with --overwrite"
        }
        _ => "",
    }
}

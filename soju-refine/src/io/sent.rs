//! Shards of a job that were taken to another place, and are no longer in its folder.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::{Deserialize, Serialize};

use super::IoError;
use super::job_folder::STATE;

/// The list of them, under [`STATE`].
pub(crate) const SENT: &str = "sent.jsonl";

/// Where a job takes its files when they are finished. The seam behind a job's option `--to`.
pub trait ShardSink: fmt::Debug + Send + Sync {
    /// The place by its name, such as an address: a job that goes on has to name the same one.
    fn place(&self) -> &str;

    /// Takes the file at `path` under `name`, which has slashes between its parts; in the place of an earlier one.
    /// `false` when `stop` was set before it was there.
    ///
    /// # Errors
    /// The file can't be read, or the place does not take it.
    fn take(&self, path: &Path, name: &str, stop: &Arc<AtomicBool>) -> Result<bool, IoError>;
}

/// A shard that is in its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sent {
    /// Its name in the folder.
    pub(crate) file: String,
    /// Its size.
    pub(crate) bytes: u64,
    /// Where it went.
    pub(crate) to: String,
}

/// The list, to be added to.
#[derive(Debug)]
pub(crate) struct SentList {
    path: PathBuf,
    file: File,
    shards: Vec<Sent>,
}

impl SentList {
    /// Opens the list of the job in `out`. A last line without its end is taken away: its shard is still in the folder.
    ///
    /// # Errors
    /// It can't be read or written, or a line is damaged.
    pub(crate) fn open(out: &Path) -> Result<Self, IoError> {
        let path = path(out);
        let (shards, whole) = read(&path)?;
        let write = |source| IoError::Write { path: path.clone(), source };
        let file = OpenOptions::new().append(true).create(true).open(&path).map_err(write)?;
        file.set_len(whole).map_err(write)?;
        Ok(Self { file, shards, path })
    }

    /// Adds a shard; it may be removed from the folder after this.
    ///
    /// # Errors
    /// The list can't be written.
    pub(crate) fn add(&mut self, shard: Sent) -> Result<(), IoError> {
        if self.shards.iter().any(|known| known.file == shard.file) {
            return Ok(());
        }
        let write = |source| IoError::Write { path: self.path.clone(), source };
        let mut line = serde_json::to_vec(&shard).map_err(|error| write(error.into()))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(write)?;
        self.file.sync_all().map_err(write)?;
        self.shards.push(shard);
        Ok(())
    }
}

fn path(out: &Path) -> PathBuf {
    out.join(STATE).join(SENT)
}

/// The shards of the job in `out` that were taken elsewhere.
///
/// # Errors
/// The list can't be read, or a line is damaged.
pub(crate) fn shards(out: &Path) -> Result<Vec<Sent>, IoError> {
    Ok(read(&path(out))?.0)
}

/// The shards that the list names, and the bytes of its whole lines.
fn read(path: &Path) -> Result<(Vec<Sent>, u64), IoError> {
    let fault = |source| IoError::Open { path: path.to_owned(), source };
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok((Vec::new(), 0)),
        Err(error) => return Err(fault(error)),
    };
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let lines = bytes[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    let shards = lines.map(serde_json::from_slice).collect::<Result<_, _>>();
    Ok((shards.map_err(|error| fault(error.into()))?, whole as u64))
}

/// The first shard of the job in `out` that is no longer there, because it was taken elsewhere.
///
/// # Errors
/// The list can't be read.
pub(crate) fn first_gone(out: &Path) -> Result<Option<Sent>, IoError> {
    Ok(shards(out)?.into_iter().find(|shard| !out.join(&shard.file).exists()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(file: &str) -> Sent {
        Sent { file: file.into(), bytes: 7, to: "s3://bucket/a".into() }
    }

    #[test]
    fn the_list_keeps_whole_lines_and_each_shard_once() {
        let out = tempfile::tempdir().unwrap();
        assert_eq!(first_gone(out.path()).unwrap(), None);
        fs::create_dir(out.path().join(STATE)).unwrap();
        let mut list = SentList::open(out.path()).unwrap();
        for file in ["part-00000.parquet", "part-00001.parquet", "part-00000.parquet"] {
            list.add(sent(file)).unwrap();
        }
        list.file.write_all(br#"{"file":"part-0"#).unwrap();
        let mut list = SentList::open(out.path()).unwrap();
        list.add(sent("part-00002.parquet")).unwrap();
        assert_eq!(shards(out.path()).unwrap(), [0, 1, 2].map(|n| sent(&format!("part-0000{n}.parquet"))));
        fs::write(out.path().join("part-00000.parquet"), "fetched").unwrap();
        assert_eq!(first_gone(out.path()).unwrap(), Some(sent("part-00001.parquet")));
        fs::write(path(out.path()), "{}\n").unwrap();
        assert!(
            matches!(SentList::open(out.path()), Err(IoError::Open { path, .. }) if path.ends_with(SENT))
        );
    }
}

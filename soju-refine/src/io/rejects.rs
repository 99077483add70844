//! The file of records that could not be read, one JSON line each.

use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::{IoError, Rejection};

/// Appends rejections to a file.
///
/// The file grows while the job runs. What counts is the length that [`RejectsWriter::sync`] gave last:
/// a job that goes on opens the file with that length and loses what was written after it, to write it
/// again.
pub struct RejectsWriter {
    path: PathBuf,
    file: BufWriter<File>,
    line: Vec<u8>,
    bytes: u64,
}

impl RejectsWriter {
    /// Starts an empty file, in the place of an earlier one.
    ///
    /// # Errors
    /// When it can't be created.
    pub fn create(path: impl Into<PathBuf>) -> Result<Self, IoError> {
        let path = path.into();
        match File::create(&path) {
            Ok(file) => Ok(Self::new(path, file, 0)),
            Err(source) => Err(IoError::Write { path, source }),
        }
    }

    /// Opens a file that an earlier run left and cuts off what is beyond its first `bytes` bytes.
    /// A length of 0 does not need the file to be there.
    ///
    /// # Errors
    /// When it can't be opened or cut, or has fewer bytes than that.
    pub fn open_truncated(path: impl Into<PathBuf>, bytes: u64) -> Result<Self, IoError> {
        let path = path.into();
        match open_at(&path, bytes) {
            Ok((file, found)) if found >= bytes => Ok(Self::new(path, file, bytes)),
            Ok((_, found)) => Err(IoError::Shrunk { path, recorded: bytes, found }),
            Err(source) => Err(IoError::Write { path, source }),
        }
    }

    fn new(path: PathBuf, file: File, bytes: u64) -> Self {
        Self { path, file: BufWriter::new(file), line: Vec::new(), bytes }
    }

    /// Appends a rejection. It is on disk after the next [`RejectsWriter::sync`].
    ///
    /// # Errors
    /// When the file can't be written.
    pub fn write(&mut self, rejection: &Rejection) -> Result<(), IoError> {
        self.line.clear();
        serde_json::to_writer(&mut self.line, rejection)
            .map_err(|source| IoError::Encode { path: self.path.clone(), source })?;
        self.line.push(b'\n');
        self.file
            .write_all(&self.line)
            .map_err(|source| IoError::Write { path: self.path.clone(), source })?;
        self.bytes += self.line.len() as u64;
        Ok(())
    }

    /// Brings everything to disk and gives the length of the file in bytes, for the job's journal.
    ///
    /// # Errors
    /// When the file can't be written or synced.
    pub fn sync(&mut self) -> Result<u64, IoError> {
        let synced = self.file.flush().and_then(|()| self.file.get_ref().sync_data());
        match synced {
            Ok(()) => Ok(self.bytes),
            Err(source) => Err(IoError::Write { path: self.path.clone(), source }),
        }
    }
}

/// Opens a file at `bytes`, cut there unless it is shorter; gives the length that it had.
fn open_at(path: &PathBuf, bytes: u64) -> io::Result<(File, u64)> {
    let mut file = OpenOptions::new().write(true).create(bytes == 0).truncate(false).open(path)?;
    let found = file.metadata()?.len();
    if found >= bytes {
        file.set_len(bytes)?;
        file.seek(SeekFrom::Start(bytes))?;
    }
    Ok((file, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Position, RejectKind};

    fn rejection(line: u64) -> Rejection {
        let position = Position { file: "가.jsonl".into(), line };
        Rejection::new(position, RejectKind::BadJson, "m", b"{\xff\n")
    }

    fn lines(path: &PathBuf) -> Vec<u64> {
        let text = std::fs::read_to_string(path).unwrap();
        text.lines().map(|l| serde_json::from_str::<Rejection>(l).unwrap().position.line).collect()
    }

    #[test]
    fn going_on_at_a_recorded_length_loses_and_doubles_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rejects.jsonl");
        let mut writer = RejectsWriter::create(&path).unwrap();
        writer.write(&rejection(1)).unwrap();
        let length = writer.sync().unwrap();
        assert_eq!(length, std::fs::metadata(&path).unwrap().len());
        writer.write(&rejection(2)).unwrap();
        drop(writer);
        assert_eq!(lines(&path), [1, 2]);

        let mut writer = RejectsWriter::open_truncated(&path, length).unwrap();
        writer.write(&rejection(2)).unwrap();
        writer.write(&rejection(3)).unwrap();
        assert_eq!(writer.sync().unwrap(), std::fs::metadata(&path).unwrap().len());
        assert_eq!(lines(&path), [1, 2, 3]);
    }

    #[test]
    fn a_file_that_shrank_or_went_is_an_error_and_stays_as_it_is() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("rejects.jsonl");
        assert!(matches!(RejectsWriter::open_truncated(&path, 5), Err(IoError::Write { .. })));
        assert!(!path.exists());
        std::fs::write(&path, "ab\n").unwrap();
        match RejectsWriter::open_truncated(&path, 5) {
            Err(IoError::Shrunk { recorded: 5, found: 3, .. }) => {}
            other => panic!("{:?}", other.err()),
        }
        assert_eq!(std::fs::read(&path).unwrap(), b"ab\n");
        RejectsWriter::open_truncated(dir.path().join("new.jsonl"), 0).unwrap().write(&rejection(1)).unwrap();
        assert_eq!(lines(&dir.path().join("new.jsonl")), [1]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_reported_as_such() {
        let mut writer = RejectsWriter::create("/dev/full").unwrap();
        writer.write(&rejection(1)).unwrap();
        let error = writer.sync().unwrap_err();
        assert!(error.is_disk_full());
        assert!(error.to_string().starts_with("cannot write /dev/full: the disk is full;"));
    }
}

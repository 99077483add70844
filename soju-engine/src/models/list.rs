//! Which models there are.

use std::fs;
use std::path::PathBuf;

use serde::Serialize;

use super::origin::Origin;
use super::{ModelError, ModelStore, checked};

/// A model in the folder, or one that could be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ModelEntry {
    /// What to call it in other commands.
    pub name: String,
    /// Its file, there or not.
    pub path: PathBuf,
    /// Length of the file in bytes; of the model when the file is missing.
    pub size: Option<u64>,
    /// Whether it can be used.
    pub state: ModelState,
    /// What is wrong with a damaged one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// Where it came from, when soju fetched it or could.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// Whether a model can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ModelState {
    /// The file is there, and its magic and length are right.
    Ready,
    /// It has not been fetched.
    Missing,
    /// Fetching it was begun and not finished; the next pull goes on.
    Partial,
    /// The file is there and cannot be used.
    Damaged,
}

impl ModelStore {
    /// The known models, then every other `.gguf` file of the folder by name. A folder that does not
    /// exist is an empty one.
    ///
    /// # Errors
    /// [`ModelError::Io`] when the folder cannot be read.
    pub fn list(&self) -> Result<Vec<ModelEntry>, ModelError> {
        let mut entries: Vec<ModelEntry> = self
            .known
            .iter()
            .map(|m| {
                let package = format!("python package {} {}", m.package.name, m.package.version);
                self.entry(m.name.to_owned(), self.dir.join(m.file), Some(m.size), Some(package))
            })
            .collect();
        for name in self.gguf_files()? {
            if self.known.iter().all(|m| m.file != name) {
                let path = self.dir.join(&name);
                let source = Origin::read(&path).map(|o| o.source);
                entries.push(self.entry(name, path, None, source));
            }
        }
        Ok(entries)
    }

    fn gguf_files(&self) -> Result<Vec<String>, ModelError> {
        let files = match fs::read_dir(&self.dir) {
            Ok(files) => files,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(ModelError::io("read", &self.dir)(e)),
        };
        let mut names = Vec::new();
        for file in files {
            let file = file.map_err(ModelError::io("read", &self.dir))?;
            let name = file.file_name().to_string_lossy().into_owned();
            if name.ends_with(".gguf") && !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn entry(&self, name: String, path: PathBuf, size: Option<u64>, source: Option<String>) -> ModelEntry {
        let on_disk = fs::metadata(&path).ok().map(|m| m.len());
        let (state, fault) = match on_disk {
            None if self.pull_dir(&name).exists() => (ModelState::Partial, None),
            None => (ModelState::Missing, None),
            Some(_) => match self.check_size(&path).and_then(|()| checked(path.clone())) {
                Ok(_) => (ModelState::Ready, None),
                Err(error) => (ModelState::Damaged, Some(error.to_string())),
            },
        };
        ModelEntry { name, path, size: on_disk.or(size), state, fault, source }
    }
}

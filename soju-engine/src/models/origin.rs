//! A note beside a file from the hub: where it came from and what it must hash to.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

#[cfg(feature = "hub")]
use super::ModelError;

/// The content of `FILE.origin.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Origin {
    /// Where it came from, as in `soju model pull SOURCE`.
    pub(super) source: String,
    /// SHA-256 of the file, in lower-case hex.
    pub(super) sha256: String,
    /// Length of the file in bytes.
    pub(super) size: u64,
}

impl Origin {
    fn path(model: &Path) -> PathBuf {
        let mut path = model.as_os_str().to_owned();
        path.push(".origin.json");
        path.into()
    }

    /// The note beside a model, if there is a readable one. A file that a user put there has none.
    pub(super) fn read(model: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(model)).ok()?).ok()
    }

    /// Writes the note beside where the model will be.
    #[cfg(feature = "hub")]
    pub(super) fn write(&self, model: &Path) -> Result<(), ModelError> {
        let path = Self::path(model);
        let mut text = serde_json::to_string_pretty(self).expect("two strings and a number are JSON");
        text.push('\n');
        fs::write(&path, text).map_err(ModelError::io("write", &path))
    }
}

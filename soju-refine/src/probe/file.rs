//! The file that a probe is kept in: one JSON object, as [`Probe`] is written.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::Probe;

/// Files that are longer hold no probe: dozens of heads of 8,192 weights in digits.
const MOST_BYTES: u64 = 64 << 20;

/// A file that holds no probe that can be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// The file can't be read.
    #[error("cannot read the probe {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file can't be written.
    #[error("cannot write the probe {path}: {source}")]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is none of ours, or damaged.
    #[error("{name} holds no probe: {message}; make one with: soju train-probe")]
    Invalid {
        /// The file.
        name: String,
        /// What is wrong.
        message: String,
    },
}

impl Probe {
    /// Reads a probe from a file.
    ///
    /// # Errors
    /// The file can't be read or holds no probe.
    pub fn load(path: &Path) -> Result<Self, ProbeError> {
        let read = |source| ProbeError::Read { path: path.to_owned(), source };
        let name = path.display().to_string();
        let bytes = std::fs::metadata(path).map_err(read)?.len();
        if bytes > MOST_BYTES {
            return Err(ProbeError::Invalid { name, message: format!("{bytes} bytes are too many") });
        }
        let bytes = std::fs::read(path).map_err(read)?;
        let text = std::str::from_utf8(&bytes);
        text.map_err(|e| e.to_string())
            .and_then(Self::from_json)
            .map_err(|message| ProbeError::Invalid { name, message })
    }

    pub(super) fn from_json(text: &str) -> Result<Self, String> {
        let probe: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        if probe.width == 0 || probe.shape.excerpts == 0 || probe.shape.characters == 0 {
            return Err("`width` or a number of `shape` is 0".to_owned());
        }
        for head in &probe.heads {
            let name = head.target.name();
            if head.weights.len() != probe.width {
                let weights = head.weights.len();
                return Err(format!("the head `{name}` has {weights} weights, expected {}", probe.width));
            }
            if !head.bias.is_finite() || head.weights.iter().any(|w| !w.is_finite()) {
                return Err(format!("the head `{name}` has a weight that is no number"));
            }
        }
        Ok(probe)
    }

    /// Writes the probe to a file, whole or not at all.
    ///
    /// # Errors
    /// The file can't be written.
    pub fn save(&self, path: &Path) -> Result<(), ProbeError> {
        let write = || {
            let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer(&mut file, self)?;
            file.write_all(b"\n")?;
            file.as_file().sync_all()?;
            file.persist(path)?;
            Ok(())
        };
        write().map_err(|source| ProbeError::Write { path: path.to_owned(), source })
    }

    /// A number that changes with any weight, for the identity of a job.
    pub fn fingerprint(&self) -> u64 {
        xxhash_rust::xxh3::xxh3_64(&serde_json::to_vec(self).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Head, Shape, Target};
    use super::*;
    use crate::student::Level;

    fn probe() -> Probe {
        let weights = vec![0.1, -3.5e-7];
        let head = |target| Head { target, level: Level::Document, bias: 0.25, weights: weights.clone() };
        Probe {
            model: "m".into(),
            width: 2,
            shape: Shape::default(),
            statement: "말".into(),
            heads: vec![head(Target::Junk), head(Target::Kind("spam".into()))],
        }
    }

    #[test]
    fn it_comes_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("probe.json");
        probe().save(&path).unwrap();
        assert_eq!(Probe::load(&path).unwrap(), probe());
        assert_eq!(Probe::load(&path).unwrap().fingerprint(), probe().fingerprint());
    }

    #[test]
    fn damage_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("probe.json");
        let error = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Probe::load(&path).unwrap_err().to_string()
        };
        let text = serde_json::to_string(&probe()).unwrap();
        assert!(error(&text.as_bytes()[..40]).contains("probe.json holds no probe: "));
        assert!(error(b"\xff").contains("utf-8"));
        assert!(error(text.replace("\"width\":2", "\"width\":3").as_bytes()).contains("has 2 weights"));
        assert!(error(text.replace("0.25", "1e60").as_bytes()).contains("holds no probe"));
        assert!(error(b"{}").contains("soju train-probe"));
    }
}

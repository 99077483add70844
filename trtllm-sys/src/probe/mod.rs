//! Where is TensorRT-LLM installed, and may this crate be linked with it?
//!
//! Looks at files only; nothing is loaded or run. The build script uses this module too.

mod error;
mod layout;
#[cfg(test)]
mod tests;
mod version;

use std::path::{Path, PathBuf};

pub use error::ProbeError;
pub use layout::Surroundings;
pub use version::{SUPPORTED, Version};

/// The header that a binding cannot do without, below the include folder.
const EXECUTOR_HEADER: &str = "tensorrt_llm/executor/executor.h";
/// The header that holds the version, below the include folder.
const VERSION_HEADER: &str = "tensorrt_llm/executor/version.h";
/// The library, below the library folder.
const LIBRARY: &str = "libtensorrt_llm.so";

/// A usable installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Folder that holds `tensorrt_llm/executor/executor.h`.
    pub include: PathBuf,
    /// Folder that holds `libtensorrt_llm.so`.
    pub lib: PathBuf,
    /// Version, as its headers say.
    pub version: Version,
}

/// Looks for an installation: at the places that the variables name, else where the Python wheel and
/// NVIDIA's container put it.
///
/// # Errors
/// [`ProbeError`] says what was looked for, where, and which variable to set.
pub fn probe(surroundings: &Surroundings) -> Result<Installation, ProbeError> {
    let include = first_with(&surroundings.include_candidates(), EXECUTOR_HEADER)
        .map_err(|searched| ProbeError::NoHeaders { searched })?;
    let lib = first_with(&surroundings.lib_candidates(), LIBRARY)
        .map_err(|searched| ProbeError::NoLibrary { searched })?;
    let header = include.join(VERSION_HEADER);
    let text = std::fs::read_to_string(&header)
        .map_err(|error| ProbeError::NoVersion { header: header.clone(), reason: error.to_string() })?;
    let version = version::in_header(&text).ok_or_else(|| ProbeError::NoVersion {
        header: header.clone(),
        reason: "it holds no version string".to_owned(),
    })?;
    if !SUPPORTED.contains(&version) {
        return Err(ProbeError::UnsupportedVersion { version, header });
    }
    Ok(Installation { include, lib, version })
}

/// The first folder that holds `file`; otherwise all that were searched.
fn first_with(folders: &[PathBuf], file: &str) -> Result<PathBuf, Vec<PathBuf>> {
    let holds = |folder: &&PathBuf| Path::new(folder).join(file).is_file();
    folders.iter().find(holds).cloned().ok_or_else(|| folders.to_vec())
}

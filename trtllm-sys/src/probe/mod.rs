//! Where is TensorRT-LLM installed, and may this crate be linked with it?
//!
//! The search takes, in this order: `TRTLLM_ROOT` (a Python wheel's `tensorrt_llm` folder, a source checkout,
//! NVIDIA's container, a prefix with `include` and `lib`); the Python packages of `VIRTUAL_ENV` and of
//! `python3`; the folders of NVIDIA's container. `TRTLLM_INCLUDE_DIR` and `TRTLLM_LIB_DIR` take the place of one
//! part each. [`cuda_include`] finds CUDA's headers likewise.
//!
//! Nothing of what is found is loaded or run. The build script uses this module too.

mod cuda;
mod error;
mod layout;
mod surroundings;
#[cfg(test)]
mod tests;
mod trail;
mod version;

use std::path::{Path, PathBuf};

pub use cuda::{cuda_include, cuda_libs};
pub use error::ProbeError;
pub use surroundings::{Packages, Surroundings, ask_python};
pub use trail::{Step, Trail};
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

impl Installation {
    /// The library file.
    #[must_use]
    pub fn library(&self) -> PathBuf {
        self.lib.join(LIBRARY)
    }

    /// The header that tells the version.
    #[must_use]
    pub fn version_header(&self) -> PathBuf {
        self.include.join(VERSION_HEADER)
    }
}

/// Looks for an installation: at the places that the variables name, else where the Python wheel and
/// NVIDIA's container put it.
///
/// # Errors
/// [`ProbeError`] says what was looked for, where, what was found, and which variable to set.
pub fn probe(surroundings: &Surroundings) -> Result<Installation, ProbeError> {
    let mut trail = Trail::default();
    let include = find(surroundings, &mut trail, Part::Include, EXECUTOR_HEADER);
    let lib = find(surroundings, &mut trail, Part::Lib, LIBRARY);
    let package = lib.as_deref().and_then(package_version);
    if let Some((text, file)) = &package {
        check(text, file)?;
    }
    let Some(include) = include else {
        // Later trees keep the version header and have no executor: the version is the better reason.
        if let Some(include) = find(surroundings, &mut Trail::default(), Part::Include, VERSION_HEADER) {
            read_header(&include)?;
        }
        return Err(match lib {
            None => ProbeError::NotFound { trail },
            Some(_) => ProbeError::NoHeaders { trail, package: package.map(|(text, _)| text) },
        });
    };
    let (version, headers) = read_header(&include)?;
    let lib = lib.ok_or(ProbeError::NoLibrary { trail })?;
    match package {
        Some((library, package)) if release(&library) != release(&headers) => {
            let header = include.join(VERSION_HEADER);
            Err(ProbeError::VersionMismatch { headers, header, library, package })
        }
        _ => Ok(Installation { include, lib, version }),
    }
}

#[derive(Clone, Copy)]
enum Part {
    Include,
    Lib,
}

/// The folder of one part: where its own variable says, else the first place that has it.
fn find(surroundings: &Surroundings, trail: &mut Trail, part: Part, file: &str) -> Option<PathBuf> {
    let (variable, given) = match part {
        Part::Include => ("TRTLLM_INCLUDE_DIR", &surroundings.include),
        Part::Lib => ("TRTLLM_LIB_DIR", &surroundings.lib),
    };
    if let Some(folder) = given {
        return trail.search(variable, std::slice::from_ref(folder), file);
    }
    if surroundings.root.is_none() {
        trail.absent(format!("{variable} and TRTLLM_ROOT are not set"));
        surroundings.without_packages.iter().for_each(|reason| trail.absent(reason));
    }
    layout::places(surroundings).iter().find_map(|place| {
        let folders = match part {
            Part::Include => &place.include,
            Part::Lib => &place.lib,
        };
        trail.search(&place.name, folders, file)
    })
}

/// The version that the headers tell, if it is a supported one; also as it is written there.
fn read_header(include: &Path) -> Result<(Version, String), ProbeError> {
    let header = include.join(VERSION_HEADER);
    let fault = |reason: String| ProbeError::NoVersion { header: header.clone(), reason };
    let content = std::fs::read_to_string(&header).map_err(|error| fault(error.to_string()))?;
    let text = version::in_header(&content).ok_or_else(|| fault("it holds no version string".to_owned()))?;
    Ok((check(text, &header)?, text.to_owned()))
}

fn check(text: &str, file: &Path) -> Result<Version, ProbeError> {
    let fault =
        || ProbeError::NoVersion { header: file.to_owned(), reason: format!("\"{text}\" is no version") };
    let version = Version::parse(text).ok_or_else(fault)?;
    if SUPPORTED.contains(&version) {
        return Ok(version);
    }
    Err(ProbeError::UnsupportedVersion { version, text: text.to_owned(), file: file.to_owned() })
}

/// The version of the Python package that a library folder is part of, and the file that tells it.
fn package_version(lib: &Path) -> Option<(String, PathBuf)> {
    let file = lib.parent()?.join("version.py");
    let content = std::fs::read_to_string(&file).ok()?;
    Some((version::in_package(&content)?.to_owned(), file))
}

/// A version without the part that tells who built it: `1.2.1+cu12` is 1.2.1.
fn release(text: &str) -> &str {
    text.split('+').next().unwrap_or(text).trim()
}

//! CUDA's headers, which those of TensorRT-LLM include, and the folders of its libraries.

use std::path::{Path, PathBuf};

use super::error::ProbeError;
use super::surroundings::Surroundings;
use super::trail::Trail;

/// The header that TensorRT-LLM's headers cannot do without.
const CUDA_HEADER: &str = "cuda_fp16.h";

/// The Python packages keep in three folders what a toolkit has in one: a file of each, and its folder.
const SPLIT: [(&str, &str); 3] = [
    ("nvidia/cuda_runtime/include", CUDA_HEADER),
    ("nvidia/cuda_nvcc/include", "crt/host_defines.h"),
    ("nvidia/cuda_cccl/include", "nv/target"),
];

/// The folders that the compiler needs for CUDA's headers.
///
/// # Errors
/// [`ProbeError::NoCudaHeaders`] says where they were looked for.
pub fn cuda_include(surroundings: &Surroundings) -> Result<Vec<PathBuf>, ProbeError> {
    let mut trail = Trail::default();
    if !surroundings.cuda_include.is_empty() {
        return match trail.search("CUDA_INCLUDE_DIR", &surroundings.cuda_include, CUDA_HEADER) {
            Some(_) => Ok(surroundings.cuda_include.clone()),
            None => Err(ProbeError::NoCudaHeaders { trail }),
        };
    }
    trail.absent("CUDA_INCLUDE_DIR is not set");
    let (named, default): (Vec<_>, Vec<_>) =
        surroundings.cuda_toolkits.iter().partition(|(name, _)| name.starts_with("CUDA_"));
    for (name, toolkit) in named {
        if let Some(include) = trail.search(name, &[toolkit.join("include")], CUDA_HEADER) {
            return Ok(with_cccl(include));
        }
    }
    for packages in &surroundings.packages {
        if let Some(folders) = of_packages(&mut trail, &packages.place, &packages.folder) {
            return Ok(folders);
        }
    }
    for (name, toolkit) in default {
        if let Some(include) = trail.search(name, &[toolkit.join("include")], CUDA_HEADER) {
            return Ok(with_cccl(include));
        }
    }
    Err(ProbeError::NoCudaHeaders { trail })
}

/// Folders that may hold CUDA's libraries (and `stubs` below them), the likeliest first.
#[must_use]
pub fn cuda_libs(surroundings: &Surroundings) -> Vec<PathBuf> {
    let beside_headers = surroundings.cuda_include.iter().filter_map(|include| include.parent());
    let toolkits = surroundings.cuda_toolkits.iter().map(|(_, toolkit)| toolkit.as_path());
    let toolkits =
        beside_headers.chain(toolkits).flat_map(|toolkit| ["lib64", "lib"].map(|lib| toolkit.join(lib)));
    let packages = surroundings.packages.iter().flat_map(|packages| {
        // The last one is TensorRT itself.
        ["nvidia/cuda_runtime/lib", "nvidia/cu13/lib", "tensorrt_libs"].map(|lib| packages.folder.join(lib))
    });
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in toolkits.chain(packages).filter(|folder| folder.is_dir()) {
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

/// The headers in Python packages: those of CUDA 12 in three folders, those of CUDA 13 in one.
fn of_packages(trail: &mut Trail, place: &str, packages: &Path) -> Option<Vec<PathBuf>> {
    let runtime = [packages.join(SPLIT[0].0), packages.join("nvidia/cu13/include")];
    let found = trail.search(place, &runtime, CUDA_HEADER)?;
    if found == runtime[1] {
        return Some(with_cccl(found));
    }
    SPLIT.iter().map(|(folder, file)| trail.search(place, &[packages.join(folder)], file)).collect()
}

/// CUDA 13 moved the C++ core libraries one folder down.
fn with_cccl(include: PathBuf) -> Vec<PathBuf> {
    let cccl = include.join("cccl");
    if cccl.is_dir() { vec![include, cccl] } else { vec![include] }
}

//! How an installation is laid out below each place where it may be.

use std::path::{Path, PathBuf};

use super::surroundings::Surroundings;

/// A place where an installation may be, with the folders that its layouts give.
pub(super) struct Place {
    /// Who named it, for the trail.
    pub(super) name: String,
    pub(super) include: Vec<PathBuf>,
    pub(super) lib: Vec<PathBuf>,
}

/// The places to search, the first one first. `TRTLLM_ROOT` is the only one where it is set: a wrong variable
/// must not silently give another installation.
pub(super) fn places(surroundings: &Surroundings) -> Vec<Place> {
    if let Some(root) = &surroundings.root {
        return vec![below_root(root, surroundings)];
    }
    let packages = surroundings.packages.iter().map(|packages| Place {
        name: packages.place.clone(),
        include: vec![packages.folder.join("tensorrt_llm/include")],
        lib: vec![packages.folder.join("tensorrt_llm/libs")],
    });
    packages.chain([container(surroundings)]).collect()
}

fn below_root(root: &Path, surroundings: &Surroundings) -> Place {
    let below = |folders: &[&str]| folders.iter().map(|folder| root.join(folder)).collect::<Vec<_>>();
    let mut place = Place {
        name: "TRTLLM_ROOT".to_owned(),
        // A wheel's package or a prefix; a checkout; the folder that holds a wheel's package.
        include: below(&["include", "cpp/include", "tensorrt_llm/include"]),
        lib: below(&["libs", "lib", "lib64", "cpp/build/tensorrt_llm", "tensorrt_llm/libs"]),
    };
    if root == surroundings.container {
        place.lib.extend(container(surroundings).lib);
    }
    place
}

/// NVIDIA's container keeps headers and libraries apart.
fn container(surroundings: &Surroundings) -> Place {
    let packages = surroundings.container_packages.iter().map(|folder| folder.join("tensorrt_llm/libs"));
    Place {
        name: "NVIDIA's container".to_owned(),
        include: vec![surroundings.container.join("include")],
        lib: packages.chain([surroundings.container.join("lib")]).collect(),
    }
}

//! The places where an installation may be.

use std::path::{Path, PathBuf};

/// What the search for an installation depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `TRTLLM_ROOT`: a source checkout, an unpacked wheel, or an installed `tensorrt_llm` package.
    pub root: Option<PathBuf>,
    /// `TRTLLM_INCLUDE`: the folder of the headers.
    pub include: Option<PathBuf>,
    /// `TRTLLM_LIB`: the folder of the library.
    pub lib: Option<PathBuf>,
    /// Folders of installed Python packages (`site-packages`, `dist-packages`).
    pub packages: Vec<PathBuf>,
    /// Where NVIDIA's container keeps its tree.
    pub container: PathBuf,
}

impl Surroundings {
    /// The names of the variables that [`read`](Self::read) asks for.
    pub const VARIABLES: [&str; 4] = ["TRTLLM_ROOT", "TRTLLM_INCLUDE", "TRTLLM_LIB", "VIRTUAL_ENV"];

    /// Reads the variables through `variable` and lists the Python packages of the active virtual
    /// environment and of the system.
    pub fn read(variable: impl Fn(&str) -> Option<PathBuf>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.as_os_str().is_empty());
        let mut packages = Vec::new();
        let environment = variable("VIRTUAL_ENV").map(|folder| folder.join("lib"));
        for lib in environment.into_iter().chain(["/usr/local/lib", "/usr/lib"].map(PathBuf::from)) {
            packages.extend(python_packages(&lib));
        }
        Self {
            root: variable("TRTLLM_ROOT"),
            include: variable("TRTLLM_INCLUDE"),
            lib: variable("TRTLLM_LIB"),
            packages,
            container: PathBuf::from("/app/tensorrt_llm"),
        }
    }

    /// Folders that may hold the headers, the likeliest first. A variable that is set is the only place.
    pub(super) fn include_candidates(&self) -> Vec<PathBuf> {
        if let Some(include) = &self.include {
            return vec![include.clone()];
        }
        if let Some(root) = &self.root {
            return ["include", "cpp/include", "tensorrt_llm/include"]
                .map(|folder| root.join(folder))
                .to_vec();
        }
        let wheels = self.packages.iter().map(|packages| packages.join("tensorrt_llm/include"));
        std::iter::once(self.container.join("include")).chain(wheels).collect()
    }

    /// Folders that may hold the library, the likeliest first.
    pub(super) fn lib_candidates(&self) -> Vec<PathBuf> {
        if let Some(lib) = &self.lib {
            return vec![lib.clone()];
        }
        if let Some(root) = &self.root {
            let folders = ["libs", "lib", "tensorrt_llm/libs", "cpp/build/tensorrt_llm"];
            return folders.map(|folder| root.join(folder)).to_vec();
        }
        let wheels = self.packages.iter().map(|packages| packages.join("tensorrt_llm/libs"));
        wheels.chain([self.container.join("lib")]).collect()
    }
}

/// `python3.*/{site,dist}-packages` below `lib`, the newest first.
fn python_packages(lib: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(lib) else { return Vec::new() };
    let mut pythons: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let minor = entry.file_name().to_str()?.strip_prefix("python3.")?.parse().ok()?;
            Some((minor, entry.path()))
        })
        .collect();
    pythons.sort_unstable_by(|a, b| b.cmp(a));
    let packages =
        |(_, python): (u32, PathBuf)| ["site-packages", "dist-packages"].map(|name| python.join(name));
    pythons.into_iter().flat_map(packages).filter(|folder| folder.is_dir()).collect()
}

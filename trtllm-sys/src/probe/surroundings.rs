//! What the search depends on: variables, Python's folders, and the fixed places.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Folders of installed Python packages (`site-packages`, `dist-packages`) and who named them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packages {
    /// `VIRTUAL_ENV`, `python3`, or the container.
    pub place: String,
    /// The folder.
    pub folder: PathBuf,
}

/// What the search for an installation depends on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// `TRTLLM_ROOT`: a source checkout, an unpacked wheel, an installed `tensorrt_llm` package, or a prefix.
    pub root: Option<PathBuf>,
    /// `TRTLLM_INCLUDE_DIR`: the folder of the headers.
    pub include: Option<PathBuf>,
    /// `TRTLLM_LIB_DIR`: the folder of the library.
    pub lib: Option<PathBuf>,
    /// Folders of installed Python packages, of the virtual environment and of `python3`.
    pub packages: Vec<Packages>,
    /// Places without any such folder, as sentences.
    pub without_packages: Vec<String>,
    /// Where NVIDIA's container keeps its tree.
    pub container: PathBuf,
    /// Where NVIDIA's container keeps Python's packages.
    pub container_packages: Vec<PathBuf>,
    /// `CUDA_INCLUDE_DIR`: folders of CUDA's headers.
    pub cuda_include: Vec<PathBuf>,
    /// CUDA toolkits and who named them: `CUDA_HOME`, `CUDA_PATH`, the default.
    pub cuda_toolkits: Vec<(String, PathBuf)>,
    /// The folders that the linker and the loader search anyway.
    pub system_libs: Vec<PathBuf>,
}

impl Surroundings {
    /// The names of the variables that [`read`](Self::read) asks for.
    pub const VARIABLES: [&str; 7] = [
        "TRTLLM_ROOT",
        "TRTLLM_INCLUDE_DIR",
        "TRTLLM_LIB_DIR",
        "VIRTUAL_ENV",
        "CUDA_INCLUDE_DIR",
        "CUDA_HOME",
        "CUDA_PATH",
    ];

    /// Reads the variables through `variable`; `python` gives what [`ask_python`] gives, one folder a line.
    pub fn read(variable: impl Fn(&str) -> Option<PathBuf>, python: impl FnOnce() -> Option<String>) -> Self {
        let variable = |name| variable(name).filter(|value| !value.as_os_str().is_empty());
        // A build script runs in its package's folder, so a relative path is shown with that folder.
        let folder = |name| variable(name).map(|path| std::path::absolute(&path).unwrap_or(path));
        let mut this = Self {
            root: folder("TRTLLM_ROOT"),
            include: folder("TRTLLM_INCLUDE_DIR"),
            lib: folder("TRTLLM_LIB_DIR"),
            container: PathBuf::from("/app/tensorrt_llm"),
            container_packages: python_packages(Path::new("/usr/local/lib")),
            cuda_include: variable("CUDA_INCLUDE_DIR")
                .map(|list| {
                    std::env::split_paths(&list).filter(|path| !path.as_os_str().is_empty()).collect()
                })
                .unwrap_or_default(),
            cuda_toolkits: ["CUDA_HOME", "CUDA_PATH"]
                .into_iter()
                .filter_map(|name| Some((name.to_owned(), folder(name)?)))
                .chain([("the default".to_owned(), PathBuf::from("/usr/local/cuda"))])
                .collect(),
            system_libs: system_libs(std::env::consts::ARCH),
            ..Self::default()
        };
        match folder("VIRTUAL_ENV") {
            None => this.without_packages.push("VIRTUAL_ENV is not set".to_owned()),
            Some(environment) => this.add_packages("VIRTUAL_ENV", python_packages(&environment.join("lib"))),
        }
        let named = python().unwrap_or_default();
        this.add_packages(
            "python3",
            named.lines().filter(|line| !line.is_empty()).map(PathBuf::from).collect(),
        );
        this
    }

    fn add_packages(&mut self, place: &str, folders: Vec<PathBuf>) {
        if folders.is_empty() {
            self.without_packages.push(format!("{place}: names no folder of Python packages"));
        }
        for folder in folders {
            if !self.packages.iter().any(|known| known.folder == folder) {
                self.packages.push(Packages { place: place.to_owned(), folder });
            }
        }
    }
}

/// Asks `python3` where its packages are; `None` without Python.
#[must_use]
pub fn ask_python() -> Option<String> {
    let program = "import sysconfig; [print(sysconfig.get_path(name)) for name in ('purelib', 'platlib')]";
    let output = Command::new("python3").args(["-c", program]).output().ok()?;
    if !output.status.success() {
        return None;
    }
    String::from_utf8(output.stdout).ok()
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

fn system_libs(arch: &str) -> Vec<PathBuf> {
    let multiarch = format!("/usr/lib/{arch}-linux-gnu");
    // The last one holds the driver of Windows' Linux subsystem.
    [multiarch.as_str(), "/usr/lib64", "/usr/lib", "/usr/local/lib", "/usr/lib/wsl/lib"]
        .map(PathBuf::from)
        .to_vec()
}

//! The lines that tell cargo how to link.

use std::path::{Path, PathBuf};

use super::companions::Companions;

/// An installation as far as the linker is concerned.
#[derive(Debug, Clone)]
pub struct Library<'a> {
    /// The folder of libtensorrt_llm.so.
    pub folder: &'a Path,
    /// The folder of its plugins, mostly the same.
    pub plugins: &'a Path,
    /// Its version.
    pub version: String,
    /// What it needs.
    pub companions: &'a Companions,
    /// The folders that the loader searches anyway.
    pub system: &'a [PathBuf],
}

/// The shim comes first, then what it calls.
pub fn shim(folder: &Path) -> Vec<String> {
    vec![search(folder), "cargo::rustc-link-lib=static=trtllm_shim".to_owned()]
}

/// The stand-in, built with the shim.
pub fn stand_in() -> Vec<String> {
    vec!["cargo::rustc-link-lib=static=trtllm_stand_in".to_owned()]
}

/// TensorRT-LLM, what it needs, the run-time path of this package's own tests, and what other packages' build
/// scripts need for theirs (`DEP_TENSORRT_LLM_…`).
pub fn library(library: &Library<'_>) -> Vec<String> {
    let mut lines = vec![
        search(library.folder),
        search(library.plugins),
        "cargo::rustc-link-lib=dylib=tensorrt_llm".to_owned(),
        "cargo::rustc-link-lib=dylib=nvinfer_plugin_tensorrt_llm".to_owned(),
    ];
    let is_system = |folder: &PathBuf| library.system.contains(folder);
    for companion in &library.companions.found {
        if !is_system(&companion.folder) {
            lines.push(search(&companion.folder));
        }
        // Under its exact name, since the Python packages have no `libcudart.so`.
        lines.push(format!("cargo::rustc-link-lib=dylib:+verbatim={}", companion.file));
    }
    let argument = argument(library);
    lines.push(format!("cargo::rustc-link-arg={argument}"));
    lines.push(format!("cargo::metadata=LIB={}", library.folder.display()));
    lines.push(format!("cargo::metadata=VERSION={}", library.version));
    lines.push(format!("cargo::metadata=LINK_ARG={argument}"));
    lines
}

/// The C++ library; `CXXSTDLIB` is what the crate `cc` asks for too.
pub fn standard_library(named: Option<&str>) -> Vec<String> {
    match named {
        Some("") => Vec::new(),
        name => vec![format!("cargo::rustc-link-lib=dylib={}", name.unwrap_or("stdc++"))],
    }
}

/// The linker's options for a program that is to run, as one argument.
fn argument(library: &Library<'_>) -> String {
    // RUNPATH does not reach the libraries that the library itself needs; the older RPATH does.
    let mut argument = "-Wl,--disable-new-dtags".to_owned();
    let mut folders = vec![library.folder, library.plugins];
    folders.dedup();
    for companion in &library.companions.found {
        let folder = companion.folder.as_path();
        // A stub in the run-time path would hide the driver.
        if !companion.stub
            && !folders.contains(&folder)
            && !library.system.iter().any(|system| system == folder)
        {
            folders.push(folder);
        }
    }
    for folder in folders {
        argument.push_str(&format!(",-rpath,{}", folder.display()));
    }
    if !library.companions.missing.is_empty() {
        // A machine that builds needs no driver: what is missing is missed when the program starts.
        argument.push_str(",--allow-shlib-undefined");
    }
    argument
}

fn search(folder: &Path) -> String {
    format!("cargo::rustc-link-search=native={}", folder.display())
}

#[cfg(test)]
mod tests {
    use super::super::companions::Companion;
    use super::*;

    fn companion(folder: &str, file: &str, stub: bool) -> Companion {
        Companion { folder: folder.into(), file: file.to_owned(), stub }
    }

    fn lines(found: Vec<Companion>, missing: Vec<&'static str>) -> Vec<String> {
        library(&Library {
            folder: Path::new("/trt/libs"),
            plugins: Path::new("/trt/libs"),
            version: "1.2.1".to_owned(),
            companions: &Companions { found, missing },
            system: &["/usr/lib".into()],
        })
    }

    #[test]
    fn a_complete_machine() {
        let found = vec![
            companion("/cuda/lib64/stubs", "libcuda.so", true),
            companion("/cuda/lib64", "libcudart.so", false),
            companion("/usr/lib", "libnvidia-ml.so.1", false),
        ];
        let lines = lines(found, Vec::new());
        let argument = "-Wl,--disable-new-dtags,-rpath,/trt/libs,-rpath,/cuda/lib64";
        assert!(lines.contains(&format!("cargo::rustc-link-arg={argument}")), "{lines:#?}");
        assert!(lines.contains(&format!("cargo::metadata=LINK_ARG={argument}")), "{lines:#?}");
        assert!(lines.contains(&"cargo::metadata=LIB=/trt/libs".to_owned()));
        assert!(lines.contains(&"cargo::metadata=VERSION=1.2.1".to_owned()));
        assert!(lines.contains(&"cargo::rustc-link-lib=dylib:+verbatim=libnvidia-ml.so.1".to_owned()));
        assert!(!lines.contains(&"cargo::rustc-link-search=native=/usr/lib".to_owned()));
    }

    #[test]
    fn a_machine_without_a_driver() {
        let lines = lines(Vec::new(), vec!["cuda"]);
        let argument = lines.iter().find(|line| line.starts_with("cargo::rustc-link-arg=")).unwrap();
        assert!(argument.ends_with("-rpath,/trt/libs,--allow-shlib-undefined"), "{argument}");
    }

    #[test]
    fn the_shim_comes_before_what_it_calls() {
        assert_eq!(shim(Path::new("/out"))[1], "cargo::rustc-link-lib=static=trtllm_shim");
        assert_eq!(stand_in(), ["cargo::rustc-link-lib=static=trtllm_stand_in"]);
        assert_eq!(standard_library(None), ["cargo::rustc-link-lib=dylib=stdc++"]);
        assert_eq!(standard_library(Some("c++")), ["cargo::rustc-link-lib=dylib=c++"]);
        assert!(standard_library(Some("")).is_empty());
    }
}

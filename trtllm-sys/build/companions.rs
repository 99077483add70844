//! The libraries that libtensorrt_llm.so needs and that may be missing where a program is built: CUDA's driver and
//! runtime, NVIDIA's management library, and TensorRT.

use std::path::{Path, PathBuf};

/// Their names.
const NAMES: [&str; 4] = ["cuda", "cudart", "nvidia-ml", "nvinfer"];

/// One library that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Companion {
    /// Its folder.
    pub folder: PathBuf,
    /// The file in it: the Python packages have only `libcudart.so.12`.
    pub file: String,
    /// Good for linking only, not at run time.
    pub stub: bool,
}

/// The companions that are there, and the names of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Companions {
    /// Found.
    pub found: Vec<Companion>,
    /// Not found.
    pub missing: Vec<&'static str>,
}

/// The file of TensorRT-LLM's plugins, which an executor can't do without.
pub const PLUGINS: &str = "libnvinfer_plugin_tensorrt_llm.so";

/// The folder of [`PLUGINS`]: beside the library, in a source build one down.
pub fn plugins(lib: &Path) -> Option<PathBuf> {
    [lib.to_owned(), lib.join("plugins")].into_iter().find(|folder| folder.join(PLUGINS).exists())
}

/// Looks in `folders`, then in the stubs that a CUDA toolkit has for machines without a driver.
pub fn find(folders: &[PathBuf]) -> Companions {
    let mut companions = Companions::default();
    for name in NAMES {
        let there = folders.iter().find_map(|folder| in_folder(folder, name, false));
        let found =
            there.or_else(|| folders.iter().find_map(|folder| in_folder(&folder.join("stubs"), name, true)));
        match found {
            Some(companion) => companions.found.push(companion),
            None => companions.missing.push(name),
        }
    }
    companions
}

/// `libNAME.so`, else the one with the shortest version behind it.
fn in_folder(folder: &Path, name: &str, stub: bool) -> Option<Companion> {
    let plain = format!("lib{name}.so");
    if folder.join(&plain).exists() {
        return Some(Companion { folder: folder.to_owned(), file: plain, stub });
    }
    let versioned = format!("{plain}.");
    let entries = std::fs::read_dir(folder).ok()?;
    let files = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let is_version = |file: &String| {
        file.strip_prefix(&versioned)
            .is_some_and(|rest| rest.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit()))
    };
    let file = files.filter(is_version).min_by_key(|file| (file.len(), file.clone()))?;
    Some(Companion { folder: folder.to_owned(), file, stub })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(file: &Path) {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "").unwrap();
    }

    #[test]
    fn plugins_of_a_source_build_are_one_folder_down() {
        let folder = tempfile::tempdir().unwrap();
        let lib = folder.path();
        assert_eq!(plugins(lib), None);
        touch(&lib.join("plugins").join(PLUGINS));
        assert_eq!(plugins(lib), Some(lib.join("plugins")));
        touch(&lib.join(PLUGINS));
        assert_eq!(plugins(lib), Some(lib.to_owned()));
    }

    #[test]
    fn stubs_are_the_last_resort() {
        let folder = tempfile::tempdir().unwrap();
        let (driver, toolkit) = (folder.path().join("driver"), folder.path().join("cuda/lib64"));
        touch(&toolkit.join("stubs/libcuda.so"));
        touch(&toolkit.join("libcudart.so"));
        let folders = [toolkit.clone(), driver.clone()];
        let found = find(&folders);
        assert_eq!(found.missing, ["nvidia-ml", "nvinfer"]);
        assert_eq!(
            found.found[0],
            Companion { folder: toolkit.join("stubs"), file: "libcuda.so".to_owned(), stub: true }
        );
        touch(&driver.join("libcuda.so.1"));
        assert_eq!(
            find(&folders).found[0],
            Companion { folder: driver, file: "libcuda.so.1".to_owned(), stub: false }
        );
    }

    #[test]
    fn a_versioned_name_will_do() {
        let folder = tempfile::tempdir().unwrap();
        for file in ["libcudart.so.12.4.127", "libcudart.so.12", "libcudart.so.txt", "libcudart_static.a"] {
            touch(&folder.path().join(file));
        }
        let found = find(&[folder.path().to_owned(), folder.path().join("nowhere")]);
        assert_eq!(found.found[0].file, "libcudart.so.12");
        assert_eq!(found.missing, ["cuda", "nvidia-ml", "nvinfer"]);
    }
}

//! CUDA's headers and libraries.

use super::*;

fn toolkit(folder: &Path) -> PathBuf {
    write(&folder.join("include/cuda_fp16.h"), "");
    folder.join("include")
}

fn toolkits(folders: &[(&str, &Path)]) -> Vec<(String, PathBuf)> {
    folders.iter().map(|(name, folder)| ((*name).to_owned(), (*folder).to_owned())).collect()
}

#[test]
fn variables_go_first() {
    let folder = tempfile::tempdir().unwrap();
    let (home, default) = (folder.path().join("home"), folder.path().join("default"));
    let (home_include, default_include) = (toolkit(&home), toolkit(&default));
    let mut surroundings = Surroundings {
        cuda_toolkits: toolkits(&[("CUDA_HOME", &home), ("the default", &default)]),
        ..nowhere(folder.path())
    };
    assert_eq!(cuda_include(&surroundings).unwrap(), std::slice::from_ref(&home_include));
    surroundings.cuda_include = vec![folder.path().join("a"), default_include];
    assert_eq!(cuda_include(&surroundings).unwrap(), surroundings.cuda_include);
    write(&home_include.join("cccl/nv/target"), "");
    surroundings.cuda_include.clear();
    assert_eq!(cuda_include(&surroundings).unwrap(), [home_include.clone(), home_include.join("cccl")]);
}

#[test]
fn the_variable_is_a_list() {
    let surroundings =
        Surroundings::read(|name| (name == "CUDA_INCLUDE_DIR").then(|| PathBuf::from("/a:/b:")), || None);
    assert_eq!(surroundings.cuda_include, [PathBuf::from("/a"), PathBuf::from("/b")]);
}

#[test]
fn python_packages_need_all_three() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site-packages");
    let surroundings = Surroundings { packages: packages(site.clone()), ..nowhere(folder.path()) };
    write(&site.join("nvidia/cuda_runtime/include/cuda_fp16.h"), "");
    write(&site.join("nvidia/cuda_nvcc/include/crt/host_defines.h"), "");
    let sentence = cuda_include(&surroundings).unwrap_err().to_string();
    for part in ["CUDA_INCLUDE_DIR is not set", "python3: no nv/target in ", "nvidia-cuda-cccl-cu12"] {
        assert!(sentence.contains(part), "no \"{part}\" in: {sentence}");
    }
    write(&site.join("nvidia/cuda_cccl/include/nv/target"), "");
    assert_eq!(cuda_include(&surroundings).unwrap().len(), 3);
}

#[test]
fn python_packages_of_cuda_13_have_one_folder() {
    let folder = tempfile::tempdir().unwrap();
    let site = folder.path().join("site-packages");
    let include = site.join("nvidia/cu13/include");
    write(&include.join("cuda_fp16.h"), "");
    write(&include.join("cccl/nv/target"), "");
    let surroundings = Surroundings { packages: packages(site), ..nowhere(folder.path()) };
    assert_eq!(cuda_include(&surroundings).unwrap(), [include.clone(), include.join("cccl")]);
}

#[test]
fn libraries_are_beside_the_headers_and_in_toolkits() {
    let folder = tempfile::tempdir().unwrap();
    let (home, site) = (folder.path().join("home"), folder.path().join("site-packages"));
    let package = site.join("nvidia/cuda_runtime");
    for lib in [home.join("lib64"), package.join("lib"), site.join("tensorrt_libs")] {
        fs::create_dir_all(lib).unwrap();
    }
    let surroundings = Surroundings {
        cuda_include: vec![package.join("include")],
        cuda_toolkits: toolkits(&[("CUDA_HOME", &home)]),
        packages: packages(site.clone()),
        ..nowhere(folder.path())
    };
    let folders = [package.join("lib"), home.join("lib64"), site.join("tensorrt_libs")];
    assert_eq!(cuda_libs(&surroundings), folders);
}

//! Each fault says what was looked for, where, and what to do.

use super::*;

fn sentence(surroundings: &Surroundings) -> String {
    probe(surroundings).unwrap_err().to_string()
}

#[track_caller]
fn says(sentence: &str, parts: &[&str]) {
    for part in parts {
        assert!(sentence.contains(part), "no \"{part}\" in: {sentence}");
    }
}

#[test]
fn nothing_installed() {
    let folder = tempfile::tempdir().unwrap();
    let mut surroundings = Surroundings::read(|_| None, || Some("/nowhere/site-packages\n".to_owned()));
    surroundings.container = folder.path().join("app");
    surroundings.container_packages = vec![folder.path().join("dist-packages")];
    let sentence = sentence(&surroundings);
    says(
        &sentence,
        &[
            "TRTLLM_INCLUDE_DIR and TRTLLM_ROOT are not set",
            "TRTLLM_LIB_DIR and TRTLLM_ROOT are not set",
            "VIRTUAL_ENV is not set",
            "python3: no tensorrt_llm/executor/executor.h in /nowhere/site-packages/tensorrt_llm/include",
            "python3: no libtensorrt_llm.so in /nowhere/site-packages/tensorrt_llm/libs",
            "NVIDIA's container: no libtensorrt_llm.so in ",
            "set TRTLLM_ROOT to it",
        ],
    );
}

#[test]
fn no_python() {
    let surroundings = Surroundings::read(|_| None, || None);
    assert!(surroundings.without_packages.iter().any(|reason| reason.starts_with("python3: ")));
}

#[test]
fn a_wheel_without_headers() {
    let folder = tempfile::tempdir().unwrap();
    let wheel = folder.path().join("tensorrt_llm");
    package(&wheel, "1.2.1");
    let mut surroundings = Surroundings { root: Some(wheel.clone()), ..nowhere(folder.path()) };
    let found = format!("TRTLLM_ROOT: libtensorrt_llm.so is in {}", wheel.join("libs").display());
    says(
        &sentence(&surroundings),
        &["headers of TensorRT-LLM were not found", &found, "same tag (v1.2.1)", "set TRTLLM_INCLUDE_DIR"],
    );
    package(&wheel, "1.3.0rc22");
    says(
        &sentence(&surroundings),
        &["1.3.0rc22", "version.py", "is without the C++ executor", "install 1.2.1"],
    );
    // Without `version.py` the tag can't be told.
    surroundings.root = None;
    surroundings.lib = Some(folder.path().join("lib"));
    library(&folder.path().join("lib"));
    says(
        &sentence(&surroundings),
        &["TRTLLM_LIB_DIR: libtensorrt_llm.so is in", "same tag (v1.2.1 for version 1.2.1)"],
    );
}

#[test]
fn headers_without_a_library() {
    let folder = tempfile::tempdir().unwrap();
    headers(&folder.path().join("cpp/include"), "1.2.1");
    let surroundings = Surroundings { root: Some(folder.path().to_owned()), ..nowhere(folder.path()) };
    says(
        &sentence(&surroundings),
        &["libtensorrt_llm.so was not found", "cpp/build/tensorrt_llm", "set TRTLLM_LIB_DIR"],
    );
}

#[test]
fn versions_outside_the_range() {
    let folder = tempfile::tempdir().unwrap();
    let surroundings = Surroundings { root: Some(folder.path().to_owned()), ..nowhere(folder.path()) };
    library(&folder.path().join("libs"));
    for (version, fault) in [
        ("1.3.0rc16", "is without the C++ executor, which was removed"),
        ("2.0.0", "is without the C++ executor, which was removed"),
        ("1.2.2", "is newer than this crate knows"),
        ("0.19.0", "is too old for this crate"),
    ] {
        headers(&folder.path().join("include"), version);
        says(
            &sentence(&surroundings),
            &[version, fault, "install 1.2.1", "(this crate binds 0.20.0 to 1.2.1)"],
        );
    }
}

#[test]
fn a_tree_after_the_executor_was_removed() {
    let folder = tempfile::tempdir().unwrap();
    let surroundings = Surroundings { root: Some(folder.path().to_owned()), ..nowhere(folder.path()) };
    library(&folder.path().join("libs"));
    version_header(&folder.path().join("include"), "1.3.0rc22");
    says(&sentence(&surroundings), &["1.3.0rc22", "is without the C++ executor"]);
}

#[test]
fn no_version() {
    let folder = tempfile::tempdir().unwrap();
    let include = folder.path().join("include");
    let surroundings = Surroundings { root: Some(folder.path().to_owned()), ..nowhere(folder.path()) };
    library(&folder.path().join("libs"));
    write(&include.join(EXECUTOR_HEADER), "");
    says(&sentence(&surroundings), &["version.h does not tell the version"]);
    write(&include.join(VERSION_HEADER), "nothing");
    says(&sentence(&surroundings), &["no version string"]);
    version_header(&include, "newest");
    says(&sentence(&surroundings), &["\"newest\" is no version"]);
}

#[test]
fn headers_of_one_version_and_a_library_of_another() {
    let folder = tempfile::tempdir().unwrap();
    headers(&folder.path().join("include"), "1.2.1");
    package(folder.path(), "1.2.0");
    let surroundings = Surroundings { root: Some(folder.path().to_owned()), ..nowhere(folder.path()) };
    says(
        &sentence(&surroundings),
        &["headers are of TensorRT-LLM 1.2.1", "library is of 1.2.0", "tag v1.2.0"],
    );
}

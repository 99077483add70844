use std::fs;

use super::*;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn headers(include: &Path, version: &str) {
    write(&include.join(EXECUTOR_HEADER), "");
    let line = format!("static auto const* kTensorRtLlmVersion = \"{version}\";");
    write(
        &include.join(VERSION_HEADER),
        &format!("#pragma once\nnamespace tensorrt_llm::executor\n{{\n{line}\n}}\n"),
    );
}

fn library(lib: &Path) {
    write(&lib.join(LIBRARY), "");
}

/// Surroundings without anything of the machine that runs the test.
fn nowhere(folder: &Path) -> Surroundings {
    Surroundings { container: folder.join("app"), ..Surroundings::default() }
}

#[test]
fn versions() {
    assert_eq!(Version::parse("1.2.1"), Some(Version::new(1, 2, 1)));
    assert_eq!(Version::parse("1.2.0rc2"), Some(Version::new(1, 2, 0)));
    assert_eq!(Version::parse("0.20.0.post1"), Some(Version::new(0, 20, 0)));
    for bad in ["", "1", "1.2", "a.b.c", "1..2", "99999999999.1.1"] {
        assert_eq!(Version::parse(bad), None, "{bad}");
    }
    assert_eq!(version::in_header("no version"), None);
    assert!(SUPPORTED.contains(&Version::new(1, 0, 0)));
    assert!(!SUPPORTED.contains(&Version::new(0, 19, 9)) && !SUPPORTED.contains(&Version::new(1, 3, 0)));
}

#[test]
fn a_wheel_in_a_virtual_environment() {
    let folder = tempfile::tempdir().unwrap();
    let package = folder.path().join("lib/python3.12/site-packages/tensorrt_llm");
    headers(&package.join("include"), "1.2.1");
    library(&package.join("libs"));
    let environment = folder.path().to_owned();
    let mut surroundings = Surroundings::read(|name| (name == "VIRTUAL_ENV").then(|| environment.clone()));
    surroundings.container = folder.path().join("app");
    let found = probe(&surroundings).unwrap();
    assert_eq!((found.version, found.lib), (Version::new(1, 2, 1), package.join("libs")));
}

#[test]
fn the_container() {
    let folder = tempfile::tempdir().unwrap();
    let packages = folder.path().join("dist-packages");
    headers(&folder.path().join("app/include"), "1.0.0");
    library(&packages.join("tensorrt_llm/libs"));
    let found = probe(&Surroundings { packages: vec![packages], ..nowhere(folder.path()) }).unwrap();
    assert_eq!(found.include, folder.path().join("app/include"));
}

#[test]
fn a_checkout_beside_a_library() {
    let folder = tempfile::tempdir().unwrap();
    headers(&folder.path().join("src/cpp/include"), "0.20.0");
    library(&folder.path().join("elsewhere"));
    let surroundings = Surroundings {
        root: Some(folder.path().join("src")),
        lib: Some(folder.path().join("elsewhere")),
        ..nowhere(folder.path())
    };
    assert_eq!(probe(&surroundings).unwrap().version, Version::new(0, 20, 0));
}

#[test]
fn each_fault_says_what_to_set() {
    let folder = tempfile::tempdir().unwrap();
    let include = folder.path().join("include");
    let lib = folder.path().join("lib");
    let given =
        Surroundings { include: Some(include.clone()), lib: Some(lib.clone()), ..nowhere(folder.path()) };
    let sentence = || probe(&given).unwrap_err().to_string();
    assert!(sentence().contains("TRTLLM_INCLUDE") && sentence().contains("executor.h"), "{}", sentence());
    write(&include.join(EXECUTOR_HEADER), "");
    assert!(sentence().contains("TRTLLM_LIB"), "{}", sentence());
    library(&lib);
    assert!(sentence().contains("version.h"), "{}", sentence());
    write(&include.join(VERSION_HEADER), "nothing");
    assert!(sentence().contains("no version string"), "{}", sentence());
    for version in ["1.3.0rc16", "0.19.0"] {
        headers(&include, version);
        assert!(
            sentence().contains("is not supported") && sentence().contains("0.20.0 to 1.2.1"),
            "{}",
            sentence()
        );
    }
    headers(&include, "1.2.1");
    assert!(probe(&given).is_ok());
}

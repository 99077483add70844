//! Trees as the installations have them, in temporary folders.

use std::fs;

use super::*;

mod cuda;
mod faults;
mod layouts;

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn headers(include: &Path, version: &str) {
    write(&include.join(EXECUTOR_HEADER), "");
    version_header(include, version);
}

fn version_header(include: &Path, version: &str) {
    let line = format!("static auto constexpr kTensorRtLlmVersion = \"{version}\";");
    let text = format!("#pragma once\nnamespace tensorrt_llm::executor\n{{\n{line}\n}}\n");
    write(&include.join(VERSION_HEADER), &text);
}

fn library(lib: &Path) {
    write(&lib.join(LIBRARY), "");
}

/// What a Python package says of itself.
fn package(folder: &Path, version: &str) {
    library(&folder.join("libs"));
    write(&folder.join("version.py"), &format!("__version__ = \"{version}\"\n"));
}

/// Surroundings without anything of the machine that runs the test.
fn nowhere(folder: &Path) -> Surroundings {
    Surroundings { container: folder.join("app"), ..Surroundings::default() }
}

fn packages(folder: PathBuf) -> Vec<Packages> {
    vec![Packages { place: "python3".to_owned(), folder }]
}

#[test]
fn versions() {
    assert_eq!(Version::parse("1.2.1"), Some(Version::new(1, 2, 1)));
    assert_eq!(Version::parse("1.2.0rc2"), Some(Version::new(1, 2, 0)));
    assert_eq!(Version::parse("0.20.0.post1"), Some(Version::new(0, 20, 0)));
    for bad in ["", "1", "1.2", "a.b.c", "1..2", "99999999999.1.1"] {
        assert_eq!(Version::parse(bad), None, "{bad}");
    }
    assert!(SUPPORTED.contains(&Version::new(1, 0, 0)));
    assert!(!SUPPORTED.contains(&Version::new(0, 19, 9)) && !SUPPORTED.contains(&Version::new(1, 3, 0)));
}

#[test]
fn version_strings() {
    assert_eq!(version::in_header("no version"), None);
    assert_eq!(version::in_header("auto const* kTensorRtLlmVersion = \"1.2.0rc2\";"), Some("1.2.0rc2"));
    assert_eq!(version::in_package("# \"quoted\"\n__version__ = \"0.20.0\"\n"), Some("0.20.0"));
}

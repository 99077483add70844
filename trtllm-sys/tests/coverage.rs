//! `docs/coverage.md` is true: every member of the headers is in it, and every name and test that it gives exists.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn table() -> String {
    fs::read_to_string(root().join("docs/coverage.md")).unwrap()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|ending| ending == extension) {
            found.push(path);
        }
    }
    found
}

/// The words of a text that stand in back quotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// Names of member functions as executor.h has them: `getX`, `setX`, `isX`, `useX`, `awaitX`, `enqueueX`.
fn members(header: &str) -> BTreeSet<String> {
    let code: String = header.lines().map(|line| line.split("//").next().unwrap_or_default()).collect();
    let mut found = BTreeSet::new();
    for (at, _) in code.match_indices('(') {
        let name: String = code[..at]
            .chars()
            .rev()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
            .collect();
        let begins =
            ["get", "set", "is", "use", "await", "enqueue", "cancel", "can", "enable"].iter().any(|prefix| {
                name.strip_prefix(prefix)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_uppercase()))
            });
        if begins {
            found.insert(name);
        }
    }
    found
}

#[test]
fn every_member_of_the_headers_is_in_the_table() {
    let table = table();
    let listed: BTreeSet<&str> =
        quoted(&table).into_iter().flat_map(|text| text.split(['(', ' ', ':'])).collect();
    let mut missing = Vec::new();
    let mut seen = 0;
    for header in files(&root().join("shim/stand_in/include/tensorrt_llm/executor"), "h") {
        for member in members(&fs::read_to_string(&header).unwrap()) {
            seen += 1;
            // The predicates of `DecodingMode` stand there as `isUse…` and by the names of the modes.
            if !listed.contains(member.as_str()) && !header.ends_with("decodingMode.h") {
                missing.push(member);
            }
        }
    }
    assert!(seen > 200, "only {seen} members were found in the headers");
    assert!(missing.is_empty(), "not in docs/coverage.md: {missing:?}");
}

#[test]
fn every_test_that_the_table_names_exists() {
    let mut named = 0;
    for line in table().lines().filter(|line| line.starts_with("| ")) {
        let cell = line.trim_end_matches('|').rsplit('|').next().unwrap().trim().to_owned();
        for test in quoted(&cell) {
            let Some((file, function)) = test.split_once("::") else { continue };
            let path = root().join("tests").join(file).with_extension("rs");
            let text = fs::read_to_string(&path).unwrap_or_else(|_| panic!("there is no {}", path.display()));
            assert!(text.contains(&format!("fn {function}(")), "{test} does not exist");
            named += 1;
        }
    }
    assert!(named > 150, "only {named} tests are named");
}

#[test]
fn every_rust_name_in_the_table_exists() {
    let source: String =
        files(&root().join("src"), "rs").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let mut named = 0;
    for line in table().lines().filter(|line| line.starts_with("| ")) {
        let Some(cell) = line.split(" | ").nth(1) else { continue };
        if cell.starts_with("left out") {
            continue;
        }
        for (owner, member) in quoted(cell).into_iter().filter_map(|name| name.split_once("::")) {
            let there = [
                format!("pub {member}:"),
                format!("fn {member}("),
                format!("fn {member}<"),
                format!("    {member} {{"),
                format!("    {member}("),
            ]
            .iter()
            .any(|form| source.contains(form));
            assert!(there, "{owner}::{member} does not exist");
            named += 1;
        }
    }
    assert!(named > 100, "only {named} names are given");
}

//! Finds TensorRT-LLM when the feature `link` asks for it.

use std::path::PathBuf;

// The module that the crate itself offers, so that both find the same installation.
#[allow(dead_code, unreachable_pub)]
#[path = "src/probe/mod.rs"]
mod probe;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/probe");
    if variable("DOCS_RS").is_some() || variable("CARGO_FEATURE_LINK").is_none() {
        return;
    }
    for name in probe::Surroundings::VARIABLES {
        println!("cargo::rerun-if-env-changed={name}");
    }
    match probe::probe(&probe::Surroundings::read(variable)) {
        Err(error) => println!("cargo::error={error}"),
        Ok(found) => println!(
            "cargo::error=TensorRT-LLM {} was found ({}, {}), but this version of trtllm-sys can't be linked with \
             it yet: build without the feature `link`",
            found.version,
            found.include.display(),
            found.lib.display()
        ),
    }
}

fn variable(name: &str) -> Option<PathBuf> {
    std::env::var_os(name).map(PathBuf::from)
}

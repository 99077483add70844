//! The order of things.

use std::path::PathBuf;

use super::abi::{self, Abi};
use super::definitions::{self, Parts};
use super::error::BuildError;
use super::mode::Mode;
use super::{linking, shim, variables};

/// Builds and tells cargo; ends the build with a sentence where that fails.
pub fn main() {
    if variables::get("DOCS_RS").is_some() {
        return;
    }
    match run(Mode::of_features(variables::of_cargo)) {
        Ok(lines) => lines.iter().for_each(|line| println!("{line}")),
        // cargo shows the compiler's messages only of a build script that fails by its exit code.
        Err(error @ BuildError::Shim { .. }) => {
            eprintln!("\n{error}");
            std::process::exit(1);
        }
        Err(error) => {
            for line in error.to_string().lines() {
                println!("cargo::error={line}");
            }
        }
    }
}

fn run(mode: Mode) -> Result<Vec<String>, BuildError> {
    let abi = abi::of_flags(&compiler_flags());
    let out = PathBuf::from(variables::of_cargo("OUT_DIR").unwrap_or_default());
    let mut parts = Parts { glue_include: definitions::glue_include(&out), ..Parts::default() };
    let mut after = match mode {
        Mode::Nothing => return Ok(Vec::new()),
        Mode::StandIn => linking::stand_in(),
        Mode::Link => installation(&mut parts, abi)?,
    };
    parts.glue_source = shim::glue(&out)?;
    let mut lines = linking::shim(&shim::build(&parts, abi)?);
    lines.append(&mut after);
    let standard = variables::get("CXXSTDLIB").and_then(|name| name.into_string().ok());
    lines.extend(linking::standard_library(standard.as_deref()));
    Ok(lines)
}

/// Finds TensorRT-LLM, checks that it goes with this build, and gives the lines that link it.
#[cfg(feature = "link")]
fn installation(parts: &mut Parts, abi: Abi) -> Result<Vec<String>, BuildError> {
    use super::{companions, symbols};
    use crate::probe::{self, Surroundings};

    let surroundings = Surroundings::read(|name| variables::get(name).map(PathBuf::from), probe::ask_python);
    let found = probe::probe(&surroundings)?;
    let of_library = symbols::abi_of(&found.library())?;
    abi::check(&found.library(), of_library, abi)?;
    if of_library.is_none() {
        println!(
            "cargo::warning=the symbols of {} do not tell its C++ ABI; {abi} is taken for it",
            found.library().display()
        );
    }
    let plugins = companions::plugins(&found.lib).ok_or_else(|| BuildError::NotALibrary {
        library: found.lib.join(companions::PLUGINS),
        reason: "there is no such file, nor one in the folder plugins beside it".to_owned(),
    })?;
    parts.cuda = probe::cuda_include(&surroundings)?;
    for file in [found.library(), found.version_header()] {
        println!("cargo::rerun-if-changed={}", file.display());
    }
    let mut folders = vec![found.lib.clone()];
    folders.extend(probe::cuda_libs(&surroundings));
    folders.extend(surroundings.system_libs.iter().cloned());
    let lines = linking::library(&linking::Library {
        folder: &found.lib,
        plugins: &plugins,
        version: found.version.to_string(),
        companions: &companions::find(&folders),
        system: &surroundings.system_libs,
    });
    parts.headers = Some(found.include);
    Ok(lines)
}

#[cfg(not(feature = "link"))]
fn installation(_: &mut Parts, _: Abi) -> Result<Vec<String>, BuildError> {
    unreachable!("this mode comes with the feature `link` only")
}

/// The C++ flags of the environment, in the order in which the compiler gets them.
fn compiler_flags() -> String {
    let variable =
        |name| variables::of_cargo(name).and_then(|value| value.into_string().ok()).unwrap_or_default();
    let names = variables::with_target("CXXFLAGS", &variable("TARGET"), &variable("HOST"));
    let values = names.iter().filter_map(|name| variables::get(name)?.into_string().ok());
    values.collect::<Vec<_>>().join(" ")
}

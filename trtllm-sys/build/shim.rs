//! Builds the shim with cxx and cmake.

use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};

use super::abi::Abi;
use super::definitions::{self, Parts};
use super::error::BuildError;
use super::variables;

/// The bridge, from which cxx makes the glue.
const BRIDGE: &str = "src/bridge.rs";
const TARGET: &str = "trtllm_shim";

/// Writes the C++ side of the bridge below `OUT_DIR`; compiles nothing. Gives the source file.
///
/// # Errors
/// When cxx named no file. A fault in the bridge itself ends the process with cxx's own message.
pub fn glue(out: &Path) -> Result<PathBuf, BuildError> {
    let build = cxx_build::bridge(BRIDGE);
    forget_other_compiler(out, build.get_compiler().path());
    let source = build.get_files().find(|file| file.extension().is_some_and(|extension| extension == "cc"));
    source.map(Path::to_owned).ok_or_else(|| BuildError::NoGlue { out: out.to_owned() })
}

/// cmake forgets what it was told where the compiler changes in a folder that it knows, so the folder must go.
fn forget_other_compiler(out: &Path, compiler: &Path) {
    let note = out.join("compiler");
    let compiler = compiler.display().to_string();
    if std::fs::read_to_string(&note).is_ok_and(|known| known == compiler) {
        return;
    }
    // Neither need succeed: at worst cmake says what is wrong.
    let _ = std::fs::remove_dir_all(out.join("build"));
    let _ = std::fs::write(note, compiler);
}

/// Builds the static libraries and gives their folder.
///
/// # Errors
/// When cmake or the compiler fails; their messages are on standard error by then.
pub fn build(parts: &Parts, abi: Abi) -> Result<PathBuf, BuildError> {
    let mut config = cmake::Config::new("shim");
    let debug = variables::of_cargo("DEBUG").and_then(|value| value.into_string().ok());
    config.profile(definitions::profile(debug.as_deref())).build_target(TARGET);
    for (name, value) in definitions::definitions(parts, abi) {
        config.define(name, value);
    }
    // The crate `cmake` panics where a command fails; its hook would print a line about threads and backtraces.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| ()));
    let built = panic::catch_unwind(AssertUnwindSafe(|| config.build()));
    panic::set_hook(hook);
    match built {
        Ok(out) => Ok(out.join("build/lib")),
        Err(payload) => {
            Err(BuildError::Shim { reason: reason(payload.as_ref()), headers: parts.headers.clone() })
        }
    }
}

/// The line of the panic that tells something.
fn reason(payload: &(dyn std::any::Any + Send)) -> String {
    let text =
        payload.downcast_ref::<String>().map(String::as_str).or_else(|| payload.downcast_ref().copied());
    let line = text.unwrap_or_default().lines().find(|line| !line.trim().is_empty());
    line.unwrap_or("no reason given").to_owned()
}

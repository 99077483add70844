//! Why the build ends.

use std::path::PathBuf;

use super::abi::Abi;
use crate::probe::ProbeError;

/// Why the build script can't go on, in a sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// No usable installation.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The library is not readable as one.
    #[error(
        "{} is no shared library that can be linked ({reason}); reinstall TensorRT-LLM, or set TRTLLM_LIB_DIR to \
         another folder (a source checkout may hold pointers of Git LFS in its place)",
        library.display()
    )]
    NotALibrary {
        /// The file.
        library: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Two C++ ABIs would meet.
    #[error(
        "{} was built with {of_library} but the C++ of this build gets {of_build}, and a mix links and then crashes: {} \
         and run `cargo clean -p cxx`",
        library.display(), remedy(*of_library)
    )]
    AbiMix {
        /// The library.
        library: PathBuf,
        /// Its ABI.
        of_library: Abi,
        /// The ABI of this build.
        of_build: Abi,
    },
    /// A file that cxx was to write is not there.
    #[error("the glue of src/bridge.rs was not written below {}; run `cargo clean -p trtllm-sys`", out.display())]
    NoGlue {
        /// `OUT_DIR`.
        out: PathBuf,
    },
    /// cmake or the compiler failed; their messages are above this one.
    #[error(
        "the C++ shim could not be built ({reason}): the messages above are those of cmake and the C++ compiler, \
         which needs C++17 (variable CXX chooses another){}",
        against(headers.as_ref())
    )]
    Shim {
        /// What the `cmake` crate says.
        reason: String,
        /// The headers it was built against; `None` with the stand-in.
        headers: Option<PathBuf>,
    },
}

fn remedy(of_library: Abi) -> &'static str {
    match of_library {
        Abi::Old => "set CXXFLAGS=-D_GLIBCXX_USE_CXX11_ABI=0",
        Abi::Cxx11 => "take -D_GLIBCXX_USE_CXX11_ABI=0 out of CXXFLAGS",
    }
}

fn against(headers: Option<&PathBuf>) -> String {
    headers.map(|folder| format!("; the headers are those of {}", folder.display())).unwrap_or_default()
}

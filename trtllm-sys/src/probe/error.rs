//! Why an installation can't be used, in sentences that say what to do.

use std::path::PathBuf;

use super::version::{SUPPORTED, Version};

/// Why TensorRT-LLM was not found or is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// No headers.
    #[error(
        "the headers of TensorRT-LLM were not found (tensorrt_llm/executor/executor.h in {}); set TRTLLM_INCLUDE \
         to the folder that holds tensorrt_llm/executor, or TRTLLM_ROOT to a source checkout of the same version \
         as the library (the Python wheel may come without them)",
        list(searched)
    )]
    NoHeaders {
        /// Where they were looked for.
        searched: Vec<PathBuf>,
    },
    /// No library.
    #[error(
        "libtensorrt_llm.so was not found in {}; set TRTLLM_LIB to its folder (in the Python wheel: \
         site-packages/tensorrt_llm/libs)",
        list(searched)
    )]
    NoLibrary {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// The version can't be told.
    #[error("{} does not tell the version of TensorRT-LLM: {reason}", header.display())]
    NoVersion {
        /// The header that should hold it.
        header: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A version outside [`SUPPORTED`].
    #[error(
        "TensorRT-LLM {version} ({}) is not supported: this crate binds the C++ executor of {} to {}; point \
         TRTLLM_ROOT, TRTLLM_INCLUDE and TRTLLM_LIB at one of these",
        header.display(), SUPPORTED.start(), SUPPORTED.end()
    )]
    UnsupportedVersion {
        /// The version found.
        version: Version,
        /// The header that says so.
        header: PathBuf,
    },
}

fn list(folders: &[PathBuf]) -> String {
    let folders: Vec<_> = folders.iter().map(|folder| folder.display().to_string()).collect();
    folders.join(", ")
}

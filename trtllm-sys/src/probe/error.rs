//! Why an installation can't be used, in sentences that say what to do.

use std::path::PathBuf;

use super::trail::Trail;
use super::version::{SUPPORTED, Version};

/// Why TensorRT-LLM was not found or is not usable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProbeError {
    /// Neither headers nor library.
    #[error(
        "TensorRT-LLM was not found{trail}\n  install TensorRT-LLM {} and set TRTLLM_ROOT to it: the tensorrt_llm \
         folder of a Python wheel, a source checkout, or a prefix with include and lib; or build without the \
         feature `link`",
        SUPPORTED.end()
    )]
    NotFound {
        /// Where it was looked for.
        trail: Trail,
    },
    /// A library without headers.
    #[error(
        "the headers of TensorRT-LLM were not found{trail}\n  the Python wheel may come without them: get a source \
         checkout of the same tag ({}) and set TRTLLM_INCLUDE_DIR to its cpp/include",
        tag(package.as_deref())
    )]
    NoHeaders {
        /// Where they were looked for.
        trail: Trail,
        /// The version of the Python package that holds the library, where that can be told.
        package: Option<String>,
    },
    /// Headers without a library.
    #[error(
        "libtensorrt_llm.so was not found{trail}\n  set TRTLLM_LIB_DIR to its folder (of a Python wheel: \
         site-packages/tensorrt_llm/libs; of a built source checkout: cpp/build/tensorrt_llm)"
    )]
    NoLibrary {
        /// Where it was looked for.
        trail: Trail,
    },
    /// The version can't be told.
    #[error(
        "{} does not tell the version of TensorRT-LLM: {reason}; set TRTLLM_INCLUDE_DIR to the headers of a release \
         between {} and {}",
        header.display(), SUPPORTED.start(), SUPPORTED.end()
    )]
    NoVersion {
        /// The header that should hold it.
        header: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A version outside [`SUPPORTED`].
    #[error(
        "TensorRT-LLM {text} ({}) {}; install {}, the last version with the executor, and point TRTLLM_ROOT, or \
         TRTLLM_INCLUDE_DIR and TRTLLM_LIB_DIR, at it (this crate binds {} to {})",
        file.display(), version.fault(), SUPPORTED.end(), SUPPORTED.start(), SUPPORTED.end()
    )]
    UnsupportedVersion {
        /// The version found.
        version: Version,
        /// The version as it is written there.
        text: String,
        /// The file that says so.
        file: PathBuf,
    },
    /// Headers of one version, library of another: value types have other sizes, the link would still succeed.
    #[error(
        "the headers are of TensorRT-LLM {headers} ({}) but the library is of {library} ({}); set \
         TRTLLM_INCLUDE_DIR to the headers of {library}, cpp/include of the source tag v{library}",
        header.display(), package.display()
    )]
    VersionMismatch {
        /// What the headers say.
        headers: String,
        /// The header that says so.
        header: PathBuf,
        /// What the Python package with the library says.
        library: String,
        /// The file that says so.
        package: PathBuf,
    },
    /// No CUDA headers.
    #[error(
        "the headers of CUDA, which those of TensorRT-LLM include, were not found{trail}\n  set CUDA_INCLUDE_DIR to \
         the folder with cuda_fp16.h (several folders: separated by colons), or install the Python packages \
         nvidia-cuda-runtime-cu12, nvidia-cuda-nvcc-cu12 and nvidia-cuda-cccl-cu12"
    )]
    NoCudaHeaders {
        /// Where they were looked for.
        trail: Trail,
    },
}

fn tag(package: Option<&str>) -> String {
    match package {
        Some(version) => format!("v{version}"),
        None => format!("v{} for version {}", SUPPORTED.end(), SUPPORTED.end()),
    }
}

//! What cmake is told.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::abi::Abi;

/// The parts that the shim is built from.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// The C++ source that cxx wrote.
    pub glue_source: PathBuf,
    /// The folders of the headers that cxx wrote.
    pub glue_include: Vec<PathBuf>,
    /// TensorRT-LLM's headers; `None` builds against the stand-in.
    pub headers: Option<PathBuf>,
    /// CUDA's headers.
    pub cuda: Vec<PathBuf>,
}

/// The cache variables of `shim/CMakeLists.txt`.
pub fn definitions(parts: &Parts, abi: Abi) -> Vec<(&'static str, OsString)> {
    let stand_in = if parts.headers.is_none() { "ON" } else { "OFF" };
    vec![
        ("TRTLLM_SHIM_GLUE_SOURCE", parts.glue_source.clone().into_os_string()),
        ("TRTLLM_SHIM_GLUE_INCLUDE", list(&parts.glue_include)),
        // Also when empty: the folder of an earlier build may hold another value in its cache.
        ("TRTLLM_INCLUDE_DIR", parts.headers.clone().unwrap_or_default().into_os_string()),
        ("CUDA_INCLUDE_DIR", list(&parts.cuda)),
        ("TRTLLM_STAND_IN", stand_in.into()),
        ("TRTLLM_CXX11_ABI", abi.value().into()),
    ]
}

/// cmake's kind of list.
fn list(folders: &[PathBuf]) -> OsString {
    folders.iter().map(|folder| folder.as_os_str()).collect::<Vec<_>>().join(std::ffi::OsStr::new(";"))
}

/// cmake's build type. Always optimized: the shim copies tokens, and its own state is in no debugger's interest.
pub fn profile(debug: Option<&str>) -> &'static str {
    match debug {
        None | Some("false" | "0" | "none") => "Release",
        Some(_) => "RelWithDebInfo",
    }
}

/// The folders that the glue includes from, below `OUT_DIR`.
pub fn glue_include(out: &Path) -> Vec<PathBuf> {
    ["cxxbridge/include", "cxxbridge/crate"].map(|folder| out.join(folder)).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stand_in_is_the_lack_of_headers() {
        let parts = Parts { glue_source: "/out/bridge.rs.cc".into(), ..Parts::default() };
        let given = definitions(&parts, Abi::Cxx11);
        assert!(given.contains(&("TRTLLM_STAND_IN", "ON".into())));
        assert!(given.contains(&("TRTLLM_INCLUDE_DIR", "".into())));
        assert!(given.contains(&("TRTLLM_CXX11_ABI", "1".into())));
    }

    #[test]
    fn folders_become_a_cmake_list() {
        let parts = Parts {
            headers: Some("/trt/include".into()),
            cuda: vec!["/cuda/a".into(), "/cuda/b".into()],
            ..Parts::default()
        };
        let given = definitions(&parts, Abi::Old);
        assert!(given.contains(&("CUDA_INCLUDE_DIR", "/cuda/a;/cuda/b".into())));
        assert!(given.contains(&("TRTLLM_STAND_IN", "OFF".into())));
        assert!(given.contains(&("TRTLLM_CXX11_ABI", "0".into())));
    }

    #[test]
    fn debug_information_follows_cargo() {
        assert_eq!(profile(Some("true")), "RelWithDebInfo");
        assert_eq!(profile(Some("false")), "Release");
        assert_eq!(profile(None), "Release");
    }
}

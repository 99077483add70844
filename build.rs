//! Lets our own binaries, examples and tests find TensorRT-LLM's library where trtllm-sys found it. Without
//! that library there is nothing to do.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_TENSORRT_LLM_LIB");
    if let Some(lib) = std::env::var_os("DEP_TENSORRT_LLM_LIB") {
        // RUNPATH does not reach the libraries that the library itself needs; the older RPATH does.
        println!("cargo::rustc-link-arg=-Wl,--disable-new-dtags");
        println!("cargo::rustc-link-arg=-Wl,-rpath,{}", lib.to_string_lossy());
    }
}

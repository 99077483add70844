//! Lets our own binaries, examples and tests find TensorRT-LLM's library where trtllm-sys found it. Without
//! that library there is nothing to do.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=DEP_TENSORRT_LLM_LINK_ARG");
    // One argument: the run-time path, and what the linker must forgive where a driver is missing.
    if let Some(argument) = std::env::var_os("DEP_TENSORRT_LLM_LINK_ARG") {
        println!("cargo::rustc-link-arg={}", argument.to_string_lossy());
    }
}

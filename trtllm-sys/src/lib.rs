//! The door to TensorRT-LLM's C++ executor.
//!
//! The binding itself is not here yet. What is here is [`probe`]: it finds an installation of TensorRT-LLM
//! and says whether it is one that this crate will bind (0.20.0 to 1.2.1; later versions are without the C++
//! executor). It needs no library, no compiler and no GPU.
//!
//! With the feature `link` the build script looks for the installation (variables `TRTLLM_ROOT`,
//! `TRTLLM_INCLUDE`, `TRTLLM_LIB`) and then ends the build with a sentence: there is nothing to link yet.

#![forbid(unsafe_code)]

pub mod probe;

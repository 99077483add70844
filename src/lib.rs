//! soju turns junk Korean web text into data worth training a language model on, with a large language
//! model in the loop.
//!
//! This crate is the facade over three:
//! - [`refine`]: cleaning jobs. Start at [`refine::job::CleanJob`].
//! - [`engine`]: the language model engine. Start at [`engine::Engine`].
//! - [`trtllm`]: the binding of TensorRT-LLM's executor.
#![forbid(unsafe_code)]

pub use soju_engine as engine;
pub use soju_refine as refine;
pub use trtllm_sys as trtllm;

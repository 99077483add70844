//! A language model engine with in-flight batching: one API, several backends behind it.
//!
//! Submit from many threads, stream from many, cancel by dropping; requests join and leave the running batch
//! between steps. The embedded backend (feature `cpu`, on by default) is llama.cpp.
//!
#![cfg_attr(feature = "cpu", doc = "```no_run")]
#![cfg_attr(not(feature = "cpu"), doc = "```ignore")]
//! use soju_engine::{Engine, GenerationRequest};
//!
//! let engine = Engine::cpu("gemma-3-270m-q4_k_m.gguf")?;
//! let request = GenerationRequest::builder("대한민국의 수도는").max_new_tokens(16).build()?;
//! let answer = engine.submit(request)?.collect()?;
//! println!("{}", answer.text);
//! # Ok::<(), soju_engine::EngineError>(())
//! ```

#![forbid(unsafe_code)]

pub mod backend;
mod constraint;
mod engine;
mod error;
mod histogram;
pub mod medusa;
pub mod models;
pub mod prometheus;
mod request;
#[cfg(any(feature = "cpu", test))]
mod scheduler;
mod stats;
mod stream;
#[cfg(feature = "testing")]
pub mod testing;
mod tokenizer;
pub mod trace;

#[cfg(feature = "cpu")]
pub use backend::cpu::{Batching, CapacityPolicy, CpuConfig, PrefixReuse};
#[cfg(feature = "trtllm")]
pub use backend::trtllm::{GuidedVocabulary, TrtLlmBackend, TrtLlmConfig};
pub use backend::{Backend, BackendRequest, BackendResponse};
pub use constraint::Constraint;
pub use engine::{AnswerHandle, EmbedHandle, Engine, EngineBuilder, ScoreHandle};
pub use error::{BackendError, EngineError, TrySubmitError};
pub use histogram::Histogram;
pub use medusa::{
    MedusaConfig, MedusaError, MedusaLimits, MedusaOptionsPolicy, MedusaPreset, MedusaTree, RankAccuracies,
    RankCounts, TreeSearch,
};
pub use request::{
    EmbedRequest, Embedding, GenerationRequest, GenerationRequestBuilder, LoraAdapter, LoraWeights, Pooling,
    Prompt, PromptTable, Sampling, Score, ScoreRequest,
};
pub use stats::{BackendInfo, BackendStats, EngineStats};
pub use stream::{Completion, FinishReason, TokenChunk, TokenStream, WaitTimeout};
pub use tokenizer::Tokenizer;

/// A token's number in the model's vocabulary, as in TensorRT-LLM's executor.
pub type TokenId = i32;

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
//!
//! # Blocking and async
//! There is no async runtime inside. The engine has threads of its own, and every call works in plain threads and in
//! tasks of any runtime, if those that wait are kept out of async code:
//!
//! | call | waits for | in async code |
//! | --- | --- | --- |
//! | [`Engine::submit`], [`submit_score`](Engine::submit_score), [`submit_embed`](Engine::submit_embed) | room in the queue | [`Engine::try_submit`] and again later, or `spawn_blocking` |
//! | iterating over a [`TokenStream`], [`collect`](TokenStream::collect), [`next_timeout`](TokenStream::next_timeout) | tokens | the stream as a `futures_core::Stream` |
//! | [`AnswerHandle::wait`], [`wait_timeout`](AnswerHandle::wait_timeout) | the answer | `handle.await` |
//! | [`Engine::score`], [`Engine::embed`] | all answers | `submit_score`, `submit_embed` as above, then `handle.await` |
//! | [`Engine::shutdown`], dropping the last handle of an engine | the step under way | `spawn_blocking` |
//! | [`TokenStream::cancel`], dropping a stream or handle, [`Engine::stats`] | nothing | as they are |
//!
//! - **Cancel safety.** A future that waits for an item or an answer may be dropped at any time: the item is found by the
//!   next one. What cancels a request is dropping its stream or handle.
//! - **Panics.** No method panics. A panic inside a backend ends all streams with [`EngineError::Unhealthy`]; one of a
//!   reader's waker is caught and hurts nobody else.
//! - **Endings.** A stream ends exactly once, a handle has exactly one answer, whatever happens: an error of the
//!   request, a death of the backend, a shutdown.

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

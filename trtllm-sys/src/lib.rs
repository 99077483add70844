//! The door to TensorRT-LLM's C++ executor, `tensorrt_llm::executor`.
//!
//! Everything that the C++ class can do is reachable: engines from folders and from memory, every option of the
//! configuration and of a request, every field of a result, statistics, events of the KV cache, logits
//! post-processors written in Rust. No C++ exception ends the process, nothing is dropped without a word, and
//! what one must know about the C++ class to use it safely is kept here: see [`Executor`].
//!
//! # Features
//!
//! - none: no C++ at all. All types are there; whatever needs the library is [`Error::NotLinked`].
//! - `link`: links an installed TensorRT-LLM, 0.20.0 to 1.2.1 (later versions are without the C++ executor).
//!   [`probe`] finds it; a missing one ends the build with a sentence.
//! - `stand-in`: links a library of our own that behaves as TensorRT-LLM is documented to, on any machine, for
//!   tests. It runs no model, and is never chosen unless it is named. With both features TensorRT-LLM is linked.
//!
//! # How it is built
//!
//! `src/bridge.rs` is the typed bridge (cxx), `shim/` the C++ side (built by cmake), `src/bindings.rs` the values of the
//! enumerations (bindgen, checked in). `docs/coverage.md` lists each C++ item with its Rust name and its test.

#![cfg_attr(
    not(trtllm_native),
    allow(unreachable_code, reason = "without a library, handles have no values")
)]

mod config;
mod cross;
mod enums;
mod error;
mod events;
mod executor;
mod logits;
mod model;
mod native;
pub mod probe;
mod request;
mod response;
#[cfg(feature = "stand-in")]
pub mod stand_in;
mod stats;
mod tensor;

mod bindings;
#[cfg(trtllm_native)]
mod bridge;

#[cfg(test)]
#[path = "../build/mod.rs"]
mod build;

pub use config::{
    AdditionalModelOutput, BatchSizeLimit, CacheTransceiverConfig, DebugConfig, DecodingConfig, DecodingMode,
    DecodingModeKind, DynamicBatchConfig, EagleConfig, ExecutorConfig, ExtendedRuntimePerfKnobConfig,
    GuidedDecodingConfig, KvCacheConfig, LookaheadDecodingConfig, OrchestratorConfig, ParallelConfig,
    PeftCacheConfig, SchedulerConfig, SpeculativeDecodingConfig,
};
pub use enums::{
    BatchingType, CacheTransceiverBackend, CapacitySchedulerPolicy, CommunicationMode, CommunicationType,
    ContextChunkingPolicy, DataType, FinishReason, GuideType, GuidedDecodingBackend, KvCacheTransferMode,
    MemoryType, ModelType, RequestStage, RequestType,
};
pub use error::{Error, ExceptionKind, NativeError};
pub use events::{KvCacheEvent, KvCacheEventData, StoredBlock};
pub use executor::Executor;
pub use logits::{BatchedLogitsProcessor, LogitsProcessor, LogitsProcessors, LogitsStep};
pub use model::Model;
pub use request::{
    ContextPhaseParams, EffectiveRequest, ExternalDraftTokens, GuidedDecodingParams, KvCacheRetentionConfig,
    MultimodalInput, OutputConfig, Request, RequestOptions, RequestTensors, SamplingConfig,
    TokenRangeRetention,
};
pub use response::{
    AdditionalOutput, Beam, FastLogits, GenerationResult, RequestPerfMetrics, Response, Responses, SteadyTime,
};
pub use stats::{
    DebugTensor, DisServingRequestStats, InflightBatchingStats, IterationStats, KvCacheStats, RequestStats,
    RequestStatsPerIteration, SpecDecodingStats, StaticBatchingStats,
};
pub use tensor::{Element, Tensor, TensorMut};

/// Half-precision numbers, for the elements of tensors.
pub use half::{bf16, f16};

/// The version that the native library says of itself, such as `1.2.1`.
///
/// # Errors
///
/// [`Error::NotLinked`] without one.
pub fn library_version() -> Result<String, Error> {
    native::library_version()
}

/// Registers TensorRT-LLM's plugins with TensorRT (`initTrtLlmPlugins`). Call it once, before the first
/// [`Executor`]; further calls do nothing.
///
/// # Errors
///
/// [`Error::NotLinked`] without a native library, [`Error::Native`] for what it throws.
pub fn init_plugins() -> Result<bool, Error> {
    native::init_plugins()
}

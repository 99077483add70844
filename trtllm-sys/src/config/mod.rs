//! The configuration of an executor.
//!
//! Every field is optional: one that is `None` is not touched, so that the library's own default holds, and
//! those defaults differ between versions. [`effective`](ExecutorConfig::effective) tells what a configuration comes to.

mod decoding;
mod kv_cache;
mod parallel;
mod peft_cache;
mod runtime;
mod scheduler;

pub use decoding::{
    DecodingConfig, DecodingMode, DecodingModeKind, EagleConfig, LookaheadDecodingConfig,
    SpeculativeDecodingConfig,
};
pub use kv_cache::{CacheTransceiverConfig, KvCacheConfig};
pub use parallel::{OrchestratorConfig, ParallelConfig};
pub use peft_cache::PeftCacheConfig;
pub use runtime::{AdditionalModelOutput, DebugConfig, ExtendedRuntimePerfKnobConfig, GuidedDecodingConfig};
pub use scheduler::{BatchSizeLimit, DynamicBatchConfig, SchedulerConfig};

use crate::cross::mirror;
use crate::{BatchingType, Error};

mirror! {
    /// What `tensorrt_llm::executor::ExecutorConfig` holds, but for the logits post-processors, which are code
    /// and go with [`Model`](crate::Model) (see [`LogitsProcessors`](crate::LogitsProcessors)).
    pub struct ExecutorConfig <=> ExecutorSpec {
        /// The largest beam width of any request.
        pub max_beam_width: Option<i32>,
        /// Which requests run, and in what chunks.
        pub scheduler: Option<SchedulerConfig>,
        /// The KV cache.
        pub kv_cache: Option<KvCacheConfig>,
        /// Whether long prompts may be read in chunks, between the steps of others.
        pub enable_chunked_context: Option<bool>,
        /// Whether log-probabilities are normalized.
        pub normalize_log_probs: Option<bool>,
        /// How many iterations' statistics are kept until they are read.
        pub iter_stats_max_iterations: Option<i32>,
        /// How many iterations' statistics per request are kept until they are read; 0 turns them off.
        pub request_stats_max_iterations: Option<i32>,
        /// How requests are put into batches.
        pub batching_type: Option<BatchingType>,
        /// The most requests in a batch.
        pub max_batch_size: Option<i32>,
        /// The most tokens in a batch.
        pub max_num_tokens: Option<i32>,
        /// Devices and processes.
        pub parallel: Option<ParallelConfig>,
        /// The cache of LoRA weights.
        pub peft_cache: Option<PeftCacheConfig>,
        /// The decoding mode and its settings.
        pub decoding: Option<DecodingConfig>,
        /// Whether engines are loaded by GPUDirect Storage.
        pub use_gpu_direct_storage: Option<bool>,
        /// The share of the weights that stays on the GPU (weight streaming), 0 to 1.
        pub gpu_weights_percent: Option<f32>,
        /// The most waiting requests; one more is refused.
        pub max_queue_size: Option<i32>,
        /// Knobs of the runtime's speed.
        pub perf_knobs: Option<ExtendedRuntimePerfKnobConfig>,
        /// Which tensors are kept for debugging.
        pub debug: Option<DebugConfig>,
        /// Milliseconds between polls in orchestrator mode; 0 polls without rest.
        pub recv_poll_period_ms: Option<i32>,
        /// Microseconds after which an idle scheduled request is ended.
        pub max_seq_idle_microseconds: Option<u64>,
        /// Speculative decoding with a draft model of its own.
        pub speculative: Option<SpeculativeDecodingConfig>,
        /// Guided decoding.
        pub guided: Option<GuidedDecodingConfig>,
        /// Further outputs that the engine offers.
        pub additional_outputs: Option<Vec<AdditionalModelOutput>>,
        /// Disaggregated serving.
        pub cache_transceiver: Option<CacheTransceiverConfig>,
        /// Whether generation logits are gathered, without which no request can ask for them.
        pub gather_generation_logits: Option<bool>,
        /// Whether prompt tables are kept in host memory.
        pub prompt_table_offloading: Option<bool>,
        /// Whether preparing a step and running one overlap.
        pub enable_trt_overlap: Option<bool>,
        /// Whether an attention window that holds not even one sequence is an error.
        pub fail_fast_on_attention_window_too_large: Option<bool>,
    }
}

impl ExecutorConfig {
    /// What the library makes of this configuration: built as for an executor and read back through the C++
    /// class's getters, the library's defaults included.
    ///
    /// # Errors
    ///
    /// [`Error::NotLinked`] without a native library, [`Error::Native`] where the library refuses a value.
    pub fn effective(&self) -> Result<Self, Error> {
        crate::native::effective_config(self)
    }

    /// An error if the library took another value than the one that was asked for.
    ///
    /// Some of the C++ classes can only be filled by position, and positions moved between versions.
    pub(crate) fn check(&self) -> Result<(), Error> {
        crate::native::check_config(self)
    }
}

//! Values of the enumerations of `tensorrt_llm::executor`, made by bindgen from the headers.
//!
//! Do not edit: `TRTLLM_SYS_UPDATE_BINDINGS=1 cargo test -p trtllm-sys --features stand-in --test bindings`

pub(crate) mod batching_type {
    pub(crate) const STATIC: i32 = 0;
    pub(crate) const INFLIGHT: i32 = 1;
}
pub(crate) mod cache_transceiver_config_backend_type {
    pub(crate) const DEFAULT: i32 = 0;
    pub(crate) const MPI: i32 = 1;
    pub(crate) const UCX: i32 = 2;
    pub(crate) const NIXL: i32 = 3;
}
pub(crate) mod capacity_scheduler_policy {
    pub(crate) const MAX_UTILIZATION: i32 = 0;
    pub(crate) const GUARANTEED_NO_EVICT: i32 = 1;
    pub(crate) const STATIC_BATCH: i32 = 2;
}
pub(crate) mod communication_mode {
    pub(crate) const LEADER: i32 = 0;
    pub(crate) const ORCHESTRATOR: i32 = 1;
}
pub(crate) mod communication_type {
    pub(crate) const MPI: i32 = 0;
}
pub(crate) mod context_chunking_policy {
    pub(crate) const FIRST_COME_FIRST_SERVED: i32 = 0;
    pub(crate) const EQUAL_PROGRESS: i32 = 1;
}
pub(crate) mod data_type {
    pub(crate) const BOOL: i32 = 0;
    pub(crate) const UINT8: i32 = 1;
    pub(crate) const INT8: i32 = 2;
    pub(crate) const INT32: i32 = 3;
    pub(crate) const INT64: i32 = 4;
    pub(crate) const BF16: i32 = 5;
    pub(crate) const FP8: i32 = 6;
    pub(crate) const FP16: i32 = 7;
    pub(crate) const FP32: i32 = 8;
    pub(crate) const UNKNOWN: i32 = 9;
}
pub(crate) mod finish_reason {
    pub(crate) const NOT_FINISHED: i32 = 0;
    pub(crate) const END_ID: i32 = 1;
    pub(crate) const STOP_WORDS: i32 = 2;
    pub(crate) const LENGTH: i32 = 3;
    pub(crate) const TIMED_OUT: i32 = 4;
    pub(crate) const CANCELLED: i32 = 5;
}
pub(crate) mod guided_decoding_config_guided_decoding_backend {
    pub(crate) const XGRAMMAR: i32 = 0;
    pub(crate) const LLGUIDANCE: i32 = 1;
}
pub(crate) mod guided_decoding_params_guide_type {
    pub(crate) const JSON: i32 = 0;
    pub(crate) const JSON_SCHEMA: i32 = 1;
    pub(crate) const REGEX: i32 = 2;
    pub(crate) const EBNF_GRAMMAR: i32 = 3;
    pub(crate) const STRUCTURAL_TAG: i32 = 4;
}
pub(crate) mod kv_cache_transfer_mode {
    pub(crate) const DRAM: i32 = 0;
    pub(crate) const GDS: i32 = 1;
    pub(crate) const POSIX_DEBUG_FALLBACK: i32 = 2;
}
pub(crate) mod memory_type {
    pub(crate) const CPU: i32 = 0;
    pub(crate) const CPU_PINNED: i32 = 1;
    pub(crate) const CPU_PINNEDPOOL: i32 = 2;
    pub(crate) const GPU: i32 = 3;
    pub(crate) const UVM: i32 = 4;
    pub(crate) const UNKNOWN: i32 = 5;
}
pub(crate) mod model_type {
    pub(crate) const DECODER_ONLY: i32 = 0;
    pub(crate) const ENCODER_ONLY: i32 = 1;
    pub(crate) const ENCODER_DECODER: i32 = 2;
}
pub(crate) mod request_stage {
    pub(crate) const QUEUED: i32 = 0;
    pub(crate) const ENCODER_IN_PROGRESS: i32 = 1;
    pub(crate) const CONTEXT_IN_PROGRESS: i32 = 2;
    pub(crate) const GENERATION_IN_PROGRESS: i32 = 3;
    pub(crate) const GENERATION_COMPLETE: i32 = 4;
}
pub(crate) mod request_type {
    pub(crate) const CONTEXT_AND_GENERATION: i32 = 0;
    pub(crate) const CONTEXT_ONLY: i32 = 1;
    pub(crate) const GENERATION_ONLY: i32 = 2;
}

//! The KV cache, and its way from one executor to another.

use crate::CacheTransceiverBackend;
use crate::cross::mirror;

mirror! {
    /// `KvCacheConfig`.
    ///
    /// Where both [`max_tokens`](Self::max_tokens) and
    /// [`free_gpu_memory_fraction`](Self::free_gpu_memory_fraction) are given, the smaller wins.
    pub struct KvCacheConfig <=> KvCache {
        /// Whether blocks are shared between requests that begin alike.
        pub enable_block_reuse: Option<bool>,
        /// Whether a block that matches in part is reused.
        pub enable_partial_reuse: Option<bool>,
        /// Whether a block in use that matches in part is copied for reuse.
        pub copy_on_partial_reuse: Option<bool>,
        /// The most tokens held.
        pub max_tokens: Option<i32>,
        /// The attention window of each layer in tokens; a shorter list is repeated.
        pub max_attention_windows: Option<Vec<i32>>,
        /// Tokens at the start of a sequence that always stay in the window.
        pub sink_token_length: Option<i32>,
        /// The share of free GPU memory to take, 0 to 1.
        pub free_gpu_memory_fraction: Option<f32>,
        /// The share of the cache for cross attention (encoder-decoder models), 0 to 1.
        pub cross_kv_cache_fraction: Option<f32>,
        /// Bytes of host memory for blocks that leave the GPU.
        pub host_cache_size: Option<u64>,
        /// Whether such blocks come back to the GPU before they are reused.
        pub onboard_blocks: Option<bool>,
        /// Only blocks above this retention priority (0 to 100) move to host memory.
        pub secondary_offload_min_priority: Option<i32>,
        /// The most events kept until they are read; 0 turns events off.
        pub event_buffer_max_size: Option<u64>,
        /// Whether the cache is in managed memory.
        pub use_uvm: Option<bool>,
        /// Milliseconds between collections of events over attention data parallel ranks.
        pub attention_dp_events_gather_period_ms: Option<i32>,
        /// The most bytes of GPU memory for the cache; 0 for no such bound.
        pub max_gpu_total_bytes: Option<u64>,
    }
}

mirror! {
    /// `CacheTransceiverConfig`: disaggregated serving.
    pub struct CacheTransceiverConfig <=> CacheTransceiver {
        /// The transport.
        pub backend: Option<CacheTransceiverBackend>,
        /// Tokens that the transfer buffer holds.
        pub max_tokens_in_buffer: Option<u64>,
        /// Milliseconds until a transfer is given up.
        pub kv_transfer_timeout_ms: Option<i32>,
    }
}

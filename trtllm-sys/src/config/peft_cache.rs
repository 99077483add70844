//! The cache of LoRA weights.

use crate::cross::mirror;

mirror! {
    /// `PeftCacheConfig`.
    pub struct PeftCacheConfig <=> PeftCache {
        /// Sets of weights (one layer, one module, adapter size 1, of the largest size) that the host holds.
        pub num_host_module_layer: Option<i32>,
        /// Sets of weights that the GPU holds.
        pub num_device_module_layer: Option<i32>,
        /// The adapter size that sets the width of a page.
        pub optimal_adapter_size: Option<i32>,
        /// The largest adapter size.
        pub max_adapter_size: Option<i32>,
        /// Threads that put weights into the host cache.
        pub num_put_workers: Option<i32>,
        /// Threads that copy weights to the GPU.
        pub num_ensure_workers: Option<i32>,
        /// CUDA streams of those copies.
        pub num_copy_streams: Option<i32>,
        /// Pages in a block of host memory.
        pub max_pages_per_block_host: Option<i32>,
        /// Pages in a block of GPU memory.
        pub max_pages_per_block_device: Option<i32>,
        /// The share of GPU memory left after loading the engine, 0 to 1.
        pub device_cache_percent: Option<f32>,
        /// Bytes of the host cache.
        pub host_cache_size: Option<u64>,
        /// A folder of LoRA weights to load at start.
        pub lora_prefetch_dir: Option<String>,
    }
}

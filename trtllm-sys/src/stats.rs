//! Statistics of the executor. Reading them drains the library's own queues.

use crate::cross::mirror;
use crate::{RequestStage, Tensor};

mirror! {
    /// `IterationStats`. Times in milliseconds, memory in bytes.
    pub struct IterationStats == IterStats {
        /// When the iteration ended, as the library writes it.
        pub timestamp: String,
        /// The number of the iteration.
        pub iter: u64,
        /// How long it took.
        pub iter_latency_ms: f64,
        /// How long the requests that became active now had waited, in all.
        pub new_active_requests_queue_latency_ms: f64,
        /// Requests that became active now.
        pub num_new_active_requests: i32,
        /// Active requests.
        pub num_active_requests: i32,
        /// Waiting requests.
        pub num_queued_requests: i32,
        /// Requests done in this iteration.
        pub num_completed_requests: i32,
        /// The most active requests.
        pub max_num_active_requests: i32,
        /// The batch size that was configured.
        pub max_batch_size_static: i32,
        /// The batch size that the tuner recommends.
        pub max_batch_size_tuner_recommended: i32,
        /// The batch size in force.
        pub max_batch_size_runtime: i32,
        /// The token budget that was configured.
        pub max_num_tokens_static: i32,
        /// The token budget that the tuner recommends.
        pub max_num_tokens_tuner_recommended: i32,
        /// The token budget in force.
        pub max_num_tokens_runtime: i32,
        /// Memory of the GPU.
        pub gpu_mem_usage: u64,
        /// Memory of the host.
        pub cpu_mem_usage: u64,
        /// Pinned memory.
        pub pinned_mem_usage: u64,
        /// The KV cache.
        pub kv_cache: Option<KvCacheStats>,
        /// The KV cache of cross attention.
        pub cross_kv_cache: Option<KvCacheStats>,
        /// Static batching.
        pub static_batching: Option<StaticBatchingStats>,
        /// In-flight batching.
        pub inflight_batching: Option<InflightBatchingStats>,
        /// Speculative decoding.
        pub speculative: Option<SpecDecodingStats>,
    }
}

mirror! {
    /// `KvCacheStats`, in blocks.
    pub struct KvCacheStats <=> KvStats {
        /// All blocks.
        pub max_num_blocks: i32,
        /// Free blocks.
        pub free_num_blocks: i32,
        /// Used blocks.
        pub used_num_blocks: i32,
        /// Tokens in a block.
        pub tokens_per_block: i32,
        /// Blocks ever taken.
        pub alloc_total_blocks: i32,
        /// Blocks taken anew.
        pub alloc_new_blocks: i32,
        /// Blocks reused.
        pub reused_blocks: i32,
        /// Blocks that could have been reused and were not there.
        pub missed_blocks: i32,
        /// Reused among reused and missed.
        pub cache_hit_rate: f32,
    }
}

mirror! {
    /// `StaticBatchingStats`.
    pub struct StaticBatchingStats <=> StaticStats {
        /// Requests in the batch.
        pub num_scheduled_requests: i32,
        /// Those whose prompt is read.
        pub num_context_requests: i32,
        /// Tokens of those prompts.
        pub num_ctx_tokens: i32,
        /// Tokens to generate.
        pub num_gen_tokens: i32,
        /// Unused slots.
        pub empty_gen_slots: i32,
    }
}

mirror! {
    /// `InflightBatchingStats`.
    pub struct InflightBatchingStats <=> InflightStats {
        /// Requests in the batch.
        pub num_scheduled_requests: i32,
        /// Those whose prompt is read.
        pub num_context_requests: i32,
        /// Those that generate.
        pub num_gen_requests: i32,
        /// Those that are paused.
        pub num_paused_requests: i32,
        /// Tokens of prompts.
        pub num_ctx_tokens: i32,
        /// The micro batch.
        pub micro_batch_id: i32,
        /// Tokens of a request in an iteration, on average.
        pub avg_num_decoded_tokens_per_iter: f32,
    }
}

mirror! {
    /// `SpecDecodingStats`.
    pub struct SpecDecodingStats <=> SpecStats {
        /// Draft tokens.
        pub num_draft_tokens: i64,
        /// Accepted ones.
        pub num_accepted_tokens: i64,
        /// Requests that had any.
        pub num_requests_with_draft_tokens: i64,
        /// Tokens of such a request in a step, on average.
        pub acceptance_length: f64,
        /// Milliseconds for drafting.
        pub iter_latency_ms: f64,
        /// That time as a share of the iteration's.
        pub draft_overhead: f64,
    }
}

/// `RequestStatsPerIteration`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RequestStatsPerIteration {
    /// The number of the iteration.
    pub iter: u64,
    /// Each active request.
    pub requests: Vec<RequestStats>,
}

/// `RequestStats`.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestStats {
    /// The request.
    pub id: u64,
    /// Where it is.
    pub stage: RequestStage,
    /// Tokens of its prompt that were read (chunked context).
    pub context_prefill_position: i32,
    /// Tokens generated.
    pub num_generated_tokens: i32,
    /// Tokens in an iteration, on average.
    pub avg_num_decoded_tokens_per_iter: f32,
    /// Whether it is in this iteration's batch.
    pub scheduled: bool,
    /// Whether it is paused for want of blocks.
    pub paused: bool,
    /// The transfer of its KV cache.
    pub disaggregated: Option<DisServingRequestStats>,
    /// Blocks in all.
    pub alloc_total_blocks: i32,
    /// New blocks.
    pub alloc_new_blocks: i32,
    /// Reused blocks.
    pub reused_blocks: i32,
    /// Missed blocks.
    pub missed_blocks: i32,
    /// Reused among reused and missed.
    pub kv_cache_hit_rate: f32,
}

/// `DisServingRequestStats`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DisServingRequestStats {
    /// Milliseconds of the transfer.
    pub kv_cache_transfer_ms: f64,
    /// Its bytes.
    pub kv_cache_size: u64,
}

/// A tensor that [`DebugConfig`](crate::DebugConfig) asked for.
#[derive(Debug)]
pub struct DebugTensor {
    /// The iteration.
    pub iter: u64,
    /// The name.
    pub name: String,
    /// The tensor.
    pub tensor: Tensor,
}

#[cfg(trtllm_native)]
pub(crate) fn grouped(flat: Vec<crate::bridge::ffi::ReqStats>) -> Vec<RequestStatsPerIteration> {
    let mut iterations: Vec<RequestStatsPerIteration> = Vec::new();
    for stats in flat {
        let request = RequestStats {
            id: stats.id,
            stage: RequestStage::from_raw(stats.stage),
            context_prefill_position: stats.context_prefill_position,
            num_generated_tokens: stats.num_generated_tokens,
            avg_num_decoded_tokens_per_iter: stats.avg_num_decoded_tokens_per_iter,
            scheduled: stats.scheduled,
            paused: stats.paused,
            disaggregated: stats.has_disaggregated.then_some(DisServingRequestStats {
                kv_cache_transfer_ms: stats.kv_cache_transfer_ms,
                kv_cache_size: stats.kv_cache_size,
            }),
            alloc_total_blocks: stats.alloc_total_blocks,
            alloc_new_blocks: stats.alloc_new_blocks,
            reused_blocks: stats.reused_blocks,
            missed_blocks: stats.missed_blocks,
            kv_cache_hit_rate: stats.kv_cache_hit_rate,
        };
        match iterations.last_mut().filter(|last| last.iter == stats.iter) {
            Some(last) => last.requests.push(request),
            None => iterations.push(RequestStatsPerIteration { iter: stats.iter, requests: vec![request] }),
        }
    }
    iterations
}

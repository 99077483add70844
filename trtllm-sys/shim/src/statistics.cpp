// Statistics and debug tensors. The deques are drained by a read.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

KvStats flat(te::KvCacheStats const& stats) {
    KvStats result{};
    result.set = true;
    result.max_num_blocks = stats.maxNumBlocks;
    result.free_num_blocks = stats.freeNumBlocks;
    result.used_num_blocks = stats.usedNumBlocks;
    result.tokens_per_block = stats.tokensPerBlock;
    result.alloc_total_blocks = stats.allocTotalBlocks;
    result.alloc_new_blocks = stats.allocNewBlocks;
    result.reused_blocks = stats.reusedBlocks;
    result.missed_blocks = stats.missedBlocks;
    result.cache_hit_rate = stats.cacheHitRate;
    return result;
}

StaticStats flat(te::StaticBatchingStats const& stats) {
    StaticStats result{};
    result.set = true;
    result.num_scheduled_requests = stats.numScheduledRequests;
    result.num_context_requests = stats.numContextRequests;
    result.num_ctx_tokens = stats.numCtxTokens;
    result.num_gen_tokens = stats.numGenTokens;
    result.empty_gen_slots = stats.emptyGenSlots;
    return result;
}

InflightStats flat(te::InflightBatchingStats const& stats) {
    InflightStats result{};
    result.set = true;
    result.num_scheduled_requests = stats.numScheduledRequests;
    result.num_context_requests = stats.numContextRequests;
    result.num_gen_requests = stats.numGenRequests;
    result.num_paused_requests = stats.numPausedRequests;
    result.num_ctx_tokens = stats.numCtxTokens;
    result.micro_batch_id = stats.microBatchId;
    result.avg_num_decoded_tokens_per_iter = stats.avgNumDecodedTokensPerIter;
    return result;
}

template <typename Stats>
void set_speculative(SpecStats& result, Stats const& stats) {
    call_if_known(stats, [&](auto& known) -> decltype((void)known.specDecodingStats) {
        if (known.specDecodingStats.has_value()) {
            auto const& spec = *known.specDecodingStats;
            result.set = true;
            result.num_draft_tokens = spec.numDraftTokens;
            result.num_accepted_tokens = spec.numAcceptedTokens;
            result.num_requests_with_draft_tokens = spec.numRequestsWithDraftTokens;
            result.acceptance_length = spec.acceptanceLength;
            result.iter_latency_ms = spec.iterLatencyMS;
            result.draft_overhead = spec.draftOverhead;
        }
    });
}

IterStats flat(te::IterationStats const& stats) {
    IterStats result{};
    result.timestamp = to_rust(stats.timestamp);
    result.iter = stats.iter;
    result.iter_latency_ms = stats.iterLatencyMS;
    result.new_active_requests_queue_latency_ms = stats.newActiveRequestsQueueLatencyMS;
    result.num_new_active_requests = stats.numNewActiveRequests;
    result.num_active_requests = stats.numActiveRequests;
    result.num_queued_requests = stats.numQueuedRequests;
    result.num_completed_requests = stats.numCompletedRequests;
    result.max_num_active_requests = stats.maxNumActiveRequests;
    result.max_batch_size_static = stats.maxBatchSizeStatic;
    result.max_batch_size_tuner_recommended = stats.maxBatchSizeTunerRecommended;
    result.max_batch_size_runtime = stats.maxBatchSizeRuntime;
    result.max_num_tokens_static = stats.maxNumTokensStatic;
    result.max_num_tokens_tuner_recommended = stats.maxNumTokensTunerRecommended;
    result.max_num_tokens_runtime = stats.maxNumTokensRuntime;
    result.gpu_mem_usage = stats.gpuMemUsage;
    result.cpu_mem_usage = stats.cpuMemUsage;
    result.pinned_mem_usage = stats.pinnedMemUsage;
    if (stats.kvCacheStats.has_value()) {
        result.kv_cache = flat(*stats.kvCacheStats);
    }
    if (stats.crossKvCacheStats.has_value()) {
        result.cross_kv_cache = flat(*stats.crossKvCacheStats);
    }
    if (stats.staticBatchingStats.has_value()) {
        result.static_batching = flat(*stats.staticBatchingStats);
    }
    if (stats.inflightBatchingStats.has_value()) {
        result.inflight_batching = flat(*stats.inflightBatchingStats);
    }
    set_speculative(result.speculative, stats);
    return result;
}

ReqStats flat(te::IterationType iter, te::RequestStats const& stats) {
    ReqStats result{};
    result.iter = iter;
    result.id = stats.id;
    result.stage = static_cast<std::int32_t>(stats.stage);
    result.context_prefill_position = stats.contextPrefillPosition;
    result.num_generated_tokens = stats.numGeneratedTokens;
    result.avg_num_decoded_tokens_per_iter = stats.avgNumDecodedTokensPerIter;
    result.scheduled = stats.scheduled;
    result.paused = stats.paused;
    if (stats.disServingStats.has_value()) {
        result.has_disaggregated = true;
        result.kv_cache_transfer_ms = stats.disServingStats->kvCacheTransferMS;
        call_if_known(*stats.disServingStats,
            [&](auto& known) -> decltype((void)known.kvCacheSize) { result.kv_cache_size = known.kvCacheSize; });
    }
    result.alloc_total_blocks = stats.allocTotalBlocksPerRequest;
    result.alloc_new_blocks = stats.allocNewBlocksPerRequest;
    result.reused_blocks = stats.reusedBlocksPerRequest;
    result.missed_blocks = stats.missedBlocksPerRequest;
    result.kv_cache_hit_rate = stats.kvCacheHitRatePerRequest;
    return result;
}

template <typename Stats>
rust::Vec<rust::String> json(std::deque<Stats> const& all) {
    rust::Vec<rust::String> result;
    for (auto const& stats : all) {
        result.push_back(to_rust(te::JsonSerialization::toJsonStr(stats)));
    }
    return result;
}

} // namespace

rust::Vec<IterStats> iteration_stats(Executor const& executor) {
    rust::Vec<IterStats> result;
    for (auto const& stats : executor.inner->getLatestIterationStats()) {
        result.push_back(flat(stats));
    }
    return result;
}

rust::Vec<rust::String> iteration_stats_json(Executor const& executor) {
    return json(executor.inner->getLatestIterationStats());
}

rust::Vec<ReqStats> request_stats(Executor const& executor) {
    rust::Vec<ReqStats> result;
    for (auto const& iteration : executor.inner->getLatestRequestStats()) {
        for (auto const& stats : iteration.requestStats) {
            result.push_back(flat(iteration.iter, stats));
        }
    }
    return result;
}

rust::Vec<rust::String> request_stats_json(Executor const& executor) {
    return json(executor.inner->getLatestRequestStats());
}

rust::Vec<NamedTensor> debug_tensors(Executor const& executor) {
    rust::Vec<NamedTensor> result;
    for (auto const& iteration : executor.inner->getLatestDebugTensors()) {
        for (auto const& [name, tensor] : iteration.debugTensors) {
            result.push_back(NamedTensor{iteration.iter, to_rust(name), share(tensor)});
        }
    }
    return result;
}

} // namespace trtllm_shim

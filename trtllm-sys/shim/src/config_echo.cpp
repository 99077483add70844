// The executor's configuration, read back through its getters: what the library took, defaults included.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

void read_into(DynamicBatch& spec, te::DynamicBatchConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.batch_size_tuning, value, getEnableBatchSizeTuning);
    SHIM_READ(spec.max_num_tokens_tuning, value, getEnableMaxNumTokensTuning);
    SHIM_READ(spec.moving_average_window, value, getDynamicBatchMovingAverageWindow);
    spec.batch_size_table.set = true;
    for (auto const& [limit, size] : value.getBatchSizeTable()) {
        spec.batch_size_table.values.push_back(BatchSizeRow{limit, size});
    }
}

void read_into(Scheduler& spec, te::SchedulerConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.capacity_policy, value, getCapacitySchedulerPolicy);
    SHIM_READ(spec.context_chunking_policy, value, getContextChunkingPolicy);
    if (auto const dynamic = value.getDynamicBatchConfig(); dynamic.has_value()) {
        read_into(spec.dynamic_batch, *dynamic);
    }
}

void read_into(KvCache& spec, te::KvCacheConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.enable_block_reuse, value, getEnableBlockReuse);
    SHIM_READ(spec.enable_partial_reuse, value, getEnablePartialReuse);
    SHIM_READ(spec.copy_on_partial_reuse, value, getCopyOnPartialReuse);
    SHIM_READ(spec.max_tokens, value, getMaxTokens);
    SHIM_READ(spec.max_attention_windows, value, getMaxAttentionWindowVec);
    SHIM_READ(spec.sink_token_length, value, getSinkTokenLength);
    SHIM_READ(spec.free_gpu_memory_fraction, value, getFreeGpuMemoryFraction);
    SHIM_READ(spec.cross_kv_cache_fraction, value, getCrossKvCacheFraction);
    SHIM_READ(spec.host_cache_size, value, getHostCacheSize);
    SHIM_READ(spec.onboard_blocks, value, getOnboardBlocks);
    SHIM_READ(spec.secondary_offload_min_priority, value, getSecondaryOffloadMinPriority);
    SHIM_READ(spec.event_buffer_max_size, value, getEventBufferMaxSize);
    SHIM_READ(spec.use_uvm, value, getUseUvm);
    SHIM_READ(spec.attention_dp_events_gather_period_ms, value, getAttentionDpEventsGatherPeriodMs);
    SHIM_READ(spec.max_gpu_total_bytes, value, getMaxGpuTotalBytes);
}

void read_into(Orchestrator& spec, te::OrchestratorConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.is_orchestrator, value, getIsOrchestrator);
    SHIM_READ(spec.worker_executable, value, getWorkerExecutablePath);
    SHIM_READ(spec.spawn_processes, value, getSpawnProcesses);
}

void read_into(Parallel& spec, te::ParallelConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.communication_type, value, getCommunicationType);
    SHIM_READ(spec.communication_mode, value, getCommunicationMode);
    SHIM_READ(spec.device_ids, value, getDeviceIds);
    SHIM_READ(spec.participant_ids, value, getParticipantIds);
    if (auto const orchestrator = value.getOrchestratorConfig(); orchestrator.has_value()) {
        read_into(spec.orchestrator, *orchestrator);
    }
    SHIM_READ(spec.num_nodes, value, getNumNodes);
}

void read_into(PeftCache& spec, te::PeftCacheConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.num_host_module_layer, value, getNumHostModuleLayer);
    SHIM_READ(spec.num_device_module_layer, value, getNumDeviceModuleLayer);
    SHIM_READ(spec.optimal_adapter_size, value, getOptimalAdapterSize);
    SHIM_READ(spec.max_adapter_size, value, getMaxAdapterSize);
    SHIM_READ(spec.num_put_workers, value, getNumPutWorkers);
    SHIM_READ(spec.num_ensure_workers, value, getNumEnsureWorkers);
    SHIM_READ(spec.num_copy_streams, value, getNumCopyStreams);
    SHIM_READ(spec.max_pages_per_block_host, value, getMaxPagesPerBlockHost);
    SHIM_READ(spec.max_pages_per_block_device, value, getMaxPagesPerBlockDevice);
    SHIM_READ(spec.device_cache_percent, value, getDeviceCachePercent);
    SHIM_READ(spec.host_cache_size, value, getHostCacheSize);
    SHIM_READ(spec.lora_prefetch_dir, value, getLoraPrefetchDir);
}

void read_into(Decoding& spec, te::DecodingConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.mode, value, getDecodingMode);
    SHIM_READ(spec.lookahead, value, getLookaheadDecodingConfig);
    SHIM_READ(spec.medusa_choices, value, getMedusaChoices);
    SHIM_READ(spec.eagle, value, getEagleConfig);
}

void read_into(PerfKnobs& spec, te::ExtendedRuntimePerfKnobConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.multi_block_mode, value, getMultiBlockMode);
    SHIM_READ(spec.enable_context_fmha_fp32_acc, value, getEnableContextFMHAFP32Acc);
    SHIM_READ(spec.cuda_graph_mode, value, getCudaGraphMode);
    SHIM_READ(spec.cuda_graph_cache_size, value, getCudaGraphCacheSize);
}

void read_into(DebugOutput& spec, te::DebugConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.input_tensors, value, getDebugInputTensors);
    SHIM_READ(spec.output_tensors, value, getDebugOutputTensors);
    SHIM_READ(spec.tensor_names, value, getDebugTensorNames);
    SHIM_READ(spec.max_iterations, value, getDebugTensorsMaxIterations);
}

void read_into(GuidedBackend& spec, te::GuidedDecodingConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.backend, value, getBackend);
    SHIM_READ(spec.encoded_vocab, value, getEncodedVocab);
    SHIM_READ(spec.tokenizer, value, getTokenizerStr);
    SHIM_READ(spec.stop_token_ids, value, getStopTokenIds);
}

void read_into(CacheTransceiver& spec, te::CacheTransceiverConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.backend, value, getBackendType);
    SHIM_READ(spec.max_tokens_in_buffer, value, getMaxTokensInBuffer);
    SHIM_READ(spec.max_tokens_in_buffer, value, getMaxNumTokens);
    SHIM_READ(spec.kv_transfer_timeout_ms, value, getKvTransferTimeoutMs);
}

template <typename Part, typename T>
void read_part(Part& part, std::optional<T> const& value) {
    if (value.has_value()) {
        read_into(part, *value);
    }
}

} // namespace

ExecutorSpec echo_config(ExecutorSpec const& spec) {
    te::ExecutorConfig const config = build(spec);
    ExecutorSpec echo{};
    echo.set = true;
    SHIM_READ(echo.max_beam_width, config, getMaxBeamWidth);
    read_into(echo.scheduler, config.getSchedulerConfig());
    read_into(echo.kv_cache, config.getKvCacheConfig());
    SHIM_READ(echo.enable_chunked_context, config, getEnableChunkedContext);
    SHIM_READ(echo.normalize_log_probs, config, getNormalizeLogProbs);
    SHIM_READ(echo.iter_stats_max_iterations, config, getIterStatsMaxIterations);
    SHIM_READ(echo.request_stats_max_iterations, config, getRequestStatsMaxIterations);
    SHIM_READ(echo.batching_type, config, getBatchingType);
    SHIM_READ(echo.max_batch_size, config, getMaxBatchSize);
    SHIM_READ(echo.max_num_tokens, config, getMaxNumTokens);
    read_part(echo.parallel, config.getParallelConfig());
    read_part(echo.peft_cache, config.getPeftCacheConfig());
    read_part(echo.decoding, config.getDecodingConfig());
    SHIM_READ(echo.use_gpu_direct_storage, config, getUseGpuDirectStorage);
    SHIM_READ(echo.gpu_weights_percent, config, getGpuWeightsPercent);
    SHIM_READ(echo.max_queue_size, config, getMaxQueueSize);
    read_into(echo.perf_knobs, config.getExtendedRuntimePerfKnobConfig());
    read_part(echo.debug, config.getDebugConfig());
    SHIM_READ(echo.recv_poll_period_ms, config, getRecvPollPeriodMs);
    SHIM_READ(echo.max_seq_idle_microseconds, config, getMaxSeqIdleMicroseconds);
    if (auto const speculative = config.getSpecDecConfig(); speculative.has_value()) {
        echo.speculative.set = true;
        read_into(echo.speculative.fast_logits, speculative->fastLogits);
    }
    read_part(echo.guided, config.getGuidedDecodingConfig());
    SHIM_READ(echo.additional_outputs, config, getAdditionalModelOutputs);
    call_if_known(config, [&](auto& known) -> decltype((void)known.getCacheTransceiverConfig()) {
        read_part(echo.cache_transceiver, known.getCacheTransceiverConfig());
    });
    SHIM_READ(echo.gather_generation_logits, config, getGatherGenerationLogits);
    SHIM_READ(echo.prompt_table_offloading, config, getPromptTableOffloading);
    SHIM_READ(echo.enable_trt_overlap, config, getEnableTrtOverlap);
    SHIM_READ(echo.fail_fast_on_attention_window_too_large, config, getFailFastOnAttentionWindowTooLarge);
    return echo;
}

} // namespace trtllm_shim

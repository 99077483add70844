// The executor's configuration, from the bridge to the C++ classes.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

te::DynamicBatchConfig build(DynamicBatch const& spec) {
    te::DynamicBatchConfig const defaults;
    auto table = defaults.getBatchSizeTable();
    if (spec.batch_size_table.set) {
        table.clear();
        for (auto const& row : spec.batch_size_table.values) {
            table.emplace_back(row.limit, row.size);
        }
    }
    return te::DynamicBatchConfig(maybe(spec.batch_size_tuning).value_or(defaults.getEnableBatchSizeTuning()),
        maybe(spec.max_num_tokens_tuning).value_or(defaults.getEnableMaxNumTokensTuning()),
        maybe(spec.moving_average_window).value_or(defaults.getDynamicBatchMovingAverageWindow()), table);
}

te::SchedulerConfig build(Scheduler const& spec) {
    auto policy = te::SchedulerConfig().getCapacitySchedulerPolicy();
    if (spec.capacity_policy.set) {
        policy = static_cast<te::CapacitySchedulerPolicy>(spec.capacity_policy.value);
    }
    std::optional<te::ContextChunkingPolicy> chunking;
    if (spec.context_chunking_policy.set) {
        chunking = static_cast<te::ContextChunkingPolicy>(spec.context_chunking_policy.value);
    }
    std::optional<te::DynamicBatchConfig> dynamic;
    if (spec.dynamic_batch.set) {
        dynamic = build(spec.dynamic_batch);
    }
    return te::SchedulerConfig(policy, chunking, dynamic);
}

te::KvCacheConfig build(KvCache const& spec) {
    te::KvCacheConfig config;
    SHIM_SET(config, setEnableBlockReuse, spec.enable_block_reuse);
    SHIM_SET(config, setEnablePartialReuse, spec.enable_partial_reuse);
    SHIM_SET(config, setCopyOnPartialReuse, spec.copy_on_partial_reuse);
    SHIM_SET(config, setMaxTokens, spec.max_tokens);
    SHIM_SET(config, setMaxAttentionWindowVec, spec.max_attention_windows);
    SHIM_SET(config, setSinkTokenLength, spec.sink_token_length);
    SHIM_SET(config, setFreeGpuMemoryFraction, spec.free_gpu_memory_fraction);
    SHIM_SET(config, setCrossKvCacheFraction, spec.cross_kv_cache_fraction);
    SHIM_SET(config, setHostCacheSize, spec.host_cache_size);
    SHIM_SET(config, setOnboardBlocks, spec.onboard_blocks);
    SHIM_SET(config, setSecondaryOffloadMinPriority, spec.secondary_offload_min_priority);
    SHIM_SET(config, setEventBufferMaxSize, spec.event_buffer_max_size);
    SHIM_SET(config, setUseUvm, spec.use_uvm);
    SHIM_SET(config, setAttentionDpEventsGatherPeriodMs, spec.attention_dp_events_gather_period_ms);
    SHIM_SET(config, setMaxGpuTotalBytes, spec.max_gpu_total_bytes);
    return config;
}

te::OrchestratorConfig build(Orchestrator const& spec) {
    te::OrchestratorConfig config;
    SHIM_SET(config, setIsOrchestrator, spec.is_orchestrator);
    SHIM_SET(config, setWorkerExecutablePath, spec.worker_executable);
    SHIM_SET(config, setSpawnProcesses, spec.spawn_processes);
    return config;
}

te::ParallelConfig build(Parallel const& spec) {
    te::ParallelConfig config;
    if (spec.communication_type.set) {
        config.setCommunicationType(static_cast<te::CommunicationType>(spec.communication_type.value));
    }
    if (spec.communication_mode.set) {
        config.setCommunicationMode(static_cast<te::CommunicationMode>(spec.communication_mode.value));
    }
    SHIM_SET(config, setDeviceIds, spec.device_ids);
    SHIM_SET(config, setParticipantIds, spec.participant_ids);
    if (spec.orchestrator.set) {
        config.setOrchestratorConfig(build(spec.orchestrator));
    }
    SHIM_SET(config, setNumNodes, spec.num_nodes);
    return config;
}

te::PeftCacheConfig build(PeftCache const& spec) {
    te::PeftCacheConfig const defaults;
    return te::PeftCacheConfig(maybe(spec.num_host_module_layer).value_or(defaults.getNumHostModuleLayer()),
        maybe(spec.num_device_module_layer).value_or(defaults.getNumDeviceModuleLayer()),
        maybe(spec.optimal_adapter_size).value_or(defaults.getOptimalAdapterSize()),
        maybe(spec.max_adapter_size).value_or(defaults.getMaxAdapterSize()),
        maybe(spec.num_put_workers).value_or(defaults.getNumPutWorkers()),
        maybe(spec.num_ensure_workers).value_or(defaults.getNumEnsureWorkers()),
        maybe(spec.num_copy_streams).value_or(defaults.getNumCopyStreams()),
        maybe(spec.max_pages_per_block_host).value_or(defaults.getMaxPagesPerBlockHost()),
        maybe(spec.max_pages_per_block_device).value_or(defaults.getMaxPagesPerBlockDevice()),
        maybe(spec.device_cache_percent), maybe(spec.host_cache_size), maybe(spec.lora_prefetch_dir));
}

te::DecodingConfig build(Decoding const& spec) {
    // `setDecodingMode` refuses Medusa and Lookahead without their settings; the constructor's first parameter
    // takes every mode.
    std::optional<te::DecodingMode> mode;
    if (spec.mode.set) {
        mode = trtllm_shim::build(spec.mode);
    }
    te::DecodingConfig config(mode);
    if (spec.lookahead.set) {
        auto const lookahead = trtllm_shim::build(spec.lookahead);
        SHIM_CALL(config, setLookaheadDecodingConfig, lookahead);
    }
    if (spec.seamless_lookahead.set && spec.seamless_lookahead.value) {
        SHIM_CALL(config, enableSeamlessLookaheadDecoding);
    }
    if (spec.medusa_choices.set) {
        config.setMedusaChoices(to_lists<te::MedusaChoices>(spec.medusa_choices));
    }
    if (spec.eagle.set) {
        config.setEagleConfig(trtllm_shim::build(spec.eagle));
    }
    return config;
}

te::ExtendedRuntimePerfKnobConfig build(PerfKnobs const& spec) {
    te::ExtendedRuntimePerfKnobConfig config;
    SHIM_SET(config, setMultiBlockMode, spec.multi_block_mode);
    SHIM_SET(config, setEnableContextFMHAFP32Acc, spec.enable_context_fmha_fp32_acc);
    SHIM_SET(config, setCudaGraphMode, spec.cuda_graph_mode);
    SHIM_SET(config, setCudaGraphCacheSize, spec.cuda_graph_cache_size);
    return config;
}

te::DebugConfig build(DebugOutput const& spec) {
    te::DebugConfig config;
    SHIM_SET(config, setDebugInputTensors, spec.input_tensors);
    SHIM_SET(config, setDebugOutputTensors, spec.output_tensors);
    SHIM_SET(config, setDebugTensorNames, spec.tensor_names);
    SHIM_SET(config, setDebugTensorsMaxIterations, spec.max_iterations);
    return config;
}

te::GuidedDecodingConfig build(GuidedBackend const& spec) {
    // The backend is required by the constructor.
    te::GuidedDecodingConfig config(static_cast<te::GuidedDecodingConfig::GuidedDecodingBackend>(spec.backend.value));
    SHIM_SET(config, setEncodedVocab, spec.encoded_vocab);
    SHIM_SET(config, setTokenizerStr, spec.tokenizer);
    SHIM_SET(config, setStopTokenIds, spec.stop_token_ids);
    return config;
}

template <typename Config>
constexpr auto has_max_tokens_in_buffer(int) -> decltype((void)std::declval<Config&>().getMaxTokensInBuffer(), true) {
    return true;
}

template <typename Config>
constexpr bool has_max_tokens_in_buffer(long) {
    return false;
}

// 0.20 has the same bound under another name.
template <typename Config>
void set_buffer(Config& transceiver, std::uint64_t tokens) {
    if constexpr (has_max_tokens_in_buffer<Config>(0)) {
        transceiver.setMaxTokensInBuffer(tokens);
    } else {
        transceiver.setMaxNumTokens(tokens);
    }
}

void set_transceiver(te::ExecutorConfig& config, CacheTransceiver const& spec) {
    // The class changed shape between 0.20 and 1.2, so everything about it is asked for by name.
    te::CacheTransceiverConfig transceiver;
    if (spec.backend.set) {
        call_known("CacheTransceiverConfig::setBackendType", transceiver,
            [&](auto& target) -> decltype((void)target.setBackendType(target.getBackendType())) {
                using Backend = typename decltype(target.getBackendType())::value_type;
                target.setBackendType(static_cast<Backend>(spec.backend.value));
            });
    }
    if (spec.max_tokens_in_buffer.set) {
        set_buffer(transceiver, spec.max_tokens_in_buffer.value);
    }
    SHIM_SET(transceiver, setKvTransferTimeoutMs, spec.kv_transfer_timeout_ms);
    SHIM_CALL(config, setCacheTransceiverConfig, transceiver);
}

} // namespace

te::ExecutorConfig build(ExecutorSpec const& spec) {
    te::ExecutorConfig config;
    SHIM_SET(config, setMaxBeamWidth, spec.max_beam_width);
    if (spec.scheduler.set) {
        config.setSchedulerConfig(build(spec.scheduler));
    }
    if (spec.kv_cache.set) {
        config.setKvCacheConfig(build(spec.kv_cache));
    }
    SHIM_SET(config, setEnableChunkedContext, spec.enable_chunked_context);
    SHIM_SET(config, setNormalizeLogProbs, spec.normalize_log_probs);
    SHIM_SET(config, setIterStatsMaxIterations, spec.iter_stats_max_iterations);
    SHIM_SET(config, setRequestStatsMaxIterations, spec.request_stats_max_iterations);
    if (spec.batching_type.set) {
        config.setBatchingType(static_cast<te::BatchingType>(spec.batching_type.value));
    }
    SHIM_SET(config, setMaxBatchSize, spec.max_batch_size);
    SHIM_SET(config, setMaxNumTokens, spec.max_num_tokens);
    if (spec.parallel.set) {
        config.setParallelConfig(build(spec.parallel));
    }
    if (spec.peft_cache.set) {
        config.setPeftCacheConfig(build(spec.peft_cache));
    }
    if (spec.decoding.set) {
        config.setDecodingConfig(build(spec.decoding));
    }
    SHIM_SET(config, setUseGpuDirectStorage, spec.use_gpu_direct_storage);
    SHIM_SET(config, setGpuWeightsPercent, spec.gpu_weights_percent);
    SHIM_SET(config, setMaxQueueSize, spec.max_queue_size);
    if (spec.perf_knobs.set) {
        config.setExtendedRuntimePerfKnobConfig(build(spec.perf_knobs));
    }
    if (spec.debug.set) {
        config.setDebugConfig(build(spec.debug));
    }
    SHIM_SET(config, setRecvPollPeriodMs, spec.recv_poll_period_ms);
    SHIM_SET(config, setMaxSeqIdleMicroseconds, spec.max_seq_idle_microseconds);
    if (spec.speculative.set) {
        te::SpeculativeDecodingConfig speculative;
        speculative.fastLogits = maybe(spec.speculative.fast_logits).value_or(speculative.fastLogits);
        config.setSpecDecConfig(speculative);
    }
    if (spec.guided.set) {
        config.setGuidedDecodingConfig(build(spec.guided));
    }
    if (spec.additional_outputs.set) {
        config.setAdditionalModelOutputs(build(spec.additional_outputs));
    }
    if (spec.cache_transceiver.set) {
        set_transceiver(config, spec.cache_transceiver);
    }
    SHIM_SET(config, setGatherGenerationLogits, spec.gather_generation_logits);
    SHIM_SET(config, setPromptTableOffloading, spec.prompt_table_offloading);
    SHIM_SET(config, setEnableTrtOverlap, spec.enable_trt_overlap);
    SHIM_SET(config, setFailFastOnAttentionWindowTooLarge, spec.fail_fast_on_attention_window_too_large);
    return config;
}

} // namespace trtllm_shim

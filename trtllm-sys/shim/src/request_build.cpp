// A request, from the bridge to the C++ class.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

te::SamplingConfig build(Sampling const& spec) {
    te::SamplingConfig config;
    // The width first: the checks of the sequence count and of the width array look at it.
    SHIM_SET(config, setBeamWidth, spec.beam_width);
    SHIM_SET(config, setTopK, spec.top_k);
    SHIM_SET(config, setTopP, spec.top_p);
    SHIM_SET(config, setTopPMin, spec.top_p_min);
    SHIM_SET(config, setTopPResetIds, spec.top_p_reset_ids);
    SHIM_SET(config, setTopPDecay, spec.top_p_decay);
    SHIM_SET(config, setSeed, spec.seed);
    SHIM_SET(config, setTemperature, spec.temperature);
    SHIM_SET(config, setMinTokens, spec.min_tokens);
    SHIM_SET(config, setBeamSearchDiversityRate, spec.beam_search_diversity_rate);
    SHIM_SET(config, setRepetitionPenalty, spec.repetition_penalty);
    SHIM_SET(config, setPresencePenalty, spec.presence_penalty);
    SHIM_SET(config, setFrequencyPenalty, spec.frequency_penalty);
    SHIM_SET(config, setLengthPenalty, spec.length_penalty);
    SHIM_SET(config, setEarlyStopping, spec.early_stopping);
    SHIM_SET(config, setNoRepeatNgramSize, spec.no_repeat_ngram_size);
    SHIM_SET(config, setNumReturnSequences, spec.num_return_sequences);
    SHIM_SET(config, setMinP, spec.min_p);
    SHIM_SET(config, setBeamWidthArray, spec.beam_width_array);
    return config;
}

te::OutputConfig build(Output const& spec) {
    te::OutputConfig config;
    config.returnLogProbs = maybe(spec.return_log_probs).value_or(config.returnLogProbs);
    config.returnContextLogits = maybe(spec.return_context_logits).value_or(config.returnContextLogits);
    config.returnGenerationLogits = maybe(spec.return_generation_logits).value_or(config.returnGenerationLogits);
    config.excludeInputFromOutput = maybe(spec.exclude_input_from_output).value_or(config.excludeInputFromOutput);
    config.returnEncoderOutput = maybe(spec.return_encoder_output).value_or(config.returnEncoderOutput);
    config.returnPerfMetrics = maybe(spec.return_perf_metrics).value_or(config.returnPerfMetrics);
    if (spec.additional_outputs.set) {
        config.additionalModelOutputs = trtllm_shim::build(spec.additional_outputs);
    }
    return config;
}

std::optional<te::Tensor> tensor(std::shared_ptr<Tensor> const& pointer) {
    if (pointer == nullptr) {
        return std::nullopt;
    }
    return *pointer;
}

std::optional<std::chrono::milliseconds> milliseconds(OptI64 const& option) {
    if (!option.set) {
        return std::nullopt;
    }
    return std::chrono::milliseconds(option.value);
}

te::KvCacheRetentionConfig build(KvRetention const& spec) {
    using Range = te::KvCacheRetentionConfig::TokenRangeRetentionConfig;
    std::vector<Range> ranges;
    for (auto const& range : spec.ranges) {
        ranges.emplace_back(range.token_start);
        ranges.back().tokenEnd = maybe(range.token_end);
        ranges.back().priority = maybe(range.priority).value_or(ranges.back().priority);
        ranges.back().durationMs = milliseconds(range.duration_ms);
    }
    auto const priority = maybe(spec.decode_priority).value_or(te::KvCacheRetentionConfig::kDefaultRetentionPriority);
    auto const duration = milliseconds(spec.decode_duration_ms);
    if (!spec.transfer_mode.set && !spec.directory.set) {
        return te::KvCacheRetentionConfig(ranges, priority, duration);
    }
    te::KvCacheRetentionConfig config;
    // Transfer modes came after 0.20, and the class has no setters; the pair of getters tells the two forms apart.
    call_known("KvCacheRetentionConfig with a transfer mode", config,
        [&](auto& target) -> decltype((void)target.getTransferMode()) {
            using Config = std::decay_t<decltype(target)>;
            using Mode = decltype(target.getTransferMode());
            auto const mode =
                spec.transfer_mode.set ? static_cast<Mode>(spec.transfer_mode.value) : target.getTransferMode();
            target = Config(ranges, priority, duration, mode, value_of(spec.directory));
        });
    return config;
}

te::ContextPhaseParams build(ContextPhase const& spec) {
    auto tokens = to_std(spec.first_tokens);
    auto draft = maybe(spec.draft_tokens);
    if (!spec.state.set) {
        return te::ContextPhaseParams(std::move(tokens), spec.request_id, std::move(draft));
    }
    std::vector<char> const state(spec.state.values.begin(), spec.state.values.end());
    return te::ContextPhaseParams(std::move(tokens), spec.request_id, state, std::move(draft));
}

te::GuidedDecodingParams build(Guide const& spec) {
    return te::GuidedDecodingParams(static_cast<te::GuidedDecodingParams::GuideType>(spec.kind), maybe(spec.text));
}

void set_multimodal(te::Request& request, Multimodal const& spec) {
    call_known("setMultimodalInput", request,
        [&](auto& target) -> decltype((void)target.setMultimodalInput(*target.getMultimodalInput())) {
            using Input = typename decltype(target.getMultimodalInput())::value_type;
            target.setMultimodalInput(Input(to_lists<std::vector<std::vector<te::SizeType32>>>(spec.hashes),
                to_std(spec.positions), to_std(spec.lengths)));
        });
}

void set_tensors(te::Request& request, RequestEntry const& entry) {
    auto const& spec = entry.spec;
    auto const& extras = entry.extras;
    if (extras.embedding_bias != nullptr) {
        request.setEmbeddingBias(*extras.embedding_bias);
    }
    if (spec.external_draft.set) {
        request.setExternalDraftTokensConfig(
            te::ExternalDraftTokensConfig(to_std(spec.external_draft.tokens), tensor(extras.draft_logits),
                maybe(spec.external_draft.acceptance_threshold), maybe(spec.external_draft.fast_logits)));
    }
    if (extras.prompt_table != nullptr) {
        request.setPromptTuningConfig(te::PromptTuningConfig(*extras.prompt_table, maybe(spec.prompt_table_extra_ids)));
    }
    if (spec.multimodal.set) {
        set_multimodal(request, spec.multimodal);
    }
    if (extras.multimodal_embedding != nullptr) {
        auto const& embedding = *extras.multimodal_embedding;
        SHIM_CALL(request, setMultimodalEmbedding, embedding);
    }
    if (extras.mrope_rotary_cos_sin != nullptr) {
        request.setMropeConfig(te::MropeConfig(*extras.mrope_rotary_cos_sin, spec.mrope_position_deltas.value));
    }
    if (spec.lora_task_id.set) {
        request.setLoraConfig(
            te::LoraConfig(spec.lora_task_id.value, tensor(extras.lora_weights), tensor(extras.lora_config)));
    }
    if (extras.encoder_input_features != nullptr) {
        request.setEncoderInputFeatures(*extras.encoder_input_features);
    }
    if (extras.cross_attention_mask != nullptr) {
        request.setCrossAttentionMask(*extras.cross_attention_mask);
    }
    if (extras.skip_cross_attn_blocks != nullptr) {
        request.setSkipCrossAttnBlocks(*extras.skip_cross_attn_blocks);
    }
}

} // namespace

te::Request build(RequestEntry const& entry) {
    auto const& spec = entry.spec;
    // The one copy of the prompt: the vector that the class itself takes and keeps.
    te::Request request(to_std(entry.input_tokens), spec.max_tokens);
    SHIM_SET(request, setStreaming, spec.streaming);
    if (spec.sampling.set) {
        request.setSamplingConfig(build(spec.sampling));
    }
    if (spec.output.set) {
        request.setOutputConfig(build(spec.output));
    }
    SHIM_SET(request, setEndId, spec.end_id);
    SHIM_SET(request, setPadId, spec.pad_id);
    SHIM_SET(request, setPositionIds, spec.position_ids);
    if (spec.bad_words.set) {
        request.setBadWords(to_lists<std::list<te::VecTokens>>(spec.bad_words));
    }
    if (spec.stop_words.set) {
        request.setStopWords(to_lists<std::list<te::VecTokens>>(spec.stop_words));
    }
    set_tensors(request, entry);
    if (spec.lookahead.set) {
        request.setLookaheadConfig(build(spec.lookahead));
    }
    if (spec.kv_retention.set) {
        request.setKvCacheRetentionConfig(build(spec.kv_retention));
    }
    SHIM_SET(request, setLogitsPostProcessorName, spec.logits_processor_name);
    if (!entry.extras.logits_processor.empty()) {
        std::optional<te::LogitsPostProcessor> const hook = processor(entry.extras.logits_processor[0]);
        SHIM_CALL(request, setLogitsPostProcessor, hook);
    }
    if (entry.encoder_input_set) {
        request.setEncoderInputTokenIds(to_std(entry.encoder_input_tokens));
    }
    SHIM_SET(request, setClientId, spec.client_id);
    SHIM_SET(request, setReturnAllGeneratedTokens, spec.return_all_generated_tokens);
    SHIM_SET(request, setPriority, spec.priority);
    if (spec.request_type.set) {
        request.setRequestType(static_cast<te::RequestType>(spec.request_type.value));
    }
    if (spec.context_phase.set) {
        request.setContextPhaseParams(build(spec.context_phase));
    }
    SHIM_SET(request, setEncoderOutputLength, spec.encoder_output_length);
    if (spec.eagle.set) {
        request.setEagleConfig(build(spec.eagle));
    }
    if (spec.guide.set) {
        request.setGuidedDecodingParams(build(spec.guide));
    }
    SHIM_SET(request, setLanguageAdapterUid, spec.language_adapter_uid);
    if (spec.allotted_time_ms.set) {
        request.setAllottedTimeMs(te::MillisecondsType(spec.allotted_time_ms.value));
    }
    SHIM_SET(request, setCacheSaltID, spec.cache_salt_id);
    return request;
}

} // namespace trtllm_shim

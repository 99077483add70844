// A request, read back through its getters.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

void read_into(Sampling& spec, te::SamplingConfig const& value) {
    spec.set = true;
    SHIM_READ(spec.beam_width, value, getBeamWidth);
    SHIM_READ(spec.top_k, value, getTopK);
    SHIM_READ(spec.top_p, value, getTopP);
    SHIM_READ(spec.top_p_min, value, getTopPMin);
    SHIM_READ(spec.top_p_reset_ids, value, getTopPResetIds);
    SHIM_READ(spec.top_p_decay, value, getTopPDecay);
    SHIM_READ(spec.seed, value, getSeed);
    SHIM_READ(spec.temperature, value, getTemperature);
    SHIM_READ(spec.min_tokens, value, getMinTokens);
    SHIM_READ(spec.beam_search_diversity_rate, value, getBeamSearchDiversityRate);
    SHIM_READ(spec.repetition_penalty, value, getRepetitionPenalty);
    SHIM_READ(spec.presence_penalty, value, getPresencePenalty);
    SHIM_READ(spec.frequency_penalty, value, getFrequencyPenalty);
    SHIM_READ(spec.length_penalty, value, getLengthPenalty);
    SHIM_READ(spec.early_stopping, value, getEarlyStopping);
    SHIM_READ(spec.no_repeat_ngram_size, value, getNoRepeatNgramSize);
    SHIM_READ(spec.num_return_sequences, value, getNumReturnSequences);
    SHIM_READ(spec.min_p, value, getMinP);
    SHIM_READ(spec.beam_width_array, value, getBeamWidthArray);
}

void read_into(Output& spec, te::OutputConfig const& value) {
    spec.set = true;
    trtllm_shim::read_into(spec.return_log_probs, value.returnLogProbs);
    trtllm_shim::read_into(spec.return_context_logits, value.returnContextLogits);
    trtllm_shim::read_into(spec.return_generation_logits, value.returnGenerationLogits);
    trtllm_shim::read_into(spec.exclude_input_from_output, value.excludeInputFromOutput);
    trtllm_shim::read_into(spec.return_encoder_output, value.returnEncoderOutput);
    trtllm_shim::read_into(spec.return_perf_metrics, value.returnPerfMetrics);
    trtllm_shim::read_into(spec.additional_outputs, value.additionalModelOutputs);
}

void read_into(KvRetention& spec, te::KvCacheRetentionConfig const& value) {
    spec.set = true;
    for (auto const& range : value.getTokenRangeRetentionConfigs()) {
        RetentionRange read{};
        read.token_start = range.tokenStart;
        trtllm_shim::read_into(read.token_end, range.tokenEnd);
        trtllm_shim::read_into(read.priority, range.priority);
        trtllm_shim::read_into(read.duration_ms, range.durationMs);
        spec.ranges.push_back(read);
    }
    SHIM_READ(spec.decode_priority, value, getDecodeRetentionPriority);
    SHIM_READ(spec.decode_duration_ms, value, getDecodeDurationMs);
    SHIM_READ(spec.transfer_mode, value, getTransferMode);
    SHIM_READ(spec.directory, value, getDirectory);
}

void read_into(std::shared_ptr<Tensor>& pointer, std::optional<te::Tensor> const& value) {
    if (value.has_value()) {
        pointer = share(*value);
    }
}

void read_tensors(RequestEcho& echo, te::Request const& request) {
    auto& spec = echo.spec;
    auto& extras = echo.extras;
    read_into(extras.embedding_bias, request.getEmbeddingBias());
    if (auto const draft = request.getExternalDraftTokensConfig(); draft.has_value()) {
        spec.external_draft.set = true;
        spec.external_draft.tokens = to_rust_vec<std::int32_t>(draft->getTokens());
        SHIM_READ(spec.external_draft.acceptance_threshold, *draft, getAcceptanceThreshold);
        SHIM_READ(spec.external_draft.fast_logits, *draft, getFastLogits);
        read_into(extras.draft_logits, draft->getLogits());
    }
    if (auto const tuning = request.getPromptTuningConfig(); tuning.has_value()) {
        extras.prompt_table = share(tuning->getEmbeddingTable());
        SHIM_READ(spec.prompt_table_extra_ids, *tuning, getInputTokenExtraIds);
    }
    call_if_known(request, [&](auto& known) -> decltype((void)known.getMultimodalInput()) {
        if (auto const input = known.getMultimodalInput(); input.has_value()) {
            spec.multimodal.set = true;
            trtllm_shim::read_into(spec.multimodal.hashes, input->getMultimodalHashes());
            spec.multimodal.positions = to_rust_vec<std::int32_t>(input->getMultimodalPositions());
            spec.multimodal.lengths = to_rust_vec<std::int32_t>(input->getMultimodalLengths());
        }
    });
    call_if_known(request, [&](auto& known) -> decltype((void)known.getMultimodalEmbedding()) {
        read_into(extras.multimodal_embedding, known.getMultimodalEmbedding());
    });
    if (auto const mrope = request.getMropeConfig(); mrope.has_value()) {
        extras.mrope_rotary_cos_sin = share(mrope->getMRopeRotaryCosSin());
        SHIM_READ(spec.mrope_position_deltas, *mrope, getMRopePositionDeltas);
    }
    if (auto const lora = request.getLoraConfig(); lora.has_value()) {
        SHIM_READ(spec.lora_task_id, *lora, getTaskId);
        read_into(extras.lora_weights, lora->getWeights());
        read_into(extras.lora_config, lora->getConfig());
    }
    read_into(extras.encoder_input_features, request.getEncoderInputFeatures());
    read_into(extras.cross_attention_mask, request.getCrossAttentionMask());
    read_into(extras.skip_cross_attn_blocks, request.getSkipCrossAttnBlocks());
}

} // namespace

void read_into(ContextPhase& spec, te::ContextPhaseParams const& value) {
    spec.set = true;
    spec.first_tokens = to_rust_vec<std::int32_t>(value.getFirstGenTokens());
    spec.request_id = value.getReqId();
    read_into(spec.draft_tokens, value.getDraftTokens());
    // Serializing without a state would follow a null pointer.
    if (value.getState() != nullptr) {
        spec.state.set = true;
        spec.state.values = to_rust_vec<std::uint8_t>(value.getSerializedState());
    }
}

RequestEcho echo_request(RequestEntry const& entry) {
    te::Request const request = build(entry);
    RequestEcho echo{};
    auto& spec = echo.spec;
    echo.input_tokens = to_rust_vec<std::int32_t>(request.getInputTokenIds());
    SHIM_READ(echo.encoder_input_tokens, request, getEncoderInputTokenIds);
    spec.set = true;
    spec.max_tokens = request.getMaxTokens();
    SHIM_READ(spec.streaming, request, getStreaming);
    read_into(spec.sampling, request.getSamplingConfig());
    read_into(spec.output, request.getOutputConfig());
    SHIM_READ(spec.end_id, request, getEndId);
    SHIM_READ(spec.pad_id, request, getPadId);
    SHIM_READ(spec.position_ids, request, getPositionIds);
    SHIM_READ(spec.bad_words, request, getBadWords);
    SHIM_READ(spec.stop_words, request, getStopWords);
    read_tensors(echo, request);
    SHIM_READ(spec.lookahead, request, getLookaheadConfig);
    if (auto const retention = request.getKvCacheRetentionConfig(); retention.has_value()) {
        read_into(spec.kv_retention, *retention);
    }
    SHIM_READ(spec.logits_processor_name, request, getLogitsPostProcessorName);
    call_if_known(request, [&](auto& known) -> decltype((void)known.getLogitsPostProcessor()) {
        echo.has_logits_processor = known.getLogitsPostProcessor().has_value();
    });
    SHIM_READ(spec.client_id, request, getClientId);
    SHIM_READ(spec.return_all_generated_tokens, request, getReturnAllGeneratedTokens);
    SHIM_READ(spec.priority, request, getPriority);
    SHIM_READ(spec.request_type, request, getRequestType);
    if (auto const& phase = request.getContextPhaseParams(); phase.has_value()) {
        read_into(spec.context_phase, *phase);
    }
    SHIM_READ(spec.encoder_output_length, request, getEncoderOutputLength);
    SHIM_READ(spec.eagle, request, getEagleConfig);
    if (auto const guide = request.getGuidedDecodingParams(); guide.has_value()) {
        spec.guide.set = true;
        spec.guide.kind = static_cast<std::int32_t>(guide->getGuideType());
        SHIM_READ(spec.guide.text, *guide, getGuide);
    }
    SHIM_READ(spec.language_adapter_uid, request, getLanguageAdapterUid);
    SHIM_READ(spec.allotted_time_ms, request, getAllottedTimeMs);
    SHIM_READ(spec.cache_salt_id, request, getCacheSaltID);
    return echo;
}

} // namespace trtllm_shim

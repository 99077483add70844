// Decoding modes and the settings of the speculative ones.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

te::LookaheadDecodingConfig build(Lookahead const& spec) {
    // All three are required: the class has no setters.
    return te::LookaheadDecodingConfig(spec.window_size, spec.ngram_size, spec.verification_set_size);
}

void read_into(Lookahead& spec, te::LookaheadDecodingConfig const& value) {
    spec.set = true;
    spec.window_size = value.getWindowSize();
    spec.ngram_size = value.getNgramSize();
    spec.verification_set_size = value.getVerificationSetSize();
}

te::EagleConfig build(Eagle const& spec) {
    // No setters here either, so the order is the constructor's; the contract and the
    // round trip of the tests hold it fast.
    te::EagleConfig const defaults;
    std::optional<te::EagleChoices> choices;
    if (spec.choices.set) {
        choices = to_lists<te::EagleChoices>(spec.choices);
    }
    return te::EagleConfig(choices, maybe(spec.greedy_sampling).value_or(defaults.isGreedySampling()),
        maybe(spec.posterior_threshold), maybe(spec.use_dynamic_tree).value_or(defaults.useDynamicTree()),
        maybe(spec.dynamic_tree_max_top_k));
}

void read_into(Eagle& spec, te::EagleConfig const& value) {
    spec.set = true;
    read_into(spec.choices, value.getEagleChoices());
    read_into(spec.greedy_sampling, value.isGreedySampling());
    read_into(spec.posterior_threshold, value.getPosteriorThreshold());
    read_into(spec.use_dynamic_tree, value.useDynamicTree());
    read_into(spec.dynamic_tree_max_top_k, value.getDynamicTreeMaxTopK());
}

namespace {

// The numbers are those of `DecodingModeKind` in src/config/decoding.rs.
te::DecodingMode from_kind(std::uint8_t kind) {
    switch (kind) {
    case 0: return te::DecodingMode::Auto();
    case 1: return te::DecodingMode::TopK();
    case 2: return te::DecodingMode::TopP();
    case 3: return te::DecodingMode::TopKTopP();
    case 4: return te::DecodingMode::BeamSearch();
    case 5: return te::DecodingMode::Medusa();
    case 6: return te::DecodingMode::Lookahead();
    case 7: return te::DecodingMode::ExplicitDraftTokens();
    case 8: return te::DecodingMode::ExternalDraftTokens();
    case 9: return te::DecodingMode::Eagle();
    default: throw std::invalid_argument("unknown kind of decoding mode: " + std::to_string(kind));
    }
}

std::uint8_t to_kind(te::DecodingMode const& mode) {
    if (mode.isAuto()) {
        return 0;
    }
    if (mode.isTopKandTopP()) {
        return 3;
    }
    if (mode.isTopK()) {
        return 1;
    }
    if (mode.isTopP()) {
        return 2;
    }
    if (mode.isBeamSearch()) {
        return 4;
    }
    if (mode.isMedusa()) {
        return 5;
    }
    if (mode.isLookahead()) {
        return 6;
    }
    if (mode.isExplicitDraftTokens()) {
        return 7;
    }
    if (mode.isExternalDraftTokens()) {
        return 8;
    }
    return 9;
}

} // namespace

te::DecodingMode build(DecodingMode const& spec) {
    te::DecodingMode mode = from_kind(spec.kind);
    // The toggles of groups come before those of their members, so that a member's own setting wins.
    SHIM_SET(mode, useOccurrencePenalties, spec.occurrence_penalties);
    SHIM_SET(mode, useBanTokens, spec.ban_tokens);
    SHIM_SET(mode, useTemperature, spec.temperature);
    SHIM_SET(mode, usePresencePenalty, spec.presence_penalty);
    SHIM_SET(mode, useRepetitionPenalty, spec.repetition_penalty);
    SHIM_SET(mode, useFrequencyPenalty, spec.frequency_penalty);
    SHIM_SET(mode, useMinLength, spec.min_length);
    SHIM_SET(mode, useBanWords, spec.ban_words);
    SHIM_SET(mode, useNoRepeatNgramSize, spec.no_repeat_ngram_size);
    SHIM_SET(mode, useStopWords, spec.stop_words);
    SHIM_SET(mode, useMaxLengthStop, spec.max_length_stop);
    SHIM_SET(mode, useExplicitEosStop, spec.explicit_eos_stop);
    SHIM_SET(mode, useMinP, spec.min_p);
    SHIM_SET(mode, useVariableBeamWidthSearch, spec.variable_beam_width_search);
    return mode;
}

void read_into(DecodingMode& spec, te::DecodingMode const& value) {
    spec.set = true;
    spec.kind = to_kind(value);
    SHIM_READ(spec.occurrence_penalties, value, isUseOccurrencePenalty);
    SHIM_READ(spec.ban_tokens, value, isUseBanTokens);
    SHIM_READ(spec.temperature, value, isUseTemperature);
    SHIM_READ(spec.presence_penalty, value, isUsePresencePenalty);
    SHIM_READ(spec.repetition_penalty, value, isUseRepetitionPenalty);
    SHIM_READ(spec.frequency_penalty, value, isUseFrequencyPenalty);
    SHIM_READ(spec.min_length, value, isUseMinLength);
    SHIM_READ(spec.ban_words, value, isUseBanWords);
    SHIM_READ(spec.no_repeat_ngram_size, value, isUseNoRepeatNgramSize);
    SHIM_READ(spec.stop_words, value, isUseStopWords);
    SHIM_READ(spec.max_length_stop, value, isUseMaxLengthStop);
    SHIM_READ(spec.explicit_eos_stop, value, isUseExplicitEosStop);
    SHIM_READ(spec.min_p, value, isUseMinP);
    SHIM_READ(spec.variable_beam_width_search, value, isUseVariableBeamWidthSearch);
}

std::vector<te::AdditionalModelOutput> build(OptAdditionalOutputs const& spec) {
    std::vector<te::AdditionalModelOutput> result;
    for (auto const& output : spec.values) {
        result.emplace_back(to_std(output.name));
        result.back().gatherContext = output.gather_context;
    }
    return result;
}

void read_into(OptAdditionalOutputs& spec, std::vector<te::AdditionalModelOutput> const& value) {
    spec.set = true;
    for (auto const& output : value) {
        spec.values.push_back(AdditionalOutput{to_rust(output.name), output.gatherContext});
    }
}

} // namespace trtllm_shim

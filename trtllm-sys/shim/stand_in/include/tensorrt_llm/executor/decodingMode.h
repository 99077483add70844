#pragma once

#include "tensorrt_llm/executor/types.h"

#include <cstdint>

namespace tensorrt_llm::executor {

/// How the decoder picks tokens: one mode bit and the options it takes into account, in one integer. The bits are
/// those of the 1.2 line; other releases number them differently, so a state must not outlive a release.
class DecodingMode {
public:
    using UnderlyingType = uint32_t;

    explicit constexpr DecodingMode(UnderlyingType state) : mState(state) {}

    static auto constexpr Auto() {
        return DecodingMode{kAuto};
    }
    static auto constexpr TopK() {
        return DecodingMode{kTopK | kSampling};
    }
    static auto constexpr TopP() {
        return DecodingMode{kTopP | kSampling};
    }
    static auto constexpr TopKTopP() {
        return DecodingMode{kTopKTopP | kSampling};
    }
    static auto constexpr BeamSearch() {
        return DecodingMode{kBeamSearch | kUsePenalties | kUseBanTokens | kUseStandardStopCriteria};
    }
    static auto constexpr Medusa() {
        return DecodingMode{kMedusa | kUseMinLength | kSpeculativeStop};
    }
    static auto constexpr Lookahead() {
        return DecodingMode{kLookahead | kUseMinLength | kSpeculativeStop};
    }
    static auto constexpr ExplicitDraftTokens() {
        return DecodingMode{kExplicitDraftTokens | kSpeculativeStop};
    }
    static auto constexpr ExternalDraftTokens() {
        return DecodingMode{kExternalDraftTokens | kUsePenalties | kUseBanTokens | kUseStandardStopCriteria};
    }
    static auto constexpr Eagle() {
        return DecodingMode{kEagle | kSpeculativeStop};
    }

    auto constexpr useTemperature(bool useTemp) {
        return with(kUseTemperature, useTemp);
    }
    auto constexpr useOccurrencePenalties(bool usePenalty) {
        return with(kUseOccurrencePenalties, usePenalty);
    }
    auto constexpr usePresencePenalty(bool usePenalty) {
        return with(kUsePresencePenalties, usePenalty);
    }
    auto constexpr useRepetitionPenalty(bool usePenalty) {
        return with(kUseRepetitionPenalties, usePenalty);
    }
    auto constexpr useFrequencyPenalty(bool usePenalty) {
        return with(kUseFrequencyPenalties, usePenalty);
    }
    auto constexpr useMinLength(bool useMinLen) {
        return with(kUseMinLength, useMinLen);
    }
    auto constexpr useBanTokens(bool banTokens) {
        return with(kUseBanTokens, banTokens);
    }
    auto constexpr useBanWords(bool banWords) {
        return with(kUseBanWords, banWords);
    }
    auto constexpr useNoRepeatNgramSize(bool noRepeatNgramSize) {
        return with(kUseNoRepeatNgramSize, noRepeatNgramSize);
    }
    auto constexpr useStopWords(bool stopWords) {
        return with(kUseStopWords, stopWords);
    }
    auto constexpr useMaxLengthStop(bool maxLengthStop) {
        return with(kUseMaxLengthStop, maxLengthStop);
    }
    auto constexpr useExplicitEosStop(bool explicitEosStop) {
        return with(kUseExplicitEosStop, explicitEosStop);
    }
    auto constexpr useMinP(bool useMinP) {
        return with(kUseMinP, useMinP);
    }
    auto constexpr useVariableBeamWidthSearch(bool useVariableBeamWidthSearch) {
        return with(kUseVariableBeamWidthSearch, useVariableBeamWidthSearch);
    }

    [[nodiscard]] bool constexpr isAuto() const {
        return any(kAuto);
    }
    [[nodiscard]] bool constexpr isTopK() const {
        return any(kTopK);
    }
    [[nodiscard]] bool constexpr isTopP() const {
        return any(kTopP);
    }
    [[nodiscard]] bool constexpr isTopKorTopP() const {
        return any(kTopKTopP);
    }
    [[nodiscard]] bool constexpr isTopKandTopP() const {
        return (mState & kTopKTopP) == kTopKTopP;
    }
    [[nodiscard]] bool constexpr isBeamSearch() const {
        return any(kBeamSearch);
    }
    [[nodiscard]] bool constexpr isMedusa() const {
        return any(kMedusa);
    }
    [[nodiscard]] bool constexpr isLookahead() const {
        return any(kLookahead);
    }
    [[nodiscard]] bool constexpr isExplicitDraftTokens() const {
        return any(kExplicitDraftTokens);
    }
    [[nodiscard]] bool constexpr isExternalDraftTokens() const {
        return any(kExternalDraftTokens);
    }
    [[nodiscard]] bool constexpr isEagle() const {
        return any(kEagle);
    }

    [[nodiscard]] bool constexpr isUseTemperature() const {
        return any(kUseTemperature);
    }
    [[nodiscard]] bool constexpr isUsePresencePenalty() const {
        return any(kUsePresencePenalties);
    }
    [[nodiscard]] bool constexpr isUseFrequencyPenalty() const {
        return any(kUseFrequencyPenalties);
    }
    [[nodiscard]] bool constexpr isUseRepetitionPenalty() const {
        return any(kUseRepetitionPenalties);
    }
    [[nodiscard]] bool constexpr isUseMinLength() const {
        return any(kUseMinLength);
    }
    [[nodiscard]] bool constexpr isUseOccurrencePenalty() const {
        return any(kUseOccurrencePenalties);
    }
    [[nodiscard]] bool constexpr isUsePenalty() const {
        return any(kUsePenalties);
    }
    [[nodiscard]] bool constexpr isUseBanWords() const {
        return any(kUseBanWords);
    }
    bool constexpr isUseNoRepeatNgramSize() const {
        return any(kUseNoRepeatNgramSize);
    }
    bool constexpr isUseBanTokens() const {
        return any(kUseBanTokens);
    }
    bool constexpr isUseStopWords() const {
        return any(kUseStopWords);
    }
    bool constexpr isUseMaxLengthStop() const {
        return any(kUseMaxLengthStop);
    }
    bool constexpr isUseExplicitEosStop() const {
        return any(kUseExplicitEosStop);
    }
    bool constexpr isUseStopCriteria() const {
        return any(kSpeculativeStop);
    }
    bool constexpr isUseMinP() const {
        return any(kUseMinP);
    }
    bool constexpr isUseVariableBeamWidthSearch() const {
        return any(kUseVariableBeamWidthSearch);
    }

    bool operator==(DecodingMode const& other) const {
        return mState == other.mState;
    }

    [[nodiscard]] constexpr UnderlyingType getState() const {
        return mState;
    }

    [[nodiscard]] constexpr char const* getName() const {
        // The order matters for states with several mode bits: sampling wins, as in the true header.
        return isTopKorTopP()            ? "TopKorTopP"
               : isBeamSearch()          ? "BeamSearch"
               : isMedusa()              ? "Medusa"
               : isLookahead()           ? "Lookahead"
               : isExplicitDraftTokens() ? "ExplicitDraftTokens"
               : isExternalDraftTokens() ? "ExternalDraftTokens"
               : isEagle()               ? "Eagle"
                                         : "Unknown";
    }

private:
    // Options.
    static UnderlyingType constexpr kUseRepetitionPenalties{1u << 0};
    static UnderlyingType constexpr kUseFrequencyPenalties{1u << 1};
    static UnderlyingType constexpr kUsePresencePenalties{1u << 2};
    static UnderlyingType constexpr kUseTemperature{1u << 3};
    static UnderlyingType constexpr kUseMinLength{1u << 4};
    static UnderlyingType constexpr kUseBanWords{1u << 5};
    static UnderlyingType constexpr kUseStopWords{1u << 6};
    static UnderlyingType constexpr kUseMaxLengthStop{1u << 7};
    static UnderlyingType constexpr kUseExplicitEosStop{1u << 8};
    static UnderlyingType constexpr kUseNoRepeatNgramSize{1u << 9};
    static UnderlyingType constexpr kUseMinP{1u << 10};
    static UnderlyingType constexpr kUseVariableBeamWidthSearch{1u << 11};

    // Groups of options.
    static UnderlyingType constexpr kUseStandardStopCriteria{kUseStopWords | kUseMaxLengthStop};
    static UnderlyingType constexpr kSpeculativeStop{kUseStandardStopCriteria | kUseExplicitEosStop};
    static UnderlyingType constexpr kUseOccurrencePenalties{
        kUseRepetitionPenalties | kUseFrequencyPenalties | kUsePresencePenalties};
    static UnderlyingType constexpr kUsePenalties{kUseOccurrencePenalties | kUseTemperature | kUseMinLength};
    static UnderlyingType constexpr kUseBanTokens{kUseNoRepeatNgramSize | kUseBanWords};
    static UnderlyingType constexpr kSampling{kUsePenalties | kUseBanTokens | kUseStandardStopCriteria | kUseMinP};

    // Modes, above the twelve options.
    static UnderlyingType constexpr kAuto{1u << 12};
    static UnderlyingType constexpr kTopK{1u << 13};
    static UnderlyingType constexpr kTopP{1u << 14};
    static UnderlyingType constexpr kBeamSearch{1u << 15};
    static UnderlyingType constexpr kMedusa{1u << 16};
    static UnderlyingType constexpr kLookahead{1u << 17};
    static UnderlyingType constexpr kExplicitDraftTokens{1u << 18};
    static UnderlyingType constexpr kExternalDraftTokens{1u << 19};
    static UnderlyingType constexpr kEagle{1u << 20};
    static UnderlyingType constexpr kTopKTopP{kTopK | kTopP};

    [[nodiscard]] bool constexpr any(UnderlyingType bits) const {
        return (mState & bits) != 0;
    }

    // Changes this object and hands back a copy, so that toggles can be chained from a factory.
    constexpr DecodingMode with(UnderlyingType bits, bool on) {
        mState = on ? (mState | bits) : (mState & ~bits);
        return *this;
    }

    UnderlyingType mState{};
};

// A slip in a group above would show only in a decoder's behaviour, hence these.
static_assert(DecodingMode::Medusa().isUsePenalty() && !DecodingMode::Medusa().isUseOccurrencePenalty());
static_assert(DecodingMode::Lookahead().isUseExplicitEosStop() && !DecodingMode::Eagle().isUsePenalty());
static_assert(DecodingMode::TopKTopP().isTopKandTopP() && !DecodingMode::TopK().isTopKandTopP());
static_assert(!DecodingMode::Auto().isUseStopCriteria() && DecodingMode::BeamSearch().isUseStopCriteria());
static_assert(DecodingMode::TopK().isUseMinP() && !DecodingMode::BeamSearch().isUseMinP());
static_assert(DecodingMode::TopK().useRepetitionPenalty(false).isUseOccurrencePenalty());

} // namespace tensorrt_llm::executor

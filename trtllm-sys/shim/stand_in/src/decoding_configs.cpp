// Decoding modes with what belongs to them: look-ahead, Medusa, EAGLE, guided decoding, logits processors.

#include "tensorrt_llm/executor/decodingConfigs.h"

#include "tensorrt_llm/common/assert.h"

#include <utility>

namespace tensorrt_llm::executor {

LookaheadDecodingConfig::LookaheadDecodingConfig(
    SizeType32 windowSize, SizeType32 ngramSize, SizeType32 verificationSetSize)
    : mWindowSize(windowSize)
    , mNgramSize(ngramSize)
    , mVerificationSetSize(verificationSetSize) {
    TLLM_CHECK_WITH_INFO(isLegal(windowSize, ngramSize, verificationSetSize),
        "lookahead window %d, n-gram size %d and verification set %d don't go together", windowSize, ngramSize,
        verificationSetSize);
}

bool LookaheadDecodingConfig::operator==(LookaheadDecodingConfig const& other) const {
    return get() == other.get();
}

std::tuple<SizeType32 const, SizeType32 const, SizeType32 const> LookaheadDecodingConfig::get() const {
    return {mWindowSize, mNgramSize, mVerificationSetSize};
}

SizeType32 LookaheadDecodingConfig::getWindowSize() const {
    return mWindowSize;
}
SizeType32 LookaheadDecodingConfig::getNgramSize() const {
    return mNgramSize;
}
SizeType32 LookaheadDecodingConfig::getVerificationSetSize() const {
    return mVerificationSetSize;
}

std::tuple<SizeType32, SizeType32, SizeType32, SizeType32>
LookaheadDecodingConfig::calculateSpeculativeResource() const {
    return calculateSpeculativeResourceTuple(mWindowSize, mNgramSize, mVerificationSetSize);
}

std::tuple<SizeType32, SizeType32, SizeType32, SizeType32> LookaheadDecodingConfig::calculateSpeculativeResourceTuple(
    SizeType32 windowSize, SizeType32 ngramSize, SizeType32 verificationSetSize) {
    // The window's first row is one shorter: its first token is the one just decoded.
    SizeType32 const firstRow = ngramSize == 1 ? 0 : ngramSize - 2;
    SizeType32 const otherRows = (windowSize - 1 + verificationSetSize) * (ngramSize - 1);
    SizeType32 const draftTokens = firstRow + otherRows;
    return {draftTokens + 1, ngramSize, draftTokens, ngramSize - 1};
}

bool LookaheadDecodingConfig::isLE(LookaheadDecodingConfig const& that) const {
    return mWindowSize <= that.mWindowSize && mNgramSize <= that.mNgramSize
           && mVerificationSetSize <= that.mVerificationSetSize;
}

bool LookaheadDecodingConfig::isLegal(
    SizeType32 windowSize, SizeType32 ngramSize, SizeType32 verificationSetSize) noexcept {
    if (ngramSize < 1 || windowSize < 1 || verificationSetSize < 0) {
        return false;
    }
    return ngramSize > 1 || (windowSize == 1 && verificationSetSize == 0);
}

EagleConfig::EagleConfig(std::optional<EagleChoices> eagleChoices, bool greedySampling,
    std::optional<float> posteriorThreshold, bool useDynamicTree, std::optional<SizeType32> dynamicTreeMaxTopK)
    : mEagleChoices(std::move(eagleChoices))
    , mGreedySampling(greedySampling)
    , mPosteriorThreshold(posteriorThreshold)
    , mUseDynamicTree(useDynamicTree)
    , mDynamicTreeMaxTopK(dynamicTreeMaxTopK) {
    TLLM_CHECK_WITH_INFO(!mPosteriorThreshold || (*mPosteriorThreshold >= 0.f && *mPosteriorThreshold < 1.f),
        "posterior threshold must be from 0 to below 1");
    TLLM_CHECK_WITH_INFO(!mUseDynamicTree || !mEagleChoices, "a dynamic tree has no fixed choices");
}

bool EagleConfig::operator==(EagleConfig const& other) const {
    return mEagleChoices == other.mEagleChoices && mGreedySampling == other.mGreedySampling
           && mPosteriorThreshold == other.mPosteriorThreshold && mUseDynamicTree == other.mUseDynamicTree
           && mDynamicTreeMaxTopK == other.mDynamicTreeMaxTopK;
}

std::optional<EagleChoices> EagleConfig::getEagleChoices() const {
    return mEagleChoices;
}
std::optional<float> EagleConfig::getPosteriorThreshold() const {
    return mPosteriorThreshold;
}
bool EagleConfig::isGreedySampling() const {
    return mGreedySampling;
}
bool EagleConfig::useDynamicTree() const {
    return mUseDynamicTree;
}
std::optional<SizeType32> EagleConfig::getDynamicTreeMaxTopK() const {
    return mDynamicTreeMaxTopK;
}

SpeculativeDecodingConfig::SpeculativeDecodingConfig(bool fastLogits) : fastLogits(fastLogits) {}

bool SpeculativeDecodingConfig::operator==(SpeculativeDecodingConfig const& other) const {
    return fastLogits == other.fastLogits;
}

DecodingConfig::DecodingConfig(std::optional<DecodingMode> decodingMode,
    std::optional<LookaheadDecodingConfig> lookaheadDecodingConfig, std::optional<MedusaChoices> medusaChoices,
    std::optional<EagleConfig> eagleConfig)
    : mDecodingMode(decodingMode)
    , mLookaheadDecodingConfig(lookaheadDecodingConfig)
    , mMedusaChoices(std::move(medusaChoices))
    , mEagleConfig(std::move(eagleConfig)) {
    auto const mode = mDecodingMode.value_or(DecodingMode(0));
    TLLM_CHECK_WITH_INFO(
        !mLookaheadDecodingConfig || mode.isLookahead(), "a lookahead config needs the lookahead decoding mode");
    TLLM_CHECK_WITH_INFO(!mMedusaChoices || mode.isMedusa(), "medusa choices need the medusa decoding mode");
    TLLM_CHECK_WITH_INFO(!mEagleConfig || mode.isEagle(), "an eagle config needs the eagle decoding mode");
}

bool DecodingConfig::operator==(DecodingConfig const& other) const {
    return mDecodingMode == other.mDecodingMode && mLookaheadDecodingConfig == other.mLookaheadDecodingConfig
           && mMedusaChoices == other.mMedusaChoices && mEagleConfig == other.mEagleConfig;
}

void DecodingConfig::setDecodingMode(DecodingMode const& decodingMode) {
    if (decodingMode.isMedusa() || decodingMode.isLookahead() || decodingMode.isExplicitDraftTokens()) {
        TLLM_THROW("the decoding mode %s can't be set alone, use the setter of its config or the constructor",
            decodingMode.getName());
    }
    mDecodingMode = decodingMode;
}

std::optional<DecodingMode> DecodingConfig::getDecodingMode() const {
    return mDecodingMode;
}

void DecodingConfig::setLookaheadDecodingConfig(LookaheadDecodingConfig const& lookaheadDecodingConfig) {
    mLookaheadDecodingConfig = lookaheadDecodingConfig;
    mDecodingMode = DecodingMode::Lookahead();
}

void DecodingConfig::enableSeamlessLookaheadDecoding() {
    setLookaheadDecodingConfig(mLookaheadDecodingConfig.value_or(LookaheadDecodingConfig()));
}

std::optional<LookaheadDecodingConfig> DecodingConfig::getLookaheadDecodingConfig() const {
    return mLookaheadDecodingConfig;
}

SizeType32 DecodingConfig::getLookaheadDecodingMaxNumRequest() const {
    return mLookaheadDecodingMaxNumRequest;
}

void DecodingConfig::setMedusaChoices(MedusaChoices const& medusaChoices) {
    mMedusaChoices = medusaChoices;
    mDecodingMode = DecodingMode::Medusa();
}

std::optional<MedusaChoices> DecodingConfig::getMedusaChoices() const {
    return mMedusaChoices;
}

void DecodingConfig::setEagleConfig(EagleConfig const& eagleConfig) {
    mEagleConfig = eagleConfig;
    mDecodingMode = DecodingMode::Eagle();
}

std::optional<EagleConfig> DecodingConfig::getEagleConfig() const {
    return mEagleConfig;
}

GuidedDecodingConfig::GuidedDecodingConfig(GuidedDecodingBackend backend,
    std::optional<std::vector<std::string>> encodedVocab, std::optional<std::string> tokenizerStr,
    std::optional<std::vector<TokenIdType>> stopTokenIds)
    : mBackend(backend)
    , mEncodedVocab(std::move(encodedVocab))
    , mTokenizerStr(std::move(tokenizerStr))
    , mStopTokenIds(std::move(stopTokenIds)) {}

bool GuidedDecodingConfig::operator==(GuidedDecodingConfig const& other) const {
    return mBackend == other.mBackend && mEncodedVocab == other.mEncodedVocab && mTokenizerStr == other.mTokenizerStr
           && mStopTokenIds == other.mStopTokenIds;
}

void GuidedDecodingConfig::setBackend(GuidedDecodingBackend const& backend) {
    mBackend = backend;
}
GuidedDecodingConfig::GuidedDecodingBackend GuidedDecodingConfig::getBackend() const {
    return mBackend;
}
void GuidedDecodingConfig::setEncodedVocab(std::vector<std::string> const& encodedVocab) {
    mEncodedVocab = encodedVocab;
}
std::optional<std::vector<std::string>> GuidedDecodingConfig::getEncodedVocab() const {
    return mEncodedVocab;
}
void GuidedDecodingConfig::setTokenizerStr(std::string const& tokenizerStr) {
    mTokenizerStr = tokenizerStr;
}
std::optional<std::string> GuidedDecodingConfig::getTokenizerStr() const {
    return mTokenizerStr;
}
void GuidedDecodingConfig::setStopTokenIds(std::vector<TokenIdType> const& stopTokenIds) {
    mStopTokenIds = stopTokenIds;
}
std::optional<std::vector<TokenIdType>> GuidedDecodingConfig::getStopTokenIds() const {
    return mStopTokenIds;
}

void GuidedDecodingConfig::validate() const {
    TLLM_CHECK_WITH_INFO(mBackend != GuidedDecodingBackend::kXGRAMMAR || mEncodedVocab,
        "guided decoding with xgrammar needs the encoded vocabulary");
}

LogitsPostProcessorConfig::LogitsPostProcessorConfig(std::optional<LogitsPostProcessorMap> processorMap,
    std::optional<LogitsPostProcessorBatched> processorBatched, bool replicate)
    : mProcessorMap(std::move(processorMap))
    , mProcessorBatched(std::move(processorBatched))
    , mReplicate(replicate) {}

std::optional<LogitsPostProcessorMap> LogitsPostProcessorConfig::getProcessorMap() const {
    return mProcessorMap;
}
std::optional<LogitsPostProcessorBatched> LogitsPostProcessorConfig::getProcessorBatched() const {
    return mProcessorBatched;
}
bool LogitsPostProcessorConfig::getReplicate() const {
    return mReplicate;
}
void LogitsPostProcessorConfig::setProcessorMap(LogitsPostProcessorMap const& processorMap) {
    mProcessorMap = processorMap;
}
void LogitsPostProcessorConfig::setProcessorBatched(LogitsPostProcessorBatched const& processorBatched) {
    mProcessorBatched = processorBatched;
}
void LogitsPostProcessorConfig::setReplicate(bool replicate) {
    mReplicate = replicate;
}

} // namespace tensorrt_llm::executor

// Checks of sampling parameters. The ranges are those of release 1.2, and so are the two setters that check nothing.

#include "tensorrt_llm/executor/samplingConfig.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>
#include <limits>

namespace tensorrt_llm::executor {

namespace {

using OptSize = std::optional<SizeType32>;
using OptFloat = std::optional<FloatType>;
using OptVector = std::optional<std::vector<SizeType32>>;

// Limits of the true library's beam search kernels.
constexpr SizeType32 kMaxBeamWidth = 1024;
constexpr std::size_t kMaxBeamWidthArrayLength = 8;

constexpr FloatType kInfinity = std::numeric_limits<FloatType>::infinity();

// Written so that NaN fails as well.
OptFloat const& inRange(char const* name, OptFloat const& value, FloatType low, bool lowIncluded, FloatType high) {
    if (value) {
        bool const aboveLow = lowIncluded ? *value >= low : *value > low;
        TLLM_CHECK_WITH_INFO(aboveLow && *value <= high, "%s is out of range: %g", name, static_cast<double>(*value));
    }
    return value;
}

OptSize const& notNegative(char const* name, OptSize const& value) {
    TLLM_CHECK_WITH_INFO(!value || *value >= 0, "%s is negative: %d", name, value.value_or(0));
    return value;
}

OptFloat const& checkTopP(OptFloat const& value) {
    return inRange("top p", value, 0.f, false, 1.f);
}
OptFloat const& checkTopPMin(OptFloat const& value) {
    return inRange("top p minimum", value, 0.f, true, 1.f);
}
OptFloat const& checkTopPDecay(OptFloat const& value) {
    return inRange("top p decay", value, 0.f, false, 1.f);
}
OptFloat const& checkTemperature(OptFloat const& value) {
    return inRange("temperature", value, 0.f, true, kInfinity);
}
OptFloat const& checkDiversity(OptFloat const& value) {
    return inRange("beam search diversity rate", value, 0.f, true, kInfinity);
}
OptFloat const& checkRepetition(OptFloat const& value) {
    return inRange("repetition penalty", value, 0.f, false, kInfinity);
}
OptFloat const& checkMinP(OptFloat const& value) {
    return inRange("min p", value, 0.f, true, 1.f);
}

SizeType32 checkBeamWidth(SizeType32 width) {
    TLLM_CHECK_WITH_INFO(
        width > 0 && width <= kMaxBeamWidth, "beam width must be from 1 to %d, not %d", kMaxBeamWidth, width);
    return width;
}

OptSize const& checkSequences(OptSize const& count, SizeType32 beamWidth) {
    if (count) {
        TLLM_CHECK_WITH_INFO(*count > 0, "number of return sequences must be positive, not %d", *count);
        TLLM_CHECK_WITH_INFO(beamWidth == 1 || *count <= beamWidth,
            "number of return sequences %d is larger than beam width %d", *count, beamWidth);
    }
    return count;
}

// A width of its own for each step; the widest step decides what the request needs.
SizeType32 widest(OptVector const& widths, SizeType32 beamWidth) {
    if (widths) {
        TLLM_CHECK_WITH_INFO(widths->size() <= kMaxBeamWidthArrayLength,
            "beam width array has %zu entries, at most %zu", widths->size(), kMaxBeamWidthArrayLength);
        for (SizeType32 const width : *widths) {
            TLLM_CHECK_WITH_INFO(width > 0 && width < kMaxBeamWidth, "beam width array holds %d", width);
            beamWidth = std::max(beamWidth, width);
        }
    }
    return beamWidth;
}

} // namespace

SamplingConfig::SamplingConfig(SizeType32 beamWidth, OptSize const& topK, OptFloat const& topP, OptFloat const& topPMin,
    std::optional<TokenIdType> const& topPResetIds, OptFloat const& topPDecay,
    std::optional<RandomSeedType> const& seed, OptFloat const& temperature, OptSize const& minTokens,
    OptFloat const& beamSearchDiversityRate, OptFloat const& repetitionPenalty, OptFloat const& presencePenalty,
    OptFloat const& frequencyPenalty, OptFloat const& lengthPenalty, OptSize const& earlyStopping,
    OptSize const& noRepeatNgramSize, OptSize const& numReturnSequences, OptFloat const& minP,
    OptVector const& beamWidthArray)
    : mBeamWidth(checkBeamWidth(beamWidth))
    , mTopK(notNegative("top k", topK))
    , mTopP(checkTopP(topP))
    , mTopPMin(checkTopPMin(topPMin))
    , mTopPResetIds(notNegative("top p reset id", topPResetIds))
    , mTopPDecay(checkTopPDecay(topPDecay))
    , mSeed(seed)
    , mTemperature(checkTemperature(temperature))
    , mMinTokens(notNegative("minimum of tokens", minTokens))
    , mBeamSearchDiversityRate(checkDiversity(beamSearchDiversityRate))
    , mRepetitionPenalty(checkRepetition(repetitionPenalty))
    , mPresencePenalty(presencePenalty)
    , mFrequencyPenalty(frequencyPenalty)
    , mLengthPenalty(inRange("length penalty", lengthPenalty, 0.f, true, kInfinity))
    , mEarlyStopping(notNegative("early stopping", earlyStopping))
    , mNoRepeatNgramSize(notNegative("no-repeat n-gram size", noRepeatNgramSize))
    , mNumReturnSequences(checkSequences(numReturnSequences, beamWidth))
    , mNumReturnBeams(beamWidth)
    , mMinP(checkMinP(minP))
    , mBeamWidthArray(beamWidthArray) {
    updateNumReturnBeams();
    mBeamWidth = widest(mBeamWidthArray, mBeamWidth);
}

bool SamplingConfig::operator==(SamplingConfig const& other) const {
    return mBeamWidth == other.mBeamWidth && mTopK == other.mTopK && mTopP == other.mTopP && mTopPMin == other.mTopPMin
           && mTopPResetIds == other.mTopPResetIds && mTopPDecay == other.mTopPDecay && mSeed == other.mSeed
           && mTemperature == other.mTemperature && mMinTokens == other.mMinTokens
           && mBeamSearchDiversityRate == other.mBeamSearchDiversityRate
           && mRepetitionPenalty == other.mRepetitionPenalty && mPresencePenalty == other.mPresencePenalty
           && mFrequencyPenalty == other.mFrequencyPenalty && mLengthPenalty == other.mLengthPenalty
           && mEarlyStopping == other.mEarlyStopping && mNoRepeatNgramSize == other.mNoRepeatNgramSize
           && mNumReturnSequences == other.mNumReturnSequences && mMinP == other.mMinP
           && mBeamWidthArray == other.mBeamWidthArray;
}

void SamplingConfig::updateNumReturnBeams() {
    mNumReturnBeams = mNumReturnSequences && mBeamWidth > 1 ? std::min(*mNumReturnSequences, mBeamWidth) : mBeamWidth;
}

SizeType32 SamplingConfig::getBeamWidth() const {
    return mBeamWidth;
}
SizeType32 SamplingConfig::getNumReturnBeams() const {
    return mNumReturnBeams;
}
OptSize SamplingConfig::getTopK() const {
    return mTopK;
}
OptFloat SamplingConfig::getTopP() const {
    return mTopP;
}
OptFloat SamplingConfig::getTopPMin() const {
    return mTopPMin;
}
OptSize SamplingConfig::getTopPResetIds() const {
    return mTopPResetIds;
}
OptFloat SamplingConfig::getTopPDecay() const {
    return mTopPDecay;
}
std::optional<RandomSeedType> SamplingConfig::getSeed() const {
    return mSeed;
}
OptFloat SamplingConfig::getTemperature() const {
    return mTemperature;
}
OptSize SamplingConfig::getMinTokens() const {
    return mMinTokens;
}
OptFloat SamplingConfig::getBeamSearchDiversityRate() const {
    return mBeamSearchDiversityRate;
}
OptFloat SamplingConfig::getRepetitionPenalty() const {
    return mRepetitionPenalty;
}
OptFloat SamplingConfig::getPresencePenalty() const {
    return mPresencePenalty;
}
OptFloat SamplingConfig::getFrequencyPenalty() const {
    return mFrequencyPenalty;
}
OptFloat SamplingConfig::getLengthPenalty() const {
    return mLengthPenalty;
}
OptSize SamplingConfig::getEarlyStopping() const {
    return mEarlyStopping;
}
OptSize SamplingConfig::getNoRepeatNgramSize() const {
    return mNoRepeatNgramSize;
}
OptSize SamplingConfig::getNumReturnSequences() const {
    return mNumReturnSequences;
}
OptFloat SamplingConfig::getMinP() const {
    return mMinP;
}
OptVector SamplingConfig::getBeamWidthArray() const {
    return mBeamWidthArray;
}

void SamplingConfig::setBeamWidth(SizeType32 beamWidth) {
    mBeamWidth = checkBeamWidth(beamWidth);
    updateNumReturnBeams();
}
void SamplingConfig::setTopK(OptSize const& topK) {
    mTopK = notNegative("top k", topK);
}
void SamplingConfig::setTopP(OptFloat const& topP) {
    mTopP = checkTopP(topP);
}
void SamplingConfig::setTopPMin(OptFloat const& topPMin) {
    mTopPMin = checkTopPMin(topPMin);
}
void SamplingConfig::setTopPResetIds(std::optional<TokenIdType> const& topPResetIds) {
    mTopPResetIds = notNegative("top p reset id", topPResetIds);
}
void SamplingConfig::setTopPDecay(OptFloat const& topPDecay) {
    mTopPDecay = checkTopPDecay(topPDecay);
}
void SamplingConfig::setSeed(std::optional<RandomSeedType> const& seed) {
    mSeed = seed;
}
void SamplingConfig::setTemperature(OptFloat const& temperature) {
    mTemperature = checkTemperature(temperature);
}
void SamplingConfig::setMinTokens(OptSize const& minTokens) {
    mMinTokens = notNegative("minimum of tokens", minTokens);
}
void SamplingConfig::setBeamSearchDiversityRate(OptFloat const& beamSearchDiversityRate) {
    mBeamSearchDiversityRate = checkDiversity(beamSearchDiversityRate);
}
void SamplingConfig::setRepetitionPenalty(OptFloat const& repetitionPenalty) {
    mRepetitionPenalty = checkRepetition(repetitionPenalty);
}
void SamplingConfig::setPresencePenalty(OptFloat const& presencePenalty) {
    mPresencePenalty = presencePenalty;
}
void SamplingConfig::setFrequencyPenalty(OptFloat const& frequencyPenalty) {
    mFrequencyPenalty = frequencyPenalty;
}
// These two are checked by the constructor alone.
void SamplingConfig::setLengthPenalty(OptFloat const& lengthPenalty) {
    mLengthPenalty = lengthPenalty;
}
void SamplingConfig::setEarlyStopping(OptSize const& earlyStopping) {
    mEarlyStopping = earlyStopping;
}
void SamplingConfig::setNoRepeatNgramSize(OptSize const& noRepeatNgramSize) {
    mNoRepeatNgramSize = notNegative("no-repeat n-gram size", noRepeatNgramSize);
}
void SamplingConfig::setNumReturnSequences(OptSize const& numReturnSequences) {
    mNumReturnSequences = checkSequences(numReturnSequences, mBeamWidth);
    updateNumReturnBeams();
}
void SamplingConfig::setMinP(OptFloat const& minP) {
    mMinP = checkMinP(minP);
}
void SamplingConfig::setBeamWidthArray(OptVector const& beamWidthArray) {
    mBeamWidth = widest(beamWidthArray, mBeamWidth);
    mBeamWidthArray = beamWidthArray;
}

} // namespace tensorrt_llm::executor

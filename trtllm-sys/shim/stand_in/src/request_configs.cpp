// The parts of a request, and the checks their constructors make.

#include "tensorrt_llm/executor/requestConfigs.h"
#include "tensorrt_llm/executor/response.h"

#include "tensorrt_llm/common/assert.h"

#include <utility>

namespace tensorrt_llm::executor {

AdditionalModelOutput::AdditionalModelOutput(std::string name, bool gatherContext)
    : name(std::move(name))
    , gatherContext(gatherContext) {}

bool AdditionalModelOutput::operator==(AdditionalModelOutput const& other) const {
    return name == other.name && gatherContext == other.gatherContext;
}

OutputConfig::OutputConfig(bool returnLogProbs, bool returnContextLogits, bool returnGenerationLogits,
    bool excludeInputFromOutput, bool returnEncoderOutput, bool returnPerfMetrics,
    std::optional<std::vector<AdditionalModelOutput>> additionalModelOutputs)
    : returnLogProbs(returnLogProbs)
    , returnContextLogits(returnContextLogits)
    , returnGenerationLogits(returnGenerationLogits)
    , excludeInputFromOutput(excludeInputFromOutput)
    , returnEncoderOutput(returnEncoderOutput)
    , returnPerfMetrics(returnPerfMetrics)
    , additionalModelOutputs(std::move(additionalModelOutputs)) {}

ExternalDraftTokensConfig::ExternalDraftTokensConfig(VecTokens tokens, std::optional<Tensor> logits,
    std::optional<FloatType> const& acceptanceThreshold, std::optional<bool> const& fastLogits)
    : mTokens(std::move(tokens))
    , mLogits(std::move(logits))
    , mAcceptanceThreshold(acceptanceThreshold)
    , mFastLogits(fastLogits) {
    TLLM_CHECK_WITH_INFO(!mTokens.empty(), "there are no draft tokens");
    if (mLogits) {
        auto const shape = mLogits->getShape();
        TLLM_CHECK_WITH_INFO(shape.size() == 2, "draft logits have %zu dimensions, expected 2", shape.size());
        // Fast logits are no logits: one row that tells where to fetch them.
        bool const fast = mFastLogits.value_or(false);
        auto const rows = fast ? 1 : static_cast<Shape::DimType64>(mTokens.size());
        TLLM_CHECK_WITH_INFO(shape[0] == rows, "draft logits have %lld rows, expected %lld",
            static_cast<long long>(shape[0]), static_cast<long long>(rows));
        if (fast) {
            constexpr auto kColumns =
                static_cast<Shape::DimType64>((sizeof(SpeculativeDecodingFastLogitsInfo) + 1) / sizeof(float));
            TLLM_CHECK_WITH_INFO(shape[1] == kColumns, "fast logits have %lld columns, expected %lld",
                static_cast<long long>(shape[1]), static_cast<long long>(kColumns));
        }
    }
    TLLM_CHECK_WITH_INFO(!mAcceptanceThreshold || (*mAcceptanceThreshold > 0.f && *mAcceptanceThreshold <= 1.f),
        "acceptance threshold must be above 0 and at most 1");
}

VecTokens ExternalDraftTokensConfig::getTokens() const {
    return mTokens;
}
std::optional<Tensor> ExternalDraftTokensConfig::getLogits() const {
    return mLogits;
}
std::optional<FloatType> ExternalDraftTokensConfig::getAcceptanceThreshold() const {
    return mAcceptanceThreshold;
}
std::optional<bool> ExternalDraftTokensConfig::getFastLogits() const {
    return mFastLogits;
}

PromptTuningConfig::PromptTuningConfig(Tensor embeddingTable, std::optional<VecTokenExtraIds> inputTokenExtraIds)
    : mEmbeddingTable(std::move(embeddingTable))
    , mInputTokenExtraIds(std::move(inputTokenExtraIds)) {
    TLLM_CHECK_WITH_INFO(mEmbeddingTable.getShape().size() == 2,
        "prompt embedding table has %zu dimensions, expected 2", mEmbeddingTable.getShape().size());
}

Tensor PromptTuningConfig::getEmbeddingTable() const {
    return mEmbeddingTable;
}
std::optional<VecTokenExtraIds> PromptTuningConfig::getInputTokenExtraIds() const {
    return mInputTokenExtraIds;
}

MultimodalInput::MultimodalInput(std::vector<std::vector<SizeType32>> multimodalHashes,
    std::vector<SizeType32> multimodalPositions, std::vector<SizeType32> multimodalLengths)
    : mMultimodalHashes(std::move(multimodalHashes))
    , mMultimodalPositions(std::move(multimodalPositions))
    , mMultimodalLengths(std::move(multimodalLengths)) {}

std::vector<std::vector<SizeType32>> MultimodalInput::getMultimodalHashes() const {
    return mMultimodalHashes;
}
std::vector<SizeType32> MultimodalInput::getMultimodalPositions() const {
    return mMultimodalPositions;
}
std::vector<SizeType32> MultimodalInput::getMultimodalLengths() const {
    return mMultimodalLengths;
}

MropeConfig::MropeConfig(Tensor mropeRoratySinCos, SizeType32 mropePositionDeltas)
    : mMRopeRotaryCosSin(std::move(mropeRoratySinCos))
    , mMRopePositionDeltas(mropePositionDeltas) {}

Tensor MropeConfig::getMRopeRotaryCosSin() const {
    return mMRopeRotaryCosSin;
}
SizeType32 MropeConfig::getMRopePositionDeltas() const {
    return mMRopePositionDeltas;
}

LoraConfig::LoraConfig(IdType taskId, std::optional<Tensor> weights, std::optional<Tensor> config)
    : mTaskId(taskId)
    , mWeights(std::move(weights))
    , mConfig(std::move(config)) {
    auto const onHost = [](Tensor const& tensor) {
        return tensor.getMemoryType() != MemoryType::kGPU && tensor.getMemoryType() != MemoryType::kUNKNOWN;
    };
    if (mConfig) {
        TLLM_CHECK_WITH_INFO(
            mConfig->getShape().size() == 2, "lora config has %zu dimensions, expected 2", mConfig->getShape().size());
        TLLM_CHECK_WITH_INFO(onHost(*mConfig), "lora config must be in host memory");
        TLLM_CHECK_WITH_INFO(mConfig->getDataType() == DataType::kINT32, "lora config must be of type int32");
    }
    if (mWeights) {
        TLLM_CHECK_WITH_INFO(mConfig.has_value(), "lora weights need a lora config");
        TLLM_CHECK_WITH_INFO(mWeights->getShape().size() == 2, "lora weights have %zu dimensions, expected 2",
            mWeights->getShape().size());
        TLLM_CHECK_WITH_INFO(onHost(*mWeights), "lora weights must be in host memory");
        TLLM_CHECK_WITH_INFO(mConfig->getShape()[0] == mWeights->getShape()[0],
            "lora weights have %lld rows, lora config has %lld", static_cast<long long>(mWeights->getShape()[0]),
            static_cast<long long>(mConfig->getShape()[0]));
    }
}

IdType LoraConfig::getTaskId() const {
    return mTaskId;
}
std::optional<Tensor> LoraConfig::getWeights() const {
    return mWeights;
}
std::optional<Tensor> LoraConfig::getConfig() const {
    return mConfig;
}

GuidedDecodingParams::GuidedDecodingParams(GuideType guideType, std::optional<std::string> guide)
    : mGuideType(guideType)
    , mGuide(std::move(guide)) {
    // The true one would hand an empty grammar to its compiler; here is no compiler to refuse it.
    TLLM_CHECK_WITH_INFO(mGuideType == GuideType::kJSON || (mGuide && !mGuide->empty()),
        "a guide string is needed for every guide type but kJSON");
}

bool GuidedDecodingParams::operator==(GuidedDecodingParams const& other) const {
    return mGuideType == other.mGuideType && mGuide == other.mGuide;
}

GuidedDecodingParams::GuideType GuidedDecodingParams::getGuideType() const {
    return mGuideType;
}
std::optional<std::string> GuidedDecodingParams::getGuide() const {
    return mGuide;
}

} // namespace tensorrt_llm::executor

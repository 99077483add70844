#pragma once

#include "tensorrt_llm/executor/tensor.h"
#include "tensorrt_llm/executor/types.h"

#include <optional>
#include <string>
#include <vector>

namespace tensorrt_llm::executor {

/// A model output to hand back besides the tokens. Here every name is known and gives the log-probabilities.
class AdditionalModelOutput {
public:
    explicit AdditionalModelOutput(std::string name, bool gatherContext = false);

    bool operator==(AdditionalModelOutput const& other) const;

    std::string name;
    bool gatherContext{false};
};

/// What a `Result` holds.
class OutputConfig {
public:
    explicit OutputConfig(bool returnLogProbs = false, bool returnContextLogits = false,
        bool returnGenerationLogits = false, bool excludeInputFromOutput = false, bool returnEncoderOutput = false,
        bool returnPerfMetrics = false,
        std::optional<std::vector<AdditionalModelOutput>> additionalModelOutputs = std::nullopt);

    bool returnLogProbs;
    bool returnContextLogits;
    bool returnGenerationLogits;
    bool excludeInputFromOutput;
    bool returnEncoderOutput;
    bool returnPerfMetrics;
    std::optional<std::vector<AdditionalModelOutput>> additionalModelOutputs;
};

/// Draft tokens that another model proposed for this request.
class ExternalDraftTokensConfig {
public:
    explicit ExternalDraftTokensConfig(VecTokens tokens, std::optional<Tensor> logits = std::nullopt,
        std::optional<FloatType> const& acceptanceThreshold = std::nullopt,
        std::optional<bool> const& fastLogits = std::nullopt);

    [[nodiscard]] VecTokens getTokens() const;
    [[nodiscard]] std::optional<Tensor> getLogits() const;
    [[nodiscard]] std::optional<FloatType> getAcceptanceThreshold() const;
    [[nodiscard]] std::optional<bool> getFastLogits() const;

private:
    friend class Serialization;

    VecTokens mTokens;
    std::optional<Tensor> mLogits;
    std::optional<FloatType> mAcceptanceThreshold;
    std::optional<bool> mFastLogits;
};

/// Prompt tuning. Accepted and kept; the generator looks at token ids only.
class PromptTuningConfig {
public:
    explicit PromptTuningConfig(
        Tensor embeddingTable, std::optional<VecTokenExtraIds> inputTokenExtraIds = std::nullopt);

    [[nodiscard]] Tensor getEmbeddingTable() const;
    [[nodiscard]] std::optional<VecTokenExtraIds> getInputTokenExtraIds() const;

private:
    friend class Serialization;

    Tensor mEmbeddingTable;
    std::optional<VecTokenExtraIds> mInputTokenExtraIds;
};

/// Where images sit in the prompt, and their hashes for cache reuse. Accepted and kept.
class MultimodalInput {
public:
    explicit MultimodalInput(std::vector<std::vector<SizeType32>> multimodalHashes,
        std::vector<SizeType32> multimodalPositions, std::vector<SizeType32> multimodalLengths);

    [[nodiscard]] std::vector<std::vector<SizeType32>> getMultimodalHashes() const;
    [[nodiscard]] std::vector<SizeType32> getMultimodalPositions() const;
    [[nodiscard]] std::vector<SizeType32> getMultimodalLengths() const;

private:
    friend class Serialization;

    std::vector<std::vector<SizeType32>> mMultimodalHashes;
    std::vector<SizeType32> mMultimodalPositions;
    std::vector<SizeType32> mMultimodalLengths;
};

/// Rotary embedding tables for multimodal models. Accepted and kept.
class MropeConfig {
public:
    explicit MropeConfig(Tensor mropeRoratySinCos, SizeType32 mropePositionDeltas);

    [[nodiscard]] Tensor getMRopeRotaryCosSin() const;
    [[nodiscard]] SizeType32 getMRopePositionDeltas() const;

private:
    friend class Serialization;

    Tensor mMRopeRotaryCosSin;
    SizeType32 mMRopePositionDeltas;
};

/// A LoRA adapter. Weights and config come together, and only with the first request of a task; later ones name the
/// task alone.
class LoraConfig {
public:
    explicit LoraConfig(
        IdType taskId, std::optional<Tensor> weights = std::nullopt, std::optional<Tensor> config = std::nullopt);

    [[nodiscard]] IdType getTaskId() const;
    [[nodiscard]] std::optional<Tensor> getWeights() const;
    [[nodiscard]] std::optional<Tensor> getConfig() const;

private:
    friend class Serialization;

    IdType mTaskId;
    std::optional<Tensor> mWeights;
    std::optional<Tensor> mConfig;
};

/// A grammar for the output. The stand-in checks that a guide is there where one is needed, and that the executor
/// was set up for guides. It does not constrain the tokens.
class GuidedDecodingParams {
public:
    enum class GuideType { kJSON = 0, kJSON_SCHEMA = 1, kREGEX = 2, kEBNF_GRAMMAR = 3, kSTRUCTURAL_TAG = 4 };

    explicit GuidedDecodingParams(GuideType guideType, std::optional<std::string> guide = std::nullopt);

    bool operator==(GuidedDecodingParams const& other) const;
    [[nodiscard]] GuideType getGuideType() const;
    [[nodiscard]] std::optional<std::string> getGuide() const;

private:
    friend class Serialization;

    GuideType mGuideType;
    std::optional<std::string> mGuide;
};

} // namespace tensorrt_llm::executor

#pragma once

#include "tensorrt_llm/executor/request.h"

#include <list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tensorrt_llm::executor {

/// What a request holds. The executor works on one copy of it and reads it in place.
struct RequestParts {
    VecTokens inputTokenIds;
    SizeType32 maxTokens;
    bool streaming;
    SamplingConfig samplingConfig;
    OutputConfig outputConfig;
    std::optional<SizeType32> endId;
    std::optional<SizeType32> padId;
    std::optional<std::vector<SizeType32>> positionIds;
    std::optional<std::list<VecTokens>> badWords;
    std::optional<std::list<VecTokens>> stopWords;
    std::optional<Tensor> embeddingBias;
    std::optional<ExternalDraftTokensConfig> externalDraftTokensConfig;
    std::optional<PromptTuningConfig> pTuningConfig;
    std::optional<MultimodalInput> multimodalInput;
    std::optional<Tensor> multimodalEmbedding;
    std::optional<MropeConfig> mRopeConfig;
    std::optional<LoraConfig> loraConfig;
    std::optional<LookaheadDecodingConfig> lookaheadConfig;
    std::optional<KvCacheRetentionConfig> kvCacheRetentionConfig;
    std::optional<std::string> logitsPostProcessorName;
    std::optional<LogitsPostProcessor> logitsPostProcessor;
    std::optional<VecTokens> encoderInputTokenIds;
    std::optional<IdType> clientId;
    bool returnAllGeneratedTokens;
    PriorityType priority;
    RequestType type;
    std::optional<ContextPhaseParams> contextPhaseParams;
    std::optional<Tensor> encoderInputFeatures;
    std::optional<SizeType32> encoderOutputLength;
    std::optional<Tensor> crossAttentionMask;
    SizeType32 numReturnSequences;
    std::optional<EagleConfig> eagleConfig;
    std::optional<Tensor> skipCrossAttnBlocks;
    std::optional<GuidedDecodingParams> guidedDecodingParams;
    std::optional<SizeType32> languageAdapterUid;
    std::optional<MillisecondsType> allottedTimeMs;
    std::optional<CacheSaltIDType> cacheSaltID;

    /// Throws on what is wrong whatever the engine, and moves the number of sequences to where it is looked up.
    void validate();
};

class Request::Impl {
public:
    explicit Impl(RequestParts given) : parts(std::move(given)) {
        parts.validate();
    }

    RequestParts parts;
};

/// The executor's door to the parts.
class RequestReader {
public:
    static RequestParts const& parts(Request const& request) {
        return request.mImpl->parts;
    }
};

} // namespace tensorrt_llm::executor

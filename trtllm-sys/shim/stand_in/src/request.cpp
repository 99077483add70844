// A request: checks at construction, then a value with getters and setters that check nothing.

#include "request_parts.h"

#include "tensorrt_llm/common/assert.h"

namespace tensorrt_llm::executor {

namespace {

std::optional<Tensor> checkBias(std::optional<Tensor> bias) {
    TLLM_CHECK_WITH_INFO(!bias || bias->getShape().size() == 1, "embedding bias has %zu dimensions, expected 1",
        bias->getShape().size());
    return bias;
}

} // namespace

void RequestParts::validate() {
    TLLM_CHECK_WITH_INFO(!inputTokenIds.empty(), "the prompt is empty");
    TLLM_CHECK_WITH_INFO(maxTokens > 0, "the number of tokens to generate must be positive, not %d", maxTokens);
    if (numReturnSequences > 1) {
        samplingConfig.setNumReturnSequences(numReturnSequences);
    }
    TLLM_CHECK_WITH_INFO(!logitsPostProcessorName || !logitsPostProcessor,
        "a logits post-processor is given both by name and as a function");
    TLLM_CHECK_WITH_INFO(
        !guidedDecodingParams || samplingConfig.getBeamWidth() == 1, "guided decoding doesn't go with beam search");
}

Request::Request(VecTokens inputTokenIds, SizeType32 maxTokens, bool streaming, SamplingConfig const& samplingConfig,
    OutputConfig const& outputConfig, std::optional<SizeType32> const& endId, std::optional<SizeType32> const& padId,
    std::optional<std::vector<SizeType32>> positionIds, std::optional<std::list<VecTokens>> badWords,
    std::optional<std::list<VecTokens>> stopWords, std::optional<Tensor> embeddingBias,
    std::optional<ExternalDraftTokensConfig> externalDraftTokensConfig, std::optional<PromptTuningConfig> pTuningConfig,
    std::optional<MultimodalInput> multimodalInput, std::optional<Tensor> multimodalEmbedding,
    std::optional<MropeConfig> mRopeConfig, std::optional<LoraConfig> loraConfig,
    std::optional<LookaheadDecodingConfig> lookaheadConfig,
    std::optional<KvCacheRetentionConfig> kvCacheRetentionConfig, std::optional<std::string> logitsPostProcessorName,
    std::optional<LogitsPostProcessor> logitsPostProcessor, std::optional<VecTokens> encoderInputTokenIds,
    std::optional<IdType> clientId, bool returnAllGeneratedTokens, PriorityType priority, RequestType type,
    std::optional<ContextPhaseParams> contextPhaseParams, std::optional<Tensor> encoderInputFeatures,
    std::optional<SizeType32> encoderOutputLength, std::optional<Tensor> crossAttentionMask,
    SizeType32 numReturnSequences, std::optional<EagleConfig> eagleConfig, std::optional<Tensor> skipCrossAttnBlocks,
    std::optional<GuidedDecodingParams> guidedDecodingParams, std::optional<SizeType32> languageAdapterUid,
    std::optional<MillisecondsType> allottedTimeMs, std::optional<CacheSaltIDType> cacheSaltID)
    : mImpl(std::make_unique<Impl>(RequestParts{std::move(inputTokenIds), maxTokens, streaming, samplingConfig,
          outputConfig, endId, padId, std::move(positionIds), std::move(badWords), std::move(stopWords),
          checkBias(std::move(embeddingBias)), std::move(externalDraftTokensConfig), std::move(pTuningConfig),
          std::move(multimodalInput), std::move(multimodalEmbedding), std::move(mRopeConfig), std::move(loraConfig),
          std::move(lookaheadConfig), std::move(kvCacheRetentionConfig), std::move(logitsPostProcessorName),
          std::move(logitsPostProcessor), std::move(encoderInputTokenIds), clientId, returnAllGeneratedTokens, priority,
          type, std::move(contextPhaseParams), std::move(encoderInputFeatures), encoderOutputLength,
          std::move(crossAttentionMask), numReturnSequences, std::move(eagleConfig), std::move(skipCrossAttnBlocks),
          std::move(guidedDecodingParams), languageAdapterUid, allottedTimeMs, cacheSaltID})) {}

Request::Request(Request const& other) : mImpl(std::make_unique<Impl>(*other.mImpl)) {}
Request::Request(Request&& other) noexcept = default;
Request& Request::operator=(Request const& other) {
    if (this != &other) {
        mImpl = std::make_unique<Impl>(*other.mImpl);
    }
    return *this;
}
Request& Request::operator=(Request&& other) noexcept = default;
Request::~Request() = default;

VecTokens Request::getInputTokenIds() const {
    return mImpl->parts.inputTokenIds;
}
SizeType32 Request::getMaxTokens() const {
    return mImpl->parts.maxTokens;
}
bool Request::getStreaming() const {
    return mImpl->parts.streaming;
}
SamplingConfig Request::getSamplingConfig() const {
    return mImpl->parts.samplingConfig;
}
OutputConfig Request::getOutputConfig() const {
    return mImpl->parts.outputConfig;
}
std::optional<SizeType32> Request::getEndId() const {
    return mImpl->parts.endId;
}
std::optional<SizeType32> Request::getPadId() const {
    return mImpl->parts.padId;
}
std::optional<std::vector<SizeType32>> Request::getPositionIds() const {
    return mImpl->parts.positionIds;
}
std::optional<std::list<VecTokens>> Request::getBadWords() const {
    return mImpl->parts.badWords;
}
std::optional<std::list<VecTokens>> Request::getStopWords() const {
    return mImpl->parts.stopWords;
}
std::optional<Tensor> Request::getEmbeddingBias() const {
    return mImpl->parts.embeddingBias;
}
std::optional<ExternalDraftTokensConfig> Request::getExternalDraftTokensConfig() const {
    return mImpl->parts.externalDraftTokensConfig;
}
std::optional<PromptTuningConfig> Request::getPromptTuningConfig() const {
    return mImpl->parts.pTuningConfig;
}
std::optional<MultimodalInput> Request::getMultimodalInput() const {
    return mImpl->parts.multimodalInput;
}
std::optional<Tensor> Request::getMultimodalEmbedding() const {
    return mImpl->parts.multimodalEmbedding;
}
std::optional<MropeConfig> Request::getMropeConfig() const {
    return mImpl->parts.mRopeConfig;
}
std::optional<LoraConfig> Request::getLoraConfig() const {
    return mImpl->parts.loraConfig;
}
std::optional<LookaheadDecodingConfig> Request::getLookaheadConfig() const {
    return mImpl->parts.lookaheadConfig;
}
std::optional<KvCacheRetentionConfig> Request::getKvCacheRetentionConfig() const {
    return mImpl->parts.kvCacheRetentionConfig;
}
std::optional<std::string> Request::getLogitsPostProcessorName() const {
    return mImpl->parts.logitsPostProcessorName;
}
std::optional<LogitsPostProcessor> Request::getLogitsPostProcessor() const {
    return mImpl->parts.logitsPostProcessor;
}
std::optional<VecTokens> Request::getEncoderInputTokenIds() const {
    return mImpl->parts.encoderInputTokenIds;
}
std::optional<IdType> Request::getClientId() const {
    return mImpl->parts.clientId;
}
PriorityType Request::getPriority() const {
    return mImpl->parts.priority;
}
bool Request::getReturnAllGeneratedTokens() const {
    return mImpl->parts.returnAllGeneratedTokens;
}
std::optional<ContextPhaseParams> const& Request::getContextPhaseParams() const {
    return mImpl->parts.contextPhaseParams;
}
std::optional<Tensor> Request::getEncoderInputFeatures() const {
    return mImpl->parts.encoderInputFeatures;
}
std::optional<SizeType32> Request::getEncoderOutputLength() const {
    return mImpl->parts.encoderOutputLength;
}
std::optional<Tensor> Request::getCrossAttentionMask() const {
    return mImpl->parts.crossAttentionMask;
}
RequestType Request::getRequestType() const {
    return mImpl->parts.type;
}
std::optional<EagleConfig> Request::getEagleConfig() const {
    return mImpl->parts.eagleConfig;
}
std::optional<Tensor> Request::getSkipCrossAttnBlocks() const {
    return mImpl->parts.skipCrossAttnBlocks;
}
std::optional<GuidedDecodingParams> Request::getGuidedDecodingParams() const {
    return mImpl->parts.guidedDecodingParams;
}
std::optional<SizeType32> Request::getLanguageAdapterUid() const {
    return mImpl->parts.languageAdapterUid;
}
std::optional<MillisecondsType> Request::getAllottedTimeMs() const {
    return mImpl->parts.allottedTimeMs;
}
std::optional<CacheSaltIDType> Request::getCacheSaltID() const {
    return mImpl->parts.cacheSaltID;
}

std::optional<std::vector<std::string>> Request::getAdditionalOutputNames() const {
    auto const& outputs = mImpl->parts.outputConfig.additionalModelOutputs;
    if (!outputs) {
        return std::nullopt;
    }
    std::vector<std::string> names;
    names.reserve(outputs->size());
    for (auto const& output : *outputs) {
        names.push_back(output.name);
    }
    return names;
}

void Request::setStreaming(bool streaming) {
    mImpl->parts.streaming = streaming;
}
void Request::setSamplingConfig(SamplingConfig const& config) {
    mImpl->parts.samplingConfig = config;
}
void Request::setOutputConfig(OutputConfig const& outputConfig) {
    mImpl->parts.outputConfig = outputConfig;
}
void Request::setEndId(SizeType32 endId) {
    mImpl->parts.endId = endId;
}
void Request::setPadId(SizeType32 padId) {
    mImpl->parts.padId = padId;
}
void Request::setPositionIds(std::vector<SizeType32> const& positionIds) {
    mImpl->parts.positionIds = positionIds;
}
void Request::setBadWords(std::list<VecTokens> const& badWords) {
    mImpl->parts.badWords = badWords;
}
void Request::setStopWords(std::list<VecTokens> const& stopWords) {
    mImpl->parts.stopWords = stopWords;
}
void Request::setEmbeddingBias(Tensor const& embeddingBias) {
    mImpl->parts.embeddingBias = checkBias(embeddingBias);
}
void Request::setExternalDraftTokensConfig(ExternalDraftTokensConfig const& externalDraftTokensConfig) {
    mImpl->parts.externalDraftTokensConfig = externalDraftTokensConfig;
}
void Request::setPromptTuningConfig(PromptTuningConfig const& pTuningConfig) {
    mImpl->parts.pTuningConfig = pTuningConfig;
}
void Request::setMultimodalEmbedding(Tensor const& multimodalEmbedding) {
    mImpl->parts.multimodalEmbedding = multimodalEmbedding;
}
void Request::setMultimodalInput(MultimodalInput const& multimodalInput) {
    mImpl->parts.multimodalInput = multimodalInput;
}
void Request::setMropeConfig(MropeConfig const& mRopeConfig) {
    mImpl->parts.mRopeConfig = mRopeConfig;
}
void Request::setLoraConfig(LoraConfig const& loraConfig) {
    mImpl->parts.loraConfig = loraConfig;
}
void Request::setLookaheadConfig(LookaheadDecodingConfig const& lookaheadConfig) {
    mImpl->parts.lookaheadConfig = lookaheadConfig;
}
void Request::setKvCacheRetentionConfig(KvCacheRetentionConfig const& kvCacheRetentionConfig) {
    mImpl->parts.kvCacheRetentionConfig = kvCacheRetentionConfig;
}
void Request::setLogitsPostProcessorName(std::string const& logitsPostProcessorName) {
    mImpl->parts.logitsPostProcessorName = logitsPostProcessorName;
}
void Request::setLogitsPostProcessor(std::optional<LogitsPostProcessor> const& logitsPostProcessor) {
    mImpl->parts.logitsPostProcessor = logitsPostProcessor;
}
void Request::setEncoderInputTokenIds(VecTokens const& encoderInputTokenIds) {
    mImpl->parts.encoderInputTokenIds = encoderInputTokenIds;
}
void Request::setClientId(IdType clientId) {
    mImpl->parts.clientId = clientId;
}
void Request::setPriority(PriorityType priority) {
    mImpl->parts.priority = priority;
}
void Request::setReturnAllGeneratedTokens(bool returnAllGeneratedTokens) {
    mImpl->parts.returnAllGeneratedTokens = returnAllGeneratedTokens;
}
void Request::setRequestType(RequestType const& requestType) {
    mImpl->parts.type = requestType;
}
void Request::setContextPhaseParams(ContextPhaseParams contextPhaseParams) {
    mImpl->parts.contextPhaseParams = std::move(contextPhaseParams);
}
void Request::setEncoderInputFeatures(Tensor encoderInputFeatures) {
    mImpl->parts.encoderInputFeatures = std::move(encoderInputFeatures);
}
void Request::setEncoderOutputLength(SizeType32 encoderOutputLength) {
    mImpl->parts.encoderOutputLength = encoderOutputLength;
}
void Request::setCrossAttentionMask(Tensor crossAttentionMask) {
    mImpl->parts.crossAttentionMask = std::move(crossAttentionMask);
}
void Request::setEagleConfig(std::optional<EagleConfig> const& eagleConfig) {
    mImpl->parts.eagleConfig = eagleConfig;
}
void Request::setSkipCrossAttnBlocks(Tensor skipCrossAttnBlocks) {
    mImpl->parts.skipCrossAttnBlocks = std::move(skipCrossAttnBlocks);
}
void Request::setGuidedDecodingParams(GuidedDecodingParams const& guidedDecodingParams) {
    mImpl->parts.guidedDecodingParams = guidedDecodingParams;
}
void Request::setLanguageAdapterUid(SizeType32 languageAdapterUid) {
    mImpl->parts.languageAdapterUid = languageAdapterUid;
}
void Request::setAllottedTimeMs(MillisecondsType allottedTimeMs) {
    mImpl->parts.allottedTimeMs = allottedTimeMs;
}
void Request::setCacheSaltID(CacheSaltIDType cacheSaltID) {
    mImpl->parts.cacheSaltID = cacheSaltID;
}

} // namespace tensorrt_llm::executor

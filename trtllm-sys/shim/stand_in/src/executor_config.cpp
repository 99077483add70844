// The executor's configuration: a bag of values with checks on the counts.

#include "tensorrt_llm/executor/executorConfig.h"

#include "tensorrt_llm/common/assert.h"

#include <utility>

namespace tensorrt_llm::executor {

namespace {

SizeType32 positive(char const* name, SizeType32 value) {
    TLLM_CHECK_WITH_INFO(value > 0, "%s must be positive, not %d", name, value);
    return value;
}

SizeType32 notNegative(char const* name, SizeType32 value) {
    TLLM_CHECK_WITH_INFO(value >= 0, "%s is negative: %d", name, value);
    return value;
}

uint64_t checkIdle(uint64_t microseconds) {
    TLLM_CHECK_WITH_INFO(microseconds > 0, "maximum idle time of a sequence must be positive");
    return microseconds;
}

} // namespace

ExecutorConfig::ExecutorConfig(SizeType32 maxBeamWidth, SchedulerConfig schedulerConfig, KvCacheConfig kvCacheConfig,
    bool enableChunkedContext, bool normalizeLogProbs, SizeType32 iterStatsMaxIterations,
    SizeType32 requestStatsMaxIterations, BatchingType batchingType, std::optional<SizeType32> maxBatchSize,
    std::optional<SizeType32> maxNumTokens, std::optional<ParallelConfig> parallelConfig,
    std::optional<PeftCacheConfig> const& peftCacheConfig,
    std::optional<LogitsPostProcessorConfig> logitsPostProcessorConfig, std::optional<DecodingConfig> decodingConfig,
    bool useGpuDirectStorage, float gpuWeightsPercent, std::optional<SizeType32> maxQueueSize,
    ExtendedRuntimePerfKnobConfig const& extendedRuntimePerfKnobConfig, std::optional<DebugConfig> debugConfig,
    SizeType32 recvPollPeriodMs, uint64_t maxSeqIdleMicroseconds,
    std::optional<SpeculativeDecodingConfig> specDecConfig, std::optional<GuidedDecodingConfig> guidedDecodingConfig,
    std::optional<std::vector<AdditionalModelOutput>> additionalModelOutputs,
    std::optional<CacheTransceiverConfig> cacheTransceiverConfig, bool gatherGenerationLogits,
    bool promptTableOffloading, bool enableTrtOverlap, bool failFastOnAttentionWindowTooLarge)
    : mMaxBeamWidth(positive("maximum beam width", maxBeamWidth))
    , mSchedulerConfig(std::move(schedulerConfig))
    , mKvCacheConfig(std::move(kvCacheConfig))
    , mEnableChunkedContext(enableChunkedContext)
    , mNormalizeLogProbs(normalizeLogProbs)
    , mIterStatsMaxIterations(notNegative("number of iteration statistics", iterStatsMaxIterations))
    , mRequestStatsMaxIterations(notNegative("number of request statistics", requestStatsMaxIterations))
    , mBatchingType(batchingType)
    , mMaxBatchSize(maxBatchSize)
    , mMaxNumTokens(maxNumTokens)
    , mParallelConfig(std::move(parallelConfig))
    , mPeftCacheConfig(peftCacheConfig)
    , mLogitsPostProcessorConfig(std::move(logitsPostProcessorConfig))
    , mDecodingConfig(std::move(decodingConfig))
    , mUseGpuDirectStorage(useGpuDirectStorage)
    , mGpuWeightsPercent(gpuWeightsPercent)
    , mMaxQueueSize(maxQueueSize)
    , mExtendedRuntimePerfKnobConfig(extendedRuntimePerfKnobConfig)
    , mDebugConfig(std::move(debugConfig))
    , mRecvPollPeriodMs(recvPollPeriodMs)
    , mMaxSeqIdleMicroseconds(checkIdle(maxSeqIdleMicroseconds))
    , mSpeculativeDecodingConfig(specDecConfig)
    , mGuidedDecodingConfig(std::move(guidedDecodingConfig))
    , mAdditionalModelOutputs(std::move(additionalModelOutputs))
    , mCacheTransceiverConfig(cacheTransceiverConfig)
    , mGatherGenerationLogits(gatherGenerationLogits)
    , mPromptTableOffloading(promptTableOffloading)
    , mEnableTrtOverlap(enableTrtOverlap)
    , mFailFastOnAttentionWindowTooLarge(failFastOnAttentionWindowTooLarge) {}

SizeType32 ExecutorConfig::getMaxBeamWidth() const {
    return mMaxBeamWidth;
}
SchedulerConfig ExecutorConfig::getSchedulerConfig() const {
    return mSchedulerConfig;
}
KvCacheConfig ExecutorConfig::getKvCacheConfig() const {
    return mKvCacheConfig;
}
SchedulerConfig& ExecutorConfig::getSchedulerConfigRef() {
    return mSchedulerConfig;
}
KvCacheConfig& ExecutorConfig::getKvCacheConfigRef() {
    return mKvCacheConfig;
}
bool ExecutorConfig::getEnableChunkedContext() const {
    return mEnableChunkedContext;
}
bool ExecutorConfig::getNormalizeLogProbs() const {
    return mNormalizeLogProbs;
}
SizeType32 ExecutorConfig::getIterStatsMaxIterations() const {
    return mIterStatsMaxIterations;
}
SizeType32 ExecutorConfig::getRequestStatsMaxIterations() const {
    return mRequestStatsMaxIterations;
}
BatchingType ExecutorConfig::getBatchingType() const {
    return mBatchingType;
}
std::optional<SizeType32> ExecutorConfig::getMaxBatchSize() const {
    return mMaxBatchSize;
}
std::optional<SizeType32> ExecutorConfig::getMaxNumTokens() const {
    return mMaxNumTokens;
}
std::optional<ParallelConfig> ExecutorConfig::getParallelConfig() const {
    return mParallelConfig;
}
std::optional<PeftCacheConfig> ExecutorConfig::getPeftCacheConfig() const {
    return mPeftCacheConfig;
}
std::optional<LogitsPostProcessorConfig> ExecutorConfig::getLogitsPostProcessorConfig() const {
    return mLogitsPostProcessorConfig;
}
std::optional<DecodingConfig> ExecutorConfig::getDecodingConfig() const {
    return mDecodingConfig;
}
bool ExecutorConfig::getUseGpuDirectStorage() const {
    return mUseGpuDirectStorage;
}
float ExecutorConfig::getGpuWeightsPercent() const {
    return mGpuWeightsPercent;
}
std::optional<SizeType32> ExecutorConfig::getMaxQueueSize() const {
    return mMaxQueueSize;
}
ExtendedRuntimePerfKnobConfig ExecutorConfig::getExtendedRuntimePerfKnobConfig() const {
    return mExtendedRuntimePerfKnobConfig;
}
std::optional<DebugConfig> ExecutorConfig::getDebugConfig() const {
    return mDebugConfig;
}
SizeType32 ExecutorConfig::getRecvPollPeriodMs() const {
    return mRecvPollPeriodMs;
}
uint64_t ExecutorConfig::getMaxSeqIdleMicroseconds() const {
    return mMaxSeqIdleMicroseconds;
}
std::optional<SpeculativeDecodingConfig> ExecutorConfig::getSpecDecConfig() const {
    return mSpeculativeDecodingConfig;
}
std::optional<GuidedDecodingConfig> ExecutorConfig::getGuidedDecodingConfig() const {
    return mGuidedDecodingConfig;
}
std::optional<std::vector<AdditionalModelOutput>> ExecutorConfig::getAdditionalModelOutputs() const {
    return mAdditionalModelOutputs;
}
bool ExecutorConfig::getGatherGenerationLogits() const {
    return mGatherGenerationLogits;
}
bool ExecutorConfig::getPromptTableOffloading() const {
    return mPromptTableOffloading;
}
std::optional<CacheTransceiverConfig> ExecutorConfig::getCacheTransceiverConfig() const {
    return mCacheTransceiverConfig;
}
bool ExecutorConfig::getEnableTrtOverlap() const {
    return mEnableTrtOverlap;
}
bool ExecutorConfig::getFailFastOnAttentionWindowTooLarge() const {
    return mFailFastOnAttentionWindowTooLarge;
}

void ExecutorConfig::setMaxBeamWidth(SizeType32 maxBeamWidth) {
    mMaxBeamWidth = positive("maximum beam width", maxBeamWidth);
}
void ExecutorConfig::setMaxBatchSize(SizeType32 maxBatchSize) {
    mMaxBatchSize = positive("maximum batch size", maxBatchSize);
}
void ExecutorConfig::setMaxNumTokens(SizeType32 maxNumTokens) {
    mMaxNumTokens = positive("maximum number of tokens", maxNumTokens);
}
void ExecutorConfig::setSchedulerConfig(SchedulerConfig const& schedulerConfig) {
    mSchedulerConfig = schedulerConfig;
}
void ExecutorConfig::setKvCacheConfig(KvCacheConfig const& kvCacheConfig) {
    mKvCacheConfig = kvCacheConfig;
}
void ExecutorConfig::setEnableChunkedContext(bool enableChunkedContext) {
    mEnableChunkedContext = enableChunkedContext;
}
void ExecutorConfig::setNormalizeLogProbs(bool normalizeLogProbs) {
    mNormalizeLogProbs = normalizeLogProbs;
}
void ExecutorConfig::setIterStatsMaxIterations(SizeType32 iterStatsMaxIterations) {
    mIterStatsMaxIterations = notNegative("number of iteration statistics", iterStatsMaxIterations);
}
void ExecutorConfig::setRequestStatsMaxIterations(SizeType32 requestStatsMaxIterations) {
    mRequestStatsMaxIterations = notNegative("number of request statistics", requestStatsMaxIterations);
}
void ExecutorConfig::setBatchingType(BatchingType batchingType) {
    mBatchingType = batchingType;
}
void ExecutorConfig::setParallelConfig(ParallelConfig const& parallelConfig) {
    mParallelConfig = parallelConfig;
}
void ExecutorConfig::setPeftCacheConfig(PeftCacheConfig const& peftCacheConfig) {
    mPeftCacheConfig = peftCacheConfig;
}
void ExecutorConfig::setLogitsPostProcessorConfig(LogitsPostProcessorConfig const& logitsPostProcessorConfig) {
    mLogitsPostProcessorConfig = logitsPostProcessorConfig;
}
void ExecutorConfig::setDecodingConfig(DecodingConfig const& decodingConfig) {
    mDecodingConfig = decodingConfig;
}
void ExecutorConfig::setUseGpuDirectStorage(bool const& useGpuDirectStorage) {
    mUseGpuDirectStorage = useGpuDirectStorage;
}
void ExecutorConfig::setGpuWeightsPercent(float const& gpuWeightsPercent) {
    mGpuWeightsPercent = gpuWeightsPercent;
}
void ExecutorConfig::setMaxQueueSize(std::optional<SizeType32> const& maxQueueSize) {
    mMaxQueueSize = maxQueueSize;
}
void ExecutorConfig::setExtendedRuntimePerfKnobConfig(
    ExtendedRuntimePerfKnobConfig const& extendedRuntimePerfKnobConfig) {
    mExtendedRuntimePerfKnobConfig = extendedRuntimePerfKnobConfig;
}
void ExecutorConfig::setDebugConfig(DebugConfig const& debugConfig) {
    mDebugConfig = debugConfig;
}
void ExecutorConfig::setRecvPollPeriodMs(SizeType32 const& recvPollPeriodMs) {
    mRecvPollPeriodMs = recvPollPeriodMs;
}
void ExecutorConfig::setMaxSeqIdleMicroseconds(uint64_t maxSeqIdleMicroseconds) {
    mMaxSeqIdleMicroseconds = checkIdle(maxSeqIdleMicroseconds);
}
void ExecutorConfig::setSpecDecConfig(SpeculativeDecodingConfig const& specDecConfig) {
    mSpeculativeDecodingConfig = specDecConfig;
}
void ExecutorConfig::setGuidedDecodingConfig(GuidedDecodingConfig const& guidedDecodingConfig) {
    mGuidedDecodingConfig = guidedDecodingConfig;
}
void ExecutorConfig::setAdditionalModelOutputs(std::vector<AdditionalModelOutput> const& additionalModelOutputs) {
    mAdditionalModelOutputs = additionalModelOutputs;
}
void ExecutorConfig::setGatherGenerationLogits(bool gatherGenerationLogits) {
    mGatherGenerationLogits = gatherGenerationLogits;
}
void ExecutorConfig::setPromptTableOffloading(bool promptTableOffloading) {
    mPromptTableOffloading = promptTableOffloading;
}
void ExecutorConfig::setCacheTransceiverConfig(CacheTransceiverConfig const& cacheTransceiverConfig) {
    mCacheTransceiverConfig = cacheTransceiverConfig;
}
void ExecutorConfig::setEnableTrtOverlap(bool enableTrtOverlap) {
    mEnableTrtOverlap = enableTrtOverlap;
}
void ExecutorConfig::setFailFastOnAttentionWindowTooLarge(bool failFastOnAttentionWindowTooLarge) {
    mFailFastOnAttentionWindowTooLarge = failFastOnAttentionWindowTooLarge;
}

} // namespace tensorrt_llm::executor

// Configs of the run time: batching, debugging, parallelism. Mostly kept and handed back.

#include "tensorrt_llm/executor/runtimeConfigs.h"

#include "tensorrt_llm/common/assert.h"

#include <ostream>
#include <tuple>
#include <utility>

namespace tensorrt_llm::executor {

std::ostream& operator<<(std::ostream& os, CapacitySchedulerPolicy policy) {
    switch (policy) {
    case CapacitySchedulerPolicy::kMAX_UTILIZATION: return os << "MAX_UTILIZATION";
    case CapacitySchedulerPolicy::kGUARANTEED_NO_EVICT: return os << "GUARANTEED_NO_EVICT";
    case CapacitySchedulerPolicy::kSTATIC_BATCH: return os << "STATIC_BATCH";
    }
    return os << "UNKNOWN";
}

std::ostream& operator<<(std::ostream& os, ContextChunkingPolicy policy) {
    switch (policy) {
    case ContextChunkingPolicy::kFIRST_COME_FIRST_SERVED: return os << "FIRST_COME_FIRST_SERVED";
    case ContextChunkingPolicy::kEQUAL_PROGRESS: return os << "EQUAL_PROGRESS";
    }
    return os << "UNKNOWN";
}

std::vector<std::pair<SizeType32, SizeType32>> const DynamicBatchConfig::kDefaultBatchSizeTable{
    {144, 128}, {336, 256}, {672, 512}, {832, 768}, {1280, 1024}, {1664, 1536}};

DynamicBatchConfig::DynamicBatchConfig(bool enableBatchSizeTuning, bool enableMaxNumTokensTuning,
    SizeType32 dynamicBatchMovingAverageWindow, std::vector<std::pair<SizeType32, SizeType32>> batchSizeTable)
    : mEnableBatchSizeTuning(enableBatchSizeTuning)
    , mEnableMaxNumTokensTuning(enableMaxNumTokensTuning)
    , mDynamicBatchMovingAverageWindow(dynamicBatchMovingAverageWindow)
    , mBatchSizeTable(std::move(batchSizeTable)) {}

SizeType32 DynamicBatchConfig::getDynamicBatchMovingAverageWindow() const {
    return mDynamicBatchMovingAverageWindow;
}
bool DynamicBatchConfig::getEnableBatchSizeTuning() const {
    return mEnableBatchSizeTuning;
}
bool DynamicBatchConfig::getEnableMaxNumTokensTuning() const {
    return mEnableMaxNumTokensTuning;
}
std::vector<std::pair<SizeType32, SizeType32>> DynamicBatchConfig::getBatchSizeTable() const {
    return mBatchSizeTable;
}

SchedulerConfig::SchedulerConfig(CapacitySchedulerPolicy capacitySchedulerPolicy,
    std::optional<ContextChunkingPolicy> contextChunkingPolicy, std::optional<DynamicBatchConfig> dynamicBatchConfig)
    : mCapacitySchedulerPolicy(capacitySchedulerPolicy)
    , mContextChunkingPolicy(contextChunkingPolicy)
    , mDynamicBatchConfig(std::move(dynamicBatchConfig)) {}

bool SchedulerConfig::operator==(SchedulerConfig const& other) const {
    // `DynamicBatchConfig` has no comparison of its own.
    auto const parts = [](DynamicBatchConfig const& batch) {
        return std::make_tuple(batch.getEnableBatchSizeTuning(), batch.getEnableMaxNumTokensTuning(),
            batch.getDynamicBatchMovingAverageWindow(), batch.getBatchSizeTable());
    };
    if (mDynamicBatchConfig.has_value() != other.mDynamicBatchConfig.has_value()) {
        return false;
    }
    return mCapacitySchedulerPolicy == other.mCapacitySchedulerPolicy
           && mContextChunkingPolicy == other.mContextChunkingPolicy
           && (!mDynamicBatchConfig || parts(*mDynamicBatchConfig) == parts(*other.mDynamicBatchConfig));
}

CapacitySchedulerPolicy SchedulerConfig::getCapacitySchedulerPolicy() const {
    return mCapacitySchedulerPolicy;
}
std::optional<ContextChunkingPolicy> SchedulerConfig::getContextChunkingPolicy() const {
    return mContextChunkingPolicy;
}
std::optional<DynamicBatchConfig> SchedulerConfig::getDynamicBatchConfig() const {
    return mDynamicBatchConfig;
}

ExtendedRuntimePerfKnobConfig::ExtendedRuntimePerfKnobConfig(
    bool multiBlockMode, bool enableContextFMHAFP32Acc, bool cudaGraphMode, SizeType32 cudaGraphCacheSize)
    : mMultiBlockMode(multiBlockMode)
    , mEnableContextFMHAFP32Acc(enableContextFMHAFP32Acc)
    , mCudaGraphMode(cudaGraphMode)
    , mCudaGraphCacheSize(cudaGraphCacheSize) {}

bool ExtendedRuntimePerfKnobConfig::operator==(ExtendedRuntimePerfKnobConfig const& other) const {
    return mMultiBlockMode == other.mMultiBlockMode && mEnableContextFMHAFP32Acc == other.mEnableContextFMHAFP32Acc
           && mCudaGraphMode == other.mCudaGraphMode && mCudaGraphCacheSize == other.mCudaGraphCacheSize;
}

bool ExtendedRuntimePerfKnobConfig::getMultiBlockMode() const {
    return mMultiBlockMode;
}
bool ExtendedRuntimePerfKnobConfig::getEnableContextFMHAFP32Acc() const {
    return mEnableContextFMHAFP32Acc;
}
bool ExtendedRuntimePerfKnobConfig::getCudaGraphMode() const {
    return mCudaGraphMode;
}
SizeType32 ExtendedRuntimePerfKnobConfig::getCudaGraphCacheSize() const {
    return mCudaGraphCacheSize;
}
void ExtendedRuntimePerfKnobConfig::setMultiBlockMode(bool value) {
    mMultiBlockMode = value;
}
void ExtendedRuntimePerfKnobConfig::setEnableContextFMHAFP32Acc(bool value) {
    mEnableContextFMHAFP32Acc = value;
}
void ExtendedRuntimePerfKnobConfig::setCudaGraphMode(bool value) {
    mCudaGraphMode = value;
}
void ExtendedRuntimePerfKnobConfig::setCudaGraphCacheSize(SizeType32 value) {
    mCudaGraphCacheSize = value;
}

DebugConfig::DebugConfig(
    bool debugInputTensors, bool debugOutputTensors, StringVec debugTensorNames, SizeType32 debugTensorsMaxIterations)
    : mDebugInputTensors(debugInputTensors)
    , mDebugOutputTensors(debugOutputTensors)
    , mDebugTensorNames(std::move(debugTensorNames))
    , mDebugTensorsMaxIterations(debugTensorsMaxIterations) {}

bool DebugConfig::operator==(DebugConfig const& other) const {
    return mDebugInputTensors == other.mDebugInputTensors && mDebugOutputTensors == other.mDebugOutputTensors
           && mDebugTensorNames == other.mDebugTensorNames
           && mDebugTensorsMaxIterations == other.mDebugTensorsMaxIterations;
}

bool DebugConfig::getDebugInputTensors() const {
    return mDebugInputTensors;
}
bool DebugConfig::getDebugOutputTensors() const {
    return mDebugOutputTensors;
}
DebugConfig::StringVec const& DebugConfig::getDebugTensorNames() const {
    return mDebugTensorNames;
}
SizeType32 DebugConfig::getDebugTensorsMaxIterations() const {
    return mDebugTensorsMaxIterations;
}
void DebugConfig::setDebugInputTensors(bool value) {
    mDebugInputTensors = value;
}
void DebugConfig::setDebugOutputTensors(bool value) {
    mDebugOutputTensors = value;
}
void DebugConfig::setDebugTensorNames(StringVec const& names) {
    mDebugTensorNames = names;
}
void DebugConfig::setDebugTensorsMaxIterations(SizeType32 value) {
    mDebugTensorsMaxIterations = value;
}

OrchestratorConfig::OrchestratorConfig(bool isOrchestrator, std::string workerExecutablePath,
    std::shared_ptr<mpi::MpiComm> orchLeaderComm, bool spawnProcesses)
    : mIsOrchestrator(isOrchestrator)
    , mWorkerExecutablePath(std::move(workerExecutablePath))
    , mOrchLeaderComm(std::move(orchLeaderComm))
    , mSpawnProcesses(spawnProcesses) {}

bool OrchestratorConfig::getIsOrchestrator() const {
    return mIsOrchestrator;
}
std::string OrchestratorConfig::getWorkerExecutablePath() const {
    return mWorkerExecutablePath;
}
std::shared_ptr<mpi::MpiComm> OrchestratorConfig::getOrchLeaderComm() const {
    return mOrchLeaderComm;
}
bool OrchestratorConfig::getSpawnProcesses() const {
    return mSpawnProcesses;
}
void OrchestratorConfig::setIsOrchestrator(bool value) {
    mIsOrchestrator = value;
}
void OrchestratorConfig::setWorkerExecutablePath(std::string const& path) {
    mWorkerExecutablePath = path;
}
void OrchestratorConfig::setOrchLeaderComm(std::shared_ptr<mpi::MpiComm> const& comm) {
    mOrchLeaderComm = comm;
}
void OrchestratorConfig::setSpawnProcesses(bool value) {
    mSpawnProcesses = value;
}

ParallelConfig::ParallelConfig(CommunicationType commType, CommunicationMode commMode,
    std::optional<std::vector<SizeType32>> deviceIds, std::optional<std::vector<SizeType32>> participantIds,
    std::optional<OrchestratorConfig> const& orchestratorConfig, std::optional<SizeType32> numNodes)
    : mCommType(commType)
    , mCommMode(commMode)
    , mDeviceIds(std::move(deviceIds))
    , mParticipantIds(std::move(participantIds))
    , mOrchestratorConfig(orchestratorConfig)
    , mNumNodes(numNodes) {
    TLLM_CHECK_WITH_INFO(!mDeviceIds || !mDeviceIds->empty(), "the list of device ids is empty");
}

CommunicationType ParallelConfig::getCommunicationType() const {
    return mCommType;
}
CommunicationMode ParallelConfig::getCommunicationMode() const {
    return mCommMode;
}
std::optional<std::vector<SizeType32>> ParallelConfig::getDeviceIds() const {
    return mDeviceIds;
}
std::optional<std::vector<SizeType32>> ParallelConfig::getParticipantIds() const {
    return mParticipantIds;
}
std::optional<OrchestratorConfig> ParallelConfig::getOrchestratorConfig() const {
    return mOrchestratorConfig;
}
std::optional<SizeType32> ParallelConfig::getNumNodes() const {
    return mNumNodes;
}
void ParallelConfig::setCommunicationType(CommunicationType type) {
    mCommType = type;
}
void ParallelConfig::setCommunicationMode(CommunicationMode mode) {
    mCommMode = mode;
}
void ParallelConfig::setDeviceIds(std::vector<SizeType32> const& deviceIds) {
    TLLM_CHECK_WITH_INFO(!deviceIds.empty(), "the list of device ids is empty");
    mDeviceIds = deviceIds;
}
void ParallelConfig::setParticipantIds(std::vector<SizeType32> const& participantIds) {
    mParticipantIds = participantIds;
}
void ParallelConfig::setOrchestratorConfig(OrchestratorConfig const& config) {
    mOrchestratorConfig = config;
}
void ParallelConfig::setNumNodes(SizeType32 numNodes) {
    mNumNodes = numNodes;
}

CacheTransceiverConfig::CacheTransceiverConfig(
    std::optional<BackendType> backendType, std::optional<size_t> maxNumTokens, std::optional<int> kvTransferTimeoutMs)
    : mBackendType(backendType)
    , mMaxTokensInBuffer(maxNumTokens)
    , mKvTransferTimeoutMs(kvTransferTimeoutMs) {}

bool CacheTransceiverConfig::operator==(CacheTransceiverConfig const& other) const {
    return mBackendType == other.mBackendType && mMaxTokensInBuffer == other.mMaxTokensInBuffer
           && mKvTransferTimeoutMs == other.mKvTransferTimeoutMs;
}

void CacheTransceiverConfig::setBackendType(std::optional<BackendType> backendType) {
    mBackendType = backendType;
}
void CacheTransceiverConfig::setMaxTokensInBuffer(std::optional<size_t> tokens) {
    mMaxTokensInBuffer = tokens;
}
void CacheTransceiverConfig::setKvTransferTimeoutMs(std::optional<int> timeout) {
    TLLM_CHECK_WITH_INFO(!timeout || *timeout > 0, "the timeout of cache transfers must be positive");
    mKvTransferTimeoutMs = timeout;
}
std::optional<int> CacheTransceiverConfig::getKvTransferTimeoutMs() const {
    return mKvTransferTimeoutMs;
}
std::optional<size_t> CacheTransceiverConfig::getMaxTokensInBuffer() const {
    return mMaxTokensInBuffer;
}
std::optional<CacheTransceiverConfig::BackendType> CacheTransceiverConfig::getBackendType() const {
    return mBackendType;
}

} // namespace tensorrt_llm::executor

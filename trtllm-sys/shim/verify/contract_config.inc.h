// The executor's configuration.

namespace trtllm_contract
{

CONSTRUCTS(te::DynamicBatchConfig, bool, bool, te::SizeType32, std::vector<std::pair<te::SizeType32, te::SizeType32>>);
DEFAULT_CONSTRUCTS(te::DynamicBatchConfig);
GETTER(te::DynamicBatchConfig, getEnableBatchSizeTuning, bool);
GETTER(te::DynamicBatchConfig, getEnableMaxNumTokensTuning, bool);
GETTER(te::DynamicBatchConfig, getDynamicBatchMovingAverageWindow, te::SizeType32);
GETTER(te::DynamicBatchConfig, getBatchSizeTable, std::vector<std::pair<te::SizeType32, te::SizeType32>>);

CONSTRUCTS(te::SchedulerConfig, te::CapacitySchedulerPolicy, std::optional<te::ContextChunkingPolicy>,
    std::optional<te::DynamicBatchConfig>);
DEFAULT_CONSTRUCTS(te::SchedulerConfig);
GETTER(te::SchedulerConfig, getCapacitySchedulerPolicy, te::CapacitySchedulerPolicy);
GETTER(te::SchedulerConfig, getContextChunkingPolicy, std::optional<te::ContextChunkingPolicy>);
GETTER(te::SchedulerConfig, getDynamicBatchConfig, std::optional<te::DynamicBatchConfig>);

// Its constructor's parameters moved between 0.20 and 1.2: setters only.
DEFAULT_CONSTRUCTS(te::KvCacheConfig);
SETTER(te::KvCacheConfig, setEnableBlockReuse, bool);
SETTER(te::KvCacheConfig, setEnablePartialReuse, bool);
SETTER(te::KvCacheConfig, setCopyOnPartialReuse, bool);
SAME_AS_ONE_OF(te::KvCacheConfig::setMaxTokens, void (te::KvCacheConfig::*)(std::optional<te::SizeType32>),
    void (te::KvCacheConfig::*)(te::SizeType32));
static_assert(!kComplete
        || std::is_same_v<decltype(&te::KvCacheConfig::setMaxTokens),
            void (te::KvCacheConfig::*)(std::optional<te::SizeType32>)>,
    "te::KvCacheConfig::setMaxTokens no longer takes an optional");
SETTER(te::KvCacheConfig, setMaxAttentionWindowVec, std::vector<te::SizeType32>);
SETTER(te::KvCacheConfig, setSinkTokenLength, te::SizeType32);
SETTER(te::KvCacheConfig, setFreeGpuMemoryFraction, te::FloatType);
SETTER(te::KvCacheConfig, setCrossKvCacheFraction, te::FloatType);
SETTER(te::KvCacheConfig, setHostCacheSize, std::size_t);
SETTER(te::KvCacheConfig, setOnboardBlocks, bool);
SETTER(te::KvCacheConfig, setSecondaryOffloadMinPriority, std::optional<te::RetentionPriority>);
SETTER(te::KvCacheConfig, setEventBufferMaxSize, std::size_t);
LATER_SETTER(te::KvCacheConfig, setUseUvm, bool);
LATER_SETTER(te::KvCacheConfig, setAttentionDpEventsGatherPeriodMs, te::SizeType32);
LATER_SETTER(te::KvCacheConfig, setMaxGpuTotalBytes, std::uint64_t);
GETTER(te::KvCacheConfig, getEnableBlockReuse, bool);
GETTER(te::KvCacheConfig, getEnablePartialReuse, bool);
GETTER(te::KvCacheConfig, getCopyOnPartialReuse, bool);
GETTER(te::KvCacheConfig, getMaxTokens, std::optional<te::SizeType32>);
GETTER(te::KvCacheConfig, getMaxAttentionWindowVec, std::optional<std::vector<te::SizeType32>>);
GETTER(te::KvCacheConfig, getSinkTokenLength, std::optional<te::SizeType32>);
GETTER(te::KvCacheConfig, getFreeGpuMemoryFraction, std::optional<te::FloatType>);
GETTER(te::KvCacheConfig, getCrossKvCacheFraction, std::optional<te::FloatType>);
GETTER(te::KvCacheConfig, getHostCacheSize, std::optional<std::size_t>);
GETTER(te::KvCacheConfig, getOnboardBlocks, bool);
GETTER(te::KvCacheConfig, getSecondaryOffloadMinPriority, std::optional<te::RetentionPriority>);
GETTER(te::KvCacheConfig, getEventBufferMaxSize, std::size_t);
LATER_GETTER(te::KvCacheConfig, getUseUvm, bool);
LATER_GETTER(te::KvCacheConfig, getAttentionDpEventsGatherPeriodMs, te::SizeType32);
LATER_GETTER(te::KvCacheConfig, getMaxGpuTotalBytes, std::uint64_t);
TOGETHER(te::KvCacheConfig, setUseUvm, getUseUvm);
TOGETHER(te::KvCacheConfig, setAttentionDpEventsGatherPeriodMs, getAttentionDpEventsGatherPeriodMs);
TOGETHER(te::KvCacheConfig, setMaxGpuTotalBytes, getMaxGpuTotalBytes);

DEFAULT_CONSTRUCTS(te::OrchestratorConfig);
SETTER(te::OrchestratorConfig, setIsOrchestrator, bool);
SETTER(te::OrchestratorConfig, setWorkerExecutablePath, std::string const&);
SETTER(te::OrchestratorConfig, setSpawnProcesses, bool);
GETTER(te::OrchestratorConfig, getIsOrchestrator, bool);
GETTER(te::OrchestratorConfig, getWorkerExecutablePath, std::string);
GETTER(te::OrchestratorConfig, getSpawnProcesses, bool);

DEFAULT_CONSTRUCTS(te::ParallelConfig);
SETTER(te::ParallelConfig, setCommunicationType, te::CommunicationType);
SETTER(te::ParallelConfig, setCommunicationMode, te::CommunicationMode);
SETTER(te::ParallelConfig, setDeviceIds, std::vector<te::SizeType32> const&);
SETTER(te::ParallelConfig, setParticipantIds, std::vector<te::SizeType32> const&);
SETTER(te::ParallelConfig, setOrchestratorConfig, te::OrchestratorConfig const&);
SETTER(te::ParallelConfig, setNumNodes, te::SizeType32);
GETTER(te::ParallelConfig, getCommunicationType, te::CommunicationType);
GETTER(te::ParallelConfig, getCommunicationMode, te::CommunicationMode);
GETTER(te::ParallelConfig, getDeviceIds, std::optional<std::vector<te::SizeType32>>);
GETTER(te::ParallelConfig, getParticipantIds, std::optional<std::vector<te::SizeType32>>);
GETTER(te::ParallelConfig, getOrchestratorConfig, std::optional<te::OrchestratorConfig>);
GETTER(te::ParallelConfig, getNumNodes, std::optional<te::SizeType32>);

CONSTRUCTS(te::PeftCacheConfig, te::SizeType32, te::SizeType32, te::SizeType32, te::SizeType32, te::SizeType32,
    te::SizeType32, te::SizeType32, te::SizeType32, te::SizeType32, std::optional<float>, std::optional<std::size_t>,
    std::optional<std::string>);
DEFAULT_CONSTRUCTS(te::PeftCacheConfig);
GETTER(te::PeftCacheConfig, getNumHostModuleLayer, te::SizeType32);
GETTER(te::PeftCacheConfig, getNumDeviceModuleLayer, te::SizeType32);
GETTER(te::PeftCacheConfig, getOptimalAdapterSize, te::SizeType32);
GETTER(te::PeftCacheConfig, getMaxAdapterSize, te::SizeType32);
GETTER(te::PeftCacheConfig, getNumPutWorkers, te::SizeType32);
GETTER(te::PeftCacheConfig, getNumEnsureWorkers, te::SizeType32);
GETTER(te::PeftCacheConfig, getNumCopyStreams, te::SizeType32);
GETTER(te::PeftCacheConfig, getMaxPagesPerBlockHost, te::SizeType32);
GETTER(te::PeftCacheConfig, getMaxPagesPerBlockDevice, te::SizeType32);
GETTER(te::PeftCacheConfig, getDeviceCachePercent, std::optional<float>);
GETTER(te::PeftCacheConfig, getHostCacheSize, std::optional<std::size_t>);
GETTER(te::PeftCacheConfig, getLoraPrefetchDir, std::optional<std::string>);

DEFAULT_CONSTRUCTS(te::ExtendedRuntimePerfKnobConfig);
SETTER(te::ExtendedRuntimePerfKnobConfig, setMultiBlockMode, bool);
SETTER(te::ExtendedRuntimePerfKnobConfig, setEnableContextFMHAFP32Acc, bool);
SETTER(te::ExtendedRuntimePerfKnobConfig, setCudaGraphMode, bool);
SETTER(te::ExtendedRuntimePerfKnobConfig, setCudaGraphCacheSize, te::SizeType32);
GETTER(te::ExtendedRuntimePerfKnobConfig, getMultiBlockMode, bool);
GETTER(te::ExtendedRuntimePerfKnobConfig, getEnableContextFMHAFP32Acc, bool);
GETTER(te::ExtendedRuntimePerfKnobConfig, getCudaGraphMode, bool);
GETTER(te::ExtendedRuntimePerfKnobConfig, getCudaGraphCacheSize, te::SizeType32);

DEFAULT_CONSTRUCTS(te::DebugConfig);
SETTER(te::DebugConfig, setDebugInputTensors, bool);
SETTER(te::DebugConfig, setDebugOutputTensors, bool);
SETTER(te::DebugConfig, setDebugTensorNames, std::vector<std::string> const&);
SETTER(te::DebugConfig, setDebugTensorsMaxIterations, te::SizeType32);
GETTER(te::DebugConfig, getDebugInputTensors, bool);
GETTER(te::DebugConfig, getDebugOutputTensors, bool);
GETTER(te::DebugConfig, getDebugTensorNames, std::vector<std::string> const&);
GETTER(te::DebugConfig, getDebugTensorsMaxIterations, te::SizeType32);

// The bound on the buffer has one of two names, and with the older one only a setter that takes the bare number.
DEFAULT_CONSTRUCTS(te::CacheTransceiverConfig);
LATER_SETTER(te::CacheTransceiverConfig, setBackendType, std::optional<BackendType>);
LATER_SETTER(te::CacheTransceiverConfig, setMaxTokensInBuffer, std::optional<std::size_t>);
LATER_SETTER(te::CacheTransceiverConfig, setKvTransferTimeoutMs, std::optional<int>);
LATER_GETTER(te::CacheTransceiverConfig, getBackendType, std::optional<BackendType>);
LATER_GETTER(te::CacheTransceiverConfig, getMaxTokensInBuffer, std::optional<std::size_t>);
LATER_GETTER(te::CacheTransceiverConfig, getKvTransferTimeoutMs, std::optional<int>);
TOGETHER(te::CacheTransceiverConfig, setBackendType, getBackendType);
TOGETHER(te::CacheTransceiverConfig, setMaxTokensInBuffer, getMaxTokensInBuffer);
TOGETHER(te::CacheTransceiverConfig, setKvTransferTimeoutMs, getKvTransferTimeoutMs);
TOGETHER(te::CacheTransceiverConfig, setMaxNumTokens, getMaxNumTokens);
static_assert(KNOWN(te::CacheTransceiverConfig, getMaxTokensInBuffer)
        != KNOWN(te::CacheTransceiverConfig, getMaxNumTokens),
    "te::CacheTransceiverConfig bounds its buffer under both names or under neither");
static_assert(fits<te::CacheTransceiverConfig, void (te::CacheTransceiverConfig::*)(std::size_t)>(
    PROBE(setMaxNumTokens), false));
static_assert(fits<te::CacheTransceiverConfig, std::optional<std::size_t> (te::CacheTransceiverConfig::*)() const>(
    PROBE(getMaxNumTokens), false));

// The whole.
DEFAULT_CONSTRUCTS(te::ExecutorConfig);
COPIES(te::ExecutorConfig);
SETTER(te::ExecutorConfig, setMaxBeamWidth, te::SizeType32);
SETTER(te::ExecutorConfig, setSchedulerConfig, te::SchedulerConfig const&);
SETTER(te::ExecutorConfig, setKvCacheConfig, te::KvCacheConfig const&);
SETTER(te::ExecutorConfig, setEnableChunkedContext, bool);
SETTER(te::ExecutorConfig, setNormalizeLogProbs, bool);
SETTER(te::ExecutorConfig, setIterStatsMaxIterations, te::SizeType32);
SETTER(te::ExecutorConfig, setRequestStatsMaxIterations, te::SizeType32);
SETTER(te::ExecutorConfig, setBatchingType, te::BatchingType);
SETTER(te::ExecutorConfig, setMaxBatchSize, te::SizeType32);
SETTER(te::ExecutorConfig, setMaxNumTokens, te::SizeType32);
SETTER(te::ExecutorConfig, setParallelConfig, te::ParallelConfig const&);
SETTER(te::ExecutorConfig, setPeftCacheConfig, te::PeftCacheConfig const&);
SETTER(te::ExecutorConfig, setLogitsPostProcessorConfig, te::LogitsPostProcessorConfig const&);
SETTER(te::ExecutorConfig, setDecodingConfig, te::DecodingConfig const&);
SETTER(te::ExecutorConfig, setUseGpuDirectStorage, bool const&);
SETTER(te::ExecutorConfig, setGpuWeightsPercent, float const&);
SETTER(te::ExecutorConfig, setMaxQueueSize, std::optional<te::SizeType32> const&);
SETTER(te::ExecutorConfig, setExtendedRuntimePerfKnobConfig, te::ExtendedRuntimePerfKnobConfig const&);
SETTER(te::ExecutorConfig, setDebugConfig, te::DebugConfig const&);
SETTER(te::ExecutorConfig, setRecvPollPeriodMs, te::SizeType32 const&);
SETTER(te::ExecutorConfig, setMaxSeqIdleMicroseconds, std::uint64_t);
SETTER(te::ExecutorConfig, setSpecDecConfig, te::SpeculativeDecodingConfig const&);
SETTER(te::ExecutorConfig, setGuidedDecodingConfig, te::GuidedDecodingConfig const&);
SETTER(te::ExecutorConfig, setAdditionalModelOutputs, std::vector<te::AdditionalModelOutput> const&);
SETTER(te::ExecutorConfig, setCacheTransceiverConfig, te::CacheTransceiverConfig const&);
SETTER(te::ExecutorConfig, setGatherGenerationLogits, bool);
SETTER(te::ExecutorConfig, setPromptTableOffloading, bool);
SETTER(te::ExecutorConfig, setEnableTrtOverlap, bool);
LATER_SETTER(te::ExecutorConfig, setFailFastOnAttentionWindowTooLarge, bool);
GETTER(te::ExecutorConfig, getMaxBeamWidth, te::SizeType32);
GETTER(te::ExecutorConfig, getSchedulerConfig, te::SchedulerConfig);
GETTER(te::ExecutorConfig, getKvCacheConfig, te::KvCacheConfig);
GETTER(te::ExecutorConfig, getEnableChunkedContext, bool);
GETTER(te::ExecutorConfig, getNormalizeLogProbs, bool);
GETTER(te::ExecutorConfig, getIterStatsMaxIterations, te::SizeType32);
GETTER(te::ExecutorConfig, getRequestStatsMaxIterations, te::SizeType32);
GETTER(te::ExecutorConfig, getBatchingType, te::BatchingType);
GETTER(te::ExecutorConfig, getMaxBatchSize, std::optional<te::SizeType32>);
GETTER(te::ExecutorConfig, getMaxNumTokens, std::optional<te::SizeType32>);
GETTER(te::ExecutorConfig, getParallelConfig, std::optional<te::ParallelConfig>);
GETTER(te::ExecutorConfig, getPeftCacheConfig, std::optional<te::PeftCacheConfig>);
GETTER(te::ExecutorConfig, getLogitsPostProcessorConfig, std::optional<te::LogitsPostProcessorConfig>);
GETTER(te::ExecutorConfig, getDecodingConfig, std::optional<te::DecodingConfig>);
GETTER(te::ExecutorConfig, getUseGpuDirectStorage, bool);
GETTER(te::ExecutorConfig, getGpuWeightsPercent, float);
GETTER(te::ExecutorConfig, getMaxQueueSize, std::optional<te::SizeType32>);
GETTER(te::ExecutorConfig, getExtendedRuntimePerfKnobConfig, te::ExtendedRuntimePerfKnobConfig);
GETTER(te::ExecutorConfig, getDebugConfig, std::optional<te::DebugConfig>);
GETTER(te::ExecutorConfig, getRecvPollPeriodMs, te::SizeType32);
GETTER(te::ExecutorConfig, getMaxSeqIdleMicroseconds, std::uint64_t);
GETTER(te::ExecutorConfig, getSpecDecConfig, std::optional<te::SpeculativeDecodingConfig>);
GETTER(te::ExecutorConfig, getGuidedDecodingConfig, std::optional<te::GuidedDecodingConfig>);
GETTER(te::ExecutorConfig, getAdditionalModelOutputs, std::optional<std::vector<te::AdditionalModelOutput>>);
GETTER(te::ExecutorConfig, getCacheTransceiverConfig, std::optional<te::CacheTransceiverConfig>);
GETTER(te::ExecutorConfig, getGatherGenerationLogits, bool);
GETTER(te::ExecutorConfig, getPromptTableOffloading, bool);
GETTER(te::ExecutorConfig, getEnableTrtOverlap, bool);
LATER_GETTER(te::ExecutorConfig, getFailFastOnAttentionWindowTooLarge, bool);
TOGETHER(te::ExecutorConfig, setFailFastOnAttentionWindowTooLarge, getFailFastOnAttentionWindowTooLarge);

} // namespace trtllm_contract

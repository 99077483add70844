// Statistics of iterations and of the requests in them, and debug tensors.

namespace trtllm_contract
{

FIELD(te::IterationStats, timestamp, std::string);
FIELD(te::IterationStats, iter, te::IterationType);
FIELD(te::IterationStats, iterLatencyMS, double);
FIELD(te::IterationStats, newActiveRequestsQueueLatencyMS, double);
FIELD(te::IterationStats, numNewActiveRequests, te::SizeType32);
FIELD(te::IterationStats, numActiveRequests, te::SizeType32);
FIELD(te::IterationStats, numQueuedRequests, te::SizeType32);
FIELD(te::IterationStats, numCompletedRequests, te::SizeType32);
FIELD(te::IterationStats, maxNumActiveRequests, te::SizeType32);
FIELD(te::IterationStats, maxBatchSizeStatic, te::SizeType32);
FIELD(te::IterationStats, maxBatchSizeTunerRecommended, te::SizeType32);
FIELD(te::IterationStats, maxBatchSizeRuntime, te::SizeType32);
FIELD(te::IterationStats, maxNumTokensStatic, te::SizeType32);
FIELD(te::IterationStats, maxNumTokensTunerRecommended, te::SizeType32);
FIELD(te::IterationStats, maxNumTokensRuntime, te::SizeType32);
FIELD(te::IterationStats, gpuMemUsage, std::size_t);
FIELD(te::IterationStats, cpuMemUsage, std::size_t);
FIELD(te::IterationStats, pinnedMemUsage, std::size_t);
FIELD(te::IterationStats, kvCacheStats, std::optional<te::KvCacheStats>);
FIELD(te::IterationStats, crossKvCacheStats, std::optional<te::KvCacheStats>);
FIELD(te::IterationStats, staticBatchingStats, std::optional<te::StaticBatchingStats>);
FIELD(te::IterationStats, inflightBatchingStats, std::optional<te::InflightBatchingStats>);
LATER_FIELD(te::IterationStats, specDecodingStats, std::optional<te::SpecDecodingStats>);

FIELD(te::KvCacheStats, maxNumBlocks, te::SizeType32);
FIELD(te::KvCacheStats, freeNumBlocks, te::SizeType32);
FIELD(te::KvCacheStats, usedNumBlocks, te::SizeType32);
FIELD(te::KvCacheStats, tokensPerBlock, te::SizeType32);
FIELD(te::KvCacheStats, allocTotalBlocks, te::SizeType32);
FIELD(te::KvCacheStats, allocNewBlocks, te::SizeType32);
FIELD(te::KvCacheStats, reusedBlocks, te::SizeType32);
FIELD(te::KvCacheStats, missedBlocks, te::SizeType32);
FIELD(te::KvCacheStats, cacheHitRate, float);

FIELD(te::StaticBatchingStats, numScheduledRequests, te::SizeType32);
FIELD(te::StaticBatchingStats, numContextRequests, te::SizeType32);
FIELD(te::StaticBatchingStats, numCtxTokens, te::SizeType32);
FIELD(te::StaticBatchingStats, numGenTokens, te::SizeType32);
FIELD(te::StaticBatchingStats, emptyGenSlots, te::SizeType32);

FIELD(te::InflightBatchingStats, numScheduledRequests, te::SizeType32);
FIELD(te::InflightBatchingStats, numContextRequests, te::SizeType32);
FIELD(te::InflightBatchingStats, numGenRequests, te::SizeType32);
FIELD(te::InflightBatchingStats, numPausedRequests, te::SizeType32);
FIELD(te::InflightBatchingStats, numCtxTokens, te::SizeType32);
FIELD(te::InflightBatchingStats, microBatchId, te::SizeType32);
FIELD(te::InflightBatchingStats, avgNumDecodedTokensPerIter, float);

LATER_FIELD(te::SpecDecodingStats, numDraftTokens, std::int64_t);
LATER_FIELD(te::SpecDecodingStats, numAcceptedTokens, std::int64_t);
LATER_FIELD(te::SpecDecodingStats, numRequestsWithDraftTokens, std::int64_t);
LATER_FIELD(te::SpecDecodingStats, acceptanceLength, double);
LATER_FIELD(te::SpecDecodingStats, iterLatencyMS, double);
LATER_FIELD(te::SpecDecodingStats, draftOverhead, double);

FIELD(te::RequestStatsPerIteration, iter, te::IterationType);
FIELD(te::RequestStatsPerIteration, requestStats, std::vector<te::RequestStats>);

FIELD(te::RequestStats, id, te::IdType);
FIELD(te::RequestStats, stage, te::RequestStage);
FIELD(te::RequestStats, contextPrefillPosition, te::SizeType32);
FIELD(te::RequestStats, numGeneratedTokens, te::SizeType32);
FIELD(te::RequestStats, avgNumDecodedTokensPerIter, float);
FIELD(te::RequestStats, scheduled, bool);
FIELD(te::RequestStats, paused, bool);
FIELD(te::RequestStats, disServingStats, std::optional<te::DisServingRequestStats>);
FIELD(te::RequestStats, allocTotalBlocksPerRequest, te::SizeType32);
FIELD(te::RequestStats, allocNewBlocksPerRequest, te::SizeType32);
FIELD(te::RequestStats, reusedBlocksPerRequest, te::SizeType32);
FIELD(te::RequestStats, missedBlocksPerRequest, te::SizeType32);
SAME_AS_ONE_OF(te::RequestStats::kvCacheHitRatePerRequest, te::FloatType te::RequestStats::*,
    te::SizeType32 te::RequestStats::*);
static_assert(!kComplete || std::is_same_v<decltype(te::RequestStats::kvCacheHitRatePerRequest), te::FloatType>,
    "te::RequestStats::kvCacheHitRatePerRequest is no longer a float");

FIELD(te::DisServingRequestStats, kvCacheTransferMS, double);
LATER_FIELD(te::DisServingRequestStats, kvCacheSize, std::size_t);

FIELD(te::DebugTensorsPerIteration, iter, te::IterationType);
FIELD(te::DebugTensorsPerIteration, debugTensors, std::map<std::string, te::Tensor>);

OVERLOAD(te::JsonSerialization::toJsonStr, std::string (*)(te::IterationStats const&));
OVERLOAD(te::JsonSerialization::toJsonStr, std::string (*)(te::RequestStatsPerIteration const&));

} // namespace trtllm_contract

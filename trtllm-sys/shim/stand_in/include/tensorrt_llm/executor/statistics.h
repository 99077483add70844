#pragma once

#include "tensorrt_llm/executor/types.h"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tensorrt_llm::executor {

/// Use of the KV cache, in blocks. `cacheHitRate` is reused / (reused + missed).
struct KvCacheStats {
    SizeType32 maxNumBlocks;
    SizeType32 freeNumBlocks;
    SizeType32 usedNumBlocks;
    SizeType32 tokensPerBlock;
    SizeType32 allocTotalBlocks;
    SizeType32 allocNewBlocks;
    SizeType32 reusedBlocks;
    SizeType32 missedBlocks;
    float cacheHitRate;
};

/// One iteration of a static batch.
struct StaticBatchingStats {
    SizeType32 numScheduledRequests;
    SizeType32 numContextRequests;
    SizeType32 numCtxTokens;
    SizeType32 numGenTokens;
    SizeType32 emptyGenSlots;
};

/// One iteration of in-flight batching.
struct InflightBatchingStats {
    SizeType32 numScheduledRequests;
    SizeType32 numContextRequests;
    SizeType32 numGenRequests;
    SizeType32 numPausedRequests;
    SizeType32 numCtxTokens;
    SizeType32 microBatchId;
    float avgNumDecodedTokensPerIter;
};

/// Draft tokens of one iteration: how many were proposed and how many survived. `acceptanceLength` is the mean number
/// of tokens a request with drafts made in the step.
struct SpecDecodingStats {
    SizeType64 numDraftTokens;
    SizeType64 numAcceptedTokens;
    SizeType64 numRequestsWithDraftTokens;
    double acceptanceLength;
    double iterLatencyMS;
    double draftOverhead;
};

/// What one pass of the executor's loop did. Times are in milliseconds, memory in bytes.
struct IterationStats {
    std::string timestamp;
    IterationType iter;
    double iterLatencyMS;
    double newActiveRequestsQueueLatencyMS;
    SizeType32 numNewActiveRequests;
    SizeType32 numActiveRequests;
    SizeType32 numQueuedRequests;
    SizeType32 numCompletedRequests;
    SizeType32 maxNumActiveRequests;
    SizeType32 maxBatchSizeStatic;
    SizeType32 maxBatchSizeTunerRecommended;
    SizeType32 maxBatchSizeRuntime;
    SizeType32 maxNumTokensStatic;
    SizeType32 maxNumTokensTunerRecommended;
    SizeType32 maxNumTokensRuntime;
    size_t gpuMemUsage;
    size_t cpuMemUsage;
    size_t pinnedMemUsage;
    std::optional<KvCacheStats> kvCacheStats;
    std::optional<KvCacheStats> crossKvCacheStats;
    std::optional<StaticBatchingStats> staticBatchingStats;
    std::optional<InflightBatchingStats> inflightBatchingStats;
    std::optional<SpecDecodingStats> specDecodingStats;
};

/// Transfer of a KV cache between a context and a generation executor.
struct DisServingRequestStats {
    double kvCacheTransferMS;
    size_t kvCacheSize;
};

/// Where one request stands in one iteration.
struct RequestStats {
    IdType id;
    RequestStage stage;
    SizeType32 contextPrefillPosition;
    SizeType32 numGeneratedTokens;
    float avgNumDecodedTokensPerIter;
    bool scheduled;
    bool paused;
    std::optional<DisServingRequestStats> disServingStats;
    SizeType32 allocTotalBlocksPerRequest;
    SizeType32 allocNewBlocksPerRequest;
    SizeType32 reusedBlocksPerRequest;
    SizeType32 missedBlocksPerRequest;
    FloatType kvCacheHitRatePerRequest;
};

/// All active requests of one iteration.
struct RequestStatsPerIteration {
    IterationType iter;
    std::vector<RequestStats> requestStats;
};

/// Times and counts of one request, handed out with its result when `OutputConfig::returnPerfMetrics` is set.
struct RequestPerfMetrics {
    using TimePoint = std::chrono::time_point<std::chrono::steady_clock>;

    /// Points on the steady clock. Those of the cache transfer stay at the epoch here.
    struct TimingMetrics {
        TimePoint arrivalTime;
        TimePoint firstScheduledTime;
        TimePoint firstTokenTime;
        TimePoint lastTokenTime;
        TimePoint kvCacheTransferStart;
        TimePoint kvCacheTransferEnd;
        mutable size_t kvCacheSize = 0;
    };

    /// Cache blocks of the request.
    struct KvCacheMetrics {
        SizeType32 numTotalAllocatedBlocks{0};
        SizeType32 numNewAllocatedBlocks{0};
        SizeType32 numReusedBlocks{0};
        SizeType32 numMissedBlocks{0};
        FloatType kvCacheHitRate{0.f};
    };

    /// Draft tokens of the request over its whole life.
    struct SpeculativeDecodingMetrics {
        FloatType acceptanceRate{0.f};
        SizeType32 totalAcceptedDraftTokens{0};
        SizeType32 totalDraftTokens{0};
    };

    TimingMetrics timingMetrics;
    KvCacheMetrics kvCacheMetrics;
    SpeculativeDecodingMetrics speculativeDecoding;
    std::optional<IterationType> firstIter;
    std::optional<IterationType> lastIter;
    std::optional<IterationType> iter;
};

/// Tensors of one iteration that `DebugConfig` asked for.
struct DebugTensorsPerIteration {
    IterationType iter;
    std::map<std::string, Tensor> debugTensors;
};

} // namespace tensorrt_llm::executor

// Responses, and the times and counts that come with them.

namespace trtllm_contract
{

COPIES(te::Response);
GETTER(te::Response, getRequestId, te::IdType);
GETTER(te::Response, getClientId, std::optional<te::IdType>);
GETTER(te::Response, hasError, bool);
GETTER(te::Response, getErrorMsg, std::string const&);
GETTER(te::Response, getResult, te::Result const&);

FIELD(te::Result, isFinal, bool);
FIELD(te::Result, outputTokenIds, te::BeamTokens);
FIELD(te::Result, cumLogProbs, std::optional<te::VecLogProbs>);
FIELD(te::Result, logProbs, std::optional<std::vector<te::VecLogProbs>>);
FIELD(te::Result, contextLogits, std::optional<te::Tensor>);
FIELD(te::Result, generationLogits, std::optional<te::Tensor>);
FIELD(te::Result, specDecFastLogitsInfo, std::optional<te::SpeculativeDecodingFastLogitsInfo>);
FIELD(te::Result, encoderOutput, std::optional<te::Tensor>);
FIELD(te::Result, finishReasons, std::vector<te::FinishReason>);
FIELD(te::Result, contextPhaseParams, std::optional<te::ContextPhaseParams>);
FIELD(te::Result, decodingIter, te::SizeType32);
LATER_FIELD(te::Result, avgDecodedTokensPerIter, float);
FIELD(te::Result, sequenceIndex, te::SizeType32);
FIELD(te::Result, isSequenceFinal, bool);
FIELD(te::Result, requestPerfMetrics, std::optional<te::RequestPerfMetrics>);
FIELD(te::Result, additionalOutputs, std::vector<te::AdditionalOutput>);

FIELD(te::SpeculativeDecodingFastLogitsInfo, draftRequestId, std::uint64_t);
FIELD(te::SpeculativeDecodingFastLogitsInfo, draftParticipantId, std::int32_t);

FIELD(te::AdditionalOutput, name, std::string);
FIELD(te::AdditionalOutput, output, te::Tensor);

// ---- what one request took -----------------------------------------------------------------------------------

ALIAS(te::RequestPerfMetrics::TimePoint, std::chrono::time_point<std::chrono::steady_clock>);
FIELD(te::RequestPerfMetrics, timingMetrics, te::RequestPerfMetrics::TimingMetrics);
FIELD(te::RequestPerfMetrics, kvCacheMetrics, te::RequestPerfMetrics::KvCacheMetrics);
LATER_FIELD(te::RequestPerfMetrics, speculativeDecoding, SpeculativeDecodingMetrics);
FIELD(te::RequestPerfMetrics, firstIter, std::optional<te::IterationType>);
FIELD(te::RequestPerfMetrics, lastIter, std::optional<te::IterationType>);
FIELD(te::RequestPerfMetrics, iter, std::optional<te::IterationType>);

using Timing = te::RequestPerfMetrics::TimingMetrics;
FIELD(Timing, arrivalTime, te::RequestPerfMetrics::TimePoint);
FIELD(Timing, firstScheduledTime, te::RequestPerfMetrics::TimePoint);
FIELD(Timing, firstTokenTime, te::RequestPerfMetrics::TimePoint);
FIELD(Timing, lastTokenTime, te::RequestPerfMetrics::TimePoint);
FIELD(Timing, kvCacheTransferStart, te::RequestPerfMetrics::TimePoint);
FIELD(Timing, kvCacheTransferEnd, te::RequestPerfMetrics::TimePoint);
LATER_FIELD(Timing, kvCacheSize, std::size_t);

// The hit rate was a whole number once; the shim makes a float of either.
using Cache = te::RequestPerfMetrics::KvCacheMetrics;
FIELD(Cache, numTotalAllocatedBlocks, te::SizeType32);
FIELD(Cache, numNewAllocatedBlocks, te::SizeType32);
FIELD(Cache, numReusedBlocks, te::SizeType32);
FIELD(Cache, numMissedBlocks, te::SizeType32);
SAME_AS_ONE_OF(Cache::kvCacheHitRate, te::FloatType Cache::*, te::SizeType32 Cache::*);
static_assert(!kComplete || std::is_same_v<decltype(Cache::kvCacheHitRate), te::FloatType>,
    "te::RequestPerfMetrics::KvCacheMetrics::kvCacheHitRate is no longer a float");

LATER_FIELD(SpeculativeDecodingMetrics, acceptanceRate, te::FloatType);
LATER_FIELD(SpeculativeDecodingMetrics, totalAcceptedDraftTokens, te::SizeType32);
LATER_FIELD(SpeculativeDecodingMetrics, totalDraftTokens, te::SizeType32);

} // namespace trtllm_contract

// Statistics of an iteration, its requests and its tensors.

#include "core.h"
#include "memory.h"

#include <algorithm>
#include <ctime>
#include <utility>

namespace tensorrt_llm::stand_in {

using executor::DataType;
using executor::RequestStage;
using executor::Tensor;

namespace {

// As the true library writes it.
std::string timestamp(std::chrono::system_clock::time_point point) {
    auto const seconds = std::chrono::time_point_cast<std::chrono::seconds>(point);
    auto const rest = std::chrono::duration_cast<std::chrono::microseconds>(point - seconds);
    std::time_t const time = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    localtime_r(&time, &parts);
    char text[32];
    std::size_t const length = std::strftime(text, sizeof(text), "%m-%d-%Y %H:%M:%S", &parts);
    auto fraction = std::to_string(rest.count() < 0 ? rest.count() + 1'000'000 : rest.count());
    fraction.insert(0, 6 - std::min<std::size_t>(fraction.size(), 6), '0');
    return std::string(text, length) + "." + fraction;
}

float hitRate(SizeType32 reused, SizeType32 missed) {
    return reused + missed == 0 ? 0.f : static_cast<float>(reused) / static_cast<float>(reused + missed);
}

} // namespace

std::deque<executor::IterationStats> StatisticsStore::takeIterations() {
    std::deque<Iteration> taken;
    {
        std::scoped_lock const lock(mIterationMutex);
        taken = mIterations.take();
    }
    std::deque<executor::IterationStats> all;
    for (auto& iteration : taken) {
        iteration.stats.timestamp = timestamp(iteration.ended);
        all.push_back(std::move(iteration.stats));
    }
    return all;
}

SizeType32 Core::blocksOf(Sequence const& sequence) const {
    auto const perBlock = static_cast<std::size_t>(mSetup.engine.tokensPerBlock);
    std::size_t blocks = 0;
    for (auto const& tokens : sequence.tokens) {
        blocks += (tokens.size() + perBlock - 1) / perBlock;
    }
    return static_cast<SizeType32>(blocks);
}

void Core::report(Clock::time_point now) {
    SizeType32 used = 0;
    SizeType32 allocated = 0;
    SizeType32 tokens = 0;
    executor::SpecDecodingStats drafts{};
    for (auto const& sequence : mActive) {
        SizeType32 const blocks = blocksOf(*sequence);
        sequence->newBlocks = std::max(blocks - sequence->totalBlocks, 0);
        sequence->totalBlocks = std::max(blocks, sequence->totalBlocks);
        used += blocks;
        allocated += sequence->newBlocks;
        tokens += sequence->stepTokens;
        drafts.numDraftTokens += sequence->stepDrafts;
        drafts.numAcceptedTokens += sequence->stepAccepted;
        drafts.numRequestsWithDraftTokens += sequence->stepDrafts > 0 ? 1 : 0;
    }
    mAllocatedBlocks += allocated;
    if (mSetup.requestStats > 0) {
        reportRequests();
    }
    if (mSetup.debugIterations > 0) {
        reportDebugTensors();
    }
    if (mSetup.iterationStats == 0) {
        return;
    }

    executor::IterationStats stats{};
    stats.iter = mIterationNumber;
    stats.iterLatencyMS = std::chrono::duration<double, std::milli>(now - mIteration.start).count();
    stats.newActiveRequestsQueueLatencyMS = mIteration.queueMs;
    stats.numNewActiveRequests = static_cast<SizeType32>(mIteration.newRequests);
    stats.numActiveRequests = static_cast<SizeType32>(mActive.size());
    stats.numCompletedRequests = static_cast<SizeType32>(mIteration.completed);
    stats.maxNumActiveRequests = mSetup.maxBatchSize;
    stats.maxBatchSizeStatic = mSetup.maxBatchSize;
    stats.maxBatchSizeRuntime = mSetup.maxBatchSize;
    stats.maxNumTokensStatic = mSetup.maxNumTokens;
    stats.maxNumTokensRuntime = mSetup.maxNumTokens;
    {
        std::scoped_lock const lock(mQueueMutex);
        stats.numQueuedRequests = static_cast<SizeType32>(mQueue.size());
    }
    auto const memory = runtime::memoryUse();
    stats.gpuMemUsage = memory.gpu;
    stats.cpuMemUsage = memory.cpu;
    stats.pinnedMemUsage = memory.pinned;

    auto& cache = stats.kvCacheStats.emplace();
    cache.maxNumBlocks = mSetup.kvBlocks;
    cache.usedNumBlocks = std::min(used, mSetup.kvBlocks);
    cache.freeNumBlocks = cache.maxNumBlocks - cache.usedNumBlocks;
    cache.tokensPerBlock = mSetup.engine.tokensPerBlock;
    cache.allocTotalBlocks = mAllocatedBlocks;
    cache.allocNewBlocks = allocated;
    cache.reusedBlocks = mPromptBlocks.reused();
    cache.missedBlocks = mPromptBlocks.missed();
    cache.cacheHitRate = hitRate(cache.reusedBlocks, cache.missedBlocks);

    auto const scheduled = static_cast<SizeType32>(mActive.size());
    auto const context = static_cast<SizeType32>(mIteration.contextRequests);
    if (mSetup.staticBatching) {
        auto& batching = stats.staticBatchingStats.emplace();
        batching.numScheduledRequests = scheduled;
        batching.numContextRequests = context;
        batching.numCtxTokens = mIteration.contextTokens;
        batching.numGenTokens = tokens;
        batching.emptyGenSlots = mSetup.maxBatchSize - scheduled;
    } else {
        auto& batching = stats.inflightBatchingStats.emplace();
        batching.numScheduledRequests = scheduled;
        batching.numContextRequests = context;
        batching.numGenRequests = scheduled - context;
        batching.numPausedRequests = 0;
        batching.numCtxTokens = mIteration.contextTokens;
        batching.microBatchId = 0;
        batching.avgNumDecodedTokensPerIter =
            scheduled == 0 ? 0.f : static_cast<float>(tokens) / static_cast<float>(scheduled);
    }
    if (mSetup.speculation.kind != Speculation::Kind::kNone) {
        auto const requests = static_cast<double>(drafts.numRequestsWithDraftTokens);
        drafts.acceptanceLength =
            requests == 0. ? 0. : (static_cast<double>(drafts.numAcceptedTokens) + requests) / requests;
        stats.specDecodingStats = drafts;
    }
    mStatistics.add(std::move(stats), std::chrono::system_clock::now());
}

void Core::reportRequests() {
    executor::RequestStatsPerIteration all{};
    all.iter = mIterationNumber;
    all.requestStats.reserve(mActive.size());
    for (auto const& sequence : mActive) {
        auto& stats = all.requestStats.emplace_back();
        stats = {};
        stats.id = sequence->id;
        stats.stage = sequence->finished ? RequestStage::kGENERATION_COMPLETE : RequestStage::kGENERATION_IN_PROGRESS;
        stats.contextPrefillPosition = sequence->job->promptLength();
        stats.numGeneratedTokens = sequence->generated();
        stats.avgNumDecodedTokensPerIter = sequence->averageTokens();
        stats.scheduled = true;
        stats.allocTotalBlocksPerRequest = sequence->totalBlocks;
        stats.allocNewBlocksPerRequest = sequence->newBlocks;
        stats.reusedBlocksPerRequest = sequence->held.reused;
        stats.missedBlocksPerRequest = sequence->held.missed;
        stats.kvCacheHitRatePerRequest = hitRate(sequence->held.reused, sequence->held.missed);
        if (sequence->parts().type != executor::RequestType::REQUEST_TYPE_CONTEXT_AND_GENERATION) {
            stats.disServingStats = executor::DisServingRequestStats{0., 0};
        }
    }
    {
        std::scoped_lock const lock(mQueueMutex);
        for (auto const& job : mQueue) {
            auto& stats = all.requestStats.emplace_back();
            stats = {};
            stats.id = job->id;
            stats.stage = RequestStage::kQUEUED;
        }
    }
    mStatistics.add(std::move(all));
}

void Core::reportDebugTensors() {
    executor::DebugTensorsPerIteration all{};
    all.iter = mIterationNumber;
    for (auto const& name : mSetup.debugTensors) {
        // What went in is a token for each sequence; whatever else is asked for is its log-probability.
        bool const ids = name == "input_ids";
        auto tensor = Tensor::cpu(
            ids ? DataType::kINT32 : DataType::kFP32, {static_cast<executor::Shape::DimType64>(mActive.size())});
        for (std::size_t i = 0; i < mActive.size(); ++i) {
            auto const& sequence = *mActive[i];
            if (ids) {
                static_cast<int32_t*>(tensor.getData())[i] = sequence.tokens.front().back();
            } else {
                static_cast<float*>(tensor.getData())[i] = sequence.beams.front().lastLogProb;
            }
        }
        all.debugTensors.insert_or_assign(name, std::move(tensor));
    }
    mStatistics.add(std::move(all));
}

} // namespace tensorrt_llm::stand_in

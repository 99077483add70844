// Statistics as JSON. Keys are sorted and numbers written as the true library's JSON writer does, so that texts can be
// compared.

#include "tensorrt_llm/executor/executor.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace tensorrt_llm::executor {

namespace {

std::string quoted(std::string const& text) {
    std::string result = "\"";
    for (char const c : text) {
        if (c == '"' || c == '\\') {
            result.push_back('\\');
            result.push_back(c);
        } else if (static_cast<unsigned char>(c) < 0x20) {
            std::array<char, 8> escaped{};
            std::snprintf(escaped.data(), escaped.size(), "\\u%04x", static_cast<unsigned>(c));
            result += escaped.data();
        } else {
            result.push_back(c);
        }
    }
    return result + "\"";
}

std::string number(double value) {
    if (!std::isfinite(value)) {
        return "null";
    }
    std::array<char, 32> digits{};
    auto const end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    std::string text(digits.data(), end);
    // A whole number stays a float for who reads it back.
    return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

class Object {
public:
    template <typename T>
    Object& add(char const* key, T const& value) {
        mMembers[key] = text(value);
        return *this;
    }

    [[nodiscard]] std::string dump() const {
        std::string result = "{";
        for (auto const& [key, value] : mMembers) {
            result += (result.size() > 1 ? "," : "") + quoted(key) + ":" + value;
        }
        return result + "}";
    }

private:
    static std::string text(bool value) {
        return value ? "true" : "false";
    }
    static std::string text(std::string const& value) {
        return quoted(value);
    }
    static std::string text(RequestStage stage);
    static std::string text(KvCacheStats const& stats);
    static std::string text(StaticBatchingStats const& stats);
    static std::string text(InflightBatchingStats const& stats);
    static std::string text(SpecDecodingStats const& stats);
    static std::string text(DisServingRequestStats const& stats);
    static std::string text(RequestStats const& stats) {
        return JsonSerialization::toJsonStr(stats);
    }

    template <typename T>
    static std::enable_if_t<std::is_arithmetic_v<T>, std::string> text(T value) {
        if constexpr (std::is_floating_point_v<T>) {
            return number(static_cast<double>(value));
        } else {
            return std::to_string(value);
        }
    }

    template <typename T>
    static std::string text(std::optional<T> const& value) {
        return value ? text(*value) : "null";
    }

    template <typename T>
    static std::string text(std::vector<T> const& values) {
        std::string result = "[";
        for (auto const& value : values) {
            result += (result.size() > 1 ? "," : "") + text(value);
        }
        return result + "]";
    }

    std::map<std::string, std::string> mMembers;
};

#define SOJU_MEMBER(name) .add(#name, stats.name)

std::string Object::text(RequestStage stage) {
    switch (stage) {
    case RequestStage::kQUEUED: return quoted("QUEUED");
    case RequestStage::kENCODER_IN_PROGRESS: return quoted("ENCODER_IN_PROGRESS");
    case RequestStage::kCONTEXT_IN_PROGRESS: return quoted("CONTEXT_IN_PROGRESS");
    case RequestStage::kGENERATION_IN_PROGRESS: return quoted("GENERATION_IN_PROGRESS");
    case RequestStage::kGENERATION_COMPLETE: return quoted("GENERATION_COMPLETE");
    }
    return "null";
}

std::string Object::text(KvCacheStats const& stats) {
    return Object() SOJU_MEMBER(maxNumBlocks) SOJU_MEMBER(freeNumBlocks) SOJU_MEMBER(usedNumBlocks)
        SOJU_MEMBER(tokensPerBlock) SOJU_MEMBER(allocTotalBlocks) SOJU_MEMBER(allocNewBlocks) SOJU_MEMBER(reusedBlocks)
            SOJU_MEMBER(missedBlocks) SOJU_MEMBER(cacheHitRate)
                .dump();
}

std::string Object::text(StaticBatchingStats const& stats) {
    return Object() SOJU_MEMBER(numScheduledRequests) SOJU_MEMBER(numContextRequests) SOJU_MEMBER(numCtxTokens)
        SOJU_MEMBER(numGenTokens) SOJU_MEMBER(emptyGenSlots)
            .dump();
}

std::string Object::text(InflightBatchingStats const& stats) {
    return Object() SOJU_MEMBER(numScheduledRequests) SOJU_MEMBER(numContextRequests) SOJU_MEMBER(numGenRequests)
        SOJU_MEMBER(numPausedRequests) SOJU_MEMBER(numCtxTokens) SOJU_MEMBER(microBatchId)
            SOJU_MEMBER(avgNumDecodedTokensPerIter)
                .dump();
}

std::string Object::text(SpecDecodingStats const& stats) {
    return Object() SOJU_MEMBER(numDraftTokens) SOJU_MEMBER(numAcceptedTokens) SOJU_MEMBER(numRequestsWithDraftTokens)
        SOJU_MEMBER(acceptanceLength) SOJU_MEMBER(iterLatencyMS) SOJU_MEMBER(draftOverhead)
            .dump();
}

std::string Object::text(DisServingRequestStats const& stats) {
    return Object() SOJU_MEMBER(kvCacheTransferMS) SOJU_MEMBER(kvCacheSize).dump();
}

} // namespace

std::string JsonSerialization::toJsonStr(IterationStats const& iterationStats) {
    auto const& stats = iterationStats;
    return Object() SOJU_MEMBER(timestamp) SOJU_MEMBER(iter) SOJU_MEMBER(iterLatencyMS)
        SOJU_MEMBER(newActiveRequestsQueueLatencyMS) SOJU_MEMBER(numNewActiveRequests) SOJU_MEMBER(numActiveRequests)
            SOJU_MEMBER(numQueuedRequests) SOJU_MEMBER(numCompletedRequests) SOJU_MEMBER(maxNumActiveRequests)
                SOJU_MEMBER(maxBatchSizeStatic) SOJU_MEMBER(maxBatchSizeTunerRecommended)
                    SOJU_MEMBER(maxBatchSizeRuntime) SOJU_MEMBER(maxNumTokensStatic)
                        SOJU_MEMBER(maxNumTokensTunerRecommended) SOJU_MEMBER(maxNumTokensRuntime)
                            SOJU_MEMBER(gpuMemUsage) SOJU_MEMBER(cpuMemUsage) SOJU_MEMBER(pinnedMemUsage)
                                SOJU_MEMBER(kvCacheStats) SOJU_MEMBER(crossKvCacheStats)
                                    SOJU_MEMBER(staticBatchingStats) SOJU_MEMBER(inflightBatchingStats)
                                        SOJU_MEMBER(specDecodingStats)
                                            .dump();
}

std::string JsonSerialization::toJsonStr(RequestStats const& requestStats) {
    auto const& stats = requestStats;
    return Object() SOJU_MEMBER(id) SOJU_MEMBER(stage) SOJU_MEMBER(contextPrefillPosition)
        SOJU_MEMBER(numGeneratedTokens) SOJU_MEMBER(avgNumDecodedTokensPerIter) SOJU_MEMBER(scheduled)
            SOJU_MEMBER(paused) SOJU_MEMBER(disServingStats) SOJU_MEMBER(allocTotalBlocksPerRequest)
                SOJU_MEMBER(allocNewBlocksPerRequest) SOJU_MEMBER(reusedBlocksPerRequest)
                    SOJU_MEMBER(missedBlocksPerRequest) SOJU_MEMBER(kvCacheHitRatePerRequest)
                        .dump();
}

std::string JsonSerialization::toJsonStr(RequestStatsPerIteration const& requestStatsPerIter) {
    auto const& stats = requestStatsPerIter;
    return Object() SOJU_MEMBER(iter) SOJU_MEMBER(requestStats).dump();
}

#undef SOJU_MEMBER

} // namespace tensorrt_llm::executor

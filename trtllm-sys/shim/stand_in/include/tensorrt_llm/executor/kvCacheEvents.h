#pragma once

#include "tensorrt_llm/executor/types.h"
#include "tensorrt_llm/runtime/common.h"

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace tensorrt_llm::batch_manager::kv_cache_manager {
class BaseKVCacheManager;
} // namespace tensorrt_llm::batch_manager::kv_cache_manager

namespace tensorrt_llm::executor {

/// The cache was set up.
struct KVCacheCreatedData {
    std::vector<SizeType32> numBlocksPerCacheLevel;
};

/// One block that became available for reuse.
struct KVCacheStoredBlockData {
    KVCacheStoredBlockData(IdType blockHash, tensorrt_llm::runtime::VecUniqueTokens tokens,
        std::optional<tensorrt_llm::runtime::LoraTaskIdType> loraId, SizeType32 cacheLevel, SizeType32 priority)
        : blockHash{blockHash}
        , tokens{std::move(tokens)}
        , loraId{loraId}
        , cacheLevel{cacheLevel}
        , priority{priority} {}

    IdType blockHash;
    tensorrt_llm::runtime::VecUniqueTokens tokens;
    std::optional<tensorrt_llm::runtime::LoraTaskIdType> loraId;
    SizeType32 cacheLevel;
    SizeType32 priority;
};

/// A chain of blocks, each the parent of the next. The first hangs on `parentHash`, or on the root.
struct KVCacheStoredData {
    std::optional<IdType> parentHash;
    std::vector<KVCacheStoredBlockData> blocks;
};

/// Blocks that can no longer be reused.
struct KVCacheRemovedData {
    std::vector<IdType> blockHashes;
};

/// A value before and after.
template <typename T>
struct KVCacheEventDiff {
    T oldValue;
    T newValue;
};

/// A block that moved to another level or changed its priority. The stand-in never sends one.
struct KVCacheUpdatedData {
    explicit KVCacheUpdatedData(IdType blockHash) : blockHash{blockHash} {}

    explicit KVCacheUpdatedData(IdType blockHash, std::optional<KVCacheEventDiff<SizeType32>> cacheLevel,
        std::optional<KVCacheEventDiff<SizeType32>> priority)
        : blockHash{blockHash}
        , cacheLevel{cacheLevel}
        , priority{priority} {}

    KVCacheUpdatedData& cacheLevelUpdated(SizeType32 oldValue, SizeType32 newValue) {
        cacheLevel = KVCacheEventDiff<SizeType32>{oldValue, newValue};
        return *this;
    }

    KVCacheUpdatedData& priorityUpdated(SizeType32 oldValue, SizeType32 newValue) {
        priority = KVCacheEventDiff<SizeType32>{oldValue, newValue};
        return *this;
    }

    IdType blockHash;
    std::optional<KVCacheEventDiff<SizeType32>> cacheLevel = std::nullopt;
    std::optional<KVCacheEventDiff<SizeType32>> priority = std::nullopt;
};

using KVCacheEventData = std::variant<KVCacheCreatedData, KVCacheStoredData, KVCacheRemovedData, KVCacheUpdatedData>;

/// Something that happened to the cache. Ids count up without a gap, unless the buffer overflowed.
struct KVCacheEvent {
    KVCacheEvent(IdType eventId, KVCacheEventData data, SizeType32 windowSize,
        std::optional<SizeType32> attentionDpRank = std::nullopt);

    IdType eventId;
    KVCacheEventData data;
    SizeType32 windowSize;
    std::optional<SizeType32> attentionDpRank;
};

/// Hands out the events. It may outlive its executor.
class KVCacheEventManager {
public:
    KVCacheEventManager(
        std::shared_ptr<tensorrt_llm::batch_manager::kv_cache_manager::BaseKVCacheManager> kvCacheManager);

    /// Takes the events since the last call, waiting for one up to the timeout. Without a timeout this waits for an
    /// event, and a shutdown does not wake it.
    std::deque<KVCacheEvent> getLatestEvents(std::optional<std::chrono::milliseconds> timeout = std::nullopt);

private:
    std::shared_ptr<tensorrt_llm::batch_manager::kv_cache_manager::BaseKVCacheManager> kvCacheManager;
};

} // namespace tensorrt_llm::executor

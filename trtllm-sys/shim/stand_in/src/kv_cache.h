#pragma once

#include "faults.h"
#include "request_parts.h"

#include "tensorrt_llm/executor/kvCacheEvents.h"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

namespace tensorrt_llm::batch_manager::kv_cache_manager {

/// The buffer of cache events, between the loop that adds and whoever reads. It outlives the executor if it must.
class BaseKVCacheManager {
public:
    BaseKVCacheManager(std::size_t capacity, executor::SizeType32 windowSize, std::shared_ptr<stand_in::Faults> faults);

    /// Drops the oldest event when the buffer is full.
    void add(executor::KVCacheEventData data);

    std::deque<executor::KVCacheEvent> getLatestEvents(std::optional<std::chrono::milliseconds> timeout);

private:
    std::size_t const mCapacity;
    executor::SizeType32 const mWindowSize;
    std::shared_ptr<stand_in::Faults> const mFaults;
    std::mutex mMutex;
    std::condition_variable mAdded;
    executor::IdType mNextId{0};
    std::deque<executor::KVCacheEvent> mEvents;
};

} // namespace tensorrt_llm::batch_manager::kv_cache_manager

namespace tensorrt_llm::stand_in {

using EventBuffer = batch_manager::kv_cache_manager::BaseKVCacheManager;

/// The full prompt blocks that are in the cache, with who uses them. Belongs to the loop thread.
///
/// A block is known by the hash of its tokens and of all before it. Requests with a common beginning share blocks
/// while both run; with the last user the block goes. The true cache keeps it until the room is needed.
class PromptBlocks {
public:
    PromptBlocks(executor::SizeType32 tokensPerBlock, std::shared_ptr<EventBuffer> events);

    /// What one request holds.
    struct Held {
        std::vector<executor::IdType> hashes;
        executor::SizeType32 reused{0};
        executor::SizeType32 missed{0};
    };

    Held store(executor::RequestParts const& parts);
    void release(Held& held);

    [[nodiscard]] executor::SizeType32 reused() const {
        return mReused;
    }
    [[nodiscard]] executor::SizeType32 missed() const {
        return mMissed;
    }

private:
    executor::SizeType32 const mTokensPerBlock;
    std::shared_ptr<EventBuffer> const mEvents;
    std::unordered_map<executor::IdType, executor::SizeType32> mUsers;
    executor::SizeType32 mReused{0};
    executor::SizeType32 mMissed{0};
};

} // namespace tensorrt_llm::stand_in

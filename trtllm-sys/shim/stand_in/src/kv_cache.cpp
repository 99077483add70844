// Blocks of the KV cache and the events about them. There is no cache: only its bookkeeping.

#include "kv_cache.h"

#include "generator.h"

#include <algorithm>
#include <utility>

namespace tensorrt_llm::executor {

KVCacheEvent::KVCacheEvent(
    IdType eventId, KVCacheEventData data, SizeType32 windowSize, std::optional<SizeType32> attentionDpRank)
    : eventId(eventId)
    , data(std::move(data))
    , windowSize(windowSize)
    , attentionDpRank(attentionDpRank) {}

KVCacheEventManager::KVCacheEventManager(
    std::shared_ptr<tensorrt_llm::batch_manager::kv_cache_manager::BaseKVCacheManager> kvCacheManager)
    : kvCacheManager(std::move(kvCacheManager)) {}

std::deque<KVCacheEvent> KVCacheEventManager::getLatestEvents(std::optional<std::chrono::milliseconds> timeout) {
    return kvCacheManager->getLatestEvents(timeout);
}

} // namespace tensorrt_llm::executor

namespace tensorrt_llm::batch_manager::kv_cache_manager {

BaseKVCacheManager::BaseKVCacheManager(
    std::size_t capacity, executor::SizeType32 windowSize, std::shared_ptr<stand_in::Faults> faults)
    : mCapacity(capacity)
    , mWindowSize(windowSize)
    , mFaults(std::move(faults)) {}

void BaseKVCacheManager::add(executor::KVCacheEventData data) {
    {
        std::scoped_lock const lock(mMutex);
        if (mEvents.size() >= mCapacity) {
            mEvents.pop_front();
        }
        mEvents.emplace_back(mNextId++, std::move(data), mWindowSize);
    }
    mAdded.notify_all();
}

std::deque<executor::KVCacheEvent> BaseKVCacheManager::getLatestEvents(
    std::optional<std::chrono::milliseconds> timeout) {
    mFaults->hit(stand_in::Call::kEvents);
    // In nanoseconds, or added to the clock, a longer time could overflow.
    constexpr std::chrono::milliseconds kLongest = std::chrono::hours(24 * 365);
    auto const there = [this] { return !mEvents.empty(); };
    std::unique_lock lock(mMutex);
    if (timeout) {
        mAdded.wait_for(lock, std::clamp(*timeout, std::chrono::milliseconds{0}, kLongest), there);
    } else {
        mAdded.wait(lock, there);
    }
    return std::exchange(mEvents, {});
}

} // namespace tensorrt_llm::batch_manager::kv_cache_manager

namespace tensorrt_llm::stand_in {

namespace {

constexpr SizeType32 kPrimaryLevel = 0;

} // namespace

PromptBlocks::PromptBlocks(SizeType32 tokensPerBlock, std::shared_ptr<EventBuffer> events)
    : mTokensPerBlock(tokensPerBlock)
    , mEvents(std::move(events)) {}

PromptBlocks::Held PromptBlocks::store(executor::RequestParts const& parts) {
    Held held;
    auto const& tokens = parts.inputTokenIds;
    auto const blockSize = static_cast<std::size_t>(mTokensPerBlock);
    std::size_t const blocks = tokens.size() / blockSize;
    if (blocks == 0) {
        return held;
    }
    // What makes equal tokens different for the cache: the adapter and the salt. Their absence is a value too.
    uint64_t hash = hashBytes(kHashStart, parts.loraConfig ? parts.loraConfig->getTaskId() + 1 : uint64_t{0});
    hash = hashBytes(hash, parts.cacheSaltID ? *parts.cacheSaltID + 1 : uint64_t{0});

    executor::KVCacheStoredData stored;
    std::optional<IdType> parent;
    held.hashes.reserve(blocks);
    for (std::size_t block = 0; block < blocks; ++block) {
        for (std::size_t i = block * blockSize; i < (block + 1) * blockSize; ++i) {
            hash = hashBytes(hash, static_cast<uint32_t>(tokens[i]));
        }
        held.hashes.push_back(hash);
        if (mUsers[hash]++ > 0) {
            ++held.reused;
        } else {
            ++held.missed;
            if (mEvents) {
                if (stored.blocks.empty()) {
                    stored.parentHash = parent;
                }
                runtime::VecUniqueTokens unique;
                unique.reserve(blockSize);
                for (std::size_t i = block * blockSize; i < (block + 1) * blockSize; ++i) {
                    unique.push_back({tokens[i], 0});
                }
                auto const lora = parts.loraConfig ? std::optional(parts.loraConfig->getTaskId()) : std::nullopt;
                stored.blocks.emplace_back(hash, std::move(unique), lora, kPrimaryLevel,
                    executor::KvCacheRetentionConfig::kDefaultRetentionPriority);
            }
        }
        parent = hash;
    }
    if (!stored.blocks.empty()) {
        if (parts.kvCacheRetentionConfig) {
            auto const retention = parts.kvCacheRetentionConfig->getPerBlockRetentionPriorityDuration(
                mTokensPerBlock, static_cast<SizeType32>(tokens.size()));
            // New blocks are the last ones of the chain: a block can only be shared if all before it are.
            std::size_t const known = blocks - stored.blocks.size();
            for (std::size_t i = 0; i < stored.blocks.size(); ++i) {
                auto& priority = stored.blocks[i].priority;
                priority = retention[known + i].retentionPriority.value_or(priority);
            }
        }
        mEvents->add(std::move(stored));
    }
    mReused += held.reused;
    mMissed += held.missed;
    return held;
}

void PromptBlocks::release(Held& held) {
    executor::KVCacheRemovedData removed;
    // Children before their parents, as a cache has to evict them.
    for (auto hash = held.hashes.rbegin(); hash != held.hashes.rend(); ++hash) {
        auto const user = mUsers.find(*hash);
        if (user != mUsers.end() && --user->second == 0) {
            mUsers.erase(user);
            if (mEvents) {
                removed.blockHashes.push_back(*hash);
            }
        }
    }
    held.hashes.clear();
    if (!removed.blockHashes.empty()) {
        mEvents->add(std::move(removed));
    }
}

} // namespace tensorrt_llm::stand_in

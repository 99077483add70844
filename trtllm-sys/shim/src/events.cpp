// Events of the KV cache.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

void read_into(Change& change, std::optional<te::KVCacheEventDiff<te::SizeType32>> const& value) {
    if (value.has_value()) {
        change = Change{true, value->oldValue, value->newValue};
    }
}

void add(KvEvent& event, te::KVCacheCreatedData const& data) {
    event.kind = 0;
    event.blocks_per_level = to_rust_vec<std::int32_t>(data.numBlocksPerCacheLevel);
}

void add(KvEvent& event, te::KVCacheStoredData const& data) {
    event.kind = 1;
    trtllm_shim::read_into(event.parent_hash, data.parentHash);
    for (auto const& block : data.blocks) {
        StoredBlock stored{};
        stored.hash = block.blockHash;
        for (auto const& token : block.tokens) {
            stored.tokens.push_back(UniqueToken{token.tokenId, static_cast<std::uint64_t>(token.tokenExtraId)});
        }
        trtllm_shim::read_into(stored.lora_id, block.loraId);
        stored.cache_level = block.cacheLevel;
        stored.priority = block.priority;
        event.stored.push_back(std::move(stored));
    }
}

void add(KvEvent& event, te::KVCacheRemovedData const& data) {
    event.kind = 2;
    event.removed = to_rust_vec<std::uint64_t>(data.blockHashes);
}

void add(KvEvent& event, te::KVCacheUpdatedData const& data) {
    event.kind = 3;
    event.updated_hash = data.blockHash;
    read_into(event.cache_level, data.cacheLevel);
    read_into(event.priority, data.priority);
}

KvEvent flat(te::KVCacheEvent const& event) {
    KvEvent result{};
    result.event_id = event.eventId;
    call_if_known(event, [&](auto& known) -> decltype((void)known.windowSize) {
        trtllm_shim::read_into(result.window_size, known.windowSize);
    });
    call_if_known(event, [&](auto& known) -> decltype((void)known.attentionDpRank) {
        trtllm_shim::read_into(result.attention_dp_rank, known.attentionDpRank);
    });
    std::visit([&](auto const& data) { add(result, data); }, event.data);
    return result;
}

} // namespace

KvEvents kv_events(Executor const& executor, std::int64_t timeout_ms) {
    KvEvents result{};
    auto const manager = executor.inner->getKVCacheEventManager();
    if (!manager.has_value() || *manager == nullptr) {
        return result;
    }
    result.enabled = true;
    for (auto const& event : (*manager)->getLatestEvents(std::chrono::milliseconds(timeout_ms))) {
        result.events.push_back(flat(event));
    }
    return result;
}

} // namespace trtllm_shim

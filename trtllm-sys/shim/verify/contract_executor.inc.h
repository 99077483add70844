// The executor itself and the events of its KV cache.

namespace trtllm_contract
{

SAME(te::version, char const* (*) () noexcept);

#ifndef TRTLLM_CONTRACT_WITHOUT_PLUGINS
// The shim declares this one function instead of including its header.
SAME(::initTrtLlmPlugins, bool (*)(void*, char const*));
#endif

// From files or from memory, each with or without an encoder.
CONSTRUCTS(te::Executor, std::filesystem::path, te::ModelType, te::ExecutorConfig);
CONSTRUCTS(te::Executor, std::filesystem::path, std::filesystem::path, te::ModelType, te::ExecutorConfig);
CONSTRUCTS(te::Executor, te::BufferView, std::string, te::ModelType, te::ExecutorConfig,
    std::optional<std::map<std::string, te::Tensor>>);
CONSTRUCTS(te::Executor, te::BufferView, std::string, te::BufferView, std::string, te::ModelType, te::ExecutorConfig);

// One object, one engine: that is why the shim holds it by pointer.
static_assert(!std::is_copy_constructible_v<te::Executor> && !std::is_copy_assignable_v<te::Executor>,
    "te::Executor can be copied");
static_assert(std::is_destructible_v<te::Executor>);

SAME(te::Executor::enqueueRequest, te::IdType (te::Executor::*)(te::Request const&));
SAME(te::Executor::enqueueRequests, std::vector<te::IdType> (te::Executor::*)(std::vector<te::Request> const&));
OVERLOAD(te::Executor::awaitResponses,
    std::vector<te::Response> (te::Executor::*)(std::optional<std::chrono::milliseconds> const&));
OVERLOAD(te::Executor::awaitResponses,
    std::vector<te::Response> (te::Executor::*)(te::IdType const&, std::optional<std::chrono::milliseconds> const&));
OVERLOAD(te::Executor::awaitResponses,
    std::vector<std::vector<te::Response>> (te::Executor::*)(
        std::vector<te::IdType> const&, std::optional<std::chrono::milliseconds> const&));
SAME(te::Executor::getNumResponsesReady, te::SizeType32 (te::Executor::*)(std::optional<te::IdType> const&) const);
SETTER(te::Executor, cancelRequest, te::IdType);
SAME(te::Executor::shutdown, void (te::Executor::*)());
GETTER(te::Executor, canEnqueueRequests, bool);
GETTER(te::Executor, isParticipant, bool);
SAME(te::Executor::getLatestIterationStats, std::deque<te::IterationStats> (te::Executor::*)());
SAME(te::Executor::getLatestRequestStats, std::deque<te::RequestStatsPerIteration> (te::Executor::*)());
SAME(te::Executor::getLatestDebugTensors, std::deque<te::DebugTensorsPerIteration> (te::Executor::*)());
GETTER(te::Executor, getKVCacheEventManager, std::optional<std::shared_ptr<te::KVCacheEventManager>>);

// ---- events of the KV cache ----------------------------------------------------------------------------------

SAME(te::KVCacheEventManager::getLatestEvents,
    std::deque<te::KVCacheEvent> (te::KVCacheEventManager::*)(std::optional<std::chrono::milliseconds>));

FIELD(te::KVCacheEvent, eventId, te::IdType);
FIELD(te::KVCacheEvent, data, te::KVCacheEventData);
LATER_FIELD(te::KVCacheEvent, windowSize, te::SizeType32);
LATER_FIELD(te::KVCacheEvent, attentionDpRank, std::optional<te::SizeType32>);

// The shim visits the alternatives by type, and has one for each of these.
ALIAS(te::KVCacheEventData,
    std::variant<te::KVCacheCreatedData, te::KVCacheStoredData, te::KVCacheRemovedData, te::KVCacheUpdatedData>);

FIELD(te::KVCacheCreatedData, numBlocksPerCacheLevel, std::vector<te::SizeType32>);

FIELD(te::KVCacheStoredData, parentHash, std::optional<te::IdType>);
FIELD(te::KVCacheStoredData, blocks, std::vector<te::KVCacheStoredBlockData>);
FIELD(te::KVCacheStoredBlockData, blockHash, te::IdType);
FIELD(te::KVCacheStoredBlockData, tokens, std::vector<tensorrt_llm::runtime::UniqueToken>);
FIELD(te::KVCacheStoredBlockData, loraId, std::optional<std::uint64_t>);
FIELD(te::KVCacheStoredBlockData, cacheLevel, te::SizeType32);
FIELD(te::KVCacheStoredBlockData, priority, te::SizeType32);
FIELD(tensorrt_llm::runtime::UniqueToken, tokenId, std::int32_t);
FIELD(tensorrt_llm::runtime::UniqueToken, tokenExtraId, std::uint64_t);

FIELD(te::KVCacheRemovedData, blockHashes, std::vector<te::IdType>);

using Difference = te::KVCacheEventDiff<te::SizeType32>;
FIELD(te::KVCacheUpdatedData, blockHash, te::IdType);
FIELD(te::KVCacheUpdatedData, cacheLevel, std::optional<Difference>);
FIELD(te::KVCacheUpdatedData, priority, std::optional<Difference>);
FIELD(Difference, oldValue, te::SizeType32);
FIELD(Difference, newValue, te::SizeType32);

} // namespace trtllm_contract

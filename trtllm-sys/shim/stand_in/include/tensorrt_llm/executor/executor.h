#pragma once

// The stand-in for TensorRT-LLM's executor API: the same names and signatures as release 1.2, with an implementation
// that needs no GPU and generates tokens by a fixed rule. See README.md beside this tree.

#include "tensorrt_llm/executor/executorConfig.h"
#include "tensorrt_llm/executor/kvCacheEvents.h"
#include "tensorrt_llm/executor/request.h"
#include "tensorrt_llm/executor/response.h"
#include "tensorrt_llm/executor/tensor.h"
#include "tensorrt_llm/executor/types.h"
#include "tensorrt_llm/runtime/common.h"
#include "tensorrt_llm/runtime/runtimeDefaults.h"

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tensorrt_llm::executor {

/// "1.2.1-stand-in", which no true library answers.
char const* version() noexcept;

class Model;
class Serialization;
class DataTransceiverState;

/// Takes requests, runs them on a thread of its own and keeps their responses until somebody asks.
///
/// Every member may be called from any thread, although the true one wants `enqueueRequest` and `shutdown`
/// serialized. The constructors throw on a folder or a buffer that is no stand-in engine.
class Executor {
public:
    Executor(std::filesystem::path const& modelPath, ModelType modelType, ExecutorConfig const& executorConfig);

    Executor(std::filesystem::path const& encoderModelPath, std::filesystem::path const& decoderModelPath,
        ModelType modelType, ExecutorConfig const& executorConfig);

    Executor(BufferView const& engineBuffer, std::string const& jsonConfigStr, ModelType modelType,
        ExecutorConfig const& executorConfig,
        std::optional<std::map<std::string, Tensor>> const& managedWeights = std::nullopt);

    Executor(BufferView const& encoderEngineBuffer, std::string const& encoderJsonConfigStr,
        BufferView const& decoderEngineBuffer, std::string const& decoderJsonConfigStr, ModelType modelType,
        ExecutorConfig const& executorConfig);

    /// The two with `Model` throw: models of one's own are not in the stand-in.
    Executor(std::shared_ptr<Model> model, ExecutorConfig const& executorConfig);
    Executor(
        std::shared_ptr<Model> encoderModel, std::shared_ptr<Model> decoderModel, ExecutorConfig const& executorConfig);

    /// Shuts down, which waits for requests under way.
    ~Executor();
    Executor(Executor const& executor) = delete;
    Executor& operator=(Executor const& executor) = delete;
    Executor(Executor&&) = default;
    Executor& operator=(Executor&&) = default;

    [[nodiscard]] IdType enqueueRequest(Request const& request);
    [[nodiscard]] std::vector<IdType> enqueueRequests(std::vector<Request> const& requests);

    /// Whatever is ready, of any request. Waits for something up to the timeout, for ever without one.
    [[nodiscard]] std::vector<Response> awaitResponses(
        std::optional<std::chrono::milliseconds> const& timeout = std::nullopt);

    /// Responses of one request. An unknown id waits in vain; for one whose last response has been given there is an
    /// error response, at once. A shutdown that finds nothing to hand out throws `std::out_of_range`, as the true one.
    [[nodiscard]] std::vector<Response> awaitResponses(
        IdType const& requestId, std::optional<std::chrono::milliseconds> const& timeout = std::nullopt);

    /// The same for several ids, one after the other. The timeout is for all of them.
    [[nodiscard]] std::vector<std::vector<Response>> awaitResponses(
        std::vector<IdType> const& requestIds, std::optional<std::chrono::milliseconds> const& timeout = std::nullopt);

    [[nodiscard]] SizeType32 getNumResponsesReady(std::optional<IdType> const& requestId = std::nullopt) const;

    /// Ends a request at its next iteration. It still answers, with a final response without generated tokens.
    void cancelRequest(IdType requestId);

    /// Returns when every request has ended. From its start on, every other call but `canEnqueueRequests`,
    /// `isParticipant` and `getKVCacheEventManager` throws, so responses that nobody has taken are lost.
    void shutdown();

    /// Each of these three takes what gathered since the last call.
    std::deque<IterationStats> getLatestIterationStats();
    std::deque<RequestStatsPerIteration> getLatestRequestStats();
    std::deque<DebugTensorsPerIteration> getLatestDebugTensors();

    [[nodiscard]] bool canEnqueueRequests() const;
    [[nodiscard]] bool isParticipant() const;

    std::optional<std::shared_ptr<KVCacheEventManager>> getKVCacheEventManager() const;

private:
    class Impl;
    std::unique_ptr<Impl> mImpl;
};

/// Statistics as JSON, with the keys that the true one writes.
class JsonSerialization {
public:
    [[nodiscard]] static std::string toJsonStr(IterationStats const& iterationStats);
    [[nodiscard]] static std::string toJsonStr(RequestStatsPerIteration const& requestStatsPerIter);
    [[nodiscard]] static std::string toJsonStr(RequestStats const& requestStats);
};

} // namespace tensorrt_llm::executor

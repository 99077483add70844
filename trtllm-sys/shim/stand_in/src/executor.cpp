// The public face: reads the engine, checks the configuration, and passes calls on.

#include "tensorrt_llm/executor/executor.h"
#include "tensorrt_llm/executor/version.h"

#include "core.h"
#include "engine_file.h"
#include "setup.h"

#include "tensorrt_llm/common/assert.h"

#include <utility>

namespace tensorrt_llm::executor {

using stand_in::EngineFile;

namespace {

EngineFile readBuffer(BufferView const& engine, std::string const& json) {
    stand_in::checkConfigJson(json, "the config of the engine buffer");
    std::string_view const text(reinterpret_cast<char const*>(engine.data()), engine.size());
    return stand_in::parseEngine(text, "engine buffer");
}

// What a constructor with one engine may be asked for.
EngineFile single(EngineFile engine, ModelType modelType) {
    TLLM_CHECK_WITH_INFO(
        modelType != ModelType::kENCODER_DECODER, "an encoder-decoder model needs two engines, this is one");
    TLLM_CHECK_WITH_INFO(
        modelType != ModelType::kENCODER_ONLY || engine.encoder, "the engine is no encoder: it lacks `encoder = true`");
    return engine;
}

// And one with two.
EngineFile encoderOf(EngineFile engine, ModelType modelType) {
    TLLM_CHECK_WITH_INFO(
        modelType == ModelType::kENCODER_DECODER, "two engines are given, but the model is no encoder-decoder");
    TLLM_CHECK_WITH_INFO(engine.encoder, "the first engine is no encoder: it lacks `encoder = true`");
    return engine;
}

} // namespace

char const* version() noexcept {
    return "1.2.1-stand-in";
}

class Executor::Impl {
public:
    Impl(EngineFile engine, ModelType modelType, ExecutorConfig const& config, bool fromFolder)
        : core(setUp(std::move(engine), nullptr, modelType, config, fromFolder)) {}

    Impl(EngineFile decoder, EngineFile const& encoder, ModelType modelType, ExecutorConfig const& config,
        bool fromFolder)
        : core(setUp(std::move(decoder), &encoder, modelType, config, fromFolder)) {}

    std::unique_ptr<stand_in::Core> core;

private:
    static std::unique_ptr<stand_in::Core> setUp(EngineFile engine, EngineFile const* encoder, ModelType modelType,
        ExecutorConfig const& config, bool fromFolder) {
        auto faults = std::make_shared<stand_in::Faults>(engine.faults);
        faults->hit(stand_in::Call::kConstruct);
        return std::make_unique<stand_in::Core>(
            stand_in::makeSetup(std::move(engine), encoder, modelType, config, fromFolder), std::move(faults));
    }
};

Executor::Executor(std::filesystem::path const& modelPath, ModelType modelType, ExecutorConfig const& executorConfig)
    : mImpl(std::make_unique<Impl>(
          single(stand_in::readEngineFolder(modelPath), modelType), modelType, executorConfig, true)) {}

Executor::Executor(std::filesystem::path const& encoderModelPath, std::filesystem::path const& decoderModelPath,
    ModelType modelType, ExecutorConfig const& executorConfig)
    : mImpl(std::make_unique<Impl>(stand_in::readEngineFolder(decoderModelPath),
          encoderOf(stand_in::readEngineFolder(encoderModelPath), modelType), modelType, executorConfig, true)) {}

Executor::Executor(BufferView const& engineBuffer, std::string const& jsonConfigStr, ModelType modelType,
    ExecutorConfig const& executorConfig, std::optional<std::map<std::string, Tensor>> const&)
    : mImpl(std::make_unique<Impl>(
          single(readBuffer(engineBuffer, jsonConfigStr), modelType), modelType, executorConfig, false)) {}

Executor::Executor(BufferView const& encoderEngineBuffer, std::string const& encoderJsonConfigStr,
    BufferView const& decoderEngineBuffer, std::string const& decoderJsonConfigStr, ModelType modelType,
    ExecutorConfig const& executorConfig)
    : mImpl(std::make_unique<Impl>(readBuffer(decoderEngineBuffer, decoderJsonConfigStr),
          encoderOf(readBuffer(encoderEngineBuffer, encoderJsonConfigStr), modelType), modelType, executorConfig,
          false)) {}

Executor::Executor(std::shared_ptr<Model>, ExecutorConfig const&) {
    TLLM_THROW("models of one's own are not in the stand-in");
}

Executor::Executor(std::shared_ptr<Model>, std::shared_ptr<Model>, ExecutorConfig const&) {
    TLLM_THROW("models of one's own are not in the stand-in");
}

Executor::~Executor() = default;

IdType Executor::enqueueRequest(Request const& request) {
    return mImpl->core->enqueue(&request, 1).front();
}

std::vector<IdType> Executor::enqueueRequests(std::vector<Request> const& requests) {
    return mImpl->core->enqueue(requests.data(), requests.size());
}

std::vector<Response> Executor::awaitResponses(std::optional<std::chrono::milliseconds> const& timeout) {
    return mImpl->core->await(timeout);
}

std::vector<Response> Executor::awaitResponses(
    IdType const& requestId, std::optional<std::chrono::milliseconds> const& timeout) {
    return mImpl->core->await(requestId, timeout);
}

std::vector<std::vector<Response>> Executor::awaitResponses(
    std::vector<IdType> const& requestIds, std::optional<std::chrono::milliseconds> const& timeout) {
    return mImpl->core->await(requestIds, timeout);
}

SizeType32 Executor::getNumResponsesReady(std::optional<IdType> const& requestId) const {
    return mImpl->core->ready(requestId);
}

void Executor::cancelRequest(IdType requestId) {
    mImpl->core->cancel(requestId);
}

void Executor::shutdown() {
    mImpl->core->shutdown();
}

std::deque<IterationStats> Executor::getLatestIterationStats() {
    return mImpl->core->iterationStats();
}

std::deque<RequestStatsPerIteration> Executor::getLatestRequestStats() {
    return mImpl->core->requestStats();
}

std::deque<DebugTensorsPerIteration> Executor::getLatestDebugTensors() {
    return mImpl->core->debugTensors();
}

bool Executor::canEnqueueRequests() const {
    return mImpl->core->canEnqueue();
}

bool Executor::isParticipant() const {
    return mImpl->core->isParticipant();
}

std::optional<std::shared_ptr<KVCacheEventManager>> Executor::getKVCacheEventManager() const {
    return mImpl->core->eventManager();
}

} // namespace tensorrt_llm::executor

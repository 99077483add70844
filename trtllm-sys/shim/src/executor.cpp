// The executor: construction and calls.
#include "trtllm_shim/parts.h"
#include "trtllm_shim/responses.h"

// tllmPlugin.h of the older versions needs TensorRT's own headers; this is the one function of it that is called.
extern "C" bool initTrtLlmPlugins(void* logger, char const* libNamespace);

namespace trtllm_shim {

namespace {

std::filesystem::path path(rust::Slice<std::uint8_t const> bytes) {
    return std::filesystem::path(std::string(bytes.begin(), bytes.end()));
}

te::BufferView view(rust::Slice<std::uint8_t const> bytes) {
    return te::BufferView(bytes.data(), bytes.size());
}

std::unique_ptr<te::Executor> construct(ModelSource const& source, te::ExecutorConfig const& config) {
    auto const type = static_cast<te::ModelType>(source.model_type);
    if (!source.from_buffers) {
        if (source.has_encoder) {
            return std::make_unique<te::Executor>(path(source.encoder_path), path(source.path), type, config);
        }
        return std::make_unique<te::Executor>(path(source.path), type, config);
    }
    std::string const json(source.config_json.data(), source.config_json.size());
    if (source.has_encoder) {
        std::string const encoder_json(source.encoder_config_json.data(), source.encoder_config_json.size());
        return std::make_unique<te::Executor>(
            view(source.encoder_engine), encoder_json, view(source.engine), json, type, config);
    }
    std::optional<std::map<std::string, te::Tensor>> weights;
    if (!source.weights.empty()) {
        weights.emplace();
        for (auto const& weight : source.weights) {
            weights->emplace(to_std(weight.name), *weight.tensor);
        }
    }
    return std::make_unique<te::Executor>(view(source.engine), json, type, config, weights);
}

} // namespace

rust::String library_version() {
    return to_rust(te::version());
}

bool init_plugins() {
    // No logger: the library's own stays in place. The namespace is the one that its plugins are built with.
    return initTrtLlmPlugins(nullptr, "tensorrt_llm");
}

std::unique_ptr<Executor> executor_new(ModelSource const& source, ExecutorSpec const& spec, Hooks const& hooks) {
    te::ExecutorConfig config = build(spec);
    if (hooks.set) {
        config.setLogitsPostProcessorConfig(build(hooks));
    }
    return std::make_unique<Executor>(construct(source, config));
}

std::uint64_t enqueue(Executor const& executor, RequestEntry const& entry) {
    return executor.inner->enqueueRequest(build(entry));
}

rust::Vec<std::uint64_t> enqueue_many(Executor const& executor, rust::Slice<RequestEntry const> entries) {
    std::vector<te::Request> requests;
    requests.reserve(entries.size());
    for (auto const& entry : entries) {
        requests.push_back(build(entry));
    }
    return to_rust_vec<std::uint64_t>(executor.inner->enqueueRequests(requests));
}

ResponseBatch await_any(Executor const& executor, std::int64_t timeout_ms) {
    return flatten(executor.inner->awaitResponses(std::chrono::milliseconds(timeout_ms)));
}

ResponseBatch await_ids(Executor const& executor, rust::Slice<std::uint64_t const> ids, std::int64_t timeout_ms) {
    std::vector<te::IdType> const wanted(ids.begin(), ids.end());
    return flatten(executor.inner->awaitResponses(wanted, std::chrono::milliseconds(timeout_ms)));
}

std::int32_t responses_ready(Executor const& executor, OptU64 id) {
    return executor.inner->getNumResponsesReady(maybe(id));
}

void cancel(Executor const& executor, std::uint64_t id) {
    executor.inner->cancelRequest(id);
}

void shutdown(Executor const& executor) {
    executor.inner->shutdown();
}

bool can_enqueue(Executor const& executor) {
    return executor.inner->canEnqueueRequests();
}

bool is_participant(Executor const& executor) {
    return executor.inner->isParticipant();
}

} // namespace trtllm_shim

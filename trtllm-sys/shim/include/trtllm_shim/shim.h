// What the bridge declares: the classes that Rust holds and the functions that it calls.
//
// Included by the generated glue before the shared structs are defined, hence the forward declarations. No
// function is noexcept: each may throw, and catch.h turns whatever is thrown into an error.
#pragma once

// Not all that TensorRT-LLM's headers name is included by them (std::unordered_map, std::basic_string_view).
#include <cstdlib>
#include <sstream>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "tensorrt_llm/executor/executor.h"
#include "trtllm_shim/catch.h"

#include "rust/cxx.h"

#include <cstdint>
#include <memory>
#include <string>

namespace trtllm_shim {

namespace te = tensorrt_llm::executor;

using Tensor = te::Tensor;

struct ExecutorSpec;
struct Hooks;
struct ModelSource;
struct RequestEntry;
struct RequestEcho;
struct ResponseBatch;
struct IterStats;
struct ReqStats;
struct NamedTensor;
struct KvEvents;
struct OptU64;

// A CUDA stream that TensorRT-LLM lends to a logits post-processor, or none.
class Stream {
public:
    explicit Stream(te::StreamPtr stream) : pointer(std::move(stream)) {}

    te::StreamPtr pointer;
};

// The executor. Its queues are guarded by mutexes of its own; what is not (the counter of request ids, shutdown)
// is serialized on the Rust side, which is why the calls take a const reference.
class Executor {
public:
    explicit Executor(std::unique_ptr<te::Executor> executor) : inner(std::move(executor)) {}

    std::unique_ptr<te::Executor> inner;
};

rust::String library_version();
bool init_plugins();

ExecutorSpec echo_config(ExecutorSpec const& spec);
RequestEcho echo_request(RequestEntry const& entry);

std::unique_ptr<Executor> executor_new(ModelSource const& source, ExecutorSpec const& spec, Hooks const& hooks);
std::uint64_t enqueue(Executor const& executor, RequestEntry const& entry);
rust::Vec<std::uint64_t> enqueue_many(Executor const& executor, rust::Slice<RequestEntry const> entries);
ResponseBatch await_any(Executor const& executor, std::int64_t timeout_ms);
ResponseBatch await_ids(Executor const& executor, rust::Slice<std::uint64_t const> ids, std::int64_t timeout_ms);
std::int32_t responses_ready(Executor const& executor, OptU64 id);
void cancel(Executor const& executor, std::uint64_t id);
void shutdown(Executor const& executor);
bool can_enqueue(Executor const& executor);
bool is_participant(Executor const& executor);
rust::Vec<IterStats> iteration_stats(Executor const& executor);
rust::Vec<rust::String> iteration_stats_json(Executor const& executor);
rust::Vec<ReqStats> request_stats(Executor const& executor);
rust::Vec<rust::String> request_stats_json(Executor const& executor);
rust::Vec<NamedTensor> debug_tensors(Executor const& executor);
KvEvents kv_events(Executor const& executor, std::int64_t timeout_ms);

std::shared_ptr<Tensor> tensor_new(std::int32_t data_type, std::int32_t memory, rust::Slice<std::int64_t const> shape);
std::int32_t tensor_data_type(Tensor const& tensor);
std::int32_t tensor_memory(Tensor const& tensor);
rust::Vec<std::int64_t> tensor_shape(Tensor const& tensor);
std::size_t tensor_bytes(Tensor const& tensor);
std::uint8_t* tensor_data(Tensor const& tensor);
std::shared_ptr<Tensor> tensor_to_cpu(Tensor const& tensor, Stream const& stream);
void tensor_set_from(Tensor const& target, Tensor const& source, Stream const& stream);
void tensor_set_zero(Tensor const& target, Stream const& stream);
std::unique_ptr<Stream> no_stream();

} // namespace trtllm_shim

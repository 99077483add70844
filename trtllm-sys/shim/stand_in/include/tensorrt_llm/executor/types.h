#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tensorrt_llm::runtime {
class CudaStream;
} // namespace tensorrt_llm::runtime

namespace tensorrt_llm::executor {

class Request;
class Tensor;

using TensorPtr = std::shared_ptr<Tensor>;
using SizeType32 = std::int32_t;
using SizeType64 = std::int64_t;
using FloatType = float;
using TokenIdType = std::int32_t;
using VecTokens = std::vector<TokenIdType>;
using BeamTokens = std::vector<VecTokens>;
using IdType = std::uint64_t;
using VecTokenExtraIds = std::vector<IdType>;
using IterationType = std::uint64_t;
using RandomSeedType = std::uint64_t;
using VecLogProbs = std::vector<FloatType>;
using StreamPtr = std::shared_ptr<tensorrt_llm::runtime::CudaStream>;
using MillisecondsType = std::chrono::milliseconds;
using CacheSaltIDType = std::uint64_t;
using LogitsPostProcessor =
    std::function<void(IdType, Tensor&, BeamTokens const&, StreamPtr const&, std::optional<IdType>)>;
using LogitsPostProcessorMap = std::unordered_map<std::string, LogitsPostProcessor>;
using LogitsPostProcessorBatched = std::function<void(std::vector<IdType> const&, std::vector<Tensor>&,
    std::vector<std::reference_wrapper<BeamTokens const>> const&, StreamPtr const&,
    std::vector<std::optional<IdType>> const&)>;
using MedusaChoices = std::vector<std::vector<SizeType32>>;
using EagleChoices = std::vector<std::vector<SizeType32>>;
using PriorityType = float;
using BufferView = std::basic_string_view<uint8_t>;

/// Element types of tensors, in the order of the true header: the values cross language borders.
enum class DataType { kBOOL, kUINT8, kINT8, kINT32, kINT64, kBF16, kFP8, kFP16, kFP32, kUNKNOWN };

/// Which part of a request an executor does in disaggregated serving.
enum class RequestType {
    REQUEST_TYPE_CONTEXT_AND_GENERATION = 0,
    REQUEST_TYPE_CONTEXT_ONLY = 1,
    REQUEST_TYPE_GENERATION_ONLY = 2
};

/// C++ type to `DataType`. The half types are missing: they come from CUDA headers, which this library does without.
template <typename T, bool = false>
struct TypeTraits {};

template <>
struct TypeTraits<float> {
    static constexpr auto value = DataType::kFP32;
};

template <>
struct TypeTraits<std::int8_t> {
    static constexpr auto value = DataType::kINT8;
};

template <>
struct TypeTraits<std::int32_t> {
    static constexpr auto value = DataType::kINT32;
};

template <>
struct TypeTraits<std::int64_t> {
    static constexpr auto value = DataType::kINT64;
};

template <>
struct TypeTraits<bool> {
    static constexpr auto value = DataType::kBOOL;
};

template <>
struct TypeTraits<std::uint8_t> {
    static constexpr auto value = DataType::kUINT8;
};

template <typename T>
struct TypeTraits<T*> {
    static constexpr auto value = DataType::kINT64;
};

/// Where a tensor says it lives. Here every kind is host memory.
enum class MemoryType { kCPU, kCPU_PINNED, kCPU_PINNEDPOOL, kGPU, kUVM, kUNKNOWN };

/// Which halves of a transformer the engine holds.
enum class ModelType { kDECODER_ONLY = 0, kENCODER_ONLY = 1, kENCODER_DECODER = 2 };

/// Whether requests join a running batch.
enum class BatchingType { kSTATIC = 0, kINFLIGHT = 1 };

/// How requests are admitted against the capacity of the KV cache.
enum class CapacitySchedulerPolicy { kMAX_UTILIZATION = 0, kGUARANTEED_NO_EVICT = 1, kSTATIC_BATCH = 2 };

std::ostream& operator<<(std::ostream& os, CapacitySchedulerPolicy policy);

/// In which order long prompts get their chunks.
enum class ContextChunkingPolicy { kFIRST_COME_FIRST_SERVED = 0, kEQUAL_PROGRESS = 1 };

std::ostream& operator<<(std::ostream& os, ContextChunkingPolicy policy);

enum class CommunicationType { kMPI = 0 };

/// Who may enqueue: the first rank, or a process that starts workers.
enum class CommunicationMode { kLEADER, kORCHESTRATOR };

/// The life of a request, as request statistics report it.
enum class RequestStage {
    kQUEUED,
    kENCODER_IN_PROGRESS,
    kCONTEXT_IN_PROGRESS,
    kGENERATION_IN_PROGRESS,
    kGENERATION_COMPLETE,
};

/// Why a sequence ended.
enum class FinishReason {
    kNOT_FINISHED = 0,
    kEND_ID = 1,
    kSTOP_WORDS = 2,
    kLENGTH = 3,
    kTIMED_OUT = 4,
    kCANCELLED = 5
};

/// How KV cache blocks move between memory levels.
enum class KvCacheTransferMode { DRAM = 0, GDS = 1, POSIX_DEBUG_FALLBACK = 2 };

} // namespace tensorrt_llm::executor

// The true types.h holds these two subjects as well; users include only types.h or executor.h.
#include "tensorrt_llm/executor/decodingMode.h"
#include "tensorrt_llm/executor/statistics.h"

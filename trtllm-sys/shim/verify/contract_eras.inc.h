// Which versions the headers at hand are of, and names for the types that not all of them have.

// Names that the older headers lack. A qualified name is looked up here only if the namespace itself declares none,
// so that the rest of the contract can write `te::MultimodalInput` whatever the version.
namespace trtllm_contract::absent
{

struct MultimodalInput;
struct SpecDecodingStats;
enum class KvCacheTransferMode;
using CacheSaltIDType = std::uint64_t;

} // namespace trtllm_contract::absent

namespace tensorrt_llm::executor
{

using namespace ::trtllm_contract::absent;

} // namespace tensorrt_llm::executor

namespace trtllm_contract
{

namespace te = tensorrt_llm::executor;

// Types inside of classes, for which there is no such fallback.
template <typename Class, typename = void>
struct BackendTypeOf
{
    using type = Absent<Class>;
};

template <typename Class>
struct BackendTypeOf<Class, std::void_t<typename Class::BackendType>>
{
    using type = typename Class::BackendType;
};

using BackendType = BackendTypeOf<te::CacheTransceiverConfig>::type;

template <typename Class, typename = void>
struct SpeculativeDecodingMetricsOf
{
    using type = Absent<Class>;
};

template <typename Class>
struct SpeculativeDecodingMetricsOf<Class, std::void_t<typename Class::SpeculativeDecodingMetrics>>
{
    using type = typename Class::SpeculativeDecodingMetrics;
};

using SpeculativeDecodingMetrics = SpeculativeDecodingMetricsOf<te::RequestPerfMetrics>::type;

// Whether the headers have all that the shim can use. The time limit of a transfer is the youngest of it; headers that
// have half of it, or that a build knows to be complete (TRTLLM_CONTRACT_COMPLETE), owe the rest as well.
#ifdef TRTLLM_CONTRACT_COMPLETE
constexpr bool kComplete = true;
#else
constexpr bool kComplete = KNOWN(te::CacheTransceiverConfig, setKvTransferTimeoutMs)
    || KNOWN(te::CacheTransceiverConfig, getKvTransferTimeoutMs);
#endif

} // namespace trtllm_contract

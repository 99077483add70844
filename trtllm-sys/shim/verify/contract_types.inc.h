// Aliases: what the integers of the bridge are in C++, and the exact shapes of the post-processors' closures.

namespace trtllm_contract
{

ALIAS(te::SizeType32, std::int32_t);
ALIAS(te::FloatType, float);
ALIAS(te::TokenIdType, std::int32_t);
ALIAS(te::VecTokens, std::vector<std::int32_t>);
ALIAS(te::BeamTokens, std::vector<std::vector<std::int32_t>>);
ALIAS(te::IdType, std::uint64_t);
ALIAS(te::VecTokenExtraIds, std::vector<std::uint64_t>);
ALIAS(te::IterationType, std::uint64_t);
ALIAS(te::RandomSeedType, std::uint64_t);
ALIAS(te::VecLogProbs, std::vector<float>);
ALIAS(te::StreamPtr, std::shared_ptr<tensorrt_llm::runtime::CudaStream>);
ALIAS(te::MillisecondsType, std::chrono::milliseconds);
ALIAS(te::CacheSaltIDType, std::uint64_t);
ALIAS(te::PriorityType, float);
ALIAS(te::RetentionPriority, std::int32_t);
ALIAS(te::MedusaChoices, std::vector<std::vector<std::int32_t>>);
ALIAS(te::EagleChoices, std::vector<std::vector<std::int32_t>>);
ALIAS(te::BufferView, std::basic_string_view<std::uint8_t>);
ALIAS(te::ContextPhaseParams::RequestIdType, std::uint64_t);

ALIAS(te::LogitsPostProcessor,
    std::function<void(
        te::IdType, te::Tensor&, te::BeamTokens const&, te::StreamPtr const&, std::optional<te::IdType>)>);
ALIAS(te::LogitsPostProcessorMap, std::unordered_map<std::string, te::LogitsPostProcessor>);
ALIAS(te::LogitsPostProcessorBatched,
    std::function<void(std::vector<te::IdType> const&, std::vector<te::Tensor>&,
        std::vector<std::reference_wrapper<te::BeamTokens const>> const&, te::StreamPtr const&,
        std::vector<std::optional<te::IdType>> const&)>);

// The bridge has no other integers than these of fixed width.
static_assert(sizeof(std::size_t) == sizeof(std::uint64_t), "sizes cross the bridge as 64 bits");
static_assert(std::is_same_v<std::uint8_t, unsigned char>, "tensors and engines cross the bridge as bytes");

// The exceptions that the library throws. The shim's handler finds out their kind by these bases.
static_assert(std::is_base_of_v<std::runtime_error, tensorrt_llm::common::TllmException>);

} // namespace trtllm_contract

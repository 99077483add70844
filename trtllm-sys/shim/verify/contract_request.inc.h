// Requests and what they are made of.

namespace trtllm_contract
{

DEFAULT_CONSTRUCTS(te::SamplingConfig);
SETTER(te::SamplingConfig, setBeamWidth, te::SizeType32);
GETTER(te::SamplingConfig, getBeamWidth, te::SizeType32);
#define SAMPLING(name, ...)                                                                                            \
    SETTER(te::SamplingConfig, set##name, std::optional<__VA_ARGS__> const&);                                          \
    GETTER(te::SamplingConfig, get##name, std::optional<__VA_ARGS__>)
SAMPLING(TopK, te::SizeType32);
SAMPLING(TopP, te::FloatType);
SAMPLING(TopPMin, te::FloatType);
SAMPLING(TopPResetIds, te::TokenIdType);
SAMPLING(TopPDecay, te::FloatType);
SAMPLING(Seed, te::RandomSeedType);
SAMPLING(Temperature, te::FloatType);
SAMPLING(MinTokens, te::SizeType32);
SAMPLING(BeamSearchDiversityRate, te::FloatType);
SAMPLING(RepetitionPenalty, te::FloatType);
SAMPLING(PresencePenalty, te::FloatType);
SAMPLING(FrequencyPenalty, te::FloatType);
SAMPLING(LengthPenalty, te::FloatType);
SAMPLING(EarlyStopping, te::SizeType32);
SAMPLING(NoRepeatNgramSize, te::SizeType32);
SAMPLING(NumReturnSequences, te::SizeType32);
SAMPLING(MinP, te::FloatType);
SAMPLING(BeamWidthArray, std::vector<te::SizeType32>);
#undef SAMPLING

DEFAULT_CONSTRUCTS(te::OutputConfig);
FIELD(te::OutputConfig, returnLogProbs, bool);
FIELD(te::OutputConfig, returnContextLogits, bool);
FIELD(te::OutputConfig, returnGenerationLogits, bool);
FIELD(te::OutputConfig, excludeInputFromOutput, bool);
FIELD(te::OutputConfig, returnEncoderOutput, bool);
FIELD(te::OutputConfig, returnPerfMetrics, bool);
FIELD(te::OutputConfig, additionalModelOutputs, std::optional<std::vector<te::AdditionalModelOutput>>);

CONSTRUCTS(te::ExternalDraftTokensConfig, te::VecTokens, std::optional<te::Tensor>, std::optional<te::FloatType>,
    std::optional<bool>);
GETTER(te::ExternalDraftTokensConfig, getTokens, te::VecTokens);
GETTER(te::ExternalDraftTokensConfig, getLogits, std::optional<te::Tensor>);
GETTER(te::ExternalDraftTokensConfig, getAcceptanceThreshold, std::optional<te::FloatType>);
GETTER(te::ExternalDraftTokensConfig, getFastLogits, std::optional<bool>);

CONSTRUCTS(te::PromptTuningConfig, te::Tensor, std::optional<te::VecTokenExtraIds>);
GETTER(te::PromptTuningConfig, getEmbeddingTable, te::Tensor);
GETTER(te::PromptTuningConfig, getInputTokenExtraIds, std::optional<te::VecTokenExtraIds>);

CONSTRUCTS(te::MropeConfig, te::Tensor, te::SizeType32);
GETTER(te::MropeConfig, getMRopeRotaryCosSin, te::Tensor);
GETTER(te::MropeConfig, getMRopePositionDeltas, te::SizeType32);

CONSTRUCTS(te::LoraConfig, te::IdType, std::optional<te::Tensor>, std::optional<te::Tensor>);
GETTER(te::LoraConfig, getTaskId, te::IdType);
GETTER(te::LoraConfig, getWeights, std::optional<te::Tensor>);
GETTER(te::LoraConfig, getConfig, std::optional<te::Tensor>);

// Inputs of multimodal models, which 0.20 does not have.
LATER_GETTER(te::MultimodalInput, getMultimodalHashes, std::vector<std::vector<te::SizeType32>>);
LATER_GETTER(te::MultimodalInput, getMultimodalPositions, std::vector<te::SizeType32>);
LATER_GETTER(te::MultimodalInput, getMultimodalLengths, std::vector<te::SizeType32>);

template <typename Input>
constexpr bool constructs_multimodal()
{
    // Asks no more of a class that is absent.
    if constexpr (KNOWN(Input, getMultimodalHashes))
    {
        return kConstructs<Input, std::vector<std::vector<te::SizeType32>>, std::vector<te::SizeType32>,
            std::vector<te::SizeType32>>;
    }
    return true;
}

static_assert(constructs_multimodal<te::MultimodalInput>(),
    "te::MultimodalInput has no constructor (hashes, positions, lengths)");

// A default is what an unset priority of a range stands for.
using TokenRange = te::KvCacheRetentionConfig::TokenRangeRetentionConfig;
BEGINS(TokenRange, te::SizeType32);
FIELD(TokenRange, tokenStart, te::SizeType32);
FIELD(TokenRange, tokenEnd, std::optional<te::SizeType32>);
FIELD(TokenRange, priority, te::RetentionPriority);
FIELD(TokenRange, durationMs, std::optional<std::chrono::milliseconds>);
SAME(te::KvCacheRetentionConfig::kDefaultRetentionPriority, te::RetentionPriority const*);
static_assert(te::KvCacheRetentionConfig::kDefaultRetentionPriority == 35);

// Without setters, and with two parameters more in the later versions.
DEFAULT_CONSTRUCTS(te::KvCacheRetentionConfig);
COPIES(te::KvCacheRetentionConfig);
BEGINS(te::KvCacheRetentionConfig, std::vector<TokenRange>, te::RetentionPriority,
    std::optional<std::chrono::milliseconds>);
static_assert(KNOWN(te::KvCacheRetentionConfig, getTransferMode)
        ? kConstructs<te::KvCacheRetentionConfig, std::vector<TokenRange>, te::RetentionPriority,
            std::optional<std::chrono::milliseconds>, te::KvCacheTransferMode, std::string>
        : kConstructs<te::KvCacheRetentionConfig, std::vector<TokenRange>, te::RetentionPriority,
            std::optional<std::chrono::milliseconds>>,
    "te::KvCacheRetentionConfig's constructor does not fit to its getters");
GETTER(te::KvCacheRetentionConfig, getTokenRangeRetentionConfigs, std::vector<TokenRange>);
GETTER(te::KvCacheRetentionConfig, getDecodeRetentionPriority, te::RetentionPriority);
GETTER(te::KvCacheRetentionConfig, getDecodeDurationMs, std::optional<std::chrono::milliseconds>);
LATER_GETTER(te::KvCacheRetentionConfig, getTransferMode, te::KvCacheTransferMode);
LATER_GETTER(te::KvCacheRetentionConfig, getDirectory, std::string const&);
TOGETHER(te::KvCacheRetentionConfig, getTransferMode, getDirectory);

CONSTRUCTS(te::ContextPhaseParams, te::VecTokens, std::uint64_t, std::optional<te::VecTokens>);
CONSTRUCTS(te::ContextPhaseParams, te::VecTokens, std::uint64_t, std::vector<char>, std::optional<te::VecTokens>);
COPIES(te::ContextPhaseParams);
SAME(te::ContextPhaseParams::getFirstGenTokens, te::VecTokens const& (te::ContextPhaseParams::*) () const& noexcept);
SAME(te::ContextPhaseParams::getDraftTokens,
    std::optional<te::VecTokens> const& (te::ContextPhaseParams::*) () const& noexcept);
SAME(te::ContextPhaseParams::getReqId, std::uint64_t (te::ContextPhaseParams::*)() const noexcept);
OVERLOAD(te::ContextPhaseParams::getState, void const* (te::ContextPhaseParams::*) () const noexcept);
SAME(te::ContextPhaseParams::getSerializedState, std::vector<char> (te::ContextPhaseParams::*)() const noexcept);

// ---- the request ---------------------------------------------------------------------------------------------

// The prompt and the bound are parameters; the rest is set.
BEGINS(te::Request, te::VecTokens, te::SizeType32);
COPIES(te::Request);
static_assert(std::is_nothrow_move_constructible_v<te::Request>, "a vector of requests copies them when it grows");
static_assert(std::string_view(te::Request::kBatchedPostProcessorName) == "batched", "see LogitsProcessors::BATCHED");

SETTER(te::Request, setStreaming, bool);
SETTER(te::Request, setSamplingConfig, te::SamplingConfig const&);
SETTER(te::Request, setOutputConfig, te::OutputConfig const&);
SETTER(te::Request, setEndId, te::SizeType32);
SETTER(te::Request, setPadId, te::SizeType32);
SETTER(te::Request, setPositionIds, std::vector<te::SizeType32> const&);
SETTER(te::Request, setBadWords, std::list<te::VecTokens> const&);
SETTER(te::Request, setStopWords, std::list<te::VecTokens> const&);
SETTER(te::Request, setEmbeddingBias, te::Tensor const&);
SETTER(te::Request, setExternalDraftTokensConfig, te::ExternalDraftTokensConfig const&);
SETTER(te::Request, setPromptTuningConfig, te::PromptTuningConfig const&);
SETTER(te::Request, setMultimodalEmbedding, te::Tensor const&);
LATER_SETTER(te::Request, setMultimodalInput, te::MultimodalInput const&);
SETTER(te::Request, setMropeConfig, te::MropeConfig const&);
SETTER(te::Request, setLoraConfig, te::LoraConfig const&);
SETTER(te::Request, setLookaheadConfig, te::LookaheadDecodingConfig const&);
SETTER(te::Request, setKvCacheRetentionConfig, te::KvCacheRetentionConfig const&);
SETTER(te::Request, setLogitsPostProcessorName, std::string const&);
SETTER(te::Request, setLogitsPostProcessor, std::optional<te::LogitsPostProcessor> const&);
SETTER(te::Request, setEncoderInputTokenIds, te::VecTokens const&);
SETTER(te::Request, setClientId, te::IdType);
SETTER(te::Request, setPriority, te::PriorityType);
SETTER(te::Request, setReturnAllGeneratedTokens, bool);
SETTER(te::Request, setRequestType, te::RequestType const&);
SETTER(te::Request, setContextPhaseParams, te::ContextPhaseParams);
SETTER(te::Request, setEncoderInputFeatures, te::Tensor);
SETTER(te::Request, setEncoderOutputLength, te::SizeType32);
SETTER(te::Request, setCrossAttentionMask, te::Tensor);
SETTER(te::Request, setEagleConfig, std::optional<te::EagleConfig> const&);
SETTER(te::Request, setSkipCrossAttnBlocks, te::Tensor);
SETTER(te::Request, setGuidedDecodingParams, te::GuidedDecodingParams const&);
SETTER(te::Request, setLanguageAdapterUid, te::SizeType32);
SETTER(te::Request, setAllottedTimeMs, te::MillisecondsType);
LATER_SETTER(te::Request, setCacheSaltID, te::CacheSaltIDType);

GETTER(te::Request, getInputTokenIds, te::VecTokens);
GETTER(te::Request, getMaxTokens, te::SizeType32);
GETTER(te::Request, getStreaming, bool);
GETTER(te::Request, getSamplingConfig, te::SamplingConfig);
GETTER(te::Request, getOutputConfig, te::OutputConfig);
GETTER(te::Request, getEndId, std::optional<te::SizeType32>);
GETTER(te::Request, getPadId, std::optional<te::SizeType32>);
GETTER(te::Request, getPositionIds, std::optional<std::vector<te::SizeType32>>);
GETTER(te::Request, getBadWords, std::optional<std::list<te::VecTokens>>);
GETTER(te::Request, getStopWords, std::optional<std::list<te::VecTokens>>);
GETTER(te::Request, getEmbeddingBias, std::optional<te::Tensor>);
GETTER(te::Request, getExternalDraftTokensConfig, std::optional<te::ExternalDraftTokensConfig>);
GETTER(te::Request, getPromptTuningConfig, std::optional<te::PromptTuningConfig>);
GETTER(te::Request, getMultimodalEmbedding, std::optional<te::Tensor>);
LATER_GETTER(te::Request, getMultimodalInput, std::optional<te::MultimodalInput>);
GETTER(te::Request, getMropeConfig, std::optional<te::MropeConfig>);
GETTER(te::Request, getLoraConfig, std::optional<te::LoraConfig>);
GETTER(te::Request, getLookaheadConfig, std::optional<te::LookaheadDecodingConfig>);
GETTER(te::Request, getKvCacheRetentionConfig, std::optional<te::KvCacheRetentionConfig>);
GETTER(te::Request, getLogitsPostProcessorName, std::optional<std::string>);
GETTER(te::Request, getLogitsPostProcessor, std::optional<te::LogitsPostProcessor>);
GETTER(te::Request, getEncoderInputTokenIds, std::optional<te::VecTokens>);
GETTER(te::Request, getClientId, std::optional<te::IdType>);
GETTER(te::Request, getPriority, te::PriorityType);
GETTER(te::Request, getReturnAllGeneratedTokens, bool);
GETTER(te::Request, getRequestType, te::RequestType);
GETTER(te::Request, getContextPhaseParams, std::optional<te::ContextPhaseParams> const&);
GETTER(te::Request, getEncoderInputFeatures, std::optional<te::Tensor>);
GETTER(te::Request, getEncoderOutputLength, std::optional<te::SizeType32>);
GETTER(te::Request, getCrossAttentionMask, std::optional<te::Tensor>);
GETTER(te::Request, getEagleConfig, std::optional<te::EagleConfig>);
GETTER(te::Request, getSkipCrossAttnBlocks, std::optional<te::Tensor>);
GETTER(te::Request, getGuidedDecodingParams, std::optional<te::GuidedDecodingParams>);
GETTER(te::Request, getLanguageAdapterUid, std::optional<te::SizeType32>);
GETTER(te::Request, getAllottedTimeMs, std::optional<te::MillisecondsType>);
LATER_GETTER(te::Request, getCacheSaltID, std::optional<te::CacheSaltIDType>);
TOGETHER(te::Request, setMultimodalInput, getMultimodalInput);
TOGETHER(te::Request, setCacheSaltID, getCacheSaltID);

} // namespace trtllm_contract

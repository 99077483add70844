// How tokens are chosen: decoding modes, speculative decoding, guided decoding, post-processors.

namespace trtllm_contract
{

CONSTRUCTS(te::LookaheadDecodingConfig, te::SizeType32, te::SizeType32, te::SizeType32);
GETTER(te::LookaheadDecodingConfig, getWindowSize, te::SizeType32);
GETTER(te::LookaheadDecodingConfig, getNgramSize, te::SizeType32);
GETTER(te::LookaheadDecodingConfig, getVerificationSetSize, te::SizeType32);

CONSTRUCTS(te::EagleConfig, std::optional<te::EagleChoices>, bool, std::optional<float>, bool,
    std::optional<te::SizeType32>);
DEFAULT_CONSTRUCTS(te::EagleConfig);
GETTER(te::EagleConfig, getEagleChoices, std::optional<te::EagleChoices>);
GETTER(te::EagleConfig, isGreedySampling, bool);
GETTER(te::EagleConfig, getPosteriorThreshold, std::optional<float>);
GETTER(te::EagleConfig, useDynamicTree, bool);
GETTER(te::EagleConfig, getDynamicTreeMaxTopK, std::optional<te::SizeType32>);

// The constructor with the mode alone, because the setter refuses modes whose settings come later.
BEGINS(te::DecodingConfig, std::optional<te::DecodingMode>);
SETTER(te::DecodingConfig, setDecodingMode, te::DecodingMode const&);
SETTER(te::DecodingConfig, setLookaheadDecodingConfig, te::LookaheadDecodingConfig const&);
SAME(te::DecodingConfig::enableSeamlessLookaheadDecoding, void (te::DecodingConfig::*)());
SETTER(te::DecodingConfig, setMedusaChoices, te::MedusaChoices const&);
SETTER(te::DecodingConfig, setEagleConfig, te::EagleConfig const&);
GETTER(te::DecodingConfig, getDecodingMode, std::optional<te::DecodingMode>);
GETTER(te::DecodingConfig, getLookaheadDecodingConfig, std::optional<te::LookaheadDecodingConfig>);
GETTER(te::DecodingConfig, getMedusaChoices, std::optional<te::MedusaChoices>);
GETTER(te::DecodingConfig, getEagleConfig, std::optional<te::EagleConfig>);

DEFAULT_CONSTRUCTS(te::SpeculativeDecodingConfig);
FIELD(te::SpeculativeDecodingConfig, fastLogits, bool);

BEGINS(te::GuidedDecodingConfig, te::GuidedDecodingConfig::GuidedDecodingBackend);
SETTER(te::GuidedDecodingConfig, setEncodedVocab, std::vector<std::string> const&);
SETTER(te::GuidedDecodingConfig, setTokenizerStr, std::string const&);
SETTER(te::GuidedDecodingConfig, setStopTokenIds, std::vector<te::TokenIdType> const&);
GETTER(te::GuidedDecodingConfig, getBackend, te::GuidedDecodingConfig::GuidedDecodingBackend);
GETTER(te::GuidedDecodingConfig, getEncodedVocab, std::optional<std::vector<std::string>>);
GETTER(te::GuidedDecodingConfig, getTokenizerStr, std::optional<std::string>);
GETTER(te::GuidedDecodingConfig, getStopTokenIds, std::optional<std::vector<te::TokenIdType>>);

CONSTRUCTS(te::GuidedDecodingParams, te::GuidedDecodingParams::GuideType, std::optional<std::string>);
GETTER(te::GuidedDecodingParams, getGuideType, te::GuidedDecodingParams::GuideType);
GETTER(te::GuidedDecodingParams, getGuide, std::optional<std::string>);

DEFAULT_CONSTRUCTS(te::LogitsPostProcessorConfig);
SETTER(te::LogitsPostProcessorConfig, setProcessorMap, te::LogitsPostProcessorMap const&);
SETTER(te::LogitsPostProcessorConfig, setProcessorBatched, te::LogitsPostProcessorBatched const&);
SETTER(te::LogitsPostProcessorConfig, setReplicate, bool);

CONSTRUCTS(te::AdditionalModelOutput, std::string, bool);
BEGINS(te::AdditionalModelOutput, std::string);
FIELD(te::AdditionalModelOutput, name, std::string);
FIELD(te::AdditionalModelOutput, gatherContext, bool);

// ---- decoding modes ------------------------------------------------------------------------------------------

#define MODE(name) SAME(te::DecodingMode::name, te::DecodingMode (*)())
MODE(Auto);
MODE(TopK);
MODE(TopP);
MODE(TopKTopP);
MODE(BeamSearch);
MODE(Medusa);
MODE(Lookahead);
MODE(ExplicitDraftTokens);
MODE(ExternalDraftTokens);
MODE(Eagle);
#undef MODE

GETTER(te::DecodingMode, isAuto, bool);
GETTER(te::DecodingMode, isTopK, bool);
GETTER(te::DecodingMode, isTopP, bool);
GETTER(te::DecodingMode, isTopKandTopP, bool);
GETTER(te::DecodingMode, isBeamSearch, bool);
GETTER(te::DecodingMode, isMedusa, bool);
GETTER(te::DecodingMode, isLookahead, bool);
GETTER(te::DecodingMode, isExplicitDraftTokens, bool);
GETTER(te::DecodingMode, isExternalDraftTokens, bool);
GETTER(te::DecodingMode, isEagle, bool);

// Which predicates hold for a mode. The shim reads a mode's kind with them, those of TopKTopP before TopK and TopP.
constexpr unsigned predicates(te::DecodingMode mode)
{
    bool const all[] = {mode.isAuto(), mode.isTopK(), mode.isTopP(), mode.isTopKandTopP(), mode.isBeamSearch(),
        mode.isMedusa(), mode.isLookahead(), mode.isExplicitDraftTokens(), mode.isExternalDraftTokens(),
        mode.isEagle()};
    unsigned bits = 0;
    for (std::size_t i = 0; i < sizeof(all) / sizeof(all[0]); ++i)
    {
        bits |= all[i] ? 1U << i : 0U;
    }
    return bits;
}

static_assert(predicates(te::DecodingMode::Auto()) == 1U << 0, "Auto is not read as itself");
static_assert(predicates(te::DecodingMode::TopK()) == 1U << 1, "TopK is not read as itself");
static_assert(predicates(te::DecodingMode::TopP()) == 1U << 2, "TopP is not read as itself");
static_assert(predicates(te::DecodingMode::TopKTopP()) == (1U << 1 | 1U << 2 | 1U << 3), "TopKTopP is not all three");
static_assert(predicates(te::DecodingMode::BeamSearch()) == 1U << 4, "BeamSearch is not read as itself");
static_assert(predicates(te::DecodingMode::Medusa()) == 1U << 5, "Medusa is not read as itself");
static_assert(predicates(te::DecodingMode::Lookahead()) == 1U << 6, "Lookahead is not read as itself");
static_assert(predicates(te::DecodingMode::ExplicitDraftTokens()) == 1U << 7, "explicit drafts are not read so");
static_assert(predicates(te::DecodingMode::ExternalDraftTokens()) == 1U << 8, "external drafts are not read so");
static_assert(predicates(te::DecodingMode::Eagle()) == 1U << 9, "Eagle is not read as itself");

// A toggle has a predicate that reads it back, and changes the object that it is called on.
#define TOGGLE(set, get)                                                                                               \
    SAME(te::DecodingMode::set, te::DecodingMode (te::DecodingMode::*)(bool));                                         \
    GETTER(te::DecodingMode, get, bool);                                                                               \
    static_assert(te::DecodingMode::Auto().set(true).get(), #set "(true) is not read back by " #get);                  \
    static_assert(!te::DecodingMode::TopK().set(true).set(false).get(), #set "(false) is not read back by " #get)

TOGGLE(useOccurrencePenalties, isUseOccurrencePenalty);
TOGGLE(useBanTokens, isUseBanTokens);
TOGGLE(useTemperature, isUseTemperature);
TOGGLE(usePresencePenalty, isUsePresencePenalty);
TOGGLE(useRepetitionPenalty, isUseRepetitionPenalty);
TOGGLE(useFrequencyPenalty, isUseFrequencyPenalty);
TOGGLE(useMinLength, isUseMinLength);
TOGGLE(useBanWords, isUseBanWords);
TOGGLE(useNoRepeatNgramSize, isUseNoRepeatNgramSize);
TOGGLE(useStopWords, isUseStopWords);
TOGGLE(useMaxLengthStop, isUseMaxLengthStop);
TOGGLE(useExplicitEosStop, isUseExplicitEosStop);
#undef TOGGLE

constexpr te::DecodingMode without_temperature()
{
    te::DecodingMode mode = te::DecodingMode::TopK();
    mode.useTemperature(false);
    return mode;
}

static_assert(!without_temperature().isUseTemperature(), "a toggle no longer changes the object it is called on");
static_assert(predicates(without_temperature()) == predicates(te::DecodingMode::TopK()), "a toggle changes the kind");

#define LATER_TOGGLE(set, get)                                                                                         \
    static_assert(fits<te::DecodingMode, te::DecodingMode (te::DecodingMode::*)(bool)>(PROBE(set), kComplete),         \
        "te::DecodingMode::" #set " is gone or no longer takes bool");                                                 \
    LATER_GETTER(te::DecodingMode, get, bool);                                                                         \
    TOGETHER(te::DecodingMode, set, get)

LATER_TOGGLE(useMinP, isUseMinP);
LATER_TOGGLE(useVariableBeamWidthSearch, isUseVariableBeamWidthSearch);
#undef LATER_TOGGLE

} // namespace trtllm_contract

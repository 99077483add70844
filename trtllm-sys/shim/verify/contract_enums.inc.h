// Enumerations: they cross the bridge as numbers, with the constants of src/bindings.rs on the Rust side.
//
// Each switch has all enumerators, so a removed one does not compile, one with another number fails its assertion and
// a new one is a warning, which the build makes an error. All this happens when the template is instantiated, hence
// the instantiations at the end.

namespace trtllm_contract::enumerations
{

template <typename Enum>
constexpr void data_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kBOOL, 0);
        ENUMERATOR(kUINT8, 1);
        ENUMERATOR(kINT8, 2);
        ENUMERATOR(kINT32, 3);
        ENUMERATOR(kINT64, 4);
        ENUMERATOR(kBF16, 5);
        ENUMERATOR(kFP8, 6);
        ENUMERATOR(kFP16, 7);
        ENUMERATOR(kFP32, 8);
        ENUMERATOR(kUNKNOWN, 9);
    }
}

template <typename Enum>
constexpr void memory_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kCPU, 0);
        ENUMERATOR(kCPU_PINNED, 1);
        ENUMERATOR(kCPU_PINNEDPOOL, 2);
        ENUMERATOR(kGPU, 3);
        ENUMERATOR(kUVM, 4);
        ENUMERATOR(kUNKNOWN, 5);
    }
}

template <typename Enum>
constexpr void model_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kDECODER_ONLY, 0);
        ENUMERATOR(kENCODER_ONLY, 1);
        ENUMERATOR(kENCODER_DECODER, 2);
    }
}

template <typename Enum>
constexpr void batching_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kSTATIC, 0);
        ENUMERATOR(kINFLIGHT, 1);
    }
}

template <typename Enum>
constexpr void capacity_scheduler_policy(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kMAX_UTILIZATION, 0);
        ENUMERATOR(kGUARANTEED_NO_EVICT, 1);
        ENUMERATOR(kSTATIC_BATCH, 2);
    }
}

template <typename Enum>
constexpr void context_chunking_policy(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kFIRST_COME_FIRST_SERVED, 0);
        ENUMERATOR(kEQUAL_PROGRESS, 1);
    }
}

template <typename Enum>
constexpr void communication_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kMPI, 0);
    }
}

template <typename Enum>
constexpr void communication_mode(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kLEADER, 0);
        ENUMERATOR(kORCHESTRATOR, 1);
    }
}

template <typename Enum>
constexpr void request_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(REQUEST_TYPE_CONTEXT_AND_GENERATION, 0);
        ENUMERATOR(REQUEST_TYPE_CONTEXT_ONLY, 1);
        ENUMERATOR(REQUEST_TYPE_GENERATION_ONLY, 2);
    }
}

template <typename Enum>
constexpr void finish_reason(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kNOT_FINISHED, 0);
        ENUMERATOR(kEND_ID, 1);
        ENUMERATOR(kSTOP_WORDS, 2);
        ENUMERATOR(kLENGTH, 3);
        ENUMERATOR(kTIMED_OUT, 4);
        ENUMERATOR(kCANCELLED, 5);
    }
}

template <typename Enum>
constexpr void request_stage(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kQUEUED, 0);
        ENUMERATOR(kENCODER_IN_PROGRESS, 1);
        ENUMERATOR(kCONTEXT_IN_PROGRESS, 2);
        ENUMERATOR(kGENERATION_IN_PROGRESS, 3);
        ENUMERATOR(kGENERATION_COMPLETE, 4);
    }
}

template <typename Enum>
constexpr void guide_type(Enum value)
{
    switch (value)
    {
        ENUMERATOR(kJSON, 0);
        ENUMERATOR(kJSON_SCHEMA, 1);
        ENUMERATOR(kREGEX, 2);
        ENUMERATOR(kEBNF_GRAMMAR, 3);
        ENUMERATOR(kSTRUCTURAL_TAG, 4);
    }
}

// The rest came after 0.20, in whole or in part.
template <typename Enum>
constexpr void guided_decoding_backend(Enum value)
{
    if constexpr (kComplete)
    {
        switch (value)
        {
            ENUMERATOR(kXGRAMMAR, 0);
            ENUMERATOR(kLLGUIDANCE, 1);
        }
    }
}

template <typename Enum>
constexpr void kv_cache_transfer_mode(Enum value)
{
    // 0.20 has the class that takes it without the parameter, whether or not its headers declare the enumeration.
    if constexpr (kComplete || KNOWN(te::KvCacheRetentionConfig, getTransferMode))
    {
        switch (value)
        {
            ENUMERATOR(DRAM, 0);
            ENUMERATOR(GDS, 1);
            ENUMERATOR(POSIX_DEBUG_FALLBACK, 2);
        }
    }
}

template <typename Enum>
constexpr void backend_type(Enum const* value)
{
    if constexpr (kComplete || std::is_enum_v<Enum>)
    {
        UNDERLYING(Enum, std::uint8_t);
        switch (*value)
        {
            ENUMERATOR(DEFAULT, 0);
            ENUMERATOR(MPI, 1);
            ENUMERATOR(UCX, 2);
            ENUMERATOR(NIXL, 3);
        }
    }
}

template void data_type(te::DataType);
template void memory_type(te::MemoryType);
template void model_type(te::ModelType);
template void batching_type(te::BatchingType);
template void capacity_scheduler_policy(te::CapacitySchedulerPolicy);
template void context_chunking_policy(te::ContextChunkingPolicy);
template void communication_type(te::CommunicationType);
template void communication_mode(te::CommunicationMode);
template void request_type(te::RequestType);
template void finish_reason(te::FinishReason);
template void request_stage(te::RequestStage);
template void guide_type(te::GuidedDecodingParams::GuideType);
template void guided_decoding_backend(te::GuidedDecodingConfig::GuidedDecodingBackend);
template void kv_cache_transfer_mode(te::KvCacheTransferMode);
template void backend_type(BackendType const*);

static_assert(static_cast<int>(te::GuidedDecodingConfig::GuidedDecodingBackend::kXGRAMMAR) == 0);

// As wide as the bridge's i32, so that no number is cut off on the way.
UNDERLYING(te::DataType, int);
UNDERLYING(te::MemoryType, int);
UNDERLYING(te::ModelType, int);
UNDERLYING(te::BatchingType, int);
UNDERLYING(te::CapacitySchedulerPolicy, int);
UNDERLYING(te::ContextChunkingPolicy, int);
UNDERLYING(te::CommunicationType, int);
UNDERLYING(te::CommunicationMode, int);
UNDERLYING(te::RequestType, int);
UNDERLYING(te::FinishReason, int);
UNDERLYING(te::RequestStage, int);
UNDERLYING(te::KvCacheTransferMode, int);
UNDERLYING(te::GuidedDecodingParams::GuideType, int);
UNDERLYING(te::GuidedDecodingConfig::GuidedDecodingBackend, int);

} // namespace trtllm_contract::enumerations

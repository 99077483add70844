#pragma once

#include "tensorrt_llm/runtime/common.h"

#include <optional>
#include <utility>
#include <vector>

namespace tensorrt_llm::runtime {

/// What an engine suggests for the KV cache where the user says nothing.
struct RuntimeDefaults {
    RuntimeDefaults(
        std::optional<std::vector<SizeType32>> maxAttentionWindowVec, std::optional<SizeType32> sinkTokenLength)
        : maxAttentionWindowVec(std::move(maxAttentionWindowVec))
        , sinkTokenLength(sinkTokenLength) {}

    RuntimeDefaults() = default;

    std::optional<std::vector<SizeType32>> maxAttentionWindowVec;
    std::optional<SizeType32> sinkTokenLength;
};

} // namespace tensorrt_llm::runtime

#pragma once

#include "request_parts.h"

namespace tensorrt_llm::stand_in {

/// What a request says back instead of what would be drawn.
enum class Echo { kNone, kGuide, kLora, kPromptTable };

/// A part of a request as tokens, each below `vocabSize`; empty if the request has no such part.
///
/// A guide is its type and the bytes of its text. A tensor is its data type, its two dimensions and its bytes; LoRA is
/// the tensor of the weights, if there, and that of the configuration. A prompt table is its tensor, then for each token
/// of the prompt 1 if it has an extra id other than 0.
executor::VecTokens echoOf(Echo echo, executor::RequestParts const& parts, executor::SizeType32 vocabSize);

} // namespace tensorrt_llm::stand_in

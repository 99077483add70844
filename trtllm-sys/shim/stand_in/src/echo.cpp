// Parts of a request as tokens, so that a test can see what arrived.

#include "echo.h"

namespace tensorrt_llm::stand_in {

using executor::SizeType32;
using executor::Tensor;
using executor::TokenIdType;
using executor::VecTokens;

namespace {

void addTensor(VecTokens& tokens, std::optional<Tensor> const& tensor) {
    if (!tensor) {
        return;
    }
    tokens.push_back(static_cast<TokenIdType>(tensor->getDataType()));
    auto const shape = tensor->getShape();
    for (std::size_t i = 0; i < shape.size(); ++i) {
        tokens.push_back(static_cast<TokenIdType>(shape[i]));
    }
    auto const* bytes = static_cast<unsigned char const*>(tensor->getData());
    tokens.insert(tokens.end(), bytes, bytes + tensor->getSizeInBytes());
}

} // namespace

VecTokens echoOf(Echo echo, executor::RequestParts const& parts, SizeType32 vocabSize) {
    VecTokens tokens;
    if (echo == Echo::kGuide && parts.guidedDecodingParams) {
        tokens.push_back(static_cast<TokenIdType>(parts.guidedDecodingParams->getGuideType()));
        for (char const c : parts.guidedDecodingParams->getGuide().value_or("")) {
            tokens.push_back(static_cast<unsigned char>(c));
        }
    } else if (echo == Echo::kLora && parts.loraConfig) {
        addTensor(tokens, parts.loraConfig->getWeights());
        addTensor(tokens, parts.loraConfig->getConfig());
    } else if (echo == Echo::kPromptTable && parts.pTuningConfig) {
        addTensor(tokens, parts.pTuningConfig->getEmbeddingTable());
        if (auto const extra = parts.pTuningConfig->getInputTokenExtraIds()) {
            for (auto const id : *extra) {
                tokens.push_back(id == 0 ? 0 : 1);
            }
        }
    }
    for (auto& token : tokens) {
        token %= vocabSize;
    }
    return tokens;
}

} // namespace tensorrt_llm::stand_in

// A response: a result or the text of an error.

#include "tensorrt_llm/executor/response.h"

#include "tensorrt_llm/common/assert.h"

#include <cstddef>
#include <cstring>
#include <utility>
#include <variant>

namespace tensorrt_llm::executor {

class Response::Impl {
public:
    IdType requestId;
    std::variant<Result, std::string> content;
    std::optional<IdType> clientId;
};

Response::Response(IdType requestId, std::string errorMsg, std::optional<IdType> clientId)
    : mImpl(std::make_unique<Impl>(Impl{requestId, std::move(errorMsg), clientId})) {}

Response::Response(IdType requestId, Result result, std::optional<IdType> clientId)
    : mImpl(std::make_unique<Impl>(Impl{requestId, std::move(result), clientId})) {}

Response::~Response() = default;
Response::Response(Response const& other) : mImpl(std::make_unique<Impl>(*other.mImpl)) {}
Response::Response(Response&& other) noexcept = default;
Response& Response::operator=(Response const& other) {
    if (this != &other) {
        mImpl = std::make_unique<Impl>(*other.mImpl);
    }
    return *this;
}
Response& Response::operator=(Response&& other) noexcept = default;

IdType Response::getRequestId() const {
    return mImpl->requestId;
}
std::optional<IdType> Response::getClientId() const {
    return mImpl->clientId;
}
bool Response::hasError() const {
    return std::holds_alternative<std::string>(mImpl->content);
}

std::string const& Response::getErrorMsg() const {
    TLLM_CHECK_WITH_INFO(hasError(), "the response holds a result and no error");
    return std::get<std::string>(mImpl->content);
}

Result const& Response::getResult() const {
    if (auto const* error = std::get_if<std::string>(&mImpl->content)) {
        TLLM_THROW("%s", error->c_str());
    }
    return std::get<Result>(mImpl->content);
}

Tensor SpeculativeDecodingFastLogitsInfo::toTensor() const {
    // One row of floats that are none: the struct's bytes.
    constexpr auto kColumns = static_cast<Shape::DimType64>((sizeof(*this) + 1) / sizeof(float));
    auto tensor = Tensor::cpu(DataType::kFP32, {1, kColumns});
    // Field by field: what lies between them has no value.
    tensor.setZero();
    auto* bytes = static_cast<unsigned char*>(tensor.getData());
    std::memcpy(
        bytes + offsetof(SpeculativeDecodingFastLogitsInfo, draftRequestId), &draftRequestId, sizeof(draftRequestId));
    std::memcpy(bytes + offsetof(SpeculativeDecodingFastLogitsInfo, draftParticipantId), &draftParticipantId,
        sizeof(draftParticipantId));
    return tensor;
}

} // namespace tensorrt_llm::executor

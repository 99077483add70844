// What goes from a context executor to a generation executor.

#include "tensorrt_llm/executor/contextPhaseParams.h"

#include <utility>

namespace tensorrt_llm::executor {

/// The opaque state. The true one describes where the KV cache lies; this one is the bytes it was made from.
class DataTransceiverState {
public:
    std::vector<char> bytes;
};

namespace {

DataTransceiverState const& stateOf(void const* state) {
    return *static_cast<DataTransceiverState const*>(state);
}

} // namespace

ContextPhaseParams::ContextPhaseParams(
    VecTokens firstGenTokens, RequestIdType reqId, std::optional<VecTokens> draftTokens)
    : mReqId(reqId)
    , mFirstGenTokens(std::move(firstGenTokens))
    , mDraftTokens(std::move(draftTokens)) {}

ContextPhaseParams::ContextPhaseParams(
    VecTokens firstGenTokens, RequestIdType reqId, void* state, std::optional<VecTokens> draftTokens)
    : mReqId(reqId)
    , mFirstGenTokens(std::move(firstGenTokens))
    , mState(state, deleter)
    , mDraftTokens(std::move(draftTokens)) {}

ContextPhaseParams::ContextPhaseParams(VecTokens firstGenTokens, RequestIdType reqId,
    std::vector<char> const& serializedState, std::optional<VecTokens> draftTokens)
    : ContextPhaseParams(
          std::move(firstGenTokens), reqId, new DataTransceiverState{serializedState}, std::move(draftTokens)) {}

ContextPhaseParams::ContextPhaseParams(ContextPhaseParams const& other)
    : mReqId(other.mReqId)
    , mFirstGenTokens(other.mFirstGenTokens)
    , mState(other.mState ? new DataTransceiverState(stateOf(other.mState.get())) : nullptr, deleter)
    , mDraftTokens(other.mDraftTokens) {}

ContextPhaseParams::ContextPhaseParams(ContextPhaseParams&&) noexcept = default;

ContextPhaseParams& ContextPhaseParams::operator=(ContextPhaseParams const& other) {
    *this = ContextPhaseParams(other);
    return *this;
}

ContextPhaseParams& ContextPhaseParams::operator=(ContextPhaseParams&&) noexcept = default;

ContextPhaseParams::~ContextPhaseParams() = default;

bool ContextPhaseParams::operator==(ContextPhaseParams const& other) const noexcept {
    if (mReqId != other.mReqId || mFirstGenTokens != other.mFirstGenTokens || mDraftTokens != other.mDraftTokens
        || static_cast<bool>(mState) != static_cast<bool>(other.mState)) {
        return false;
    }
    return !mState || stateOf(mState.get()).bytes == stateOf(other.mState.get()).bytes;
}

VecTokens const& ContextPhaseParams::getFirstGenTokens() const& noexcept {
    return mFirstGenTokens;
}
std::optional<VecTokens> const& ContextPhaseParams::getDraftTokens() const& noexcept {
    return mDraftTokens;
}
VecTokens ContextPhaseParams::popFirstGenTokens() && noexcept {
    return std::move(mFirstGenTokens);
}
ContextPhaseParams::RequestIdType ContextPhaseParams::getReqId() const noexcept {
    return mReqId;
}
void const* ContextPhaseParams::getState() const noexcept {
    return mState.get();
}
void* ContextPhaseParams::getState() noexcept {
    return mState.get();
}
void* ContextPhaseParams::releaseState() noexcept {
    return mState.release();
}

std::vector<char> ContextPhaseParams::getSerializedState() const noexcept {
    // The true one reads through the null pointer here.
    return mState ? stateOf(mState.get()).bytes : std::vector<char>{};
}

void ContextPhaseParams::deleter(void const* data) {
    delete static_cast<DataTransceiverState const*>(data);
}

} // namespace tensorrt_llm::executor

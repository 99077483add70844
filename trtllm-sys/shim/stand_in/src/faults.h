#pragma once

#include "tensorrt_llm/common/tllmException.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <vector>

namespace tensorrt_llm::stand_in {

/// The calls that can be made to fail; `kForward` is the loop's own.
enum class Call : uint8_t {
    kConstruct,
    kEnqueue,
    kAwait,
    kReady,
    kCancel,
    kShutdown,
    kIterationStats,
    kRequestStats,
    kDebugTensors,
    kEvents,
    kCanEnqueue,
    kParticipant,
    kForward,
};

/// How a call fails.
enum class FaultKind : uint8_t {
    kTllm,
    kRequestSpecific,
    kRuntimeError,
    kOutOfRange,
    kInvalidArgument,
    kLogicError,
    kBadAlloc,
    kFilesystem,
    kSystemError,
    kInt,
    kCString,
    kCustom,
    kStall,
    kAbort,
};

/// One `fault` line of an engine file.
struct FaultRule {
    Call call{Call::kForward};
    FaultKind kind{FaultKind::kTllm};
    uint64_t after{0};
    uint64_t times{std::numeric_limits<uint64_t>::max()};
    uint64_t milliseconds{10};
};

/// Reads `CALL KIND [after N] [times M] [ms T]`; throws `std::invalid_argument` that says what it does not know.
FaultRule parseFault(std::string const& text);

/// What `fault … custom` throws: no `std::exception`, so that only `catch (...)` gets it.
struct ForeignFault {
    std::string text;
};

/// Counts calls and lets those fail whose turn it is. Shared by all threads.
class Faults {
public:
    explicit Faults(std::vector<FaultRule> const& rules);

    void hit(Call call, uint64_t requestId = common::kUNKNOWN_REQUEST_ID) {
        if ((mCalls & bit(call)) != 0) {
            count(call, requestId);
        }
    }

private:
    struct Armed {
        FaultRule rule;
        std::atomic<uint64_t> calls{0};
    };

    static uint32_t bit(Call call) {
        return 1u << static_cast<unsigned>(call);
    }
    void count(Call call, uint64_t requestId);

    uint32_t mCalls{0};
    std::size_t mSize;
    std::unique_ptr<Armed[]> mArmed;
};

} // namespace tensorrt_llm::stand_in

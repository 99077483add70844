// Faults on demand: exceptions of every kind that can come out of the true library, and some that can't.

#include "faults.h"

#include <array>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <new>
#include <sstream>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <utility>

namespace tensorrt_llm::stand_in {

namespace {

constexpr std::array<std::pair<char const*, Call>, 13> kCalls{{
    {"construct", Call::kConstruct},
    {"enqueue", Call::kEnqueue},
    {"await", Call::kAwait},
    {"ready", Call::kReady},
    {"cancel", Call::kCancel},
    {"shutdown", Call::kShutdown},
    {"iteration_stats", Call::kIterationStats},
    {"request_stats", Call::kRequestStats},
    {"debug_tensors", Call::kDebugTensors},
    {"events", Call::kEvents},
    {"can_enqueue", Call::kCanEnqueue},
    {"participant", Call::kParticipant},
    {"forward", Call::kForward},
}};

constexpr std::array<std::pair<char const*, FaultKind>, 14> kKinds{{
    {"tllm", FaultKind::kTllm},
    {"request_specific", FaultKind::kRequestSpecific},
    {"runtime_error", FaultKind::kRuntimeError},
    {"out_of_range", FaultKind::kOutOfRange},
    {"invalid_argument", FaultKind::kInvalidArgument},
    {"logic_error", FaultKind::kLogicError},
    {"bad_alloc", FaultKind::kBadAlloc},
    {"filesystem", FaultKind::kFilesystem},
    {"system_error", FaultKind::kSystemError},
    {"int", FaultKind::kInt},
    {"c_string", FaultKind::kCString},
    {"custom", FaultKind::kCustom},
    {"stall", FaultKind::kStall},
    {"abort", FaultKind::kAbort},
}};

// A thrown `char const*` must outlive its throw, hence whole texts.
constexpr std::array<char const*, 13> kTexts{
    "stand-in fault: construct",
    "stand-in fault: enqueue",
    "stand-in fault: await",
    "stand-in fault: ready",
    "stand-in fault: cancel",
    "stand-in fault: shutdown",
    "stand-in fault: iteration_stats",
    "stand-in fault: request_stats",
    "stand-in fault: debug_tensors",
    "stand-in fault: events",
    "stand-in fault: can_enqueue",
    "stand-in fault: participant",
    "stand-in fault: forward",
};

constexpr int kThrownInt = 7;

// std::bad_alloc takes no text.
class OutOfMemory : public std::bad_alloc {
public:
    explicit OutOfMemory(char const* text) : mText(text) {}
    [[nodiscard]] char const* what() const noexcept override {
        return mText;
    }

private:
    char const* mText;
};

template <typename Names>
auto lookUp(Names const& names, std::string const& word, char const* what) {
    for (auto const& [name, value] : names) {
        if (word == name) {
            return value;
        }
    }
    throw std::invalid_argument(std::string("unknown ") + what + " `" + word + "`");
}

void raise(FaultRule const& rule, uint64_t requestId) {
    char const* const text = kTexts.at(static_cast<std::size_t>(rule.call));
    switch (rule.kind) {
    case FaultKind::kTllm: throw common::TllmException(__FILE__, __LINE__, text);
    case FaultKind::kRequestSpecific:
        throw common::RequestSpecificException(
            __FILE__, __LINE__, text, requestId, common::RequestErrorCode::kNETWORK_ERROR);
    case FaultKind::kRuntimeError: throw std::runtime_error(text);
    case FaultKind::kOutOfRange: throw std::out_of_range(text);
    case FaultKind::kInvalidArgument: throw std::invalid_argument(text);
    case FaultKind::kLogicError: throw std::logic_error(text);
    case FaultKind::kBadAlloc: throw OutOfMemory(text);
    case FaultKind::kFilesystem:
        throw std::filesystem::filesystem_error(
            text, "rank0.engine", std::make_error_code(std::errc::no_such_file_or_directory));
    case FaultKind::kSystemError: throw std::system_error(std::make_error_code(std::errc::io_error), text);
    case FaultKind::kInt: throw kThrownInt;
    case FaultKind::kCString: throw text;
    case FaultKind::kCustom: throw ForeignFault{text};
    case FaultKind::kStall: std::this_thread::sleep_for(std::chrono::milliseconds(rule.milliseconds)); return;
    case FaultKind::kAbort: std::abort();
    }
}

} // namespace

FaultRule parseFault(std::string const& text) {
    std::istringstream words(text);
    std::string call;
    std::string kind;
    if (!(words >> call >> kind)) {
        throw std::invalid_argument("expected `CALL KIND [after N] [times M] [ms T]`");
    }
    FaultRule rule;
    rule.call = lookUp(kCalls, call, "call");
    rule.kind = lookUp(kKinds, kind, "kind of fault");
    std::string name;
    while (words >> name) {
        uint64_t* target = name == "after"   ? &rule.after
                           : name == "times" ? &rule.times
                           : name == "ms"    ? &rule.milliseconds
                                             : nullptr;
        if (target == nullptr) {
            throw std::invalid_argument("unknown word `" + name + "`");
        }
        std::string digits;
        words >> digits;
        // More digits than this would not fit; a sign or anything else is no count.
        if (digits.empty() || digits.size() > 18 || digits.find_first_not_of("0123456789") != std::string::npos) {
            throw std::invalid_argument("`" + name + "` needs a number");
        }
        *target = std::stoull(digits);
    }
    return rule;
}

Faults::Faults(std::vector<FaultRule> const& rules) : mSize(rules.size()), mArmed(new Armed[rules.size()]) {
    for (std::size_t i = 0; i < mSize; ++i) {
        mArmed[i].rule = rules[i];
        mCalls |= bit(rules[i].call);
    }
}

void Faults::count(Call call, uint64_t requestId) {
    // All rules of the call count before one of them throws, so that each sees every call.
    std::vector<FaultRule const*> due;
    for (std::size_t i = 0; i < mSize; ++i) {
        auto& armed = mArmed[i];
        if (armed.rule.call == call) {
            uint64_t const before = armed.calls.fetch_add(1);
            if (before >= armed.rule.after && before - armed.rule.after < armed.rule.times) {
                due.push_back(&armed.rule);
            }
        }
    }
    for (auto const* rule : due) {
        raise(*rule, requestId);
    }
}

} // namespace tensorrt_llm::stand_in

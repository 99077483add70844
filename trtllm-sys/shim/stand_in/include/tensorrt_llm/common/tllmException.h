#pragma once

#include "tensorrt_llm/common/stringUtils.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

#define NEW_TLLM_EXCEPTION(...) \
    tensorrt_llm::common::TllmException(__FILE__, __LINE__, tensorrt_llm::common::fmtstr(__VA_ARGS__).c_str())

#define TLLM_THROW(...) throw NEW_TLLM_EXCEPTION(__VA_ARGS__)

namespace tensorrt_llm::common {

/// What went wrong with one request, as far as a program can tell.
enum class RequestErrorCode : uint32_t {
    kUNKNOWN_ERROR = 0,
    kNETWORK_ERROR = 1000,
};

/// Stands for the request where none is to blame.
static constexpr uint64_t kUNKNOWN_REQUEST_ID = std::numeric_limits<uint64_t>::max();

/// The error that nearly every check throws. `what()` ends with the place of the throw, as users of the true
/// library see it.
class TllmException : public std::runtime_error {
public:
    static auto constexpr MAX_FRAMES = 128;

    explicit TllmException(char const* file, std::size_t line, char const* msg);
    ~TllmException() noexcept override;

    /// Always empty here: a stack of this library would explain nothing about the true one.
    [[nodiscard]] std::string getTrace() const;

    static std::string demangle(char const* name);

private:
    // Unused; kept so that the object is as large as the true one when it travels through a bridge.
    [[maybe_unused]] std::array<void*, MAX_FRAMES> mCallstack{};
    [[maybe_unused]] int mNbFrames;
};

[[noreturn]] void throwRuntimeError(char const* file, int line, char const* info);
[[noreturn]] void throwRuntimeError(char const* file, int line, std::string const& info = "");

/// An error that concerns one request, with its id. It does not derive from `TllmException`, so a handler for that
/// class alone misses it.
class RequestSpecificException : public std::runtime_error {
public:
    explicit RequestSpecificException(
        std::string const& file, std::size_t line, char const* msg, uint64_t requestID, RequestErrorCode errorCode);
    ~RequestSpecificException() noexcept override;

    [[nodiscard]] uint64_t getRequestId() const noexcept;
    [[nodiscard]] RequestErrorCode getErrorCode() const noexcept;

private:
    uint64_t mRequestID;
    RequestErrorCode mErrorCode;
};

} // namespace tensorrt_llm::common

// The exceptions of the true library, with `what()` in the same form: message, then file and line.

#include "tensorrt_llm/common/tllmException.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#if defined(__GNUC__)
#include <cxxabi.h>
#endif

namespace tensorrt_llm::common {

namespace {

// The build's absolute paths belong into no message.
char const* fileName(char const* path) {
    char const* slash = std::strrchr(path, '/');
    return slash != nullptr ? slash + 1 : path;
}

std::string located(char const* file, std::size_t line, char const* msg) {
    return std::string(msg) + " (" + fileName(file) + ":" + std::to_string(line) + ")";
}

} // namespace

std::string fmtstr(char const* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int const length = std::vsnprintf(nullptr, 0, format, arguments);
    va_end(arguments);
    std::string text;
    if (length > 0) {
        text.resize(static_cast<std::size_t>(length));
        // One byte more than the string's size: vsnprintf ends with a zero, and std::string keeps room for one.
        std::vsnprintf(text.data(), text.size() + 1, format, again);
    }
    va_end(again);
    return text;
}

TllmException::TllmException(char const* file, std::size_t line, char const* msg)
    : std::runtime_error(located(file, line, msg))
    , mNbFrames(0) {}

TllmException::~TllmException() noexcept = default;

std::string TllmException::getTrace() const {
    return std::string{};
}

std::string TllmException::demangle(char const* name) {
#if defined(__GNUC__)
    int status = 0;
    char* demangled = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    std::string result = status == 0 && demangled != nullptr ? demangled : name;
    std::free(demangled);
    return result;
#else
    return name;
#endif
}

void throwRuntimeError(char const* file, int line, char const* info) {
    throw TllmException(
        file, static_cast<std::size_t>(line), (std::string("[TensorRT-LLM][ERROR] Assertion failed: ") + info).c_str());
}

void throwRuntimeError(char const* file, int line, std::string const& info) {
    throwRuntimeError(file, line, info.c_str());
}

RequestSpecificException::RequestSpecificException(
    std::string const& file, std::size_t line, char const* msg, uint64_t requestID, RequestErrorCode errorCode)
    : std::runtime_error(located(file.c_str(), line, msg))
    , mRequestID(requestID)
    , mErrorCode(errorCode) {}

RequestSpecificException::~RequestSpecificException() noexcept = default;

uint64_t RequestSpecificException::getRequestId() const noexcept {
    return mRequestID;
}

RequestErrorCode RequestSpecificException::getErrorCode() const noexcept {
    return mErrorCode;
}

} // namespace tensorrt_llm::common

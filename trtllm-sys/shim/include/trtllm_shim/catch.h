// What becomes of a C++ exception: every one of them, whatever its type, turns into an `Err` on the Rust side.
//
// cxx's own handler catches std::exception only; anything else would end the process.
#pragma once

#include <cxxabi.h>

#include <exception>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <typeinfo>

namespace trtllm_shim {

// Separates the parts of an error text: KIND, TYPE, MESSAGE. src/error.rs takes it apart.
constexpr char kSeparator = '\x1f';

inline std::string demangled(char const* name) {
    int status = 0;
    char* text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
    std::string result = status == 0 && text != nullptr ? text : name;
    std::free(text);
    return result;
}

inline char const* kind_of(std::exception const& error) {
    // From the most derived to the base, as a chain of handlers would do it.
    if (dynamic_cast<std::bad_alloc const*>(&error) != nullptr) {
        return "bad_alloc";
    }
    if (dynamic_cast<std::out_of_range const*>(&error) != nullptr) {
        return "out_of_range";
    }
    if (dynamic_cast<std::invalid_argument const*>(&error) != nullptr) {
        return "invalid_argument";
    }
    if (dynamic_cast<std::logic_error const*>(&error) != nullptr) {
        return "logic_error";
    }
    if (dynamic_cast<std::filesystem::filesystem_error const*>(&error) != nullptr) {
        return "filesystem";
    }
    if (dynamic_cast<std::system_error const*>(&error) != nullptr) {
        return "system_error";
    }
    if (dynamic_cast<std::runtime_error const*>(&error) != nullptr) {
        return "runtime_error";
    }
    return "exception";
}

template <typename Fail>
void report(Fail& fail, char const* kind, char const* type, char const* what) noexcept {
    try {
        std::string text = kind;
        text += kSeparator;
        text += demangled(type);
        text += kSeparator;
        text += what == nullptr ? "" : what;
        fail(text);
    } catch (...) {
        // Only out of memory gets here; a literal needs none.
        fail("bad_alloc\x1fstd::bad_alloc\x1fout of memory while an error was described");
    }
}

} // namespace trtllm_shim

namespace rust {
namespace behavior {

template <typename Try, typename Fail>
static void trycatch(Try&& attempt, Fail&& fail) noexcept {
    try {
        attempt();
    } catch (std::exception const& error) {
        trtllm_shim::report(fail, trtllm_shim::kind_of(error), typeid(error).name(), error.what());
    } catch (char const* text) {
        trtllm_shim::report(fail, "other", "char const*", text);
    } catch (...) {
        std::type_info const* type = abi::__cxa_current_exception_type();
        trtllm_shim::report(fail, "other", type == nullptr ? "unknown" : type->name(), "");
    }
}

} // namespace behavior
} // namespace rust

// Compile-time detection of what the headers at hand offer, so that one source fits 0.20 to 1.2.1.
#pragma once

#include <stdexcept>
#include <string>
#include <type_traits>

namespace trtllm_shim {

// An option was given that the headers have no setter for. Dropping it would be silent; so it is an error.
[[noreturn]] inline void unsupported(char const* what) {
    throw std::invalid_argument(
        std::string("this version of TensorRT-LLM has no `") + what + "`: leave the option unset or use a newer one");
}

template <typename Target, typename Call>
void call_known(char const* what, Target& target, Call&& call) {
    if constexpr (std::is_invocable_v<Call, Target&>) {
        call(target);
    } else {
        unsupported(what);
    }
}

template <typename Target, typename Call>
void call_if_known(Target& target, Call&& call) {
    if constexpr (std::is_invocable_v<Call, Target&>) {
        call(target);
    }
}

} // namespace trtllm_shim

// The lambda's return type makes an unknown member a substitution failure, which is_invocable turns into `false`.
#define SHIM_CALL(target, member, ...)                                                               \
    ::trtllm_shim::call_known(                                                                       \
        #member, target, [&](auto& shim_target) -> decltype((void)shim_target.member(__VA_ARGS__)) { \
            shim_target.member(__VA_ARGS__);                                                         \
        })

// Sets what was given, and only that: everything else keeps the library's own default.
#define SHIM_SET(target, member, option)                                \
    do {                                                                \
        if ((option).set) {                                             \
            SHIM_CALL(target, member, ::trtllm_shim::value_of(option)); \
        }                                                               \
    } while (false)

// Reads a value back into an optional of the bridge; a getter that the headers lack leaves it unset.
#define SHIM_READ(option, target, member)                                                                 \
    ::trtllm_shim::call_if_known(target, [&](auto& shim_target) -> decltype((void)shim_target.member()) { \
        ::trtllm_shim::read_into(option, shim_target.member());                                           \
    })

// Between the optionals and flat lists of the bridge and those of C++.
#pragma once

#include "trtllm-sys/src/bridge.rs.h"

#include <chrono>
#include <list>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace trtllm_shim {

inline std::string to_std(rust::String const& text) {
    return std::string(text.data(), text.size());
}

// `rust::String` refuses bytes that are not UTF-8 with an exception, and native text may hold any.
inline rust::String to_rust(std::string const& text) {
    return rust::String::lossy(text);
}

template <typename T>
std::vector<T> to_std(rust::Vec<T> const& values) {
    return std::vector<T>(values.data(), values.data() + values.size());
}

template <typename T>
std::vector<T> to_std(rust::Slice<T const> values) {
    // By pointers, which is one memcpy; cxx's iterators step element by element.
    return std::vector<T>(values.data(), values.data() + values.size());
}

template <typename T, typename Range>
rust::Vec<T> to_rust_vec(Range const& values) {
    rust::Vec<T> result;
    result.reserve(values.size());
    for (auto const& value : values) {
        result.push_back(static_cast<T>(value));
    }
    return result;
}

template <typename List>
List to_lists(OptLists const& lists) {
    List result;
    for (std::size_t i = 0; i + 1 < lists.offsets.size(); ++i) {
        auto const begin = lists.values.begin();
        result.emplace_back(begin + lists.offsets[i], begin + lists.offsets[i + 1]);
    }
    return result;
}

// ---- value_of: what a setter takes ---------------------------------------------------------------------------

inline bool value_of(OptBool const& option) {
    return option.value;
}

inline std::int32_t value_of(OptI32 const& option) {
    return option.value;
}

inline std::uint64_t value_of(OptU64 const& option) {
    return option.value;
}

inline float value_of(OptF32 const& option) {
    return option.value;
}

inline std::string value_of(OptString const& option) {
    return to_std(option.value);
}

inline std::vector<std::int32_t> value_of(OptI32s const& option) {
    return to_std(option.values);
}

inline std::vector<std::uint64_t> value_of(OptU64s const& option) {
    return to_std(option.values);
}

inline std::vector<std::string> value_of(OptStrings const& option) {
    std::vector<std::string> result;
    result.reserve(option.values.size());
    for (auto const& value : option.values) {
        result.push_back(to_std(value));
    }
    return result;
}

template <typename Option>
auto maybe(Option const& option) -> std::optional<decltype(value_of(option))> {
    if (!option.set) {
        return std::nullopt;
    }
    return value_of(option);
}

// ---- read_into: what a getter gives --------------------------------------------------------------------------

inline void read_into(OptBool& option, bool value) {
    option = OptBool{true, value};
}

template <typename T, std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>, int> = 0>
void read_into(OptI32& option, T value) {
    option = OptI32{true, static_cast<std::int32_t>(value)};
}

template <typename T, std::enable_if_t<std::is_integral_v<T>, int> = 0>
void read_into(OptU64& option, T value) {
    option = OptU64{true, static_cast<std::uint64_t>(value)};
}

inline void read_into(OptF32& option, float value) {
    option = OptF32{true, value};
}

inline void read_into(OptI64& option, std::chrono::milliseconds value) {
    option = OptI64{true, static_cast<std::int64_t>(value.count())};
}

inline void read_into(OptString& option, std::string const& value) {
    option = OptString{true, to_rust(value)};
}

inline void read_into(OptStrings& option, std::vector<std::string> const& values) {
    option.set = true;
    for (auto const& value : values) {
        option.values.push_back(to_rust(value));
    }
}

inline void read_into(OptI32s& option, std::vector<std::int32_t> const& values) {
    option = OptI32s{true, to_rust_vec<std::int32_t>(values)};
}

inline void read_into(OptU64s& option, std::vector<std::uint64_t> const& values) {
    option = OptU64s{true, to_rust_vec<std::uint64_t>(values)};
}

template <typename Outer>
void read_lists(OptLists& option, Outer const& lists) {
    option = OptLists{true, {}, {}};
    option.offsets.push_back(0);
    for (auto const& list : lists) {
        for (auto value : list) {
            option.values.push_back(value);
        }
        option.offsets.push_back(static_cast<std::uint32_t>(option.values.size()));
    }
}

inline void read_into(OptLists& option, std::vector<std::vector<std::int32_t>> const& lists) {
    read_lists(option, lists);
}

inline void read_into(OptLists& option, std::list<std::vector<std::int32_t>> const& lists) {
    read_lists(option, lists);
}

template <typename Option, typename T>
void read_into(Option& option, std::optional<T> const& value) {
    if (value.has_value()) {
        read_into(option, *value);
    }
}

} // namespace trtllm_shim

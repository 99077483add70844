#pragma once

namespace tensorrt_llm::plugins::api {

auto constexpr kDefaultNamespace = "tensorrt_llm";

} // namespace tensorrt_llm::plugins::api

extern "C" {

/// Registers the plugins an engine needs. There are none here; the call exists because a program must make it
/// before it loads a true engine.
bool initTrtLlmPlugins(
    void* logger = nullptr, char const* libNamespace = tensorrt_llm::plugins::api::kDefaultNamespace);
}

#pragma once

namespace tensorrt_llm::executor {

// The release whose class surface these headers have. `version()` tells the two apart at run time.
static auto constexpr kTensorRtLlmVersion = "1.2.1";

} // namespace tensorrt_llm::executor

#pragma once

#include "tensorrt_llm/common/tllmException.h"

#define TLLM_CHECK(condition) \
    ((condition) ? static_cast<void>(0) : tensorrt_llm::common::throwRuntimeError(__FILE__, __LINE__, #condition))

#define TLLM_CHECK_WITH_INFO(condition, ...) \
    ((condition)                             \
            ? static_cast<void>(0)           \
            : tensorrt_llm::common::throwRuntimeError(__FILE__, __LINE__, tensorrt_llm::common::fmtstr(__VA_ARGS__)))

// What bindgen reads to make src/bindings.rs: the enumerations of the executor API.
#pragma once

#include <string_view>
#include <unordered_map>

#include "tensorrt_llm/executor/executor.h"

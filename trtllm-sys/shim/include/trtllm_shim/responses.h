// From the executor's responses to the flat batch that crosses the bridge.
#pragma once

#include "trtllm_shim/shim.h"
#include "trtllm_shim/values.h"

namespace trtllm_shim {

ResponseBatch flatten(std::vector<te::Response> const& responses);
ResponseBatch flatten(std::vector<std::vector<te::Response>> const& groups);

} // namespace trtllm_shim

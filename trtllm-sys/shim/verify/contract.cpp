// The part of TensorRT-LLM's C++ executor API that the shim stands on, as static assertions: to compile this file
// against a set of headers is to verify them. It holds for 0.20 to 1.2 and for the stand-in; nothing in it ever runs.
//
// Most of the shim asks for members by name and turns an absent one into an error at run time (detect.h), which keeps
// it compiling with every version. The price is that a renamed setter would go unnoticed; here it does not.

// Not all that TensorRT-LLM's headers name is included by them.
#include <string_view>
#include <unordered_map>

#include "tensorrt_llm/common/tllmException.h"
#include "tensorrt_llm/executor/executor.h"

// The plug-in header of some versions needs those of TensorRT, which a build without them can't include.
#ifndef TRTLLM_CONTRACT_WITHOUT_PLUGINS
#include "tensorrt_llm/plugins/api/tllmPlugin.h"
#endif

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "contract.h"

#include "contract_eras.inc.h"

#include "contract_types.inc.h"

#include "contract_enums.inc.h"

#include "contract_tensor.inc.h"

#include "contract_config.inc.h"

#include "contract_decoding.inc.h"

#include "contract_request.inc.h"

#include "contract_response.inc.h"

#include "contract_statistics.inc.h"

#include "contract_executor.inc.h"

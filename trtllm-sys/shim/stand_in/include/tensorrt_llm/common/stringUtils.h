#pragma once

#include <string>

#if defined(__GNUC__)
#define SOJU_STAND_IN_PRINTF(formatIndex, firstArgument) __attribute__((format(printf, formatIndex, firstArgument)))
#else
#define SOJU_STAND_IN_PRINTF(formatIndex, firstArgument)
#endif

namespace tensorrt_llm::common {

/// printf into a string. The format is checked by compilers that know how.
std::string fmtstr(char const* format, ...) SOJU_STAND_IN_PRINTF(1, 2);

} // namespace tensorrt_llm::common

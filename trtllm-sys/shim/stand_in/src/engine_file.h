#pragma once

#include "echo.h"
#include "faults.h"

#include "tensorrt_llm/executor/types.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tensorrt_llm::stand_in {

/// What an engine file says; the values here are its defaults.
struct EngineFile {
    int32_t vocabSize{1000};
    int32_t maxInputLen{1024};
    int32_t maxSeqLen{2048};
    int32_t maxBatchSize{64};
    int32_t maxBeamWidth{4};
    int32_t maxDraftTokens{63};
    int32_t medusaHeads{0};
    int32_t tokensPerBlock{32};
    int32_t kvBlocks{4096};
    int32_t hiddenSize{16};
    int32_t rank{0};
    int64_t iterationUs{0};
    executor::DataType logitsType{executor::DataType::kFP32};
    bool encoder{false};
    bool participant{true};
    Echo echo{Echo::kNone};
    std::vector<FaultRule> faults;
};

/// Reads the text of an engine. `name` stands in the messages.
EngineFile parseEngine(std::string_view text, std::string const& name);

/// Reads `config.json` and `rank0.engine` of a folder.
EngineFile readEngineFolder(std::filesystem::path const& folder);

/// Throws unless the text could be a JSON object. Its fields are of no interest here.
void checkConfigJson(std::string_view text, std::string const& name);

} // namespace tensorrt_llm::stand_in

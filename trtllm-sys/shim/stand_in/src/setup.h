#pragma once

#include "engine_file.h"
#include "generator.h"

#include "tensorrt_llm/executor/executorConfig.h"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace tensorrt_llm::stand_in {

/// How many tokens a step may bring.
struct Speculation {
    enum class Kind {
        kNone,
        /// As far as the ranks of the following tokens form a path in the tree.
        kMedusa,
        /// Two tokens or one, as drawn. Look-ahead, EAGLE and explicit drafts depend on a true model's guesses; this
        /// only makes them bring several tokens at times.
        kSometimesTwo,
        /// Drafts come with the requests.
        kExternal,
    };

    Kind kind{Kind::kNone};
    std::set<std::vector<SizeType32>> paths;
    /// Draft tokens of a step, which a sequence must have room for.
    SizeType32 draftTokens{0};
};

/// All that is fixed once an executor runs: the engine, the configuration, and what follows from both.
struct Setup {
    EngineFile engine;
    std::optional<EngineFile> encoder;
    executor::ModelType modelType{executor::ModelType::kDECODER_ONLY};

    bool isLeader{true};
    bool isParticipant{true};
    bool isOrchestrator{false};
    bool staticBatching{false};
    bool guided{false};
    bool gatherGenerationLogits{false};
    bool blockReuse{true};

    SizeType32 maxBatchSize{0};
    SizeType32 maxBeamWidth{0};
    SizeType32 maxNumTokens{0};
    SizeType32 maxQueueSize{0};
    SizeType32 kvBlocks{0};
    std::size_t iterationStats{0};
    std::size_t requestStats{0};
    std::size_t debugIterations{0};
    std::size_t eventBuffer{0};

    Speculation speculation;
    std::vector<std::string> debugTensors;
    executor::LogitsPostProcessorMap processors;
    std::optional<executor::LogitsPostProcessorBatched> batchedProcessor;

    [[nodiscard]] bool hasEncoder() const {
        return encoder.has_value() || engine.encoder;
    }
    [[nodiscard]] bool encoderOnly() const {
        return modelType == executor::ModelType::kENCODER_ONLY;
    }
};

/// Checks the configuration against the engine; throws as the true constructor does.
Setup makeSetup(EngineFile engine, EngineFile const* encoder, executor::ModelType modelType,
    executor::ExecutorConfig const& config, bool fromFolder);

} // namespace tensorrt_llm::stand_in

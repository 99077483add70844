// What the executor's constructor checks, and what it makes of engine and configuration.

#include "setup.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>
#include <filesystem>
#include <utility>

namespace tensorrt_llm::stand_in {

namespace {

using executor::CommunicationMode;
using executor::ExecutorConfig;
using executor::MedusaChoices;

// The true default where neither engine nor user gives a number.
constexpr SizeType32 kDefaultMaxNumTokens = 8192;

void applyParallel(Setup& setup, ExecutorConfig const& config, bool fromFolder) {
    auto const parallel = config.getParallelConfig().value_or(executor::ParallelConfig());
    auto const participants = parallel.getParticipantIds();
    auto const orchestrator = parallel.getOrchestratorConfig();
    SizeType32 const rank = setup.engine.rank;
    setup.isLeader = rank == 0;
    setup.isParticipant = setup.engine.participant;

    if (parallel.getCommunicationMode() == CommunicationMode::kORCHESTRATOR) {
        TLLM_CHECK_WITH_INFO(orchestrator.has_value(), "orchestrator mode needs an orchestrator config");
        TLLM_CHECK_WITH_INFO(fromFolder, "orchestrator mode needs a model folder, for the workers to read");
        TLLM_CHECK_WITH_INFO(orchestrator->getSpawnProcesses() || participants,
            "orchestrator mode without spawning processes needs participant ids");
        TLLM_CHECK_WITH_INFO(orchestrator->getIsOrchestrator() || orchestrator->getOrchLeaderComm() != nullptr,
            "a worker of orchestrator mode needs a communicator with its orchestrator");
        if (orchestrator->getIsOrchestrator()) {
            TLLM_CHECK_WITH_INFO(rank == 0, "the orchestrator must have rank 0, not %d", rank);
            if (orchestrator->getSpawnProcesses()) {
                std::filesystem::path const worker = orchestrator->getWorkerExecutablePath();
                std::error_code ignored;
                TLLM_CHECK_WITH_INFO(std::filesystem::is_regular_file(worker, ignored),
                    "can't start the worker `%s`: there is no such program", worker.string().c_str());
            }
            // The true orchestrator does no work itself and tells so.
            setup.isOrchestrator = true;
            setup.isParticipant = false;
        }
        return;
    }
    if (participants) {
        TLLM_CHECK_WITH_INFO(!participants->empty(), "the list of participant ids is empty");
        setup.isLeader = participants->front() == rank;
        setup.isParticipant =
            setup.isParticipant && std::find(participants->begin(), participants->end(), rank) != participants->end();
    }
}

void checkMedusa(Setup const& setup, MedusaChoices const& choices) {
    auto const& engine = setup.engine;
    TLLM_CHECK_WITH_INFO(engine.medusaHeads > 0, "the engine has no medusa heads");
    TLLM_CHECK_WITH_INFO(choices.size() <= static_cast<std::size_t>(engine.maxDraftTokens),
        "medusa choices have %zu nodes, the engine takes %d draft tokens", choices.size(), engine.maxDraftTokens);
    std::size_t deepest = 0;
    for (auto const& path : choices) {
        TLLM_CHECK_WITH_INFO(!path.empty(), "a path of the medusa choices is empty");
        deepest = std::max(deepest, path.size());
    }
    TLLM_CHECK_WITH_INFO(deepest <= static_cast<std::size_t>(engine.medusaHeads),
        "medusa choices have a path of depth %zu, the engine has %d heads", deepest, engine.medusaHeads);
    std::vector<bool> seen(deepest, false);
    for (auto const& path : choices) {
        seen[path.size() - 1] = true;
    }
    TLLM_CHECK_WITH_INFO(
        std::all_of(seen.begin(), seen.end(), [](bool depth) { return depth; }), "medusa choices skip a depth");
}

// Without choices of the user the true engine brings its own tree; this one takes each head's best guess.
MedusaChoices defaultChoices(SizeType32 heads, SizeType32 maxDraftTokens) {
    MedusaChoices choices;
    for (SizeType32 depth = 1; depth <= std::min(heads, maxDraftTokens); ++depth) {
        choices.emplace_back(depth, 0);
    }
    return choices;
}

Speculation makeSpeculation(Setup const& setup, ExecutorConfig const& config) {
    using Kind = Speculation::Kind;
    Speculation speculation;
    auto const decoding = config.getDecodingConfig();
    if (!decoding) {
        return speculation;
    }
    auto const mode = decoding->getDecodingMode().value_or(executor::DecodingMode::Auto());
    if (mode.isMedusa() || decoding->getMedusaChoices()) {
        auto const choices = decoding->getMedusaChoices().value_or(
            defaultChoices(setup.engine.medusaHeads, setup.engine.maxDraftTokens));
        checkMedusa(setup, choices);
        speculation.kind = Kind::kMedusa;
        speculation.paths.insert(choices.begin(), choices.end());
        speculation.draftTokens = static_cast<SizeType32>(choices.size());
    } else if (mode.isLookahead() || decoding->getLookaheadDecodingConfig()) {
        auto const lookahead = decoding->getLookaheadDecodingConfig().value_or(executor::LookaheadDecodingConfig());
        speculation.kind = Kind::kSometimesTwo;
        speculation.draftTokens = std::get<2>(lookahead.calculateSpeculativeResource());
    } else if (mode.isEagle() || decoding->getEagleConfig() || mode.isExplicitDraftTokens()) {
        speculation.kind = Kind::kSometimesTwo;
        speculation.draftTokens = std::min<SizeType32>(setup.engine.maxDraftTokens, 1);
    } else if (mode.isExternalDraftTokens()) {
        speculation.kind = Kind::kExternal;
    }
    TLLM_CHECK_WITH_INFO(speculation.draftTokens <= setup.engine.maxDraftTokens,
        "the decoding mode needs %d draft tokens, the engine takes %d", speculation.draftTokens,
        setup.engine.maxDraftTokens);
    return speculation;
}

void applyDebug(Setup& setup, ExecutorConfig const& config) {
    auto const debug = config.getDebugConfig();
    if (!debug || debug->getDebugTensorsMaxIterations() <= 0) {
        return;
    }
    TLLM_CHECK_WITH_INFO(!setup.isOrchestrator, "debug tensors can't be kept in orchestrator mode");
    setup.debugIterations = static_cast<std::size_t>(debug->getDebugTensorsMaxIterations());
    setup.debugTensors = debug->getDebugTensorNames();
    if (setup.debugTensors.empty()) {
        if (debug->getDebugInputTensors()) {
            setup.debugTensors.emplace_back("input_ids");
        }
        if (debug->getDebugOutputTensors()) {
            setup.debugTensors.emplace_back("logits");
        }
    }
}

} // namespace

Setup makeSetup(EngineFile engine, EngineFile const* encoder, executor::ModelType modelType,
    ExecutorConfig const& config, bool fromFolder) {
    Setup setup;
    setup.engine = std::move(engine);
    if (encoder != nullptr) {
        setup.encoder = *encoder;
    }
    setup.modelType = modelType;
    applyParallel(setup, config, fromFolder);

    setup.staticBatching = config.getBatchingType() == executor::BatchingType::kSTATIC;
    setup.gatherGenerationLogits = config.getGatherGenerationLogits();
    setup.maxBeamWidth = config.getMaxBeamWidth();
    TLLM_CHECK_WITH_INFO(setup.maxBeamWidth <= setup.engine.maxBeamWidth,
        "maximum beam width %d is larger than the engine's, %d", setup.maxBeamWidth, setup.engine.maxBeamWidth);
    setup.maxBatchSize = config.getMaxBatchSize().value_or(setup.engine.maxBatchSize);
    TLLM_CHECK_WITH_INFO(setup.maxBatchSize > 0 && setup.maxBatchSize <= setup.engine.maxBatchSize,
        "maximum batch size %d is not from 1 to the engine's, %d", setup.maxBatchSize, setup.engine.maxBatchSize);
    setup.maxNumTokens = config.getMaxNumTokens().value_or(kDefaultMaxNumTokens);
    setup.maxQueueSize = config.getMaxQueueSize().value_or(0);
    setup.iterationStats = static_cast<std::size_t>(config.getIterStatsMaxIterations());
    setup.requestStats = static_cast<std::size_t>(config.getRequestStatsMaxIterations());

    auto const kvCache = config.getKvCacheConfig();
    setup.blockReuse = kvCache.getEnableBlockReuse();
    setup.eventBuffer = kvCache.getEventBufferMaxSize();
    setup.kvBlocks = setup.engine.kvBlocks;
    if (auto const tokens = kvCache.getMaxTokens()) {
        // Rounded up without the sum that could overflow.
        SizeType32 const blocks = (*tokens - 1) / setup.engine.tokensPerBlock + 1;
        setup.kvBlocks = std::min(setup.kvBlocks, blocks);
    }

    if (auto const guided = config.getGuidedDecodingConfig()) {
        guided->validate();
        setup.guided = true;
    }
    if (auto const logits = config.getLogitsPostProcessorConfig()) {
        setup.processors = logits->getProcessorMap().value_or(executor::LogitsPostProcessorMap{});
        setup.batchedProcessor = logits->getProcessorBatched();
    }
    setup.speculation = makeSpeculation(setup, config);
    TLLM_CHECK_WITH_INFO(setup.speculation.kind != Speculation::Kind::kMedusa || setup.maxBeamWidth == 1,
        "medusa doesn't go with a beam width of %d", setup.maxBeamWidth);
    applyDebug(setup, config);
    return setup;
}

} // namespace tensorrt_llm::stand_in

#pragma once

#include "generator.h"
#include "kv_cache.h"
#include "request_parts.h"

#include "tensorrt_llm/executor/response.h"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tensorrt_llm::stand_in {

using Clock = std::chrono::steady_clock;

/// A request from the call that enqueued it to its last response. Its sequences share it; only the loop thread
/// touches it once it is out of the queue.
struct Job {
    executor::RequestParts parts;
    IdType id{0};
    /// Ids of the sequences beyond the first, which count like requests.
    std::vector<IdType> childIds;
    Clock::time_point arrival{};

    // Set when the request becomes active.
    SizeType32 maxNewTokens{0};
    bool streaming{false};
    bool excludeInput{false};
    bool allTokens{false};
    bool keepLogProbs{false};
    SizeType32 forcedToken{-1};
    std::optional<IdType> loraTask;
    executor::LogitsPostProcessor const* processor{nullptr};
    bool batchedProcessor{false};
    VecTokens draft;
    /// What comes before anything is drawn, if the engine echoes.
    VecTokens echo;
    std::size_t openSequences{0};

    [[nodiscard]] SizeType32 promptLength() const {
        return static_cast<SizeType32>(parts.inputTokenIds.size());
    }
    [[nodiscard]] SizeType32 beams() const {
        return parts.samplingConfig.getBeamWidth();
    }
    [[nodiscard]] std::size_t sequences() const {
        return childIds.size() + 1;
    }
    [[nodiscard]] bool contextOnly() const {
        return parts.type == executor::RequestType::REQUEST_TYPE_CONTEXT_ONLY;
    }
};

/// One beam. Without beam search a sequence has one.
struct Beam {
    explicit Beam(uint64_t seed) : hash(seed) {}

    SequenceHash hash;
    executor::FinishReason reason{executor::FinishReason::kNOT_FINISHED};
    float cumLogProb{0.f};
    float lastLogProb{0.f};
    executor::VecLogProbs logProbs;

    // The next token, between its draw and its append.
    uint64_t draw{0};
    TokenIdType next{0};

    [[nodiscard]] bool done() const {
        return reason != executor::FinishReason::kNOT_FINISHED;
    }
};

/// One sequence while it is generated.
struct Sequence {
    std::shared_ptr<Job> job;
    IdType id{0};
    SizeType32 index{0};
    executor::BeamTokens tokens;
    std::vector<Beam> beams;
    bool finished{false};
    /// Cancelled or timed out: what was generated is gone.
    bool cleared{false};
    bool contextDone{false};
    SizeType32 decodingIter{0};
    /// Length of the longest beam when the last response was made.
    SizeType32 sentLength{0};
    SizeType32 stepTokens{0};
    SizeType32 stepDrafts{0};
    SizeType32 stepAccepted{0};
    SizeType32 newBlocks{0};
    SizeType32 totalBlocks{0};
    PromptBlocks::Held held;
    executor::RequestPerfMetrics metrics;
    Clock::time_point activated{};
    executor::Tensor logits;
    std::optional<executor::Tensor> contextLogits;
    std::optional<executor::Tensor> encoderOutput;

    [[nodiscard]] executor::RequestParts const& parts() const {
        return job->parts;
    }

    [[nodiscard]] SizeType32 length() const {
        std::size_t longest = 0;
        for (auto const& beam : tokens) {
            longest = beam.size() > longest ? beam.size() : longest;
        }
        return static_cast<SizeType32>(longest);
    }

    [[nodiscard]] SizeType32 generated() const {
        return length() - job->promptLength();
    }

    [[nodiscard]] float averageTokens() const {
        return decodingIter == 0 ? 0.f : static_cast<float>(generated()) / static_cast<float>(decodingIter);
    }
};

using Sequences = std::vector<std::unique_ptr<Sequence>>;

} // namespace tensorrt_llm::stand_in

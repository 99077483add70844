// One forward pass: a token for every beam, or several where the decoding mode guesses ahead.

#include "core.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>

namespace tensorrt_llm::stand_in {

using executor::DataType;
using executor::FinishReason;
using executor::Tensor;

namespace {

// The logit of the token that would be taken; all others are 0.
constexpr float kChosenLogit = 10.f;

} // namespace

void Core::forward() {
    std::vector<Sequence*> batched;
    for (auto const& pointer : mActive) {
        auto& sequence = *pointer;
        sequence.stepTokens = 0;
        sequence.stepDrafts = 0;
        sequence.stepAccepted = 0;
        if (!sequence.contextDone) {
            sequence.contextDone = true;
            sequence.metrics.timingMetrics.firstScheduledTime = mIteration.start;
            sequence.metrics.firstIter = mIterationNumber;
            ++mIteration.contextRequests;
            mIteration.contextTokens += sequence.job->promptLength();
            if (mSetup.blockReuse || mEvents) {
                sequence.held = mPromptBlocks.store(sequence.parts());
            }
        }
        sequence.metrics.iter = mIterationNumber;
        // A first token from elsewhere may have ended it already.
        sequence.finished = sequence.finished || mSetup.encoderOnly();
        if (sequence.finished) {
            continue;
        }
        draw(sequence);
        if (sequence.job->batchedProcessor) {
            batched.push_back(&sequence);
        } else {
            process(sequence);
        }
    }
    processBatched(batched);

    for (auto const& pointer : mActive) {
        auto& sequence = *pointer;
        if (sequence.finished) {
            continue;
        }
        append(sequence);
        if (!sequence.finished && !sequence.job->contextOnly()) {
            speculate(sequence);
        }
        ++sequence.decodingIter;
        auto const now = Clock::now();
        auto& timing = sequence.metrics.timingMetrics;
        if (sequence.decodingIter == 1) {
            timing.firstTokenTime = now;
        }
        timing.lastTokenTime = now;
        sequence.metrics.lastIter = mIterationNumber;
        sequence.metrics.speculativeDecoding.totalDraftTokens += sequence.stepDrafts;
        sequence.metrics.speculativeDecoding.totalAcceptedDraftTokens += sequence.stepAccepted;
        if (sequence.job->contextOnly()) {
            sequence.finished = true;
        }
    }
}

void Core::draw(Sequence& sequence) const {
    auto const& parts = sequence.parts();
    auto const minTokens = static_cast<std::size_t>(parts.samplingConfig.getMinTokens().value_or(0));
    for (std::size_t i = 0; i < sequence.beams.size(); ++i) {
        auto& beam = sequence.beams[i];
        if (beam.done()) {
            continue;
        }
        auto const& tokens = sequence.tokens[i];
        beam.draw = beam.hash.draw();
        auto const generated = tokens.size() - parts.inputTokenIds.size();
        bool const tooShort = generated < minTokens;
        beam.next = avoidBanned(drawnToken(beam.draw, mSetup.engine.vocabSize), mSetup.engine.vocabSize,
            tooShort ? parts.endId : std::nullopt, parts.badWords, tokens);
        if (sequence.job->forcedToken >= 0) {
            beam.next = sequence.job->forcedToken;
        } else if (generated < sequence.job->echo.size()) {
            beam.next = sequence.job->echo[generated];
        }
    }
}

void Core::process(Sequence& sequence) const {
    if (sequence.job->batchedProcessor) {
        processBatched({&sequence});
    } else if (sequence.job->processor != nullptr) {
        fillLogits(sequence);
        (*sequence.job->processor)(sequence.id, sequence.logits, sequence.tokens, nullptr, sequence.parts().clientId);
        takeBest(sequence);
    }
}

void Core::processBatched(std::vector<Sequence*> const& sequences) const {
    if (sequences.empty()) {
        return;
    }
    std::vector<IdType> ids;
    std::vector<Tensor> logits;
    std::vector<std::reference_wrapper<executor::BeamTokens const>> tokens;
    std::vector<std::optional<IdType>> clients;
    for (auto* sequence : sequences) {
        fillLogits(*sequence);
        ids.push_back(sequence->id);
        logits.push_back(sequence->logits);
        tokens.emplace_back(sequence->tokens);
        clients.push_back(sequence->parts().clientId);
    }
    (*mSetup.batchedProcessor)(ids, logits, tokens, nullptr, clients);
    for (auto* sequence : sequences) {
        takeBest(*sequence);
    }
}

void Core::fillLogits(Sequence& sequence) const {
    auto const beams = static_cast<executor::Shape::DimType64>(sequence.beams.size());
    if (!sequence.logits) {
        sequence.logits = Tensor::cpu(DataType::kFP32, {1, beams, mSetup.engine.vocabSize});
    }
    sequence.logits.setZero();
    auto* row = static_cast<float*>(sequence.logits.getData());
    for (auto const& beam : sequence.beams) {
        row[beam.next] = kChosenLogit;
        row += mSetup.engine.vocabSize;
    }
}

void Core::takeBest(Sequence& sequence) const {
    auto const vocabSize = static_cast<std::size_t>(mSetup.engine.vocabSize);
    TLLM_CHECK_WITH_INFO(sequence.logits.getSize() == sequence.beams.size() * vocabSize
                             && sequence.logits.getDataType() == DataType::kFP32,
        "a logits post-processor changed the shape or type of the logits");
    auto const* row = static_cast<float const*>(sequence.logits.getData());
    for (auto& beam : sequence.beams) {
        if (!beam.done()) {
            beam.next = static_cast<TokenIdType>(std::max_element(row, row + vocabSize) - row);
        }
        row += vocabSize;
    }
}

void Core::append(Sequence& sequence) const {
    auto const& job = *sequence.job;
    auto const& parts = job.parts;
    bool open = false;
    for (std::size_t i = 0; i < sequence.beams.size(); ++i) {
        auto& beam = sequence.beams[i];
        if (beam.done()) {
            continue;
        }
        auto& tokens = sequence.tokens[i];
        beam.lastLogProb = drawnLogProb(beam.draw);
        beam.cumLogProb += beam.lastLogProb;
        if (job.keepLogProbs) {
            beam.logProbs.push_back(beam.lastLogProb);
        }
        bool const stopWord = endsWithWord(parts.stopWords, tokens, beam.next);
        tokens.push_back(beam.next);
        beam.hash.append(beam.next);
        if (beam.next == parts.endId) {
            beam.reason = FinishReason::kEND_ID;
        } else if (stopWord) {
            beam.reason = FinishReason::kSTOP_WORDS;
        } else if (tokens.size() - parts.inputTokenIds.size() >= static_cast<std::size_t>(job.maxNewTokens)) {
            beam.reason = FinishReason::kLENGTH;
        }
        open = open || !beam.done();
    }
    ++sequence.stepTokens;
    sequence.finished = !open;
}

void Core::speculate(Sequence& sequence) const {
    using Kind = Speculation::Kind;
    bool const drafted = sequence.decodingIter == 0 && !sequence.job->draft.empty();
    if (mSetup.speculation.kind == Kind::kNone && !drafted) {
        return;
    }
    sequence.stepDrafts =
        drafted ? static_cast<SizeType32>(sequence.job->draft.size()) : mSetup.speculation.draftTokens;
    uint64_t const firstDraw = sequence.beams.front().draw;
    std::vector<SizeType32> path;
    for (SizeType32 depth = 1; !sequence.finished; ++depth) {
        // Drawn to see whether the guess is right. If not, the next step draws the same once more.
        draw(sequence);
        if (!accepts(sequence, path, depth, firstDraw)) {
            return;
        }
        process(sequence);
        append(sequence);
        ++sequence.stepAccepted;
    }
}

bool Core::accepts(Sequence& sequence, std::vector<SizeType32>& path, SizeType32 depth, uint64_t firstDraw) const {
    auto const& draft = sequence.job->draft;
    if (sequence.decodingIter == 0 && !draft.empty()) {
        // One more token than the draft got right: the check of the last right one gives the next for free.
        auto const index = static_cast<std::size_t>(depth) - 1;
        return index < draft.size() && sequence.tokens.front().back() == draft[index];
    }
    switch (mSetup.speculation.kind) {
    case Speculation::Kind::kMedusa:
        path.push_back(drawnRank(sequence.beams.front().draw));
        return mSetup.speculation.paths.count(path) > 0;
    case Speculation::Kind::kSometimesTwo: return depth == 1 && drawnExtra(firstDraw) == 1;
    case Speculation::Kind::kExternal:
    case Speculation::Kind::kNone: break;
    }
    return false;
}

} // namespace tensorrt_llm::stand_in

// From the queue into the batch: what only the engine can tell about a request is checked here, and answered with an
// error response instead of an exception.

#include "core.h"

#include "tensorrt_llm/common/assert.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <utility>

namespace tensorrt_llm::stand_in {

using executor::DataType;
using executor::RequestType;
using executor::Tensor;

namespace {

// Kept apart because the true one answers it without the words that other errors get in front.
class AdapterMissing : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

// From here on a bias decides alone.
constexpr float kDecisiveBias = 1e4f;

// Biases of other types than fp32 are accepted and have no effect.
TokenIdType forcedToken(std::optional<Tensor> const& bias, SizeType32 vocabSize) {
    if (!bias || bias->getDataType() != DataType::kFP32) {
        return -1;
    }
    auto const* first = static_cast<float const*>(bias->getData());
    auto const* last = first + std::min(bias->getSize(), static_cast<std::size_t>(vocabSize));
    auto const* found = std::find_if(first, last, [](float value) { return value >= kDecisiveBias; });
    return found == last ? -1 : static_cast<TokenIdType>(found - first);
}

} // namespace

SizeType32 Core::blocksNeeded(Job const& job) const {
    auto const prompt = static_cast<int64_t>(job.promptLength());
    auto const length = std::min<int64_t>(prompt + job.parts.maxTokens, mSetup.engine.maxSeqLen);
    auto const perBeam = (length + mSetup.engine.tokensPerBlock - 1) / mSetup.engine.tokensPerBlock;
    auto const all = perBeam * job.beams() * static_cast<int64_t>(job.sequences());
    // More than there can be is enough to know.
    return static_cast<SizeType32>(std::min<int64_t>(all, std::numeric_limits<SizeType32>::max()));
}

void Core::activate(std::shared_ptr<Job> const& job) {
    std::string failure;
    Sequences made;
    try {
        check(*job);
        for (std::size_t index = 0; index < job->sequences(); ++index) {
            made.push_back(makeSequence(job, index));
        }
    } catch (AdapterMissing const& error) {
        failure = error.what();
    } catch (std::exception const& error) {
        failure = std::string("error when fetching new request: ") + error.what();
    }
    if (!failure.empty()) {
        mNewResponses.emplace_back(job->id, std::move(failure), job->parts.clientId);
        return;
    }
    if (!job->childIds.empty()) {
        std::scoped_lock const lock(mResponseMutex);
        mChildren[job->id] = job->childIds;
    }
    job->openSequences = job->sequences();
    mReservedBlocks += blocksNeeded(*job);
    mIteration.newRequests += made.size();
    mIteration.queueMs += std::chrono::duration<double, std::milli>(mIteration.start - job->arrival).count();
    std::move(made.begin(), made.end(), std::back_inserter(mActive));
}

void Core::check(Job& job) {
    auto const& parts = job.parts;
    auto const& engine = mSetup.engine;
    auto const& output = parts.outputConfig;
    SizeType32 const prompt = job.promptLength();

    if (parts.logitsPostProcessor) {
        job.processor = &*parts.logitsPostProcessor;
    } else if (parts.logitsPostProcessorName) {
        job.batchedProcessor = *parts.logitsPostProcessorName == executor::Request::kBatchedPostProcessorName;
        TLLM_CHECK_WITH_INFO(
            !job.batchedProcessor || mSetup.batchedProcessor.has_value(), "there is no batched logits post-processor");
        if (!job.batchedProcessor) {
            job.processor = &mSetup.processors.at(*parts.logitsPostProcessorName);
        }
    }

    TLLM_CHECK_WITH_INFO(!parts.endId || (*parts.endId >= -1 && *parts.endId < engine.vocabSize),
        "end id %d is not from -1 to below %d", parts.endId.value_or(0), engine.vocabSize);
    TLLM_CHECK_WITH_INFO(prompt <= engine.maxInputLen, "prompt length %d is larger than the maximum input length %d",
        prompt, engine.maxInputLen);
    TLLM_CHECK_WITH_INFO(job.beams() <= mSetup.maxBeamWidth, "beam width %d is larger than the maximum, %d",
        job.beams(), mSetup.maxBeamWidth);

    auto draftTokens = mSetup.speculation.draftTokens;
    if (parts.externalDraftTokensConfig) {
        job.draft = parts.externalDraftTokensConfig->getTokens();
        draftTokens = static_cast<SizeType32>(std::min<std::size_t>(job.draft.size(), 1u << 30));
        TLLM_CHECK_WITH_INFO(draftTokens <= engine.maxDraftTokens, "%d draft tokens are more than the engine takes, %d",
            draftTokens, engine.maxDraftTokens);
    }
    TLLM_CHECK_WITH_INFO(job.beams() == 1 || (job.draft.empty() && mSetup.speculation.kind == Speculation::Kind::kNone),
        "speculative decoding doesn't go with a beam width of %d", job.beams());
    auto const room = engine.maxSeqLen - prompt - draftTokens;
    TLLM_CHECK_WITH_INFO(room > 0 || mSetup.encoderOnly(),
        "prompt length %d leaves no room in the maximum sequence length %d", prompt, engine.maxSeqLen);
    job.maxNewTokens = std::min(parts.maxTokens, room);
    TLLM_CHECK_WITH_INFO(blocksNeeded(job) <= mSetup.kvBlocks, "the request needs %d blocks of the kv cache, it has %d",
        blocksNeeded(job), mSetup.kvBlocks);

    // Both say so in their log and go on.
    job.streaming = parts.streaming && !mSetup.staticBatching;
    job.excludeInput = output.excludeInputFromOutput || (parts.streaming && mSetup.staticBatching);
    job.allTokens = parts.returnAllGeneratedTokens || (job.streaming && job.beams() > 1);
    job.keepLogProbs = output.returnLogProbs || output.additionalModelOutputs.has_value();

    if (mSetup.hasEncoder()) {
        auto const encoderMax = mSetup.encoder ? mSetup.encoder->maxInputLen : engine.maxInputLen;
        auto const length = parts.encoderInputTokenIds ? parts.encoderInputTokenIds->size() : std::size_t{0};
        TLLM_CHECK_WITH_INFO(length <= static_cast<std::size_t>(encoderMax),
            "encoder length %zu is larger than the maximum encoder input length %d", length, encoderMax);
    }
    TLLM_CHECK_WITH_INFO(!mSetup.encoderOnly() || output.returnEncoderOutput,
        "an encoder has only its output to return, and the request doesn't want it");
    TLLM_CHECK_WITH_INFO(!output.returnGenerationLogits || mSetup.gatherGenerationLogits,
        "generation logits are only returned with gatherGenerationLogits in the executor's config");
    TLLM_CHECK_WITH_INFO(!parts.guidedDecodingParams || mSetup.guided,
        "guided decoding is not set up: the executor's config has no guided decoding config");
    if (parts.type == RequestType::REQUEST_TYPE_GENERATION_ONLY) {
        auto const first = parts.contextPhaseParams->getFirstGenTokens().size();
        TLLM_CHECK_WITH_INFO(first >= static_cast<std::size_t>(job.beams()),
            "the context phase gave %zu first tokens for a beam width of %d", first, job.beams());
    }
    job.forcedToken = forcedToken(parts.embeddingBias, engine.vocabSize);
    job.echo = echoOf(engine.echo, parts, engine.vocabSize);

    if (parts.loraConfig) {
        job.loraTask = parts.loraConfig->getTaskId();
        if (parts.loraConfig->getWeights()) {
            mAdapters.insert(*job.loraTask);
        } else if (mAdapters.count(*job.loraTask) == 0) {
            throw AdapterMissing("lora task " + std::to_string(*job.loraTask)
                                 + " is not in the cache, send its weights with the request");
        }
    }
}

std::unique_ptr<Sequence> Core::makeSequence(std::shared_ptr<Job> const& job, std::size_t index) const {
    auto const& parts = job->parts;
    auto sequence = std::make_unique<Sequence>();
    sequence->job = job;
    sequence->id = index == 0 ? job->id : job->childIds[index - 1];
    sequence->index = static_cast<SizeType32>(index);
    sequence->sentLength = job->promptLength();
    sequence->activated = mIteration.start;
    sequence->metrics.timingMetrics.arrivalTime = job->arrival;

    auto const beams = static_cast<std::size_t>(job->beams());
    auto const seed = parts.samplingConfig.getSeed().value_or(0);
    sequence->tokens.reserve(beams);
    sequence->beams.reserve(beams);
    // Room for the whole answer, unless it is so long that most will never be used.
    constexpr SizeType32 kMostReserved = 4096;
    auto const expected = static_cast<std::size_t>(std::min(job->maxNewTokens, kMostReserved));
    for (std::size_t i = 0; i < beams; ++i) {
        auto& beam = sequence->beams.emplace_back(sequenceSeed(seed, job->loraTask, beams > 1 ? i : index));
        auto& tokens = sequence->tokens.emplace_back();
        tokens.reserve(parts.inputTokenIds.size() + expected);
        tokens = parts.inputTokenIds;
        for (TokenIdType const token : tokens) {
            beam.hash.append(token);
        }
        if (job->keepLogProbs) {
            beam.logProbs.reserve(expected);
        }
    }
    if (parts.type == RequestType::REQUEST_TYPE_GENERATION_ONLY) {
        // The first tokens are as good as generated here.
        draw(*sequence);
        for (std::size_t i = 0; i < beams; ++i) {
            sequence->beams[i].next = parts.contextPhaseParams->getFirstGenTokens()[i];
        }
        append(*sequence);
    }
    return sequence;
}

} // namespace tensorrt_llm::stand_in

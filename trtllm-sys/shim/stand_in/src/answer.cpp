// What a sequence has to say after an iteration: tokens, log-probabilities, tensors.

#include "core.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <utility>

namespace tensorrt_llm::stand_in {

using executor::DataType;
using executor::Response;
using executor::Result;
using executor::Tensor;

namespace {

using Dim = executor::Shape::DimType64;

constexpr float kChosenLogit = 10.f;

// The half types are cut off, not rounded; only 0 and small positive numbers are ever written.
uint16_t upperHalf(float value) {
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    return static_cast<uint16_t>(bits >> 16);
}

uint16_t toHalf(float value) {
    uint32_t bits = 0;
    std::memcpy(&bits, &value, sizeof(bits));
    if (bits == 0) {
        return 0;
    }
    // The exponent with fp16's bias in place of fp32's, and the ten bits of the fraction that fp16 has.
    uint32_t const exponent = ((bits >> 23) & 0xff) - 127 + 15;
    return static_cast<uint16_t>((exponent << 10) | ((bits >> 13) & 0x3ff));
}

void put(Tensor& tensor, std::size_t index, float value) {
    auto* bytes = static_cast<unsigned char*>(tensor.getData());
    if (tensor.getDataType() == DataType::kFP32) {
        std::memcpy(bytes + index * sizeof(value), &value, sizeof(value));
        return;
    }
    uint16_t const half = tensor.getDataType() == DataType::kFP16 ? toHalf(value) : upperHalf(value);
    std::memcpy(bytes + index * sizeof(half), &half, sizeof(half));
}

Tensor zeros(DataType type, executor::Shape shape) {
    auto tensor = Tensor::cpu(type, shape);
    tensor.setZero();
    return tensor;
}

// Row i is the distribution after the prompt's tokens 0 to i: the token that the rule draws there has its log-probability,
// all others share the rest. So a program that scores a text by these logits finds what generating it reports.
Tensor contextLogits(executor::RequestParts const& parts, EngineFile const& engine) {
    auto const& prompt = parts.inputTokenIds;
    auto logits = zeros(engine.logitsType, {static_cast<Dim>(prompt.size()), engine.vocabSize});
    auto const vocabSize = static_cast<std::size_t>(engine.vocabSize);
    std::optional<executor::IdType> const task
        = parts.loraConfig ? std::optional(parts.loraConfig->getTaskId()) : std::nullopt;
    SequenceHash hash(sequenceSeed(parts.samplingConfig.getSeed().value_or(0), task, 0));
    for (std::size_t i = 0; i < prompt.size(); ++i) {
        hash.append(prompt[i]);
        auto const draw = hash.draw();
        auto const logProb = static_cast<double>(drawnLogProb(draw));
        // With zeros elsewhere, softmax gives it exp(logProb) at this value.
        auto const others = std::log(static_cast<double>(std::max<std::size_t>(vocabSize - 1, 1)));
        auto const logit = others + logProb - std::log(-std::expm1(logProb));
        put(logits, i * vocabSize + static_cast<std::size_t>(drawnToken(draw, engine.vocabSize)),
            static_cast<float>(logit));
    }
    return logits;
}

// One row for each position of the encoder's input, made from its token.
Tensor encoderOutput(executor::RequestParts const& parts, Setup const& setup) {
    auto const& engine = setup.encoder ? *setup.encoder : setup.engine;
    executor::VecTokens const none;
    auto const& tokens = parts.encoderInputTokenIds   ? *parts.encoderInputTokenIds
                         : parts.encoderInputFeatures ? none
                                                      : parts.inputTokenIds;
    auto rows = static_cast<Dim>(tokens.size());
    if (tokens.empty() && parts.encoderInputFeatures && parts.encoderInputFeatures->getShape().size() > 0) {
        rows = parts.encoderInputFeatures->getShape()[0];
    }
    rows = parts.encoderOutputLength.value_or(static_cast<SizeType32>(rows));
    auto output = Tensor::cpu(engine.logitsType, {rows, engine.hiddenSize});
    for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
        auto const token = row < tokens.size() ? static_cast<uint32_t>(tokens[row]) : 0u;
        for (uint32_t column = 0; column < static_cast<uint32_t>(engine.hiddenSize); ++column) {
            put(output, row * static_cast<std::size_t>(engine.hiddenSize) + column,
                static_cast<float>((token + column) % 16));
        }
    }
    return output;
}

executor::ContextPhaseParams contextPhase(Sequence const& sequence) {
    executor::VecTokens first;
    for (auto const& tokens : sequence.tokens) {
        first.push_back(tokens.back());
    }
    auto const text = "state:" + std::to_string(sequence.id);
    return {std::move(first), sequence.id, std::vector<char>(text.begin(), text.end()), std::nullopt};
}

} // namespace

std::optional<Response> Core::answer(Sequence& sequence) const {
    auto const& job = *sequence.job;
    auto const& parts = job.parts;
    SizeType32 const length = sequence.length();
    if (!sequence.finished && (!job.streaming || length <= sequence.sentLength)) {
        return std::nullopt;
    }
    SizeType32 const prompt = job.promptLength();
    SizeType32 const start = !job.streaming  ? (job.excludeInput ? prompt : 0)
                             : job.allTokens ? prompt
                                             : sequence.sentLength;

    Result result{};
    result.sequenceIndex = sequence.index;
    result.isSequenceFinal = sequence.finished;
    result.isFinal = job.openSequences == 0;
    result.decodingIter = sequence.decodingIter;
    result.avgDecodedTokensPerIter = sequence.averageTokens();

    auto const beams = static_cast<std::size_t>(parts.samplingConfig.getNumReturnBeams());
    result.outputTokenIds.resize(beams);
    result.finishReasons.reserve(beams);
    for (std::size_t i = 0; i < beams; ++i) {
        auto const& tokens = sequence.tokens[i];
        if (static_cast<std::size_t>(start) < tokens.size()) {
            result.outputTokenIds[i].assign(tokens.begin() + start, tokens.end());
        }
        result.finishReasons.push_back(sequence.beams[i].reason);
    }
    // These stay when the tokens of a cancelled sequence go.
    if (parts.outputConfig.returnLogProbs) {
        auto& cum = result.cumLogProbs.emplace();
        auto& each = result.logProbs.emplace();
        for (std::size_t i = 0; i < beams; ++i) {
            cum.push_back(sequence.beams[i].cumLogProb);
            each.push_back(sequence.beams[i].logProbs);
        }
    }
    if (job.contextOnly() && sequence.finished && !sequence.cleared) {
        result.contextPhaseParams = contextPhase(sequence);
    }
    addTensors(result, sequence, start, length - start);
    if (parts.outputConfig.returnPerfMetrics) {
        auto& metrics = sequence.metrics;
        auto& cache = metrics.kvCacheMetrics;
        cache.numTotalAllocatedBlocks = std::max(sequence.totalBlocks, blocksOf(sequence));
        cache.numReusedBlocks = sequence.held.reused;
        cache.numMissedBlocks = sequence.held.missed;
        cache.numNewAllocatedBlocks = cache.numTotalAllocatedBlocks - cache.numReusedBlocks;
        auto const known = cache.numReusedBlocks + cache.numMissedBlocks;
        cache.kvCacheHitRate = known == 0 ? 0.f : static_cast<float>(cache.numReusedBlocks) / static_cast<float>(known);
        auto& speculative = metrics.speculativeDecoding;
        if (speculative.totalDraftTokens > 0) {
            speculative.acceptanceRate = static_cast<float>(speculative.totalAcceptedDraftTokens)
                                         / static_cast<float>(speculative.totalDraftTokens);
        }
        result.requestPerfMetrics = metrics;
    }
    sequence.sentLength = length;
    return Response(job.id, std::move(result), parts.clientId);
}

void Core::addTensors(Result& result, Sequence& sequence, SizeType32 start, SizeType32 count) const {
    auto const& job = *sequence.job;
    auto const& parts = job.parts;
    auto const& output = parts.outputConfig;
    auto const vocabSize = static_cast<std::size_t>(mSetup.engine.vocabSize);
    auto const prompt = static_cast<std::size_t>(job.promptLength());
    auto const beams = result.outputTokenIds.size();

    // Every response of a request shares these two.
    if (output.returnContextLogits) {
        if (!sequence.contextLogits) {
            sequence.contextLogits = contextLogits(parts, mSetup.engine);
        }
        result.contextLogits = sequence.contextLogits;
    }
    if (output.returnEncoderOutput) {
        if (!sequence.encoderOutput) {
            // Without an encoder the tensor is there and empty, as in the true one.
            sequence.encoderOutput = mSetup.hasEncoder() ? encoderOutput(parts, mSetup) : Tensor();
        }
        result.encoderOutput = sequence.encoderOutput;
    }
    if (output.returnGenerationLogits && !sequence.cleared) {
        if (job.streaming && count > 0) {
            auto logits = zeros(mSetup.engine.logitsType, {count, static_cast<Dim>(beams), mSetup.engine.vocabSize});
            for (std::size_t i = 0; i < beams; ++i) {
                auto const& tokens = sequence.tokens[i];
                for (std::size_t at = static_cast<std::size_t>(start); at < tokens.size(); ++at) {
                    auto const row = (at - static_cast<std::size_t>(start)) * beams + i;
                    put(logits, row * vocabSize + static_cast<std::size_t>(tokens[at]) % vocabSize, kChosenLogit);
                }
            }
            result.generationLogits = std::move(logits);
        } else if (!job.streaming) {
            auto const steps = static_cast<std::size_t>(job.maxNewTokens);
            auto logits = zeros(
                mSetup.engine.logitsType, {static_cast<Dim>(beams), static_cast<Dim>(steps), mSetup.engine.vocabSize});
            for (std::size_t i = 0; i < beams; ++i) {
                auto const& tokens = sequence.tokens[i];
                for (std::size_t at = prompt; at < tokens.size(); ++at) {
                    auto const row = i * steps + at - prompt;
                    put(logits, row * vocabSize + static_cast<std::size_t>(tokens[at]) % vocabSize, kChosenLogit);
                }
            }
            result.generationLogits = std::move(logits);
        }
    }
    if (output.additionalModelOutputs) {
        std::size_t longest = 0;
        for (std::size_t i = 0; i < beams; ++i) {
            longest = std::max(longest, sequence.beams[i].logProbs.size());
        }
        for (auto const& wanted : *output.additionalModelOutputs) {
            auto values = zeros(DataType::kFP32, {static_cast<Dim>(beams), static_cast<Dim>(longest)});
            for (std::size_t i = 0; i < beams; ++i) {
                auto const& logProbs = sequence.beams[i].logProbs;
                if (!logProbs.empty()) {
                    std::memcpy(static_cast<float*>(values.getData()) + i * longest, logProbs.data(),
                        logProbs.size() * sizeof(float));
                }
            }
            result.additionalOutputs.emplace_back(wanted.name, std::move(values));
        }
    }
}

} // namespace tensorrt_llm::stand_in

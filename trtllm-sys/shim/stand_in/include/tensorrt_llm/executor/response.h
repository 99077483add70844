#pragma once

#include "tensorrt_llm/executor/contextPhaseParams.h"
#include "tensorrt_llm/executor/tensor.h"
#include "tensorrt_llm/executor/types.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tensorrt_llm::executor {

/// Tells a target model where the draft model's logits wait. Packed into a tensor in place of the logits.
struct SpeculativeDecodingFastLogitsInfo {
    uint64_t draftRequestId;
    int32_t draftParticipantId;

    [[nodiscard]] Tensor toTensor() const;
};

/// A named tensor that `AdditionalModelOutput` asked for.
struct AdditionalOutput {
    AdditionalOutput(std::string name, Tensor output) : name(std::move(name)), output(std::move(output)) {}

    AdditionalOutput(AdditionalOutput const& other) = default;
    AdditionalOutput(AdditionalOutput&& other) noexcept = default;
    AdditionalOutput& operator=(AdditionalOutput const& other) = default;
    AdditionalOutput& operator=(AdditionalOutput&& other) noexcept = default;
    ~AdditionalOutput() = default;

    std::string name;
    Tensor output;
};

/// Tokens of one step (streaming) or of a whole sequence. `isSequenceFinal` ends one sequence, `isFinal` the request.
/// Beams share one result; sequences of `numReturnSequences` each get their own. A request that was cancelled or
/// timed out loses what it generated: its last token vectors hold the prompt where the prompt belongs to the output,
/// and are empty otherwise.
struct Result {
    bool isFinal;
    BeamTokens outputTokenIds;
    std::optional<VecLogProbs> cumLogProbs;
    std::optional<std::vector<VecLogProbs>> logProbs;
    std::optional<Tensor> contextLogits;
    std::optional<Tensor> generationLogits;
    std::optional<SpeculativeDecodingFastLogitsInfo> specDecFastLogitsInfo;
    std::optional<Tensor> encoderOutput;
    std::vector<FinishReason> finishReasons;
    std::optional<ContextPhaseParams> contextPhaseParams;
    SizeType32 decodingIter{0};
    float avgDecodedTokensPerIter{0.0f};
    SizeType32 sequenceIndex{0};
    bool isSequenceFinal;
    std::optional<RequestPerfMetrics> requestPerfMetrics;
    std::vector<AdditionalOutput> additionalOutputs;
};

/// A result or an error, with the request it belongs to. Asking for the one that is not there throws.
class Response {
public:
    Response(IdType requestId, std::string errorMsg, std::optional<IdType> clientId = std::nullopt);
    Response(IdType requestId, Result Result, std::optional<IdType> clientId = std::nullopt);

    ~Response();
    Response(Response const& other);
    Response(Response&& other) noexcept;
    Response& operator=(Response const& other);
    Response& operator=(Response&& other) noexcept;

    [[nodiscard]] IdType getRequestId() const;
    [[nodiscard]] std::optional<IdType> getClientId() const;
    [[nodiscard]] bool hasError() const;
    [[nodiscard]] std::string const& getErrorMsg() const;
    [[nodiscard]] Result const& getResult() const;

private:
    friend class Serialization;
    class Impl;
    std::unique_ptr<Impl> mImpl;
};

} // namespace tensorrt_llm::executor

// Responses, flattened: one struct for a whole batch, so that a wake-up costs a handful of allocations however many
// requests moved on.
#include "trtllm_shim/parts.h"
#include "trtllm_shim/responses.h"

namespace trtllm_shim {

namespace {

std::int64_t nanoseconds(te::RequestPerfMetrics::TimePoint time) {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

Perf flat(te::RequestPerfMetrics const& metrics) {
    Perf perf{};
    auto const& timing = metrics.timingMetrics;
    perf.arrival_ns = nanoseconds(timing.arrivalTime);
    perf.first_scheduled_ns = nanoseconds(timing.firstScheduledTime);
    perf.first_token_ns = nanoseconds(timing.firstTokenTime);
    perf.last_token_ns = nanoseconds(timing.lastTokenTime);
    perf.kv_transfer_start_ns = nanoseconds(timing.kvCacheTransferStart);
    perf.kv_transfer_end_ns = nanoseconds(timing.kvCacheTransferEnd);
    call_if_known(
        timing, [&](auto& known) -> decltype((void)known.kvCacheSize) { perf.kv_transfer_bytes = known.kvCacheSize; });
    auto const& cache = metrics.kvCacheMetrics;
    perf.total_allocated_blocks = cache.numTotalAllocatedBlocks;
    perf.new_allocated_blocks = cache.numNewAllocatedBlocks;
    perf.reused_blocks = cache.numReusedBlocks;
    perf.missed_blocks = cache.numMissedBlocks;
    perf.kv_hit_rate = cache.kvCacheHitRate;
    call_if_known(metrics, [&](auto& known) -> decltype((void)known.speculativeDecoding) {
        perf.acceptance_rate = known.speculativeDecoding.acceptanceRate;
        perf.accepted_draft_tokens = known.speculativeDecoding.totalAcceptedDraftTokens;
        perf.total_draft_tokens = known.speculativeDecoding.totalDraftTokens;
    });
    read_into(perf.first_iter, metrics.firstIter);
    read_into(perf.last_iter, metrics.lastIter);
    read_into(perf.iter, metrics.iter);
    return perf;
}

class Flattener {
public:
    explicit Flattener(ResponseBatch& target) : batch(target) {}

    void add(te::Response const& response) {
        ResponseHead head{};
        head.request_id = response.getRequestId();
        read_into(head.client_id, response.getClientId());
        head.has_error = response.hasError();
        head.first_beam = static_cast<std::uint32_t>(batch.finish_reasons.size());
        if (head.has_error) {
            head.error = static_cast<std::uint32_t>(batch.errors.size());
            batch.errors.push_back(to_rust(response.getErrorMsg()));
            // An error ends its request: the real executor says no more of it.
            head.is_final = true;
            head.is_sequence_final = true;
        } else {
            add(head, response.getResult());
        }
        batch.heads.push_back(head);
    }

private:
    void add(ResponseHead& head, te::Result const& result) {
        head.is_final = result.isFinal;
        head.is_sequence_final = result.isSequenceFinal;
        head.sequence_index = result.sequenceIndex;
        head.decoding_iter = result.decodingIter;
        call_if_known(result, [&](auto& known) -> decltype((void)known.avgDecodedTokensPerIter) {
            head.avg_decoded_tokens_per_iter = known.avgDecodedTokensPerIter;
        });
        add_beams(head, result);
        if (result.specDecFastLogitsInfo.has_value()) {
            head.has_fast_logits = true;
            head.fast_logits_request_id = result.specDecFastLogitsInfo->draftRequestId;
            head.fast_logits_participant = result.specDecFastLogitsInfo->draftParticipantId;
        }
        if (result.requestPerfMetrics.has_value()) {
            head.perf = OptI32{true, static_cast<std::int32_t>(batch.perf.size())};
            batch.perf.push_back(flat(*result.requestPerfMetrics));
        }
        if (result.contextPhaseParams.has_value()) {
            head.context_phase = OptI32{true, static_cast<std::int32_t>(batch.context_phases.size())};
            ContextPhase phase{};
            read_into(phase, *result.contextPhaseParams);
            batch.context_phases.push_back(std::move(phase));
        }
        add_tensor(0, result.contextLogits);
        add_tensor(1, result.generationLogits);
        add_tensor(2, result.encoderOutput);
        for (auto const& output : result.additionalOutputs) {
            add_tensor(3, output.output, output.name);
        }
    }

    void add_beams(ResponseHead& head, te::Result const& result) {
        // A final response on cancel may have fewer token lists than finish reasons, or none; nothing is dropped.
        auto const beams = std::max(result.outputTokenIds.size(), result.finishReasons.size());
        head.beams = static_cast<std::uint32_t>(beams);
        head.has_cum_log_probs = result.cumLogProbs.has_value();
        head.has_log_probs = result.logProbs.has_value();
        for (std::size_t beam = 0; beam < beams; ++beam) {
            if (beam < result.outputTokenIds.size()) {
                auto const& tokens = result.outputTokenIds[beam];
                append_tokens(batch.tokens, rust::Slice<std::int32_t const>(tokens.data(), tokens.size()));
            }
            batch.token_offsets.push_back(static_cast<std::uint32_t>(batch.tokens.size()));
            if (head.has_cum_log_probs || head.has_log_probs) {
                add_log_probs(result, beam);
            }
            auto const reason =
                beam < result.finishReasons.size() ? result.finishReasons[beam] : te::FinishReason::kNOT_FINISHED;
            batch.finish_reasons.push_back(static_cast<std::int32_t>(reason));
        }
    }

    // Beams before this one may have none; the lists are filled up to here only when somebody has some.
    void add_log_probs(te::Result const& result, std::size_t beam) {
        auto const place = batch.finish_reasons.size();
        while (batch.cum_log_probs.size() < place) {
            batch.cum_log_probs.push_back(0.0F);
        }
        while (batch.log_prob_offsets.size() < place + 1) {
            batch.log_prob_offsets.push_back(static_cast<std::uint32_t>(batch.log_probs.size()));
        }
        auto const& sums = result.cumLogProbs;
        batch.cum_log_probs.push_back(sums.has_value() && beam < sums->size() ? (*sums)[beam] : 0.0F);
        if (result.logProbs.has_value() && beam < result.logProbs->size()) {
            auto const& values = (*result.logProbs)[beam];
            append_log_probs(batch.log_probs, rust::Slice<float const>(values.data(), values.size()));
        }
        batch.log_prob_offsets.push_back(static_cast<std::uint32_t>(batch.log_probs.size()));
    }

    void add_tensor(std::uint8_t kind, std::optional<te::Tensor> const& tensor, std::string const& name = "") {
        if (tensor.has_value()) {
            batch.tensors.push_back(
                ResponseTensor{static_cast<std::uint32_t>(batch.heads.size()), kind, to_rust(name), share(*tensor)});
        }
    }

    ResponseBatch& batch;
};

} // namespace

ResponseBatch flatten(std::vector<te::Response> const& responses) {
    ResponseBatch batch{};
    batch.token_offsets.push_back(0);
    batch.heads.reserve(responses.size());
    Flattener flattener(batch);
    for (auto const& response : responses) {
        flattener.add(response);
    }
    return batch;
}

ResponseBatch flatten(std::vector<std::vector<te::Response>> const& groups) {
    ResponseBatch batch{};
    batch.token_offsets.push_back(0);
    Flattener flattener(batch);
    for (auto const& responses : groups) {
        for (auto const& response : responses) {
            flattener.add(response);
        }
    }
    return batch;
}

} // namespace trtllm_shim

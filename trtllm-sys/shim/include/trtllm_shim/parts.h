// Pieces that both a request and the executor's configuration are made of.
#pragma once

#include "trtllm_shim/detect.h"
#include "trtllm_shim/shim.h"
#include "trtllm_shim/values.h"

namespace trtllm_shim {

te::LookaheadDecodingConfig build(Lookahead const& spec);
te::EagleConfig build(Eagle const& spec);
te::DecodingMode build(DecodingMode const& spec);
std::vector<te::AdditionalModelOutput> build(OptAdditionalOutputs const& spec);
te::ExecutorConfig build(ExecutorSpec const& spec);
te::LogitsPostProcessor processor(Hook const& hook);
te::LogitsPostProcessorConfig build(Hooks const& hooks);
te::Request build(RequestEntry const& entry);

void read_into(Lookahead& spec, te::LookaheadDecodingConfig const& value);
void read_into(Eagle& spec, te::EagleConfig const& value);
void read_into(DecodingMode& spec, te::DecodingMode const& value);
void read_into(OptAdditionalOutputs& spec, std::vector<te::AdditionalModelOutput> const& value);

std::shared_ptr<Tensor> share(Tensor const& tensor);

// What a step of a context-only executor hands to the one that goes on.
void read_into(ContextPhase& spec, te::ContextPhaseParams const& value);

} // namespace trtllm_shim

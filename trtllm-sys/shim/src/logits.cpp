// Logits post-processors: closures of Rust as std::function.
#include "trtllm_shim/parts.h"

namespace trtllm_shim {

namespace {

OptU64 client(std::optional<te::IdType> const& id) {
    return id.has_value() ? OptU64{true, *id} : OptU64{false, 0};
}

void append(te::BeamTokens const& beams, rust::Vec<std::int32_t>& tokens, rust::Vec<std::uint32_t>& offsets) {
    for (auto const& beam : beams) {
        for (auto token : beam) {
            tokens.push_back(token);
        }
        offsets.push_back(static_cast<std::uint32_t>(tokens.size()));
    }
}

// std::function must be copyable and a Box is not, hence the shared pointer.
std::shared_ptr<rust::Box<Hook>> own(Hook const& hook) {
    return std::make_shared<rust::Box<Hook>>(hook.share());
}

te::LogitsPostProcessorBatched batched(Hook const& hook) {
    return [owned = own(hook)](std::vector<te::IdType> const& ids, std::vector<te::Tensor>& logits,
               std::vector<std::reference_wrapper<te::BeamTokens const>> const& tokens, te::StreamPtr const& stream,
               std::vector<std::optional<te::IdType>> const& clients) {
        LogitsBatch batch{};
        batch.request_ids = to_rust_vec<std::uint64_t>(ids);
        batch.beam_offsets.push_back(0);
        batch.token_offsets.push_back(0);
        for (auto const& id : clients) {
            batch.client_ids.push_back(client(id));
        }
        for (auto const& tensor : logits) {
            batch.logits.push_back(NamedTensor{0, rust::String(), share(tensor)});
        }
        for (auto const& beams : tokens) {
            append(beams.get(), batch.tokens, batch.token_offsets);
            batch.beam_offsets.push_back(static_cast<std::uint32_t>(batch.token_offsets.size() - 1));
        }
        (*owned)->process_batch(std::move(batch), Stream(stream));
    };
}

} // namespace

te::LogitsPostProcessor processor(Hook const& hook) {
    return [owned = own(hook)](te::IdType id, te::Tensor& logits, te::BeamTokens const& beams,
               te::StreamPtr const& stream, std::optional<te::IdType> client_id) {
        rust::Vec<std::int32_t> tokens;
        rust::Vec<std::uint32_t> offsets;
        offsets.push_back(0);
        append(beams, tokens, offsets);
        (*owned)->process(id, client(client_id), share(logits), rust::Slice<std::int32_t const>(tokens),
            rust::Slice<std::uint32_t const>(offsets), Stream(stream));
    };
}

te::LogitsPostProcessorConfig build(Hooks const& hooks) {
    te::LogitsPostProcessorConfig config;
    if (!hooks.named.empty()) {
        te::LogitsPostProcessorMap map;
        for (std::size_t i = 0; i < hooks.named.size(); ++i) {
            map.emplace(to_std(hooks.names[i]), processor(hooks.named[i]));
        }
        config.setProcessorMap(map);
    }
    if (!hooks.batched.empty()) {
        config.setProcessorBatched(batched(hooks.batched[0]));
    }
    SHIM_SET(config, setReplicate, hooks.replicate);
    return config;
}

} // namespace trtllm_shim

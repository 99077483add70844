// One request after another in plain C++: what a binding in another language is measured against. It has to do what
// that does, no more and no less.

#include "tensorrt_llm/executor/executor.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <utility>

namespace {

namespace te = tensorrt_llm::executor;

constexpr uint32_t kVocabulary = 1000;
constexpr uint32_t kMostWarmUp = 100;

// Where the sums go, so that no compiler may leave the tokens unread.
std::atomic<int64_t> sink{0};

int64_t runOne(te::Executor& executor, uint32_t index, uint32_t promptLength, uint32_t maxTokens) {
    te::VecTokens prompt(promptLength);
    for (uint32_t i = 0; i < promptLength; ++i) {
        prompt[i] = static_cast<te::TokenIdType>((i * 7 + index) % kVocabulary);
    }
    te::OutputConfig output;
    output.excludeInputFromOutput = true;
    te::Request request(std::move(prompt), static_cast<te::SizeType32>(maxTokens));
    request.setOutputConfig(output);
    [[maybe_unused]] te::IdType const id = executor.enqueueRequest(request);

    int64_t sum = 0;
    for (bool final = false; !final;) {
        for (auto const& response : executor.awaitResponses(std::chrono::milliseconds(1000))) {
            auto const& result = response.getResult();
            for (auto const& beam : result.outputTokenIds) {
                for (te::TokenIdType const token : beam) {
                    sum += token;
                }
            }
            final = final || result.isFinal;
        }
    }
    return sum;
}

} // namespace

extern "C" double soju_stand_in_plain_loop(
    char const* engine_dir, uint32_t requests, uint32_t prompt_len, uint32_t max_tokens) {
    try {
        te::Executor executor(engine_dir, te::ModelType::kDECODER_ONLY, te::ExecutorConfig());
        uint32_t const warmUp = std::min(requests, kMostWarmUp);
        int64_t sum = 0;
        for (uint32_t index = 0; index < warmUp; ++index) {
            sum += runOne(executor, index, prompt_len, max_tokens);
        }
        auto const start = std::chrono::steady_clock::now();
        for (uint32_t index = 0; index < requests; ++index) {
            sum += runOne(executor, warmUp + index, prompt_len, max_tokens);
        }
        std::chrono::duration<double> const took = std::chrono::steady_clock::now() - start;
        sink.fetch_add(sum, std::memory_order_relaxed);
        return took.count();
    } catch (...) {
        // No exception may leave a C function.
        return -1.;
    }
}

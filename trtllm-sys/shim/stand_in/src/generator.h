#pragma once

#include "tensorrt_llm/executor/types.h"

#include <cstdint>
#include <list>
#include <optional>

namespace tensorrt_llm::stand_in {

using executor::IdType;
using executor::SizeType32;
using executor::TokenIdType;
using executor::VecTokens;

/// The finaliser of splitmix64.
constexpr uint64_t mix(uint64_t z) {
    z ^= z >> 30;
    z *= 0xbf58476d1ce4e5b9ULL;
    z ^= z >> 27;
    z *= 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

/// FNV-1a over the little-endian bytes of a value.
template <typename Unsigned>
constexpr uint64_t hashBytes(uint64_t hash, Unsigned value) {
    for (unsigned i = 0; i < sizeof(value); ++i) {
        hash = (hash ^ ((value >> (8 * i)) & 0xff)) * 0x100000001b3ULL;
    }
    return hash;
}

constexpr uint64_t kHashStart = 0xcbf29ce484222325ULL;

/// The sequence so far, as the one number that decides what follows. Appending a token costs the same at any length.
class SequenceHash {
public:
    explicit constexpr SequenceHash(uint64_t seed) : mHash(hashBytes(kHashStart, seed)) {}

    constexpr void append(TokenIdType token) {
        mHash = hashBytes(mHash, static_cast<uint32_t>(token));
    }

    /// Decides the next token and everything about it.
    [[nodiscard]] constexpr uint64_t draw() const {
        return mix(mHash);
    }

private:
    uint64_t mHash;
};

/// The seed of a sequence or beam: the request's, changed by the adapter, then moved on by the index.
constexpr uint64_t sequenceSeed(uint64_t seed, std::optional<IdType> loraTask, uint64_t index) {
    return (loraTask ? seed ^ mix(*loraTask) : seed) + index * 0x9e3779b97f4a7c15ULL;
}

constexpr TokenIdType drawnToken(uint64_t draw, SizeType32 vocabSize) {
    return static_cast<TokenIdType>(draw % static_cast<uint64_t>(vocabSize));
}

constexpr float drawnLogProb(uint64_t draw) {
    return -static_cast<float>((draw >> 40) % 1000 + 1) / 1000.f;
}

/// Which guess of a Medusa head the token is, from 0.
constexpr SizeType32 drawnRank(uint64_t draw) {
    return static_cast<SizeType32>((draw >> 20) % 4);
}

/// How many tokens beyond the first the modes without a tree of choices get right.
constexpr SizeType32 drawnExtra(uint64_t draw) {
    return static_cast<SizeType32>((draw >> 24) % 2);
}

/// Whether `tokens` followed by `next` ends with one of the words. Words may begin in the prompt.
bool endsWithWord(std::optional<std::list<VecTokens>> const& words, VecTokens const& tokens, TokenIdType next);

/// The token that is taken: `token`, or the next one in order that is not banned. The end id is banned while a sequence
/// is shorter than it has to be.
TokenIdType avoidBanned(TokenIdType token, SizeType32 vocabSize, std::optional<TokenIdType> bannedEndId,
    std::optional<std::list<VecTokens>> const& badWords, VecTokens const& tokens);

} // namespace tensorrt_llm::stand_in

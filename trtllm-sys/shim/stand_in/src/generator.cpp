// Words and bans: what comes between the drawn token and the one that is taken.

#include "generator.h"

#include <algorithm>

namespace tensorrt_llm::stand_in {

bool endsWithWord(std::optional<std::list<VecTokens>> const& words, VecTokens const& tokens, TokenIdType next) {
    if (!words) {
        return false;
    }
    return std::any_of(words->begin(), words->end(), [&](VecTokens const& word) {
        if (word.empty() || word.back() != next || word.size() - 1 > tokens.size()) {
            return false;
        }
        return std::equal(word.rbegin() + 1, word.rend(), tokens.rbegin());
    });
}

TokenIdType avoidBanned(TokenIdType token, SizeType32 vocabSize, std::optional<TokenIdType> bannedEndId,
    std::optional<std::list<VecTokens>> const& badWords, VecTokens const& tokens) {
    if (!bannedEndId && !badWords) {
        return token;
    }
    // Where every token is banned, the drawn one comes out again.
    for (SizeType32 tries = 0; tries < vocabSize; ++tries) {
        if (token != bannedEndId && !endsWithWord(badWords, tokens, token)) {
            break;
        }
        token = token + 1 == vocabSize ? 0 : token + 1;
    }
    return token;
}

} // namespace tensorrt_llm::stand_in

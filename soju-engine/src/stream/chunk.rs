//! What a stream delivers.

use serde::{Deserialize, Serialize};

use crate::TokenId;

/// Why a generation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FinishReason {
    /// The model chose an end token.
    EndId,
    /// The text reached a stop string.
    StopWords,
    /// `max_new_tokens` are there.
    Length,
    /// The request's time-out passed.
    TimedOut,
    /// The request was cancelled.
    Cancelled,
    /// The computation failed; the stream's last item is the error.
    Error,
}

/// Some new tokens of a stream: all those of a step, or of several steps if the reader was slow.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct TokenChunk {
    /// New token ids.
    pub tokens: Vec<TokenId>,
    /// New text. Held back until what follows settles them, so that the text may lag behind the tokens by a step, are
    /// half a character, a Hangul syllable that a final consonant may follow, an emoji or a digit that may go on
    /// (`👩` to `👩‍🔬`, `1` to `1️⃣`), and the possible beginning of a stop string. The last chunk brings all.
    pub text: String,
    /// Natural log-probability of each of `tokens`, if the request wanted them; else empty.
    pub log_probs: Vec<f32>,
    /// Given in the last chunk only.
    pub finish_reason: Option<FinishReason>,
}

impl TokenChunk {
    pub(super) fn append(&mut self, later: TokenChunk) {
        self.tokens.extend(later.tokens);
        self.text.push_str(&later.text);
        self.log_probs.extend(later.log_probs);
        self.finish_reason = later.finish_reason;
    }
}

/// A whole answer: [`TokenStream::collect`](crate::TokenStream::collect).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Completion {
    /// All text.
    pub text: String,
    /// All token ids.
    pub tokens: Vec<TokenId>,
    /// Natural log-probability of each of `tokens`, if the request wanted them; else empty.
    pub log_probs: Vec<f32>,
    /// Why the answer ended.
    pub finish_reason: FinishReason,
}

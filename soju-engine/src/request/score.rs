//! Scoring: how probable are given continuations of a prompt?

use crate::TokenId;

/// Asks for the log-probabilities of given continuations. Costs one pass over the prompt (prefill) and,
/// for continuations of more than one token, a pass over those tokens; nothing is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScoreRequest {
    /// Token ids of the prompt, with the beginning-of-sequence token if the model wants one. Not empty.
    pub prompt: Vec<TokenId>,
    /// The first so many tokens of the prompt are shared with other requests: the backend computes them
    /// once and copies the result. 0 for none.
    pub shared_prefix: usize,
    /// The continuations, each at least one token.
    pub continuations: Vec<Vec<TokenId>>,
}

/// The answer to a [`ScoreRequest`].
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// For each continuation, for each of its tokens: the natural logarithm of its probability given the
    /// prompt and the continuation's tokens before it.
    pub log_probs: Vec<Vec<f32>>,
}

impl Score {
    /// The log-probability of the whole continuation `i`: the sum over its tokens.
    ///
    /// # Panics
    /// If there is no continuation `i`.
    #[must_use]
    pub fn total(&self, i: usize) -> f32 {
        self.log_probs[i].iter().sum()
    }
}

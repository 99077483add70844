//! What is asked of the engine: text to be generated, continuations to be scored, hidden states.

mod adapter;
mod embed;
mod generation;
mod score;

pub use adapter::{LoraAdapter, LoraWeights, PromptTable};
pub use embed::{EmbedRequest, Embedding, Pooling};
pub use generation::{GenerationRequest, GenerationRequestBuilder, Prompt};
pub use score::{Score, ScoreRequest};

/// How the next token is chosen from the model's distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// 0 takes the most probable token (greedy).
    pub temperature: f32,
    /// Only the `k` most probable tokens, if given.
    pub top_k: Option<u32>,
    /// Only the most probable tokens that together reach this probability, if given.
    pub top_p: Option<f32>,
    /// Seed of the pseudo-random draw. The same seed, request and batch shape give the same tokens.
    pub seed: u64,
}

impl Sampling {
    /// The most probable token each time.
    pub const GREEDY: Self = Self { temperature: 0.0, top_k: None, top_p: None, seed: 0 };

    /// Whether no draw takes place.
    #[must_use]
    pub fn is_greedy(&self) -> bool {
        self.temperature <= 0.0
    }
}

impl Default for Sampling {
    fn default() -> Self {
        Self::GREEDY
    }
}

//! What the engine and its backend tell about themselves.

use serde::Serialize;

use crate::Histogram;

/// What stands behind an engine. Does not change while it lives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BackendInfo {
    /// Which backend, for instance `cpu`.
    pub name: String,
    /// The model in a few words, as its file describes it.
    pub model: String,
    /// Token ids run from 0 to below this.
    pub vocabulary: usize,
    /// The most tokens that one request may take, prompt and new ones together.
    pub context_length: usize,
}

impl BackendInfo {
    /// Describes a backend.
    #[must_use]
    pub fn new(name: &str, model: &str, vocabulary: usize, context_length: usize) -> Self {
        Self { name: name.to_owned(), model: model.to_owned(), vocabulary, context_length }
    }
}

/// A backend's counters at one moment. Those of tokens and steps only grow.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct BackendStats {
    /// Requests being computed.
    pub active: usize,
    /// Requests that wait for room.
    pub queued: usize,
    /// Requests that had begun and wait for room again (max-utilization policy). Not among the queued ones.
    pub paused: usize,
    /// Times that a request was paused.
    pub pauses: u64,
    /// Prompt tokens computed, without the reused ones.
    pub prompt_tokens: u64,
    /// Tokens generated; on the CPU backend with those that ended a text and were not delivered.
    pub generated_tokens: u64,
    /// Prompt tokens that a shared prefix saved.
    pub prefix_reused_tokens: u64,
    /// Requests that found part of their prompt computed.
    pub prefix_hits: u64,
    /// Tokens that a constraint left no choice about: they were computed without the output layer.
    pub forced_tokens: u64,
    /// Tokens that were drafted for verification.
    pub draft_tokens: u64,
    /// Drafted tokens that were accepted.
    pub accepted_draft_tokens: u64,
    /// Tokens whose keys and values are held now.
    pub kv_tokens_used: usize,
    /// The most tokens whose keys and values can be held.
    pub kv_tokens_total: usize,
    /// Of `kv_tokens_used`, those kept for later requests only; they make room when it is wanted.
    pub kv_tokens_cached: usize,
    /// Tokens of a block of the cache: it is given out in such units. 1 on the CPU backend.
    pub kv_block_tokens: usize,
    /// Batches computed.
    pub steps: u64,
    /// How long requests waited from the moment they were taken until they were admitted to the running batch. Empty
    /// where the backend does not tell.
    pub queue_wait: Histogram,
}

impl BackendStats {
    /// Blocks of the cache that hold something, kept ones included: each has
    /// [`kv_block_tokens`](Self::kv_block_tokens) tokens.
    #[must_use]
    pub fn kv_blocks_used(&self) -> usize {
        self.kv_tokens_used.div_ceil(self.kv_block_tokens.max(1))
    }

    /// Blocks of the cache in all.
    #[must_use]
    pub fn kv_blocks_total(&self) -> usize {
        self.kv_tokens_total / self.kv_block_tokens.max(1)
    }

    /// Drafted tokens that a step got accepted, all its requests together, on average since the start; 0 before the
    /// first step.
    #[must_use]
    pub fn accepted_draft_tokens_per_step(&self) -> f64 {
        self.accepted_draft_tokens as f64 / self.steps.max(1) as f64
    }
}

/// [`Engine::stats`](crate::Engine::stats): the backend's counters and the engine's own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EngineStats {
    /// Requests taken and not yet finished, waiting ones included.
    pub in_flight: usize,
    /// Requests taken since the start.
    pub submitted: u64,
    /// Whether the backend still works.
    pub healthy: bool,
    /// Tokens a second that reached the engine from its backend, all requests together, over the second under way and
    /// the nine before it (or since the start, if that is less).
    pub tokens_per_second: f64,
    /// From the moment the backend took a generation to its first token at the engine.
    pub time_to_first_token: Histogram,
    /// Between tokens of a generation, as they reach the engine. Tokens that come together share the time since the
    /// ones before.
    pub inter_token_gap: Histogram,
    /// From the moment the backend took a request of any kind to its end, whatever the end.
    pub request_time: Histogram,
    /// The backend's counters.
    #[serde(flatten)]
    pub backend: BackendStats,
}

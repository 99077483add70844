//! What the scheduler takes in and what it hands out.

use std::time::Instant;

use super::policy::{Batching, CapacityPolicy, PrefixReuse};
use crate::TokenId;
use crate::backend::RequestId;
use crate::stream::FinishReason;

/// A sequence of the key-value cache.
pub(crate) type SequenceId = i32;

/// What one step and the cache may hold, and by which rules.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Cells of the cache.
    pub(crate) kv_tokens: usize,
    /// Sequences for requests; their ids are `0..max_sequences`.
    pub(crate) max_sequences: usize,
    /// Sequences for kept prefixes; their ids follow those of the requests.
    pub(crate) prefix_sequences: usize,
    /// Rows of one batch; at least `max_sequences`.
    pub(crate) batch_tokens: usize,
    /// Rows of one batch whose logits are wanted; at least `max_sequences`.
    pub(crate) max_outputs: usize,
    pub(crate) batching: Batching,
    pub(crate) policy: CapacityPolicy,
    pub(crate) reuse: PrefixReuse,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Job {
    pub(crate) id: RequestId,
    pub(crate) prompt: Vec<TokenId>,
    pub(crate) shared_prefix: usize,
    pub(crate) priority: f32,
    pub(crate) deadline: Option<Instant>,
    pub(crate) work: Work,
}

/// What follows the prompt.
#[derive(Debug, Clone)]
pub(crate) enum Work {
    Generate { max_new: usize, end_ids: Vec<TokenId> },
    Score { continuations: Vec<Vec<TokenId>> },
}

/// One token to be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) token: TokenId,
    pub(crate) position: usize,
    pub(crate) sequence: SequenceId,
    pub(crate) output: bool,
}

/// What to do with the logits of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Output {
    pub(crate) row: usize,
    pub(crate) id: RequestId,
    pub(crate) want: Want,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Want {
    /// Choose the next token and tell it with [`Scheduler::sampled`](super::Scheduler::sampled).
    Sample,
    /// Look up log-probabilities.
    Score(Vec<Lookup>),
}

/// The log-probability of `token` is that of continuation `continuation` at `index`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lookup {
    pub(crate) continuation: usize,
    pub(crate) index: usize,
    pub(crate) token: TokenId,
}

/// A change to the cache, before the batch runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KvOp {
    /// Positions `start..end` of `from` become those of `to` as well, which ends at `start`; no cells are taken.
    Copy { from: SequenceId, to: SequenceId, start: usize, end: usize },
    /// Forget positions from `len` on.
    Truncate { sequence: SequenceId, len: usize },
    /// Forget all.
    Clear { sequence: SequenceId },
}

/// One step: change the cache, compute the rows, use the outputs.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) ops: Vec<KvOp>,
    pub(crate) rows: Vec<Row>,
    pub(crate) outputs: Vec<Output>,
    /// How many of the rows are generated tokens; the others are prompts and continuations.
    pub(crate) decode_rows: usize,
    /// Requests that left the queue in this step, and those that were paused (max-utilization policy).
    pub(crate) admitted: Vec<RequestId>,
    pub(crate) paused: Vec<RequestId>,
    /// Score requests that are complete once the outputs of this step are used.
    pub(crate) scored: Vec<RequestId>,
}

impl Plan {
    pub(super) fn push(&mut self, row: Row) -> usize {
        self.rows.push(row);
        self.rows.len() - 1
    }
}

/// What became of tokens that were chosen for a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Progress {
    /// So many of them, from the first, belong to the answer.
    pub(crate) accepted: usize,
    /// Why the request is out, if it is.
    pub(crate) reason: Option<FinishReason>,
}

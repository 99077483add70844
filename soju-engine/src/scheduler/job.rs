//! What the scheduler takes in and what it hands out.

use std::num::NonZeroUsize;
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
    /// Generated tokens that are computed together, apart from other rows; none: all rows of a step together.
    pub(crate) decode_apart: Option<NonZeroUsize>,
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
    /// In the order of their rows.
    pub(crate) outputs: Vec<Output>,
    /// How many of the rows are generated tokens: the first ones. The others are continuations and prompts.
    pub(crate) decode_rows: usize,
    /// Requests that left the queue in this step, and those that were paused (max-utilization policy).
    pub(crate) admitted: Vec<RequestId>,
    pub(crate) paused: Vec<RequestId>,
    /// Score requests that are complete once the outputs of this step are used.
    pub(crate) scored: Vec<RequestId>,
}

/// Rows that are computed by one call of the backend, and what is wanted of them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Part<'a> {
    pub(crate) rows: &'a [Row],
    pub(crate) outputs: &'a [Output],
    /// The place of the first row among those of the plan, in which outputs count.
    pub(crate) first: usize,
    /// How many of the rows are generated tokens.
    pub(crate) decode_rows: usize,
}

impl Plan {
    /// The rows in parts, each with its outputs: the generated tokens, at most `decode` at a time, then all others.
    /// With none for `decode` there is one part. Rows keep their order, so a part finds in the cache what it needs.
    pub(crate) fn parts(&self, decode: Option<NonZeroUsize>) -> Vec<Part<'_>> {
        let mut ends: Vec<usize> = match decode {
            Some(most) => {
                (0..self.decode_rows).step_by(most.get()).skip(1).chain([self.decode_rows]).collect()
            }
            None => Vec::new(),
        };
        ends.push(self.rows.len());
        let mut first = 0;
        let mut parts = Vec::with_capacity(ends.len());
        for end in ends {
            if first == end {
                continue;
            }
            let place = |row| self.outputs.partition_point(|output| output.row < row);
            let outputs = &self.outputs[place(first)..place(end)];
            let decode_rows = end.min(self.decode_rows).saturating_sub(first);
            parts.push(Part { rows: &self.rows[first..end], outputs, first, decode_rows });
            first = end;
        }
        parts
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rows: usize, decode_rows: usize, outputs: &[usize]) -> Plan {
        let row = |position| Row { token: 1, position, sequence: 0, output: outputs.contains(&position) };
        let output = |row: &usize| Output { row: *row, id: *row as RequestId, want: Want::Sample };
        Plan {
            rows: (0..rows).map(row).collect(),
            outputs: outputs.iter().map(output).collect(),
            decode_rows,
            ..Plan::default()
        }
    }

    fn shape(plan: &Plan, decode: usize) -> Vec<(usize, usize, usize, Vec<usize>)> {
        let rows = |part: &Part<'_>| part.outputs.iter().map(|output| output.row).collect();
        let parts = plan.parts(NonZeroUsize::new(decode));
        parts.iter().map(|part| (part.first, part.rows.len(), part.decode_rows, rows(part))).collect()
    }

    #[test]
    fn generated_tokens_come_apart_from_prompts() {
        let plan = plan(10, 5, &[0, 1, 2, 4, 9]);
        assert_eq!(shape(&plan, 0), [(0, 10, 5, vec![0, 1, 2, 4, 9])]);
        assert_eq!(shape(&plan, 8), [(0, 5, 5, vec![0, 1, 2, 4]), (5, 5, 0, vec![9])]);
        assert_eq!(
            shape(&plan, 2),
            [(0, 2, 2, vec![0, 1]), (2, 2, 2, vec![2]), (4, 1, 1, vec![4]), (5, 5, 0, vec![9])]
        );
    }

    #[test]
    fn no_part_is_empty() {
        assert_eq!(shape(&plan(0, 0, &[]), 4), []);
        assert_eq!(shape(&plan(4, 4, &[3]), 4), [(0, 4, 4, vec![3])]);
        assert_eq!(shape(&plan(3, 0, &[2]), 4), [(0, 3, 0, vec![2])]);
    }
}

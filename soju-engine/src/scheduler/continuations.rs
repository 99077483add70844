//! The continuations of a score request: forks of its prompt, several at a time.

use super::job::{KvOp, Lookup, Output, Plan, Row, SequenceId, Want};
use crate::TokenId;
use crate::backend::RequestId;

/// Progress over the continuations of more than one token.
#[derive(Debug)]
pub(super) struct Continuations {
    /// Those not begun, the next one last.
    waiting: Vec<usize>,
    /// One for each sequence of the request.
    lanes: Vec<Lane>,
}

#[derive(Debug, Default)]
struct Lane {
    /// The continuation being computed and how many of its tokens are planned.
    current: Option<(usize, usize)>,
    /// The sequence holds the prompt (the first one always does).
    forked: bool,
    /// Tokens that the sequence holds after the prompt.
    filled: usize,
}

impl Continuations {
    pub(super) fn new(continuations: &[Vec<TokenId>], lanes: usize) -> Self {
        let long = continuations.iter().enumerate().filter(|(_, tokens)| tokens.len() > 1);
        let waiting = long.map(|(i, _)| i).rev().collect();
        let mut lanes: Vec<Lane> = (0..lanes).map(|_| Lane::default()).collect();
        if let Some(first) = lanes.first_mut() {
            first.forked = true;
        }
        Self { waiting, lanes }
    }

    /// Cells after the prompt that hold something.
    pub(super) fn filled(&self) -> usize {
        self.lanes.iter().map(|lane| lane.filled).sum()
    }

    pub(super) fn is_done(&self) -> bool {
        self.waiting.is_empty() && self.lanes.iter().all(|lane| lane.current.is_none())
    }

    /// Plans up to `budget` tokens; each gives an output.
    pub(super) fn plan(
        &mut self,
        plan: &mut Plan,
        mut budget: usize,
        id: RequestId,
        prompt_len: usize,
        continuations: &[Vec<TokenId>],
        sequences: &[SequenceId],
    ) {
        for (lane, &sequence) in self.lanes.iter_mut().zip(sequences) {
            if budget == 0 {
                return;
            }
            if lane.current.is_none() {
                let Some(next) = self.waiting.pop() else { continue };
                lane.current = Some((next, 0));
                if !lane.forked {
                    let from = sequences[0];
                    plan.ops.push(KvOp::Copy { from, to: sequence, start: 0, end: prompt_len });
                    lane.forked = true;
                } else if lane.filled > 0 {
                    plan.ops.push(KvOp::Truncate { sequence, len: prompt_len });
                }
                lane.filled = 0;
            }
            let Some((continuation, planned)) = &mut lane.current else { continue };
            let tokens = &continuations[*continuation];
            // The last token of a continuation need not be computed: nothing follows it.
            let end = (tokens.len() - 1).min(*planned + budget);
            for index in *planned..end {
                let token = tokens[index];
                let row = plan.push(Row { token, position: prompt_len + index, sequence, output: true });
                let lookup =
                    Lookup { continuation: *continuation, index: index + 1, token: tokens[index + 1] };
                plan.outputs.push(Output { row, id, want: Want::Score(vec![lookup]) });
            }
            budget -= end - *planned;
            *planned = end;
            lane.filled = end;
            if end == tokens.len() - 1 {
                lane.current = None;
            }
        }
    }
}

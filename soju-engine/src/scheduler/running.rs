//! A request that has been admitted: which of its tokens are computed, and which rows it wants next.

use super::job::{Job, KvOp, Lookup, Output, Plan, Row, SequenceId, Want, Work};
use crate::TokenId;

/// An admitted request.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) job: Job,
    /// The first holds the prompt; the others are forks for continuations.
    pub(super) sequences: Vec<SequenceId>,
    /// The kept prefix that the prompt begins with, and whether it has been copied.
    pub(super) prefix: Option<SequenceId>,
    pub(super) prefix_copied: bool,
    /// Cells set aside for this request, without those of the prefix.
    pub(super) reserved: usize,
    pub(super) phase: Phase,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// So many tokens of the prompt are planned.
    Prompt { computed: usize },
    /// So many tokens are generated; the last of them waits to be computed.
    Decode { generated: usize, next: Option<TokenId> },
    /// Continuations of more than one token.
    Continue(Continuations),
}

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

impl Running {
    /// Cells that hold something, without those of the prefix.
    pub(super) fn cells_used(&self) -> usize {
        let shared = if self.prefix.is_some() { self.job.prefix_len() } else { 0 };
        match &self.phase {
            Phase::Prompt { computed } => computed.saturating_sub(shared),
            Phase::Decode { generated, next } => {
                self.job.prompt.len() - shared + generated - usize::from(next.is_some())
            }
            Phase::Continue(state) => {
                self.job.prompt.len() - shared + state.lanes.iter().map(|lane| lane.filled).sum::<usize>()
            }
        }
    }

    pub(super) fn is_prompt(&self) -> bool {
        matches!(self.phase, Phase::Prompt { .. })
    }

    /// Plans the token that was generated last, if there is one.
    pub(super) fn plan_decode(&mut self, plan: &mut Plan) {
        let Phase::Decode { generated, next } = &mut self.phase else { return };
        let Some(token) = next.take() else { return };
        let position = self.job.prompt.len() + *generated - 1;
        let row = plan.push(Row { token, position, sequence: self.sequences[0], output: true });
        plan.outputs.push(Output { row, id: self.job.id, want: Want::Sample });
    }

    /// Plans up to `budget` tokens of the prompt. Its last token needs one of `outputs`.
    pub(super) fn plan_prompt(&mut self, plan: &mut Plan, budget: usize, outputs: usize) {
        let Phase::Prompt { computed } = &mut self.phase else { return };
        let len = self.job.prompt.len();
        let reachable = if outputs == 0 { len - 1 } else { len };
        let end = reachable.min(*computed + budget).max(*computed);
        for position in *computed..end {
            let token = self.job.prompt[position];
            plan.push(Row { token, position, sequence: self.sequences[0], output: position + 1 == len });
        }
        *computed = end;
        if end < len {
            return;
        }
        let (want, phase) = match &self.job.work {
            Work::Generate { .. } => (Want::Sample, Phase::Decode { generated: 0, next: None }),
            Work::Score { continuations } => {
                let first = |(continuation, tokens): (usize, &Vec<TokenId>)| Lookup {
                    continuation,
                    index: 0,
                    token: tokens[0],
                };
                let lookups = continuations.iter().enumerate().map(first).collect();
                let long = continuations.iter().enumerate().filter(|(_, tokens)| tokens.len() > 1);
                let waiting = long.map(|(i, _)| i).rev().collect();
                let mut lanes: Vec<Lane> = self.sequences.iter().map(|_| Lane::default()).collect();
                lanes[0].forked = true;
                (Want::Score(lookups), Phase::Continue(Continuations { waiting, lanes }))
            }
        };
        plan.outputs.push(Output { row: plan.rows.len() - 1, id: self.job.id, want });
        self.phase = phase;
    }

    /// Plans up to `budget` tokens of continuations; each gives an output.
    pub(super) fn plan_continuations(&mut self, plan: &mut Plan, mut budget: usize) {
        let Phase::Continue(state) = &mut self.phase else { return };
        let Work::Score { continuations } = &self.job.work else { return };
        let prompt_len = self.job.prompt.len();
        for (lane, &sequence) in state.lanes.iter_mut().zip(&self.sequences) {
            if budget == 0 {
                return;
            }
            if lane.current.is_none() {
                let Some(next) = state.waiting.pop() else { continue };
                lane.current = Some((next, 0));
                if !lane.forked {
                    plan.ops.push(KvOp::Copy { from: self.sequences[0], to: sequence, len: prompt_len });
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
                plan.outputs.push(Output { row, id: self.job.id, want: Want::Score(vec![lookup]) });
            }
            budget -= end - *planned;
            *planned = end;
            lane.filled = end;
            if end == tokens.len() - 1 {
                lane.current = None;
            }
        }
    }

    /// Whether every log-probability that a score request wants has been planned.
    pub(super) fn is_scored(&self) -> bool {
        let Phase::Continue(state) = &self.phase else { return false };
        state.waiting.is_empty() && state.lanes.iter().all(|lane| lane.current.is_none())
    }
}

//! A request that has been admitted: which of its tokens are computed, and which rows it wants next.

use super::continuations::Continuations;
use super::job::{Lookup, Output, Plan, Row, SequenceId, Want, Work};
use super::policy::CapacityPolicy;
use super::radix::NodeId;
use super::request::Request;
use crate::TokenId;

/// An admitted request.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) request: Request,
    /// The first holds the prompt; the others are forks for continuations.
    pub(super) sequences: Vec<SequenceId>,
    /// So many of the request's tokens are planned.
    pub(super) computed: usize,
    /// The node of the prefix cache that it grew from, and the tokens up to there: the first of `computed`.
    pub(super) pin: Option<NodeId>,
    pub(super) matched: usize,
    /// Whether its prompt has been offered to the prefix cache.
    pub(super) offered: bool,
    pub(super) phase: Phase,
}

/// An admitted or paused request's progress that is not in its tokens.
#[derive(Debug)]
pub(super) enum Phase {
    /// Its tokens are computed from the start, after admission or after a pause.
    Prefill,
    /// One step, one token or a few.
    Decode,
    /// Continuations of more than one token.
    Continue(Continuations),
}

impl Running {
    /// Cells that only this request holds.
    pub(super) fn own_cells(&self) -> usize {
        let lanes = if let Phase::Continue(state) = &self.phase { state.filled() } else { 0 };
        self.computed - self.matched + lanes
    }

    /// Cells that it will want beyond those it holds: all it may ever want, or, where it may be paused, those
    /// of the next step.
    pub(super) fn future_cells(&self, policy: CapacityPolicy) -> usize {
        match (policy, &self.request.work) {
            (CapacityPolicy::MaxUtilization, Work::Generate { .. }) => self.left(),
            _ => {
                let total = self.request.most_cells(self.sequences.len());
                total - self.matched - self.own_cells()
            }
        }
    }

    /// Tokens that wait to be computed.
    fn left(&self) -> usize {
        self.request.tokens.len() - self.computed
    }

    pub(super) fn is_prefill(&self) -> bool {
        matches!(self.phase, Phase::Prefill)
    }

    /// Whether it may be paused.
    pub(super) fn can_pause(&self) -> bool {
        matches!(self.request.work, Work::Generate { .. })
    }

    /// Plans up to `budget` generated tokens; the last one wants an output.
    pub(super) fn plan_decode(&mut self, plan: &mut Plan, budget: usize) {
        if matches!(self.phase, Phase::Decode) {
            self.plan_tokens(plan, budget);
        }
    }

    /// Plans up to `budget` tokens from the start. The last one needs one of `outputs`.
    pub(super) fn plan_prefill(&mut self, plan: &mut Plan, budget: usize, outputs: usize) {
        let budget = if outputs == 0 { budget.min(self.left() - 1) } else { budget };
        if !self.plan_tokens(plan, budget) {
            return;
        }
        self.phase = match &self.request.work {
            Work::Generate { .. } => Phase::Decode,
            Work::Score { continuations } => {
                Phase::Continue(Continuations::new(continuations, self.sequences.len()))
            }
        };
    }

    /// True when all tokens are planned; the last one has an output then.
    fn plan_tokens(&mut self, plan: &mut Plan, budget: usize) -> bool {
        let len = self.request.tokens.len();
        let end = len.min(self.computed + budget);
        for position in self.computed..end {
            let token = self.request.tokens[position];
            plan.push(Row { token, position, sequence: self.sequences[0], output: position + 1 == len });
        }
        let has_output = end == len && self.computed < end;
        self.computed = end;
        if has_output {
            let want = match &self.request.work {
                Work::Generate { .. } => Want::Sample,
                Work::Score { continuations } => Want::Score(first_lookups(continuations)),
            };
            plan.outputs.push(Output { row: plan.rows.len() - 1, id: self.request.id, want });
        }
        has_output
    }

    /// Plans up to `budget` tokens of continuations; each gives an output.
    pub(super) fn plan_continuations(&mut self, plan: &mut Plan, budget: usize) {
        if let (Phase::Continue(state), Work::Score { continuations }) = (&mut self.phase, &self.request.work)
        {
            state.plan(plan, budget, self.request.id, self.computed, continuations, &self.sequences);
        }
    }

    /// Whether every log-probability that a score request wants has been planned.
    pub(super) fn is_scored(&self) -> bool {
        matches!(&self.phase, Phase::Continue(state) if state.is_done())
    }
}

/// The first token of each continuation follows from the last token of the prompt.
fn first_lookups(continuations: &[Vec<TokenId>]) -> Vec<Lookup> {
    let first =
        |(continuation, tokens): (usize, &Vec<TokenId>)| Lookup { continuation, index: 0, token: tokens[0] };
    continuations.iter().enumerate().map(first).collect()
}

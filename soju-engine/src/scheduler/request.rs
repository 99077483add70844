//! A job inside the scheduler: it may wait, run, be paused and run again.

use std::time::Instant;

use super::job::{Job, Limits, Progress, Work};
use super::policy::PrefixReuse;
use crate::TokenId;
use crate::backend::RequestId;
use crate::stream::FinishReason;

/// A request of priority 1 is taken before at most so many earlier ones of priority 0. This bound is what keeps
/// those from waiting for ever.
const OVERTAKE: f64 = 1024.0;

/// Waiting requests are taken in this order: by arrival, less what the priority is worth.
pub(super) type Place = (u64, u64);

#[derive(Debug)]
pub(super) struct Request {
    pub(super) id: RequestId,
    pub(super) place: Place,
    /// The prompt and what has been generated.
    pub(super) tokens: Vec<TokenId>,
    prompt_len: usize,
    shared_prefix: usize,
    deadline: Option<Instant>,
    pub(super) work: Work,
    /// It was running before.
    pub(super) paused: bool,
}

impl Request {
    pub(super) fn new(job: Job, arrival: u64) -> Self {
        let penalty = (1.0 - f64::from(job.priority.clamp(0.0, 1.0))) * OVERTAKE;
        Self {
            id: job.id,
            place: (arrival + penalty as u64, arrival),
            prompt_len: job.prompt.len(),
            tokens: job.prompt,
            shared_prefix: job.shared_prefix,
            deadline: job.deadline,
            work: job.work,
            paused: false,
        }
    }

    pub(super) fn is_late(&self, now: Instant) -> bool {
        self.deadline.is_some_and(|deadline| deadline <= now)
    }

    /// Tokens that may come from the prefix cache. The last token is always computed anew, because its logits
    /// are needed.
    pub(super) fn reusable(&self, reuse: PrefixReuse) -> usize {
        let most = self.tokens.len() - 1;
        match reuse {
            PrefixReuse::Marked => self.shared_prefix.min(most),
            PrefixReuse::All => most,
        }
    }

    /// Tokens of the prompt that are offered to the prefix cache once they are computed.
    pub(super) fn offer(&self, reuse: PrefixReuse) -> usize {
        match reuse {
            PrefixReuse::Marked => self.shared_prefix.min(self.prompt_len - 1),
            PrefixReuse::All => self.prompt_len,
        }
    }

    /// Sequences for a request: one, or for scores one for each continuation of several tokens, within reason.
    pub(super) fn lanes(&self, limits: &Limits) -> usize {
        let Work::Score { continuations } = &self.work else { return 1 };
        let long = continuations.iter().filter(|tokens| tokens.len() > 1).count();
        let mut lanes = long.min(limits.max_sequences.div_ceil(4)).max(1);
        while lanes > 1 && self.most_cells(lanes) > limits.kv_tokens {
            lanes -= 1;
        }
        lanes
    }

    /// Cells that it may ever hold at a time, with so many sequences.
    pub(super) fn most_cells(&self, lanes: usize) -> usize {
        let after = match &self.work {
            Work::Generate { max_new, .. } => *max_new,
            Work::Score { continuations } => {
                let mut lengths: Vec<_> = continuations.iter().map(|tokens| tokens.len() - 1).collect();
                lengths.sort_unstable_by(|a, b| b.cmp(a));
                lengths.iter().take(lanes).sum()
            }
        };
        self.prompt_len + after
    }

    /// Takes chosen tokens, up to an end token or the most that were asked for.
    pub(super) fn extend(&mut self, chosen: &[TokenId]) -> Progress {
        let Work::Generate { max_new, end_ids } = &self.work else {
            return Progress { accepted: 0, reason: None };
        };
        for (accepted, token) in chosen.iter().enumerate() {
            if end_ids.contains(token) {
                return Progress { accepted, reason: Some(FinishReason::EndId) };
            }
            self.tokens.push(*token);
            if self.tokens.len() - self.prompt_len == *max_new {
                return Progress { accepted: accepted + 1, reason: Some(FinishReason::Length) };
            }
        }
        Progress { accepted: chosen.len(), reason: None }
    }
}

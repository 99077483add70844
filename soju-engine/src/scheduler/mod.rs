//! In-flight batching for backends that have none: which tokens does the next step compute?
//!
//! A pure data structure: it knows token ids, sequences and cells, no model and no clock. Each step takes
//! the decode tokens of all running requests first, then chunks of prompts under the token budget, so that
//! requests join and leave between steps. Admission is guaranteed-no-evict: a request is admitted when the
//! cells for all it may ever hold are free, so it never has to be stopped halfway.

mod job;
mod prefix;
mod running;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Instant;

use crate::TokenId;
use crate::backend::RequestId;
use crate::stream::FinishReason;
pub(crate) use job::{Job, KvOp, Limits, Plan, Row, SequenceId, Want, Work};
use prefix::Prefixes;
use running::{Phase, Running};

/// Waiting jobs are taken by descending priority, then in order of arrival.
type Place = (u32, u64);

#[derive(Debug)]
pub(crate) struct Scheduler {
    limits: Limits,
    waiting: BTreeMap<Place, Job>,
    running: Vec<Running>,
    prefixes: Prefixes,
    free_sequences: Vec<SequenceId>,
    /// Cells set aside for running requests.
    reserved: usize,
    /// Changes to the cache that the next plan begins with.
    ops: Vec<KvOp>,
    admitted: Vec<RequestId>,
    arrivals: u64,
    step: u64,
    prefix_reused: u64,
}

impl Scheduler {
    pub(crate) fn new(limits: Limits) -> Self {
        let first_prefix = limits.max_sequences as SequenceId;
        let end = first_prefix + limits.prefix_sequences as SequenceId;
        Self {
            limits,
            waiting: BTreeMap::new(),
            running: Vec::new(),
            prefixes: Prefixes::new(first_prefix..end),
            free_sequences: (0..first_prefix).rev().collect(),
            reserved: 0,
            ops: Vec::new(),
            admitted: Vec::new(),
            arrivals: 0,
            step: 0,
            prefix_reused: 0,
        }
    }

    /// Takes a job that [fits](crate::backend::BackendRequest::check).
    pub(crate) fn add(&mut self, job: Job) {
        let rank = u32::MAX - (f64::from(job.priority) * f64::from(u32::MAX)) as u32;
        self.waiting.insert((rank, self.arrivals), job);
        self.arrivals += 1;
    }

    /// Takes a job out. False if it is not there.
    pub(crate) fn cancel(&mut self, id: RequestId) -> bool {
        if let Some(index) = self.running.iter().position(|running| running.job.id == id) {
            self.remove(index);
            return true;
        }
        let place = self.waiting.iter().find(|(_, job)| job.id == id).map(|(place, _)| *place);
        place.is_some_and(|place| self.waiting.remove(&place).is_some())
    }

    /// Takes out the jobs whose deadline has passed, and names them.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<RequestId> {
        let late = |job: &Job| job.deadline.is_some_and(|deadline| deadline <= now);
        let running = self.running.iter().map(|running| &running.job);
        let expired: Vec<_> =
            running.chain(self.waiting.values()).filter(|job| late(job)).map(|job| job.id).collect();
        for id in &expired {
            self.cancel(*id);
        }
        expired
    }

    /// Plans the next step. Its rows count as computed from here on.
    pub(crate) fn plan(&mut self) -> Plan {
        self.step += 1;
        self.admit();
        let mut plan = Plan { ops: std::mem::take(&mut self.ops), ..Plan::default() };
        plan.admitted = std::mem::take(&mut self.admitted);
        for running in &mut self.running {
            running.plan_decode(&mut plan);
        }
        plan.decode_rows = plan.rows.len();
        for running in &mut self.running {
            let rows = self.limits.batch_tokens - plan.rows.len();
            let outputs = self.limits.max_outputs - plan.outputs.len();
            running.plan_continuations(&mut plan, rows.min(outputs));
        }
        for running in &mut self.running {
            if running.is_prompt() {
                Self::plan_prompt(running, &mut self.prefixes, &mut plan, self.limits, self.step);
            }
        }
        while let Some(index) = self.running.iter().position(Running::is_scored) {
            plan.scored.push(self.running[index].job.id);
            self.remove(index);
        }
        plan
    }

    fn plan_prompt(
        running: &mut Running,
        prefixes: &mut Prefixes,
        plan: &mut Plan,
        limits: Limits,
        step: u64,
    ) {
        if let Some(prefix) = running.prefix.filter(|_| !running.prefix_copied) {
            let entry = prefixes.get_mut(prefix);
            let end = entry.tokens.len().min(entry.done + limits.batch_tokens - plan.rows.len());
            for position in entry.done..end {
                let token = entry.tokens[position];
                plan.push(Row { token, position, sequence: entry.sequence, output: false });
            }
            if end > entry.done {
                entry.done = end;
                entry.planned_in = step;
            }
            if !entry.is_ready(step) {
                return;
            }
            let len = entry.tokens.len();
            plan.ops.push(KvOp::Copy { from: prefix, to: running.sequences[0], len });
            running.prefix_copied = true;
            running.phase = Phase::Prompt { computed: len };
        }
        let outputs = limits.max_outputs - plan.outputs.len();
        running.plan_prompt(plan, limits.batch_tokens - plan.rows.len(), outputs);
    }

    /// Tells which token was chosen for a request. A reason to finish means that the request is out.
    /// Unknown ids (cancelled meanwhile) are ignored.
    pub(crate) fn sampled(&mut self, id: RequestId, token: TokenId) -> Option<FinishReason> {
        let index = self.running.iter().position(|running| running.job.id == id)?;
        let running = &mut self.running[index];
        let Work::Generate { max_new, end_ids } = &running.job.work else { return None };
        let Phase::Decode { generated, next } = &mut running.phase else { return None };
        let reason = if end_ids.contains(&token) {
            FinishReason::EndId
        } else {
            *generated += 1;
            *next = Some(token);
            if *generated < *max_new {
                return None;
            }
            FinishReason::Length
        };
        self.remove(index);
        Some(reason)
    }

    /// Whether nothing waits, nothing runs and no change to the cache is due.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty() && self.ops.is_empty()
    }

    pub(crate) fn active(&self) -> usize {
        self.running.len()
    }

    pub(crate) fn queued(&self) -> usize {
        self.waiting.len()
    }

    /// Cells that hold something.
    pub(crate) fn cells_used(&self) -> usize {
        self.prefixes.cells_used() + self.running.iter().map(Running::cells_used).sum::<usize>()
    }

    /// Prompt tokens that were copied and not computed.
    pub(crate) fn prefix_reused(&self) -> u64 {
        self.prefix_reused
    }

    fn remove(&mut self, index: usize) {
        let running = self.running.remove(index);
        self.reserved -= running.reserved;
        for &sequence in &running.sequences {
            self.ops.push(KvOp::Clear { sequence });
            self.free_sequences.push(sequence);
        }
        if let Some(prefix) = running.prefix {
            self.prefixes.release(prefix);
        }
    }

    /// Admits waiting jobs in their order until one does not fit. Later ones do not overtake it, so none
    /// waits for ever.
    fn admit(&mut self) {
        while let Some((&place, job)) = self.waiting.first_key_value() {
            let lanes = self.lanes(job);
            if self.free_sequences.len() < lanes {
                return;
            }
            let prefix_len = job.prefix_len();
            let known = self.prefixes.find(&job.prompt[..prefix_len]);
            let total = job.prompt.len() + tokens_after(job, lanes);
            let wants_prefix = prefix_len > 0 && self.make_prefix_room(known);
            let new_cells = if wants_prefix && known.is_some() { total - prefix_len } else { total };
            if !self.make_room(new_cells, known) {
                return;
            }
            let Some(job) = self.waiting.remove(&place) else { return };
            self.admitted.push(job.id);
            let prefix = match known {
                _ if !wants_prefix => None,
                Some(sequence) => {
                    self.prefix_reused += prefix_len as u64;
                    Some(sequence)
                }
                None => self.prefixes.insert(&job.prompt[..prefix_len]),
            };
            if let Some(sequence) = prefix {
                self.prefixes.acquire(sequence);
            }
            let reserved = if prefix.is_some() { total - prefix_len } else { total };
            self.reserved += reserved;
            let sequences = self.free_sequences.split_off(self.free_sequences.len() - lanes);
            let phase = Phase::Prompt { computed: 0 };
            self.running.push(Running { job, sequences, prefix, prefix_copied: false, reserved, phase });
        }
    }

    /// Sequences for a job: one, or for scores one for each continuation of several tokens, within reason.
    fn lanes(&self, job: &Job) -> usize {
        let Work::Score { continuations } = &job.work else { return 1 };
        let long = continuations.iter().filter(|tokens| tokens.len() > 1).count();
        let mut lanes = long.min(self.limits.max_sequences.div_ceil(4)).max(1);
        while lanes > 1 && job.prompt.len() + tokens_after(job, lanes) > self.limits.kv_tokens {
            lanes -= 1;
        }
        lanes
    }

    /// Whether a prefix is known or can be begun, forgetting an unused one if need be.
    fn make_prefix_room(&mut self, known: Option<SequenceId>) -> bool {
        if known.is_some() || self.prefixes.has_free_sequence() {
            return true;
        }
        self.evict_prefix(None)
    }

    /// Frees cells by forgetting unused prefixes. False if that is not enough.
    fn make_room(&mut self, cells: usize, keep: Option<SequenceId>) -> bool {
        while self.reserved + self.prefixes.cells_reserved() + cells > self.limits.kv_tokens {
            if !self.evict_prefix(keep) {
                return false;
            }
        }
        true
    }

    fn evict_prefix(&mut self, keep: Option<SequenceId>) -> bool {
        let Some((sequence, _)) = self.prefixes.evict(keep) else { return false };
        self.ops.push(KvOp::Clear { sequence });
        true
    }
}

/// Cells after the prompt that a job may ever hold at a time.
fn tokens_after(job: &Job, lanes: usize) -> usize {
    match &job.work {
        Work::Generate { max_new, .. } => *max_new,
        Work::Score { continuations } => {
            let mut lengths: Vec<_> = continuations.iter().map(|tokens| tokens.len() - 1).collect();
            lengths.sort_unstable_by(|a, b| b.cmp(a));
            lengths.iter().take(lanes).sum()
        }
    }
}

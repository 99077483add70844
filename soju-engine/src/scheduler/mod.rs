//! In-flight batching for backends that have none: which tokens does the next step compute?
//!
//! A pure data structure: it knows token ids, sequences and cells, no model and no clock. Each step takes
//! the decode tokens of all running requests first, then chunks of prompts under the token budget, so that
//! requests join and leave between steps. Which requests run is decided in `admission`, what of their prompts
//! is already there in `radix`.

mod admission;
mod continuations;
mod job;
mod policy;
mod prefix;
mod radix;
mod request;
mod running;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::time::Instant;

use crate::TokenId;
use crate::backend::RequestId;
pub(crate) use job::{Job, KvOp, Limits, Plan, Progress, SequenceId, Want, Work};
#[cfg_attr(
    not(feature = "cpu"),
    allow(unreachable_pub, unused_imports, reason = "settings of the CPU backend")
)]
pub use policy::{Batching, CapacityPolicy, PrefixReuse};
use radix::RadixTree;
use request::{Place, Request};
use running::{Phase, Running};

#[derive(Debug)]
pub(crate) struct Scheduler {
    limits: Limits,
    waiting: BTreeMap<Place, Request>,
    /// In the order of admission.
    running: Vec<Running>,
    tree: RadixTree,
    free_sequences: Vec<SequenceId>,
    /// Changes to the cache that the next plan begins with.
    ops: Vec<KvOp>,
    arrivals: u64,
    counters: Counters,
}

/// What has happened so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counters {
    /// Prompt tokens that were copied and not computed.
    pub(crate) prefix_tokens: u64,
    /// Requests that copied some.
    pub(crate) prefix_hits: u64,
    /// Times that a request was paused.
    pub(crate) pauses: u64,
}

impl Scheduler {
    pub(crate) fn new(limits: Limits) -> Self {
        let first_prefix = limits.max_sequences as SequenceId;
        let end = first_prefix + limits.prefix_sequences as SequenceId;
        Self {
            limits,
            waiting: BTreeMap::new(),
            running: Vec::new(),
            tree: RadixTree::new(first_prefix..end),
            free_sequences: (0..first_prefix).rev().collect(),
            ops: Vec::new(),
            arrivals: 0,
            counters: Counters::default(),
        }
    }

    /// Takes a job that [fits](crate::backend::BackendRequest::check).
    pub(crate) fn add(&mut self, job: Job) {
        let request = Request::new(job, self.arrivals);
        self.waiting.insert(request.place, request);
        self.arrivals += 1;
    }

    /// Takes a job out. False if it is not there.
    pub(crate) fn cancel(&mut self, id: RequestId) -> bool {
        if let Some(index) = self.running.iter().position(|running| running.request.id == id) {
            self.remove(index);
            return true;
        }
        let place = self.waiting.iter().find(|(_, request)| request.id == id).map(|(place, _)| *place);
        place.is_some_and(|place| self.waiting.remove(&place).is_some())
    }

    /// Takes out the jobs whose deadline has passed, and names them.
    pub(crate) fn expire(&mut self, now: Instant) -> Vec<RequestId> {
        let running = self.running.iter().map(|running| &running.request);
        let late = running.chain(self.waiting.values()).filter(|request| request.is_late(now));
        let expired: Vec<_> = late.map(|request| request.id).collect();
        for id in &expired {
            self.cancel(*id);
        }
        expired
    }

    /// Plans the next step. Its rows count as computed from here on.
    pub(crate) fn plan(&mut self) -> Plan {
        let mut plan = Plan::default();
        self.offer_prompts();
        self.pause_for_room(&mut plan);
        self.admit(&mut plan);
        plan.ops = std::mem::take(&mut self.ops);
        self.plan_decode(&mut plan);
        for running in &mut self.running {
            let rows = self.limits.batch_tokens - plan.rows.len();
            let outputs = self.limits.max_outputs - plan.outputs.len();
            running.plan_continuations(&mut plan, rows.min(outputs));
        }
        for index in 0..self.running.len() {
            if self.running[index].is_prefill() && self.settle_prefix(index, &mut plan) {
                let rows = self.limits.batch_tokens - plan.rows.len();
                let outputs = self.limits.max_outputs - plan.outputs.len();
                self.running[index].plan_prefill(&mut plan, rows, outputs);
            }
        }
        // What is kept for later only makes room for the rows of this step.
        while self.cells_used() > self.limits.kv_tokens && self.tree.evict(&mut plan.ops) {}
        while let Some(index) = self.running.iter().position(Running::is_scored) {
            plan.scored.push(self.running[index].request.id);
            self.remove(index);
        }
        plan
    }

    /// Every running generation gets a row; those with several tokens due (forced by a constraint) may have
    /// what the others leave.
    fn plan_decode(&mut self, plan: &mut Plan) {
        let mut others = self.running.iter().filter(|running| matches!(running.phase, Phase::Decode)).count();
        for running in &mut self.running {
            if matches!(running.phase, Phase::Decode) {
                others -= 1;
                running.plan_decode(plan, self.limits.batch_tokens - plan.rows.len() - others);
            }
        }
        plan.decode_rows = plan.rows.len();
    }

    /// Tells which token was chosen for a request, and those that must follow it, if a constraint says so; or, before
    /// the request runs, with which ones its answer must begin. A reason to finish means that the request is out.
    /// Unknown ids (cancelled meanwhile) are ignored.
    pub(crate) fn sampled(&mut self, id: RequestId, chosen: &[TokenId]) -> Progress {
        let Some(index) = self.running.iter().position(|running| running.request.id == id) else {
            return self.begin(id, chosen);
        };
        let progress = self.running[index].request.extend(chosen);
        if progress.reason.is_some() {
            self.remove(index);
        }
        progress
    }

    /// Tokens of a waiting request's answer: they are computed with its prompt.
    fn begin(&mut self, id: RequestId, chosen: &[TokenId]) -> Progress {
        let waiting = self.waiting.iter_mut().find(|(_, request)| request.id == id);
        let Some((place, request)) = waiting else { return Progress { accepted: 0, reason: None } };
        let (place, progress) = (*place, request.extend(chosen));
        if progress.reason.is_some() {
            self.waiting.remove(&place);
        }
        progress
    }

    /// Whether nothing waits, nothing runs and no change to the cache is due.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty() && self.ops.is_empty()
    }

    pub(crate) fn active(&self) -> usize {
        self.running.len()
    }

    /// Requests that have not begun.
    pub(crate) fn queued(&self) -> usize {
        self.waiting.len() - self.paused()
    }

    /// Requests that had begun and wait for room again.
    pub(crate) fn paused(&self) -> usize {
        self.waiting.values().filter(|request| request.paused).count()
    }

    /// Cells that hold something.
    pub(crate) fn cells_used(&self) -> usize {
        self.tree.cells() + self.own_cells()
    }

    /// Cells that are held for later requests only.
    pub(crate) fn cells_cached(&self) -> usize {
        self.tree.cells() - self.tree.pinned_cells()
    }

    pub(crate) fn counters(&self) -> Counters {
        self.counters
    }

    fn own_cells(&self) -> usize {
        self.running.iter().map(Running::own_cells).sum()
    }

    /// Takes a running request out and gives back what it held. What it computed may stay in the prefix cache.
    fn remove(&mut self, index: usize) -> Request {
        let running = self.running.remove(index);
        self.keep(&running);
        for &sequence in &running.sequences {
            self.ops.push(KvOp::Clear { sequence });
            self.free_sequences.push(sequence);
        }
        if let Some(node) = running.pin {
            self.tree.unpin(node);
        }
        running.request
    }
}

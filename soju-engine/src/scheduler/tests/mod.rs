//! The scheduler against a model of the key-value cache: random arrivals, sizes, cancels and end tokens.

mod admission;
mod prefix;
mod properties;
mod steps;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::job::Row;
use super::*;
use crate::stream::FinishReason;

/// What llama.cpp's unified cache would hold: each cell has a position and a token and belongs to sequences.
#[derive(Default)]
struct Cache {
    sequences: HashMap<SequenceId, Vec<(u64, TokenId)>>,
    next_cell: u64,
}

impl Cache {
    fn apply(&mut self, op: KvOp) {
        match op {
            KvOp::Copy { from, to, start, end } => {
                let source = self.sequences.get(&from).cloned().unwrap_or_default();
                assert!(start < end && source.len() >= end, "{op:?} copies what is not there");
                let target = self.sequences.entry(to).or_default();
                assert_eq!(target.len(), start, "{op:?} does not follow what is there");
                target.extend_from_slice(&source[start..end]);
            }
            KvOp::Truncate { sequence, len } => {
                let cells = self.sequences.get_mut(&sequence).unwrap();
                assert!(cells.len() >= len);
                cells.truncate(len);
            }
            KvOp::Clear { sequence } => {
                self.sequences.remove(&sequence);
            }
        }
    }

    fn push(&mut self, row: &Row) {
        let cells = self.sequences.entry(row.sequence).or_default();
        assert_eq!(cells.len(), row.position, "{row:?} does not follow what is there");
        cells.push((self.next_cell, row.token));
        self.next_cell += 1;
    }

    fn text(&self, sequence: SequenceId) -> Vec<TokenId> {
        self.sequences[&sequence].iter().map(|(_, token)| *token).collect()
    }

    fn cells(&self) -> usize {
        self.sequences.values().flatten().map(|(cell, _)| *cell).collect::<HashSet<_>>().len()
    }
}

/// What the test knows of a job.
struct Known {
    job: Job,
    generated: Vec<TokenId>,
    scores: BTreeMap<(usize, usize), Vec<TokenId>>,
    ended: Option<FinishReason>,
}

struct World {
    limits: Limits,
    scheduler: Scheduler,
    cache: Cache,
    jobs: HashMap<RequestId, Known>,
    /// Requests that got one token in the last step: the next one owes them another.
    decoding: HashSet<RequestId>,
    /// Tokens that follow a sampled one without a choice: up to so many.
    forced: usize,
}

impl World {
    fn new(limits: Limits) -> Self {
        let (scheduler, cache) = (Scheduler::new(limits), Cache::default());
        Self { limits, scheduler, cache, jobs: HashMap::new(), decoding: HashSet::new(), forced: 0 }
    }

    fn add(&mut self, job: Job) {
        self.scheduler.add(job.clone());
        let known = Known { job, generated: vec![], scores: BTreeMap::new(), ended: None };
        let id = known.job.id;
        assert!(self.jobs.insert(id, known).is_none());
        self.begin(id);
    }

    /// The first tokens of an answer may be forced too, before it is begun.
    fn begin(&mut self, id: RequestId) {
        let known = self.jobs.get_mut(&id).unwrap();
        let (Work::Generate { .. }, 1..) = (&known.job.work, self.forced) else { return };
        let mut text = known.job.prompt.clone();
        let forced = text.len() % (self.forced + 1);
        for _ in 0..forced {
            text.push(Self::next_token(&text));
        }
        let Progress { accepted, reason } = self.scheduler.sampled(id, &text[known.job.prompt.len()..]);
        known.generated.extend(&text[known.job.prompt.len()..][..accepted]);
        if let Some(reason) = reason {
            self.end(id, reason);
        }
    }

    fn end(&mut self, id: RequestId, reason: FinishReason) {
        self.decoding.remove(&id);
        let known = self.jobs.get_mut(&id).unwrap();
        assert_eq!(known.ended.replace(reason), None, "request {id} ended twice");
    }

    /// The "model": the next token follows from the text, so a wrong cache gives a wrong token.
    fn next_token(text: &[TokenId]) -> TokenId {
        let sum = text.iter().fold(17_i64, |sum, token| (sum * 31 + i64::from(*token)) % 1_000_003);
        (sum % 50) as TokenId
    }

    /// The sampled token and some that are forced after it: those that the model would choose in any case.
    fn choose(&self, text: &[TokenId]) -> Vec<TokenId> {
        let mut text = text.to_vec();
        let forced = text.iter().map(|token| *token as usize).sum::<usize>() % (self.forced + 1);
        let mut next = || {
            let token = Self::next_token(&text);
            text.push(token);
            token
        };
        (0..=forced).map(|_| next()).collect()
    }

    fn step(&mut self) -> usize {
        let plan = self.scheduler.plan();
        let answered: HashSet<_> = plan.outputs.iter().map(|output| output.id).collect();
        let owed = self.decoding.drain().find(|id| !answered.contains(id) && !plan.paused.contains(id));
        assert_eq!(owed, None, "a running generation got no token");
        assert!(plan.rows.len() <= self.limits.batch_tokens);
        assert!(plan.outputs.len() <= self.limits.max_outputs);
        assert_eq!(plan.rows.iter().filter(|row| row.output).count(), plan.outputs.len());
        plan.ops.iter().for_each(|op| self.cache.apply(*op));
        let mut texts = HashMap::new();
        for (i, row) in plan.rows.iter().enumerate() {
            self.cache.push(row);
            texts.insert(i, self.cache.text(row.sequence));
        }
        assert!(self.cache.cells() <= self.limits.kv_tokens, "{} cells", self.cache.cells());
        if plan.scored.is_empty() {
            assert_eq!(self.scheduler.cells_used(), self.cache.cells(), "the books are wrong");
        }
        for output in &plan.outputs {
            assert_eq!(self.jobs[&output.id].ended, None, "an output for a request that has ended");
            let chosen = self.choose(&texts[&output.row]);
            let known = self.jobs.get_mut(&output.id).unwrap();
            let text = &texts[&output.row];
            match &output.want {
                Want::Sample => {
                    let expected: Vec<_> = known.job.prompt.iter().chain(&known.generated).copied().collect();
                    assert_eq!(text, &expected);
                    let Progress { accepted, reason } = self.scheduler.sampled(output.id, &chosen);
                    known.generated.extend(&chosen[..accepted]);
                    match reason {
                        Some(reason) => self.end(output.id, reason),
                        None if accepted == 1 => {
                            self.decoding.insert(output.id);
                        }
                        None => {}
                    }
                }
                Want::Score(lookups) => {
                    let Work::Score { continuations } = &known.job.work else { panic!("not a score") };
                    for lookup in lookups {
                        let continuation = &continuations[lookup.continuation];
                        assert_eq!(lookup.token, continuation[lookup.index]);
                        let before = &continuation[..lookup.index];
                        let expected: Vec<_> = known.job.prompt.iter().chain(before).copied().collect();
                        assert_eq!(text, &expected);
                        let place = (lookup.continuation, lookup.index);
                        assert!(known.scores.insert(place, text.clone()).is_none(), "{lookup:?} twice");
                    }
                }
            }
        }
        for id in plan.scored {
            let Work::Score { continuations } = &self.jobs[&id].job.work else { panic!("not a score") };
            assert_eq!(self.jobs[&id].scores.len(), continuations.iter().map(Vec::len).sum::<usize>());
            self.end(id, FinishReason::Length);
        }
        plan.rows.len()
    }

    fn drain(&mut self) {
        let mut empty = 0;
        while !self.scheduler.is_idle() {
            empty = if self.step() == 0 { empty + 1 } else { 0 };
            assert!(
                empty < 3,
                "no progress with {} running, {} waiting",
                self.scheduler.active(),
                self.scheduler.queued()
            );
        }
        assert!(self.jobs.values().all(|known| known.ended.is_some()), "a request was forgotten");
        for known in self.jobs.values() {
            self.check_answer(known);
        }
        assert_eq!(self.scheduler.tree.pins(), 0);
        assert_eq!(self.scheduler.free_sequences.len(), self.limits.max_sequences);
        assert_eq!(self.scheduler.cells_used(), self.cache.cells(), "only kept prefixes are left");
        assert_eq!(self.scheduler.cells_cached(), self.cache.cells());
    }

    /// A generation that was not cancelled gave what it would give alone.
    fn check_answer(&self, known: &Known) {
        let (Work::Generate { max_new, end_ids }, Some(FinishReason::Length | FinishReason::EndId)) =
            (&known.job.work, known.ended)
        else {
            return;
        };
        let mut text = known.job.prompt.clone();
        let mut alone = Vec::new();
        while alone.len() < *max_new {
            let token = Self::next_token(&text);
            if end_ids.contains(&token) {
                break;
            }
            text.push(token);
            alone.push(token);
        }
        assert_eq!(known.generated, alone);
    }
}

const ROOMY: Limits = Limits {
    kv_tokens: 1000,
    max_sequences: 4,
    prefix_sequences: 2,
    batch_tokens: 16,
    max_outputs: 8,
    batching: Batching::InFlight,
    policy: CapacityPolicy::GuaranteedNoEvict,
    reuse: PrefixReuse::Marked,
};

fn generate(id: RequestId, prompt: Vec<TokenId>, max_new: usize) -> Job {
    let work = Work::Generate { max_new, end_ids: vec![] };
    Job { id, prompt, shared_prefix: 0, priority: 0.5, deadline: None, work }
}

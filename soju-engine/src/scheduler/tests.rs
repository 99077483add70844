//! The scheduler against a model of the key-value cache: random arrivals, sizes, cancels and end tokens.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// What llama.cpp's unified cache would hold: each cell has a position and a token and belongs to sequences.
#[derive(Default)]
struct Cache {
    sequences: HashMap<SequenceId, Vec<(u64, TokenId)>>,
    next_cell: u64,
}

impl Cache {
    fn apply(&mut self, op: KvOp) {
        match op {
            KvOp::Copy { from, to, len } => {
                let source = self.sequences.get(&from).cloned().unwrap_or_default();
                assert!(source.len() >= len, "{op:?} copies what is not there");
                let target = self.sequences.entry(to).or_default();
                assert!(target.is_empty(), "{op:?} into a sequence that is not empty");
                target.extend_from_slice(&source[..len]);
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
}

impl World {
    fn new(limits: Limits) -> Self {
        Self { limits, scheduler: Scheduler::new(limits), cache: Cache::default(), jobs: HashMap::new() }
    }

    fn add(&mut self, job: Job) {
        self.scheduler.add(job.clone());
        let known = Known { job, generated: vec![], scores: BTreeMap::new(), ended: None };
        assert!(self.jobs.insert(known.job.id, known).is_none());
    }

    fn end(&mut self, id: RequestId, reason: FinishReason) {
        let known = self.jobs.get_mut(&id).unwrap();
        assert_eq!(known.ended.replace(reason), None, "request {id} ended twice");
    }

    /// The "model": the next token follows from the text, so a wrong cache gives a wrong token.
    fn next_token(text: &[TokenId]) -> TokenId {
        let sum = text.iter().fold(17_i64, |sum, token| (sum * 31 + i64::from(*token)) % 1_000_003);
        (sum % 50) as TokenId
    }

    fn step(&mut self) -> usize {
        let plan = self.scheduler.plan();
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
        for output in &plan.outputs {
            let known = self.jobs.get_mut(&output.id).unwrap();
            assert_eq!(known.ended, None, "an output for a request that has ended");
            let text = &texts[&output.row];
            match &output.want {
                Want::Sample => {
                    let expected: Vec<_> = known.job.prompt.iter().chain(&known.generated).copied().collect();
                    assert_eq!(text, &expected);
                    let token = Self::next_token(text);
                    let reason = self.scheduler.sampled(output.id, token);
                    if reason != Some(FinishReason::EndId) {
                        known.generated.push(token);
                    }
                    if let Some(reason) = reason {
                        self.end(output.id, reason);
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
        assert_eq!(self.scheduler.reserved, 0);
        assert_eq!(self.scheduler.free_sequences.len(), self.limits.max_sequences);
        assert_eq!(self.scheduler.cells_used(), self.cache.cells(), "only kept prefixes are left");
    }
}

fn limits() -> impl Strategy<Value = Limits> {
    (40usize..120, 1usize..6, 0usize..3, 0usize..20, 0usize..4).prop_map(
        |(kv, sequences, prefixes, batch, outputs)| Limits {
            kv_tokens: kv,
            max_sequences: sequences,
            prefix_sequences: prefixes,
            batch_tokens: sequences + batch,
            max_outputs: sequences + outputs,
        },
    )
}

#[derive(Debug, Clone)]
enum Action {
    Add { header: usize, header_len: usize, own: usize, shared: bool, priority: u8, work: Work },
    Cancel(u64),
    Step(u8),
}

fn work() -> impl Strategy<Value = Work> {
    let generate = (1usize..12, prop::collection::vec(0..50, 0..2))
        .prop_map(|(max_new, end_ids)| Work::Generate { max_new, end_ids });
    let score = prop::collection::vec(prop::collection::vec(0..50, 1..6), 1..6)
        .prop_map(|continuations| Work::Score { continuations });
    prop_oneof![generate, score]
}

fn action() -> impl Strategy<Value = Action> {
    let add = (0usize..3, 0usize..14, 1usize..12, any::<bool>(), 0u8..4, work()).prop_map(
        |(header, header_len, own, shared, priority, work)| Action::Add {
            header,
            header_len,
            own,
            shared,
            priority,
            work,
        },
    );
    prop_oneof![4 => add, 1 => (0u64..30).prop_map(Action::Cancel), 3 => (0u8..4).prop_map(Action::Step)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Every request ends exactly once with the text that it would have alone, within all limits.
    #[test]
    fn every_request_ends_once_and_right(limits in limits(), actions in prop::collection::vec(action(), 1..40)) {
        let mut world = World::new(limits);
        for (id, action) in (0..).zip(actions) {
            match action {
                Action::Add { header, header_len, own, shared, priority, work } => {
                    // A few headers, so that prefixes are shared; `own` makes the rest of the prompt.
                    let header_tokens = (0..header_len).map(|i| (header * 100 + i) as TokenId);
                    let own_tokens = (0..own).map(|i| (id as usize * 7 + i) as TokenId % 50);
                    let prompt: Vec<_> = header_tokens.chain(own_tokens).collect();
                    let shared_prefix = if shared { header_len } else { 0 };
                    let priority = f32::from(priority) / 4.0;
                    let job = Job { id, prompt, shared_prefix, priority, deadline: None, work };
                    if job.prompt.len() + 12 <= limits.kv_tokens {
                        world.add(job);
                    }
                }
                Action::Cancel(id) => {
                    if world.scheduler.cancel(id) {
                        world.end(id, FinishReason::Cancelled);
                    }
                }
                Action::Step(steps) => (0..steps).for_each(|_| { world.step(); }),
            }
        }
        world.drain();
    }
}

const ROOMY: Limits =
    Limits { kv_tokens: 1000, max_sequences: 4, prefix_sequences: 2, batch_tokens: 16, max_outputs: 8 };

fn generate(id: RequestId, prompt: Vec<TokenId>, max_new: usize) -> Job {
    let work = Work::Generate { max_new, end_ids: vec![] };
    Job { id, prompt, shared_prefix: 0, priority: 0.5, deadline: None, work }
}

#[test]
fn requests_join_between_steps() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 8], 20));
    world.step();
    world.add(generate(1, vec![2; 10], 3));
    let plan_rows = world.step();
    assert_eq!(plan_rows, 11, "one decode row and the whole second prompt");
    world.drain();
}

#[test]
fn long_prompts_do_not_stop_decoding() {
    let mut world = World::new(ROOMY);
    world.add(generate(0, vec![1; 4], 20));
    world.step();
    world.add(generate(1, vec![2; 60], 1));
    for step in 1..=4 {
        world.step();
        assert_eq!(world.jobs[&0].generated.len(), step + 1);
    }
    world.drain();
}

#[test]
fn a_shared_prefix_is_computed_once() {
    let mut world = World::new(ROOMY);
    let header: Vec<_> = (0..30).collect();
    let mut rows = 0;
    for id in 0..8 {
        let mut job = generate(id, [header.clone(), vec![40 + id as TokenId]].concat(), 1);
        job.shared_prefix = 30;
        world.add(job);
    }
    while !world.scheduler.is_idle() {
        rows += world.step();
    }
    world.drain();
    assert_eq!(rows, 30 + 8);
    assert_eq!(world.scheduler.prefix_reused(), 7 * 30);
    assert_eq!(world.scheduler.cells_used(), 30, "the prefix is kept");
}

#[test]
fn higher_priority_goes_first() {
    let mut world = World::new(Limits { max_sequences: 1, ..ROOMY });
    world.add(generate(0, vec![1; 4], 4));
    world.step();
    for (id, priority) in [(1, 0.1), (2, 0.9)] {
        world.add(Job { priority, ..generate(id, vec![1; 4], 1) });
    }
    while world.jobs[&2].ended.is_none() {
        assert_eq!(world.jobs[&1].ended, None);
        world.step();
    }
    world.drain();
}

#[test]
fn late_jobs_expire_wherever_they_are() {
    let mut world = World::new(Limits { max_sequences: 1, ..ROOMY });
    let now = Instant::now();
    for id in 0..2 {
        world.add(Job { deadline: Some(now + Duration::from_secs(1)), ..generate(id, vec![1; 4], 9) });
    }
    world.add(generate(2, vec![1; 4], 2));
    world.step();
    assert!(world.scheduler.expire(now).is_empty());
    let expired = world.scheduler.expire(now + Duration::from_secs(1));
    assert_eq!(expired, [0, 1]);
    expired.into_iter().for_each(|id| world.end(id, FinishReason::TimedOut));
    world.drain();
    assert_eq!(world.jobs[&2].ended, Some(FinishReason::Length));
}

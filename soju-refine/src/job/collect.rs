//! The collecting thread: everything that has an order. Duplicates, the windows of judgements and of edits under
//! way, counting, writing.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use super::busy::Busy;
use super::config::JobConfig;
use super::error::JobError;
use super::finished::{Cursor, WrittenFields};
use super::journal::Journal;
use super::note::Note;
use super::progress::Counters;
use super::refine::{Refined, Refiner, Refining};
use super::shard::{Appended, OpenShard};
use super::source::Placed;
use super::spans::Spans;
use super::work::{Done, DoneBatch, Worked};
use crate::dedup::ExactDedup;
use crate::document::Document;
use crate::io::{HpltMeta, Schema};
use crate::llm::{Evidence, Judge, Judgement, PendingJudgement, UNANSWERED};
use crate::pipeline::{Reason, Verdict};
use crate::report::{Decision, Outcome};

/// Documents that wait behind one that the model is still judging.
const MAX_WAITING: usize = 2048;

/// A document's fate, or that the model is still thinking about it.
enum Fate {
    Keep { by: &'static str, judge: Option<Judgement> },
    Drop { by: &'static str, reason: Reason, judge: Option<Judgement> },
    Judging { pending: PendingJudgement, suspicion: Reason },
}

/// Who decided, why the document goes if it does, and what the model said.
type Decided = (&'static str, Option<Reason>, Option<Judgement>);

fn duplicate() -> Reason {
    Reason::new("dedup", "exact_duplicate")
}

enum Waiting {
    Document(Box<Worked>, Fate),
    Other(Done),
}

/// What is decided; the model may still be working on a document that stays.
enum Settled {
    Document(Box<Worked>, Box<(Decided, Option<Refining>)>),
    Other(Done),
}

pub(super) struct Collector<'a> {
    pub(super) config: &'a JobConfig,
    pub(super) judge: Option<&'a Judge>,
    refiner: Option<&'a Refiner>,
    pub(super) counters: &'a Counters,
    pub(super) stop: &'a AtomicBool,
    pub(super) journal: &'a mut Journal,
    pub(super) appended: Appended,
    pub(super) dedup: ExactDedup,
    waiting: VecDeque<Placed<Waiting>>,
    judging: Busy,
    settled: VecDeque<Placed<Settled>>,
    refining: Busy,
    shard: OpenShard,
}

impl<'a> Collector<'a> {
    pub(super) fn new(
        config: &'a JobConfig,
        (judge, refiner): (Option<&'a Judge>, Option<&'a Refiner>),
        counters: &'a Counters,
        stop: &'a AtomicBool,
        journal: &'a mut Journal,
    ) -> Result<Self, JobError> {
        let (appended, dedup) = Appended::open(journal)?;
        let done = &journal.finished;
        let shard = OpenShard::new(done.shards, done.next, config.output.format, done.fields.clone());
        Ok(Self {
            config,
            judge,
            refiner,
            counters,
            stop,
            journal,
            appended,
            dedup,
            waiting: VecDeque::new(),
            judging: Busy::default(),
            settled: VecDeque::new(),
            refining: Busy::default(),
            shard,
        })
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Takes the next batch in order. False means that it is time to stop.
    pub(super) fn take(&mut self, done: DoneBatch) -> Result<bool, JobError> {
        self.shard.times.merge(&done.times);
        for Placed { next, what } in done.batch.entries {
            let what = match what {
                Done::Document(mut worked) => {
                    let fate = self.fate(&mut worked)?;
                    Waiting::Document(worked, fate)
                }
                other => Waiting::Other(other),
            };
            self.waiting.push_back(Placed { next, what });
            self.write_ready(false)?;
            if self.stopped() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Writes what is left and closes the last shard. `complete` says that the input came to its end;
    /// otherwise what the model has not answered yet is left for the next run.
    pub(super) fn finish(mut self, complete: bool) -> Result<(), JobError> {
        let complete = complete && self.write_ready(true)? && !self.stopped();
        self.waiting.clear();
        self.settled.clear();
        if complete || !self.shard.is_empty() {
            self.close_shard(complete)?;
        }
        Ok(())
    }

    /// Who kept a document that nobody doubts in the end: the student, where the rules did.
    fn keeper(&self, doc: &Document) -> &'static str {
        let doubted = doc.measured("junk").is_some_and(|p| p > self.config.rules.junk.unsure_above);
        if doubted && doc.measured("student").is_some() { "student" } else { "rules" }
    }

    fn fate(&mut self, worked: &mut Worked) -> Result<Fate, JobError> {
        let suspicion = match &worked.verdict {
            Verdict::Drop(reason) => {
                let by = if reason.stage == "student" { "student" } else { "rules" };
                return Ok(Fate::Drop { by, reason: reason.clone(), judge: None });
            }
            Verdict::Unsure(reason) => Some(reason.clone()),
            Verdict::Keep => None,
        };
        if self.is_duplicate(worked) {
            return Ok(Fate::Drop { by: "dedup", reason: duplicate(), judge: None });
        }
        let Some(suspicion) = suspicion else {
            return Ok(Fate::Keep { by: self.keeper(&worked.doc), judge: None });
        };
        match self.judge {
            Some(judge) => {
                let pending =
                    judge.submit(std::mem::take(&mut worked.requests), Evidence::of(&worked.doc))?;
                self.judging.start();
                Ok(Fate::Judging { pending, suspicion })
            }
            // Nobody to ask: the rules' own score decides, under the same border.
            None if Evidence::of(&worked.doc).rules > self.config.judge.drop_above => {
                Ok(Fate::Drop { by: "rules", reason: suspicion, judge: None })
            }
            None => Ok(Fate::Keep { by: "rules", judge: None }),
        }
    }

    /// Writes from the front what is decided. With `all`, waits for the rest too. False when stopped before.
    fn write_ready(&mut self, all: bool) -> Result<bool, JobError> {
        loop {
            if all && self.stopped() {
                return Ok(false);
            }
            let full =
                self.judging.documents > self.config.judge.in_flight || self.waiting.len() > MAX_WAITING;
            match self.waiting.front() {
                None => return self.write_settled(all),
                Some(Placed { what: Waiting::Document(_, Fate::Judging { pending, .. }), .. })
                    if !(all || full || pending.is_ready()) =>
                {
                    return self.write_settled(false);
                }
                Some(_) => {}
            }
            if let Some(Placed { next, what }) = self.waiting.pop_front() {
                let what = self.settle(what)?;
                self.settled.push_back(Placed { next, what });
                self.write_settled(false)?;
            }
        }
    }

    /// Decides; what stays goes to the model once more, if that edits or rewrites.
    fn settle(&mut self, what: Waiting) -> Result<Settled, JobError> {
        let (worked, fate) = match what {
            Waiting::Other(Done::Document(_)) => unreachable!("documents come with their fate"),
            Waiting::Other(other) => return Ok(Settled::Other(other)),
            Waiting::Document(worked, fate) => (worked, fate),
        };
        let decided = self.decide(&worked, fate)?;
        let refining = match self.refiner.filter(|_| decided.1.is_none()) {
            Some(refiner) => {
                let refining = refiner.submit(&worked.doc)?;
                self.refining.start();
                Some(refining)
            }
            None => None,
        };
        Ok(Settled::Document(worked, Box::new((decided, refining))))
    }

    /// Writes from the front what nobody works on any more; with `all`, waits for the rest too. False when stopped
    /// before.
    fn write_settled(&mut self, all: bool) -> Result<bool, JobError> {
        loop {
            if all && self.stopped() {
                return Ok(false);
            }
            let in_flight = self.refiner.map_or(0, Refiner::in_flight);
            let full = self.refining.documents > in_flight || self.settled.len() > MAX_WAITING;
            let ready = match self.settled.front_mut() {
                None => return Ok(true),
                Some(Placed { what: Settled::Document(_, more), .. }) => {
                    more.1.as_mut().is_none_or(Refining::is_ready)
                }
                Some(_) => true,
            };
            if !(all || full || ready) {
                return Ok(true);
            }
            if let Some(Placed { next, what }) = self.settled.pop_front() {
                self.finish_record(next, what)?;
            }
        }
    }

    fn finish_record(&mut self, next: Cursor, what: Settled) -> Result<(), JobError> {
        match what {
            Settled::Other(Done::Fault(fault)) => self.shard.faults.push(fault),
            Settled::Other(Done::Rejected(rejection)) => {
                self.shard.reject(rejection);
                self.counters.reject();
            }
            Settled::Other(Done::Document(_)) => unreachable!("documents come with their fate"),
            Settled::Document(mut worked, more) => {
                let (decided, refining) = *more;
                self.write(&mut worked, decided, refining)?;
                let record = &worked.record;
                let schema = record.reading.schema.unwrap_or_else(|| Schema::of(record).name());
                self.shard.count(&record.position.file, Some(schema));
            }
        }
        self.shard.next = next;
        if self.shard.records >= self.config.output.shard_records {
            self.close_shard(false)?;
        }
        Ok(())
    }

    /// Whether a kept document equals this one. Only kept ones count: what went is no reason for another to go.
    fn is_duplicate(&mut self, worked: &Worked) -> bool {
        if !self.config.dedup.exact || matches!(worked.verdict, Verdict::Drop(_)) {
            return false;
        }
        let start = Instant::now();
        let known = self.dedup.contains(worked.signature);
        self.shard.times.add("dedup", 0, start.elapsed());
        known
    }

    /// What becomes of a document in the end. One that was no duplicate when it came may be one of a document that the
    /// model was still judging then; that comes before its own judgement, so that the time of answers decides nothing.
    fn decide(&mut self, worked: &Worked, fate: Fate) -> Result<Decided, JobError> {
        let mut decided = match fate {
            Fate::Keep { by, judge } => (by, None, judge),
            Fate::Drop { by, reason, judge } => (by, Some(reason), judge),
            Fate::Judging { pending, suspicion } => {
                let judgement = pending.wait()?;
                self.judged();
                match judgement {
                    Some(judgement) => {
                        let drop = judgement.junk > self.config.judge.drop_above;
                        let reason = Reason {
                            stage: "judge".into(),
                            kind: suspicion.kind,
                            score: Some(judgement.junk),
                        };
                        ("judge", drop.then_some(reason), Some(judgement))
                    }
                    // Too late or no number: what the levels before it think decides.
                    None => {
                        let drop = self.config.drops_unanswered(Evidence::of(&worked.doc));
                        (UNANSWERED, drop.then_some(suspicion), None)
                    }
                }
            }
        };
        if self.is_duplicate(worked) {
            decided = ("dedup", Some(duplicate()), None);
        }
        if decided.1.is_none() {
            self.dedup.insert(worked.signature);
        }
        Ok(decided)
    }

    fn write(
        &mut self,
        worked: &mut Worked,
        (mut by, mut reason, judge): Decided,
        refining: Option<Refining>,
    ) -> Result<(), JobError> {
        let stays = reason.is_none();
        let mut refined = Refined::default();
        if let Some((refiner, refining)) = self.refiner.zip(refining) {
            refined = refining.apply(&mut worked.doc, &mut self.shard.tally)?;
            self.shard.times.add(refiner.stage(), 1, self.refining.end());
            if let Some(drop) = refined.drop.take() {
                (by, reason) = (refiner.stage(), Some(drop));
            }
        }
        if stays {
            // In the shard that holds the record, and only once that is sure: a job that goes on must not take it for its
            // own duplicate.
            self.shard.sign(worked.signature);
        }
        let Worked { record, doc, .. } = &*worked;
        let start = Instant::now();
        let note =
            Note::new(doc, reason.as_ref(), by, judge.as_ref(), record).rewritten(refined.rewritten.as_ref());
        if reason.is_none() {
            self.shard.keep(self.journal, record, doc, &note)?;
            if self.config.rules.pii.spans
                && let Some(spans) = Spans::of(doc, &record.position)
            {
                self.shard.keep_spans(self.journal, &spans)?;
            }
            self.counters.keep();
        } else {
            if self.config.output.keep_dropped {
                self.shard.set_aside(self.journal, record, doc, &note)?;
            }
            self.counters.drop();
        }
        self.shard.tally.outcome(
            doc,
            &Outcome {
                decision: reason.map_or(Decision::Kept, Decision::Dropped),
                decided_by: by.into(),
                rule_score: doc.measured("junk"),
                judge_score: judge.map(|j| j.junk),
                url: HpltMeta::of(record).url,
                position: record.position.clone(),
            },
        );
        self.shard.times.add("write", 1, start.elapsed());
        Ok(())
    }

    fn judged(&mut self) {
        self.counters.judge();
        self.shard.times.add("judge", 1, self.judging.end());
    }

    fn close_shard(&mut self, last: bool) -> Result<(), JobError> {
        let number = self.journal.finished.shards + 1;
        // In the place of the open one until its fields are known.
        let blank =
            OpenShard::new(number, self.shard.next, self.config.output.format, WrittenFields::default());
        std::mem::replace(&mut self.shard, blank).finish(last, self.journal, &mut self.appended)?;
        self.shard.known = self.journal.finished.fields.clone();
        Ok(())
    }
}

//! The working threads: parse a record, run the rules, make ready what the later stages need.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use super::error::JobError;
use super::finished::Fault;
use super::source::{Batch, Entry, Placed};
use crate::dedup::signature;
use crate::document::Document;
use crate::io::{Raw, Record, Rejection};
use crate::llm::{Judge, Prepared};
use crate::metadata::MetadataConfig;
use crate::pipeline::StageTimes;
use crate::pipeline::{Cleaner, Verdict};

/// A record after the rules.
#[derive(Debug)]
pub(super) struct Worked {
    pub(super) record: Record,
    pub(super) doc: Document,
    pub(super) verdict: Verdict,
    /// Of the clean text, for exact duplicates.
    pub(super) signature: u128,
    /// What to ask the model, where the rules are unsure and there is a model.
    pub(super) requests: Prepared,
}

/// What became of an entry.
#[derive(Debug)]
pub(super) enum Done {
    Document(Box<Worked>),
    Rejected(Rejection),
    Fault(Fault),
}

/// A batch after the rules, with what it cost.
#[derive(Debug)]
pub(super) struct DoneBatch {
    pub(super) batch: Batch<Done>,
    pub(super) times: StageTimes,
}

/// What every worker needs; shared by all of them.
#[derive(Debug)]
pub(super) struct Worker {
    pub(super) cleaner: Cleaner,
    pub(super) judge: Option<Judge>,
    pub(super) metadata: MetadataConfig,
}

impl Worker {
    /// Works a batch off. A panic is a fault in soju; it ends the job with the record's position
    /// instead of leaving it waiting for a batch that never comes.
    pub(super) fn work(&self, batch: Batch<Entry>) -> Result<DoneBatch, JobError> {
        let mut times = StageTimes::default();
        let mut entries = Vec::with_capacity(batch.entries.len());
        for Placed { next, what } in batch.entries {
            let what = match what {
                Entry::Raw(Raw::Rejected(rejection)) => Done::Rejected(rejection),
                Entry::Fault(fault) => Done::Fault(fault),
                Entry::Raw(Raw::Record(raw)) => {
                    let place = raw.position().to_string();
                    let start = Instant::now();
                    let parsed = raw.parse();
                    times.add("read", 1, start.elapsed());
                    match parsed {
                        Err(rejection) => Done::Rejected(rejection),
                        Ok(record) => {
                            let worked = catch_unwind(AssertUnwindSafe(|| self.rules(record, &mut times)));
                            Done::Document(Box::new(worked.map_err(|panic| JobError::Worker {
                                position: place,
                                message: panic_message(&*panic),
                            })?))
                        }
                    }
                }
            };
            entries.push(Placed { next, what });
        }
        Ok(DoneBatch { batch: Batch { number: batch.number, entries }, times })
    }

    fn rules(&self, mut record: Record, times: &mut StageTimes) -> Worked {
        let id = record.id.clone().unwrap_or_else(|| record.position.to_string());
        let mut doc = Document::new(id, std::mem::take(&mut record.text));
        let verdict = match self.metadata.objection(&record) {
            Some(reason) => Verdict::Drop(reason),
            None => self.cleaner.clean(&mut doc, times),
        };
        let mut requests = Prepared::default();
        let mut of_text = 0;
        if !matches!(verdict, Verdict::Drop(_)) {
            let start = Instant::now();
            of_text = signature(doc.text());
            times.add("dedup", 1, start.elapsed());
        }
        if let (Verdict::Unsure(_), Some(judge)) = (&verdict, &self.judge) {
            let start = Instant::now();
            requests = judge.prepare(doc.text());
            times.add("tokenize", 1, start.elapsed());
        }
        Worked { record, doc, verdict, signature: of_text, requests }
    }
}

pub(super) fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_else(|| "no message".into())
}

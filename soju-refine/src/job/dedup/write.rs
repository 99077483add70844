//! The last pass: shards of what stays, and of what went.

use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

use serde::Serialize;
use serde_json::value::RawValue;

use super::super::error::JobError;
use super::super::finished::{Cursor, WrittenFields};
use super::super::journal::Journal;
use super::super::note::Note;
use super::super::progress::Counters;
use super::super::shard::{Appended, OpenShard};
use super::DedupJob;
use super::passes::{Passes, Read};
use super::resolve::BUFFER;
use super::rows::{
    BOILERPLATE, CutRow, DropRow, EXACT, HOST_BOILERPLATE, REPEATED_PARAGRAPH, REPEATED_PASSAGE, RecordRow,
};
use super::state::State;
use crate::dedup::anchors::covered;
use crate::dedup::spill::{Row, SpillError, TableLookup, TableReader};
use crate::dedup::units::units;
use crate::document::{Change, Document};
use crate::io::serialize::SOJU_FIELD;
use crate::io::{HpltMeta, OutputFormat, Record, Schema};
use crate::pipeline::Reason;
use crate::report::{Decision, Outcome};

/// Names of the kinds of [`CutRow`], by their number.
const CUTS: [&str; 4] = ["boilerplate", "host_boilerplate", "repeated_paragraph", "repeated_passage"];

/// A record of the input, as a duplicate names the one that stays.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Place {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) id: String,
    pub(super) file: String,
    pub(super) line: u64,
}

/// The `soju` object of a record.
#[derive(Serialize)]
struct DedupNote<'a> {
    #[serde(flatten)]
    note: Note<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicate_of: Option<Place>,
    /// What an earlier job wrote there, such as the edits of `soju clean`.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier: Option<&'a RawValue>,
}

/// Looks up records by their number.
pub(super) struct Places<'a> {
    job: &'a DedupJob,
    records: TableLookup<RecordRow>,
    ids: File,
    ids_path: PathBuf,
}

impl<'a> Places<'a> {
    pub(super) fn open(job: &'a DedupJob, state: &State) -> Result<Self, JobError> {
        let ids_path = state.ids();
        let ids = File::open(&ids_path).map_err(SpillError::at(&ids_path))?;
        Ok(Self { job, records: TableLookup::open(&state.records())?, ids, ids_path })
    }

    pub(super) fn get(&mut self, doc: u32) -> Result<(Place, String), JobError> {
        let row = self.records.get(doc.into())?;
        let mut bytes = vec![0; (row.id_bytes + row.excerpt_bytes) as usize];
        let mut read = || {
            self.ids.seek(SeekFrom::Start(row.id_at))?;
            self.ids.read_exact(&mut bytes)
        };
        read().map_err(SpillError::at(&self.ids_path))?;
        let (id, excerpt) = bytes.split_at(row.id_bytes as usize);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let file = self.job.inputs[row.input as usize].name.to_string();
        Ok((Place { id: text(id), file, line: row.line }, text(excerpt)))
    }
}

/// The rows of a table for one record after the other.
struct Ahead<R: Row> {
    rows: std::iter::Peekable<TableReader<R>>,
    number: fn(&R) -> u32,
}

impl<R: Row> Ahead<R> {
    fn open(path: &std::path::Path, number: fn(&R) -> u32) -> Result<Self, SpillError> {
        Ok(Self { rows: TableReader::open(path, BUFFER)?.peekable(), number })
    }

    /// The rows of `doc`; those of earlier records are passed over.
    fn of(&mut self, doc: u32) -> Result<Vec<R>, SpillError> {
        let number = self.number;
        let mut rows = Vec::new();
        while let Some(row) = self.rows.next_if(|row| row.as_ref().map_or(true, |r| number(r) <= doc)) {
            let row = row?;
            if number(&row) == doc {
                rows.push(row);
            }
        }
        Ok(rows)
    }
}

pub(super) struct Writer<'a> {
    job: &'a DedupJob,
    journal: &'a mut Journal,
    counters: &'a Counters,
    appended: Appended,
    shard: OpenShard,
    doc: u32,
    drops: Ahead<DropRow>,
    cuts: Ahead<CutRow>,
    places: Places<'a>,
}

impl<'a> Writer<'a> {
    pub(super) fn open(
        job: &'a DedupJob,
        state: &State,
        journal: &'a mut Journal,
        counters: &'a Counters,
    ) -> Result<Self, JobError> {
        let (appended, _) = Appended::open(journal)?;
        let (shards, next, done) =
            (journal.finished.shards, journal.finished.next, journal.finished.tally.input);
        Ok(Self {
            job,
            appended,
            shard: OpenShard::new(shards, next, OutputFormat::Jsonl, WrittenFields::default()),
            doc: u32::try_from(done).map_err(|_| JobError::TooMany { records: done })?,
            drops: Ahead::open(&state.drops(), |row: &DropRow| row.doc)?,
            cuts: Ahead::open(&state.cuts(), |row: &CutRow| row.doc)?,
            places: Places::open(job, state)?,
            journal,
            counters,
        })
    }

    /// Writes everything that is not in a finished shard. Stopped, it finishes the open shard first.
    pub(super) fn run(mut self, passes: &Passes<'_>, records: u64) -> Result<(), JobError> {
        let from = self.shard.next;
        let counters = self.counters;
        match passes.each(from, counters, || |record: Record| record, |next, read| self.take(next, read)) {
            Ok(()) if u64::from(self.doc) == records => self.close(true)?,
            Ok(()) => return Err(JobError::Changed { before: records, now: self.doc.into() }),
            Err(JobError::Stopped) => {
                if !self.shard.is_empty() {
                    self.close(false)?;
                }
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn take(&mut self, next: Cursor, read: Read<Record>) -> Result<(), JobError> {
        match read {
            Read::Fault(fault) => self.shard.faults.push(fault),
            Read::Rejected(rejection) => {
                self.shard.reject(rejection);
                self.counters.reject();
                self.doc += 1;
            }
            Read::Record(record) => {
                let start = Instant::now();
                self.record(record)?;
                self.shard.times.add("write", 1, start.elapsed());
                self.doc += 1;
            }
        }
        self.shard.next = next;
        if self.shard.records >= self.job.config.output.shard_records {
            self.close(false)?;
        }
        Ok(())
    }

    fn record(&mut self, mut record: Record) -> Result<(), JobError> {
        let id = record.id.clone().unwrap_or_else(|| record.position.to_string());
        let mut doc = Document::new(id, std::mem::take(&mut record.text));
        let mut duplicate_of = None;
        let mut reason = None;
        if let Some(row) = self.drops.of(self.doc)?.first() {
            let kind = if row.kind == EXACT { "exact_duplicate" } else { "near_duplicate" };
            reason = Some(Reason::new("dedup", kind).with_score(f32::from_bits(row.similarity)));
            duplicate_of = Some(self.places.get(row.kept)?.0);
        } else {
            let cuts = self.cuts.of(self.doc)?;
            if !cuts.is_empty() {
                let length = self.job.config.rules.substring.as_ref().map_or(0, |s| s.length());
                doc.apply("dedup", changes(doc.text(), &cuts, length));
                if doc.text().trim().is_empty() {
                    reason = Some(Reason::new("dedup", "nothing_left"));
                }
            }
        }
        let by = if reason.is_some() { "dedup" } else { "rules" };
        let note = DedupNote {
            note: Note::new(&doc, reason.as_ref(), by, None, &record),
            duplicate_of,
            earlier: record.fields.iter().rev().find(|(name, _)| name == SOJU_FIELD).map(|(_, json)| &**json),
        };
        if reason.is_none() {
            self.shard.keep(self.journal, &record, &doc, &note)?;
            self.counters.keep();
        } else {
            if self.job.config.output.keep_dropped {
                self.shard.set_aside(self.journal, &record, &doc, &note)?;
            }
            self.counters.drop();
        }
        let outcome = Outcome {
            decision: reason.map_or(Decision::Kept, Decision::Dropped),
            decided_by: by.into(),
            rule_score: None,
            judge_score: None,
            url: HpltMeta::of(&record).url,
            position: record.position.clone(),
        };
        self.shard.tally.outcome(&doc, &outcome);
        let schema = record.reading.schema.unwrap_or_else(|| Schema::of(&record).name());
        self.shard.count(&record.position.file, Some(schema));
        Ok(())
    }

    fn close(&mut self, last: bool) -> Result<(), JobError> {
        let number = self.journal.finished.shards + 1;
        let next = self.shard.next;
        let shard = std::mem::replace(
            &mut self.shard,
            OpenShard::new(number, next, OutputFormat::Jsonl, WrittenFields::default()),
        );
        shard.finish(last, self.journal, &mut self.appended)
    }
}

/// The cuts of one document, in order and without overlap; where two meet, the earlier one has it.
fn changes(text: &str, cuts: &[CutRow], length: usize) -> Vec<Change> {
    let units = units(text);
    let line = |row: &CutRow| units.get(row.at as usize).map(|unit| unit.cut.clone());
    let mut spans: Vec<(Range<usize>, u8)> = Vec::new();
    for kind in [BOILERPLATE, HOST_BOILERPLATE, REPEATED_PARAGRAPH] {
        spans.extend(cuts.iter().filter(|c| c.kind == kind).filter_map(line).map(|span| (span, kind)));
    }
    let begins = cuts.iter().filter(|c| c.kind == REPEATED_PASSAGE).map(|c| c.at);
    if length > 0 {
        spans.extend(covered(text, length, begins).into_iter().map(|span| (span, REPEATED_PASSAGE)));
    }
    spans.sort_by_key(|(span, kind)| (span.start, *kind, span.end));
    let mut end = 0;
    let mut out = Vec::with_capacity(spans.len());
    for (span, kind) in spans {
        let span = span.start.max(end)..span.end;
        if !span.is_empty() {
            end = span.end;
            out.push(Change::cut(CUTS[kind as usize], span));
        }
    }
    out
}

#[cfg(test)]
#[path = "write_tests.rs"]
mod tests;

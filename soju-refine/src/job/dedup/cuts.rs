//! What is cut out of the documents that stay: lines of templates, repeated paragraphs and passages.

use std::collections::HashMap;

use super::super::error::JobError;
use super::super::finished::Cursor;
use super::super::progress::Counters;
use super::passes::{Passes, Read};
use super::resolve::{BUFFER, Kept};
use super::rows::{
    AnchorRow, BOILERPLATE, CutRow, HOST_BOILERPLATE, LineRow, PARAGRAPH, PassageRow, PlaceRow,
    REPEATED_PARAGRAPH, REPEATED_PASSAGE, RecordRow, SENTENCE, SHORT,
};
use super::state::{Resolved, State};
use crate::dedup::LineRules;
use crate::dedup::anchors::windows;
use crate::dedup::spill::{Sorted, Sorter, TableReader};
use crate::io::Record;

/// Rows between two looks at the stop flag.
const CHECK_EVERY: usize = 1 << 16;

/// The lines to cut.
pub(super) fn lines(
    passes: &Passes<'_>,
    sorted: &Sorted<LineRow>,
    rules: &LineRules,
    kept: &Kept,
    state: &State,
    resolved: &mut Resolved,
    cuts: &mut Sorter<CutRow>,
) -> Result<(), JobError> {
    let hosts = documents_of_hosts(kept, state)?;
    // Two readings side by side: the first counts a group of equal lines, the second decides about each of them.
    let mut ahead = sorted.iter()?.peekable();
    let mut behind = sorted.iter()?;
    let mut group = Group::default();
    let mut seen = 0usize;
    while let Some(first) = ahead.peek() {
        let hash = match first {
            Ok(row) => row.hash,
            Err(_) => {
                return Err(ahead.next().and_then(Result::err).map_or(JobError::Stopped, JobError::from));
            }
        };
        group.clear();
        let mut rows = 0usize;
        while let Some(row) = ahead.next_if(|row| row.as_ref().map_or(true, |r| r.hash == hash)) {
            let row = row?;
            rows += 1;
            if kept.stays(row.doc) {
                group.count(row, rules, &hosts);
            }
        }
        group.close_host(rules, &hosts);
        seen += rows;
        if seen >= CHECK_EVERY {
            seen = 0;
            passes.check()?;
        }
        for row in behind.by_ref().take(rows) {
            let row = row?;
            if !kept.stays(row.doc) {
                continue;
            }
            let Some(kind) = group.verdict(row, rules) else { continue };
            match kind {
                BOILERPLATE => resolved.boilerplate += 1,
                HOST_BOILERPLATE => resolved.host_boilerplate += 1,
                _ => resolved.paragraphs += 1,
            }
            cuts.push(CutRow { doc: row.doc, kind, at: row.line })?;
        }
    }
    Ok(())
}

/// How many documents that stay each host has.
fn documents_of_hosts(kept: &Kept, state: &State) -> Result<HashMap<u64, u32>, JobError> {
    let mut hosts = HashMap::new();
    for (doc, row) in (0u32..).zip(TableReader::<RecordRow>::open(&state.records(), BUFFER)?) {
        let row = row?;
        if row.kind == 1 && row.host != 0 && kept.stays(doc) {
            *hosts.entry(row.host).or_insert(0) += 1;
        }
    }
    Ok(hosts)
}

/// What is known of a group of equal lines, which come by host and document.
#[derive(Default)]
struct Group {
    documents: u32,
    /// Host, and its documents so far.
    host: (u64, u32),
    last: Option<u32>,
    /// The place that stays where repeated paragraphs go.
    first: Option<(u32, u32)>,
    /// Hosts whose template has the line.
    templates: Vec<u64>,
}

impl Group {
    fn clear(&mut self) {
        let templates = std::mem::take(&mut self.templates);
        *self = Self { templates, ..Self::default() };
        self.templates.clear();
    }

    fn count(&mut self, row: LineRow, rules: &LineRules, hosts: &HashMap<u64, u32>) {
        let place = (row.doc, row.line);
        self.first = Some(self.first.map_or(place, |first| first.min(place)));
        if row.host != self.host.0 {
            self.close_host(rules, hosts);
            self.host = (row.host, 0);
        }
        if self.last.replace(row.doc) != Some(row.doc) {
            self.documents += 1;
            self.host.1 += 1;
        }
    }

    fn close_host(&mut self, rules: &LineRules, hosts: &HashMap<u64, u32>) {
        let (host, documents) = self.host;
        let Some(of_host) = hosts.get(&host) else { return };
        let share = documents as f32 / *of_host as f32;
        // One document of a host that has but one is no template.
        if *of_host >= rules.host_documents && documents > 1 && share >= rules.host_share {
            self.templates.push(host);
        }
    }

    fn verdict(&self, row: LineRow, rules: &LineRules) -> Option<u8> {
        let factor = if row.flags & SENTENCE == 0 { 1 } else { rules.sentence_factor.max(1) };
        if row.flags & SHORT == 0 && self.documents >= rules.documents.saturating_mul(factor).max(2) {
            return Some(BOILERPLATE);
        }
        // Hosts came in ascending order.
        if self.templates.binary_search(&row.host).is_ok() {
            return Some(HOST_BOILERPLATE);
        }
        (row.flags & PARAGRAPH != 0 && self.first != Some((row.doc, row.line))).then_some(REPEATED_PARAGRAPH)
    }
}

/// The passages to cut. Reads the inputs once more, for those around anchors that stand more than once.
#[allow(clippy::too_many_arguments, reason = "one step of the job, called once")]
pub(super) fn passages(
    passes: &Passes<'_>,
    counters: &Counters,
    sorted: Sorted<AnchorRow>,
    length: usize,
    kept: &Kept,
    state: &State,
    memory: usize,
    resolved: &mut Resolved,
    cuts: &mut Sorter<CutRow>,
) -> Result<(), JobError> {
    let folder = state.path("");
    let places = repeated(passes, &sorted, kept, Sorter::new(&folder, "places", memory / 2))?;
    drop(sorted);
    let mut rows = places.iter()?.peekable();
    let mut found: Sorter<PassageRow> = Sorter::new(&folder, "passages", memory / 2);
    let mut doc = 0u32;
    // Which places a text has is known here only; the threads do the parsing.
    let worker = || |record: Record| record.text;
    passes.each(Cursor::default(), counters, worker, |_, read| {
        let text = match read {
            Read::Record(text) => text,
            Read::Rejected(_) => {
                doc += 1;
                return Ok(());
            }
            Read::Fault(_) => return Ok(()),
        };
        let mut anchors = Vec::new();
        while let Some(row) = rows.next_if(|row| row.as_ref().map_or(true, |r| r.doc == doc)) {
            anchors.push(row?.at);
        }
        if !anchors.is_empty() {
            for (hash, at) in windows(&text, length, &anchors) {
                found.push(PassageRow { hash, doc, at })?;
            }
        }
        doc += 1;
        Ok(())
    })?;
    let mut last = None;
    for (n, row) in found.finish()?.iter()?.enumerate() {
        let row = row?;
        if last.replace(row.hash) == Some(row.hash) {
            resolved.passages += 1;
            cuts.push(CutRow { doc: row.doc, kind: REPEATED_PASSAGE, at: row.at })?;
        }
        if n % CHECK_EVERY == 0 {
            passes.check()?;
        }
    }
    Ok(())
}

/// The anchors that stand more than once, by document.
fn repeated(
    passes: &Passes<'_>,
    sorted: &Sorted<AnchorRow>,
    kept: &Kept,
    mut places: Sorter<PlaceRow>,
) -> Result<Sorted<PlaceRow>, JobError> {
    // The first of a group is held back until a second comes.
    let mut first: Option<(AnchorRow, bool)> = None;
    for (n, row) in sorted.iter()?.enumerate() {
        let row = row?;
        if n % CHECK_EVERY == 0 {
            passes.check()?;
        }
        if !kept.stays(row.doc) {
            continue;
        }
        match &mut first {
            Some((held, written)) if held.hash == row.hash => {
                if !std::mem::replace(written, true) {
                    places.push(PlaceRow { doc: held.doc, at: held.at })?;
                }
                places.push(PlaceRow { doc: row.doc, at: row.at })?;
            }
            _ => first = Some((row, false)),
        }
    }
    Ok(places.finish()?)
}

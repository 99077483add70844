//! The first pass: signatures of every document, into tables and sorters.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use xxhash_rust::xxh3::xxh3_64;

use super::super::error::JobError;
use super::super::finished::{Cursor, Fault};
use super::super::progress::Counters;
use super::passes::{Passes, Read};
use super::rows::{AnchorRow, BandRow, ExactRow, LineRow, PARAGRAPH, RecordRow, SENTENCE, SHORT};
use super::state::State;
use crate::dedup::spill::{Sorter, SpillError, TableWriter};
use crate::dedup::{DedupRules, Keep, Signatures, Signer};
use crate::io::{HpltMeta, Record};

/// Characters of a document that the list of clusters shows.
const EXCERPT: usize = 80;
/// A longer id is no id; file and line name the record too.
const LONGEST_ID: usize = 1 << 16;

/// What a worker hands over of a record.
struct Signed {
    signatures: Signatures,
    rank: u32,
    host: u64,
    line: u64,
    id: String,
    excerpt: String,
}

/// All signatures of the corpus.
pub(super) struct Corpus {
    pub(super) records: u32,
    /// Records of each input.
    pub(super) by_input: Vec<u64>,
    pub(super) faults: Vec<Fault>,
    pub(super) exact: Sorter<ExactRow>,
    pub(super) bands: Sorter<BandRow>,
    pub(super) lines: Sorter<LineRow>,
    pub(super) anchors: Sorter<AnchorRow>,
}

/// Reads everything once.
pub(super) fn sign(
    passes: &Passes<'_>,
    counters: &Counters,
    rules: &DedupRules,
    state: &State,
    memory: usize,
    excerpts: bool,
) -> Result<Corpus, JobError> {
    let mut pass = Pass::new(passes.inputs.len(), rules, state, memory)?;
    let worker = || {
        let mut signer = Signer::new(rules);
        move |record: Record| {
            let signatures = signer.sign(&record.text);
            Signed {
                rank: rank(&rules.keep, &record, signatures.characters),
                host: if rules.lines.is_some() { host(&record) } else { 0 },
                signatures,
                line: record.position.line,
                excerpt: if excerpts { record.text.chars().take(EXCERPT).collect() } else { String::new() },
                id: record.id.filter(|id| id.len() <= LONGEST_ID).unwrap_or_default(),
            }
        }
    };
    let mut input = 0;
    passes.each(Cursor::default(), counters, worker, |next, read| {
        // A cursor past the last record of an input names the next one; only a fault moves it there.
        match read {
            Read::Record(signed) => {
                input = next.input;
                pass.add(input, signed)
            }
            Read::Rejected(_) => {
                input = next.input;
                pass.reject(input)
            }
            Read::Fault(fault) => {
                pass.corpus.faults.push(fault);
                Ok(())
            }
        }
    })?;
    pass.finish()
}

struct Pass {
    corpus: Corpus,
    table: TableWriter<RecordRow>,
    ids: BufWriter<File>,
    ids_path: PathBuf,
    ids_bytes: u64,
    sketches: BufWriter<File>,
    sketches_path: PathBuf,
    sketch_bytes: usize,
    buffer: Vec<u8>,
}

impl Pass {
    fn new(inputs: usize, rules: &DedupRules, state: &State, memory: usize) -> Result<Self, JobError> {
        let folder = state.start()?;
        // The bands of near-duplicates are the most rows by far.
        let parts = [
            (rules.exact, 1),
            (rules.fuzzy.is_some(), 6),
            (rules.lines.is_some(), 4),
            (rules.substring.is_some(), 4),
        ];
        let whole: usize = parts.iter().filter(|p| p.0).map(|p| p.1).sum();
        let share = |part: usize| memory / whole.max(1) * parts[part].1;
        let create = |path: PathBuf| -> Result<_, JobError> {
            let file = File::create(&path).map_err(state.fault(&path))?;
            Ok((BufWriter::with_capacity(1 << 18, file), path))
        };
        let (ids, ids_path) = create(state.ids())?;
        let (sketches, sketches_path) = create(state.sketches())?;
        Ok(Self {
            corpus: Corpus {
                records: 0,
                by_input: vec![0; inputs],
                faults: Vec::new(),
                exact: Sorter::new(folder, "exact", share(0)),
                bands: Sorter::new(folder, "bands", share(1)),
                lines: Sorter::new(folder, "lines", share(2)),
                anchors: Sorter::new(folder, "anchors", share(3)),
            },
            table: TableWriter::create(state.records())?,
            ids,
            ids_path,
            ids_bytes: 0,
            sketches,
            sketches_path,
            sketch_bytes: rules.fuzzy.as_ref().map_or(0, |f| 2 * f.size()),
            buffer: Vec::new(),
        })
    }

    fn add(&mut self, input: usize, signed: Signed) -> Result<(), JobError> {
        let Signed { signatures, rank, host, line, id, excerpt } = signed;
        let doc = self.number(input)?;
        self.table.push(&RecordRow {
            kind: 1,
            rank,
            host,
            input: input as u32,
            line,
            id_at: self.ids_bytes,
            id_bytes: id.len() as u32,
            excerpt_bytes: excerpt.len() as u32,
        })?;
        for text in [&id, &excerpt] {
            self.ids.write_all(text.as_bytes()).map_err(SpillError::at(&self.ids_path))?;
            self.ids_bytes += text.len() as u64;
        }
        self.sketch(&signatures.sketch)?;
        let corpus = &mut self.corpus;
        if signatures.exact != 0 {
            corpus.exact.push(ExactRow { hash: signatures.exact, rank, doc })?;
        }
        signatures.bands.iter().try_for_each(|key| corpus.bands.push(BandRow { key: *key, doc }))?;
        for (line, unit) in signatures.lines {
            let flags = [(unit.short, SHORT), (unit.sentence, SENTENCE), (unit.paragraph, PARAGRAPH)];
            let flags = flags.iter().filter(|f| f.0).map(|f| f.1).sum();
            corpus.lines.push(LineRow { hash: unit.hash, host, doc, line, flags })?;
        }
        signatures
            .anchors
            .iter()
            .try_for_each(|(hash, at)| corpus.anchors.push(AnchorRow { hash: *hash, doc, at: *at }))?;
        Ok(())
    }

    fn reject(&mut self, input: usize) -> Result<(), JobError> {
        self.number(input)?;
        let id_at = self.ids_bytes;
        let rejected = RecordRow {
            kind: 0,
            rank: u32::MAX,
            host: 0,
            input: 0,
            line: 0,
            id_at,
            id_bytes: 0,
            excerpt_bytes: 0,
        };
        self.table.push(&rejected)?;
        self.sketch(&[])
    }

    /// The number of the next record.
    fn number(&mut self, input: usize) -> Result<u32, JobError> {
        let number = self.corpus.records;
        self.corpus.records = number.checked_add(1).ok_or(JobError::TooMany { records: u32::MAX.into() })?;
        self.corpus.by_input[input] += 1;
        Ok(number)
    }

    /// Every record has its place among the sketches, with one or without.
    fn sketch(&mut self, sketch: &[u16]) -> Result<(), JobError> {
        self.buffer.clear();
        self.buffer.extend(sketch.iter().flat_map(|v| v.to_le_bytes()));
        self.buffer.resize(self.sketch_bytes, 0);
        Ok(self.sketches.write_all(&self.buffer).map_err(SpillError::at(&self.sketches_path))?)
    }

    fn finish(mut self) -> Result<Corpus, JobError> {
        self.table.finish(true)?;
        let sync = |file: &mut BufWriter<File>| {
            file.flush()?;
            file.get_ref().sync_all()
        };
        sync(&mut self.ids).map_err(SpillError::at(&self.ids_path))?;
        self.sketches.flush().map_err(SpillError::at(&self.sketches_path))?;
        Ok(self.corpus)
    }
}

/// The lower, the better.
fn rank(keep: &Keep, record: &Record, characters: u32) -> u32 {
    match keep {
        Keep::First => 0,
        Keep::Longest => u32::MAX - characters,
        Keep::Score(field) => {
            let value = record.fields.iter().rev().find(|(name, _)| name == field);
            let score = value.and_then(|(_, json)| json.get().parse::<f32>().ok()).filter(|s| !s.is_nan());
            score.map_or(u32::MAX, |s| {
                // The bits of an f32 in the order of its value.
                let bits = s.to_bits();
                let ascending = if bits >> 31 == 1 { !bits } else { bits | 1 << 31 };
                !ascending
            })
        }
    }
}

/// A hash of the host in the record's address; 0 without one.
fn host(record: &Record) -> u64 {
    let Some(url) = HpltMeta::of(record).url else { return 0 };
    let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    if host.is_empty() { 0 } else { xxh3_64(host.as_bytes()) | 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Format, Position};

    fn record(json: &str) -> Record {
        Format::Auto.parse(json.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
    }

    #[test]
    fn ranks_follow_the_policy() {
        let by_score = |json: &str| rank(&Keep::Score("q".into()), &record(json), 0);
        let scores =
            ["9e3", "1.5", "1", "0", "-0.5", "-7"].map(|s| by_score(&format!(r#"{{"text":"a","q":{s}}}"#)));
        assert!(scores.windows(2).all(|w| w[0] < w[1]), "{scores:?}");
        assert!(by_score(r#"{"text":"a"}"#) > scores[5] && by_score(r#"{"text":"a","q":"x"}"#) > scores[5]);
        let any = record(r#"{"text":"a"}"#);
        assert!(rank(&Keep::Longest, &any, 9) < rank(&Keep::Longest, &any, 8));
        assert_eq!(rank(&Keep::First, &any, 9), rank(&Keep::First, &any, 8));
    }

    #[test]
    fn hosts_are_those_of_the_address() {
        let of = |url: &str| host(&record(&format!(r#"{{"text":"a","u":"{url}"}}"#)));
        assert_eq!(of("https://www.A.kr/x?y"), of("http://a.kr"));
        assert_ne!(of("http://a.kr/"), of("http://b.kr/"));
        assert_eq!(of(""), 0);
        assert_eq!(host(&record(r#"{"text":"a"}"#)), 0);
    }
}

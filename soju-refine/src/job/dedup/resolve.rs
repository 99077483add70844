//! Which documents go: equal ones first, then similar ones among what is left.

use std::collections::HashMap;
use std::fs::File;
use std::io::{Read as _, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::super::error::JobError;
use super::passes::Passes;
use super::rows::{BandRow, DropRow, EXACT, ExactRow, NEAR, RecordRow};
use super::sign::Corpus;
use super::state::{Resolved, State};
use crate::dedup::fuzzy::similarity;
use crate::dedup::spill::{Sorter, SpillError, TableReader, TableWriter};
use crate::dedup::{Bucket, Clusters, DedupRules};

/// Buffer for reading tables, in bytes.
pub(super) const BUFFER: usize = 1 << 18;
/// Groups between two looks at the stop flag.
const CHECK_EVERY: usize = 1 << 16;

/// For each record the one that stays for it: itself, or another.
pub(super) struct Kept(Vec<u32>);

impl Kept {
    pub(super) fn stays(&self, doc: u32) -> bool {
        self.0[doc as usize] == doc
    }
}

/// Finds the documents to drop, and writes them into the table of drops in the order of the input.
pub(super) fn resolve(
    passes: &Passes<'_>,
    corpus: &mut Corpus,
    rules: &DedupRules,
    state: &State,
    memory: usize,
    resolved: &mut Resolved,
) -> Result<Kept, JobError> {
    resolved.records = corpus.records.into();
    let mut kept = Kept((0..corpus.records).collect());
    let exact = std::mem::replace(&mut corpus.exact, Sorter::new("", "exact", 0));
    equal_texts(passes, exact, &mut kept)?;
    let equal: Vec<u64> = bits(corpus.records, |doc| !kept.stays(doc));
    let is_equal = |doc: u32| equal[doc as usize / 64] >> (doc % 64) & 1 == 1;
    let width = rules.fuzzy.as_ref().map_or(0, |f| f.size());
    let mut sketches = Sketches::open(&state.sketches(), width, corpus.records, memory / 3)?;
    if let Some(fuzzy) = &rules.fuzzy {
        let bands = std::mem::replace(&mut corpus.bands, Sorter::new("", "bands", 0));
        let mut clusters = Clusters::new(corpus.records);
        similar_texts(passes, bands, &kept, fuzzy.threshold, &mut sketches, &mut clusters)?;
        choose(&mut clusters, &mut kept, state)?;
        // What equals a document that went by its likeness to another goes for that other one.
        for doc in (0..corpus.records).filter(|d| is_equal(*d)) {
            kept.0[doc as usize] = kept.0[kept.0[doc as usize] as usize];
        }
    }
    let mut drops = TableWriter::create(state.drops())?;
    let mut sizes: HashMap<u32, u64> = HashMap::new();
    for doc in 0..corpus.records {
        let stays = kept.0[doc as usize];
        if stays == doc {
            continue;
        }
        let (kind, count) =
            if is_equal(doc) { (EXACT, &mut resolved.exact) } else { (NEAR, &mut resolved.near) };
        *count += 1;
        let similarity = if width > 0 { sketches.similarity(doc, stays)? } else { 1.0 };
        // Two equal texts without letters have no sketch to compare.
        let similarity = if kind == EXACT && similarity == 0.0 { 1.0 } else { similarity };
        drops.push(&DropRow { doc, kept: stays, kind, similarity: similarity.to_bits() })?;
        *sizes.entry(stays).or_insert(1) += 1;
    }
    drops.finish(true)?;
    resolved.clusters = sizes.len() as u64;
    resolved.largest = sizes.values().max().copied().unwrap_or(0);
    for size in sizes.into_values() {
        let bin = size.ilog2() as usize;
        resolved.sizes.resize(resolved.sizes.len().max(bin + 1), 0);
        resolved.sizes[bin] += 1;
    }
    Ok(kept)
}

fn bits(n: u32, set: impl Fn(u32) -> bool) -> Vec<u64> {
    let mut bits = vec![0u64; n as usize / 64 + 1];
    (0..n).filter(|i| set(*i)).for_each(|i| bits[i as usize / 64] |= 1 << (i % 64));
    bits
}

/// Of equal texts the first in the order of rank and place stays.
fn equal_texts(passes: &Passes<'_>, exact: Sorter<ExactRow>, kept: &mut Kept) -> Result<(), JobError> {
    let sorted = exact.finish()?;
    let mut first: Option<ExactRow> = None;
    for (n, row) in sorted.iter()?.enumerate() {
        let row = row?;
        match first {
            Some(first) if first.hash == row.hash => kept.0[row.doc as usize] = first.doc,
            _ => first = Some(row),
        }
        if n % CHECK_EVERY == 0 {
            passes.check()?;
        }
    }
    Ok(())
}

/// Joins the similar documents of each bucket. Which pairs are looked at depends on the order of the rows only.
fn similar_texts(
    passes: &Passes<'_>,
    bands: Sorter<BandRow>,
    kept: &Kept,
    threshold: f32,
    sketches: &mut Sketches,
    clusters: &mut Clusters,
) -> Result<(), JobError> {
    let sorted = bands.finish()?;
    let mut bucket = Bucket::default();
    let mut key = None;
    for (n, row) in sorted.iter()?.enumerate() {
        let row = row?;
        if key.replace(row.key) != Some(row.key) {
            bucket.clear();
        }
        if kept.stays(row.doc) {
            bucket.add(row.doc, clusters, |a, b| sketches.similarity(a, b).map(|s| s >= threshold))?;
        }
        if n % CHECK_EVERY == 0 {
            passes.check()?;
        }
    }
    Ok(())
}

/// Of each cluster the document of the best rank stays.
fn choose(clusters: &mut Clusters, kept: &mut Kept, state: &State) -> Result<(), JobError> {
    let mut best: HashMap<u32, (u32, u32)> = HashMap::new();
    let ranks = || TableReader::<RecordRow>::open(&state.records(), BUFFER);
    for (doc, row) in (0u32..).zip(ranks()?) {
        let row = row?;
        let first = clusters.first(doc);
        if first == doc {
            continue;
        }
        // The first document of a set was passed before it was known to be one: it is looked up when the second comes.
        let candidate = (row.rank, doc);
        let best = best.entry(first).or_insert((u32::MAX, u32::MAX));
        *best = candidate.min(*best);
    }
    for (doc, row) in (0u32..).zip(ranks()?) {
        let row = row?;
        if let Some(best) = best.get_mut(&doc) {
            *best = (row.rank, doc).min(*best);
        }
    }
    for doc in 0..kept.0.len() as u32 {
        if let Some((_, stays)) = best.get(&clusters.first(doc)) {
            kept.0[doc as usize] = *stays;
        }
    }
    Ok(())
}

/// The sketches of all records: in memory if they fit, else read from the file one at a time.
pub(super) struct Sketches {
    path: PathBuf,
    width: usize,
    file: File,
    memory: Vec<u16>,
    pair: [Vec<u16>; 2],
    bytes: Vec<u8>,
}

impl Sketches {
    fn open(path: &Path, width: usize, records: u32, memory: usize) -> Result<Self, SpillError> {
        let mut file = File::open(path).map_err(SpillError::at(path))?;
        let bytes = 2 * width as u64 * u64::from(records);
        let mut all = Vec::new();
        if bytes <= memory as u64 {
            let mut raw = Vec::with_capacity(bytes as usize);
            file.read_to_end(&mut raw).map_err(SpillError::at(path))?;
            all = decode(&raw).collect();
        }
        Ok(Self {
            path: path.to_owned(),
            width,
            file,
            memory: all,
            pair: [Vec::new(), Vec::new()],
            bytes: vec![0; 2 * width],
        })
    }

    fn similarity(&mut self, a: u32, b: u32) -> Result<f32, SpillError> {
        let width = self.width;
        if !self.memory.is_empty() {
            let of = |doc: u32| &self.memory[doc as usize * width..(doc as usize + 1) * width];
            return Ok(of_sketches(of(a), of(b)));
        }
        for (side, doc) in [a, b].into_iter().enumerate() {
            let at = u64::from(doc) * 2 * width as u64;
            let mut read = || {
                self.file.seek(SeekFrom::Start(at))?;
                self.file.read_exact(&mut self.bytes)
            };
            read().map_err(SpillError::at(&self.path))?;
            self.pair[side].clear();
            self.pair[side].extend(decode(&self.bytes));
        }
        Ok(of_sketches(&self.pair[0], &self.pair[1]))
    }
}

fn decode(bytes: &[u8]) -> impl Iterator<Item = u16> + '_ {
    bytes.as_chunks::<2>().0.iter().map(|b| u16::from_le_bytes(*b))
}

/// 0 where a text without letters has a sketch of zeros.
fn of_sketches(a: &[u16], b: &[u16]) -> f32 {
    if a.iter().all(|v| *v == 0) || b.iter().all(|v| *v == 0) { 0.0 } else { similarity(a, b) }
}

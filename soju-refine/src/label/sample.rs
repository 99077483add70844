//! A sample of the texts of a corpus.

use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicBool, Ordering};

use xxhash_rust::xxh3::xxh3_64_with_seed;

use crate::document::Document;
use crate::io::{Input, IoError, Raw, ReadOptions, reader};
use crate::llm::Evidence;
use crate::normalize::Normalize;
use crate::pipeline::{Cleaner, Stage};
use crate::segment::segments;
use crate::student::Level;

/// What is drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct SampleConfig {
    /// Documents, or segments of documents.
    pub level: Level,
    /// How many.
    pub size: usize,
    /// Other seeds draw other samples.
    pub seed: u64,
    /// Draw as many from each tenth of the probability of junk that the levels before the model give, as far as they
    /// go: most of a corpus is what these are sure of, and little is to be learned from it. Of documents only.
    pub balanced: bool,
    /// Fewest characters, white space not counted.
    pub min_characters: usize,
}

impl Default for SampleConfig {
    fn default() -> Self {
        Self { level: Level::Document, size: 1000, seed: 0, balanced: true, min_characters: 20 }
    }
}

/// A text of the sample.
#[derive(Debug, Clone, PartialEq)]
pub struct Sampled {
    /// Where it stands: the file, `doc`, and its number there. Segments of a document share it.
    pub source: String,
    /// The normalized text.
    pub text: String,
    /// What the levels before the model think of it; of a segment's document.
    pub evidence: Evidence,
}

/// A text that may be drawn, greatest hash first.
struct Drawn {
    hash: u64,
    sampled: Sampled,
}

impl PartialEq for Drawn {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Drawn {}
impl PartialOrd for Drawn {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Drawn {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        let key = |d: &Self| (d.hash, d.sampled.source.clone());
        self.hash.cmp(&other.hash).then_with(|| key(self).cmp(&key(other)))
    }
}

/// The texts with the least hashes: a sample without replacement that depends on the texts and the seed alone.
struct Reservoir {
    size: usize,
    heap: BinaryHeap<Drawn>,
}

impl Reservoir {
    fn wants(&self, hash: u64) -> bool {
        self.heap.len() < self.size || self.heap.peek().is_some_and(|top| hash < top.hash)
    }

    fn put(&mut self, drawn: Drawn) {
        // The same text again is the same hash.
        if self.size == 0
            || self.heap.iter().any(|d| d.hash == drawn.hash && d.sampled.text == drawn.sampled.text)
        {
            return;
        }
        self.heap.push(drawn);
        if self.heap.len() > self.size {
            self.heap.pop();
        }
    }
}

const STRATA: usize = 10;

/// Draws a sample. `cleaner` gives the evidence and what is left out: documents that it drops for their language or
/// their length are no texts to learn from. `seen` hears of each record. Holds no more than the sample in memory
/// (tenfold where it is balanced). `None` when it was stopped.
///
/// # Errors
/// An input can't be opened or read to its end.
pub fn sample(
    inputs: &[Input],
    options: &ReadOptions,
    cleaner: &Cleaner,
    config: &SampleConfig,
    stop: &AtomicBool,
    mut seen: impl FnMut(u64),
) -> Result<Option<Vec<Sampled>>, IoError> {
    let strata = if config.balanced && config.level == Level::Document { STRATA } else { 1 };
    let mut reservoirs: Vec<Reservoir> =
        (0..strata).map(|_| Reservoir { size: config.size, heap: BinaryHeap::new() }).collect();
    let mut records = 0;
    for input in inputs {
        let mut reader = reader::open(input, options)?;
        while let Some(raw) = reader.next_record()? {
            if stop.load(Ordering::Relaxed) {
                return Ok(None);
            }
            records += 1;
            seen(records);
            let Raw::Record(raw) = raw else { continue };
            let Ok(record) = raw.parse() else { continue };
            let source = format!("{} line {}", record.position.file, record.position.line);
            draw(&record.text, &source, cleaner, config, &mut reservoirs);
        }
    }
    let mut drawn: Vec<Drawn> = spread(reservoirs, config.size);
    drawn.sort_unstable_by_key(|d| d.hash);
    Ok(Some(drawn.into_iter().map(|d| d.sampled).collect()))
}

fn draw(text: &str, source: &str, cleaner: &Cleaner, config: &SampleConfig, reservoirs: &mut [Reservoir]) {
    let mut normal = Document::new("", text);
    Normalize::default().apply(&mut normal);
    let long_enough =
        |text: &str| text.chars().filter(|c| !c.is_whitespace()).nth(config.min_characters).is_some();
    let texts: Vec<&str> = match config.level {
        Level::Document => vec![normal.text()],
        Level::Segment => segments(normal.text()).into_iter().map(|s| &normal.text()[s.span]).collect(),
    };
    let hash = |text: &str| xxh3_64_with_seed(text.as_bytes(), config.seed);
    // Running the rules costs most, so nothing is run that can't be drawn.
    let wanted: Vec<(u64, &str)> = texts
        .into_iter()
        .map(|text| (hash(text), text))
        .filter(|(hash, text)| reservoirs.iter().any(|r| r.wants(*hash)) && long_enough(text))
        .collect();
    if wanted.is_empty() {
        return;
    }
    let mut doc = Document::new("", text);
    let verdict = cleaner.clean_with(&mut doc, |_, _, _| {});
    if matches!(&verdict, crate::pipeline::Verdict::Drop(r) if r.stage == "language") {
        return;
    }
    let evidence = Evidence::of(&doc);
    let stratum = (evidence.prior() * reservoirs.len() as f32) as usize;
    let reservoir = stratum.min(reservoirs.len() - 1);
    for (hash, text) in wanted {
        if reservoirs[reservoir].wants(hash) {
            let sampled = Sampled { source: source.to_owned(), text: text.to_owned(), evidence };
            reservoirs[reservoir].put(Drawn { hash, sampled });
        }
    }
}

/// As many of each stratum as of the others, as far as they go: the share of those that run out goes to the rest.
fn spread(reservoirs: Vec<Reservoir>, size: usize) -> Vec<Drawn> {
    let mut strata: Vec<Vec<Drawn>> = reservoirs.into_iter().map(|r| r.heap.into_sorted_vec()).collect();
    strata.sort_by_key(Vec::len);
    let (mut left, mut out) = (size, Vec::new());
    let count = strata.len();
    for (i, mut stratum) in strata.into_iter().enumerate() {
        stratum.truncate(left / (count - i));
        left -= stratum.len();
        out.extend(stratum);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::inputs;
    use crate::pipeline::RulesConfig;

    fn corpus(folder: &std::path::Path, names: &[&str]) -> Vec<Input> {
        let mut i = 0;
        for name in names {
            let mut lines = String::new();
            for _ in 0..40 {
                i += 1;
                let text = if i % 4 == 0 {
                    format!(
                        "무료 쿠폰 {i} 최저가 할인 문의 클릭 이벤트 무료 쿠폰 지급 최저가 당일 대출 상담 클릭 카지노 추천 사이트 {i}"
                    )
                } else {
                    format!(
                        "지난 {i}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다."
                    )
                };
                lines.push_str(&serde_json::json!({ "text": text }).to_string());
                lines.push('\n');
            }
            std::fs::write(folder.join(name), lines).unwrap();
        }
        let mut paths: Vec<String> = names.iter().map(|n| folder.join(n).display().to_string()).collect();
        paths.reverse();
        inputs::expand(&paths).unwrap()
    }

    fn texts(inputs: &[Input], config: &SampleConfig) -> Vec<String> {
        let cleaner = Cleaner::new(RulesConfig::default());
        let stop = AtomicBool::new(false);
        let drawn =
            sample(inputs, &ReadOptions::default(), &cleaner, config, &stop, |_| ()).unwrap().unwrap();
        drawn.into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn the_order_of_files_changes_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let inputs = corpus(dir.path(), &["a.jsonl", "b.jsonl", "c.jsonl"]);
        let other: Vec<Input> = inputs.iter().rev().cloned().collect();
        for balanced in [false, true] {
            let config = SampleConfig { size: 24, balanced, ..SampleConfig::default() };
            let drawn = texts(&inputs, &config);
            assert_eq!(drawn.len(), 24);
            assert_eq!(drawn, texts(&other, &config));
            assert_ne!(drawn, texts(&inputs, &SampleConfig { seed: 1, ..config }));
        }
    }

    #[test]
    fn a_balanced_sample_has_more_of_the_rare() {
        let dir = tempfile::tempdir().unwrap();
        let inputs = corpus(dir.path(), &["a.jsonl", "b.jsonl"]);
        let junk = |balanced| {
            let config = SampleConfig { size: 30, balanced, ..SampleConfig::default() };
            texts(&inputs, &config).iter().filter(|t| t.contains("쿠폰")).count()
        };
        assert!(junk(true) > junk(false) && junk(true) >= 15, "{} {}", junk(true), junk(false));
    }

    #[test]
    fn segments_are_drawn_once() {
        let dir = tempfile::tempdir().unwrap();
        let inputs = corpus(dir.path(), &["a.jsonl"]);
        let config = SampleConfig { level: Level::Segment, size: 500, ..SampleConfig::default() };
        let drawn = texts(&inputs, &config);
        assert!(drawn.iter().any(|t| t.starts_with("아이들은")));
        assert_eq!(drawn.iter().filter(|t| t.starts_with("아이들은")).count(), 1);
    }
}

//! What the stages that need no model cost, in bytes per second on one thread.
//!
//!     cargo bench -p soju-refine --bench stages
//!
//! The corpus is made of the documents of `examples/data`, given again under other orders of their sentences until it
//! has 2,000 of them. `normalized` is that corpus after the stage `normalize`, so that there is nothing left to
//! change; `decomposed` is its NFD. Every stage runs on what the stages before it leave.

#![allow(missing_docs, clippy::unwrap_used)]

use std::sync::LazyLock;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use soju_refine::document::{Change, Document};
use soju_refine::language::Language;
use soju_refine::normalize::Normalize;
use soju_refine::pipeline::{Cleaner, RulesConfig, Stage, rules};
use unicode_normalization::UnicodeNormalization;

const DOCUMENTS: usize = 2_000;

fn main() {
    divan::main();
}

static RAW: LazyLock<Vec<String>> = LazyLock::new(|| {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/data/hplt-v2-kor-sample.jsonl.zst");
    let bytes = zstd::decode_all(std::fs::File::open(path).unwrap()).unwrap();
    let texts: Vec<String> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["text"].as_str().unwrap().to_owned()
        })
        .collect();
    (0..DOCUMENTS)
        .map(|i| {
            let mut sentences: Vec<&str> = texts[i % texts.len()].split_inclusive(". ").collect();
            let turn = i / texts.len() % sentences.len();
            sentences.rotate_left(turn);
            sentences.concat()
        })
        .collect()
});

static NORMALIZED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let stage = Normalize::default();
    RAW.iter()
        .map(|text| {
            let mut doc = Document::new("", text.clone());
            stage.apply(&mut doc);
            doc.text().to_owned()
        })
        .collect()
});

static DECOMPOSED: LazyLock<Vec<String>> =
    LazyLock::new(|| NORMALIZED.iter().map(|text| text.nfd().collect()).collect());

/// Runs a stage over the texts; making the documents is not timed.
fn run(bencher: Bencher<'_, '_>, texts: &[String], stage: &dyn Stage) {
    let bytes: usize = texts.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .with_inputs(|| texts.iter().map(|text| Document::new("", text.clone())).collect::<Vec<_>>())
        .bench_local_values(|mut docs| {
            for doc in &mut docs {
                black_box(stage.apply(doc));
            }
            docs
        });
}

#[divan::bench]
fn normalize_raw(bencher: Bencher<'_, '_>) {
    run(bencher, &RAW, &Normalize::default());
}

#[divan::bench]
fn normalize_normalized(bencher: Bencher<'_, '_>) {
    run(bencher, &NORMALIZED, &Normalize::default());
}

#[divan::bench]
fn normalize_decomposed(bencher: Bencher<'_, '_>) {
    run(bencher, &DECOMPOSED, &Normalize::default());
}

#[divan::bench]
fn language(bencher: Bencher<'_, '_>) {
    run(bencher, &NORMALIZED, &Language::default());
}

/// The stages after `language`, by name.
#[divan::bench(args = ["junk", "pii"])]
fn other(bencher: Bencher<'_, '_>, name: &str) {
    let stages = rules(RulesConfig::default());
    let stage = stages.iter().find(|s| s.name() == name).unwrap();
    run(bencher, &NORMALIZED, stage.as_ref());
}

/// All of them, up to the first that drops the document.
#[divan::bench]
fn cleaner(bencher: Bencher<'_, '_>) {
    let cleaner = Cleaner::new(RulesConfig::default());
    let bytes: usize = RAW.iter().map(String::len).sum();
    bencher
        .counter(BytesCount::new(bytes))
        .with_inputs(|| RAW.iter().map(|text| Document::new("", text.clone())).collect::<Vec<_>>())
        .bench_local_values(|mut docs| {
            for doc in &mut docs {
                black_box(cleaner.clean_with(doc, |_, _, _| {}));
            }
            docs
        });
}

/// Many changes of one document, in two batches: ten times as many should take ten times as long.
#[divan::bench(args = [10_000, 100_000, 1_000_000])]
fn apply_edits(bencher: Bencher<'_, '_>, edits: usize) {
    let text = "가나 ".repeat(edits);
    bencher
        .counter(divan::counter::ItemsCount::new(2 * edits))
        .with_inputs(|| Document::new("", text.clone()))
        .bench_local_values(|mut doc| {
            doc.apply("a", (0..edits).map(|i| Change::replace("x", 7 * i..7 * i + 3, "다")).collect());
            doc.apply("b", (0..edits).map(|i| Change::cut("y", 7 * i + 3..7 * i + 6)).collect());
            doc
        });
}

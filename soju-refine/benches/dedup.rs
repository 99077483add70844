//! What signatures cost, on real Korean documents: `cargo bench -p soju-refine --bench dedup`.
//!
//! A sample is every document of `examples/data`; the throughput is that of their text on one thread.

use std::fs::File;
use std::path::Path;

use divan::Bencher;
use divan::counter::{BytesCount, ItemsCount};
use soju_refine::dedup::fuzzy::{Banding, ShingleUnit, Shingling, Sketcher, fold};
use soju_refine::dedup::{DedupRules, LineRules, Signer, SubstringRules, anchors, signature};

fn main() {
    divan::main();
}

fn texts() -> Vec<String> {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/hplt-v2-kor-sample.jsonl.zst");
    let lines =
        zstd::decode_all(File::open(sample).expect("the sample is in the tree")).expect("it is whole");
    let text = |line: &[u8]| {
        let record: serde_json::Value = serde_json::from_slice(line).expect("it is JSON");
        record["text"].as_str().expect("it has a text").to_owned()
    };
    lines.split(|b| *b == b'\n').filter(|line| !line.is_empty()).map(text).collect()
}

fn over<T>(bencher: Bencher<'_, '_>, mut work: impl FnMut(&str) -> T) {
    let texts = texts();
    let bytes = texts.iter().map(String::len).sum::<usize>();
    bencher.counter(BytesCount::new(bytes)).counter(ItemsCount::new(texts.len())).bench_local(|| {
        for text in &texts {
            divan::black_box(work(text));
        }
    });
}

#[divan::bench]
fn exact(bencher: Bencher<'_, '_>) {
    over(bencher, signature);
}

#[divan::bench]
fn folding(bencher: Bencher<'_, '_>) {
    let mut out = Vec::new();
    over(bencher, |text| {
        fold(text, false, &mut out);
        out.len()
    });
}

#[divan::bench(args = [(ShingleUnit::Characters, 5), (ShingleUnit::Words, 5)])]
fn sketch_and_bands(bencher: Bencher<'_, '_>, (unit, size): (ShingleUnit, usize)) {
    let mut sketcher = Sketcher::new(Shingling { unit, size }, 112);
    over(bencher, |text| sketcher.sketch(text).map(|s| Banding::FINEWEB2.keys(s).fold(0, |a, b| a ^ b)));
}

#[divan::bench]
fn passages(bencher: Bencher<'_, '_>) {
    over(bencher, |text| anchors::anchors(text, 100));
}

#[divan::bench]
fn everything(bencher: Bencher<'_, '_>) {
    let rules = DedupRules {
        lines: Some(LineRules::default()),
        substring: Some(SubstringRules::default()),
        ..DedupRules::default()
    };
    let mut signer = Signer::new(&rules);
    over(bencher, |text| signer.sign(text));
}

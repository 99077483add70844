//! What the search for personal data costs, on plain prose and on hostile text.
//!
//! `cargo run --release -p soju-refine --example pii_speed [FILE.jsonl…]` reads the field `text` of the
//! files, or the sample in `examples/data`, and prints MB/s of one core for each text.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::Instant;

use soju_refine::pii::Pii;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut files: Vec<String> = std::env::args().skip(1).collect();
    if files.is_empty() {
        let sample =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data/hplt-v2-kor-sample.jsonl.zst");
        files.push(sample.display().to_string());
    }
    let mut documents = Vec::new();
    for file in &files {
        read(file, &mut documents).map_err(|e| format!("cannot read {file}: {e}"))?;
    }
    let pii = Pii::default();
    let numbers = |t: &str| t.bytes().filter(u8::is_ascii_digit).count() as f64 / t.len().max(1) as f64;
    let plain: Vec<String> = documents.iter().filter(|t| numbers(t) < 0.01).cloned().collect();
    measure("all documents", &pii, &documents);
    measure("documents with less than 1 % digits", &pii, &plain);
    let unit = |unit: &str| vec![unit.repeat((10 << 20) / unit.len())];
    for hostile in [
        "0",
        "@",
        "010-",
        "1 ",
        "a@",
        "a.",
        "http://",
        "톡",
        "골뱅이",
        "공일",
        "로 1",
        "서울 강남구 ",
        "1.",
        "::1",
        "(at)",
        "٠",
        "가",
    ] {
        measure(&format!("10 MiB of {hostile:?}"), &pii, &unit(hostile));
    }
    Ok(())
}

fn read(file: &str, documents: &mut Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
    let input = std::fs::File::open(file)?;
    let input: Box<dyn BufRead> = match file.ends_with(".zst") {
        true => Box::new(BufReader::new(zstd::Decoder::new(input)?)),
        false => Box::new(BufReader::new(input)),
    };
    for line in input.lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        documents.extend(record["text"].as_str().map(str::to_owned));
    }
    Ok(())
}

/// The best of some rounds of at least 20 MB each.
fn measure(name: &str, pii: &Pii, documents: &[String]) {
    let bytes: usize = documents.iter().map(String::len).sum();
    let rounds = (20_000_000 / bytes.max(1)).max(1);
    let mut best = f64::INFINITY;
    let mut found = 0;
    for _ in 0..3 {
        let start = Instant::now();
        for _ in 0..rounds {
            found = documents.iter().map(|text| pii.find(text).len()).sum();
        }
        best = best.min(start.elapsed().as_secs_f64());
    }
    let rate = (bytes * rounds) as f64 / best / 1e6;
    println!("{rate:8.0} MB/s  {found:8} values in {bytes:9} bytes  {name}");
}

//! MinHash signatures of a corpus on one thread, for comparison with other programs.
//!
//! `dedup_speed DOCS.jsonl [characters|words]` reads the texts into memory, makes the signature of each (shingles, a sketch of
//! 112 positions, 14 band keys) and prints the time of that alone, as JSON.

use std::time::Instant;

use soju_refine::dedup::fuzzy::{Banding, ShingleUnit, Shingling, Sketcher};
use soju_refine::io::{Raw, ReadOptions, inputs, reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let file = args.next().ok_or("name a file of JSON lines")?;
    let unit = match args.next().as_deref() {
        Some("words") => ShingleUnit::Words,
        _ => ShingleUnit::Characters,
    };
    let mut texts = Vec::new();
    for input in inputs::expand(&[file])? {
        let mut reader = reader::open(&input, &ReadOptions::default())?;
        while let Some(raw) = reader.next_record()? {
            if let Raw::Record(raw) = raw {
                texts.extend(raw.parse().map(|record| record.text));
            }
        }
    }
    let mut sketcher = Sketcher::new(Shingling { unit, size: 5 }, Banding::FINEWEB2.size());
    let start = Instant::now();
    let mut keys = 0u64;
    for text in &texts {
        if let Some(sketch) = sketcher.sketch(text) {
            keys = Banding::FINEWEB2.keys(sketch).fold(keys, |a, b| a.wrapping_add(b));
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    let bytes: usize = texts.iter().map(String::len).sum();
    println!(
        r#"{{"documents": {}, "bytes": {bytes}, "seconds": {seconds:.6}, "check": {keys}}}"#,
        texts.len()
    );
    Ok(())
}

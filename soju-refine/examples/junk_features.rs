//! Runs the rules over labelled data and prints what the fit and the score need.
//!
//!     junk_features docs IN.jsonl        one JSON object a document: doc, verdict, kind, score, text, features
//!     junk_features lines LABELS.tsv     keep, junk or mask, score, kind, whether it is certain, features; tabs between
//!
//! They feed `scripts/fit_junk.py`, which fits the weights of the two scores.

use std::io::{BufRead, BufReader, Write};

use soju_refine::document::Document;
use soju_refine::junk::{Features, Junk, LineFeatures, LineLabel, judge_line};
use soju_refine::pipeline::{RulesConfig, Verdict, rules};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [mode, path] = args.as_slice() else {
        return Err("usage: junk_features docs IN.jsonl | lines LABELS.tsv".into());
    };
    let input = BufReader::new(std::fs::File::open(path)?);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match mode.as_str() {
        "docs" => docs(input, &mut out),
        "lines" => lines(input, &mut out),
        other => Err(format!("unknown mode {other}").into()),
    }
}

fn docs(input: impl BufRead, out: &mut impl Write) -> Result<(), Box<dyn std::error::Error>> {
    let stages = rules(RulesConfig::default());
    let (mut count, mut bytes) = (0_u32, 0);
    let mut spent = vec![std::time::Duration::ZERO; stages.len()];
    for line in input.lines() {
        let record: serde_json::Value = serde_json::from_str(&line?)?;
        let text = record["text"].as_str().ok_or("no field `text`")?;
        let mut doc = Document::new(count.to_string(), text);
        let mut verdict = Verdict::Keep;
        for (stage, spent) in stages.iter().zip(&mut spent) {
            let start = std::time::Instant::now();
            let said = stage.apply(&mut doc);
            *spent += start.elapsed();
            match said {
                Verdict::Keep => {}
                drop @ Verdict::Drop(_) => {
                    verdict = drop;
                    break;
                }
                unsure => verdict = unsure,
            }
        }
        count += 1;
        bytes += text.len();
        let (name, reason) = match &verdict {
            Verdict::Keep => ("keep", None),
            Verdict::Unsure(reason) => ("unsure", Some(reason)),
            Verdict::Drop(reason) => ("drop", Some(reason)),
        };
        let mut normal = Document::new("", text);
        stages[0].apply(&mut normal);
        let found = Junk::default().measure(normal.text());
        let features: serde_json::Map<_, _> = Features::NAMES
            .iter()
            .zip(found.features.values())
            .map(|(n, v)| ((*n).to_owned(), (*v).into()))
            .collect();
        let edits: Vec<_> = doc
            .edits()
            .iter()
            .filter(|e| e.stage != "normalize")
            .map(|e| serde_json::json!([e.stage, e.kind, &doc.original()[e.span.clone()]]))
            .collect();
        serde_json::to_writer(
            &mut *out,
            &serde_json::json!({
                "doc": record["doc"], "verdict": name, "stage": reason.map(|r| &r.stage), "kind": reason.map(|r| &r.kind),
                "score": found.score, "text": doc.text(), "features": features, "edits": edits,
            }),
        )?;
        out.write_all(b"\n")?;
    }
    for (stage, spent) in stages.iter().zip(&spent) {
        eprintln!("{:10} {:8.1} MB/s", stage.name(), bytes as f64 / 1e6 / spent.as_secs_f64());
    }
    let spent = spent.iter().sum::<std::time::Duration>().as_secs_f64();
    eprintln!(
        "{count} documents, {bytes} bytes, {:.0} documents/s, {:.1} MB/s",
        f64::from(count) / spent,
        bytes as f64 / 1e6 / spent
    );
    Ok(())
}

fn lines(input: impl BufRead, out: &mut impl Write) -> Result<(), Box<dyn std::error::Error>> {
    for line in input.lines().skip(1) {
        let line = line?;
        let text = line.rsplit('\t').next().unwrap_or_default();
        let verdict = judge_line(text);
        let label = match verdict.label {
            LineLabel::Keep => "keep",
            LineLabel::Junk => "junk",
            LineLabel::Mask => "mask",
        };
        let features: serde_json::Map<_, _> = LineFeatures::NAMES
            .iter()
            .zip(LineFeatures::measure(text).values())
            .map(|(n, v)| ((*n).to_owned(), (*v).into()))
            .collect();
        let features = serde_json::Value::Object(features);
        writeln!(out, "{label}\t{:.3}\t{}\t{}\t{features}", verdict.score, verdict.kind, verdict.certain)?;
    }
    Ok(())
}

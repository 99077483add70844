//! What the model says of each label of the rubric's prompts, for `scripts/fit_rubric.py` to calibrate.
//!
//! ```sh
//! cargo run --release -p soju-refine --features soju-engine/cpu --example rubric_logits -- \
//!     gemma-3-270m RUBRIC.tsv DOCS.jsonl > logits.jsonl
//! ```
//! A line for each document and question: `doc`, `question`, `labels` (what they stand for), `logits` (mean
//! log-probability over the excerpts less that under an empty text) and `target`.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;

use soju_engine::{Engine, models};
use soju_refine::eval::DocText;
use soju_refine::llm::{QUESTIONS, RubricJudge, RubricPrompt};
use soju_refine::probe::Rubric;

/// As the judge shows documents.
const EXCERPTS: usize = 2;
const CHARACTERS: usize = 240;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, rubric, docs] = &arguments[..] else {
        return Err("usage: rubric_logits MODEL RUBRIC.tsv DOCS.jsonl".into());
    };
    let texts: HashMap<i64, String> =
        DocText::read(Path::new(docs))?.into_iter().map(|d| (d.doc, d.text)).collect();
    let rows = Rubric::read(Path::new(rubric))?;
    let engine = Engine::cpu(models::resolve(model)?)?;
    let mut out = std::io::stdout().lock();
    for question in QUESTIONS {
        let prompt = RubricPrompt::builtin(question).ok_or("no such question")?;
        let labels: Vec<String> = prompt.labels().iter().map(|l| l.means.clone()).collect();
        let judge = RubricJudge::new(engine.clone(), prompt, EXCERPTS, CHARACTERS)?;
        for some in rows.chunks(16) {
            let shown: Vec<&str> =
                some.iter().map(|r| texts.get(&r.doc).map_or("", String::as_str)).collect();
            for (row, answer) in some.iter().zip(judge.ask(&shown)?) {
                let Some(answer) = answer else { continue };
                let target = match row.scores.iter().find(|(name, _)| *name == question) {
                    Some((_, score)) => score.to_string(),
                    None => row.kind.clone(),
                };
                let line = serde_json::json!({
                    "doc": row.doc, "question": question, "labels": labels, "target": target,
                    "logits": answer.log_probs.iter().zip(judge.empty()?).map(|(l, e)| l - e).collect::<Vec<_>>(),
                });
                writeln!(out, "{line}")?;
            }
        }
        eprintln!("{question}: {} documents", rows.len());
    }
    Ok(())
}

//! How much of the engine's own prefill rate the judge's stage reaches: the same requests, handed to the engine all at
//! once, and through a job's window, in turns within one run.
//!
//! ```sh
//! cargo run --release -p soju-refine --features soju-engine/cpu --example judge_rate -- gemma-3-270m DOCS.jsonl [ROUNDS]
//! ```

use std::path::Path;
use std::time::Instant;

use soju_engine::{Engine, models};
use soju_refine::eval::DocText;
use soju_refine::io::inputs;
use soju_refine::job::{CleanJob, JobConfig};
use soju_refine::llm::{Evidence, Judge};
use soju_refine::report::ModelFacts;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (Some(model), Some(docs)) = (arguments.first(), arguments.get(1)) else {
        return Err("usage: judge_rate MODEL DOCS.jsonl [ROUNDS]".into());
    };
    let rounds: usize = arguments.get(2).map_or(Ok(3), |n| n.parse())?;
    let texts: Vec<String> = DocText::read(Path::new(docs))?.into_iter().map(|d| d.text).collect();
    let file = models::resolve(model)?;
    let facts = ModelFacts { name: model.clone(), file: file.display().to_string(), bytes: 0 };

    // Everything is doubted, nothing is a duplicate, and nobody else has an opinion.
    let mut config = JobConfig::default();
    config.rules.junk.unsure_above = -1.0;
    config.rules.junk.drop_above = 2.0;
    config.student.enabled = false;
    config.dedup.exact = false;
    let engine = Engine::cpu(&file)?;
    let judge = Judge::new(engine.clone(), config.judge.clone())?;
    // The header is computed once, before anything is timed.
    judge.judge(&texts[0], Evidence { rules: 0.5, student: None })?;

    let (mut all, mut of_job) = (0.0, 0.0);
    println!("round  engine alone  the job   ratio (tokens/s, the shared header not counted)");
    for round in 1..=rounds {
        let folder = tempfile::tempdir()?;
        let inputs = inputs::expand(std::slice::from_ref(docs))?;
        let start = Instant::now();
        let job = CleanJob::new(config.clone(), inputs, folder.path()).model(engine.clone(), facts.clone());
        let end = job.run()?;
        let seconds = start.elapsed().as_secs_f64();
        let judged = end.report.tally.judged() as usize;

        // The same requests without a job around them: those of the documents that it judged, as the rules leave them.
        let cleaner = config.cleaner(None, true);
        let prepared: Vec<_> = texts
            .iter()
            .filter_map(|text| {
                let mut doc = soju_refine::document::Document::new("", text.as_str());
                let verdict = cleaner.clean_with(&mut doc, |_, _, _| {});
                matches!(verdict, soju_refine::pipeline::Verdict::Unsure(_))
                    .then(|| judge.prepare(doc.text()))
            })
            .collect();
        assert_eq!(prepared.len(), judged, "both ask the same");
        let start = Instant::now();
        let evidence = Evidence { rules: 0.5, student: None };
        let pending: Result<Vec<_>, _> = prepared.into_iter().map(|p| judge.submit(p, evidence)).collect();
        let mut tokens = 0;
        for pending in pending? {
            tokens += pending.wait()?.map_or(0, |j| j.tokens);
        }
        let alone = start.elapsed().as_secs_f64();
        let (a, b) = (tokens as f64 / alone, tokens as f64 / seconds);
        println!("{round:>5} {a:>13.1} {b:>8.1}   {:.3}", b / a);
        all += alone;
        of_job += seconds;
    }
    println!("whole {:>32.3}", all / of_job);
    Ok(())
}

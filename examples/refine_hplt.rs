//! The whole cascade on a file: rules, student, the model's judgement of what these are unsure of, and, on demand, its
//! edits of what stays. Prints what each level settled and what it cost.
//!
//! ```sh
//! cargo run --release --example refine_hplt -- out/refined examples/data/*.jsonl.zst
//! cargo run --release --example refine_hplt -- out/edited examples/data/*.jsonl.zst --edit
//! cargo run --release --example refine_hplt -- out/synthetic examples/data/*.jsonl.zst --rewrite
//! ```
//! The output folder must be new. `SOJU_MODEL` names another model than `gemma-3-270m`.

use std::sync::atomic::Ordering;

use anyhow::{Context, bail};
use soju::engine::{Engine, models};
use soju::refine::io::inputs;
use soju::refine::job::{CleanJob, JobConfig, JobEnd};
use soju::refine::report::ModelFacts;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let model = std::env::var("SOJU_MODEL").unwrap_or_else(|_| "gemma-3-270m".into());
    let end = refine(&arguments, &model)?;
    println!("{}", end.report.terminal_summary());
    print!("{}", levels(&end));
    println!("report: {}", end.html.display());
    if !end.complete {
        bail!("interrupted; the same job with OutputMode::Resume goes on");
    }
    Ok(())
}

pub(crate) fn refine(arguments: &[String], model: &str) -> anyhow::Result<JobEnd> {
    let (flags, paths): (Vec<_>, Vec<_>) = arguments.iter().cloned().partition(|a| a.starts_with("--"));
    let Some((out, patterns)) = paths.split_first().filter(|(_, patterns)| !patterns.is_empty()) else {
        bail!("usage: refine_hplt OUT_FOLDER INPUT... [--edit | --rewrite]");
    };
    // The default reads HPLT's releases as they are; `judge.by = "probe"` would judge by hidden states.
    let mut config = JobConfig::default();
    for flag in &flags {
        match flag.as_str() {
            "--edit" => config.edit.enabled = true,
            "--rewrite" => config.rewrite.enabled = true,
            other => bail!("unknown option {other}; there are --edit and --rewrite"),
        }
    }
    if config.edit.enabled && config.rewrite.enabled {
        bail!("what is written anew is synthetic; run --edit and --rewrite one after the other");
    }

    let file = models::resolve(model)?;
    let facts =
        ModelFacts { name: model.into(), file: file.display().to_string(), bytes: file.metadata()?.len() };
    let job = CleanJob::new(config, inputs::expand(patterns)?, out).model(Engine::cpu(file)?, facts);
    // Ctrl-C ends the job where nothing is lost.
    let stop = job.stop_flag();
    ctrlc::set_handler(move || stop.store(true, Ordering::Relaxed)).context("cannot listen for Ctrl-C")?;
    job.run().with_context(|| format!("refining into {out}"))
}

/// What each level settled, and the time and tokens that it took.
pub(crate) fn levels(end: &JobEnd) -> String {
    let report = &end.report;
    let mut text = String::from("level        settled       kept    dropped\n");
    for (level, count) in &report.tally.decided_by {
        let settled = count.kept + count.dropped;
        text += &format!("{level:<12} {settled:>7} {:>10} {:>10}\n", count.kept, count.dropped);
    }
    text += "stage      documents    seconds   documents/s\n";
    for stage in &report.run.stages {
        let rate = stage.documents as f64 / stage.seconds.max(1e-9);
        text += &format!("{:<10} {:>9} {:>10.3} {rate:>13.1}\n", stage.stage, stage.documents, stage.seconds);
    }
    if let Some(tokens) = report.run.judge_tokens {
        let input = report.tally.input.max(1) as f64;
        text += &format!(
            "the model read {} tokens, {:.1} for each document of the input, and took {} from its prefix cache\n",
            tokens.computed,
            tokens.computed as f64 / input,
            tokens.reused
        );
    }
    text
}

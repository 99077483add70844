//! The distillation loop as a library: the model labels a sample of a corpus, a student learns from it, and both are
//! measured on labelled documents whose source neither has seen.
//!
//! ```sh
//! cargo run --release --example label_and_distill -- out/distilled labels.tsv docs.jsonl examples/data/*.jsonl.zst
//! ```
//! `labels.tsv` has the columns `doc` and `label` (keep, mixed or junk), `docs.jsonl` the members `doc` and `text`.
//! `SOJU_MODEL` names another model than `gemma-3-270m`, `SOJU_SAMPLE` another number of texts than 200.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use anyhow::bail;
use soju::engine::{Engine, models};
use soju::refine::distill::{Comparison, compare};
use soju::refine::io::inputs;
use soju::refine::job::JobConfig;
use soju::refine::label::{LabelJob, SampleConfig, sample};
use soju::refine::llm::Judge;
use soju::refine::student::{Sources, TrainConfig, train};

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let (Some(out), Some(labels), Some(docs)) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: label_and_distill OUT_FOLDER LABELS.tsv DOCS.jsonl CORPUS...");
    };
    let model = std::env::var("SOJU_MODEL").unwrap_or_else(|_| "gemma-3-270m".into());
    let size = std::env::var("SOJU_SAMPLE").map_or(Ok(200), |n| n.parse())?;
    let corpus: Vec<String> = arguments.collect();
    if corpus.is_empty() {
        bail!("no corpus given; try examples/data/*.jsonl.zst");
    }
    for comparison in distill(Path::new(&out), (labels.into(), docs.into()), &corpus, &model, size)? {
        print!("{comparison}");
    }
    Ok(())
}

pub(crate) fn distill(
    out: &Path,
    (labels, docs): (PathBuf, PathBuf),
    corpus: &[String],
    model: &str,
    size: usize,
) -> anyhow::Result<Vec<Comparison>> {
    std::fs::create_dir_all(out)?;
    let labelled = out.join("labels.jsonl");
    let config = JobConfig::default();

    // The sample depends on the texts and the seed alone, and labelling goes on where it was stopped.
    let cleaner = config.cleaner(config.student()?, true);
    let wanted = SampleConfig { size, ..SampleConfig::default() };
    let (inputs, options) = (inputs::expand(corpus)?, config.input.read_options()?);
    let never = AtomicBool::new(false);
    let drawn = sample(&inputs, &options, &cleaner, &wanted, &never, |_| ())?.unwrap_or_default();
    if !labelled.exists() {
        let engine = Engine::cpu(models::resolve(model)?)?;
        let job = LabelJob::documents(Judge::new(engine, config.judge.clone())?, model);
        job.run(&drawn, &labelled, |n| eprint!("\rlabelled {n} of {}", drawn.len()))?;
        eprintln!();
    }

    // One student with the labels of people alone, one with the model's beside them.
    let mut reports = Vec::new();
    for (name, extra) in [("before", vec![]), ("after", vec![labelled.clone()])] {
        let sources = Sources {
            doc_labels: vec![labels.clone()],
            docs: Some(docs.clone()),
            extra,
            ..Sources::default()
        };
        let mut samples = sources.read()?.samples;
        let judged: Vec<_> = samples.iter().filter(|s| s.judged).map(|s| s.level).collect();
        samples.retain(|s| judged.contains(&s.level));
        let (student, report) = train(&samples, &TrainConfig::default(), &|_| ())?;
        student.save(&out.join(format!("{name}.bin")))?;
        reports.push(report);
    }
    Ok(compare(&reports[0], &reports[1]))
}

//! The cleaning job as a library: what `soju clean` does, in your own program.
//!
//! ```sh
//! cargo run --release --example clean_jsonl -- out/example examples/data/*.jsonl.zst
//! SOJU_MODEL=gemma-3-270m cargo run --release --example clean_jsonl -- out/judged examples/data/*.jsonl.zst
//! ```
//! Without `SOJU_MODEL` the rules decide alone. The output folder must be new.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context, bail};
use soju::engine::{Engine, models};
use soju::refine::io::inputs;
use soju::refine::job::{CleanJob, JobConfig};
use soju::refine::report::ModelFacts;

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(out) = arguments.next() else { bail!("usage: clean_jsonl OUT_FOLDER INPUT...") };
    let inputs = inputs::expand(&arguments.collect::<Vec<_>>())?;
    if inputs.is_empty() {
        bail!("no input given; try examples/data/*.jsonl.zst");
    }

    // The same structure that a TOML file gives, so every option of the command is here too.
    let mut config = JobConfig::default();
    config.output.shard_records = 1000;

    let mut job = CleanJob::new(config, inputs, &out);
    if let Ok(name) = std::env::var("SOJU_MODEL") {
        let file = models::resolve(&name)?;
        let bytes = file.metadata()?.len();
        let facts = ModelFacts { name, file: file.display().to_string(), bytes };
        job = job.model(Engine::cpu(file)?, facts);
    }

    // A job blocks; its counters may be read from any thread, and its flag stops it.
    let counters = job.counters();
    let finished = AtomicBool::new(false);
    let end = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !finished.load(Ordering::Relaxed) {
                let progress = counters.progress();
                eprint!("\r{} records, {} kept", progress.records(), progress.kept);
                std::thread::sleep(Duration::from_millis(200));
            }
            eprintln!();
        });
        let end = job.run();
        finished.store(true, Ordering::Relaxed);
        end
    })
    .with_context(|| format!("cleaning into {out}"))?;

    println!("{}", end.report.terminal_summary());
    println!("report: {}", end.html.display());
    Ok(())
}

//! The cleaning job on TensorRT-LLM.
//!
//! ```sh
//! cargo run --release --features trtllm-link --example trtllm_refine -- \
//!     --engine ENGINE_FOLDER --tokenizer tokenizer.json --out out/refined examples/data/*.jsonl.zst
//! ```
//! `ENGINE_FOLDER` is what `trtllm-build` wrote, with `--gather_context_logits`: the judge compares log-probabilities.
//! With the feature `trtllm` alone this builds anywhere, and says that TensorRT-LLM is not linked.

use std::path::PathBuf;
use std::process::ExitCode;

use soju::engine::{Engine, Tokenizer, TrtLlmConfig};
use soju::refine::io::inputs;
use soju::refine::job::{CleanJob, JobConfig, JobEnd};
use soju::refine::report::ModelFacts;

const USAGE: &str = "\
usage: trtllm_refine --engine FOLDER --tokenizer FILE --out FOLDER INPUT...

  --engine      what trtllm-build wrote, with --gather_context_logits: config.json and rank0.engine
  --tokenizer   tokenizer.json of the same model
  --out         a new folder";

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(sentence) => {
            eprintln!("error: {sentence}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match refine(&options) {
        Ok(end) => {
            println!("{}\nreport: {}", end.report.terminal_summary(), end.html.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Default)]
pub(crate) struct Options {
    engine: PathBuf,
    tokenizer: PathBuf,
    out: PathBuf,
    inputs: Vec<String>,
}

impl Options {
    pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            let mut path = || arguments.next().map(PathBuf::from).ok_or(format!("{argument} needs a value"));
            match argument.as_str() {
                "--engine" => options.engine = path()?,
                "--tokenizer" => options.tokenizer = path()?,
                "--out" => options.out = path()?,
                flag if flag.starts_with("--") => return Err(format!("unknown option {flag}")),
                _ => options.inputs.push(argument),
            }
        }
        let paths =
            [("--engine", &options.engine), ("--tokenizer", &options.tokenizer), ("--out", &options.out)];
        if let Some((option, _)) = paths.iter().find(|(_, path)| path.as_os_str().is_empty()) {
            return Err(format!("{option} is missing"));
        }
        if options.inputs.is_empty() {
            return Err("no input given".into());
        }
        Ok(options)
    }
}

pub(crate) fn refine(options: &Options) -> anyhow::Result<JobEnd> {
    let config = TrtLlmConfig::new(&options.engine);
    let engine =
        Engine::builder().trtllm(config).tokenizer(Tokenizer::from_file(&options.tokenizer)?).build()?;
    let info = engine.info();
    eprintln!("[{}: {}, sequences of {} tokens]", info.name, info.model, info.context_length);
    let file = options.engine.join("rank0.engine");
    let bytes = file.metadata().map_or(0, |metadata| metadata.len());
    let facts = ModelFacts { name: info.model.clone(), file: file.display().to_string(), bytes };
    // This backend gives no hidden states, so the judge is the prompt, which is the default.
    let inputs = inputs::expand(&options.inputs)?;
    Ok(CleanJob::new(JobConfig::default(), inputs, &options.out).model(engine, facts).run()?)
}

//! Streams tokens of the CPU model to standard output as they come.
//!
//! ```text
//! cargo run --release --example engine_stream -- "대한민국의 수도는"
//! ```

use std::io::Write;
use std::process::ExitCode;
use std::time::Instant;

use soju_engine::{Engine, EngineError, GenerationRequest, models};

const USAGE: &str = "\
usage: engine_stream [--model NAME_OR_PATH] [--tokens N] [--temperature T] [PROMPT]

  --model         a known model, a file in the model folder, or a path (default gemma-3-270m)
  --tokens        the most tokens to write (default 64)
  --temperature   0 takes the most probable token each time (default 0)
  PROMPT          what the model goes on from (default \"옛날 옛적에\")";

struct Options {
    model: String,
    tokens: usize,
    temperature: f32,
    prompt: String,
}

fn main() -> ExitCode {
    let options = match options(std::env::args().skip(1)) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Err(sentence) => {
            eprintln!("error: {sentence}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match run(&options) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Option<Options>, String> {
    let mut options =
        Options {
            model: "gemma-3-270m".into(), tokens: 64, temperature: 0.0, prompt: "옛날 옛적에".into()
        };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or_else(|| format!("{argument} needs a value"));
        match argument.as_str() {
            "-h" | "--help" => return Ok(None),
            "--model" => options.model = value()?,
            "--tokens" => options.tokens = number(&argument, &value()?)?,
            "--temperature" => options.temperature = number(&argument, &value()?)?,
            flag if flag.starts_with("--") => return Err(format!("unknown option {flag}")),
            _ => options.prompt = argument,
        }
    }
    Ok(Some(options))
}

fn number<T: std::str::FromStr>(option: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| format!("{option} takes a number, not {value:?}"))
}

fn run(options: &Options) -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::cpu(models::resolve(&options.model)?)?;
    eprintln!("[{}: {}]", engine.info().name, engine.info().model);

    let request = GenerationRequest::builder(options.prompt.as_str())
        .max_new_tokens(options.tokens)
        .temperature(options.temperature)
        .build()?;
    let start = Instant::now();
    let mut first = None;
    let mut tokens = 0;
    let mut out = std::io::stdout().lock();
    write!(out, "{}", options.prompt)?;
    let mut reason = None;
    for chunk in engine.submit(request)? {
        let chunk = chunk.inspect_err(|error: &EngineError| eprintln!("\n[{error}]"))?;
        first.get_or_insert_with(|| start.elapsed());
        tokens += chunk.tokens.len();
        reason = chunk.finish_reason;
        write!(out, "{}", chunk.text)?;
        out.flush()?;
    }
    writeln!(out)?;
    let (first, all) = (first.unwrap_or_default(), start.elapsed());
    let rate = tokens as f64 / all.as_secs_f64();
    let reason = reason.map_or_else(|| "nothing".to_owned(), |reason| format!("{reason:?}"));
    eprintln!(
        "[{tokens} tokens in {all:.2?}, the first after {first:.2?}, {rate:.1} tokens/s, ended by {reason}]"
    );
    Ok(())
}

//! What the binding costs: one request after another through it, against the same loop in plain C++, both on the
//! stand-in and in turns within one run.
//!
//! ```text
//! cargo run --release -p trtllm-sys --features stand-in --example overhead
//! cargo run --release -p trtllm-sys --features stand-in --example overhead -- --requests 5000 --prompt 512 --rounds 21
//! ```
//!
//! With `--only plain` or `--only binding` one loop runs once, for tools that count allocations or instructions.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use trtllm_sys::stand_in::{Engine, plain_loop};
use trtllm_sys::{Executor, ExecutorConfig, LogitsProcessors, Model, OutputConfig, Request};

struct Arguments {
    requests: u32,
    prompt: u32,
    max_tokens: u32,
    rounds: usize,
    only: Option<String>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut found = Arguments { requests: 2000, prompt: 64, max_tokens: 8, rounds: 15, only: None };
    let mut rest = std::env::args().skip(1);
    while let Some(name) = rest.next() {
        let value = rest.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--requests" => found.requests = value.parse()?,
            "--prompt" => found.prompt = value.parse()?,
            "--max-tokens" => found.max_tokens = value.parse()?,
            "--rounds" => found.rounds = value.parse()?,
            "--only" => found.only = Some(value),
            other => return Err(format!("unknown argument {other}").into()),
        }
    }
    Ok(found)
}

/// The loop of the stand-in's `plain_loop.cpp`, through the binding. Seconds.
fn bound_loop(engine: &Path, asked: &Arguments) -> Result<f64, Box<dyn Error>> {
    let executor =
        Executor::new(&Model::folder(engine), &ExecutorConfig::default(), &LogitsProcessors::default())?;
    let warm_up = asked.requests.min(100);
    let mut start = Instant::now();
    let mut sum = 0_i64;
    let mut prompt = vec![0_i32; asked.prompt as usize];
    for index in 0..warm_up + asked.requests {
        if index == warm_up {
            start = Instant::now();
        }
        for (at, token) in prompt.iter_mut().enumerate() {
            *token = ((at as u32 * 7 + index) % 1000) as i32;
        }
        let mut request = Request::new(&prompt[..], asked.max_tokens as i32);
        request.options.output =
            Some(OutputConfig { exclude_input_from_output: Some(true), ..OutputConfig::default() });
        executor.enqueue(&request)?;
        'waiting: loop {
            for response in executor.await_responses(Duration::from_secs(1))?.iter() {
                let result = response.result()?;
                sum +=
                    result.beams().flat_map(|beam| beam.tokens).map(|token| i64::from(*token)).sum::<i64>();
                if response.is_final() {
                    break 'waiting;
                }
            }
        }
    }
    let seconds = start.elapsed().as_secs_f64();
    assert!(sum > 0, "no tokens came");
    Ok(seconds)
}

fn main() -> Result<(), Box<dyn Error>> {
    let asked = arguments()?;
    let folder = tempfile::tempdir()?;
    Engine::new()
        .set("max_input_len", 1 << 20)
        .set("max_seq_len", 1 << 21)
        .set("kv_blocks", 1 << 17)
        .write(folder.path())?;
    let plain = || {
        plain_loop(folder.path(), asked.requests, asked.prompt, asked.max_tokens)
            .ok_or("the plain loop is part of the stand-in, which is not what is linked here, or it failed")
    };
    match asked.only.as_deref() {
        Some("plain") => drop(plain()?),
        Some("binding") => drop(bound_loop(folder.path(), &asked)?),
        Some(other) => return Err(format!("--only takes `plain` or `binding`, not `{other}`").into()),
        None => {
            let mut ratios = Vec::new();
            let (mut slow, mut fast) = (Vec::new(), Vec::new());
            for round in 0..asked.rounds {
                // In turns, so that neither always runs on the warmer machine.
                let (cpp, rust) = if round % 2 == 0 {
                    let cpp = plain()?;
                    (cpp, bound_loop(folder.path(), &asked)?)
                } else {
                    let rust = bound_loop(folder.path(), &asked)?;
                    (plain()?, rust)
                };
                ratios.push(rust / cpp);
                fast.push(cpp);
                slow.push(rust);
            }
            let each = 1e6 / f64::from(asked.requests);
            println!(
                "{} rounds of {} requests, {} prompt tokens, {} new ones each",
                asked.rounds, asked.requests, asked.prompt, asked.max_tokens
            );
            println!("plain C++  {:8.2} µs a request (median)", median(&mut fast) * each);
            println!("binding    {:8.2} µs a request (median)", median(&mut slow) * each);
            ratios.sort_by(f64::total_cmp);
            println!(
                "ratio      {:8.3} (median of the rounds; {:.3} to {:.3})",
                ratios[ratios.len() / 2],
                ratios[0],
                ratios[ratios.len() - 1]
            );
        }
    }
    Ok(())
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

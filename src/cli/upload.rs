//! `soju upload`: what a job wrote, into an object store.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use clap::Args;
use indicatif::{BinaryBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use soju_refine::io::upload::{Destination, Sent, job_files};

use super::exit;
use super::job_end::stop_on_signal;
use super::paint::line;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju upload out s3://bucket/clean/                   the shards, the reports and the dataset card
  soju upload out s3://bucket/clean/ --with-dropped    what was dropped, unreadable or in clusters too

AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and AWS_ENDPOINT_URL say where the store is and who asks.
The dataset card goes last. Files that are there already are not sent again, so that the same command goes on
after it was stopped; objects of an earlier job that this one does not have stay.
The spans of personal data (pii-spans/), with which masks can be undone, are never sent.")]
pub(crate) struct UploadArgs {
    /// Output folder of a finished job
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Folder in a store, such as s3://bucket/folder/
    #[arg(value_name = "URL")]
    url: String,
    /// Send dropped/, rejects.jsonl and clusters.jsonl.zst too: personal data is not masked in them
    #[arg(long)]
    with_dropped: bool,
    /// No progress and no summary; errors only
    #[arg(long, short)]
    quiet: bool,
}

pub(crate) fn run(args: &UploadArgs) -> anyhow::Result<ExitCode> {
    let destination = Destination::new(&args.url)?;
    let files = job_files(&args.folder, args.with_dropped, &destination)?;
    let stop = Arc::new(AtomicBool::new(false));
    stop_on_signal(Arc::clone(&stop))?;
    let bar = bar(files.iter().map(|file| file.bytes).sum(), args.quiet);
    let (mut sent, mut bytes) = (0, 0);
    for file in &files {
        bar.set_message(file.name.clone());
        match destination.send(file, &stop)? {
            None => {
                bar.finish_and_clear();
                eprintln!("interrupted after {sent} files; the same command sends the others");
                return Ok(ExitCode::from(exit::INTERRUPTED));
            }
            Some(Sent::Now) => (sent, bytes) = (sent + 1, bytes + file.bytes),
            Some(Sent::Before) => {}
        }
        bar.inc(file.bytes);
    }
    bar.finish_and_clear();
    if !args.quiet {
        let before = files.len() - sent;
        line(&format!("{sent} files sent, {}; {before} were there", BinaryBytes(bytes)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn bar(bytes: u64, quiet: bool) -> ProgressBar {
    let target = if quiet { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
    let style =
        ProgressStyle::with_template("{bar:20} {binary_bytes}/{binary_total_bytes}  {eta}  {wide_msg}");
    ProgressBar::with_draw_target(Some(bytes), target)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

//! Output folders of jobs: how one is known, and what its files are called.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::OutputFormat;

/// The job's own state, under the output folder.
pub(crate) const STATE: &str = ".soju";
/// What the job was, under [`STATE`].
pub(crate) const IDENTITY: &str = "job.json";
/// Shards of dropped records, under the output folder.
pub(crate) const DROPPED: &str = "dropped";

/// Shards of what was masked and where, under the output folder.
pub(crate) const SPANS: &str = "pii-spans";
/// Records that could not be read, under the output folder.
pub(crate) const REJECTS: &str = "rejects.jsonl";
/// The report as JSON, under the output folder.
pub(crate) const REPORT: &str = "report.json";
/// The report as a page, under the output folder.
pub(crate) const PAGE: &str = "report.html";
/// The clusters of near-duplicates, under the output folder.
pub(crate) const CLUSTERS: &str = "clusters.jsonl.zst";
/// The dataset card, where the Hugging Face hub looks for it.
pub(crate) const CARD: &str = "README.md";

/// Whether a job writes, or wrote, into this folder.
pub fn is_job(folder: &Path) -> bool {
    folder.join(STATE).join(IDENTITY).is_file()
}

/// The number of the shard that a file name means, such as `part-00003.jsonl.zst`.
pub(crate) fn part_number(name: &str) -> Option<usize> {
    let (number, extension) = name.strip_prefix("part-")?.split_once('.')?;
    OutputFormat::ALL.iter().any(|format| format.extension() == extension).then_some(())?;
    number.parse().ok()
}

/// The whole shards right in `folder`, in their order; none where the folder is not there.
///
/// # Errors
/// The folder can't be listed.
pub fn parts(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut parts = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let number = path.file_name().and_then(|n| n.to_str()).and_then(part_number);
        parts.extend(number.map(|number| (number, path)));
    }
    parts.sort();
    Ok(parts.into_iter().map(|(_, path)| path).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stand_in_the_order_of_their_numbers() {
        let dir = tempfile::tempdir().unwrap();
        let names = ["part-99999.jsonl.zst", "part-100000.jsonl.zst", "part-00000.parquet"];
        let others = ["part-1.txt", "part-x.jsonl.zst", "part-00001.jsonl.zst.partial", "a.jsonl"];
        for name in names.iter().chain(&others) {
            fs::write(dir.path().join(name), "").unwrap();
        }
        let found = parts(dir.path()).unwrap();
        let found: Vec<_> = found.iter().map(|p| p.file_name().unwrap().to_str().unwrap()).collect();
        assert_eq!(found, ["part-00000.parquet", "part-99999.jsonl.zst", "part-100000.jsonl.zst"]);
        assert!(parts(&dir.path().join("none")).unwrap().is_empty());
    }
}

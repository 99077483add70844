//! The journal of a job: what has been finished, in an order of writes that survives a power cut.
//!
//! A shard is finished in this order: its files are written under other names, synced and renamed;
//! then the rejects and the signatures are synced; then one line goes into the journal and is synced.
//! So whatever the journal names is whole, and whatever it does not name is taken away on resume.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::error::JobError;
use super::finished::{Finished, Shard};
use super::identity::Identity;
use super::shipper::Shipper;
use crate::io::OutputFormat;
use crate::io::job_folder::{self, CARD, DROPPED, IDENTITY, PAGE, REJECTS, REPORT, SPANS, STATE as FOLDER};
use crate::io::partial::PARTIAL_SUFFIX;
use crate::io::sent::{self, SENT, ShardSink};
use crate::report::card;

/// What to do with an output folder that holds something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OutputMode {
    /// The folder must be empty or not be there.
    #[default]
    New,
    /// Go on with the same job, or start it if there is none.
    Resume,
    /// Remove the files of whatever job is there, and no others, and start.
    Overwrite,
}

/// The output folder with its journal, locked for this process.
#[derive(Debug)]
pub struct Journal {
    out: PathBuf,
    file: File,
    /// What has been finished, by earlier runs too.
    pub finished: Finished,
    /// Before the lock, so that it ends before that goes.
    shipper: Option<Shipper>,
    shipped: bool,
    _lock: File,
}

impl Journal {
    /// Opens the folder for a job.
    ///
    /// # Errors
    /// The folder holds another job or foreign files (says which and what to do), is in use by
    /// another process, or can't be written.
    pub fn open(out: &Path, identity: &Identity, mode: OutputMode) -> Result<Self, JobError> {
        let state = out.join(FOLDER);
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| JobError::Output { path, source }
        };
        let foreign = !state.is_dir() && out.is_dir() && fs::read_dir(out).map_err(io(out))?.next().is_some();
        if foreign {
            return Err(JobError::ForeignFolder { out: out.to_owned() });
        }
        fs::create_dir_all(&state).map_err(io(&state))?;
        let lock = lock(&state, out)?;
        if mode == OutputMode::Overwrite {
            // Before anything is read: this is the remedy for a damaged state too.
            remove_files(out, 0)?;
        }
        let known = read_identity(&state.join(IDENTITY))?;
        match (mode, known) {
            (_, None) | (OutputMode::Overwrite, Some(_)) => {}
            (OutputMode::New, Some(known)) => {
                return Err(JobError::FolderInUse {
                    out: out.to_owned(),
                    same: identity.difference(&known).is_none(),
                });
            }
            (OutputMode::Resume, Some(known)) => {
                if let Some(difference) = identity.difference(&known) {
                    return Err(JobError::OtherJob { out: out.to_owned(), difference });
                }
            }
        }
        let path = state.join("journal.jsonl");
        let (finished, whole) = read_journal(&path)?;
        remove_files(out, finished.shards)?;
        write_identity(&state, identity)?;
        let file = OpenOptions::new().append(true).create(true).open(&path).map_err(io(&path))?;
        file.set_len(whole).map_err(io(&path))?;
        Ok(Self { out: out.to_owned(), file, finished, shipper: None, shipped: true, _lock: lock })
    }

    /// From here on, takes finished shards to a sink, if there is one; first those that are still in the folder.
    pub(super) fn ship(
        &mut self,
        sink: Option<&Arc<dyn ShardSink>>,
        stop: &Arc<AtomicBool>,
    ) -> Result<(), JobError> {
        self.shipper = Shipper::start(&self.out, sink, stop)?;
        Ok(())
    }

    /// Hands the kept documents of a finished shard over to the sink.
    pub(super) fn ship_shard(&mut self, number: usize, format: OutputFormat) -> Result<(), JobError> {
        let path = self.shard_paths(number, format).0;
        match &mut self.shipper {
            // A shard of which nothing was kept has no file.
            Some(shipper) if path.exists() => shipper.take(path),
            _ => Ok(()),
        }
    }

    /// Waits for the sink.
    pub(super) fn finish_shipping(&mut self) -> Result<(), JobError> {
        if let Some(mut shipper) = self.shipper.take() {
            self.shipped = shipper.finish()?;
        }
        Ok(())
    }

    /// Whether the job came to its end, and everything is where it was to go.
    pub(super) fn is_complete(&self) -> bool {
        self.shipped && self.finished.is_last
    }

    /// Sizes of the shards of kept documents in bytes, here and where they were taken.
    pub(super) fn shard_bytes(&self, format: OutputFormat) -> Result<Vec<u64>, JobError> {
        let mut bytes: BTreeMap<_, _> =
            sent::shards(&self.out)?.into_iter().map(|sent| (self.out.join(sent.file), sent.bytes)).collect();
        for number in 0..self.finished.shards {
            let path = self.shard_paths(number, format).0;
            match fs::metadata(&path) {
                Ok(metadata) => {
                    bytes.insert(path, metadata.len());
                }
                Err(e) if e.kind() == io::ErrorKind::NotFound => {}
                Err(source) => return Err(JobError::Output { path, source }),
            }
        }
        Ok(bytes.into_values().collect())
    }

    /// Adds a finished shard.
    ///
    /// # Errors
    /// The journal can't be written.
    pub fn finish(&mut self, shard: Shard) -> Result<(), JobError> {
        let mut line = serde_json::to_vec(&shard).map_err(io::Error::other).map_err(|e| self.error(e))?;
        line.push(b'\n');
        self.file.write_all(&line).map_err(|e| self.error(e))?;
        self.file.sync_all().map_err(|e| self.error(e))?;
        self.finished.add(shard);
        Ok(())
    }

    /// File names of a shard: of the kept documents, and of the dropped ones.
    pub fn shard_paths(&self, number: usize, format: OutputFormat) -> (PathBuf, PathBuf) {
        let name = format!("part-{number:05}.{}", format.extension());
        (self.out.join(&name), self.out.join(DROPPED).join(&name))
    }

    /// The file of what was masked in the kept documents of a shard.
    pub(super) fn spans_path(&self, number: usize) -> PathBuf {
        self.out.join(SPANS).join(format!("part-{number:05}.jsonl.zst"))
    }

    /// The rejects file.
    pub fn rejects_path(&self) -> PathBuf {
        self.out.join(REJECTS)
    }

    /// The signatures of the documents that were kept so far, for exact duplicates.
    pub fn signatures_path(&self) -> PathBuf {
        self.out.join(FOLDER).join("signatures.bin")
    }

    /// The folder itself.
    pub fn out(&self) -> &Path {
        &self.out
    }

    fn error(&self, source: io::Error) -> JobError {
        JobError::Output { path: self.out.join(FOLDER).join("journal.jsonl"), source }
    }
}

fn lock(state: &Path, out: &Path) -> Result<File, JobError> {
    let path = state.join("lock");
    let io = |source| JobError::Output { path: path.clone(), source };
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&path).map_err(io)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(JobError::Running { out: out.to_owned() }),
        Err(TryLockError::Error(source)) => Err(io(source)),
    }
}

fn read_identity(path: &Path) -> Result<Option<Identity>, JobError> {
    let text = match fs::read(path) {
        Ok(text) => text,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(JobError::Output { path: path.to_owned(), source }),
    };
    let known = serde_json::from_slice(&text)
        .map_err(|e| JobError::State { path: path.to_owned(), message: e.to_string() })?;
    Ok(Some(known))
}

fn write_identity(state: &Path, identity: &Identity) -> Result<(), JobError> {
    let path = state.join(IDENTITY);
    let write = || -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(state)?;
        serde_json::to_writer_pretty(&mut file, identity)?;
        file.as_file().sync_all()?;
        file.persist(&path)?;
        Ok(())
    };
    write().map_err(|source| JobError::Output { path: path.clone(), source })
}

/// What is finished, and the bytes of the lines that say so. A last line without its end was being written
/// when the job died; what it names was not promised to anyone.
fn read_journal(path: &Path) -> Result<(Finished, u64), JobError> {
    let fault = |source| JobError::Output { path: path.to_owned(), source };
    let mut finished = Finished::default();
    let mut file = match File::open(path) {
        Ok(file) => BufReader::new(file),
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok((finished, 0)),
        Err(e) => return Err(fault(e)),
    };
    let (mut line, mut whole) = (Vec::new(), 0);
    while file.read_until(b'\n', &mut line).map_err(fault)? > 0 && line.ends_with(b"\n") {
        let shard = serde_json::from_slice(&line).map_err(|e| JobError::State {
            path: path.to_owned(),
            message: format!("line {}: {e}", finished.shards + 1),
        })?;
        finished.add(shard);
        whole += line.len() as u64;
        line.clear();
    }
    Ok((finished, whole))
}

/// Removes every file of a job beyond its first `keep` shards; with 0 the whole job but its lock.
fn remove_files(out: &Path, keep: usize) -> Result<(), JobError> {
    let io = |path: &Path, source: io::Error| JobError::Output { path: path.to_owned(), source };
    for folder in [out.to_owned(), out.join(DROPPED), out.join(SPANS)] {
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            Err(e) => return Err(io(&folder, e)),
        };
        for entry in entries {
            let path = entry.map_err(|e| io(&folder, e))?.path();
            let name = path.file_name().and_then(|n| n.to_str()).unwrap_or_default();
            let unfinished = |name: &str| {
                name.strip_suffix(PARTIAL_SUFFIX).is_some_and(|name| job_folder::part_number(name).is_some())
            };
            let beyond = match job_folder::part_number(name) {
                Some(number) => number >= keep,
                None if name == CARD => card::is_ours(&path).map_err(|e| io(&path, e))? == Some(true),
                None => unfinished(name) || matches!(name, REPORT | PAGE),
            };
            if beyond {
                fs::remove_file(&path).map_err(|e| io(&path, e))?;
            }
        }
    }
    if keep == 0 {
        let state = out.join(FOLDER);
        let own = [IDENTITY, "journal.jsonl", "signatures.bin", SENT].map(|name| state.join(name));
        for path in own.into_iter().chain([out.join(REJECTS)]) {
            match fs::remove_file(&path) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => return Err(io(&path, e)),
                _ => {}
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobConfig;
    use crate::job::finished::{Cursor, WrittenFields};
    use crate::pipeline::StageTimes;
    use crate::report::Tally;

    fn identity() -> Identity {
        Identity::new(&JobConfig::default(), &[], None)
    }

    fn shard(lines: u64) -> Shard {
        Shard {
            next: Cursor { input: 0, lines },
            last: false,
            rejects_bytes: 0,
            signatures_bytes: 0,
            tally: Tally::default(),
            times: StageTimes::default(),
            inputs: BTreeMap::new(),
            seconds: 0.5,
            faults: Vec::new(),
            fields: WrittenFields::default(),
        }
    }

    fn sum(shards: &[u64]) -> Finished {
        let mut all = Finished::default();
        shards.iter().for_each(|lines| all.add(shard(*lines)));
        all
    }

    /// A folder with a job of one finished shard, whose machine died while it wrote the second.
    fn died() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        let mut journal = Journal::open(&out, &identity(), OutputMode::New).unwrap();
        journal.finish(shard(7)).unwrap();
        let mut half = OpenOptions::new().append(true).open(out.join(".soju/journal.jsonl")).unwrap();
        half.write_all(br#"{"next":{"input":0,"li"#).unwrap();
        fs::create_dir(out.join("dropped")).unwrap();
        let kept = ["part-00000.jsonl.zst", "dropped/part-00000.jsonl.zst", "notes.txt", "part-of-mine.txt"];
        let gone = [
            "part-00001.jsonl.zst",
            "part-00002.jsonl.zst.partial",
            "part-00001.parquet",
            "part-00000.parquet.partial",
            "dropped/part-00001.jsonl.zst",
            "report.html",
        ];
        for name in kept.iter().chain(&gone) {
            fs::write(out.join(name), name).unwrap();
        }
        folder
    }

    fn files(out: &Path) -> Vec<String> {
        let names = |folder: PathBuf| {
            fs::read_dir(folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap())
        };
        let mut all: Vec<_> = names(out.to_owned()).chain(names(out.join("dropped"))).collect();
        all.sort();
        all
    }

    #[test]
    fn what_the_journal_does_not_name_is_taken_away_and_nothing_else() {
        let folder = died();
        let out = folder.path().join("out");
        let mut journal = Journal::open(&out, &identity(), OutputMode::Resume).unwrap();
        assert_eq!(journal.finished, sum(&[7]));
        let left = [
            ".soju",
            "dropped",
            "notes.txt",
            "part-00000.jsonl.zst",
            "part-00000.jsonl.zst",
            "part-of-mine.txt",
        ];
        assert_eq!(files(&out), left);
        journal.finish(shard(9)).unwrap();
        drop(journal);
        let journal = Journal::open(&out, &identity(), OutputMode::Resume).unwrap();
        assert_eq!(journal.finished, sum(&[7, 9]), "the half line is gone");
    }

    #[test]
    fn overwriting_removes_what_soju_wrote_and_nothing_else() {
        let folder = died();
        let out = folder.path().join("out");
        let journal = Journal::open(&out, &identity(), OutputMode::Overwrite).unwrap();
        assert_eq!(journal.finished, Finished::default());
        assert_eq!(files(&out), [".soju", "dropped", "notes.txt", "part-of-mine.txt"]);
    }

    #[test]
    fn a_damaged_journal_is_said_with_its_line() {
        let folder = died();
        let out = folder.path().join("out");
        fs::write(out.join(".soju/journal.jsonl"), "{}\n").unwrap();
        let error = Journal::open(&out, &identity(), OutputMode::Resume).unwrap_err().to_string();
        assert!(error.contains("line 1") && error.contains("--overwrite"), "{error}");
        fs::write(out.join(".soju/job.json"), "{").unwrap();
        assert!(Journal::open(&out, &identity(), OutputMode::Resume).is_err());
        assert!(Journal::open(&out, &identity(), OutputMode::Overwrite).unwrap().finished.shards == 0);
    }

    #[test]
    fn two_at_a_time_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let _first = Journal::open(folder.path(), &identity(), OutputMode::New).unwrap();
        let error = Journal::open(folder.path(), &identity(), OutputMode::Resume).unwrap_err();
        assert!(matches!(error, JobError::Running { .. }), "{error}");
    }
}

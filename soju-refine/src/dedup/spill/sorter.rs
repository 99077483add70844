//! The sorter, and what it gives.

use std::fs;
use std::path::{Path, PathBuf};

use super::merge::merge;
use super::{Row, SpillError, TableReader, TableWriter};

/// Buffer for reading a sorted file, in bytes.
const READ_BUFFER: usize = 1 << 18;
/// A buffer holds this many rows however little memory there is.
const LEAST_ROWS: usize = 1 << 10;

/// Collects rows in any order and gives them sorted, within a bound of memory.
///
/// The rows come out in their total order, so the result is the same whatever the memory and however many runs
/// there were.
#[derive(Debug)]
pub struct Sorter<R> {
    folder: PathBuf,
    name: &'static str,
    capacity: usize,
    rows: Vec<R>,
    runs: Vec<PathBuf>,
    files: usize,
}

impl<R: Row> Sorter<R> {
    /// A sorter that holds up to `memory` bytes of rows (1,024 rows at least) and spills to files `NAME-*.run` in `folder`.
    pub fn new(folder: impl Into<PathBuf>, name: &'static str, memory: usize) -> Self {
        let capacity = (memory / size_of::<R>()).max(LEAST_ROWS);
        Self { folder: folder.into(), name, capacity, rows: Vec::new(), runs: Vec::new(), files: 0 }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// A run had to be spilled and can't be written.
    pub fn push(&mut self, row: R) -> Result<(), SpillError> {
        if self.rows.len() >= self.capacity {
            self.spill()?;
        }
        if self.rows.len() == self.rows.capacity() {
            // By doubling, but never beyond what was allowed.
            let more = self.rows.len().max(LEAST_ROWS).min(self.capacity - self.rows.len());
            self.rows.reserve_exact(more);
        }
        self.rows.push(row);
        Ok(())
    }

    /// Ends the collecting.
    ///
    /// # Errors
    /// Runs can't be written, read or merged.
    pub fn finish(mut self) -> Result<Sorted<R>, SpillError> {
        if self.runs.is_empty() {
            self.rows.sort_unstable();
            return Ok(Sorted::Memory(std::mem::take(&mut self.rows)));
        }
        self.spill()?;
        let runs = std::mem::take(&mut self.runs);
        let memory = self.capacity * size_of::<R>();
        // The runs take the memory of the rows.
        self.rows = Vec::new();
        merge::<R>(runs, memory, || self.next_path()).map(Sorted::File)
    }

    fn next_path(&mut self) -> PathBuf {
        self.files += 1;
        self.folder.join(format!("{}-{:05}.run", self.name, self.files - 1))
    }

    fn spill(&mut self) -> Result<(), SpillError> {
        self.rows.sort_unstable();
        let mut run = TableWriter::create(self.next_path())?;
        self.rows.iter().try_for_each(|row| run.push(row))?;
        self.runs.push(run.finish(false)?);
        self.rows.clear();
        Ok(())
    }
}

/// Sorted rows, in memory or in a file of their own.
#[derive(Debug)]
pub enum Sorted<R> {
    /// They fitted.
    Memory(Vec<R>),
    /// They did not. The file goes when this is dropped.
    File(PathBuf),
}

impl<R: Row> Sorted<R> {
    /// The rows from the first on; can be had more than once.
    ///
    /// # Errors
    /// The file can't be opened. Each row can be an error too.
    pub fn iter(&self) -> Result<SortedRows<'_, R>, SpillError> {
        Ok(match self {
            Self::Memory(rows) => SortedRows::Memory(rows.iter()),
            Self::File(path) => SortedRows::File(TableReader::open(path, READ_BUFFER)?),
        })
    }

    /// Makes a file of the rows that lasts.
    ///
    /// # Errors
    /// It can't be written.
    pub fn save(&self, path: &Path) -> Result<(), SpillError> {
        let mut out = TableWriter::create(path)?;
        for row in self.iter()? {
            out.push(&row?)?;
        }
        out.finish(true).map(drop)
    }
}

impl<R> Drop for Sorted<R> {
    fn drop(&mut self) {
        if let Self::File(path) = self {
            // What stays is removed with the job's other scratch files.
            let _ = fs::remove_file(path);
        }
    }
}

/// Sorted rows on their way.
#[derive(Debug)]
pub enum SortedRows<'a, R> {
    /// From memory.
    Memory(std::slice::Iter<'a, R>),
    /// From a file.
    File(TableReader<R>),
}

impl<R: Row> Iterator for SortedRows<'_, R> {
    type Item = Result<R, SpillError>;

    fn next(&mut self) -> Option<Self::Item> {
        match self {
            Self::Memory(rows) => rows.next().map(|row| Ok(*row)),
            Self::File(rows) => rows.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::spill::row::row;
    use proptest::prelude::*;

    row! {
        struct Pair {
            key: u64,
            number: u32,
        }
    }

    fn sorted(pairs: &[Pair], capacity: usize) -> Vec<Pair> {
        let dir = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::new(dir.path(), "test", 0);
        sorter.capacity = capacity;
        pairs.iter().for_each(|p| sorter.push(*p).unwrap());
        let sorted = sorter.finish().unwrap();
        let rows: Vec<Pair> = sorted.iter().unwrap().map(Result::unwrap).collect();
        assert_eq!(sorted.iter().unwrap().count(), rows.len(), "a second reading");
        let files = fs::read_dir(dir.path()).unwrap().count();
        assert_eq!(files, usize::from(pairs.len() > capacity));
        drop(sorted);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        rows
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn any_memory_gives_the_same(keys in prop::collection::vec((0u64..40, any::<u32>()), 0..400), capacity in 1usize..50) {
            let pairs: Vec<Pair> = keys.iter().map(|(key, number)| Pair { key: key << 40, number: *number }).collect();
            let mut expected = pairs.clone();
            expected.sort_unstable();
            prop_assert_eq!(&sorted(&pairs, capacity), &expected);
            prop_assert_eq!(&sorted(&pairs, 1000), &expected);
        }
    }

    #[test]
    fn more_runs_than_are_open_at_a_time() {
        let pairs: Vec<Pair> = (0..200).map(|i| Pair { key: u64::from(i * 7919 % 200), number: i }).collect();
        let rows = sorted(&pairs, 1);
        assert!(rows.windows(2).all(|w| w[0].key < w[1].key));
        assert_eq!(rows.len(), 200);
    }

    #[test]
    fn a_file_that_was_cut_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.rows");
        Sorted::Memory(vec![Pair { key: 1, number: 2 }]).save(&path).unwrap();
        let bytes = fs::read(&path).unwrap();
        assert_eq!(bytes.len(), Pair::BYTES);
        fs::write(&path, &bytes[..7]).unwrap();
        let error = TableReader::<Pair>::open(&path, 1).unwrap().read().unwrap_err().to_string();
        assert!(error.contains("a.rows") && error.contains("--overwrite"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_said() {
        let error =
            Sorted::Memory(vec![Pair { key: 1, number: 2 }]).save(Path::new("/dev/full")).unwrap_err();
        assert_eq!(
            error.to_string(),
            "cannot use /dev/full: the disk is full; free some space, or write to another disk"
        );
    }
}

//! How far a job is, for a progress bar.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, PoisonError};

use super::finished::Finished;
use crate::io::{ByteCount, Input};

/// Counters that the job's threads write and any thread may read.
#[derive(Debug, Default)]
pub struct Counters {
    kept: AtomicU64,
    dropped: AtomicU64,
    rejected: AtomicU64,
    judged: AtomicU64,
    read: AtomicU64,
    finished_bytes: AtomicU64,
    current: Mutex<ByteCount>,
}

/// How far a job is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Documents kept so far.
    pub kept: u64,
    /// Documents dropped so far.
    pub dropped: u64,
    /// Records rejected so far.
    pub rejected: u64,
    /// Documents about which the model was asked.
    pub judged: u64,
    /// Records that were read. Reading runs ahead of the other counts.
    pub read: u64,
    /// Bytes read of the inputs before decompression.
    pub bytes_read: u64,
}

impl Progress {
    /// How many records there will be, going by the size of what was read so far; exact once all was read.
    pub fn expected_records(&self, input_bytes: Option<u64>) -> Option<u64> {
        let bytes = input_bytes?;
        if self.bytes_read == 0 || self.bytes_read >= bytes {
            return (self.bytes_read > 0).then_some(self.read);
        }
        Some((self.read as f64 * bytes as f64 / self.bytes_read as f64) as u64)
    }

    /// Records that are done with.
    pub fn records(&self) -> u64 {
        self.kept + self.dropped + self.rejected
    }
}

impl Counters {
    /// The counts at this moment.
    pub fn progress(&self) -> Progress {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        Progress {
            kept: self.kept.load(Relaxed),
            dropped: self.dropped.load(Relaxed),
            rejected: self.rejected.load(Relaxed),
            judged: self.judged.load(Relaxed),
            read: self.read.load(Relaxed),
            bytes_read: self.finished_bytes.load(Relaxed) + current.get(),
        }
    }

    pub(super) fn keep(&self) {
        self.kept.fetch_add(1, Relaxed);
    }

    pub(super) fn drop(&self) {
        self.dropped.fetch_add(1, Relaxed);
    }

    pub(super) fn reject(&self) {
        self.rejected.fetch_add(1, Relaxed);
    }

    pub(super) fn judge(&self) {
        self.judged.fetch_add(1, Relaxed);
    }

    pub(super) fn read(&self) {
        self.read.fetch_add(1, Relaxed);
    }

    pub(super) fn start_input(&self, count: ByteCount) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = count;
    }

    pub(super) fn finish_input(&self) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        self.finished_bytes.fetch_add(std::mem::take(&mut *current).get(), Relaxed);
    }

    /// Starts at the counts of the shards that were finished before, and counts the inputs that a resumed job passes
    /// over as read.
    pub(super) fn go_on(&self, finished: &Finished, inputs: &[Input]) {
        let tally = &finished.tally;
        self.read.store(tally.input, Relaxed);
        self.kept.store(tally.kept, Relaxed);
        self.dropped.store(tally.dropped, Relaxed);
        self.rejected.store(tally.rejected, Relaxed);
        self.judged.store(tally.judged(), Relaxed);
        let passed = inputs.iter().take(finished.next.input);
        self.finished_bytes.fetch_add(passed.filter_map(|i| i.bytes).sum(), Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_expected_number_follows_the_bytes_until_all_are_read() {
        let at = |read, bytes_read| Progress { read, bytes_read, ..Progress::default() };
        assert_eq!(at(50, 1000).expected_records(Some(4000)), Some(200));
        assert_eq!(at(180, 4000).expected_records(Some(4000)), Some(180));
        assert_eq!(at(0, 0).expected_records(Some(4000)), None);
        assert_eq!(at(50, 1000).expected_records(None), None, "standard input has no size");
    }
}

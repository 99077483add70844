//! Merging sorted runs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs;
use std::path::PathBuf;

use super::{Row, SpillError, TableReader, TableWriter};

/// Runs that are merged at a time: as many files as are open then.
const FAN_IN: usize = 64;
/// Buffer of a run while it is merged, in bytes, within these bounds.
const LEAST_BUFFER: usize = 4 << 10;
const MOST_BUFFER: usize = 1 << 20;

/// Merges sorted runs into one file, in passes of [`FAN_IN`], and removes them. `name` gives a new file its path.
pub(super) fn merge<R: Row>(
    mut runs: Vec<PathBuf>,
    memory: usize,
    mut name: impl FnMut() -> PathBuf,
) -> Result<PathBuf, SpillError> {
    loop {
        let mut merged = Vec::new();
        for group in runs.chunks(FAN_IN) {
            match group {
                [one] => merged.push(one.clone()),
                group => merged.push(merge_group::<R>(group, memory, name())?),
            }
        }
        match <[PathBuf; 1]>::try_from(merged) {
            Ok([one]) => return Ok(one),
            Err(more) => runs = more,
        }
    }
}

fn merge_group<R: Row>(runs: &[PathBuf], memory: usize, to: PathBuf) -> Result<PathBuf, SpillError> {
    let buffer = (memory / runs.len()).clamp(LEAST_BUFFER, MOST_BUFFER);
    let mut readers = Vec::with_capacity(runs.len());
    let mut heads = BinaryHeap::with_capacity(runs.len());
    for (i, run) in runs.iter().enumerate() {
        let mut reader = TableReader::<R>::open(run, buffer)?;
        heads.extend(reader.read()?.map(|row| Reverse((row, i))));
        readers.push(reader);
    }
    let mut out = TableWriter::create(to)?;
    while let Some(mut head) = heads.peek_mut() {
        let Reverse((row, i)) = *head;
        out.push(&row)?;
        match readers[i].read()? {
            // The heap puts it in its place when the guard goes.
            Some(next) => *head = Reverse((next, i)),
            None => {
                std::collections::binary_heap::PeekMut::pop(head);
            }
        }
    }
    drop(readers);
    for run in runs {
        fs::remove_file(run).map_err(SpillError::at(run))?;
    }
    out.finish(false)
}

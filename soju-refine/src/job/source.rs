//! The reading thread: raw records of all inputs, in order, in batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crossbeam_channel::{Receiver, Sender};

use super::finished::{Cursor, Fault};
use super::progress::Counters;
use crate::io::{Input, InputWarning, IoError, Raw, ReadOptions, Reader, reader};

/// Records of a batch, and bytes after which it is closed early.
const BATCH_RECORDS: usize = 128;
const BATCH_BYTES: usize = 1 << 20;

/// What a place in the input holds.
#[derive(Debug)]
pub(super) enum Entry {
    /// A record to parse, or one that could not be read whole.
    Raw(Raw),
    /// Something about the input as a whole.
    Fault(Fault),
}

/// An entry, and where the input goes on after it.
#[derive(Debug)]
pub(super) struct Placed<T> {
    pub(super) next: Cursor,
    pub(super) what: T,
}

/// Entries in their order; batches are numbered from 0 without a gap.
#[derive(Debug)]
pub(super) struct Batch<T> {
    pub(super) number: u64,
    pub(super) entries: Vec<Placed<T>>,
}

/// Reads inputs and sends batches.
pub(super) struct Source<'a> {
    inputs: &'a [Input],
    options: ReadOptions,
    limit: Option<u64>,
    stop: &'a AtomicBool,
    counters: &'a Counters,
    batches: Sender<Batch<Entry>>,
    permits: Receiver<()>,
    pending: Vec<Placed<Entry>>,
    pending_bytes: usize,
    number: u64,
    records: u64,
}

impl<'a> Source<'a> {
    pub(super) fn new(
        inputs: &'a [Input],
        options: ReadOptions,
        limit: Option<u64>,
        stop: &'a AtomicBool,
        counters: &'a Counters,
        batches: Sender<Batch<Entry>>,
        permits: Receiver<()>,
    ) -> Self {
        Self {
            inputs,
            options,
            limit,
            stop,
            counters,
            batches,
            permits,
            pending: Vec::new(),
            pending_bytes: 0,
            number: 0,
            records: 0,
        }
    }

    /// Reads from `from` on until the end, until `stop` or until nobody listens. Whether it came to the end.
    pub(super) fn run(mut self, from: Cursor) -> bool {
        for index in from.input..self.inputs.len() {
            let skip = if index == from.input { from.lines } else { 0 };
            if !self.input(index, skip) {
                return false;
            }
            if self.is_full() {
                break;
            }
        }
        self.flush()
    }

    /// Whether there is to be no further record.
    fn is_full(&self) -> bool {
        self.limit.is_some_and(|limit| self.records >= limit)
    }

    /// Reads one input; false means that it is time to stop.
    fn input(&mut self, index: usize, skip: u64) -> bool {
        let input = &self.inputs[index];
        let name = Arc::clone(&input.name);
        let at_start = Cursor { input: index, lines: skip };
        let after = Cursor { input: index + 1, lines: 0 };
        let mut reader = match self.open(input, skip) {
            Ok(reader) => reader,
            Err(error) => return self.lost(after, &name, &error),
        };
        let warnings = reader.take_warnings();
        if skip == 0 && !self.warn(at_start, &name, warnings) {
            return false;
        }
        loop {
            if self.is_full() {
                return true;
            }
            match reader.next_record() {
                Ok(None) => break,
                Ok(Some(raw)) => {
                    self.records += 1;
                    self.counters.read();
                    let next = Cursor { input: index, lines: reader.done() };
                    let bytes = match &raw {
                        Raw::Record(record) => record.size(),
                        Raw::Rejected(_) => 0,
                    };
                    if !self.push(next, Entry::Raw(raw), bytes) {
                        return false;
                    }
                }
                Err(error) => return self.lost(after, &name, &error),
            }
        }
        self.counters.finish_input();
        self.warn(after, &name, reader.take_warnings())
    }

    fn open(&self, input: &Input, skip: u64) -> Result<Box<dyn Reader>, IoError> {
        let mut reader = reader::open(input, &self.options)?;
        self.counters.start_input(reader.compressed_bytes_read());
        if skip > 0 {
            reader.skip_to(skip)?;
        }
        Ok(reader)
    }

    fn warn(&mut self, next: Cursor, name: &str, warnings: Vec<InputWarning>) -> bool {
        warnings.into_iter().all(|warning| {
            let fault = Fault { input: name.to_owned(), message: warning.to_string(), lost: false };
            self.push(next, Entry::Fault(fault), 0)
        })
    }

    /// The rest of an input can't be read: the others still can.
    fn lost(&mut self, after: Cursor, name: &str, error: &IoError) -> bool {
        let fault = Fault { input: name.to_owned(), message: with_causes(error), lost: true };
        self.counters.finish_input();
        self.push(after, Entry::Fault(fault), 0)
    }

    fn push(&mut self, next: Cursor, what: Entry, bytes: usize) -> bool {
        if self.stop.load(Ordering::Relaxed) {
            return false;
        }
        self.pending.push(Placed { next, what });
        self.pending_bytes += bytes;
        if self.pending.len() >= BATCH_RECORDS || self.pending_bytes >= BATCH_BYTES {
            return self.flush();
        }
        true
    }

    fn flush(&mut self) -> bool {
        if self.pending.is_empty() {
            return true;
        }
        // A permit comes back for each batch that was taken in order: however slow one batch is, the
        // number of those that overtook it and wait in memory is bounded.
        if self.permits.recv().is_err() {
            return false;
        }
        let batch = Batch { number: self.number, entries: std::mem::take(&mut self.pending) };
        self.number += 1;
        self.pending_bytes = 0;
        self.batches.send(batch).is_ok()
    }
}

/// An error with what caused it, in one line.
fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        cause = inner.source();
    }
    text
}

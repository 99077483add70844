//! Reading the inputs from the first record to the last, more than once and in the same order each time.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use crossbeam_channel::bounded;

use super::super::error::JobError;
use super::super::finished::{Cursor, Fault};
use super::super::progress::Counters;
use super::super::source::{Batch, Entry, Placed, Source};
use super::super::work::panic_message;
use crate::io::{Input, Raw, ReadOptions, Record, Rejection};

/// What a place in the input holds, after the work on it.
pub(super) enum Read<T> {
    Record(T),
    Rejected(Rejection),
    Fault(Fault),
}

/// How the inputs are read.
pub(super) struct Passes<'a> {
    pub(super) inputs: &'a [Input],
    pub(super) options: ReadOptions,
    pub(super) threads: usize,
    pub(super) stop: &'a AtomicBool,
}

impl Passes<'_> {
    /// Parses every record from `from` on, works on it in several threads, and gives the results to `take` in
    /// the order of the input, each with where the input goes on after it. `worker` makes what one thread works with.
    ///
    /// # Errors
    /// What `take` fails with; [`JobError::Stopped`] when the stop flag was set.
    pub(super) fn each<W, T>(
        &self,
        from: Cursor,
        counters: &Counters,
        worker: impl Fn() -> W + Sync,
        mut take: impl FnMut(Cursor, Read<T>) -> Result<(), JobError>,
    ) -> Result<(), JobError>
    where
        W: FnMut(Record) -> T,
        T: Send,
    {
        let in_flight = 4 * self.threads;
        let (to_workers, batches) = bounded(in_flight);
        let (to_collector, done) = bounded(in_flight);
        let (permit, permits) = bounded(in_flight);
        for _ in 0..in_flight {
            permit.try_send(()).expect("the channel was made for this many permits");
        }
        let options = self.options.clone();
        let source = Source::new(self.inputs, options, None, self.stop, counters, to_workers, permits);
        thread::scope(|scope| {
            let reader = scope.spawn(move || source.run(from));
            for _ in 0..self.threads {
                let (batches, to_collector, worker) = (batches.clone(), to_collector.clone(), &worker);
                scope.spawn(move || {
                    let mut work = worker();
                    for batch in batches {
                        if to_collector.send(work_off(batch, &mut work)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop((batches, to_collector));
            let mut early = BTreeMap::new();
            let mut expected = 0;
            let mut collect = || {
                for batch in &done {
                    let batch: Batch<Read<T>> = batch?;
                    early.insert(batch.number, batch.entries);
                    while let Some(entries) = early.remove(&expected) {
                        expected += 1;
                        // Nobody waits for a permit once the reader has come to the end.
                        let _ = permit.try_send(());
                        for Placed { next, what } in entries {
                            take(next, what)?;
                        }
                        self.check()?;
                    }
                }
                Ok(())
            };
            let collected: Result<(), JobError> = collect();
            drop((done, permit));
            let read = reader.join().map_err(|panic| JobError::Worker {
                position: "reading".into(),
                message: panic_message(&*panic),
            });
            collected?;
            if read? { self.check() } else { Err(JobError::Stopped) }
        })
    }

    /// Whether to go on.
    ///
    /// # Errors
    /// [`JobError::Stopped`] when not.
    pub(super) fn check(&self) -> Result<(), JobError> {
        if self.stop.load(Ordering::Relaxed) { Err(JobError::Stopped) } else { Ok(()) }
    }
}

fn work_off<T>(batch: Batch<Entry>, work: &mut impl FnMut(Record) -> T) -> Result<Batch<Read<T>>, JobError> {
    let mut entries = Vec::with_capacity(batch.entries.len());
    for Placed { next, what } in batch.entries {
        let what = match what {
            Entry::Raw(Raw::Rejected(rejection)) => Read::Rejected(rejection),
            Entry::Fault(fault) => Read::Fault(fault),
            Entry::Raw(Raw::Record(raw)) => {
                let place = raw.position().to_string();
                // A panic is a fault in soju; without this the job would wait for a batch that never comes.
                let worked = catch_unwind(AssertUnwindSafe(|| match raw.parse() {
                    Ok(record) => Read::Record(work(record)),
                    Err(rejection) => Read::Rejected(rejection),
                }));
                worked
                    .map_err(|panic| JobError::Worker { position: place, message: panic_message(&*panic) })?
            }
        };
        entries.push(Placed { next, what });
    }
    Ok(Batch { number: batch.number, entries })
}

//! Sends requests from many threads and takes the times.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::workload::Job;

/// Whoever answers requests.
pub(in crate::cli) trait Side: Sync {
    /// Sends a request and waits for the whole answer.
    fn complete(&self, job: &Job) -> anyhow::Result<Timing>;
}

/// One answer, timed from its request on.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) struct Timing {
    /// Until the first token.
    pub(in crate::cli) first: Duration,
    /// Until the last.
    pub(in crate::cli) whole: Duration,
    pub(in crate::cli) tokens: usize,
}

/// All answers of a measurement.
#[derive(Debug)]
pub(in crate::cli) struct Run {
    pub(in crate::cli) elapsed: Duration,
    pub(in crate::cli) timings: Vec<Timing>,
}

impl Run {
    /// Generated tokens a second, over all clients.
    pub(in crate::cli) fn tokens_per_second(&self) -> f64 {
        self.timings.iter().map(|t| t.tokens).sum::<usize>() as f64 / self.elapsed.as_secs_f64()
    }

    pub(in crate::cli) fn requests_per_second(&self) -> f64 {
        self.timings.len() as f64 / self.elapsed.as_secs_f64()
    }
}

/// Each client sends its next request when it has its answer.
///
/// # Errors
/// The first error; the clients then stop after their current request.
pub(in crate::cli) fn closed(
    side: &dyn Side,
    jobs: &[Job],
    clients: usize,
    tick: &(dyn Fn() + Sync),
) -> anyhow::Result<Run> {
    let next = AtomicUsize::new(0);
    measure(clients, |answers| {
        while let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            if !answers.take(side.complete(job)) {
                return;
            }
            tick();
        }
    })
}

/// Each request is sent at its time, whatever became of the others.
///
/// # Errors
/// The first error.
pub(in crate::cli) fn open(
    side: &dyn Side,
    jobs: &[(Duration, Job)],
    tick: &(dyn Fn() + Sync),
) -> anyhow::Result<Run> {
    let next = AtomicUsize::new(0);
    let start = Instant::now();
    measure(jobs.len(), |answers| {
        if let Some((at, job)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            thread::sleep(at.saturating_sub(start.elapsed()));
            answers.take(side.complete(job));
            tick();
        }
    })
}

#[derive(Default)]
struct Answers {
    timings: Mutex<Vec<Timing>>,
    error: Mutex<Option<anyhow::Error>>,
    failed: AtomicBool,
}

impl Answers {
    /// Whether to go on.
    fn take(&self, answer: anyhow::Result<Timing>) -> bool {
        match answer {
            Ok(timing) => self.timings.lock().unwrap_or_else(PoisonError::into_inner).push(timing),
            Err(error) => {
                self.failed.store(true, Ordering::Relaxed);
                self.error.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
            }
        }
        !self.failed.load(Ordering::Relaxed)
    }
}

fn measure(threads: usize, work: impl Fn(&Answers) + Sync) -> anyhow::Result<Run> {
    let answers = Answers::default();
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(&answers));
        }
    });
    let elapsed = start.elapsed();
    if let Some(error) = answers.error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        return Err(error);
    }
    Ok(Run { elapsed, timings: answers.timings.into_inner().unwrap_or_else(PoisonError::into_inner) })
}

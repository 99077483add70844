//! The cleaning job: corpora in, clean shards, a record of everything removed and a report out.
//!
//! One thread reads records, several parse them and run the rules, and the calling thread does what has
//! an order: duplicates, the judgements under way, writing. A job may stop at any point, on purpose or
//! not, and go on later; see [`Journal`] for what makes that safe.

mod busy;
mod collect;
mod config;
mod dedup;
mod error;
mod finished;
mod identity;
mod journal;
mod note;
mod options;
mod progress;
mod refine;
mod shard;
mod shipper;
mod source;
mod spans;
mod summary;
mod work;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Instant, SystemTime};

use crossbeam_channel::bounded;
use soju_engine::Engine;

pub use config::{ConfigError, DedupConfig, InputConfig, JobConfig, OutputConfig, Preset, Problem};
pub use dedup::{DedupEnd, DedupJob, DedupJobConfig, DedupPhase, DedupProgress, Resolved};
pub use error::JobError;
pub use finished::{Cursor, Fault, Finished, InputCount, Shard, WrittenFields};
pub use identity::{Identity, InputIdentity};
pub use journal::{Journal, OutputMode};
pub(crate) use note::rounded;
pub use note::{EditNote, edit_notes};
pub use progress::{Counters, Progress};
pub use summary::JobEnd;

use crate::io::{Input, IoError, ReadOptions, ShardSink};
use crate::llm::Judge;
use crate::pipeline::Cleaner;
use crate::report::ModelFacts;
use collect::Collector;
use options::job_options;
use refine::Refiner;
use source::Source;
use work::Worker;

/// A cleaning job, to be configured and run.
#[derive(Debug)]
pub struct CleanJob {
    config: JobConfig,
    inputs: Vec<Input>,
    out: PathBuf,
    mode: OutputMode,
    model: Option<(Engine, ModelFacts)>,
    threads: usize,
    command: Vec<String>,
    counters: Arc<Counters>,
    stop: Arc<AtomicBool>,
    sink: Option<Arc<dyn ShardSink>>,
}

impl CleanJob {
    /// A job that reads `inputs` and writes into the folder `out`. Without [`CleanJob::model`] the rules decide alone.
    pub fn new(config: JobConfig, inputs: Vec<Input>, out: impl Into<PathBuf>) -> Self {
        Self {
            config,
            inputs,
            out: out.into(),
            mode: OutputMode::New,
            model: None,
            threads: thread::available_parallelism().map_or(1, Into::into),
            command: Vec::new(),
            counters: Arc::default(),
            stop: Arc::default(),
            sink: None,
        }
    }

    /// Lets a model judge what the rules are unsure of, unless `judge.enabled` is off, and edit or rewrite what stays,
    /// if `edit.enabled` or `rewrite.enabled` is on.
    #[must_use]
    pub fn model(mut self, engine: Engine, facts: ModelFacts) -> Self {
        self.model = Some((engine, facts));
        self
    }

    /// Counters for a progress bar, to be read while the job runs.
    pub fn counters(&self) -> Arc<Counters> {
        Arc::clone(&self.counters)
    }

    job_options!();

    /// Runs the job to its end or until it is stopped. Blocks.
    ///
    /// # Errors
    /// The output folder holds something else, nothing can be written, or the model fails. Inputs that
    /// can't be read are no error: they are in [`JobEnd::faults`]. Whatever was finished before stays.
    pub fn run(self) -> Result<JobEnd, JobError> {
        let started = (SystemTime::now(), Instant::now());
        let options = self.config.input.read_options()?;
        let format = self.config.output.format;
        if !format.is_available() {
            return Err(IoError::Unavailable { path: self.out, format }.into());
        }
        let judge = match &self.model {
            Some((engine, _)) if self.config.judge.enabled => {
                Some(Judge::new(engine.clone(), self.config.judge.clone())?)
            }
            _ => None,
        };
        let refiner = match (&self.model, self.config.generates()) {
            (Some((engine, _)), Some(_)) => Refiner::new(engine, &self.config)?,
            (None, Some(key)) => return Err(JobError::NoModel { key }),
            (_, None) => None,
        };
        let student = self.config.student()?;
        let versions: Vec<String> = judge
            .iter()
            .map(Judge::version)
            .chain(refiner.iter().map(|refiner| refiner.version().to_owned()))
            .collect();
        let model = self.model.as_ref().filter(|_| !versions.is_empty());
        let model = model.map(|(_, facts)| format!("{} with {}", facts.name, versions.join(", ")));
        let identity = Identity::new(&self.config, &self.inputs, model).with_student(student.as_deref());
        let cleaner = self.config.cleaner(student, judge.is_some());
        let mut journal = Journal::open(&self.out, &identity, self.mode)?;
        journal.ship(self.sink.as_ref(), &self.stop)?;
        let resumed = journal.finished.tally.input;
        self.counters.go_on(&journal.finished, &self.inputs);
        if !journal.finished.is_last {
            self.work(cleaner, options, &mut journal, judge.as_ref(), refiner.as_ref())?;
        }
        journal.finish_shipping()?;
        self.summarize(journal, judge.is_some(), refiner.is_some(), resumed, started)
    }

    /// The threads. Everything between them is bounded: batches in flight by permits, judgements by the
    /// collector's window, requests by the engine's own queue.
    fn work(
        &self,
        cleaner: Cleaner,
        options: ReadOptions,
        journal: &mut Journal,
        judge: Option<&Judge>,
        refiner: Option<&Refiner>,
    ) -> Result<(), JobError> {
        let in_flight = 4 * self.threads;
        let (to_workers, batches) = bounded(in_flight);
        let (to_collector, done) = bounded(in_flight);
        let (permit, permits) = bounded(in_flight);
        for _ in 0..in_flight {
            permit.try_send(()).expect("the channel was made for this many permits");
        }
        let worker = Worker { cleaner, judge: judge.cloned(), metadata: self.config.metadata.clone() };
        let read = journal.finished.tally.input;
        let limit = (self.config.input.limit > 0).then(|| self.config.input.limit.saturating_sub(read));
        let from = journal.finished.next;
        let mut collector =
            Collector::new(&self.config, (judge, refiner), &self.counters, &self.stop, journal)?;
        let source =
            Source::new(&self.inputs, options, limit, &self.stop, &self.counters, to_workers, permits);
        thread::scope(|scope| {
            let reader = scope.spawn(move || source.run(from));
            for _ in 0..self.threads {
                let (batches, to_collector, worker) = (batches.clone(), to_collector.clone(), &worker);
                scope.spawn(move || {
                    for batch in batches {
                        if to_collector.send(worker.work(batch)).is_err() {
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
                    let batch = batch?;
                    early.insert(batch.batch.number, batch);
                    while let Some(batch) = early.remove(&expected) {
                        expected += 1;
                        // Nobody waits for a permit once the reader has come to the end.
                        let _ = permit.try_send(());
                        if !collector.take(batch)? {
                            return Ok(false);
                        }
                    }
                }
                Ok(true)
            };
            let collected = collect();
            // These end the threads that still wait, whatever made the collecting end.
            drop((done, permit));
            let read_all = reader.join().map_err(|panic| JobError::Worker {
                position: "reading".into(),
                message: work::panic_message(&*panic),
            });
            match collected.and_then(|all| Ok(all && read_all?)) {
                Ok(all) => collector.finish(all && !self.stop.load(Ordering::Relaxed)),
                // What the model answered before it failed is kept; a disk that failed is not trusted.
                Err(error @ (JobError::Judge(_) | JobError::Generation(_) | JobError::Worker { .. })) => {
                    collector.finish(false)?;
                    Err(error)
                }
                Err(error) => Err(error),
            }
        })
    }
}

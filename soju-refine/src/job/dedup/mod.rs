//! Deduplication of a corpus on disk: the same documents in, without those that are there twice.
//!
//! The inputs are read from start to end two times, three with repeated passages: once for the signatures, once to
//! write. In between everything is decided from sorted tables on disk (see [`crate::dedup`]). Steps are
//! resolved one after another: equal documents, near-duplicates, lines, passages; each looks at what the earlier ones left.
//!
//! Memory: [`DedupJob::memory`] for sorting and sketches, about 10 bytes a record, 40 a cluster, 24 a host, and the records under
//! way. The result does not depend on the memory or on the number of threads.
//!
//! A job that is stopped goes on with [`OutputMode::Resume`]: while it writes, from the last finished shard; before that,
//! from the start. See [`Journal`] for the order of writes.

mod cuts;
mod passes;
mod report;
mod resolve;
mod rows;
mod sign;
mod state;
mod write;

use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Instant, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use state::Resolved;

use super::config::{InputConfig, OutputConfig};
use super::error::JobError;
use super::finished::Fault;
use super::identity::Identity;
use super::journal::{Journal, OutputMode};
use super::options::job_options;
use super::progress::{Counters, Progress};
use crate::dedup::DedupRules;
use crate::dedup::spill::Sorter;
use crate::io::{Input, ShardSink};
use crate::report::Report;
use passes::Passes;
use state::State;
use write::Writer;

/// How a dedup job reads, decides and writes.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DedupJobConfig {
    /// Reading.
    pub input: InputConfig,
    /// What counts as a duplicate.
    pub rules: DedupRules,
    /// Writing.
    pub output: OutputConfig,
}

impl DedupJobConfig {
    /// The configuration as JSON.
    pub fn to_json(&self) -> Value {
        // Through text, so that an f32 of 0.7 stays 0.7.
        let text =
            serde_json::to_string(self).expect("a configuration holds no map with keys that JSON lacks");
        serde_json::from_str(&text).expect("it was just written")
    }
}

/// What a dedup job is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DedupPhase {
    /// Reading for signatures.
    #[default]
    Signatures,
    /// Deciding from the tables.
    Resolution,
    /// Reading again, for repeated passages.
    Passages,
    /// Reading for the last time, and writing.
    Writing,
}

/// How far a dedup job is; any thread may look.
#[derive(Debug, Default)]
pub struct DedupProgress {
    now: Mutex<(DedupPhase, Arc<Counters>)>,
}

impl DedupProgress {
    /// The phase, and the counts within it. Before [`DedupPhase::Writing`] only what was read counts.
    pub fn now(&self) -> (DedupPhase, Progress) {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        (now.0, now.1.progress())
    }

    fn enter(&self, phase: DedupPhase) -> Arc<Counters> {
        let counters: Arc<Counters> = Arc::default();
        *self.now.lock().unwrap_or_else(PoisonError::into_inner) = (phase, Arc::clone(&counters));
        counters
    }
}

/// How a dedup job ended.
#[derive(Debug)]
pub struct DedupEnd {
    /// What was counted, and the facts of the run.
    pub report: Report,
    /// What was found.
    pub resolved: Resolved,
    /// The report for people.
    pub html: PathBuf,
    /// The report for programs.
    pub json: PathBuf,
    /// The list of clusters, where it was asked for.
    pub clusters: Option<PathBuf>,
    /// Inputs that could not be read to their end (`lost`), and oddities.
    pub faults: Vec<Fault>,
    /// Whether everything was written; otherwise the job was stopped and can be resumed.
    pub complete: bool,
}

/// A dedup job, to be configured and run.
#[derive(Debug)]
pub struct DedupJob {
    config: DedupJobConfig,
    inputs: Vec<Input>,
    out: PathBuf,
    mode: OutputMode,
    threads: usize,
    memory: usize,
    clusters: bool,
    command: Vec<String>,
    progress: Arc<DedupProgress>,
    stop: Arc<AtomicBool>,
    sink: Option<Arc<dyn ShardSink>>,
}

impl DedupJob {
    /// A job that reads `inputs` and writes into the folder `out`.
    pub fn new(config: DedupJobConfig, inputs: Vec<Input>, out: impl Into<PathBuf>) -> Self {
        Self {
            config,
            inputs,
            out: out.into(),
            mode: OutputMode::New,
            threads: thread::available_parallelism().map_or(1, Into::into),
            memory: 1 << 30,
            clusters: false,
            command: Vec::new(),
            progress: Arc::default(),
            stop: Arc::default(),
            sink: None,
        }
    }

    /// Memory for sorting and for sketches in bytes; 1 GiB when not given. What does not fit goes to disk.
    #[must_use]
    pub fn memory(mut self, bytes: usize) -> Self {
        self.memory = bytes;
        self
    }

    /// Also writes `clusters.jsonl.zst`: each cluster with its documents, their similarities and how they begin.
    #[must_use]
    pub fn clusters(mut self, list: bool) -> Self {
        self.clusters = list;
        self
    }

    /// For a progress bar, to be read while the job runs.
    pub fn progress(&self) -> Arc<DedupProgress> {
        Arc::clone(&self.progress)
    }

    job_options!();

    /// Runs the job to its end or until it is stopped. Blocks.
    ///
    /// # Errors
    /// An input can be read only once; the output folder holds something else; nothing can be written; an input
    /// changed while the job ran; [`JobError::Stopped`] when it was stopped before anything was written. Inputs that
    /// can't be read are no error: they are in [`DedupEnd::faults`].
    pub fn run(self) -> Result<DedupEnd, JobError> {
        let started = (SystemTime::now(), Instant::now());
        if let Some(once) = self.inputs.iter().find(|i| i.bytes.is_none()) {
            return Err(JobError::ReadOnce { input: once.name.to_string() });
        }
        let options = self.config.input.read_options()?;
        let mut config = self.config.to_json();
        config["job"] = "dedup".into();
        config["clusters"] = self.clusters.into();
        let identity = Identity::of(config, &self.inputs);
        let mut journal = Journal::open(&self.out, &identity, self.mode)?;
        journal.ship(self.sink.as_ref(), &self.stop)?;
        let state = State::new(&self.out);
        let passes = Passes { inputs: &self.inputs, options, threads: self.threads, stop: &self.stop };
        let known = if self.mode == OutputMode::Resume { state.resolved(&identity)? } else { None };
        let resolved = match known {
            Some(resolved) => resolved,
            None if journal.finished.shards == 0 => self.resolve(&passes, &state, &identity)?,
            None => {
                let message = "shards were written, but what was decided about duplicates is gone".into();
                return Err(JobError::State { path: state.path("resolved.json"), message });
            }
        };
        let resumed = journal.finished.tally.input;
        let list = state.clusters();
        let mut clusters = (self.clusters && list.is_file()).then_some(list);
        if !journal.finished.is_last {
            let counters = self.progress.enter(DedupPhase::Writing);
            counters.go_on(&journal.finished, &self.inputs);
            Writer::open(&self, &state, &mut journal, &counters)?.run(&passes, resolved.records)?;
            if journal.finished.is_last {
                if self.clusters {
                    clusters = Some(self.write_clusters(&state)?);
                }
                state.clear()?;
            }
        }
        journal.finish_shipping()?;
        self.report(journal, resolved, clusters, resumed, started)
    }

    /// Everything up to the tables of what to drop and what to cut.
    fn resolve(&self, passes: &Passes<'_>, state: &State, identity: &Identity) -> Result<Resolved, JobError> {
        let rules = &self.config.rules;
        let counters = self.progress.enter(DedupPhase::Signatures);
        // The rest is for the sketches.
        let memory = self.memory / 3 * 2;
        let mut corpus = sign::sign(passes, &counters, rules, state, memory, self.clusters)?;
        self.progress.enter(DedupPhase::Resolution);
        let mut resolved = Resolved::default();
        let kept = resolve::resolve(passes, &mut corpus, rules, state, self.memory, &mut resolved)?;
        let mut cuts = Sorter::new(state.path(""), "cuts", self.memory / 8);
        if let Some(rules) = &rules.lines {
            let sorted = corpus.lines.finish()?;
            cuts::lines(passes, &sorted, rules, &kept, state, &mut resolved, &mut cuts)?;
        }
        if let Some(rules) = &rules.substring {
            let sorted = corpus.anchors.finish()?;
            let counters = self.progress.enter(DedupPhase::Passages);
            let length = rules.length();
            let memory = self.memory / 2;
            cuts::passages(
                passes,
                &counters,
                sorted,
                length,
                &kept,
                state,
                memory,
                &mut resolved,
                &mut cuts,
            )?;
        }
        cuts.finish()?.save(&state.cuts())?;
        state.finish(&resolved, identity)?;
        Ok(resolved)
    }
}

//! The end of a job: its report.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Instant, SystemTime};

use super::CleanJob;
use super::error::JobError;
use super::finished::{Fault, Finished};
use super::journal::Journal;
use crate::io::job_folder::{CARD, PAGE, REPORT};
use crate::io::{Input, OutputFormat, ShardSink};
use crate::pipeline::StageTimes;
use crate::report::{
    CardFacts, InputError, InputFacts, JudgeTokens, OutputFacts, Report, RunFacts, StageTime, Thresholds,
};

/// The order in which a document meets the stages; others come after these.
const STAGES: [&str; 13] = [
    "read",
    "normalize",
    "language",
    "heuristics",
    "junk",
    "student",
    "pii",
    "dedup",
    "tokenize",
    "judge",
    "edit",
    "rewrite",
    "write",
];

/// How a job ended.
#[derive(Debug)]
pub struct JobEnd {
    /// What was counted, and the facts of the run.
    pub report: Report,
    /// The report for people.
    pub html: PathBuf,
    /// The report for programs.
    pub json: PathBuf,
    /// Inputs that could not be read to their end (`lost`), and oddities.
    pub faults: Vec<Fault>,
    /// Whether the input came to its end; otherwise the job was stopped and can be resumed.
    pub complete: bool,
}

impl CleanJob {
    pub(super) fn summarize(
        &self,
        journal: Journal,
        judged: bool,
        refined: bool,
        resumed: u64,
        (started, start): (SystemTime, Instant),
    ) -> Result<JobEnd, JobError> {
        let finished = &journal.finished;
        let faults = finished.faults.clone();
        let mut complete = journal.is_complete();
        let rules = &self.config.rules;
        let mut run = RunFacts::new(started);
        run.wall_seconds = start.elapsed().as_secs_f64();
        run.complete = complete;
        run.resumed = resumed;
        run.command = self.command.clone();
        run.config = self.config.to_json();
        run.thresholds = Thresholds {
            rules_unsure: Some(rules.junk.unsure_above),
            rules_drop: Some(rules.junk.drop_above),
            judge_drop: judged.then_some(self.config.judge.drop_above),
        };
        run.inputs = input_facts(&self.inputs, finished);
        run.input_errors = input_errors(&faults);
        if let Some((engine, facts)) = self.model.as_ref().filter(|_| judged || refined) {
            let stats = engine.stats().backend;
            run.model = Some(facts.clone());
            run.judge_tokens =
                Some(JudgeTokens { computed: stats.prompt_tokens, reused: stats.prefix_reused_tokens });
        }
        run.stages = stage_times(&finished.times);
        run.output = output_facts(&journal, self.config.output.format, self.sink.as_ref())?;
        let report = Report { tally: finished.tally.clone(), run };
        let (html, json) = (journal.out().join(PAGE), journal.out().join(REPORT));
        report.write_json(&json)?;
        report.write_html(&html)?;
        let card = CardFacts {
            format: self.config.output.format,
            license: &self.config.output.license,
            text_field: match &*self.config.input.text_field {
                "" => "text",
                named => named,
            },
            fields: &finished.fields.kept,
        };
        report.write_card(journal.out().join(CARD), &card)?;
        complete = complete && send_reports(&journal, self.sink.as_ref(), &self.stop)?;
        Ok(JobEnd { report, html, json, faults, complete })
    }
}

pub(super) fn input_errors(faults: &[Fault]) -> Vec<InputError> {
    let lost = faults.iter().filter(|f| f.lost);
    lost.map(|f| InputError { file: f.input.clone(), message: f.message.clone() }).collect()
}

pub(super) fn input_facts(inputs: &[Input], finished: &Finished) -> Vec<InputFacts> {
    let facts = |input: &Input| {
        let count = finished.inputs.get(&*input.name);
        let odd = finished.faults.iter().filter(|f| !f.lost && *f.input == *input.name);
        InputFacts {
            file: input.name.to_string(),
            bytes: input.bytes,
            modified: input.modified,
            schema: count.and_then(|c| c.schema.clone()),
            records: Some(count.map_or(0, |c| c.records)),
            warnings: odd.map(|f| f.message.clone()).collect(),
        }
    };
    inputs.iter().map(facts).collect()
}

pub(super) fn stage_times(times: &StageTimes) -> Vec<StageTime> {
    let place = |stage: &str| STAGES.iter().position(|s| *s == stage).unwrap_or(STAGES.len());
    let mut stages: Vec<_> = times
        .0
        .iter()
        .map(|(stage, t)| StageTime { stage: stage.clone(), seconds: t.seconds, documents: t.documents })
        .collect();
    stages.sort_by_key(|s| place(&s.stage));
    stages
}

pub(super) fn output_facts(
    journal: &Journal,
    format: OutputFormat,
    sink: Option<&Arc<dyn ShardSink>>,
) -> Result<OutputFacts, JobError> {
    let bytes = journal.shard_bytes(format)?;
    Ok(OutputFacts {
        folder: sink.map_or_else(|| journal.out().display().to_string(), |sink| sink.place().to_owned()),
        shards: bytes.len() as u64,
        bytes: bytes.iter().sum(),
    })
}

/// Takes the reports of a finished job to where its shards are, the dataset card last. Whether they are there.
pub(super) fn send_reports(
    journal: &Journal,
    sink: Option<&Arc<dyn ShardSink>>,
    stop: &Arc<AtomicBool>,
) -> Result<bool, JobError> {
    let Some(sink) = sink else { return Ok(true) };
    for name in [REPORT, PAGE, CARD] {
        let path = journal.out().join(name);
        if path.exists() && !sink.take(&path, name, stop)? {
            return Ok(false);
        }
    }
    Ok(true)
}

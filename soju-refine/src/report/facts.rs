//! What is known of a run beside its counts.

use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Serialize, Serializer};

/// What ran, on what, for how long.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunFacts {
    /// The version of soju.
    pub soju_version: String,
    /// When the run started; RFC 3339 in UTC as JSON.
    #[serde(serialize_with = "rfc3339")]
    pub started: SystemTime,
    /// How long it took, in seconds.
    pub wall_seconds: f64,
    /// Whether it came to its end, rather than being interrupted.
    pub complete: bool,
    /// Records in the counts that an earlier run of the same job had done; they do not count for the speed.
    pub resumed: u64,
    /// The command as it was given.
    pub command: Vec<String>,
    /// The whole configuration, defaults included.
    pub config: serde_json::Value,
    /// The thresholds of the scores.
    pub thresholds: Thresholds,
    /// The files that were read.
    pub inputs: Vec<InputFacts>,
    /// Faults of whole files.
    pub input_errors: Vec<InputError>,
    /// The model, where one was used.
    pub model: Option<ModelFacts>,
    /// What the model had to read.
    pub judge_tokens: Option<JudgeTokens>,
    /// Time by stage, in the order of the work.
    pub stages: Vec<StageTime>,
    /// What was written.
    pub output: OutputFacts,
}

impl RunFacts {
    /// A run of this version of soju of which nothing else is known.
    pub fn new(started: SystemTime) -> Self {
        Self {
            soju_version: env!("CARGO_PKG_VERSION").to_owned(),
            started,
            wall_seconds: 0.0,
            complete: true,
            resumed: 0,
            command: Vec::new(),
            config: serde_json::Value::Null,
            thresholds: Thresholds::default(),
            inputs: Vec::new(),
            input_errors: Vec::new(),
            model: None,
            judge_tokens: None,
            stages: Vec::new(),
            output: OutputFacts::default(),
        }
    }
}

/// Borders of the scores, each 0 to 1; none where the level was off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Thresholds {
    /// Above this score of the rules the model is asked.
    pub rules_unsure: Option<f32>,
    /// Above this score of the rules a document is dropped.
    pub rules_drop: Option<f32>,
    /// Above this probability of the model a document is dropped.
    pub judge_drop: Option<f32>,
}

/// An input file.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct InputFacts {
    /// As the user named it, or `-` for standard input.
    pub file: String,
    /// Its size on disk, in bytes.
    pub bytes: Option<u64>,
    /// Its last change; RFC 3339 in UTC as JSON.
    #[serde(serialize_with = "maybe_rfc3339")]
    pub modified: Option<SystemTime>,
    /// Its schema, such as `hplt-v2`.
    pub schema: Option<String>,
    /// Records that the reader saw in it.
    pub records: Option<u64>,
    /// What was odd about it without stopping the job.
    pub warnings: Vec<String>,
}

/// An input file that could not be read, or not to its end.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct InputError {
    /// As the user named it.
    pub file: String,
    /// The fault in words, with the line and the remedy where there is one.
    pub message: String,
}

/// A language model.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ModelFacts {
    /// Its name, such as `gemma-3-270m`.
    pub name: String,
    /// Its file.
    pub file: String,
    /// The size of the file, in bytes.
    pub bytes: u64,
}

/// Tokens that the judge went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct JudgeTokens {
    /// Computed by the model.
    pub computed: u64,
    /// Taken over from a shared prompt prefix.
    pub reused: u64,
}

/// The time that one stage took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageTime {
    /// Its name, such as `normalize`.
    pub stage: String,
    /// Busy time summed over the threads, in seconds.
    pub seconds: f64,
    /// Documents that went into it.
    pub documents: u64,
}

/// What a run wrote.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct OutputFacts {
    /// The output folder as the user named it, or the address that the shards were sent to.
    pub folder: String,
    /// Files with clean documents.
    pub shards: u64,
    /// Their size, in bytes.
    pub bytes: u64,
}

fn rfc3339<S: Serializer>(time: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&rfc3339_text(*time))
}

fn maybe_rfc3339<S: Serializer>(time: &Option<SystemTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(rfc3339_text).serialize(serializer)
}

/// `2026-01-31T12:00:00Z`. A clock before 1970 shows as its first second.
pub(super) fn rfc3339_text(time: SystemTime) -> String {
    humantime::format_rfc3339_seconds(time.max(UNIX_EPOCH)).to_string()
}

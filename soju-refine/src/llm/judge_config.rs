//! How the model is asked, and what is done with its answer.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// What the model's opinion is taken from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum JudgeBy {
    /// The probe if it belongs to the engine's model, else the prompt. A job's identity says which it is.
    #[default]
    Auto,
    /// A linear probe on its averaged hidden states. Needs an engine that gives them, and a probe of its model.
    Probe,
    /// The log-probabilities of the two labels after a few-shot prompt. Works with any engine.
    Prompt,
}

impl JudgeBy {
    /// Its name in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Probe => "probe",
            Self::Prompt => "prompt",
        }
    }
}

/// How the model is asked, and what is done with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeConfig {
    /// Ask the model about documents that the levels before it are unsure of. Without it these are decided by
    /// `drop_above` on the rules' own score.
    pub enabled: bool,
    /// What its opinion is taken from. Default: the probe where it fits the model, else the prompt.
    pub by: JudgeBy,
    /// A file made by `soju train-probe`, for `auto` and `probe`; empty is the one in the library, which belongs to Gemma 3 270M.
    pub probe: PathBuf,
    /// Drop a document whose probability of junk is above this, 0 to 1.
    pub drop_above: f32,
    /// Parts of a document that the prompt shows; their log-odds are averaged. A probe says for itself how much it
    /// reads.
    pub excerpts: usize,
    /// Characters of each part.
    pub excerpt_characters: usize,
    /// Documents under way at once. More keeps the engine busier and holds more documents in memory.
    pub in_flight: usize,
    /// Seconds that an answer may take from the moment it is waited for; then the levels before the model decide.
    /// Default 120.
    pub timeout_seconds: u64,
}

impl Default for JudgeConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            by: JudgeBy::Auto,
            probe: PathBuf::new(),
            drop_above: 0.6,
            excerpts: 2,
            excerpt_characters: 240,
            in_flight: 32,
            timeout_seconds: 120,
        }
    }
}

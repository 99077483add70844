//! How the model is asked for edit programs, and how far they may go.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::EditLimits;

/// How the model is asked for edit programs, and how far they may go.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct EditConfig {
    /// Ask the model for an edit program about each document that is kept. Off by default: `docs/judge.md` says what
    /// the default model's programs are worth.
    pub enabled: bool,
    /// Let it space sentences anew, too. Such an answer repeats the sentence, so it takes long.
    pub spacing: bool,
    /// Greatest share of a document's visible characters that a program may cut, 0 to 1.
    pub max_cut: f32,
    /// Tokens of numbered segments that the model is shown at once. A segment of more is not shown and stays.
    pub window_tokens: usize,
    /// Segments that two neighbouring windows share. They go only if both windows say so.
    pub overlap_segments: usize,
    /// Windows of one document; what comes behind the last stays as it is.
    pub max_windows: usize,
    /// Tokens of one answer. Of a longer one the complete lines count.
    pub max_new_tokens: usize,
    /// Documents under way at once.
    pub in_flight: usize,
    /// Seconds that a document's answers may take from the moment they are waited for; what has not come by then
    /// changes nothing.
    pub timeout_seconds: u64,
}

impl Default for EditConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            spacing: false,
            max_cut: EditLimits::default().max_cut,
            window_tokens: 512,
            overlap_segments: 2,
            max_windows: 16,
            max_new_tokens: 64,
            in_flight: 16,
            timeout_seconds: 300,
        }
    }
}

impl EditConfig {
    /// What a program may do.
    pub fn limits(&self) -> EditLimits {
        EditLimits { max_cut: self.max_cut }
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

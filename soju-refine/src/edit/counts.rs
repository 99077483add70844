//! What became of edit programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Refusal;

/// Counts of edit programs, mergeable over shards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditCounts {
    /// Documents that the model was asked about.
    pub documents: u64,
    /// Windows of them, each asked for one program: `whole`, `cut_short`, `unreadable` and `unanswered` together.
    pub windows: u64,
    /// Answers that came to their end and are programs.
    pub whole: u64,
    /// Answers that the longest length ended; their complete lines counted.
    pub cut_short: u64,
    /// Answers that are no program; they changed nothing.
    pub unreadable: u64,
    /// Answers that did not come in time; they changed nothing.
    pub unanswered: u64,
    /// Tokens that the model read, the shared header not counted.
    pub tokens_read: u64,
    /// Tokens of its answers, without those that end them.
    pub tokens_written: u64,
    /// What was asked for and refused, by the refusal's name.
    pub refused: BTreeMap<String, u64>,
}

impl EditCounts {
    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        *self.refused.entry(refusal.name().to_owned()).or_default() += 1;
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.documents += other.documents;
        self.windows += other.windows;
        self.whole += other.whole;
        self.cut_short += other.cut_short;
        self.unreadable += other.unreadable;
        self.unanswered += other.unanswered;
        self.tokens_read += other.tokens_read;
        self.tokens_written += other.tokens_written;
        for (name, count) in &other.refused {
            *self.refused.entry(name.clone()).or_default() += count;
        }
    }
}

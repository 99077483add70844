//! What became of one document.

use std::borrow::Cow;

use crate::io::Position;
use crate::pipeline::Reason;

/// Whether a document stayed.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    /// It is in the output, with its edits applied.
    Kept,
    /// It is not, for this reason.
    Dropped(Reason),
}

/// What became of one document, and who decided it.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Whether it stayed.
    pub decision: Decision,
    /// The level that settled it: `rules`, `dedup` or `judge`.
    pub decided_by: Cow<'static, str>,
    /// How junk-like the rules found it, 0 (good) to 1 (junk).
    pub rule_score: Option<f32>,
    /// The model's probability that it is junk, 0 to 1, where the model was asked.
    pub judge_score: Option<f32>,
    /// The address it was crawled from, where the corpus has one.
    pub url: Option<String>,
    /// Where it stands in the input.
    pub position: Position,
}

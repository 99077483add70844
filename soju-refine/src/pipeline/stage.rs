//! What a stage is and what it may say.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::document::Document;

/// Why a stage spoke against a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reason {
    /// The stage, such as `language`.
    pub stage: Cow<'static, str>,
    /// What it found, such as `not_korean`; unique within its stage.
    pub kind: Cow<'static, str>,
    /// The measured value behind it, in the unit that the stage documents for this kind.
    pub score: Option<f32>,
}

impl Reason {
    /// A reason without a measured value.
    pub fn new(stage: &'static str, kind: impl Into<Cow<'static, str>>) -> Self {
        Self { stage: Cow::Borrowed(stage), kind: kind.into(), score: None }
    }

    /// Adds the measured value.
    #[must_use]
    pub fn with_score(mut self, score: f32) -> Self {
        self.score = Some(score);
        self
    }
}

/// What a stage says of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// No objection; the next stage may have one.
    Keep,
    /// The stage can't decide; the language model should.
    Unsure(Reason),
    /// Out. No later stage sees the document.
    Drop(Reason),
}

/// A pure stage: deterministic, without order and without state that outlives a document, so that
/// any partition of the input gives the same output.
pub trait Stage: Send + Sync {
    /// A short name, as it stands in reasons, edits and the job's configuration.
    fn name(&self) -> &'static str;

    /// Whether this stage's verdict takes the place of the doubts of an earlier one, by its name. Most only add their
    /// own.
    fn settles(&self, _stage: &str) -> bool {
        false
    }

    /// Changes the document through [`Document::apply`] and says what it thinks of it.
    fn apply(&self, doc: &mut Document) -> Verdict;
}

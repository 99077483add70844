//! A labelled text.

use super::Level;

/// A text with what it should be.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Whether it stands for a segment or a whole document.
    pub level: Level,
    /// The text as it was read.
    pub text: String,
    /// Probability of junk, 0 to 1: a label is 0 or 1, a model's opinion may lie between.
    pub target: f32,
    /// How much it counts, above 0; 1 for a label that someone gave with care.
    pub weight: f32,
    /// The source it comes from. Samples of one source are held back together.
    pub group: String,
    /// What kind of text it is, for the report.
    pub kind: String,
    /// Whether the held-back figures count it. What is made up or derived only teaches.
    pub judged: bool,
}

//! Scoring: sums over tables.

use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use super::grams::Grams;
use super::linear::calibration::Calibration;
use super::linear::solver::sigmoid;
use super::measures;
use crate::junk::Features;

/// What a head judges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// A line, a sentence or a list item that stands alone.
    Segment,
    /// A whole document.
    Document,
}

impl Level {
    /// Its name in files and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Segment => "segment",
            Self::Document => "document",
        }
    }
}

/// One probability out of two opinions that are heard equally: the mean of their log-odds.
pub fn both(a: f32, b: f32) -> f32 {
    let odds = |p: f32| {
        let p = f64::from(p).clamp(1e-6, 1.0 - 1e-6);
        (p / (1.0 - p)).ln()
    };
    sigmoid((odds(a) + odds(b)) / 2.0) as f32
}

/// The weights of one level.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Head {
    pub(super) level: Level,
    pub(super) grams: Grams,
    /// One for each bucket, in units of `scale`.
    pub(super) weights: Vec<i16>,
    pub(super) scale: f32,
    pub(super) bias: f32,
    /// Place among the measured values, and weight.
    pub(super) features: Vec<(usize, f32)>,
    pub(super) calibration: Calibration,
}

impl Head {
    /// The calibrated probability of junk.
    fn score(&self, text: &str, measured: &[f32]) -> f32 {
        let mut logit = self.bias + self.grams.product(text, &self.weights) * self.scale;
        for (place, weight) in &self.features {
            logit += measured[*place] * weight;
        }
        sigmoid(f64::from(logit) * self.calibration.slope + self.calibration.offset) as f32
    }
}

/// A trained classifier. Cheap to share behind an [`Arc`]; one serves all threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Student {
    pub(super) statement: String,
    /// One for each level that it was trained for.
    pub(super) heads: Vec<Head>,
}

impl Student {
    /// The default that the library carries; `models/README.md` tells what it was trained on.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Student>> = LazyLock::new(|| {
            let bytes = include_bytes!("../../models/student-ko.bin");
            Arc::new(Student::from_bytes(bytes).expect("the student in the library is one that loads"))
        });
        Arc::clone(&BUILTIN)
    }

    /// What it was trained on, as its maker wrote it.
    pub fn statement(&self) -> &str {
        &self.statement
    }

    /// Whether it judges this level.
    pub fn judges(&self, level: Level) -> bool {
        self.head(level).is_some()
    }

    /// Probability that a segment that stands alone is junk; `None` without a head for segments.
    pub fn segment(&self, text: &str) -> Option<f32> {
        let head = self.head(Level::Segment)?;
        Some(head.score(text, measures::segment(text).values()))
    }

    /// Probability that a document is junk, from its normalized text before anything was cut and the features that
    /// the rules measured on it ([`Document::features`](crate::document::Document::features)); `None` without a
    /// head for documents.
    pub fn document(&self, text: &str, features: &Features) -> Option<f32> {
        Some(self.head(Level::Document)?.score(text, features.values()))
    }

    /// As [`Student::document`], on a text that has gone through nothing yet.
    pub fn raw_document(&self, text: &str) -> Option<f32> {
        let (text, features) = measures::document(text);
        self.document(&text, &features)
    }

    fn head(&self, level: Level) -> Option<&Head> {
        self.heads.iter().find(|h| h.level == level)
    }
}

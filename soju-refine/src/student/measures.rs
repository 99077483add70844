//! The measured features of each level, by name.

use super::Level;
use crate::document::Document;
use crate::junk::{Features, Junk, LineFeatures};
use crate::normalize::Normalize;
use crate::pipeline::Stage;

/// Names of the features of a level, in the order of their values.
pub(super) fn names(level: Level) -> &'static [&'static str] {
    match level {
        Level::Segment => &LineFeatures::NAMES,
        Level::Document => &Features::NAMES,
    }
}

/// Features of a segment that stands alone.
pub(super) fn segment(text: &str) -> LineFeatures {
    LineFeatures::measure(text)
}

/// What the document head sees of a text that has gone through nothing yet: the normalized text, and what the
/// rules measure on it.
pub(super) fn document(text: &str) -> (String, Features) {
    let mut doc = Document::new("", text);
    Normalize::default().apply(&mut doc);
    let features = Junk::default().measure(doc.text()).features;
    (doc.text().to_owned(), features)
}

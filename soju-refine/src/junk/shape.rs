//! What a segment looks like, in counts.

use super::line::Seen;
use crate::segment::{Mark, Segment};

/// Counts of one segment.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Shape {
    /// Characters that are not white space.
    pub(super) visible: usize,
    pub(super) hangul: usize,
    pub(super) digits: usize,
    pub(super) latin: usize,
    /// Words between white space (eojeol).
    pub(super) words: usize,
    /// Words of two syllables or more that end in a particle.
    pub(super) particles: usize,
    /// Ends as a sentence does.
    pub(super) sentence: bool,
    /// Ends in a clipped or nominal way.
    pub(super) clipped: bool,
    /// Opens with a mark of a list.
    pub(super) item: bool,
}

impl Shape {
    pub(super) fn of(seen: &Seen, segment: &Segment) -> Self {
        Self {
            visible: seen.visible,
            hangul: seen.hangul,
            digits: seen.digits,
            latin: seen.latin,
            words: seen.words,
            particles: seen.particles,
            sentence: seen.sentence(),
            clipped: seen.clipped(),
            item: segment.mark != Mark::None,
        }
    }

    /// Prose: ends as a sentence of some length, or carries the particles of one that was cut short.
    pub(super) fn prose(&self) -> bool {
        // A sentence without spaces is one, too.
        let long = self.hangul >= 8 && (self.words >= 3 || self.sentence && self.hangul >= 24);
        let particles = self.particles as f32 / self.words.max(1) as f32;
        long && self.hangul * 2 > self.visible
            && (self.sentence
                || (self.clipped && self.words >= 4)
                || (self.words >= 6 && particles >= 0.34)
                || (self.words >= 12 && particles >= 0.25))
    }
}

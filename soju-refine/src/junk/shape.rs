//! What a segment looks like, in counts.

use crate::segment::{Ending, Mark, Segment, ending};

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
    pub(super) fn of(text: &str, segment: &Segment) -> Self {
        let body = &text[segment.body..segment.span.end];
        let mut s = Self { item: segment.mark != Mark::None, ..Self::default() };
        for word in body.split_whitespace() {
            s.words += 1;
            let (mut syllables, mut last) = (0, ' ');
            for c in word.chars() {
                s.visible += 1;
                match c {
                    '가'..='힣' => {
                        s.hangul += 1;
                        syllables += 1;
                        last = c;
                    }
                    '0'..='9' => s.digits += 1,
                    'a'..='z' | 'A'..='Z' => s.latin += 1,
                    _ => {}
                }
            }
            s.particles += usize::from(syllables >= 2 && "은는이가을를에의로와과도만서".contains(last));
        }
        match ending(body) {
            Ending::Sentence => s.sentence = true,
            Ending::Clipped => s.clipped = true,
            Ending::None => {}
        }
        s
    }

    /// Prose: ends as a sentence of some length, or carries the particles of one that was cut short.
    pub(super) fn prose(&self) -> bool {
        let long = self.hangul >= 8 && self.words >= 3;
        let particles = self.particles as f32 / self.words.max(1) as f32;
        long && self.hangul * 2 > self.visible
            && (self.sentence
                || (self.clipped && self.words >= 4)
                || (self.words >= 6 && particles >= 0.34)
                || (self.words >= 12 && particles >= 0.25))
    }
}

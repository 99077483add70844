//! One line, or one sentence where a corpus has flattened its lines: text, or junk of which kind.
//!
//! What has a form of its own is decided by rules ([`certain`](LineVerdict::certain)); everything else by a logistic
//! score over measured features. Nothing here looks at the lines around.

mod contacts;
mod features;
mod forms;
mod score;

use std::cell::RefCell;

pub use features::LineFeatures;

use crate::pii::Pii;
pub(super) use features::{Scratch, Seen};

/// What is to become of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineLabel {
    /// Text.
    Keep,
    /// Out.
    Junk,
    /// Text with personal data in it, which the stage `pii` masks.
    Mask,
}

/// What [`judge_line`] thinks of a line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineVerdict {
    /// Keep, junk or mask.
    pub label: LineLabel,
    /// What it is: `prose`, or one of `nav`, `breadcrumb`, `share_buttons`, `copyright`, `byline`, `ad`, `sponsored`,
    /// `gambling`, `adult`, `loan`, `downloads`, `keywords`, `contact`, `listing`, `template`, `gibberish`, `emoticon`,
    /// `machine_translation`, `profanity`, `hate` and `fragment`.
    pub kind: &'static str,
    /// From 0, text, to 1, junk.
    pub score: f32,
    /// The form decided, and no classifier should overrule it.
    pub certain: bool,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Lends this thread's buffers.
pub(super) fn with_scratch<T>(work: impl FnOnce(&mut Scratch) -> T) -> T {
    SCRATCH.with_borrow_mut(work)
}

/// Judges one line by itself. Deterministic, linear in its length.
///
/// ```
/// use soju_refine::junk::{LineLabel, judge_line};
/// assert_eq!(judge_line("주민들은 이번 결정이 늦었지만 다행이라고 말했다.").label, LineLabel::Keep);
/// assert_eq!(judge_line("홈 > 뉴스 > 전국 > 광주").kind, "breadcrumb");
/// ```
pub fn judge_line(text: &str) -> LineVerdict {
    let (features, seen) = with_scratch(|scratch| LineFeatures::of(text, scratch));
    if let Some((kind, score)) = forms::certain(text.trim(), &seen, true) {
        return LineVerdict { label: LineLabel::Junk, kind, score, certain: true };
    }
    let (score, kind) = score::score(&features);
    let label = if score > 0.5 {
        LineLabel::Junk
    } else if seen.digits > 3 || seen.contacts.emails > 0 {
        if Pii::default().find(text).is_empty() { LineLabel::Keep } else { LineLabel::Mask }
    } else {
        LineLabel::Keep
    };
    LineVerdict { label, kind: if score > 0.5 { kind } else { "prose" }, score, certain: false }
}

/// Judges a part of a document, whose phrases are looked for elsewhere: score, kind, and whether it is certain.
pub(super) fn judge_part(text: &str, seen: &Seen) -> (f32, &'static str, bool) {
    if let Some((kind, score)) = forms::certain(text, seen, false) {
        return (score, kind, true);
    }
    let (score, kind) = score::score(&LineFeatures { values: seen.values() });
    (score, kind, false)
}

#[cfg(test)]
mod tests;

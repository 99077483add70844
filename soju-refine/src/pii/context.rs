//! The words around a value.

use aho_corasick::{AhoCorasick, AhoCorasickKind, Anchored, Input, MatchKind, StartKind};

use crate::segment::floor_boundary;

/// At most the last `bytes` bytes before `at`.
pub(super) fn before(text: &str, at: usize, bytes: usize) -> &str {
    let from = floor_boundary(text, at.saturating_sub(bytes));
    &text[from..at]
}

/// At most the next `bytes` bytes from `at` on.
pub(super) fn after(text: &str, at: usize, bytes: usize) -> &str {
    &text[at..floor_boundary(text, at + bytes)]
}

/// The character that ends at `at`.
pub(super) fn previous(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

/// The character that starts at `at`.
pub(super) fn next(text: &str, at: usize) -> Option<char> {
    text[at..].chars().next()
}

/// A set of words, ASCII letters of either case.
pub(super) struct Words(AhoCorasick);

impl Words {
    pub(super) fn new(words: &[&str]) -> Self {
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .start_kind(StartKind::Both)
            .build(words);
        Self(words.expect("a few short words fit an automaton"))
    }

    pub(super) fn any(&self, text: &str) -> bool {
        self.0.is_match(text)
    }

    /// What stands behind the last word in `text`.
    pub(super) fn behind_last<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.0.find_iter(text).last().map(|m| &text[m.end()..])
    }

    /// The length of the word that `text` starts with.
    pub(super) fn at_start(&self, text: &str) -> Option<usize> {
        self.0.find(Input::new(text).anchored(Anchored::Yes)).map(|m| m.end())
    }
}

/// The part of `text` behind its last line break: what stands on another line announces nothing.
pub(super) fn same_line(text: &str) -> &str {
    text.rsplit('\n').next().unwrap_or(text)
}

/// Whether nothing behind `at` continues a value made of letters and digits. Hangul may follow
/// at once: particles do.
pub(super) fn ends(text: &str, at: usize) -> bool {
    next(text, at)
        .is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && c != '@' && !super::number::is_digit(c))
}

/// Whether nothing before `at` starts the value earlier.
pub(super) fn starts(text: &str, at: usize) -> bool {
    previous(text, at).is_none_or(|c| !c.is_ascii_alphanumeric() && c != '_' && !super::number::is_digit(c))
}

//! Phrases that mark a segment as the page's own text and not the author's.
//!
//! `phrases.tsv` holds one a line: the kind of cut, its strength and the phrase. With strength `any`
//! the phrase is specific enough that its segment can go; `label` ones are words that prose uses too,
//! and count only in segments that are no sentence. They were collected from Korean press, portal,
//! blog, shop, forum and booking pages at large, and checked against the development data.

use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

/// A line of `phrases.tsv`.
struct Phrase {
    kind: &'static str,
    label: bool,
    text: &'static str,
}

static PHRASES: LazyLock<Vec<Phrase>> = LazyLock::new(|| {
    let table = include_str!("phrases.tsv");
    table
        .lines()
        .map(|line| {
            let mut fields = line.splitn(3, '\t');
            let mut field = || fields.next().expect("every line of the table has three fields");
            Phrase { kind: field(), label: field() == "label", text: field() }
        })
        .collect()
});

static MATCHER: LazyLock<CharwiseDoubleArrayAhoCorasick<u32>> = LazyLock::new(|| {
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(PHRASES.iter().map(|p| p.text))
        .expect("the phrases are constants")
});

/// A phrase in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    /// Byte offset.
    pub(super) at: usize,
    /// The kind of cut that it asks for.
    pub(super) kind: &'static str,
    /// Whether it counts only outside sentences.
    pub(super) label: bool,
}

/// Phrases in `text`, in order.
pub(super) fn find(text: &str) -> impl Iterator<Item = Found> {
    MATCHER.leftmost_find_iter(text).map(|m| {
        let phrase = &PHRASES[m.value() as usize];
        Found { at: m.start(), kind: phrase.kind, label: phrase.label }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_well_formed_and_found() {
        for line in include_str!("phrases.tsv").lines() {
            let fields: Vec<&str> = line.split('\t').collect();
            let [kind, strength, phrase] = fields[..] else { panic!("{line}") };
            assert!(["copyright", "nav", "share_buttons", "ad", "contact", "list"].contains(&kind), "{line}");
            assert!(["any", "label"].contains(&strength), "{line}");
            let found = find(phrase).next().unwrap();
            assert_eq!((found.at, found.kind, found.label), (0, kind, strength == "label"), "{line}");
        }
    }
}

//! Phrases that mark a segment as the page's own text and not the author's.
//!
//! `phrases.tsv` holds one a line: the kind of cut, its strength and the phrase. With strength `any`
//! the phrase is specific enough that its segment can go; `label` ones are words that prose uses too,
//! and count only in segments that are no sentence. They were collected from Korean press, portal,
//! blog, shop, forum and booking pages at large, and checked against the development data.

use std::sync::LazyLock;

/// A line of `phrases.tsv`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    /// The kind of cut that it asks for.
    pub(super) kind: &'static str,
    /// Whether it counts only outside sentences.
    pub(super) label: bool,
    pub(super) text: &'static str,
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

/// All of them.
pub(super) fn all() -> &'static [Phrase] {
    &PHRASES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_well_formed() {
        for (line, phrase) in include_str!("phrases.tsv").lines().zip(all()) {
            let fields: Vec<&str> = line.split('\t').collect();
            let [kind, strength, text] = fields[..] else { panic!("{line}") };
            assert!(["copyright", "nav", "share_buttons", "ad", "contact", "list"].contains(&kind), "{line}");
            assert!(["any", "label"].contains(&strength), "{line}");
            assert_eq!(*phrase, Phrase { kind, label: strength == "label", text });
        }
    }
}

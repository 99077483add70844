//! What is looked for letter by letter in a whole text, all of it in one pass: phrases of a page's own text,
//! what pieces of furniture must contain, and headings of lists of other pages.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use daachorse::CharwiseDoubleArrayAhoCorasick;

use super::cut::TAILS;
use super::phrases::{self, Phrase};
use super::pieces::FORMS;

/// What a text that is looked for stands for. One may stand for several things.
#[derive(Debug, Clone, Copy)]
enum Sign {
    Phrase(&'static Phrase),
    /// Of a form of [`FORMS`], by its place there.
    Anchor(usize),
    Heading,
}

struct Table {
    signs: Vec<Vec<Sign>>,
    /// By characters and not by bytes: Hangul has three bytes a syllable, and the tables stay in the cache.
    matcher: CharwiseDoubleArrayAhoCorasick<u32>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut signs: BTreeMap<&str, Vec<Sign>> = BTreeMap::new();
    let phrases = phrases::all().iter().map(|phrase| (phrase.text, Sign::Phrase(phrase)));
    let anchors = FORMS
        .iter()
        .enumerate()
        .flat_map(|(form, f)| f.anchors.iter().map(move |anchor| (*anchor, Sign::Anchor(form))));
    let headings = TAILS.iter().map(|heading| (*heading, Sign::Heading));
    for (text, sign) in phrases.chain(anchors).chain(headings) {
        signs.entry(text).or_default().push(sign);
    }
    let matcher = CharwiseDoubleArrayAhoCorasick::new(signs.keys()).expect("the texts are constants");
    Table { signs: signs.into_values().collect(), matcher }
});

/// What stands in a text.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// The first phrases, the longest of those that start at one place, without overlaps.
    pub(super) phrases: Vec<(usize, &'static Phrase)>,
    /// All anchors with the form that each belongs to, by their ends.
    pub(super) anchors: Vec<(Range<usize>, usize)>,
    /// Whether one of the headings stands there.
    pub(super) heading: bool,
}

/// Looks for all of it. Linear.
pub(super) fn find(text: &str) -> Marks {
    let table = &*TABLE;
    let mut marks = Marks::default();
    for m in table.matcher.find_overlapping_iter(text) {
        for sign in &table.signs[m.value() as usize] {
            match sign {
                Sign::Phrase(phrase) => marks.phrases.push((m.start(), phrase)),
                Sign::Anchor(form) => marks.anchors.push((m.start()..m.end(), *form)),
                Sign::Heading => marks.heading = true,
            }
        }
    }
    marks.phrases.sort_by_key(|(at, phrase)| (*at, std::cmp::Reverse(phrase.text.len())));
    let mut free = 0;
    marks.phrases.retain(|(at, phrase)| {
        let first = *at >= free;
        if first {
            free = at + phrase.text.len();
        }
        first
    });
    marks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_longest_phrases_are_found() {
        for phrase in phrases::all() {
            let text = format!("{0} {0}", phrase.text);
            let found = find(&text).phrases;
            let places: Vec<_> = found.iter().map(|(at, phrase)| (*at, phrase.text)).collect();
            assert_eq!(places, [(0, phrase.text), (phrase.text.len() + 1, phrase.text)]);
        }
    }

    #[test]
    fn a_text_may_be_several_things() {
        let marks = find("많이 본 뉴스 ⓒ 무단전재 2012");
        assert!(marks.heading && !marks.phrases.is_empty() && marks.anchors.len() >= 2, "{marks:?}");
        let none = find("어제는 비가 많이 내려서 온종일 집에 머물렀다.");
        assert!(!none.heading && none.phrases.is_empty() && none.anchors.is_empty(), "{none:?}");
    }
}

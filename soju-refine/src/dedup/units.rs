//! The lines of a text, as duplicates are looked for in them.

use std::ops::Range;

use xxhash_rust::xxh3::xxh3_64;

use super::fuzzy::{GAP, fold};
use super::rules::LineRules;
use crate::segment::{Ending, ending, segments};

/// A line or, in a text without line ends, a sentence or list item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Byte range of what is said.
    pub span: Range<usize>,
    /// Byte range to cut with it: the same with the line end or the spaces behind it.
    pub cut: Range<usize>,
}

/// The units of a text in order; blank lines are none.
pub fn units(text: &str) -> Vec<Unit> {
    if !text.trim_end().contains('\n') {
        let spans: Vec<Range<usize>> = segments(text).into_iter().map(|s| s.span).collect();
        let ends = spans.iter().skip(1).map(|s| s.start).chain([text.len()]);
        return spans
            .iter()
            .zip(ends)
            .map(|(span, end)| Unit { span: span.clone(), cut: span.start..end })
            .collect();
    }
    let mut at = 0;
    text.split_inclusive('\n')
        .filter_map(|line| {
            let cut = at..at + line.len();
            at = cut.end;
            let body = line.trim();
            let start = cut.start + (line.len() - line.trim_start().len());
            (!body.is_empty()).then(|| Unit { span: start..start + body.len(), cut })
        })
        .collect()
}

/// What is known of a unit's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnitSignature {
    /// Of its letters and digits.
    pub hash: u64,
    /// Whether it is too short to be a template for its frequency alone.
    pub short: bool,
    /// Whether it ends like a sentence.
    pub sentence: bool,
    /// Whether it is long enough for a paragraph.
    pub paragraph: bool,
}

/// Hashes units; holds scratch space.
#[derive(Debug, Clone, Default)]
pub struct UnitSigner {
    folded: Vec<u32>,
    bytes: Vec<u8>,
}

impl UnitSigner {
    /// The signature of a unit's text; none where there are no letters or digits.
    pub fn sign(&mut self, text: &str, rules: &LineRules) -> Option<UnitSignature> {
        fold(text, true, &mut self.folded);
        let letters = self.folded.iter().filter(|c| **c != GAP).count();
        if letters == 0 {
            return None;
        }
        let paragraph = rules.paragraph > 0 && letters >= rules.paragraph as usize;
        self.bytes.clear();
        for c in &self.folded {
            let digit = !paragraph && (0x30..=0x39).contains(c);
            // A run of digits is one: views and dates differ in length too.
            if digit && self.bytes.ends_with(&0x30u32.to_le_bytes()) {
                continue;
            }
            let c = if digit { 0x30 } else { *c };
            self.bytes.extend_from_slice(&c.to_le_bytes());
        }
        Some(UnitSignature {
            hash: xxh3_64(&self.bytes),
            short: letters < rules.short as usize,
            sentence: ending(text) == Ending::Sentence,
            paragraph,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spans(text: &str) -> Vec<&str> {
        units(text).into_iter().map(|u| &text[u.span]).collect()
    }

    #[test]
    fn lines_where_there_are_lines_and_sentences_where_there_are_none() {
        assert_eq!(spans("첫 줄. 같은 줄.\n\n  둘째 줄  \r\n끝"), ["첫 줄. 같은 줄.", "둘째 줄", "끝"]);
        assert_eq!(
            spans("비가 왔다. 우산이 없었다. 그래서 젖었다."),
            ["비가 왔다.", "우산이 없었다.", "그래서 젖었다."]
        );
        assert!(spans(" \n ").is_empty());
    }

    #[test]
    fn digits_are_alike_in_short_lines_only() {
        let rules = LineRules { paragraph: 20, ..LineRules::default() };
        let mut signer = UnitSigner::default();
        let mut hash = |text: &str| signer.sign(text, &rules).unwrap().hash;
        assert_eq!(hash("조회 12 | 추천 3"), hash("조회: 345, 추천: 0"));
        assert_ne!(hash("조회 12"), hash("추천 12"));
        let long = |year: u32| format!("{year}년에 마을 사람들이 함께 지은 도서관이 다시 문을 열었다");
        assert_ne!(hash(&long(1999)), hash(&long(2001)));
        assert_eq!(signer.sign("----", &rules), None);
    }

    proptest! {
        #[test]
        fn units_tile_the_text_in_order(text in "[가-힣a-z.다요 \n|-]{0,80}") {
            let units = units(&text);
            prop_assert!(units.windows(2).all(|w| w[0].cut.end <= w[1].cut.start));
            for unit in &units {
                prop_assert!(text.get(unit.cut.clone()).is_some() && !text[unit.span.clone()].trim().is_empty());
                prop_assert!(unit.cut.start <= unit.span.start && unit.span.end <= unit.cut.end);
            }
        }
    }
}

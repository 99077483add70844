//! Repeated passages without holding the corpus: anchors first, windows second.
//!
//! A passage is `length` characters. Of every `length` characters the sequence of `length / 2` with the least hash is their
//! anchor (minimizers: Roberts et al., Bioinformatics 2004; winnowing: Schleimer, Wilkerson, Aiken, SIGMOD 2003). Equal passages
//! have equal anchors at equal places, and there is only one anchor in about `length / 4` characters. So the
//! anchors of the whole corpus are sorted, and only passages around anchors that occur twice are hashed and
//! sorted themselves. The result is that of hashing every passage of the corpus, at a small part of the space.

use std::collections::VecDeque;
use std::ops::Range;

use super::fuzzy::mix;

/// The base of the rolling hashes, odd and without structure.
const BASE: u64 = 0xC2B2_AE3D_27D4_EB4F;
/// A second one, so that a window has 128 bits.
const BASE_2: u64 = 0x9FB2_1C65_1E98_DF25;

/// Hashes of every `length` characters, by the character at which they begin.
fn rolling(text: &str, length: usize, base: u64) -> impl Iterator<Item = u64> + '_ {
    let leaving = (0..length).fold(1u64, |power, _| power.wrapping_mul(base));
    let mut behind = text.chars();
    let mut hash = 0u64;
    text.chars().enumerate().filter_map(move |(i, c)| {
        hash = hash.wrapping_mul(base).wrapping_add(u64::from(c) + 1);
        if i >= length {
            let old = behind.next().map_or(0, |c| u64::from(c) + 1);
            hash = hash.wrapping_sub(old.wrapping_mul(leaving));
        }
        (i + 1 >= length).then(|| mix(hash))
    })
}

/// The anchors of a text: hash, and the character at which it begins, in order of place. None in a text shorter than a passage.
pub fn anchors(text: &str, length: usize) -> Vec<(u64, u32)> {
    let size = length / 2;
    let reach = length - size + 1;
    let mut out: Vec<(u64, u32)> = Vec::new();
    // Hashes that may still become the least, in ascending order; of equal ones the first.
    let mut least: VecDeque<(u64, u32)> = VecDeque::new();
    for (at, hash) in rolling(text, size, BASE).enumerate() {
        while least.back().is_some_and(|b| b.0 > hash) {
            least.pop_back();
        }
        least.push_back((hash, at as u32));
        if least.front().is_some_and(|f| f.1 as usize + reach <= at) {
            least.pop_front();
        }
        if at + 1 >= reach
            && let Some(front) = least.front()
            && out.last() != Some(front)
        {
            out.push(*front);
        }
    }
    out
}

/// The passages of a text whose anchor is one of `anchors` (begins, ascending): a 128-bit hash of each, and the
/// character at which it begins.
pub fn windows(text: &str, length: usize, anchors: &[u32]) -> Vec<(u128, u32)> {
    let before = length - length / 2;
    let mut out = Vec::new();
    let mut anchor = anchors.iter().peekable();
    let pairs = rolling(text, length, BASE).zip(rolling(text, length, BASE_2));
    for (at, (low, high)) in pairs.enumerate() {
        while anchor.next_if(|a| (**a as usize) < at).is_some() {}
        if anchor.peek().is_some_and(|a| **a as usize <= at + before) {
            out.push((u128::from(high) << 64 | u128::from(low), at as u32));
        }
    }
    out
}

/// The byte ranges of a text that repeated passages cover, widest first cut to whole words: a passage that starts or ends
/// within a word gives the rest of that word back, unless that leaves nothing of it. `begins` are characters, ascending.
pub fn covered(text: &str, length: usize, begins: impl IntoIterator<Item = u32>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for begin in begins {
        let run = begin as usize..begin as usize + length;
        match runs.last_mut() {
            Some(last) if run.start <= last.end => last.end = run.end,
            _ => runs.push(run),
        }
    }
    let mut spans = Vec::with_capacity(runs.len());
    let mut ends = runs.iter().flat_map(|r| [r.start, r.end]).peekable();
    let mut start = None;
    // Characters to bytes, in one walk.
    for (n, byte) in text.char_indices().map(|(b, _)| b).chain([text.len()]).enumerate() {
        while ends.next_if_eq(&n).is_some() {
            match start.take() {
                Some(from) => spans.push(whole_words(text, from..byte)),
                None => start = Some(byte),
            }
        }
    }
    spans
}

fn whole_words(text: &str, span: Range<usize>) -> Range<usize> {
    let outside = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let part = &text[span.clone()];
    let start = match outside(text[..span.start].chars().next_back()) {
        true => 0,
        false => part.find(char::is_whitespace).unwrap_or(part.len()),
    };
    let end = match outside(text[span.end..].chars().next()) {
        true => part.len(),
        false => part.rfind(char::is_whitespace).unwrap_or(0),
    };
    if start < end { span.start + start..span.start + end } else { span }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    /// Begins of the passages that begin earlier in the corpus too, by a suffix array: equal passages are neighbours in it.
    fn by_suffix_array(texts: &[String], length: usize) -> Vec<Vec<u32>> {
        let texts: Vec<Vec<char>> = texts.iter().map(|t| t.chars().collect()).collect();
        let mut suffixes: Vec<(usize, usize)> = texts
            .iter()
            .enumerate()
            .flat_map(|(d, t)| (0..(t.len() + 1).saturating_sub(length)).map(move |i| (d, i)))
            .collect();
        let passage = |(d, i): (usize, usize)| &texts[d][i..i + length];
        suffixes.sort_by(|a, b| texts[a.0][a.1..].cmp(&texts[b.0][b.1..]));
        let mut out = vec![Vec::new(); texts.len()];
        for run in suffixes.chunk_by(|a, b| passage(*a) == passage(*b)) {
            let first = run.iter().min().unwrap();
            run.iter().filter(|s| *s != first).for_each(|(d, i)| out[*d].push(*i as u32));
        }
        out.iter_mut().for_each(|o| o.sort_unstable());
        out
    }

    fn by_anchors(texts: &[String], length: usize) -> Vec<Vec<u32>> {
        let all: Vec<Vec<(u64, u32)>> = texts.iter().map(|t| anchors(t, length)).collect();
        let mut count: HashMap<u64, usize> = HashMap::new();
        all.iter().flatten().for_each(|a| *count.entry(a.0).or_default() += 1);
        let mut seen = HashMap::new();
        texts
            .iter()
            .zip(&all)
            .map(|(text, anchors)| {
                let repeated: Vec<u32> = anchors.iter().filter(|a| count[&a.0] > 1).map(|a| a.1).collect();
                let windows = windows(text, length, &repeated);
                windows.into_iter().filter(|w| seen.insert(w.0, ()).is_some()).map(|w| w.1).collect()
            })
            .collect()
    }

    proptest! {
        #[test]
        fn finds_what_a_suffix_array_finds(texts in prop::collection::vec("[가나다 ]{0,50}", 1..5), length in 8usize..14) {
            prop_assert_eq!(by_anchors(&texts, length), by_suffix_array(&texts, length));
        }

        #[test]
        fn covered_spans_are_ordered_and_whole(text in "[가-힣 ]{0,60}", begins in prop::collection::btree_set(0u32..50, 0..6)) {
            let begins = begins.into_iter().filter(|b| *b as usize + 8 <= text.chars().count());
            let spans = covered(&text, 8, begins);
            prop_assert!(spans.windows(2).all(|w| w[0].end <= w[1].start));
            prop_assert!(spans.iter().all(|s| !s.is_empty() && text.get(s.clone()).is_some()));
        }
    }

    #[test]
    fn one_letter_over_and_over_costs_an_anchor_a_letter_at_most() {
        let anchors = anchors(&"가".repeat(10_000), 100);
        assert!(anchors.len() < 10_000, "{}", anchors.len());
        assert!(super::anchors("짧다", 100).is_empty());
    }

    #[test]
    fn whole_words_are_cut() {
        let text = "앞말 가나다라 마바사아 뒷말";
        assert_eq!(
            covered(text, 10, [1]).iter().map(|s| &text[s.clone()]).collect::<Vec<_>>(),
            [" 가나다라"]
        );
        assert_eq!(covered("가나다라마바사아자차", 8, [1]).first(), Some(&(3..27)));
        assert_eq!(covered("가나다라마바사아자차", 8, [1]).len(), 1);
    }
}

//! Where each sentence of an output comes from.
//!
//! A sentence that the source has as a whole is found by its letters. For others, runs of three letters that both
//! have are the anchors: a Korean word has about three syllables with its particle, so one changed particle costs
//! few of them. The window of the source with the most anchors is the place.

use std::collections::HashMap;
use std::ops::Range;

use super::text::{Letters, key};
use crate::segment::segments;

/// Letters of an anchor.
const ANCHOR: usize = 3;
/// Places of an anchor that are looked at, before where the last sentence came from and behind.
const PLACES: usize = 4;
/// Letters that a window has beyond those of the sentence, at least.
const ROOM: usize = 24;

/// A sentence of an output with the part of the source that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub struct Support {
    /// Byte range in the output.
    pub output: Range<usize>,
    /// Byte range in the source, on character boundaries; `None` where nothing of the sentence is there.
    pub source: Option<Range<usize>>,
    /// Share of the sentence's letters and digits that stand in runs of three which that part has, too, 0 to 1.
    pub overlap: f32,
}

/// The support of each sentence of `output` that has a letter or digit, in order. The work is that of sorting, whatever
/// the texts: of each anchor a bounded number of places is looked at.
pub fn align(source: &str, output: &str) -> Vec<Support> {
    let places = Places::new(source);
    let letters = Letters::of(output);
    let mut next = 0;
    let mut all = Vec::new();
    for segment in segments(output) {
        let sentence = &letters.chars[letters.within(&segment.span)];
        if sentence.is_empty() {
            continue;
        }
        // The place in letters and in bytes, and how much of the sentence it covers.
        let whole = places.whole(sentence, next).map(|s| (s.letters.clone(), s.bytes.clone(), 1.0));
        let found = whole.or_else(|| {
            let (letters, overlap) = places.window(sentence, next)?;
            let bytes = places.bytes(letters.clone());
            Some((letters, bytes, overlap))
        });
        if let Some((letters, ..)) = &found {
            next = letters.end;
        }
        let overlap = found.as_ref().map_or(0.0, |(.., overlap)| *overlap);
        all.push(Support { output: segment.span, source: found.map(|(_, bytes, _)| bytes), overlap });
    }
    all
}

/// A sentence of a source.
struct Sentence {
    letters: Range<usize>,
    bytes: Range<usize>,
}

/// What a source has where; ranges are of letters.
struct Places<'a> {
    text: &'a str,
    letters: Letters,
    /// Whole sentences by their letters.
    sentences: HashMap<u64, Vec<Sentence>>,
    /// Runs of one, two and three letters with their places, sorted.
    anchors: [Vec<(u64, usize)>; ANCHOR],
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let letters = Letters::of(text);
        let mut sentences: HashMap<u64, Vec<Sentence>> = HashMap::new();
        for segment in segments(text) {
            let span = letters.within(&segment.span);
            let sentence = sentences.entry(key(&letters.chars[span.clone()])).or_default();
            sentence.push(Sentence { letters: span, bytes: segment.span });
        }
        let anchors = [1, 2, 3].map(|length| {
            let runs = letters.chars.windows(length).map(key);
            let mut anchors: Vec<_> = runs.zip(0..).collect();
            anchors.sort_unstable();
            anchors
        });
        Self { text, letters, sentences, anchors }
    }

    /// The first place of a whole sentence from `next` on, or the first of all.
    fn whole(&self, sentence: &[char], next: usize) -> Option<&Sentence> {
        let all = self.sentences.get(&key(sentence))?;
        all.get(all.partition_point(|sentence| sentence.letters.start < next)).or(all.first())
    }

    /// The window with the most anchors, and the share of the sentence that they cover.
    fn window(&self, sentence: &[char], next: usize) -> Option<(Range<usize>, f32)> {
        let length = ANCHOR.min(sentence.len());
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (i, run) in sentence.windows(length).enumerate() {
            found.extend(self.near(&self.anchors[length - 1], key(run), next).map(|(_, at)| (*at, i)));
        }
        found.sort_unstable();
        let width = (2 * sentence.len()).max(sentence.len() + ROOM);
        // How often each run of the sentence stands in the window, and how many do.
        let mut counts = vec![0_u32; sentence.len()];
        let (mut start, mut there) = (0, 0);
        let mut best: Option<((usize, bool), Range<usize>)> = None;
        for (end, (at, i)) in found.iter().enumerate() {
            there += usize::from(counts[*i] == 0);
            counts[*i] += 1;
            while at + length - found[start].0 > width {
                let gone = found[start].1;
                counts[gone] -= 1;
                there -= usize::from(counts[gone] == 0);
                start += 1;
            }
            // Of two as good the one behind the last sentence, then the first.
            let good = (there, found[start].0 >= next);
            if best.as_ref().is_none_or(|(best, _)| good > *best) {
                best = Some((good, start..end + 1));
            }
        }
        let (_, window) = best?;
        let mut covered = vec![false; sentence.len()];
        for (_, i) in &found[window.clone()] {
            covered[*i..i + length].fill(true);
        }
        let overlap = covered.iter().filter(|c| **c).count() as f32 / sentence.len() as f32;
        Some((found[window.start].0..found[window.end - 1].0 + length, overlap))
    }

    /// Some places of a run: the last ones before `next` and the first ones behind it.
    fn near<'b>(
        &self,
        anchors: &'b [(u64, usize)],
        run: u64,
        next: usize,
    ) -> impl Iterator<Item = &'b (u64, usize)> + use<'b> {
        let from = anchors.partition_point(|anchor| *anchor < (run, next));
        let before = anchors[..from].iter().rev().take(PLACES).take_while(move |anchor| anchor.0 == run);
        let behind = anchors[from..].iter().take(PLACES).take_while(move |anchor| anchor.0 == run);
        before.chain(behind)
    }

    /// The bytes of letters that are not none.
    fn bytes(&self, span: Range<usize>) -> Range<usize> {
        let last = self.letters.at[span.end - 1];
        let width = self.text[last..].chars().next().map_or(0, char::len_utf8);
        self.letters.at[span.start]..last + width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn aligned<'a>(source: &'a str, output: &str) -> Vec<(&'a str, f32)> {
        align(source, output)
            .into_iter()
            .map(|s| (s.source.map_or("", |span| &source[span]), s.overlap))
            .collect()
    }

    const SOURCE: &str = "홈 > 뉴스\n서울시는 오늘 새 축제를 연다고 밝혔다. 장소는 여의도이다. 비가 온다.\n\
        축제는 무료이다. 비가 온다. 글쓴이 관리자";

    #[test]
    fn sentences_find_their_places() {
        let found = aligned(
            SOURCE,
            "서울시가 오늘 새 축제를 연다고 밝혔다. 축제는 무료이다. 비가 온다. 모두 즐겁게 뛰논다.",
        );
        let share = found[0].1;
        assert_eq!(found[0].0, "서울시는 오늘 새 축제를 연다고 밝혔다");
        assert!(share > 0.9 && share < 1.0, "{share}");
        assert_eq!(found[1..3], [("축제는 무료이다.", 1.0), ("비가 온다.", 1.0)]);
        assert_eq!(found[3], ("", 0.0));
        // The second of two equal ones, as what stands before it came from behind the first.
        let again = &align(SOURCE, "축제는 무료이다. 비가 온다.")[1];
        assert_eq!(again.source.as_ref().map(|s| s.start), SOURCE.rfind("비가"));
    }

    #[test]
    fn words_from_all_over_are_no_support() {
        let source = format!(
            "새 축제를 연다고 한다.{}여의도 공원은 무료이다.",
            " 그 밖의 문장이 길게 이어진다.".repeat(9)
        );
        let found = aligned(&source, "새 축제를 연다고 여의도 공원은");
        assert!(found[0].1 < 0.6, "{found:?}");
    }

    proptest! {
        #[test]
        fn ranges_are_in_both_texts(source in "([가나다. \n1-]|ＡB|\u{301}){0,60}|\\PC{0,40}", output in "[가나다. \n1-]{0,60}|\\PC{0,40}") {
            for support in align(&source, &output) {
                prop_assert!(output.get(support.output).is_some());
                prop_assert!((0.0..=1.0).contains(&support.overlap));
                if let Some(span) = support.source {
                    prop_assert!(source.get(span).is_some_and(|text| !text.is_empty()));
                }
            }
        }
    }
}

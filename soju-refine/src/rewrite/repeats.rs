//! Loops: what a model writes that has lost its way.

use std::collections::{HashMap, HashSet};

use super::text::{Letters, key};
use crate::segment::Segment;

/// Longest phrase that is looked for, in letters; longer ones are sentences.
const LONGEST_PHRASE: usize = 64;
/// Times that a phrase stands in a row before it is a loop.
const TIMES: usize = 3;
/// Fewest letters that a loop covers: `정말 정말 정말` is none.
const LEAST: usize = 12;
/// Fewest letters of a sentence that may not come back.
const SENTENCE: usize = 8;
/// Letters of the sequences whose return is counted.
const SEQUENCE: usize = 8;

/// The first phrase that stands three times in a row or more, or the first sentence that comes a third time, as
/// a range of letters.
pub(super) fn repeated(letters: &Letters, segments: &[Segment]) -> Option<std::ops::Range<usize>> {
    phrase(&letters.chars).or_else(|| sentence(letters, segments))
}

fn phrase(letters: &[char]) -> Option<std::ops::Range<usize>> {
    (1..=LONGEST_PHRASE).find_map(|period| {
        let mut equal = 0;
        letters.iter().zip(letters.get(period..)?).enumerate().find_map(|(at, (a, b))| {
            equal = if a == b { equal + 1 } else { 0 };
            let enough = equal >= period * (TIMES - 1) && equal + period >= LEAST;
            enough.then(|| at + 1 - equal..at + 1 - equal + period)
        })
    })
}

fn sentence(letters: &Letters, segments: &[Segment]) -> Option<std::ops::Range<usize>> {
    let mut seen: HashMap<u64, usize> = HashMap::new();
    segments.iter().map(|segment| letters.within(&segment.span)).filter(|span| span.len() >= SENTENCE).find(
        |span| {
            let count = seen.entry(key(&letters.chars[span.clone()])).or_default();
            *count += 1;
            *count == TIMES
        },
    )
}

/// The share of sequences of letters that stood there before, 0 to 1.
pub(super) fn returning(letters: &[char]) -> f32 {
    let mut seen = HashSet::new();
    let all = letters.windows(SEQUENCE).len();
    let again = letters.windows(SEQUENCE).filter(|sequence| !seen.insert(key(sequence))).count();
    again as f32 / all.max(1) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::segments;

    fn found(text: &str) -> Option<String> {
        let letters = Letters::of(text);
        repeated(&letters, &segments(text)).map(|span| letters.chars[span].iter().collect())
    }

    #[test]
    fn loops_are_found() {
        assert_eq!(found("축제는 좋은 곳 좋은 곳 좋은 곳 좋은 곳이다."), Some("좋은곳".into()));
        assert_eq!(found(&"가".repeat(30)), Some("가".into()));
        let alternating = "첫째 문장은 이렇게 길다. 둘째 문장은 저렇게 짧다.\n".repeat(3);
        assert!(found(&alternating).is_some());
        let far =
            "이 문장은 돌아온다고 한다. 하나.\n이 문장은 돌아온다고 한다. 둘.\n이 문장은 돌아온다고 한다.";
        assert_eq!(found(far), Some("이문장은돌아온다고한다".into()));
    }

    #[test]
    fn emphasis_and_prose_are_no_loops() {
        assert_eq!(found("정말 정말 정말 좋았다. 하하하 웃었다."), None);
        assert_eq!(found("비가 온다. 우산을 챙겼다. 비가 온다."), None);
        assert_eq!(found(""), None);
    }

    #[test]
    fn returning_sequences_are_counted() {
        let half: Vec<char> = "가나다라마바사아자차카타파하거너더러머버".chars().collect();
        assert_eq!(returning(&half), 0.0);
        assert!(returning(&[half.clone(), half].concat()) > 0.35);
        assert_eq!(returning(&[]), 0.0);
    }
}

//! Bibliographies: entries of papers and books one after the other.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::shape::Shape;
use crate::segment::Segment;

/// Entries that make a bibliography.
const ENTRIES: usize = 3;
/// Digits of an entry at least: those of a year and of its pages.
const DIGITS: usize = 6;

/// A volume with its issue, or a range of pages at an end.
static PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{1,3}\([0-9]{1,3}\)|[0-9]{1,4}\s?[-~–]\s?[0-9]{1,4}(?:\.|쪽|$)").expect("a constant")
});
/// A page.
static PAGE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"pp?\.\s?[0-9]").expect("a constant"));
static YEAR: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:19|20)[0-9]{2}").expect("a constant"));
/// An issue and pages together.
static ISSUE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9]\([0-9]{1,3}\),\s?[0-9]{1,4}\s?[-~–]\s?[0-9]").expect("a constant"));

/// Whether an entry says when and where in what it was printed. A word's borders are looked for by hand: the
/// expressions would take their slowest way over Hangul for them.
fn cites(body: &str) -> bool {
    let ends = |at: usize| body[..at].chars().next_back().is_none_or(|c| !word(c));
    let begins = |at: usize| body[at..].chars().next().is_none_or(|c| !word(c));
    (YEAR.find_iter(body).any(|m| ends(m.start()) && begins(m.end())) || ISSUE.is_match(body))
        && (PLACE.is_match(body) || PAGE.find_iter(body).any(|m| ends(m.start())))
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Runs of segments that cite. An entry may be split in two, so that every second segment is its title.
pub(super) fn runs(text: &str, segments: &[Segment], shapes: &[Shape]) -> Vec<Range<usize>> {
    let may_cite = |shape: &&Shape| shape.digits >= DIGITS;
    if shapes.iter().filter(may_cite).count() < ENTRIES {
        return Vec::new();
    }
    let cites = |i: usize| may_cite(&&shapes[i]) && cites(&text[segments[i].span.clone()]);
    let (mut runs, mut at) = (Vec::new(), 0);
    while at < segments.len() {
        let first = at;
        let (mut last, mut entries) = (at, 0);
        while at < segments.len() && at <= last + 2 {
            if cites(at) {
                (last, entries) = (at, entries + 1);
            } else if entries == 0 {
                break;
            }
            at += 1;
        }
        if entries >= ENTRIES {
            runs.push(first..last + 1);
        }
        at = last + 1;
    }
    runs
}

#[cfg(test)]
mod tests {
    use crate::junk::Junk;

    fn cut(text: &str) -> Vec<&str> {
        Junk::default().measure(text).cuts.into_iter().map(|(span, ..)| text[span].trim()).collect()
    }

    #[test]
    fn a_bibliography_goes_and_its_paper_stays() {
        let paper = "본 연구는 지역 도서관의 이용을 살펴보았다. 김철수(2010)는 이용자가 늘었다고 보고하였다.";
        let entries = "김영희(2010). 지역 도서관의 이용에 관한 연구. 문헌정보학보, 5(1), 15-40. 이민수(2006). 공공 도서관의 \
            과제. 도서관연구, 25(8), 253-278. 박지훈(2008). 독서 교육의 방향. 독서연구, 11(3), 395-418.";
        let text = format!("{paper} {entries}");
        let cuts = cut(&text);
        assert!(cuts.iter().any(|c| c.contains("25(8), 253-278")), "{cuts:?}");
        assert!(!cuts.iter().any(|c| c.contains("보고하였다")), "{cuts:?}");
    }

    #[test]
    fn figures_in_prose_stay() {
        let text = "2010년 조사에서는 15-40세가 가장 많았다. 2011년에는 그 비율이 25-30%로 줄었다. 2012년에는 다시 \
            늘어 31-35%가 되었다. 2013년에는 조사가 없었다.";
        assert!(cut(text).is_empty(), "{:?}", cut(text));
    }
}

//! Numbers without their area code: 555-1234, 2345-6789.
//!
//! Such a number looks like a span of years, of prices or of rooms, so a word right beside it has to say that it is
//! one. 전화 means nothing else; behind 문의, 상담 and 예약 the spans are told apart.

use std::sync::LazyLock;

use super::super::context::{Words, after, before, same_line};
use super::super::kind::{Found, Kind};
use super::super::number::{Gap, is_digit};
use super::super::scan::Cue;
use super::{COUNTERS, SURELY, bracket, extended, free_after, free_before, listed};

/// Words for getting in touch, by phone or otherwise.
static CONTACT: LazyLock<Words> = LazyLock::new(|| Words::new(&["문의", "상담", "예약", "연락"]));

/// What is done with a number that stands before.
const CALLED: [&str; 6] = ["문의", "전화", "연락", "상담", "예약", "제보"];

/// Counters behind two numbers that are no phone number, beside those of all phones.
const MORE_COUNTERS: [&str; 5] = ["건", "번", "석", "호실", "달러"];

/// A number without its area code, right beside a word for phone: `☎ 555-1234`.
pub(super) fn local(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    if groups.len() < 2 || cue.number.group(0)[0] < 2 {
        return None;
    }
    let eight = groups[1].len == 4 && groups[0].len == 4;
    let two = groups[1].len == 4 && matches!(groups[0].len, 3 | 4) && groups[1].gap.dash();
    let american = groups.len() > 2 && cue.number.shaped(&[3, 3, 4], Gap::usual) && groups[2].gap.dash();
    // Two numbers with another mark between them are more often two numbers.
    let loose = eight && groups.len() == 2 && groups[1].gap.usual() && !american && !two;
    let used = if american { 3 } else { 2 };
    let mut span = groups[0].start..extended(groups, used);
    if !(two || american || loose)
        || !free_before(cue.text, span.start, false, true)
        || !free_after(cue.text, span.end, false)
    {
        return None;
    }
    let line = same_line(before(cue.text, span.start, 32));
    let plain = || !spanning(cue) && !counted(cue.text, span.end);
    let surely = SURELY
        .behind_last(line)
        .is_some_and(|rest| close(rest.strip_prefix("번호").unwrap_or(rest)) && (!loose || plain()));
    let contact = || eight && CONTACT.behind_last(line).is_some_and(close) || called(cue.text, span.end);
    if !(surely || two && (listed(cue) || contact() && plain())) {
        return None;
    }
    bracket(cue.text, &groups[..used], &mut span);
    Some(Found::new(Kind::Phone, span))
}

/// Whether little stands between a word and the number: `문의처는 `, ` : `.
fn close(rest: &str) -> bool {
    let rest = rest.strip_prefix('처').unwrap_or(rest);
    let rest = rest.strip_prefix(['는', '은']).unwrap_or(rest);
    rest.chars().count() <= 5 && !rest.chars().any(|c| is_digit(c) || ('가'..='힣').contains(&c))
}

/// Whether a word behind the number says that it is called: `1588 1234 로 문의`.
pub(super) fn called(text: &str, end: usize) -> bool {
    let rest = same_ahead(text, end).trim_start_matches([' ', ')']);
    let rest = rest.strip_prefix('번').unwrap_or(rest);
    let rest = ["으로", "로", "에"].iter().find_map(|particle| rest.strip_prefix(particle)).unwrap_or(rest);
    let rest = rest.trim_start_matches(' ');
    CALLED.iter().any(|word| rest.starts_with(word))
}

fn same_ahead(text: &str, end: usize) -> &str {
    let ahead = after(text, end, 40);
    ahead.split('\n').next().unwrap_or(ahead)
}

/// Whether the first two groups may be the ends of a span: years, round prices, neighbours.
fn spanning(cue: &Cue<'_>) -> bool {
    let value = |group| cue.number.group(group).iter().fold(0, |n: u32, d| n * 10 + u32::from(*d));
    let (first, second) = (value(0), value(1));
    let year = cue.number.group(0).len() == 4 && (1900..2040).contains(&first);
    let round = first.is_multiple_of(10) && second.is_multiple_of(10);
    year || first < second && (round || second - first < 20)
}

/// Whether the number that ends at `end` counts something. Behind a space only a counter that is a word of its own
/// does: `원`, not `원하시면`.
fn counted(text: &str, end: usize) -> bool {
    let rest = same_ahead(text, end);
    let spaced = rest.starts_with(' ');
    let rest = rest.trim_start_matches(' ');
    COUNTERS.iter().chain(&MORE_COUNTERS).filter_map(|counter| rest.strip_prefix(counter)).any(|behind| {
        let goes_on = behind.starts_with(|c: char| ('가'..='힣').contains(&c));
        !(called(behind, 0) || spaced && goes_on)
    })
}

#[cfg(test)]
mod tests {
    use super::super::super::Pii;

    fn masked(text: &str) -> Option<&str> {
        let found = Pii::default().find(text);
        assert!(found.len() < 2, "{text}: {found:?}");
        found.first().map(|f| &text[f.span.clone()])
    }

    #[test]
    fn eight_digits_beside_a_word_of_contact() {
        for before in
            ["문의 ", "문의: ", "전화 ", "연락처 ", "상담 ", "예약 ", "TEL ", "☎ ", "예약문의(", "문의처는 "]
        {
            let text = format!("{before}2345-6789");
            assert_eq!(masked(&text), Some("2345-6789"), "{text}");
        }
        for after in ["로 문의", " 로 전화 주세요", "번으로 연락", " 상담"] {
            let text = format!("2345-6789{after}");
            assert_eq!(masked(&text), Some("2345-6789"), "{text}");
        }
        assert_eq!(masked("전화 2345 6789"), Some("2345 6789"));
        assert_eq!(masked("문의 2345-6789 원하시면"), Some("2345-6789"));
    }

    #[test]
    fn spans_beside_a_word_of_contact_are_none() {
        for text in [
            "문의 2020-2021",
            "문의 2020-2021년",
            "문의 2024-0512 접수",
            "예약 1234-1235호",
            "예약 2234-2235호",
            "예약 2234-2235 호실",
            "예약 2345-2350번 좌석",
            "예약번호 2345-6789",
            "상담 3000-5000 정도",
            "상담 2500-3900원",
            "문의 2345-6789건",
            "전화 2020 2021",
            "전화 3000 4000 5000",
            "문의가 많은 2345-6789",
            "점수 2345-6789",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }

    #[test]
    fn a_word_behind_a_representative_number() {
        for (text, number) in [
            ("1588 1234 로 문의", "1588 1234"),
            ("15881234로 전화하세요", "15881234"),
            ("(1588 1234)로 연락", "1588 1234"),
            ("1588 1234번으로 문의", "1588 1234"),
        ] {
            assert_eq!(masked(text), Some(number), "{text}");
        }
        for text in [
            "1588년 1234명",
            "1588 1592 로 문의",
            "1588 1234 원",
            "1588 1234\n문의",
            "모델 1588 1234로 문의",
            "1588 1234 명이 문의",
        ] {
            assert_eq!(masked(text), None, "{text}");
        }
    }
}

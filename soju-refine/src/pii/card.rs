//! Numbers of payment cards: ISO/IEC 7812, issuer ranges and the check digit of Luhn.

use std::sync::LazyLock;

use super::context::{Words, before, ends, previous, same_line, starts};
use super::kind::{Found, Kind};
use super::scan::{Cue, Recognizer};

static ANNOUNCED: LazyLock<Words> = LazyLock::new(|| Words::new(&["카드", "card", "비자", "visa", "master"]));
static OTHER: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "주문",
        "송장",
        "운송장",
        "시리얼",
        "쿠폰",
        "일련",
        "문서",
        "접수",
        "isbn",
        "상품권",
        "코드",
        "serial",
    ])
});

/// Numbers of payment cards.
pub(super) struct Card;

impl Recognizer for Card {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let number = cue.number;
        let groups = number.groups();
        let used = match groups[0].len {
            14..=16 => 1,
            4 if number.shaped(&[4, 4, 4, 4], |g| g.plain() || g.marks == 1 && g.spaces == 0) => 4,
            4 if number.shaped(&[4, 6, 5], |g| g.plain()) || number.shaped(&[4, 6, 4], |g| g.plain()) => 3,
            _ => return None,
        };
        let even = groups[1..used].windows(2).all(|w| w[0].gap == w[1].gap);
        let span = groups[0].start..groups[used - 1].end;
        let apart = previous(cue.text, span.start).is_none_or(|c| !matches!(c, '-' | '.' | '#'));
        if !even || !apart || !starts(cue.text, span.start) || !ends(cue.text, span.end) {
            return None;
        }
        let row = used > 1
            && groups[1].gap.space()
            && cue.text[..span.start].trim_end_matches(' ').ends_with(super::number::is_digit);
        if row || groups.len() > used && groups[used].gap.plain() {
            return None;
        }
        let tail = same_line(before(cue.text, span.start, 48));
        judge(number.digits(used), used > 1, tail).map(|sure| Found::new(Kind::Card, span).sure(sure))
    }
}

/// Whether the digits are a card's, and whether surely; without divisions the text before has a say.
pub(super) fn judge(digits: &[u8], divided: bool, tail: &str) -> Option<bool> {
    let announced = ANNOUNCED.any(tail);
    let issued = issuer(digits) || digits.len() == 16 && digits[0] == 9 && (announced || divided);
    let good =
        issued && luhn(digits) && (announced || !OTHER.any(tail)) && digits.iter().any(|d| *d != digits[0]);
    good.then_some(announced)
}

/// Whether a network that works in Korea gives out such numbers.
fn issuer(d: &[u8]) -> bool {
    let first = |n: usize| d[..n].iter().fold(0, |n, d| n * 10 + u32::from(*d));
    match d.len() {
        16 => {
            d[0] == 4
                || matches!(first(2), 51..=55 | 62 | 64 | 65 | 60)
                || matches!(first(4), 2221..=2720 | 3528..=3589)
        }
        15 => matches!(first(2), 34 | 37),
        14 => matches!(first(2), 36 | 38 | 39) || matches!(first(3), 300..=305),
        _ => false,
    }
}

/// The check digit of Luhn (ISO/IEC 7812-1, annex B).
pub(super) fn luhn(d: &[u8]) -> bool {
    let sum: u32 = d
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| match (i % 2, u32::from(*d) * 2) {
            (0, twice) => twice / 2,
            (_, twice) => twice / 10 + twice % 10,
        })
        .sum();
    sum.is_multiple_of(10)
}

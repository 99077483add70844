//! Registration numbers of thirteen digits: residents, foreigners, corporations.
//!
//! A resident's number is made of the date of birth, a digit for sex and century, and six more (주민등록법
//! 제7조의2, 주민등록법 시행규칙 제2조). Until October 2020 the last was a check digit; since then all six are
//! arbitrary, so the check digit may raise confidence and never rejects. Foreigners' numbers (출입국관리법 제31조)
//! have the same shape. A corporation's number is the court's and the form's code, a serial number and a check digit.

use std::sync::LazyLock;

use super::context::{Words, before, next, previous, same_line};
use super::kind::{Found, Kind};
use super::number::{Gap, is_digit};
use super::scan::{Cue, Recognizer};

static PERSON: LazyLock<Words> =
    LazyLock::new(|| Words::new(&["주민", "민증", "등록번호", "외국인", "거소신고", "생년월일", "rrn"]));
static CORPORATION: LazyLock<Words> = LazyLock::new(|| Words::new(&["법인"]));
/// Numbers that begin with a date, too.
static OTHER: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "주문",
        "접수",
        "송장",
        "운송장",
        "문서",
        "관리번호",
        "일련",
        "바코드",
        "isbn",
        "상품",
        "모델",
        "계좌",
    ])
});

/// Registration numbers of thirteen digits.
pub(super) struct Registration;

impl Recognizer for Registration {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let number = cue.number;
        let groups = number.groups();
        let used = if groups[0].len == 13 {
            1
        } else if number.shaped(&[6, 7], |g| g.plain() || tilde(g)) {
            2
        } else {
            return None;
        };
        let span = groups[0].start..groups[used - 1].end;
        let joined = used == 2 && groups[1].gap.marks > 0;
        let digits = number.digits(used);
        if !whole(cue.text, span.start, span.end) {
            return None;
        }
        let tail = same_line(before(cue.text, span.start, 48));
        judge(digits, joined, tail).map(|(kind, sure)| Found::new(kind, span).sure(sure))
    }
}

/// What thirteen digits are, given the text before them and whether a dash divides them.
pub(super) fn judge(digits: &[u8], joined: bool, tail: &str) -> Option<(Kind, bool)> {
    // Registry offices have codes from 1101 on, forms of corporations from 11 on.
    let given = digits[..4] != [0; 4] && digits[4] > 0;
    if given && CORPORATION.any(tail) && (joined || corporate_check(digits)) {
        return Some((Kind::Corporate, corporate_check(digits)));
    }
    let announced = PERSON.any(tail);
    let checked = check(digits);
    if dated(digits) {
        let rare = matches!(digits[6], 0 | 9);
        let good = announced || !rare && (joined || checked && !barcode(digits)) && !OTHER.any(tail);
        let kind = if matches!(digits[6], 5..=8) { Kind::Foreigner } else { Kind::Rrn };
        return good.then_some((kind, announced || checked));
    }
    (joined && given && digits[0] > 0 && corporate_check(digits) && !OTHER.any(tail))
        .then_some((Kind::Corporate, false))
}

fn tilde(gap: Gap) -> bool {
    gap.marks == 1 && matches!(gap.mark, '~' | '.' | '/' | '_' | '·') && gap.spaces == 0
}

/// Whether the digits stand alone.
fn whole(text: &str, start: usize, end: usize) -> bool {
    let joins = |c: char| is_digit(c) || "-–－*_".contains(c) || c.is_ascii_alphabetic();
    previous(text, start).is_none_or(|c| !joins(c) && c != '.')
        && next(text, end).is_none_or(|c| !joins(c) || c.is_ascii_alphabetic())
}

/// Whether the number starts with a date and a digit that gives its century.
fn dated(d: &[u8]) -> bool {
    let century = match d[6] {
        1 | 2 | 5 | 6 => 1900,
        3 | 4 | 7 | 8 => 2000,
        _ => 1800,
    };
    let year = century + u32::from(d[0] * 10 + d[1]);
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let days = match d[2] * 10 + d[3] {
        2 => 28 + u8::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&(d[4] * 10 + d[5]))
}

/// The check digit of numbers given before October 2020; foreigners' numbers add 2.
pub(super) fn check(d: &[u8]) -> bool {
    let sum: u32 =
        d[..12].iter().zip([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]).map(|(d, w)| u32::from(*d) * w).sum();
    let last = (11 - sum % 11) % 10;
    let foreign = (last + 2) % 10;
    u32::from(d[12]) == if matches!(d[6], 5..=8) { foreign } else { last }
}

/// The check digit of corporations: weights 1 and 2 in turn, modulo 10.
fn corporate_check(d: &[u8]) -> bool {
    let sum: u32 = d[..12].iter().zip([1, 2].into_iter().cycle()).map(|(d, w)| u32::from(*d) * w).sum();
    u32::from(d[12]) == (10 - sum % 10) % 10
}

/// Whether the number is also a valid EAN-13 of Korea or of a book.
fn barcode(d: &[u8]) -> bool {
    let sum: u32 = d.iter().enumerate().map(|(i, d)| u32::from(*d) * if i % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10) && (d.starts_with(&[8, 8, 0]) || d.starts_with(&[9, 7]))
}

//! Resident and foreigner registration numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{digit, last_chars};

static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9０-９]{6}(?:[ ]?[-–－‐][ ]?|[ ])?[0-9０-９]{7}").expect("the pattern is a constant")
});

/// Byte ranges of registration numbers in `text`, sorted.
///
/// The first six digits are a date and the seventh tells sex and century. The check digit only raises
/// confidence: numbers given since October 2020 have none. Without a hyphen one of the two, the check
/// digit or a word that announces the number, is asked for.
pub(super) fn find(text: &str) -> impl Iterator<Item = Range<usize>> {
    CANDIDATE.find_iter(text).map(|m| m.range()).filter(|span| {
        let digits: Vec<u8> = text[span.clone()].chars().filter_map(digit).collect();
        let before = last_chars(&text[..span.start], 16);
        let whole = before.chars().next_back().is_none_or(|c| digit(c).is_none() && !"-–－.".contains(c))
            && text[span.end..].chars().next().is_none_or(|c| digit(c).is_none() && !"-–－".contains(c));
        let announced = || ["주민", "등록번호", "외국인"].iter().any(|w| before.contains(w));
        let hyphen = text[span.clone()].contains(['-', '–', '－', '‐']);
        whole && dated(&digits) && (hyphen || announced() || (checked(&digits) && !barcode(&digits)))
    })
}

/// Whether the number starts with a possible date of birth and a digit for sex and century.
fn dated(d: &[u8]) -> bool {
    let month = d[2] * 10 + d[3];
    let day = d[4] * 10 + d[5];
    let days = match month {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    (1..=days).contains(&day) && (1..=8).contains(&d[6])
}

/// The check digit of numbers given before October 2020; foreigners' numbers add 2.
fn checked(d: &[u8]) -> bool {
    let sum: u32 =
        d[..12].iter().zip([2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5]).map(|(d, w)| u32::from(*d) * w).sum();
    let last = (11 - sum % 11) % 10;
    let foreign = (last + 2) % 10;
    u32::from(d[12]) == if d[6] >= 5 { foreign } else { last }
}

/// Whether the number is also a valid EAN-13 of Korea or of a book.
fn barcode(d: &[u8]) -> bool {
    let sum: u32 = d.iter().enumerate().map(|(i, d)| u32::from(*d) * if i % 2 == 0 { 1 } else { 3 }).sum();
    sum.is_multiple_of(10) && (d.starts_with(&[8, 8, 0]) || d.starts_with(&[9, 7]))
}

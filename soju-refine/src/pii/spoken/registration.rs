//! Registration numbers that are said or spelled: 구공공일공일 다시 일이삼사오육칠, 900101 다시 1234567.
//!
//! No word begins such a number, but its first six digits take eighteen bytes at least. So the text is looked at
//! in every eighteenth byte only, and where a syllable for a digit stands there, what is around it is read.

use std::sync::LazyLock;

use super::super::context::{Words, before, next, previous, same_line};
use super::super::kind::{Found, Kind};
use super::super::number::is_digit;
use super::super::registration::judge;
use super::{Digits, GAP, goes_on, loose, read};
use crate::segment::floor_boundary;

/// Digits of the date of birth.
const DATE: usize = 6;
/// Digits of the number.
const LENGTH: usize = 13;
/// Bytes of six syllables.
const STRIDE: usize = 3 * DATE;

/// Words that announce nothing else than the number of a person.
static PERSON: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&["주민등록", "주민 등록", "주민번호", "주민 번호", "민증", "외국인등록", "외국인 등록"])
});

/// Hands every number in `text` that begins with syllables to `found`, some of them twice.
pub(in super::super) fn registrations(text: &str, mut found: impl FnMut(Found)) {
    for at in (0..text.len()).step_by(STRIDE) {
        around(text, floor_boundary(text, at)).map(&mut found);
    }
}

/// The number that begins with the machine's digits at `start`: 900101 다시 1234567.
pub(in super::super) fn spoken_from(text: &str, start: usize) -> Option<Found> {
    let free = previous(text, start).is_none_or(|c| !joins(c));
    free.then(|| starting(text, start)).flatten()
}

/// The number whose date stands around `at`.
fn around(text: &str, at: usize) -> Option<Found> {
    let c = next(text, at)?;
    // Digits that are said one by one have spaces between them.
    let at = if c.is_alphanumeric() { at } else { at + c.len_utf8() };
    next(text, at).filter(|c| !c.is_ascii() && loose(*c).is_some())?;
    let mut starts = [at; DATE];
    let mut count = 1;
    while count < DATE
        && let Some(start) = digit_before(text, starts[count - 1])
    {
        starts[count] = start;
        count += 1;
    }
    // A syllable before the number may sound like a digit: 이 구공공일공일.
    let mut starts = starts[..count].iter().rev();
    starts.find_map(|start| {
        let free = previous(text, *start).is_none_or(|c| !joins(c) && loose(c).is_none());
        free.then(|| starting(text, *start)).flatten()
    })
}

/// Where the digit starts that stands before the one at `at`.
fn digit_before(text: &str, at: usize) -> Option<usize> {
    let mut start = at;
    for c in text[..at].chars().rev().take(GAP + 1) {
        start -= c.len_utf8();
        if is_digit(c) || !c.is_ascii() && loose(c).is_some() {
            return Some(start);
        }
        if c.is_alphanumeric() || matches!(c, '\n' | '\r' | ',') {
            return None;
        }
    }
    None
}

/// The number that starts at `start`, where nothing stands before that belongs to it.
fn starting(text: &str, start: usize) -> Option<Found> {
    let read = read(text, start, false);
    let digits = read.values[..read.count].get(..LENGTH)?;
    let end = read.ends[LENGTH - 1];
    if goes_on(text, end) {
        return None;
    }
    let tail = same_line(before(text, start, 48));
    let announced = PERSON.any(tail);
    let whole = (1 << LENGTH) - 1;
    // Plain digits are another recognizer's, with 이 behind them, too.
    if (read.loose & whole).count_ones() < 2 && !read.said && !announced {
        return None;
    }
    // One in ten has the check digit of a corporation, whatever it was said to be.
    let judged = judge(digits, true, tail).filter(|(kind, _)| !(announced && *kind == Kind::Corporate));
    let (kind, sure) = match judged {
        Some((Kind::Corporate, checked)) => (Kind::Corporate, checked && divided(&read)),
        Some(judged) if announced || divided(&read) && varied(digits) => judged,
        // A slip of the tongue or of the ear in the date.
        None if announced && divided(&read) => {
            (if matches!(digits[DATE], 5..=8) { Kind::Foreigner } else { Kind::Rrn }, false)
        }
        _ => return None,
    };
    (kind != Kind::Corporate || sure).then(|| Found::new(kind, start..end).sure(sure))
}

/// Whether the digits are in one piece, or a gap divides them behind the date.
fn divided(read: &Digits) -> bool {
    let gaps = read.gaps & ((1 << LENGTH) - 1);
    gaps == 0 || gaps & (1 << DATE) != 0
}

/// Whether more than two digits are used: 일일일일 is a drum.
fn varied(digits: &[u8]) -> bool {
    digits.iter().fold(0_u16, |seen, digit| seen | (1_u16 << digit)).count_ones() > 2
}

/// Whether the character before a number makes it part of another.
fn joins(c: char) -> bool {
    is_digit(c) || c.is_ascii_alphanumeric() || "-–－.*_".contains(c)
}

#[cfg(test)]
mod tests {
    use super::super::super::Pii;
    use super::*;

    fn only(text: &str) -> Option<(Kind, &str)> {
        let found = Pii::default().find(text);
        assert!(found.len() < 2, "{text}: {found:?}");
        found.first().map(|f| (f.kind, &text[f.span.clone()]))
    }

    #[test]
    fn a_number_is_found_whole_wherever_it_stands() {
        for number in [
            "구공공일공일-일이삼사오육칠",
            "구공공일공일 다시 일이삼사오육칠",
            "구공공일공일다시일이삼사오육칠",
            "구공공일공일에 일이삼사오육칠",
            "구공공일공일의 일이삼사오육칠",
            "구공공일공일 대시 일이삼사오육칠",
            "구영영일영일 다시 일이삼사오육칠",
            "구공공일공일일이삼사오육칠",
            "구공 공일 공일 다시 일이삼사 오육칠",
            "구 공 공 일 공 일 다시 일 이 삼 사 오 육 칠",
            "구 영 영 일 영 일 일 이 삼 사 오 육 칠",
            "공일공일이삼 다시 삼이삼사오육칠",
            "구일일이공오 다시 이공오육칠팔구",
            "구공공일공일 다시 1234567",
            "900101 다시 1234567",
            "900101 대시 일이삼사오육칠",
            "900101-일이삼사오육칠",
            "九〇〇一〇一-一二三四五六七",
        ] {
            // One place after the other comes to stand in the eighteenth byte.
            for pad in 0..20 {
                let text = format!("{}번호는 {number}이고요", ".".repeat(pad));
                assert_eq!(only(&text), Some((Kind::Rrn, number)), "{text}");
            }
        }
        assert_eq!(
            only("구공공일공일 다시 오이삼사오육칠"),
            Some((Kind::Foreigner, "구공공일공일 다시 오이삼사오육칠"))
        );
    }

    #[test]
    fn a_word_announces_a_number_without_a_date() {
        let number = "구공일삼공일 다시 일이삼사오육칠";
        assert_eq!(only(&format!("주민등록번호는 {number}입니다")), Some((Kind::Rrn, number)));
        assert_eq!(only(&format!("그것은 {number}입니다")), None);
        assert_eq!(only("주민번호 900101에 1234567"), Some((Kind::Rrn, "900101에 1234567")));
        assert_eq!(only("그해 900101에 1234567"), None);
    }

    #[test]
    fn other_rows_of_syllables_stay() {
        for text in [
            "일일일일일일 일일일일일일일",
            "일이삼사오육칠팔구공일이삼",
            "구공공일공일 다시 일이삼사오육",
            "구공공일공일일이삼사오육칠팔구공",
            "사공일이 삼사오육 칠팔구공 일이삼사",
            "이일이 이 사이 구사일생 오이 삼사 일 공사",
            "900101에 1234567원",
            "900101의 1234567",
            "주민 이 씨 등 일이삼 명이 구이 사이에 공사를",
            "문서번호 공공공일공일 다시 구이삼사오육칠",
        ] {
            assert_eq!(only(text), None, "{text}");
        }
    }
}

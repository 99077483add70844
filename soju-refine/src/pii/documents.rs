//! Numbers of passports and of driver's licences.

use std::sync::LazyLock;

use super::context::{Words, after, before, ends, previous, same_line, starts};
use super::kind::{Found, Kind};
use super::number::Gap;
use super::scan::{Cue, Recognizer};

static PASSPORT: LazyLock<Words> = LazyLock::new(|| Words::new(&["여권", "passport"]));
static LICENCE: LazyLock<Words> = LazyLock::new(|| Words::new(&["면허", "licen"]));
/// Codes of goods and papers look like passport numbers.
static OTHER: LazyLock<Words> = LazyLock::new(|| {
    Words::new(&[
        "주문",
        "모델",
        "품번",
        "코드",
        "상품",
        "제품",
        "번호판",
        "문서",
        "code",
        "model",
        "버전",
        "학번",
    ])
});
/// Regions as they stood on licences before the numbers had codes for them.
const REGIONS: [&str; 17] = [
    "서울",
    "부산",
    "경기",
    "강원",
    "충북",
    "충남",
    "전북",
    "전남",
    "경북",
    "경남",
    "제주",
    "대구",
    "인천",
    "광주",
    "대전",
    "울산",
    "경기북부",
];

/// Passport numbers: a letter for the sort and eight digits, `M12345678`; since December 2021 the fourth
/// place after the letter is a letter as well, `M123A4567` (여권법 제7조; form as announced by the Ministry
/// of Foreign Affairs). Older ones had two letters and seven digits.
pub(super) struct Passport;

impl Recognizer for Passport {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let group = cue.number.groups()[0];
        if !matches!(group.len, 3 | 7 | 8) || group.end - group.start != group.len {
            return None;
        }
        let bytes = cue.text.as_bytes();
        let letter = *bytes.get(group.start.checked_sub(1)?)?;
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        let sort = matches!(letter.to_ascii_uppercase(), b'M' | b'S' | b'R' | b'G' | b'D');
        let (start, end) = match group.len {
            8 if sort => (group.start - 1, group.end),
            3 if sort && new_form(&bytes[group.end..]) => (group.start - 1, group.end + 5),
            7 if group.start >= 2
                && bytes[group.start - 2].is_ascii_alphabetic()
                && !bytes[group.start - 2].eq_ignore_ascii_case(&b'X') =>
            {
                (group.start - 2, group.end)
            }
            _ => return None,
        };
        let apart = previous(cue.text, start).is_none_or(|c| !matches!(c, '-' | '/' | '.' | '#'));
        if !starts(cue.text, start) || !ends(cue.text, end) || !apart || cue.text[end..].starts_with('-') {
            return None;
        }
        let tail = same_line(before(cue.text, start, 60));
        let announced = PASSPORT.any(tail);
        let plain = group.len != 7 && letter == b'M' && !OTHER.any(tail) && !named_behind(cue.text, end);
        (announced || plain).then(|| Found::new(Kind::Passport, start..end).sure(announced))
    }
}

/// Whether what follows on the line says that it is something else: `M12345678 모델은`.
fn named_behind(text: &str, end: usize) -> bool {
    let ahead = after(text, end, 16);
    OTHER.any(ahead.split('\n').next().unwrap_or(ahead))
}

/// A letter and four digits.
fn new_form(rest: &[u8]) -> bool {
    rest.len() >= 5 && rest[0].is_ascii_alphabetic() && rest[1..5].iter().all(u8::is_ascii_digit)
}

/// Numbers of driver's licences (도로교통법 제80조): region, year, serial number and two more, 2-2-6-2; older
/// ones begin with the region's name.
pub(super) struct Licence;

impl Recognizer for Licence {
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found> {
        let number = cue.number;
        let groups = number.groups();
        let first = groups[0];
        let span = if first.len == 12 {
            first.start..first.end
        } else if number.shaped(&[2, 2, 6, 2], Gap::plain) {
            first.start..groups[3].end
        } else if number.shaped(&[2, 6, 2], Gap::dash) {
            first.start..groups[2].end
        } else {
            return None;
        };
        let apart = previous(cue.text, span.start).is_none_or(|c| !matches!(c, '-' | '.' | '#'));
        if !starts(cue.text, span.start) || !ends(cue.text, span.end) || !apart {
            return None;
        }
        if cue.text[span.end..].starts_with('-') {
            return None;
        }
        let tail = same_line(before(cue.text, span.start, 60));
        let announced = LICENCE.any(tail);
        let digits = number.digits(1);
        let code = digits[0] * 10 + digits[1];
        if number.shaped(&[2, 6, 2], Gap::dash) {
            let name = REGIONS.iter().find(|r| tail.trim_end().ends_with(**r))?;
            let start = before(cue.text, span.start, 60).trim_end().len() - name.len();
            let from = span.start - before(cue.text, span.start, 60).len() + start;
            return Some(Found::new(Kind::DriverLicence, from..span.end).sure(announced));
        }
        let divided = first.len == 2 && groups[1].gap.dash();
        let good = (11..=28).contains(&code) && (divided || announced);
        good.then(|| Found::new(Kind::DriverLicence, span).sure(announced))
    }
}

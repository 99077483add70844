//! What stands before and behind the number of an address: postal code, floor, flat, the house's name.

use super::super::context::{after, next, previous};
use super::super::number::digit_at;

/// Last syllables of the names of buildings.
pub(super) const BUILDINGS: [&str; 26] = [
    "빌딩",
    "타워",
    "센터",
    "아파트",
    "빌라",
    "오피스텔",
    "상가",
    "프라자",
    "플라자",
    "하우스",
    "맨션",
    "타운",
    "회관",
    "캐슬",
    "자이",
    "푸르지오",
    "래미안",
    "아이파크",
    "힐스테이트",
    "주공",
    "연립",
    "스퀘어",
    "빌리지",
    "팰리스",
    "맨숀",
    "APT",
];

/// Takes in the postal code before an address: `(06236) 서울`, `우)135-080 서울`.
pub(super) fn postcode(text: &str, start: usize) -> usize {
    let tail = text[..start].trim_end_matches(' ');
    if start - tail.len() > 1 {
        return start;
    }
    let inner = tail.strip_suffix([')', ']']).unwrap_or(tail);
    let digits = inner.bytes().rev().take(8).take_while(|b| b.is_ascii_digit() || *b == b'-').count();
    let code = &inner[inner.len() - digits..];
    let form = code.len() == 5 && !code.contains('-') || code.len() == 7 && code.as_bytes()[3] == b'-';
    if !form || inner[..inner.len() - digits].ends_with(|c: char| c.is_alphanumeric() && c != '우') {
        return start;
    }
    let from = inner.len() - digits;
    match previous(text, from) {
        Some('(' | '[') if inner.len() < tail.len() => from - 1,
        _ if inner.len() == tail.len() => from,
        _ => start,
    }
}

/// Where `1203호` ends that stands at `at`, a space before it or not.
pub(super) fn room(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let rest = rest.strip_prefix(' ').unwrap_or(rest);
    let rest = rest.strip_prefix(['B', '제']).unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).take(5).count();
    let behind = rest[digits..].strip_prefix('호')?;
    let other = ["선", "차", "점", "기", "봉"].iter().any(|s| behind.starts_with(s));
    ((1..=4).contains(&digits) && !other).then(|| text.len() - behind.len())
}

/// Takes in what follows an address: floor, flat, the house's name, the quarter in brackets.
pub(super) fn detail(text: &str, mut end: usize) -> usize {
    for _ in 0..6 {
        let rest = &text[end..];
        let skipped = rest.len() - rest.trim_start_matches([' ', ',']).len();
        if skipped > 2 {
            break;
        }
        let at = end + skipped;
        match piece(text, at) {
            Some(behind) => end = behind,
            None => break,
        }
    }
    end
}

/// Where the floor, flat, name or bracket ends that stands at `at`.
fn piece(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with('(') {
        let window = after(text, at, 90);
        let close = window.find(')')?;
        let inside = &window[1..close];
        let place =
            ["동", "가", "리", "읍", "면"].iter().any(|s| inside.split([',', ' ']).any(|w| w.ends_with(s)));
        return (place && !inside.contains(['.', '\n', '('])).then_some(at + close + 1);
    }
    let lead = rest.strip_prefix("지하").map_or(rest, |r| r.strip_prefix(' ').unwrap_or(r));
    let lead = lead.strip_prefix(['B', '제']).unwrap_or(lead);
    let offset = text.len() - lead.len();
    let digits = lead.bytes().take_while(u8::is_ascii_digit).take(5).count();
    if (1..=4).contains(&digits) {
        let behind = &lead[digits..];
        let range = behind
            .strip_prefix(['-', '~', ','])
            .map(|b| (b, b.bytes().take_while(u8::is_ascii_digit).take(5).count()))
            .filter(|(b, n)| *n > 0 && b[*n..].starts_with(['층', '호']))
            .map_or(0, |(_, n)| n + 1);
        let unit = ["층", "호", "동"].iter().find(|u| behind[range..].starts_with(**u))?;
        let stop = offset + digits + range + unit.len();
        let other = ["선", "점", "차", "안", "기"].iter().any(|s| text[stop..].starts_with(s));
        return (!other).then_some(stop);
    }
    let name: usize = rest
        .chars()
        .take(16)
        .take_while(|c| ('가'..='힣').contains(c) || c.is_ascii_alphanumeric())
        .map(char::len_utf8)
        .sum();
    let building = BUILDINGS.iter().any(|b| rest[..name].ends_with(b));
    let ends = next(text, at + name).is_none_or(|c| !c.is_alphanumeric());
    (building && ends && digit_at(rest.as_bytes(), 0).is_none()).then_some(at + name)
}

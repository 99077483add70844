//! Korean phone numbers.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::{digit, last_chars};
use crate::segment::{ceil_boundary, floor_boundary};

/// Digits, ASCII or full-width.
const D: &str = "[0-9０-９]";
/// A separator between groups: a mark with or without a space around it, or one space.
const S: &str = r"(?:[ ]?[-–—‐‑−－.．·)）/~][ ]?|[ ])";

/// Candidates. The groups tell which checks apply.
static CANDIDATE: LazyLock<Regex> = LazyLock::new(|| {
    let zero = "[0０]";
    let mobile = format!("{zero}[1１][016789０１６７８９]");
    let area = format!("{zero}(?:[2２]|[3３][1-3１-３]|[4４][1-4１-４]|[5５][1-5１-５]|[6６][1-4１-４])");
    let virtual_ = format!("{zero}(?:[7７][0０]|[5５][0０]{D}|[3３][0０]{D}|[68６８][0０])");
    let service = "[1１](?:[5５](?:22|33|44|66|67|70|77|88|90|99|２２|３３|４４|６６|７７|８８|９９)\
        |[6６](?:00|11|13|14|22|33|44|46|55|60|61|66|68|70|77|88|99|００|４４|６６|７７|８８|９９)\
        |[8８](?:00|02|10|11|22|33|44|55|66|70|77|88|99|００|１１|３３|５５|６６|７７|９９))";
    let international = format!(
        r"(?:[+＋]|00[ -]?)?(?:82|８２)[)）]?{S}?(?:[(（]0[)）][ ]?|0)?(?:1[016789]|2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70)[)）]?{S}?{D}{{3,4}}{S}?{D}{{4}}"
    );
    let national = format!(
        r"[(（]?(?:(?P<mobile>{mobile})|(?P<area>{area})|(?P<virtual>{virtual_}))(?P<first>[)）]{S}|{S})?{D}{{3,4}}(?P<second>{S})?{D}{{4}}"
    );
    let company = format!(r"(?P<service>{service})(?P<mark>{S})?{D}{{4}}");
    Regex::new(&format!(
        r"^[(（]?(?:(?P<international>{international})|{national}|{company})(?:[ ]?[~∼～][ ]?{D}{{1,4}})?"
    ))
    .expect("the pattern is a constant")
});

/// Longest candidate, in bytes: every digit full-width and every separator three characters.
const LONGEST: usize = 120;

/// Words that announce a phone number, a short way before it.
static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(?:전화|연락처|연락|문의|상담|예약|주문|신청|제보|팩스|핸드폰|휴대폰|휴대전화|대표번호|고객센터|콜센터|번호|tel|fax|phone|mobile|h\.?p|☎|☏|📞|📱|℡|[TFM][ ]?[.:)])[^0-9０-９]{0,12}$",
    )
    .expect("the pattern is a constant")
});

/// Units and counters that make a number a quantity.
const COUNTERS: [&str; 13] = ["원", "호", "만", "억", "개", "명", "%", "년", "점", "번지", "쪽", "km", "kg"];

/// Byte ranges of phone numbers in `text`, sorted. Service numbers only when `service` is set.
pub(super) fn find(text: &str, service: bool) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut at = 0;
    while let Some(start) = next_start(text, at) {
        let window = &text[start..floor_boundary(text, start + LONGEST)];
        let Some(m) = CANDIDATE.captures(window) else {
            at = skip_run(text, start);
            continue;
        };
        let value = m.get(0).map_or("", |m| m.as_str());
        let mut span = start..start + value.len();
        let last_end = found.last().map_or(0, |last| last.end);
        let before = &text[last_end.min(start)..start];
        let group = |name| m.name(name).is_some();
        let announced = || ANNOUNCED.is_match(last_chars(before, 24));
        let listed =
            last_end > 0 && before.len() < 24 && before.chars().all(|c| " ,/~·&와과및또는\n".contains(c));
        let good = free_before(before, listed, group("first").then_some(value))
            && free_after(&text[span.end..], group("mobile") || group("international"))
            && if group("service") {
                service && service_number(value, group("mark"), &announced)
            } else if group("international") {
                value.starts_with(['+', '＋']) || announced() || listed
            } else if group("area") {
                group("first") && spaced_like_a_number(value) || announced() || listed
            } else if group("virtual") {
                group("first") && group("second") || announced() || listed
            } else {
                true
            }
            && (service || !toll_free(value));
        if good {
            at = span.end;
            trim_bracket(text, &mut span);
            found.push(span);
        } else {
            // Go on behind the first run of digits: the number may start inside the match.
            at = skip_run(text, start);
        }
    }
    found
}

/// Where the next number starts that may be a phone number: a run of digits that opens with 0, 1 or
/// 8, with the bracket or plus sign before it.
fn next_start(text: &str, from: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    loop {
        // 0xEF opens the full-width forms, and little else in Korean text.
        let step = bytes[at..].iter().position(|b| b.is_ascii_digit() || *b == 0xEF)?;
        at += step;
        let Some(first) = text[at..].chars().next().filter(|c| digit(*c).is_some()) else {
            at = ceil_boundary(text, at + 1);
            continue;
        };
        if !matches!(digit(first), Some(0 | 1 | 8)) {
            at = skip_run(text, at);
            continue;
        }
        let sign = text[from..at].chars().next_back().filter(|c| "(（+＋".contains(*c));
        return Some(at - sign.map_or(0, char::len_utf8));
    }
}

/// Where the first run of digits at or behind `start` ends.
fn skip_run(text: &str, start: usize) -> usize {
    let run = text[start..].find(|c| digit(c).is_some()).map_or(text.len(), |i| start + i);
    text[run..].find(|c| digit(c).is_none()).map_or(text.len(), |i| run + i)
}

/// Whether nothing before makes the candidate part of a longer number.
fn free_before(before: &str, listed: bool, separated: Option<&str>) -> bool {
    let mut back = before.chars().rev();
    match back.next() {
        None => true,
        Some(c) if digit(c).is_some() => false,
        Some('제') => false,
        Some('*' | '#' | '₩' | '$' | '￦' | '=' | '_') => false,
        Some(c) if c.is_ascii_alphabetic() => {
            // A model or order number, unless the letters announce: `TEL010…`, `H.P010…`.
            let word: String = before.chars().rev().take_while(char::is_ascii_alphabetic).collect();
            ["let", "xaf", "ph", "enohp", "elibom", "llec", "t", "m", "f", "p"]
                .contains(&word.to_ascii_lowercase().as_str())
        }
        Some('-' | '–' | '.' | ',' | ':' | '/' | '~' | '－') => {
            listed || back.find(|c| *c != ' ').is_none_or(|c| digit(c).is_none())
        }
        Some(' ') => {
            // `3 010 1234 5678` may be a row of numbers; with marks between its groups it is a phone.
            let marked = separated.is_some_and(|v| v.contains(['-', ')', '.', '－', '）', '–']));
            listed || marked || back.find(|c| *c != ' ').is_none_or(|c| digit(c).is_none())
        }
        Some(_) => true,
    }
}

/// Whether nothing behind makes the candidate part of a longer number or a quantity.
fn free_after(after: &str, mobile: bool) -> bool {
    let mut ahead = after.chars();
    match (ahead.next(), ahead.next()) {
        (Some(c), _) if digit(c).is_some() => false,
        (Some('-' | '–' | '－' | '*'), Some(c)) if digit(c).is_some() || c == '*' => false,
        (Some('.'), Some(c)) if digit(c).is_some() => mobile,
        (Some('*' | '_'), _) => false,
        _ => mobile || !COUNTERS.iter().any(|c| after.starts_with(c)),
    }
}

/// A service number has a separator, and is no span of years (`1592-1598`); or it is announced.
fn service_number(value: &str, marked: bool, announced: &dyn Fn() -> bool) -> bool {
    let n: u32 = value.chars().filter_map(digit).take(8).fold(0, |n, d| n * 10 + u32::from(d));
    let (first, second) = (n / 10_000, n % 10_000);
    let years = first < second && second <= 2100 && second - first <= 250;
    let joined = value.contains(['-', '–', '－', '‐', '‑']);
    (marked && joined && !years) || announced()
}

/// The groups of an area number are kept apart by marks, or all by spaces; not `031/1234.5678`.
fn spaced_like_a_number(value: &str) -> bool {
    let marks: Vec<char> =
        value.chars().filter(|c| digit(*c).is_none() && !" ()（）~∼～".contains(*c)).collect();
    marks.windows(2).all(|w| w[0] == w[1])
}

/// 080 numbers are paid by a company and count as service numbers.
fn toll_free(value: &str) -> bool {
    let head: Vec<u8> = value.chars().filter_map(digit).take(3).collect();
    head == [0, 8, 0]
}

/// Leaves an opening bracket that belongs to the sentence, as in `(02-123-4567)`.
fn trim_bracket(text: &str, span: &mut Range<usize>) {
    let value = &text[span.clone()];
    let opens = value.matches(['(', '（']).count();
    let closes = value.matches([')', '）']).count();
    if opens > closes && value.starts_with(['(', '（']) {
        span.start += value.chars().next().map_or(0, char::len_utf8);
    }
}

//! E-mail addresses, spelled ones included.

use std::ops::Range;

use super::context::{next, previous};
use super::kind::{Found, Kind};
use crate::segment::{ceil_boundary, floor_boundary};

/// Longest part before the at sign (RFC 5321, 4.5.3.1.1).
const LONGEST_LOCAL: usize = 64;
/// Longest domain (RFC 5321, 4.5.3.1.2).
const LONGEST_DOMAIN: usize = 255;

/// Endings that make `img@2x.png` a file.
const FILES: [&str; 11] =
    ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js", "html", "invalid", "example"];

/// Hosts of mail that need no ending to be known, and their Korean names.
const HOSTS: [&str; 30] = [
    "naver",
    "daum",
    "hanmail",
    "nate",
    "gmail",
    "hotmail",
    "yahoo",
    "outlook",
    "kakao",
    "korea",
    "empal",
    "paran",
    "dreamwiz",
    "icloud",
    "live",
    "chol",
    "lycos",
    "freechal",
    "hanmir",
    "네이버",
    "다음",
    "한메일",
    "네이트",
    "지메일",
    "핫메일",
    "야후",
    "구글",
    "카카오",
    "아웃룩",
    "엠파스",
];
/// Last parts of domains that a spelled address may have.
const ENDINGS: [&str; 12] =
    ["com", "net", "org", "kr", "io", "edu", "co", "컴", "넷", "케이알", "씨오", "닷컴"];
/// Spellings of the dot.
const DOTS: [&str; 11] = [".", "．", "점", "닷", "쩜", "(dot)", "[dot]", "(.)", "[.]", "dot", "(점)"];

/// What stands between an address' parts when it is written apart.
fn local_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'%' | b'+' | b'-')
}

/// The address whose at sign is the `width` bytes at `at`.
pub(super) fn at_sign(text: &str, at: usize, width: usize) -> Option<Found> {
    let local = local_before(text, at);
    if let (Some(start), Some(end)) = (&local, domain(text, at + width)) {
        return Some(Found::new(Kind::Email, *start..end).sure(true));
    }
    // `abc @ naver.com`, `abc@네이버`: with a host that is known.
    let gap = usize::from(text[..at].ends_with(' '));
    let start = local.or_else(|| local_before(text, at - gap))?;
    let behind = at + width;
    let behind = behind + usize::from(text[behind..].starts_with(' '));
    let spaced = gap > 0 || behind > at + width;
    let end = spelled_domain(text, behind, !spaced)?;
    Some(Found::new(Kind::Email, start..end))
}

/// The address around a spelling of the at sign: `골뱅이`, `(at)`, `[at]`, `<at>`, ` at `.
pub(super) fn spelled(text: &str, word: Range<usize>) -> Option<Found> {
    let mut left = word.start;
    let mut right = word.end;
    // The word may stand in brackets of its own, and have a space on each side.
    let open = previous(text, left);
    let close = next(text, right);
    if let (Some('(' | '[' | '<' | '{'), Some(')' | ']' | '>' | '}')) = (open, close) {
        left -= 1;
        right += 1;
    } else if text[word.clone()].starts_with(['(', '[', '<', '{']) {
        right += text[right..].chars().take_while(|c| *c == ' ').take(1).count();
        if !text[right..].starts_with([')', ']', '>', '}']) {
            return None;
        }
        right += 1;
    }
    let trimmed = text[..left].trim_end_matches(' ').len();
    let start = local_before(text, if left - trimmed <= 1 { trimmed } else { return None })?;
    let skipped = text[right..].len() - text[right..].trim_start_matches(' ').len();
    if skipped > 1 {
        return None;
    }
    let from = right + skipped;
    let strict = text[word].trim() == "at";
    let end =
        spelled_domain(text, from, !strict).or_else(|| (!strict).then(|| domain(text, from)).flatten())?;
    Some(Found::new(Kind::Email, start..end))
}

/// `[email protected]`, what a content network puts in the place of an address.
pub(super) fn protected(text: &str, at: usize) -> Option<Found> {
    ["[email protected]", "[email\u{A0}protected]"]
        .iter()
        .find(|mark| text[at..].starts_with(**mark))
        .map(|mark| Found::new(Kind::Email, at..at + mark.len()).sure(true))
}

/// Where the local part starts that ends at `at`.
fn local_before(text: &str, at: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[..at];
    let len = bytes.iter().rev().take(LONGEST_LOCAL + 1).take_while(|b| local_byte(**b)).count();
    if len > LONGEST_LOCAL {
        return None;
    }
    let run = &bytes[at - len..];
    let skipped = run.iter().position(u8::is_ascii_alphanumeric)?;
    Some(at - len + skipped)
}

/// Where the domain ends that starts at `from`, when it is one.
fn domain(text: &str, from: usize) -> Option<usize> {
    let bytes = &text.as_bytes()[from..];
    let run = bytes
        .iter()
        .take(LONGEST_DOMAIN)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        .count();
    let mut name = &text[from..from + run];
    // `a@b.com.` ends a sentence; `a@b.co-` is cut short.
    loop {
        name = name.trim_end_matches(['.', '-']);
        let ending = name.rsplit('.').next()?;
        if ending.len() == name.len() {
            return None;
        }
        let letters = ending.bytes().take_while(u8::is_ascii_alphabetic).count();
        if letters >= 2 && letters == ending.len() {
            let labels = name.split('.').all(|label| !label.is_empty() && !label.starts_with('-'));
            let file = FILES.iter().any(|f| ending.eq_ignore_ascii_case(f));
            return (labels && !file).then_some(from + name.len());
        }
        name = &name[..name.len() - ending.len()];
    }
}

/// Where a domain ends whose dots may be spelled: `naver점com`. With `bare`, a host that is known may
/// stand alone.
fn spelled_domain(text: &str, from: usize, bare: bool) -> Option<usize> {
    let window = &text[from..floor_boundary(text, from + 80)];
    let known = HOSTS.iter().find(|h| starts_with(window, h)).map(|h| h.len());
    let ascii = window.bytes().take_while(|b| b.is_ascii_alphanumeric() || *b == b'-').count();
    let host = known.unwrap_or(0).max(ascii);
    if host == 0 {
        return None;
    }
    let known = known == Some(host);
    let (mut end, mut parts) = (host, 0);
    while parts < 3 {
        let Some(dot) = dot(&window[end..]) else { break };
        let rest = &window[end + dot..];
        let Some(part) = ENDINGS.iter().filter(|e| starts_with(rest, e)).max_by_key(|e| e.len()) else {
            // `re.kr`, `ac.kr`
            let short = rest.bytes().take_while(u8::is_ascii_lowercase).count();
            if (2..=12).contains(&short) && parts < 2 && self::dot(&rest[short..]).is_some() {
                end += dot + short;
                parts += 1;
                continue;
            }
            break;
        };
        end += dot + part.len();
        parts += 1;
    }
    let closed = ceil_boundary(window, end);
    let boundary = window[closed..].chars().next().is_none_or(|c| !c.is_ascii_alphanumeric());
    let complete = parts > 0 && ENDINGS.iter().any(|e| ends_with(&window[..end], e));
    let alone = bare && known && parts == 0;
    (boundary && (complete || alone)).then_some(from + end)
}

/// The length of a spelled dot, spaces around it included.
fn dot(text: &str) -> Option<usize> {
    // `닷컴` and `점컴` are a dot and an ending.
    let lead = usize::from(text.starts_with(' '));
    let body = &text[lead..];
    let mark = DOTS.iter().filter(|d| starts_with(body, d)).max_by_key(|d| d.len())?;
    let rest = &body[mark.len()..];
    Some(lead + mark.len() + usize::from(rest.starts_with(' ') && *mark != "."))
}

fn starts_with(text: &str, word: &str) -> bool {
    text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

fn ends_with(text: &str, word: &str) -> bool {
    text.len() >= word.len()
        && text.get(text.len() - word.len()..).is_some_and(|end| end.eq_ignore_ascii_case(word))
}

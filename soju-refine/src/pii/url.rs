//! Web addresses.

use super::context::{next, previous};
use super::kind::{Found, Kind};

/// Characters before a mark that are looked at for the start of an address.
const LONGEST_HOST: usize = 253;

/// Endings of hosts that stand without a scheme but with a path, `blog.naver.com/soju`.
const DOMAINS: [&str; 14] =
    ["com", "net", "org", "kr", "io", "me", "co", "ly", "gg", "tv", "be", "info", "shop", "site"];

/// The address whose `://` starts at `at`.
pub(super) fn with_scheme(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let scheme = bytes[..at].iter().rev().take(8).take_while(|b| b.is_ascii_alphabetic()).count();
    let start = at - scheme;
    let known = ["http", "https", "ftp", "hxxp", "hxxps", "ttp", "ttps"];
    if !known.iter().any(|k| text[start..at].eq_ignore_ascii_case(k)) {
        return None;
    }
    let end = end(text, at + 3);
    // The host has to have something in it.
    (end > at + 5).then(|| Found::new(Kind::Url, start..end).sure(true))
}

/// The address that has its first dot at `at`: `www.` or a host with a path.
pub(super) fn without_scheme(text: &str, at: usize) -> Option<Found> {
    let bytes = text.as_bytes();
    let host = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    let back = bytes[..at].iter().rev().take(LONGEST_HOST).take_while(|b| host(b)).count();
    let run = &bytes[at - back..at];
    let back = back - run.iter().position(u8::is_ascii_alphanumeric).unwrap_or(back);
    let start = at - back;
    if back == 0 || previous(text, start).is_some_and(|c| matches!(c, '@' | '_' | '/' | '＠')) {
        return None;
    }
    let ahead = bytes[at..].iter().take(LONGEST_HOST).take_while(|b| host(b)).count();
    let stop = at + ahead;
    let name = text[start..stop].trim_end_matches(['.', '-']);
    let www = name.len() > 7 && name.as_bytes()[..4].eq_ignore_ascii_case(b"www.");
    if www && name[4..].contains('.') {
        let whole = if name.len() == stop - start { end(text, stop) } else { start + name.len() };
        return Some(Found::new(Kind::Url, start..whole).sure(true));
    }
    let ending = name.rsplit('.').next().unwrap_or_default();
    let known = DOMAINS.iter().any(|d| ending.eq_ignore_ascii_case(d));
    let path = text[stop..].starts_with('/')
        && next(text, stop + 1).is_some_and(|c| c.is_ascii_alphanumeric() || "@_?#~".contains(c));
    (known && path && name.len() == stop - start).then(|| Found::new(Kind::Url, start..end(text, stop)))
}

/// Where the address ends that goes on at `from`: before white space, Hangul and what closes a sentence.
fn end(text: &str, from: usize) -> usize {
    let part = |b: &u8| {
        b.is_ascii_graphic() && !matches!(b, b'<' | b'>' | b'"' | b'`' | b'{' | b'}' | b'|' | b'\\' | b'^')
    };
    let bytes = &text.as_bytes()[from..];
    let len = bytes.iter().take_while(|b| part(b)).count();
    let opened = |mark: u8| bytes[..len.min(2048)].contains(&mark);
    let (round, square) = (!opened(b'('), !opened(b'['));
    let closes = |b: &u8| {
        matches!(b, b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'~' | b'(' | b'[')
            || *b == b')' && round
            || *b == b']' && square
    };
    from + bytes[..len].iter().rposition(|b| !closes(b)).map_or(0, |i| i + 1)
}

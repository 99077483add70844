//! The pass over the text: what makes it stop, and who is asked there.
//!
//! The text is looked at once, byte by byte, for the few bytes that every value has one of: digits, at
//! signs, colons, dots. At each the recognizers look around, no further than a bounded number of bytes, so
//! the work is linear whatever the text. A second search goes by words (골뱅이, 카톡, 공일공), a third by leaps
//! over rows of syllables that are digits (구공공일공일).

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind, packed};

use super::account::Account;
use super::address::{self, Address};
use super::business::Business;
use super::card::Card;
use super::documents::{Licence, Passport};
use super::email;
use super::ip::{self, IpV4};
use super::kind::{Found, Kind};
use super::messenger;
use super::number::Number;
use super::phone::{self, Phone};
use super::registration::Registration;
use super::spoken;
use super::url;

/// A number in its text.
pub(super) struct Cue<'a> {
    pub(super) text: &'a str,
    /// Has a group at least.
    pub(super) number: &'a Number,
    /// Where the last phone number ended; 0 before the first.
    pub(super) last_phone: usize,
}

/// Tells whether a number is of a certain kind.
pub(super) trait Recognizer: Sync {
    /// The value that starts with the number's first group, or has it in it.
    fn recognize(&self, cue: &Cue<'_>) -> Option<Found>;
}

/// Those who are asked about a number, in this order: the more a form demands, the earlier.
const RECOGNIZERS: [&dyn Recognizer; 9] =
    [&Registration, &Licence, &Card, &IpV4, &Business, &Account, &Phone, &Passport, &Address];

/// What a byte may begin.
const PLAIN: u8 = 0;
const DIGIT: u8 = 1;
const WIDE: u8 = 2;
const AT: u8 = 3;
const COLON: u8 = 4;
const DOT: u8 = 5;

static CLASS: [u8; 256] = {
    let mut class = [PLAIN; 256];
    let mut b = b'0';
    while b <= b'9' {
        class[b as usize] = DIGIT;
        b += 1;
    }
    // The first bytes of full-width and of mathematical digits.
    class[0xEF] = WIDE;
    class[0xF0] = WIDE;
    class[b'@' as usize] = AT;
    class[b':' as usize] = COLON;
    class[b'.' as usize] = DOT;
    class
};

/// Words that a value stands beside, or that begin one.
const WORDS: [&str; 43] = [
    "골뱅이",
    "(at",
    "(AT",
    "(At",
    "[at",
    "[AT",
    "[At",
    "<at",
    "{at",
    " at ",
    "[email",
    "톡",
    "텔",
    "라인",
    "line",
    "LINE",
    "Line",
    "kakaotalk",
    "KakaoTalk",
    "kakao",
    "Kakao",
    "KAKAO",
    "telegram",
    "Telegram",
    "위챗",
    "wechat",
    "WeChat",
    "인스타그램",
    "인스타",
    "instagram",
    "Instagram",
    "INSTAGRAM",
    "insta",
    "Insta",
    "INSTA",
    "카카오",
    "공일",
    "영일",
    "빵일",
    "ㅇ일ㅇ",
    "oio",
    "OIO",
    "⓪①",
];

/// The search for [`WORDS`]. Vectorized where the processor can do that.
enum WordSearch {
    Packed(packed::Searcher),
    Automaton(AhoCorasick),
}

static WORD_SEARCH: LazyLock<WordSearch> = LazyLock::new(|| {
    let packed =
        packed::Config::new().match_kind(packed::MatchKind::LeftmostLongest).builder().extend(WORDS).build();
    match packed {
        Some(searcher) => WordSearch::Packed(searcher),
        None => {
            let automaton = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(WORDS);
            WordSearch::Automaton(automaton.expect("a few short words fit an automaton"))
        }
    }
});

/// Hands every value in `text` to `found`: those of the words first, then the others, each in order.
pub(super) fn scan(text: &str, short_numbers: bool, mut found: impl FnMut(Found)) {
    match &*WORD_SEARCH {
        WordSearch::Packed(search) => {
            for m in search.find_iter(text) {
                beside_word(text, m.start(), m.end()).map(&mut found);
            }
        }
        WordSearch::Automaton(search) => {
            for m in search.find_iter(text) {
                beside_word(text, m.start(), m.end()).map(&mut found);
            }
        }
    }
    spoken::registrations(text, &mut found);
    around_marks(text, short_numbers, found);
}

fn beside_word(text: &str, start: usize, end: usize) -> Option<Found> {
    match &text[start..end] {
        "[email" => email::protected(text, start),
        "공일" | "영일" | "빵일" | "ㅇ일ㅇ" | "oio" | "OIO" | "⓪①" => {
            spoken::mobile(text, start)
        }
        "골뱅이" | " at " => email::spelled(text, start..end),
        word if word.starts_with(['(', '[', '<', '{']) => email::spelled(text, start..end),
        _ => messenger::named(text, start..end),
    }
}

fn around_marks(text: &str, short_numbers: bool, mut found: impl FnMut(Found)) {
    let bytes = text.as_bytes();
    let mut number = Number::new();
    let mut last_phone = 0;
    let (mut at, mut free) = (0, 0);
    while let Some(step) = bytes[at..].iter().position(|b| CLASS[usize::from(*b)] != PLAIN) {
        at += step;
        let (value, next) = match CLASS[usize::from(bytes[at])] {
            DIGIT => digits(text, at, &mut number, last_phone, short_numbers),
            WIDE => wide(text, at, &mut number, last_phone),
            AT => (email::at_sign(text, at, 1), at + 1),
            COLON if bytes[at..].starts_with(b"://") => (url::with_scheme(text, at), at + 3),
            COLON if hexadecimal(bytes, at) => (ip::v6(text, at), at + 1),
            DOT if dotted(bytes, at) => (url::without_scheme(text, at), at + 1),
            _ => (None, at + 1),
        };
        at = next;
        let Some(value) = value.filter(|v| v.span.start >= free) else { continue };
        if value.kind == Kind::Phone {
            last_phone = value.span.end;
        }
        free = value.span.end;
        at = at.max(free);
        found(value);
    }
}

/// The value around a run of digits, and where to go on.
fn digits(
    text: &str,
    at: usize,
    number: &mut Number,
    last_phone: usize,
    short_numbers: bool,
) -> (Option<Found>, usize) {
    number.read(text, at);
    let next = number.first_end;
    let Some(first) = number.groups().first() else { return (None, next) };
    let cue = Cue { text, number, last_phone };
    let single = number.groups().len() == 1;
    // Most numbers in prose: a year, a count, a day.
    if single && first.len < 7 {
        let hinted = address::hinted(text.as_bytes(), at, next);
        let value = hinted.then(|| Address.recognize(&cue)).flatten();
        let value = value.or_else(|| (first.len == 3).then(|| Passport.recognize(&cue)).flatten());
        let value =
            value.or_else(|| spoken::hint(text, number).and_then(|start| spoken::mobile(text, start)));
        let value = value.or_else(|| (first.len == 6).then(|| spoken::spoken_from(text, at)).flatten());
        let value = value.or_else(|| short_numbers.then(|| phone::short(&cue)).flatten());
        return (value, next);
    }
    let value = RECOGNIZERS.iter().find_map(|r| r.recognize(&cue));
    let value = value.or_else(|| spoken::spaced(text, number));
    let value = value.or_else(|| spoken::hint(text, number).and_then(|start| spoken::mobile(text, start)));
    (value, next)
}

/// The value around a character that may be a wide digit or a wide at sign.
fn wide(text: &str, at: usize, number: &mut Number, last_phone: usize) -> (Option<Found>, usize) {
    let Some(c) = text[at..].chars().next() else { return (None, text.len()) };
    if c == '＠' {
        return (email::at_sign(text, at, c.len_utf8()), at + c.len_utf8());
    }
    if super::number::is_digit(c) {
        return digits(text, at, number, last_phone, false);
    }
    (None, at + c.len_utf8())
}

/// Whether the colon stands between what an IPv6 address is made of.
fn hexadecimal(bytes: &[u8], at: usize) -> bool {
    let part = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_hexdigit() || *b == b':');
    part(bytes.get(at + 1)) && part(at.checked_sub(1).and_then(|i| bytes.get(i)))
}

/// Whether the dot stands within a Latin word.
fn dotted(bytes: &[u8], at: usize) -> bool {
    bytes.get(at + 1).is_some_and(u8::is_ascii_alphabetic)
        && at.checked_sub(1).is_some_and(|i| bytes[i].is_ascii_alphanumeric())
}

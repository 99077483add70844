//! Pseudonyms: values of the same shape that nobody has.
//!
//! Digits and letters are replaced by others that follow from the value under a secret key (HMAC-SHA-256,
//! RFC 2104), the same for the same value; marks between them stay. Then a part is set to what is never given
//! out, so that no pseudonym is anybody's number, and so that none is found again:
//!
//! | kind | never given out |
//! | --- | --- |
//! | phone | exchanges with a leading 0; 0500; 1000-xxxx |
//! | rrn, foreigner | a month from 20 on, day 00 |
//! | corporate | registry office 0000 |
//! | business | tax office 000 |
//! | driver's licence | region 00 |
//! | card | issuer 0 |
//! | account | a first group of zeros |
//! | passport | sort X |
//! | e-mail | the top-level domain `invalid` (RFC 2606) |
//! | IP | 198.51.100.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849) |
//!
//! Messengers, addresses and web addresses have no such part; they get their placeholder with a tag.

use std::fmt::Write;

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::kind::Kind;
use super::number::is_digit;
use super::spoken::loose;

/// Makes pseudonyms under one key.
#[derive(Clone)]
pub(super) struct Pseudonyms {
    key: Hmac<Sha256>,
}

impl Pseudonyms {
    pub(super) fn new(secret: &[u8]) -> Self {
        Self { key: Hmac::new_from_slice(secret).expect("HMAC takes keys of any length") }
    }

    /// The pseudonym of a value as it stands in a text.
    pub(super) fn of(&self, kind: Kind, value: &str) -> String {
        let plain = normalized(kind, value);
        let mut mac = self.key.clone();
        mac.update(kind.name().as_bytes());
        mac.update(&[0]);
        mac.update(plain.as_bytes());
        let hash: [u8; 32] = mac.finalize().into_bytes().into();
        match kind {
            Kind::Email => email(value, &hash),
            Kind::Ip if value.contains(':') => format!("2001:db8::{:x}:{:x}", word(&hash, 0), word(&hash, 2)),
            Kind::Ip => format!("198.51.100.{}", hash[0]),
            Kind::Messenger | Kind::Address | Kind::Url => tagged(kind, &hash),
            // A number that is written in words has no shape to keep, and an old licence has its region's
            // name for the code.
            _ if worded(value) => tagged(kind, &hash),
            _ => shaped(kind, value, &hash),
        }
    }
}

/// Whether a part of the number at least is no digits.
fn worded(value: &str) -> bool {
    value.chars().filter(|c| is_digit(*c)).count() < 4 || value.contains(|c| ('가'..='힣').contains(&c))
}

/// What two writings of one value have in common.
fn normalized(kind: Kind, value: &str) -> String {
    let spoken = worded(value) && matches!(kind, Kind::Phone | Kind::Rrn | Kind::Foreigner | Kind::Corporate);
    let digit = |c: char| ascii(c).or_else(|| char::from_digit(loose(c).filter(|_| spoken)?.into(), 10));
    let digits = || value.chars().filter_map(digit).collect::<String>();
    match kind {
        Kind::Email | Kind::Messenger | Kind::Url | Kind::Ip => value.to_ascii_lowercase(),
        Kind::Address => value.split_whitespace().collect::<Vec<_>>().join(" "),
        Kind::Passport => value.to_ascii_uppercase(),
        Kind::Phone => {
            let digits = digits();
            match digits.strip_prefix("82") {
                Some(rest) if value.starts_with(['+', '＋']) => format!("0{}", rest.trim_start_matches('0')),
                _ => digits,
            }
        }
        _ => digits(),
    }
}

fn ascii(c: char) -> Option<char> {
    let mut bytes = [0; 4];
    let (digit, _) = super::number::digit_at(c.encode_utf8(&mut bytes).as_bytes(), 0)?;
    char::from_digit(u32::from(digit), 10)
}

fn word(hash: &[u8; 32], at: usize) -> u16 {
    u16::from_be_bytes([hash[at], hash[at + 1]])
}

/// `<주소:3fa09c21>`
fn tagged(kind: Kind, hash: &[u8; 32]) -> String {
    let mut tag = kind.placeholder().trim_end_matches('>').to_owned();
    // Writing to a string can't fail.
    let _ = write!(tag, ":{:08x}>", u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]));
    tag
}

/// `hong.gd@naver.com` as `qbx1.ka@example.invalid`.
fn email(value: &str, hash: &[u8; 32]) -> String {
    let local = value.bytes().take_while(|b| b.is_ascii_alphanumeric() || b"._%+-".contains(b));
    let mut name: String = local.zip(hash.iter().cycle()).map(|(b, h)| other(char::from(b), *h)).collect();
    if name.is_empty() {
        name = format!("{:02x}{:02x}", hash[0], hash[1]);
    }
    name + "@example.invalid"
}

/// A character of the same sort.
fn other(c: char, hash: u8) -> char {
    match c {
        'a'..='z' => char::from(b'a' + hash % 26),
        'A'..='Z' => char::from(b'A' + hash % 26),
        c if is_digit(c) => char::from(b'0' + hash % 10),
        c => c,
    }
}

/// The value with other digits and letters, and its part that is never given out.
fn shaped(kind: Kind, value: &str, hash: &[u8; 32]) -> String {
    let plain: Vec<u8> = value.chars().filter_map(ascii).map(|c| c as u8 - b'0').collect();
    let never = never(kind, &plain, hash);
    let mut at = 0;
    let mut first_letter = true;
    value
        .chars()
        .map(|c| {
            if is_digit(c) {
                let digit = never.get(at).copied().flatten().unwrap_or(hash[at % 32] % 10);
                at += 1;
                char::from(b'0' + digit)
            } else if kind == Kind::Passport && std::mem::take(&mut first_letter) {
                'X'
            } else {
                other(c, hash[31])
            }
        })
        .collect()
}

/// For each digit what it has to be; `None` where any will do.
fn never(kind: Kind, digits: &[u8], hash: &[u8; 32]) -> Vec<Option<u8>> {
    let mut fixed = vec![None; digits.len()];
    let mut set = |range: std::ops::Range<usize>, values: &[u8]| {
        for (slot, value) in fixed.iter_mut().skip(range.start).take(range.len()).zip(values) {
            *slot = Some(*value);
        }
    };
    match kind {
        Kind::Rrn | Kind::Foreigner => set(2..6, &[2 + hash[30] % 8, hash[29] % 10, 0, 0]),
        Kind::Corporate => set(0..4, &[0; 4]),
        Kind::Business => set(0..3, &[0; 3]),
        Kind::DriverLicence => set(0..2, &[0; 2]),
        Kind::Card => set(0..1, &[0]),
        Kind::Account => set(0..3, &[0; 3]),
        Kind::Phone => {
            let head = head(digits);
            set(0..head, &digits[..head]);
            match (digits[0], head) {
                (1, _) => set(0..4, &[1, 0, 0, 0]),
                (0, 4) => set(0..4, &[0, 5, 0, 0]),
                _ => set(head..head + 1, &[0]),
            }
        }
        _ => {}
    }
    fixed
}

/// How many digits say what sort of phone it is; they stay.
fn head(d: &[u8]) -> usize {
    match d {
        [8, 2, rest @ ..] => {
            2 + usize::from(rest.first() == Some(&0)) + if rest.first() == Some(&2) { 1 } else { 2 }
        }
        [0, 2, ..] => 2,
        [0, 3 | 5, 0, ..] => 4,
        [0, ..] => 3,
        _ => 0,
    }
}

//! Numbers with a prefix: mobile, area, virtual and toll-free ones.

use super::super::context::{after, before, next, previous, same_line};
use super::super::kind::{Found, Kind};
use super::super::number::{Gap, Group, dash};
use super::super::scan::Cue;
use super::{OFFICE, OTHER, announced, bracket, extended, free_after, free_before, listed, tail};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Class {
    Mobile,
    Area,
    /// 030, 050, 060, 070.
    Virtual,
    /// 080, which the company that is called pays.
    Free,
}

/// A national number: digits up to the exchange, and how it is divided.
#[derive(Debug, Clone, Copy)]
struct National {
    class: Class,
    /// How many groups it takes.
    groups: usize,
    /// Whether the groups are divided behind the prefix, and before the last four digits.
    first: bool,
    second: bool,
}

/// A number with a prefix.
pub(super) fn national(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let (found, e) = (1..=groups.len().min(3)).rev().find_map(|k| {
        let found = divide(cue.number.digits(k), &groups[..k], k)?;
        Some((found, found.groups))
    })?;
    let used = &groups[..e];
    if !gaps_fit(used, found.class) {
        return None;
    }
    let mut span = used[0].start..extended(groups, e);
    let listed = listed(cue);
    let marked = used[1..].iter().any(|g| g.gap.marks > 0);
    let strong = found.class == Class::Mobile;
    if !free_before(cue.text, span.start, listed, found.first && marked)
        || !free_after(cue.text, span.end, strong || found.second)
    {
        return None;
    }
    let announced = announced(cue);
    let other = || OTHER.any(tail(cue.text, span.start, 36));
    let good = match found.class {
        Class::Mobile => found.first || found.second || announced || !other(),
        Class::Area => {
            found.first && even(used) || announced || listed || whole(cue, used, found.class) && !other()
        }
        Class::Virtual | Class::Free => {
            found.first && found.second || announced || listed || whole(cue, used, found.class) && !other()
        }
    };
    if !good {
        return None;
    }
    bracket(cue.text, used, &mut span);
    let mut value = Found::new(Kind::Phone, span).sure(announced || strong && found.first);
    value.public = found.class == Class::Free
        || !strong && OFFICE.any(same_line(before(cue.text, value.span.start, 48)));
    Some(value)
}

/// Whether the digits divide into a prefix, an exchange and four digits, with breaks only between these.
fn divide(digits: &[u8], groups: &[Group], used: usize) -> Option<National> {
    let (class, head) = prefix(digits)?;
    let exchange = digits.len().checked_sub(head + 4).filter(|len| matches!(len, 3 | 4))?;
    // No exchange starts with 0, but for 050 numbers, which have none.
    if digits[head] == 0 && head != 4 {
        return None;
    }
    let (mut first, mut second) = (false, false);
    for group in &groups[1..] {
        match group.from {
            f if f == head => first = true,
            // `050-7123-4567`: divided as if the prefix had three digits.
            3 if head == 4 => first = true,
            f if f == head + exchange => second = true,
            _ => return None,
        }
    }
    Some(National { class, groups: used, first, second })
}

/// The class of a number and the length of its prefix.
pub(super) fn prefix(d: &[u8]) -> Option<(Class, usize)> {
    match *d.get(..3)? {
        [0, 1, 0 | 1 | 6..=9] => Some((Class::Mobile, 3)),
        [0, 2, _] => Some((Class::Area, 2)),
        [0, 3, 1..=3] | [0, 4, 1..=4] | [0, 5, 1..=5] | [0, 6, 1..=4] => Some((Class::Area, 3)),
        [0, 5, 0] if matches!(d.get(3), Some(1..=8)) => Some((Class::Virtual, 4)),
        [0, 3, 0] => Some((Class::Virtual, 4)),
        [0, 6 | 7, 0] => Some((Class::Virtual, 3)),
        [0, 8, 0] => Some((Class::Free, 3)),
        _ => None,
    }
}

/// Marks are those of phone numbers; between the groups of a mobile number any mark may stand, when it is the same twice.
fn gaps_fit(groups: &[Group], class: Class) -> bool {
    if groups[1..].iter().all(|g| g.gap.usual()) {
        return true;
    }
    let odd = |g: Gap| g.marks > 0 && g.mark == g.last && g.mark != ',' && !matches!(g.mark, '$' | '₩' | '%');
    class == Class::Mobile && groups.len() == 3 && odd(groups[1].gap) && groups[1].gap == groups[2].gap
}

/// The groups are kept apart by marks, or all by spaces; not `031/1234.5678`.
fn even(groups: &[Group]) -> bool {
    let plain = |c: char| if dash(c) { '-' } else { c };
    let mut marks = groups[1..]
        .iter()
        .map(|g| plain(g.gap.last))
        .filter(|c| !matches!(c, '\0' | '(' | ')' | '（' | '）'));
    marks.next().is_none_or(|first| marks.all(|mark| mark == first))
}

/// Digits in one run, alone among letters: 0212345678. Not an ISBN of ten digits.
fn whole(cue: &Cue<'_>, used: &[Group], class: Class) -> bool {
    let digits = cue.number.digits(used.len());
    let (_, head) = prefix(digits).expect("the caller has divided it");
    let exchange = digits[head] >= 2 || head == 4 || class == Class::Virtual;
    let isbn = digits.len() == 10
        && digits.iter().zip((1..=10).rev()).map(|(d, w)| u32::from(*d) * w).sum::<u32>() % 11 == 0;
    let alone = |c: Option<char>| c.is_none_or(|c| !c.is_ascii_alphanumeric() && !"-_#/.,=+*".contains(c));
    let end = used[used.len() - 1].end;
    // A full stop ends the sentence, unless more follows at once.
    let behind = match next(cue.text, end) {
        Some('.' | ',' | '/') => {
            after(cue.text, end, 8).chars().nth(1).is_none_or(|c| !c.is_ascii_alphanumeric())
        }
        c => alone(c),
    };
    let latin = cue.text[..used[0].start]
        .strip_suffix(':')
        .is_some_and(|b| b.ends_with(|c: char| c.is_ascii_alphanumeric()));
    used.len() == 1 && exchange && !isbn && !latin && alone(previous(cue.text, used[0].start)) && behind
}

//! Numbers with a country code.

use super::super::context::{before, previous, same_line};
use super::super::kind::{Found, Kind};
use super::super::number::{Gap, Group, dash};
use super::super::scan::Cue;
use super::national::{Class, prefix};
use super::{OFFICE, announced, bracket, extended, free_after, free_before, listed};

/// A number with a country code: Korea's, or behind a plus sign any.
pub(super) fn international(cue: &Cue<'_>, plus: bool) -> Option<Found> {
    let groups = cue.number.groups();
    let all = cue.number.digits(groups.len());
    let zeros = all.iter().take_while(|d| **d == 0).count();
    if zeros > 2 || zeros == 1 || plus && zeros > 0 {
        return None;
    }
    if !all[zeros..].starts_with(&[8, 2]) {
        return if plus { foreign(cue) } else { None };
    }
    let code = zeros + 2;
    let dropped = code + usize::from(all.get(code) == Some(&0));
    let mut arranged = [0; 14];
    let (k, class) = (1..=groups.len().min(6)).rev().find_map(|k| {
        let digits = cue.number.digits(k);
        let rest = digits.get(dropped..).filter(|rest| (8..=11).contains(&rest.len()))?;
        arranged[1..=rest.len()].copy_from_slice(rest);
        let digits = &arranged[..=rest.len()];
        let (class, head) = prefix(digits)?;
        let exchange = digits.len().checked_sub(head + 4).filter(|len| matches!(len, 3 | 4))?;
        let breaks = groups[1..k].iter().all(|g| {
            let at = (g.from + 1).saturating_sub(dropped);
            at <= 1 || at == head || at == head + exchange
        });
        let gaps = groups[1..k].iter().all(|g| g.gap.usual() || bracketed_zero(g.gap));
        (breaks && gaps && digits[head] != 0).then_some((k, class))
    })?;
    let mut span = groups[0].start..extended(groups, k);
    if plus {
        span.start -= previous(cue.text, span.start).map_or(0, char::len_utf8);
    }
    // `82-10-1234-5678`: no other number is divided so.
    let divided = k == 4 && groups[1..k].iter().all(|g| g.gap.dash());
    let good = plus || announced(cue) || listed(cue) || class == Class::Mobile && divided;
    if !good || !free_before(cue.text, span.start, listed(cue), true) || !free_after(cue.text, span.end, true)
    {
        return None;
    }
    bracket(cue.text, &groups[..k], &mut span);
    let mut found = Found::new(Kind::Phone, span).sure(true);
    found.public = class != Class::Mobile && OFFICE.any(same_line(before(cue.text, found.span.start, 48)));
    Some(found)
}

/// `+1-202-555-0123`: the plus sign and the marks make it a number of another country.
fn foreign(cue: &Cue<'_>) -> Option<Found> {
    let groups = cue.number.groups();
    let fits = |g: &Group| g.len >= 2 && (g.gap.plain() || matches!(g.gap.mark, '(' | ')' | '.'));
    let k = 1 + groups[1..].iter().take_while(|g| fits(g)).count();
    let digits = cue.number.digits(k).len();
    let joined = groups[1..k].iter().any(|g| g.gap.dash() || matches!(g.gap.mark, '(' | ')'));
    let start = groups[0].start;
    let span = start - previous(cue.text, start).map_or(0, char::len_utf8)..groups[k - 1].end;
    let good = (9..=15).contains(&digits)
        && groups[0].len <= 3
        && k >= 3
        && (joined || announced(cue))
        && free_before(cue.text, span.start, false, true)
        && free_after(cue.text, span.end, true);
    good.then(|| Found::new(Kind::Phone, span))
}

/// `+82 (0)10`, `+82-(0)10`.
fn bracketed_zero(gap: Gap) -> bool {
    gap.marks <= 2 && (matches!(gap.mark, '(' | ')') || dash(gap.mark) && gap.last == '(') && gap.spaces <= 1
}

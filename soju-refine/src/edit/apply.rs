//! The interpreter: from actions to changes that cut, mask and space, and nothing else.

use std::ops::Range;

use super::actions::{Action, Actions};
use crate::document::Change;
use crate::pii::{Kind, Pii};
use crate::segment::Segment;

/// What an edit program may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EditLimits {
    /// Greatest share of the visible characters that may be cut, 0 to 1. Default 0.5.
    pub max_cut: f32,
}

impl Default for EditLimits {
    fn default() -> Self {
        Self { max_cut: 0.5 }
    }
}

/// Something that was asked for and not done.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Refusal {
    /// More than the limit would have gone; no segment was cut. The share that was asked for.
    TooMuch(f32),
    /// The spaced text of this segment has other characters than the segment.
    NotOnlySpaces(usize),
    /// Nothing in this segment looks like personal data of this kind.
    NothingToMask(usize, Kind),
}

impl Refusal {
    /// Its name in counts.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TooMuch(_) => "too_much",
            Self::NotOnlySpaces(_) => "not_only_spaces",
            Self::NothingToMask(..) => "nothing_to_mask",
        }
    }
}

/// What came of the actions.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edited {
    /// Changes of the text: sorted, without overlaps, of the kinds `drop`, `join`, `spacing` and those of [`Kind`].
    pub changes: Vec<Change>,
    /// What was refused.
    pub refusals: Vec<Refusal>,
}

/// What the actions change in `text`, whose segments are `segments`. Whatever they say, each change cuts, puts a
/// placeholder, puts a space for white space, or puts a space behind a character that stays.
pub fn changes(text: &str, segments: &[Segment], actions: &Actions, limits: EditLimits) -> Edited {
    let mut out = Edited::default();
    let visible = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
    let asked: usize = segments
        .iter()
        .zip(&actions.0)
        .filter(|(_, action)| action.drop)
        .map(|(segment, _)| visible(&text[segment.span.clone()]))
        .sum();
    let share = asked as f32 / visible(text).max(1) as f32;
    let may_drop = share <= limits.max_cut;
    if !may_drop {
        out.refusals.push(Refusal::TooMuch(share));
    }
    let drops = |action: &Action| may_drop && action.drop;
    let mut at = 0;
    while let Some((segment, action)) = segments.get(at).zip(actions.0.get(at)) {
        if drops(action) {
            // Neighbours go in one piece, with what stands between them.
            let first = at;
            while actions.0.get(at + 1).is_some_and(drops) && at + 1 < segments.len() {
                at += 1;
            }
            out.changes.push(Change::cut("drop", with_gap(text, segments, first..at + 1)));
        } else {
            inside(text, segment.span.clone(), at, action, &mut out);
            let next = segments.get(at + 1).filter(|_| actions.0.get(at + 1).is_some_and(|a| !drops(a)));
            if let Some(next) = next.filter(|_| action.join_next) {
                let between = segment.span.end..next.span.start;
                if text[between.clone()].contains('\n') {
                    out.changes.push(Change::replace("join", between, " "));
                }
            }
        }
        at += 1;
    }
    out
}

/// What goes with these segments: they, and the white space on one side, so that none is left double. That of fewer
/// lines goes, as a paragraph's end stays one.
fn with_gap(text: &str, segments: &[Segment], gone: Range<usize>) -> Range<usize> {
    let span = segments[gone.start].span.start..segments[gone.end - 1].span.end;
    let before = gone.start.checked_sub(1).map_or(0, |at| segments[at].span.end);
    let after = segments.get(gone.end).map_or(text.len(), |next| next.span.start);
    let lines = |span: Range<usize>| text[span].matches('\n').count();
    let last = gone.end == segments.len();
    if last || gone.start > 0 && lines(before..span.start) < lines(span.end..after) {
        before..if last { after } else { span.end }
    } else {
        span.start..after
    }
}

/// Masks and spaces within a segment that stays. Where something is masked, spaces stay as they are.
fn inside(text: &str, span: Range<usize>, at: usize, action: &Action, out: &mut Edited) {
    let body = &text[span.clone()];
    let mut masked: Vec<(Range<usize>, Kind)> = Vec::new();
    for kind in &action.masks {
        let found = personal(body, *kind);
        if found.is_empty() {
            out.refusals.push(Refusal::NothingToMask(at, *kind));
        }
        masked.extend(found.into_iter().map(|span| (span, *kind)));
    }
    if !masked.is_empty() {
        masked.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut free = 0;
        for (found, kind) in masked {
            if found.start >= free {
                free = found.end;
                let found = span.start + found.start..span.start + found.end;
                out.changes.push(Change::replace(kind.name(), found, kind.placeholder()));
            }
        }
    } else if let Some(spaced) = &action.spacing {
        match spacing(body, spaced) {
            Some(changes) => out.changes.extend(changes.into_iter().map(|mut change| {
                change.span = span.start + change.span.start..span.start + change.span.end;
                change
            })),
            None => out.refusals.push(Refusal::NotOnlySpaces(at)),
        }
    }
}

/// Where a segment that is said to hold personal data of a kind has it: what the rules find, or else runs of Latin
/// letters, digits and marks that may be it. An address has no such shape.
fn personal(body: &str, kind: Kind) -> Vec<Range<usize>> {
    let found: Vec<_> =
        Pii::default().find(body).into_iter().filter(|f| f.kind == kind).map(|f| f.span).collect();
    if !found.is_empty() || kind == Kind::Address {
        return found;
    }
    let part = |c: char| c.is_ascii_alphanumeric() || "-._@:/+".contains(c);
    let fits = |run: &str| match kind {
        Kind::Email => run.contains('@') && run.len() > 4,
        Kind::Url => run.contains('.') && run.len() > 4,
        Kind::Messenger => run.len() >= 4 && run.bytes().any(|b| b.is_ascii_alphabetic()),
        _ => run.bytes().filter(u8::is_ascii_digit).count() >= 4,
    };
    let mut runs = Vec::new();
    let mut rest = 0;
    while let Some(start) = body[rest..].find(part).map(|i| rest + i) {
        let end = body[start..].find(|c| !part(c)).map_or(body.len(), |i| start + i);
        let run = body[start..end].trim_end_matches(['.', ':', '-', '/']);
        if fits(run) {
            runs.push(start..start + run.len());
        }
        rest = end;
    }
    runs
}

/// The changes that space `body` as `spaced` is, or `None` if anything but white space differs.
fn spacing(body: &str, spaced: &str) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let mut ours = body.char_indices().peekable();
    let mut theirs = spaced.trim().chars().peekable();
    loop {
        let gap = ours.peek().map_or(body.len(), |(i, _)| *i);
        while ours.next_if(|(_, c)| c.is_whitespace()).is_some() {}
        let end = ours.peek().map_or(body.len(), |(i, _)| *i);
        let mut wanted = false;
        while theirs.next_if(|c| c.is_whitespace()).is_some() {
            wanted = true;
        }
        match (ours.next(), theirs.next()) {
            (None, None) => return Some(changes),
            (Some((at, c)), Some(other)) if c == other => {
                if at > 0 && gap < end && !wanted {
                    changes.push(Change::cut("spacing", gap..end));
                }
                let after = at + c.len_utf8();
                let has = ours.peek().is_none_or(|(_, c)| c.is_whitespace());
                if !has && theirs.peek().is_some_and(|c| c.is_whitespace()) {
                    changes.push(Change::replace("spacing", at..after, format!("{c} ")));
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
#[path = "apply_tests.rs"]
mod tests;

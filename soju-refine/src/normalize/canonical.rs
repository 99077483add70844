//! Composition, invisible characters and spaces, in one pass over clusters.
//!
//! A cluster is a character with everything that attaches to it, invisible characters between them
//! included, or a run of white space. Clusters are independent of each other, so a change never
//! reaches further than one syllable.

use unicode_normalization::UnicodeNormalization;

use super::NormalizeConfig;
use super::class::{attaches, control, decomposes, invisible, line_break, pictograph, space};
use crate::document::Change;

/// The changes that normalize `text`, sorted.
pub(super) fn changes(text: &str, config: &NormalizeConfig) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut cluster = String::new();
    let mut previous = None;
    // Whether nothing was kept so far: white space after nothing is the start of the text.
    let mut blank = true;
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let start = at;
        if config.spaces && (space(first) || line_break(first)) {
            at = white_space(text, start, blank, config, &mut changes);
            previous = None;
            continue;
        }
        cluster.clear();
        let mut removed = None;
        let mut composes = false;
        let mut chars = text[start..].char_indices().peekable();
        while let Some((i, c)) = chars.next() {
            at = start + i;
            let goes = config.strip && removable(c, previous, chars.peek().map(|p| p.1));
            if goes {
                removed = removed.max(Some(if control(c) { "control" } else { "invisible" }));
            } else if i == 0 || attaches(c) {
                composes |= i > 0 || decomposes(c) || attaches(c);
                cluster.push(c);
                previous = Some(c);
            } else {
                break;
            }
            at += c.len_utf8();
        }
        blank &= cluster.is_empty();
        let composes = composes && config.compose;
        if removed.is_some() || composes {
            let after: String = if composes { cluster.nfc().collect() } else { cluster.clone() };
            let kind = removed.filter(|_| !composes).unwrap_or("nfc");
            push_difference(text, start, at, &after, kind, &mut changes);
        }
    }
    changes
}

fn removable(c: char, previous: Option<char>, next: Option<char>) -> bool {
    if c == '\u{200D}' && previous.is_some_and(pictograph) && next.is_some_and(pictograph) {
        return false;
    }
    invisible(c) || control(c)
}

/// Handles the run of white space at `start` and returns where it ends.
fn white_space(
    text: &str,
    start: usize,
    blank: bool,
    config: &NormalizeConfig,
    changes: &mut Vec<Change>,
) -> usize {
    let (mut end, mut breaks, mut last) = (start, 0_usize, ' ');
    for (i, c) in text[start..].char_indices() {
        if line_break(c) {
            breaks += usize::from(!(c == '\n' && last == '\r'));
            last = c;
        } else if space(c) {
            last = c;
        } else if !(config.strip && (invisible(c) || control(c))) {
            break;
        }
        end = start + i + c.len_utf8();
    }
    let (after, kind) = match breaks {
        _ if blank || end == text.len() => ("", if breaks > 0 { "newline" } else { "space" }),
        0 => (" ", "space"),
        1 => ("\n", "newline"),
        _ => ("\n\n", "newline"),
    };
    push_difference(text, start, end, after, kind, changes);
    end
}

/// Records the smallest change that makes `text[start..end]` into `after`.
fn push_difference(
    text: &str,
    start: usize,
    end: usize,
    after: &str,
    kind: &'static str,
    changes: &mut Vec<Change>,
) {
    let before = &text[start..end];
    let same = |a: (char, char)| a.0 == a.1;
    let head: usize =
        before.chars().zip(after.chars()).take_while(|&p| same(p)).map(|p| p.0.len_utf8()).sum();
    let (before, after) = (&before[head..], &after[head..]);
    let tail: usize =
        before.chars().rev().zip(after.chars().rev()).take_while(|&p| same(p)).map(|p| p.0.len_utf8()).sum();
    let span = start + head..end - tail;
    let after = &after[..after.len() - tail];
    if !span.is_empty() {
        changes.push(Change::replace(kind, span, after.to_owned()));
    } else if !after.is_empty() {
        // An insertion has no span of its own; take the whole cluster.
        changes.push(Change::replace(kind, start..end, after.to_owned()));
    }
}

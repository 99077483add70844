//! Composition, folding, invisible characters and spaces, in one pass over clusters.
//!
//! A cluster is a character with everything that attaches to it, invisible characters between them
//! included, or a run of white space. Clusters are independent of each other, so a change never
//! reaches further than one syllable. Only what [`next_suspect`] stops at is looked at as a cluster.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::NormalizeConfig;
use super::class::{attaches, decomposes, line_break, marks_in, meaningful, removed_as, space};
use super::scan::next_suspect;
use super::width::fold;
use crate::document::Change;

/// The changes that normalize `text`, sorted.
pub(super) fn changes(text: &str, config: &NormalizeConfig) -> Vec<Change> {
    let mut pass =
        Pass { text, config, changes: Vec::new(), cluster: String::new(), previous: None, blank: true };
    let mut at = 0;
    while at < text.len() {
        let found = next_suspect(text, at, pass.blank || pass.after_space(at));
        if found > at {
            pass.blank = false;
            pass.previous = text[at..found].chars().next_back();
            at = found;
            continue;
        }
        at = pass.cluster(at);
    }
    pass.changes
}

struct Pass<'a> {
    text: &'a str,
    config: &'a NormalizeConfig,
    changes: Vec<Change>,
    /// The cluster at hand without what goes; kept for its memory.
    cluster: String,
    /// The last character kept, where a joiner or selector may lean on it.
    previous: Option<char>,
    /// Whether nothing was kept so far: white space after nothing is the start of the text.
    blank: bool,
}

impl Pass<'_> {
    /// Whether white space was just worked off, or left as it is, before `at`.
    fn after_space(&self, at: usize) -> bool {
        self.text[..at].chars().next_back().is_some_and(|c| space(c) || line_break(c))
    }

    /// Works off the cluster at `start` and returns where it ends.
    fn cluster(&mut self, start: usize) -> usize {
        let (text, config) = (self.text, self.config);
        let mut chars = text[start..].char_indices().peekable();
        if config.spaces && chars.peek().is_some_and(|p| space(p.1) || line_break(p.1)) {
            self.previous = None;
            return self.white_space(start);
        }
        self.cluster.clear();
        let (mut at, mut marks) = (start, 0_usize);
        let (mut removed, mut composes, mut folded) = (None, false, false);
        while let Some((i, raw)) = chars.next() {
            at = start + i;
            let goes = removed_as(raw, config);
            if goes.is_some() && !meaningful(raw, self.previous, chars.peek().map(|p| p.1)) {
                removed = removed.max(goes);
                at += raw.len_utf8();
                continue;
            }
            let c = fold(raw, config.width);
            let joins = attaches(c);
            if i > 0 && !joins {
                break;
            }
            at += raw.len_utf8();
            let more = marks_in(c);
            if i > 0 && more > 0 && config.max_marks > 0 && marks + more > config.max_marks {
                removed = removed.max(Some("marks"));
                continue;
            }
            marks += more;
            folded |= c != raw;
            composes |= joins || decomposes(c);
            self.cluster.push(c);
            self.previous = Some(c);
        }
        self.blank &= self.cluster.is_empty();
        let kind = if folded { Some("width") } else { removed };
        if composes && config.compose {
            self.composed(start, at, kind);
        } else if let Some(kind) = kind {
            push_difference(text, start, at, &self.cluster, kind, &mut self.changes);
        }
        at
    }

    /// Records the composition of the cluster at hand as one change. An ASCII base is left apart from its
    /// marks: a later pass may change it, and a replacement has no inner offsets.
    fn composed(&mut self, start: usize, end: usize, kind: Option<&'static str>) {
        let composed: String = match syllable(&self.cluster) {
            Some(syllable) => syllable.into(),
            None => self.cluster.nfc().collect(),
        };
        let kind = kind.filter(|_| composed == self.cluster).unwrap_or("nfc");
        let (mut at, mut after) = (start, composed.as_str());
        if after.as_bytes().first().is_some_and(u8::is_ascii) {
            let base = self.text[start..].chars().next().map_or(0, char::len_utf8);
            if self.text[start..start + base] != after[..1] {
                self.changes.push(Change::replace("width", start..start + base, after[..1].to_owned()));
            }
            (at, after) = (start + base, &after[1..]);
        }
        if at < end && self.text[at..end] != *after {
            self.changes.push(Change::replace(kind, at..end, constant(after)));
        }
    }

    /// Handles the run of white space at `start` and returns where it ends.
    fn white_space(&mut self, start: usize) -> usize {
        let (text, config) = (self.text, self.config);
        let (mut end, mut breaks, mut last) = (start, 0_usize, ' ');
        let mut removed = None;
        for (i, c) in text[start..].char_indices() {
            if line_break(c) {
                breaks += usize::from(!(c == '\n' && last == '\r'));
                last = c;
            } else if space(c) {
                last = c;
            } else if let Some(goes) = removed_as(c, config) {
                removed = Some(goes);
            } else {
                break;
            }
            end = start + i + c.len_utf8();
        }
        let (after, kind) = match breaks {
            _ if self.blank || end == text.len() => ("", if breaks > 0 { "newline" } else { "space" }),
            0 => (" ", "space"),
            1 => ("\n", "newline"),
            _ => ("\n\n", "newline"),
        };
        // White space that is as it should be but for what hides in it.
        let hidden = removed.filter(|_| {
            text[start..end].chars().filter(|c| removed_as(*c, config).is_none()).eq(after.chars())
        });
        push_difference(text, start, end, after, hidden.unwrap_or(kind), &mut self.changes);
        end
    }
}

/// The syllable that two or three conjoining jamo spell, without the tables (The Unicode Standard, 3.12).
fn syllable(cluster: &str) -> Option<char> {
    let mut chars = cluster.chars().map(u32::from);
    let lead = chars.next().filter(|c| (0x1100..=0x1112).contains(c))? - 0x1100;
    let vowel = chars.next().filter(|c| (0x1161..=0x1175).contains(c))? - 0x1161;
    let tail = match chars.next() {
        Some(c @ 0x11A8..=0x11C2) => c - 0x11A7,
        Some(_) => return None,
        None => 0,
    };
    chars.next().is_none().then(|| char::from_u32(0xAC00 + (lead * 21 + vowel) * 28 + tail))?
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
    let (before, rest) = (&before[head..], &after[head..]);
    let tail: usize =
        before.chars().rev().zip(rest.chars().rev()).take_while(|&p| same(p)).map(|p| p.0.len_utf8()).sum();
    let span = start + head..end - tail;
    let rest = &rest[..rest.len() - tail];
    if !span.is_empty() {
        changes.push(Change::replace(kind, span, constant(rest)));
    } else if !rest.is_empty() {
        // An insertion has no span of its own; take the whole cluster.
        changes.push(Change::replace(kind, start..end, constant(after)));
    }
}

/// The usual replacements need no memory of their own.
fn constant(text: &str) -> Cow<'static, str> {
    match text {
        "" => Cow::Borrowed(""),
        " " => Cow::Borrowed(" "),
        "\n" => Cow::Borrowed("\n"),
        "\n\n" => Cow::Borrowed("\n\n"),
        other => Cow::Owned(other.to_owned()),
    }
}

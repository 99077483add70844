//! HTML entities that were left in the text.
//!
//! An entity is complete at its semicolon. At each one the text decoded so far is looked at, back to the
//! nearest `&`, so that `&amp;amp;lt;` becomes `<` in one pass and nothing that could be decoded stays.

use std::ops::Range;

use memchr::memchr;
use unicode_normalization::UnicodeNormalization;

use super::NormalizeConfig;
use super::class::{pictograph, removed_as};
use super::width::fold;
use crate::document::Change;

/// Most characters between `&` and `;`: the longest name has 31, and numbers may have zeros before them.
const LONGEST: usize = 40;
/// Characters held back before they are given out; more than a few times `LONGEST` keeps this cheap.
const HELD: usize = 8 * LONGEST;

/// A character of the decoded text and what of the original it stands for.
#[derive(Debug)]
struct Piece {
    span: Range<usize>,
    /// The character, none where an entity stood for an invisible one.
    c: Option<char>,
    /// A second one: some mathematical names stand for two.
    mark: Option<char>,
    decoded: bool,
}

/// The changes that decode the entities of `text`, sorted.
pub(super) fn changes(text: &str, config: &NormalizeConfig) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut held: Vec<Piece> = Vec::new();
    let mut at = 0;
    while let Some(open) = memchr(b'&', &text.as_bytes()[at..]) {
        at += open;
        // Characters since the last `&`: beyond the longest name nothing can be open.
        let mut since = 0;
        while let Some(c) = text[at..].chars().next() {
            let next = at + c.len_utf8();
            held.push(Piece { span: at..next, c: Some(c), mark: None, decoded: false });
            at = next;
            since = if c == '&' { 0 } else { since + 1 };
            if c == ';' && close(&mut held, config) {
                // What came out may be the start or the middle of another entity.
                since = 0;
            }
            if held.len() >= HELD {
                flush(&mut held, HELD - 3 * LONGEST, &mut changes);
            }
            if since > LONGEST {
                break;
            }
        }
        let all = held.len();
        flush(&mut held, all, &mut changes);
    }
    changes
}

/// Replaces the entity that ends with the last piece, and what that completes. Whether there was one.
fn close(held: &mut Vec<Piece>, config: &NormalizeConfig) -> bool {
    let mut any = false;
    while held.last().is_some_and(|p| p.c == Some(';') && p.mark.is_none()) {
        let from = held.len().saturating_sub(2 * LONGEST + 4);
        let Some(open) = held[from..].iter().rposition(|p| p.c == Some('&')).map(|i| from + i) else { break };
        let name: String = held[open..].iter().filter_map(|p| p.c).collect();
        let Some((first, mark)) = decode(&name) else { break };
        let span = held[open].span.start..held[held.len() - 1].span.end;
        held.truncate(open);
        any = true;
        // Beside a pictograph the next pass decides whether a joiner or selector has a meaning.
        let in_emoji = held.last().and_then(|p| p.c).is_some_and(pictograph);
        let first = Some(settled(first, config)).filter(|c| in_emoji || removed_as(*c, config).is_none());
        match held.last_mut() {
            // Invisible ones in a row are one piece, so that they can't push others out of sight.
            Some(before) if first.is_none() && before.c.is_none() => before.span.end = span.end,
            _ => held.push(Piece { span, c: first, mark, decoded: true }),
        }
    }
    any
}

/// The character as the next pass would leave it, so that `&#894;`, a semicolon in disguise, closes an entity.
fn settled(c: char, config: &NormalizeConfig) -> char {
    let c = fold(c, config.width);
    let mut composed = std::iter::once(c).nfc();
    match (composed.next(), composed.next()) {
        (Some(one), None) if config.compose => one,
        _ => c,
    }
}

/// What an entity stands for: a character, and for some names a combining one or a variant behind it.
fn decode(entity: &str) -> Option<(char, Option<char>)> {
    let body = entity.strip_prefix('&')?.strip_suffix(';')?;
    if let Some(number) = body.strip_prefix('#') {
        let hex = number.strip_prefix(['x', 'X']);
        let digits = hex.unwrap_or(number);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        // Surrogates, NUL and numbers beyond Unicode stay as they stand.
        let code = u32::from_str_radix(digits, if hex.is_some() { 16 } else { 10 }).ok()?;
        if code == 0 || char::from_u32(code).is_none() {
            return None;
        }
    } else if !body.bytes().all(|b| b.is_ascii_alphanumeric()) || body.is_empty() {
        return None;
    }
    let decoded = htmlize::unescape(entity);
    let mut chars = decoded.chars();
    let (first, second) = (chars.next()?, chars.next());
    // Unknown names come back as they are. `&fjlig;`, which stands for two letters, stays as well.
    (chars.next().is_none() && decoded != entity && second.is_none_or(|c| !c.is_ascii()))
        .then_some((first, second))
}

/// Gives out the first `count` pieces.
fn flush(held: &mut Vec<Piece>, count: usize, changes: &mut Vec<Change>) {
    for piece in held.drain(..count).filter(|p| p.decoded) {
        let text: String = piece.c.into_iter().chain(piece.mark).collect();
        changes.push(Change::replace("entity", piece.span, text));
    }
}

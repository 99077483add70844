//! Runs of one character, or of two in turn, to a bounded length.
//!
//! Only what stands beyond the bound is cut: `안녕ㅋㅋㅋㅋㅋ` becomes `안녕ㅋㅋㅋ`, whatever the syllable
//! before the run ends with.

use std::ops::Range;

use super::NormalizeConfig;
use super::class::attaches;
use crate::document::Change;

/// The changes that bound the runs of `text`, sorted.
pub(super) fn changes(text: &str, config: &NormalizeConfig) -> Vec<Change> {
    let bytes = text.as_bytes();
    let mut changes = Vec::new();
    // The last two characters as their bytes, and where they start.
    let (mut last, mut last_at) = (u32::MAX, 0);
    let (mut before, mut before_at) = (u32::MAX, 0);
    let mut at = 0;
    while at < bytes.len() {
        let (c, width) = load(bytes, at);
        if c == last {
            let end = run_end(bytes, at, [c, c]);
            bound_single(text, last_at..end, config, &mut changes);
            (before, before_at, last_at, at) = (c, end - 2 * width, end - width, end);
            continue;
        }
        if c == before {
            let end = run_end(bytes, at, [c, last]);
            bound_pair(text, before_at..end, config, &mut changes);
            // On with the last two of the pairs, in the order in which the run left them.
            let last_width = text[..end].chars().next_back().map_or(0, char::len_utf8);
            let both = width + load(bytes, last_at).1;
            (last_at, before_at, at) = (end - last_width, end - both, end);
            (last, before) = (load(bytes, last_at).0, load(bytes, before_at).0);
            continue;
        }
        (before, before_at, last, last_at) = (last, last_at, c, at);
        at += width;
    }
    changes
}

/// Where the characters end that are, from `at` on, `turn[0]`, `turn[1]`, `turn[0]` and so on.
fn run_end(bytes: &[u8], mut at: usize, turn: [u32; 2]) -> usize {
    let mut i = 0;
    while at < bytes.len() {
        let (c, width) = load(bytes, at);
        if c != turn[i % 2] {
            break;
        }
        at += width;
        i += 1;
    }
    at
}

/// The character at `at` as a number made of its bytes, and how many there are.
fn load(bytes: &[u8], at: usize) -> (u32, usize) {
    const MASK: [u32; 5] = [0, 0xFF, 0xFFFF, 0xFF_FFFF, 0xFFFF_FFFF];
    let width = match bytes[at] {
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0.. => 4,
    };
    let four = match bytes[at..].first_chunk::<4>() {
        Some(four) => *four,
        None => {
            let mut four = [0; 4];
            four[..bytes.len() - at].copy_from_slice(&bytes[at..]);
            four
        }
    };
    (u32::from_le_bytes(four) & MASK[width], width)
}

fn bound_single(text: &str, run: Range<usize>, config: &NormalizeConfig, changes: &mut Vec<Change>) {
    let Some(c) = text[run.start..].chars().next() else { return };
    let kept = most(c, config) * c.len_utf8();
    if kept > 0 && run.len() > kept {
        changes.push(Change::cut("repeat", run.start + kept..run.end));
    }
}

/// Cuts whole pairs from the middle, so that what follows the run keeps its neighbour.
fn bound_pair(text: &str, run: Range<usize>, config: &NormalizeConfig, changes: &mut Vec<Change>) {
    let mut chars = text[run.start..].chars();
    let (Some(a), Some(b)) = (chars.next(), chars.next()) else { return };
    let most = match (pairs(a) && pairs(b), jamo(a) || jamo(b)) {
        (false, _) => 0,
        (true, true) => config.repeat_jamo,
        (true, false) => config.repeat_symbols,
    };
    let unit = a.len_utf8() + b.len_utf8();
    let surplus = (run.len() / unit).saturating_sub(most);
    if most > 0 && surplus > 0 {
        let from = run.start + most * unit;
        changes.push(Change::cut("repeat", from..from + surplus * unit));
    }
}

/// Most of a character in a row, 0 for any number.
fn most(c: char, config: &NormalizeConfig) -> usize {
    match c {
        '★' | '☆' if config.repeat_symbols > 0 => config.repeat_symbols.max(5),
        _ if jamo(c) => config.repeat_jamo,
        '가'..='힣' => config.repeat_syllables,
        _ if symbol(c) => config.repeat_symbols,
        _ => 0,
    }
}

fn pairs(c: char) -> bool {
    c == ' ' || jamo(c) || symbol(c)
}

fn jamo(c: char) -> bool {
    matches!(c, 'ㄱ'..='ㅣ' | 'ㅥ'..='ㆎ')
}

/// Punctuation, signs, ornaments and pictographs, but neither brackets, which count in formulas and code, nor
/// what hangs on another character.
fn symbol(c: char) -> bool {
    !c.is_alphanumeric()
        && !c.is_whitespace()
        && !c.is_control()
        && !matches!(c, '(' | ')' | '[' | ']' | '{' | '}' | '\u{200D}')
        && !attaches(c)
}

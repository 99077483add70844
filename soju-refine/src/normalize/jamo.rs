//! Syllables that were written as separate jamo.

use memchr::memchr2;

use super::class::attaches;
use crate::document::Change;

/// Compatibility jamo that can open a syllable, in the order of the Unicode composition formula.
const LEADS: &str = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ";
/// Compatibility jamo that can close a syllable; the empty one comes first in the formula.
const TAILS: &str = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ";

/// Half-width jamo to compatibility jamo; other characters to nothing.
fn widen(c: char) -> Option<char> {
    let at = match c {
        '\u{FFA1}'..='\u{FFBE}' => u32::from(c) - 0xFFA1,
        '\u{FFC2}'..='\u{FFC7}' => u32::from(c) - 0xFFC2 + 30,
        '\u{FFCA}'..='\u{FFCF}' => u32::from(c) - 0xFFCA + 36,
        '\u{FFD2}'..='\u{FFD7}' => u32::from(c) - 0xFFD2 + 42,
        '\u{FFDA}'..='\u{FFDC}' => u32::from(c) - 0xFFDA + 48,
        _ => return None,
    };
    char::from_u32(0x3131 + at)
}

fn compatibility(c: char) -> bool {
    matches!(c, 'ㄱ'..='ㅣ')
}

/// A jamo of a run, wide, and where it ends.
struct Jamo {
    c: char,
    end: usize,
}

/// The changes that compose spelled-out syllables, sorted, one for each syllable.
pub(super) fn changes(text: &str) -> Vec<Change> {
    let bytes = text.as_bytes();
    let mut changes = Vec::new();
    let mut run: Vec<Jamo> = Vec::new();
    let mut at = 0;
    // Compatibility jamo open with the one byte, half-width ones with the other.
    while let Some(found) = memchr2(0xE3, 0xEF, &bytes[at..]) {
        let start = at + found;
        run.clear();
        let (mut narrow, mut end) = (0, start);
        let mut after = None;
        for c in text[start..].chars() {
            let wide = widen(c);
            if wide.is_none() && !compatibility(c) {
                after = Some(c);
                break;
            }
            narrow += usize::from(wide.is_some());
            end += c.len_utf8();
            run.push(Jamo { c: wide.unwrap_or(c), end });
        }
        if run.is_empty() {
            at = start + 3;
            continue;
        }
        at = end;
        let minimum = if narrow == run.len() { 1 } else { 2 };
        let before = changes.len();
        if after.is_some_and(attaches) || compose(&run, start, minimum, &mut changes).is_none() {
            changes.truncate(before);
            if narrow > 0 {
                widen_run(text, &run, start, &mut changes);
            }
        }
    }
    changes
}

/// Replaces the half-width jamo of a run that spells no syllables.
fn widen_run(text: &str, run: &[Jamo], mut start: usize, changes: &mut Vec<Change>) {
    for jamo in run {
        if !text[start..].starts_with(jamo.c) {
            changes.push(Change::replace("jamo", start..jamo.end, jamo.c.to_string()));
        }
        start = jamo.end;
    }
}

/// Reads the whole run as at least `minimum` syllables, or gives up, with some changes already made.
fn compose(run: &[Jamo], mut start: usize, minimum: usize, changes: &mut Vec<Change>) -> Option<()> {
    let lead = |j: &Jamo| LEADS.chars().position(|l| l == j.c);
    let vowel = |j: &Jamo| matches!(j.c, 'ㅏ'..='ㅣ').then(|| u32::from(j.c) - u32::from('ㅏ'));
    let (mut at, mut syllables, mut faces) = (0, 0, true);
    while at < run.len() {
        let l = u32::try_from(lead(&run[at])?).ok()?;
        let v = vowel(run.get(at + 1)?)?;
        // Eyes that weep or are shut: ㅎㅠㅎㅠ is no word.
        faces &= matches!(run[at + 1].c, 'ㅠ' | 'ㅜ' | 'ㅡ');
        at += 2;
        let mut t = 0;
        // A consonant closes this syllable unless a vowel follows that it must open.
        if let Some(tail) = run.get(at).and_then(|j| TAILS.chars().position(|t| t == j.c))
            && run.get(at + 1).and_then(vowel).is_none()
        {
            t = u32::try_from(tail).ok()? + 1;
            at += 1;
        }
        let syllable = char::from_u32(0xAC00 + (l * 21 + v) * 28 + t)?;
        let end = run[at - 1].end;
        changes.push(Change::replace("jamo", start..end, syllable.to_string()));
        start = end;
        syllables += 1;
    }
    (syllables >= minimum && !faces).then_some(())
}

//! Syllables that were written as separate jamo.

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

/// The changes that compose spelled-out syllables, sorted.
pub(super) fn changes(text: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let (mut start, mut narrow) = (0, 0);
    for (i, c) in text.char_indices().chain([(text.len(), '\0')]) {
        let wide = widen(c);
        if wide.is_some() || compatibility(c) {
            if run.is_empty() {
                (start, narrow) = (i, 0);
            }
            narrow += usize::from(wide.is_some());
            run.push(wide.unwrap_or(c));
        } else if !run.is_empty() {
            let minimum = if narrow == run.len() { 1 } else { 2 };
            let composed = if attaches(c) { None } else { compose(&run, minimum) };
            if let Some(syllables) = composed {
                changes.push(Change::replace("jamo", start..i, syllables));
            } else if narrow > 0 {
                changes.push(Change::replace("jamo", start..i, run.iter().collect::<String>()));
            }
            run.clear();
        }
    }
    changes
}

/// Reads the whole run as at least `minimum` syllables, or gives up.
fn compose(run: &[char], minimum: usize) -> Option<String> {
    let lead = |c: &char| LEADS.chars().position(|l| l == *c);
    let vowel = |c: &char| matches!(c, 'ㅏ'..='ㅣ').then(|| u32::from(*c) - u32::from('ㅏ'));
    let (mut at, mut out) = (0, String::new());
    let mut syllables = 0;
    while at < run.len() {
        let l = u32::try_from(lead(&run[at])?).ok()?;
        let v = vowel(run.get(at + 1)?)?;
        at += 2;
        let mut t = 0;
        // A consonant closes this syllable unless a vowel follows that it must open.
        if let Some(tail) = run.get(at).and_then(|c| TAILS.chars().position(|t| t == *c))
            && run.get(at + 1).and_then(vowel).is_none()
        {
            t = u32::try_from(tail).ok()? + 1;
            at += 1;
        }
        out.push(char::from_u32(0xAC00 + (l * 21 + v) * 28 + t)?);
        syllables += 1;
    }
    (syllables >= minimum).then_some(out)
}

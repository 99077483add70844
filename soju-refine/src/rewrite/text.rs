//! Text as it is compared: compatibility forms undone, without case and invisible characters.

use unicode_normalization::UnicodeNormalization;
use xxhash_rust::xxh3::xxh3_64;

use crate::normalize::invisible;

/// Longest run of characters that is kept as one; longer ones are looked for by their windows.
pub(super) const LONGEST: usize = 8;

/// A text without the differences that no fact lies in: full-width and circled forms, decomposed syllables, case,
/// characters that nobody sees.
pub(super) fn folded(text: &str) -> Vec<char> {
    text.chars().filter(|c| !invisible(*c)).nfkc().flat_map(char::to_lowercase).collect()
}

/// Whether a character is a syllable of Hangul.
pub(super) fn syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

/// Whether a character is a Latin letter.
pub(super) fn latin(c: char) -> bool {
    c.is_ascii_alphabetic() || matches!(c, '\u{C0}'..='\u{24F}') && c.is_alphabetic()
}

/// The key of a short run of characters.
pub(super) fn key(run: &[char]) -> u64 {
    let mut bytes = [0; 4 * (LONGEST + 1)];
    if run.len() > LONGEST {
        let bytes: Vec<u8> = run.iter().flat_map(|c| u32::from(*c).to_le_bytes()).collect();
        return xxh3_64(&bytes);
    }
    for (place, c) in bytes.chunks_exact_mut(4).zip(run) {
        place.copy_from_slice(&u32::from(*c).to_le_bytes());
    }
    // With the length, or a run would have the key of one with a NUL behind it.
    bytes[4 * LONGEST] = run.len() as u8;
    xxh3_64(&bytes)
}

/// Where the run of characters that `fits` ends.
pub(super) fn run_end(chars: &[char], at: usize, fits: impl Fn(char) -> bool) -> usize {
    at + chars[at..].iter().take_while(|c| fits(**c)).count()
}

/// The first consonant of a syllable.
pub(super) fn initial(c: char) -> Option<char> {
    syllable(c).then(|| char::from_u32(0x1100 + (u32::from(c) - 0xAC00) / 588)).flatten()
}

/// The consonant at the end of a syllable, by its number; 0 where there is none.
fn last_consonant(c: char) -> u32 {
    if syllable(c) { (u32::from(c) - 0xAC00) % 28 } else { 0 }
}

/// Whether a syllable ends in a consonant.
pub(super) fn closed(c: char) -> bool {
    last_consonant(c) > 0
}

/// The syllable of a verb without a consonant that may be its ending's (ㄴ, ㄹ, ㅂ, ㅆ): 갔 and 간 are 가, 않 stays.
pub(super) fn bare(c: char) -> char {
    match last_consonant(c) {
        last @ (4 | 8 | 17 | 20) => char::from_u32(u32::from(c) - last).unwrap_or(c),
        _ => c,
    }
}

/// Letters and digits of a text with where they stand in it.
pub(super) struct Letters {
    pub(super) chars: Vec<char>,
    /// Byte offsets of the characters that they come from; sorted.
    pub(super) at: Vec<usize>,
}

impl Letters {
    pub(super) fn of(text: &str) -> Self {
        let mut letters = Self { chars: Vec::with_capacity(text.len() / 3), at: Vec::new() };
        for (at, c) in text.char_indices() {
            if syllable(c) || c.is_ascii_digit() || c.is_ascii_lowercase() {
                letters.chars.push(c);
                letters.at.push(at);
            } else if !c.is_ascii() || c.is_ascii_uppercase() {
                let plain = std::iter::once(c).filter(|c| !invisible(*c)).nfkc();
                for c in plain.flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()) {
                    letters.chars.push(c);
                    letters.at.push(at);
                }
            }
        }
        letters
    }

    /// The letters that stand in `span` of the text.
    pub(super) fn within(&self, span: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        self.at.partition_point(|at| *at < span.start)..self.at.partition_point(|at| *at < span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_alike_is_alike() {
        let plain = folded("서울 2024 kg");
        assert_eq!(folded("서\u{200B}울 ２０２４ ㎏"), plain);
        assert_eq!(folded("\u{1109}\u{1165}울 2024 KG"), plain);
    }

    #[test]
    fn letters_know_their_places() {
        let letters = Letters::of("가, ＡB-1 나");
        assert_eq!(letters.chars, ['가', 'a', 'b', '1', '나']);
        assert_eq!(letters.at, [0, 5, 8, 10, 12]);
        assert_eq!(letters.within(&(5..11)), 1..4);
    }

    #[test]
    fn syllables_come_apart() {
        assert_eq!((initial('쳤'), initial('친'), initial('a')), (Some('ᄎ'), Some('ᄎ'), None));
        assert_eq!(['갔', '간', '가', '않', 'a'].map(bare), ['가', '가', '가', '않', 'a']);
        assert!(closed('않') && !closed('바') && !closed('a'));
        assert_ne!(key(&['가']), key(&['가', '\0']));
    }
}

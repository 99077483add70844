//! Character boundaries near a byte offset.
//!
//! `str::floor_char_boundary` and its counterpart came to the standard library after the oldest Rust
//! that this workspace supports.

/// The last boundary at or before `at`; the text's end when `at` lies behind it.
pub(crate) fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0)
}

/// The first boundary at or behind `at`; the text's end when `at` lies behind it.
pub(crate) fn ceil_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|i| text.is_char_boundary(*i)).unwrap_or(text.len())
}

/// Bytes of a Hangul syllable.
pub(crate) const SYLLABLE: usize = 3;

/// Where the run of Hangul syllables that starts at `at`, a boundary, ends: `at` itself when there is none. Quicker than
/// decoding characters, which most of a Korean text need not be.
pub(crate) fn syllables_end(text: &str, mut at: usize) -> usize {
    let bytes = text.as_bytes();
    while let Some(&[a @ 0xEA..=0xED, b, c]) = bytes.get(at..at + SYLLABLE) {
        let code = u32::from(a & 0x0F) << 12 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
        if !(0xAC00..=0xD7A3).contains(&code) {
            break;
        }
        at += SYLLABLE;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_run_of_syllables_is_one_of_characters(text in "[가힣\u{ABFF}\u{D7A4}ㄱa é🐇]{0,12}") {
            for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
                let run = text[at..].chars().take_while(|c| matches!(c, '가'..='힣')).count();
                prop_assert_eq!(syllables_end(&text, at), at + 3 * run);
            }
        }
    }

    #[test]
    fn both_ways() {
        let text = "a가b";
        assert_eq!((0..7).map(|i| floor_boundary(text, i)).collect::<Vec<_>>(), [0, 1, 1, 1, 4, 5, 5]);
        assert_eq!((0..7).map(|i| ceil_boundary(text, i)).collect::<Vec<_>>(), [0, 1, 4, 4, 4, 5, 5]);
    }
}

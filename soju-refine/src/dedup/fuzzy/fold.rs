//! The letters and digits of a text, which are what likeness is measured on.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Stands between two words of a folded text.
pub const GAP: u32 = b' ' as u32;

/// What becomes of an ASCII character: 0 for a gap, else the character to keep.
const ASCII: [u8; 128] = ascii();

const fn ascii() -> [u8; 128] {
    let mut table = [0; 128];
    let mut c = 0;
    while c < 128 {
        if (c as u8).is_ascii_alphanumeric() {
            table[c] = (c as u8).to_ascii_lowercase();
        }
        c += 1;
    }
    table
}

/// A bit for each character of the basic plane: whether it is a letter or a digit.
static ALPHANUMERIC: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut bits = vec![0; 1 << 10];
    for c in (0..0x10000).filter_map(char::from_u32).filter(|c| c.is_alphanumeric()) {
        bits[c as usize >> 6] |= 1u64 << (c as usize & 63);
    }
    bits
});

/// Puts the letters and digits of `text` into `out` as code points, in lower case, full-width forms made
/// narrow. With `gaps`, one [`GAP`] stands where anything else stood between two of them.
///
/// Hangul stays in syllables: decomposed jamo are composed first (NFC), so that a text and its decomposed
/// form are the same here. Zero-width characters count as nothing. Linear in the text.
pub fn fold(text: &str, gaps: bool, out: &mut Vec<u32>) {
    out.clear();
    // No longer than this, and never grown inside the loop.
    out.reserve(text.len());
    if !fold_composed(text.chars(), gaps, out, true) {
        out.clear();
        fold_composed(text.nfc(), gaps, out, false);
    }
    if out.last() == Some(&GAP) {
        out.pop();
    }
}

/// False when `check` is on and a character is met that may compose with the one before it.
fn fold_composed(text: impl Iterator<Item = char>, gaps: bool, out: &mut Vec<u32>, check: bool) -> bool {
    let alphanumeric = &**ALPHANUMERIC;
    for c in text {
        let c = c as u32;
        if matches!(c, 0xAC00..=0xD7A3) {
            out.push(c);
            continue;
        }
        let narrow = if matches!(c, 0xFF01..=0xFF5E) { c - 0xFEE0 } else { c };
        let kept = match narrow {
            0..=0x7F => u32::from(ASCII[narrow as usize]),
            0x300..=0x36F | 0x1100..=0x11FF | 0x3099..=0x309A | 0xA960..=0xA97F | 0xD7B0..=0xD7FF
                if check =>
            {
                return false;
            }
            0xAD | 0x200B..=0x200D | 0x2060 | 0xFEFF => continue,
            0x80..=0xFFFF if alphanumeric[narrow as usize >> 6] >> (narrow & 63) & 1 == 0 => 0,
            _ => other(narrow),
        };
        if kept != 0 {
            out.push(kept);
        } else if gaps && out.last().is_some_and(|last| *last != GAP) {
            out.push(GAP);
        }
    }
    true
}

/// A character of neither ASCII nor Hangul, in lower case; 0 if it is no letter or digit.
fn other(c: u32) -> u32 {
    match char::from_u32(c) {
        Some(c) if c.is_uppercase() => c.to_lowercase().next().map_or(0, u32::from),
        Some(c) if c.is_alphanumeric() => c.into(),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn folded(text: &str, gaps: bool) -> String {
        let mut out = vec![7];
        fold(text, gaps, &mut out);
        out.iter().map(|c| char::from_u32(*c).unwrap()).collect()
    }

    #[test]
    fn spaces_and_punctuation_are_folded() {
        assert_eq!(folded(" 「서울」은, (대한민국의)  수도다.\n", true), "서울 은 대한민국의 수도다");
        assert_eq!(folded("서울 은 대한민국의 수도다", false), "서울은대한민국의수도다");
        assert_eq!(folded("ＡＢｃ１ Éa 東京\u{200b}가\u{feff}나", true), "abc1 éa 東京가나");
        assert_eq!(folded("。！ \u{3000}", true), "");
        assert_eq!(folded("", true), "");
        assert_eq!(folded("😀가🎉𠀀", true), "가 𠀀");
    }

    #[test]
    fn decomposed_hangul_is_the_same_as_composed() {
        let text = "한국어 값, 각 Café";
        let nfd: String = text.nfd().collect();
        assert_ne!(text, nfd);
        assert_eq!(folded(&nfd, true), folded(text, true));
        assert_eq!(folded(&nfd, true), "한국어 값 각 café");
    }

    proptest! {
        #[test]
        fn any_text_folds_to_letters_and_single_gaps(text in "\\PC{0,60}") {
            let with = folded(&text, true);
            prop_assert!(!with.contains("  ") && with.trim() == with);
            prop_assert_eq!(with.replace(' ', ""), folded(&text, false));
        }
    }
}

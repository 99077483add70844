//! Finding the next place that may need a change, at the speed of a byte scan.

/// When a character is calm by its first byte and the one behind it.
#[derive(Clone, Copy)]
struct Calm {
    /// Its length, 1 to 3.
    length: u8,
    /// Least value of the byte behind the first.
    least: u8,
    /// How far that may go beyond `least`.
    span: u8,
    /// Whether there is such a value at all.
    ever: bool,
}

const NEVER: Calm = Calm { length: 0, least: 0, span: 0, ever: false };

const CALM: [Calm; 256] = {
    const fn calm(length: u8, least: u8, most: u8) -> Calm {
        Calm { length, least, span: most - least, ever: true }
    }
    let mut table = [NEVER; 256];
    let mut b = 0x21;
    while b < 0x7F {
        table[b] = calm(1, 0, 0xFF);
        b += 1;
    }
    // White space with something behind it that is none.
    table[b' ' as usize] = calm(1, 0x21, 0xFF);
    table[b'\n' as usize] = calm(1, 0x21, 0xFF);
    table[0xC2] = calm(2, 0xAE, 0xBF);
    b = 0xC3;
    while b <= 0xCB {
        table[b] = calm(2, 0, 0xFF);
        b += 1;
    }
    table[0xD0] = calm(2, 0, 0xFF);
    table[0xD1] = calm(2, 0, 0xFF);
    table[0xE2] = calm(3, 0x92, 0x9F);
    table[0xE3] = calm(3, 0x87, 0xBF);
    b = 0xE4;
    while b <= 0xE9 {
        table[b] = calm(3, 0, 0xFF);
        b += 1;
    }
    // Hangul syllables.
    table[0xEA] = calm(3, 0xB0, 0xBF);
    table[0xEB] = calm(3, 0, 0xFF);
    table[0xEC] = calm(3, 0, 0xFF);
    table[0xED] = calm(3, 0x80, 0x9D);
    table
};

/// Length of the calm character whose first bytes these are; 0 when it needs a look.
fn calm(first: u8, rest: &[u8]) -> usize {
    let at = |i: usize| rest.get(i).copied().unwrap_or(0);
    match (first, at(0)) {
        // An empty line: one line feed after another, and then none.
        (b'\n', b'\n') if at(1) > b' ' => 2,
        // Latin-1 without its controls, the no-break space and the soft hyphen.
        (0xC2, 0xA1..=0xAC | 0xAE..=0xBF) => 2,
        // General punctuation without spaces, separators and invisible operators.
        (0xE2, 0x80) if matches!(at(1), 0x90..=0xA7 | 0xB0..=0xBF) => 3,
        (0xE2, 0x81) if at(1) <= 0x9E => 3,
        // Numbers, arrows, enclosed characters, box drawing, shapes and dingbats.
        (0xE2, 0x84) if at(1) <= 0x8D => 3,
        (0xE2, 0x85) if at(1) >= 0x90 => 3,
        (0xE2, 0x86) if at(1) <= 0x99 => 3,
        (0xE2, 0x91) if at(1) >= 0xA0 => 3,
        (0xE2, 0x92..=0x9F) => 3,
        // CJK punctuation without the ideographic space and tone marks.
        (0xE3, 0x80) if matches!(at(1), 0x81..=0xA9 | 0xB0..=0xBF) => 3,
        (0xE3, 0x81 | 0x83) => 3,
        (0xE3, 0x82) if !matches!(at(1), 0x99 | 0x9A) => 3,
        // Compatibility jamo without the filler; letters and months in circles; rare hanja.
        (0xE3, 0x84) if at(1) >= 0xB1 => 3,
        (0xE3, 0x85) if at(1) != 0xA4 => 3,
        (0xE3, 0x86) if at(1) != 0x8F => 3,
        (0xE3, 0x87..=0xBF) => 3,
        // Hangul syllables.
        (0xEA, 0xB0..=0xBF) | (0xED, 0x80..=0x9D) => 3,
        (0xED, 0x9E) if at(1) <= 0xA3 => 3,
        // Pictographs.
        (0xF0, 0x9F) if at(1) <= 0xAB => 4,
        _ => 0,
    }
}

/// Where the next character starts at or after `from` that is not a syllable, letter, sign or lone white
/// space as it should be, or `text.len()`. The place is that of the character's base, or of the start of
/// its run of white space, so that what is found there can be judged without looking back.
///
/// `start` tells that nothing was kept before `from`: there white space is out of place.
pub(super) fn next_suspect(text: &str, from: usize, start: bool) -> usize {
    let bytes = text.as_bytes();
    // Where the character before `at` starts.
    let (mut at, mut last) = (from, from);
    if start && bytes.get(at).is_some_and(|b| matches!(b, b' ' | b'\n')) {
        return at;
    }
    while let Some(&b) = bytes.get(at) {
        let behind = bytes.get(at + 1).copied().unwrap_or(0);
        let known = CALM[b as usize];
        let length = if known.ever && behind.wrapping_sub(known.least) <= known.span {
            usize::from(known.length)
        } else {
            match calm(b, &bytes[at + 1..]) {
                0 if matches!(b, b' ' | b'\n') => return at,
                0 => return last,
                length => length,
            }
        };
        last = at;
        at += length;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::super::class::{attaches, decomposes, line_break, plain, removed_as, space};
    use super::super::width::fold;
    use super::super::{NormalizeConfig, Width};
    use super::*;

    /// Every character there is: what the scan passes over has nothing to change.
    #[test]
    fn calm_characters_need_no_change() {
        let config = NormalizeConfig { width: Width::Alphanumeric, ..NormalizeConfig::default() };
        let mut calm_ones = 0;
        for c in '\0'..=char::MAX {
            let text = format!("a{c}b");
            if next_suspect(&text, 0, true) < text.len() {
                continue;
            }
            calm_ones += 1;
            assert!(!decomposes(c) && !attaches(c), "{c:?}");
            assert!(!space(c) || c == ' ', "{c:?}");
            assert!(!line_break(c) || c == '\n', "{c:?}");
            assert_eq!(removed_as(c, &config), None, "{c:?}");
            assert_eq!(fold(c, Width::Alphanumeric), c);
        }
        assert!(calm_ones > 40_000);
    }

    /// `plain` is a shortcut of the tables of Unicode.
    #[test]
    fn plain_characters_are_composed_and_attach_to_nothing() {
        use unicode_normalization::{
            IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfc_quick,
        };
        for c in ('\0'..=char::MAX).filter(|c| plain(*c)) {
            assert!(is_nfc_quick(std::iter::once(c)) == IsNormalized::Yes, "{c:?}");
            assert_eq!(canonical_combining_class(c), 0, "{c:?}");
            assert!(std::iter::once(c).nfc().eq(std::iter::once(c)));
        }
    }

    #[test]
    fn the_place_is_that_of_the_base_or_of_the_white_space() {
        for (text, expected) in [
            ("가 나\n다\n\n라", None),
            (" 가", Some(0)),
            ("가 ", Some("가".len())),
            ("가  나", Some("가".len())),
            ("가 \n나", Some("가".len())),
            ("가\n\n\n나", Some("가".len())),
            ("가나\u{11A8}다", Some("가".len())),
            ("가 \u{301}", Some("가".len())),
            ("가나 \u{200B} 다", Some("가나".len())),
            ("", None),
        ] {
            assert_eq!(next_suspect(text, 0, true), expected.unwrap_or(text.len()), "{text:?}");
        }
    }
}

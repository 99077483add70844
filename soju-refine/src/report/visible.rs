//! Characters that would hide, or rearrange what stands around them, made visible.

use std::borrow::Cow;

/// Shows control characters as their pictures (␀) and bidirectional controls, zero-width characters
/// and the like as ‹U+202E›. Line feeds stay; tabs become a space. Hangul jamo and other combining
/// characters stay as they are.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\t' => shown.push(' '),
            '\0'..='\x1f' if c != '\n' => {
                let picture = char::from_u32(0x2400 + u32::from(c));
                shown.push(picture.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            '\x7f' => shown.push('␡'),
            c if is_hidden(c) => shown.push_str(&format!("‹U+{:04X}›", u32::from(c))),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

pub(crate) fn is_hidden(c: char) -> bool {
    match c {
        '\n' => false,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' => true,
        // Soft hyphen, bidirectional marks, embeddings, overrides and isolates, zero-width characters,
        // line and paragraph separators, invisible operators, byte order mark, fillers, tags.
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' => true,
        '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' => true,
        '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}' | '\u{e0000}'..='\u{e007f}' => true,
        c => u32::from(c) & 0xfffe == 0xfffe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hidden_characters_show_and_text_stays() {
        assert_eq!(
            visible("가\0나\r\n\u{202e}다\u{200b}\u{85}\x1b[31m"),
            "가␀나␍\n‹U+202E›다‹U+200B›‹U+0085›␛[31m"
        );
        assert!(matches!(visible("그냥 글\n\u{1112}\u{1161}\u{11ab} 👩🏽"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn nothing_hidden_is_left(text in any::<String>()) {
            prop_assert!(!visible(&text).chars().any(is_hidden));
        }
    }
}

//! What a single character is to the normalizer.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, is_nfc_quick};

/// A character that makes no mark on the page and may go.
pub(super) fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFD}'
    )
}

/// A control character that is neither white space nor a line end, or a noncharacter.
pub(super) fn control(c: char) -> bool {
    (c.is_control() && !space(c) && !line_break(c))
        || matches!(c, '\u{FDD0}'..='\u{FDEF}')
        || (u32::from(c) & 0xFFFE) == 0xFFFE
}

/// White space that stays within a line, blank letters such as the Hangul filler included.
pub(super) fn space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{A0}' | '\u{1680}' | '\u{2000}'
            ..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{2800}' | '\u{3000}' | '\u{3164}' | '\u{FFA0}'
    )
}

/// White space that ends a line.
pub(super) fn line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// A pictograph, or the selector or skin tone that follows one: beside these a joiner has a meaning.
pub(super) fn pictograph(c: char) -> bool {
    matches!(c, '\u{FE0F}' | '\u{2190}'..='\u{21FF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Whether the character is sure to be NFC and not to combine with what stands before it. May say no too often.
fn plain(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{3041}'..='\u{3098}' | '\u{30A0}'..='\u{312F}' | '\u{3131}'..='\u{318E}'
        | '\u{4E00}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}')
}

/// Whether the character's own canonical form is another one.
pub(super) fn decomposes(c: char) -> bool {
    !plain(c) && is_nfc_quick(std::iter::once(c)) == IsNormalized::No
}

/// Whether the character may combine with, or be reordered among, what stands before it.
pub(super) fn attaches(c: char) -> bool {
    if plain(c) {
        return false;
    }
    match is_nfc_quick(std::iter::once(c)) {
        IsNormalized::Yes => canonical_combining_class(c) != 0,
        IsNormalized::Maybe => true,
        IsNormalized::No => {
            let mut first = None;
            decompose_canonical(c, |d| {
                first.get_or_insert(d);
            });
            first.is_some_and(|d| {
                canonical_combining_class(d) != 0 || is_nfc_quick(std::iter::once(d)) == IsNormalized::Maybe
            })
        }
    }
}

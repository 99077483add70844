//! What a single character is to the normalizer.

use unicode_normalization::char::{canonical_combining_class, decompose_canonical};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::NormalizeConfig;

/// The kind under which a character goes, when nothing around it speaks for it.
pub(super) fn removed_as(c: char, config: &NormalizeConfig) -> Option<&'static str> {
    match c {
        ' '..='~' | '\u{1100}'..='\u{115E}' | '\u{1161}'..='\u{11FF}' | '가'..='힣' => None,
        _ if config.invisible && invisible(c) => Some("invisible"),
        _ if config.control && control(c) => Some("control"),
        _ if config.replacement && replacement(c) => Some("replacement"),
        _ if config.private_use && private_use(c) => Some("private_use"),
        _ => None,
    }
}

/// A character that makes no mark on the page and may go.
pub(crate) fn invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// What stands where a decoder or an extractor lost something.
pub(super) fn replacement(c: char) -> bool {
    matches!(c, '\u{FFFC}' | '\u{FFFD}')
}

/// A control character that is neither white space nor a line end, or a noncharacter.
fn control(c: char) -> bool {
    (c.is_control() && !space(c) && !line_break(c))
        || matches!(c, '\u{FDD0}'..='\u{FDEF}')
        || (u32::from(c) & 0xFFFE) == 0xFFFE
}

fn private_use(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{FFFFD}' | '\u{100000}'..='\u{10FFFD}')
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

/// Whether a joiner, selector or tag has a meaning behind `before` and ahead of `after`.
pub(super) fn meaningful(c: char, before: Option<char>, after: Option<char>) -> bool {
    let Some(before) = before else { return false };
    match c {
        '\u{200D}' => pictograph(before) && after.is_some_and(|a| pictograph(a) && a != '\u{FE0F}'),
        '\u{FE0E}' | '\u{FE0F}' => {
            (pictograph(before) && before != '\u{FE0F}')
                || matches!(
                    before,
                    '0'..='9'
                        | '#'
                        | '*'
                        | '©'
                        | '®'
                        | '‼'
                        | '⁉'
                        | '™'
                        | 'ℹ'
                        | 'Ⓜ'
                        | '〰'
                        | '〽'
                        | '㊗'
                        | '㊙'
                )
                || matches!(before, '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{25FF}')
        }
        '\u{FE00}'..='\u{FE02}' | '\u{E0100}'..='\u{E01EF}' => hanja(before),
        // The flags of England, Scotland and Wales are spelled in tags.
        '\u{E0061}'..='\u{E007A}' | '\u{E007F}' => {
            before == '\u{1F3F4}' || matches!(before, '\u{E0061}'..='\u{E007A}')
        }
        _ => false,
    }
}

fn hanja(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFD}')
}

/// Whether the character is sure to be NFC and not to combine with what stands before it. May say no too often.
pub(super) fn plain(c: char) -> bool {
    matches!(c, '\0'..='\u{2FF}' | '\u{400}'..='\u{482}' | '\u{1100}'..='\u{1112}' | '\u{2010}'..='\u{2027}' | '\u{2030}'..='\u{205E}'
        | '\u{2100}'..='\u{2125}' | '\u{2150}'..='\u{2199}' | '\u{2460}'..='\u{27FF}' | '\u{3001}'..='\u{3029}'
        | '\u{3030}'..='\u{3098}' | '\u{30A0}'..='\u{312F}' | '\u{3131}'..='\u{318E}' | '\u{3190}'..='\u{9FFF}'
        | '\u{AC00}'..='\u{D7A3}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Whether the character's own canonical form is another one.
pub(super) fn decomposes(c: char) -> bool {
    !plain(c) && is_nfc_quick(std::iter::once(c)) == IsNormalized::No
}

/// How many combining marks the character is, or holds in composed form. The count of a cluster is the
/// same before and after composition.
pub(super) fn marks_in(c: char) -> usize {
    if matches!(c, '\0'..='\u{BF}' | '\u{1100}'..='\u{11FF}' | '\u{3400}'..='\u{9FFF}' | '가'..='힣') {
        return 0;
    }
    let mut count = 0;
    decompose_canonical(c, |d| count += usize::from(canonical_combining_class(d) != 0));
    count
}

/// Whether the character may combine with, or be reordered among, what stands before it.
pub(super) fn attaches(c: char) -> bool {
    match c {
        _ if plain(c) => return false,
        '\u{1161}'..='\u{1175}' | '\u{11A8}'..='\u{11C2}' => return true,
        _ => {}
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

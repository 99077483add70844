//! Full-width, half-width and mathematical forms.

use unicode_normalization::char::decompose_compatible;

use super::Width;

/// The plain form of a character, itself where it has none.
pub(super) fn fold(c: char, width: Width) -> char {
    match (c, width) {
        ('\0'..='\u{20FF}', _) | (_, Width::Keep) => c,
        ('０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ', _) => ascii(c),
        // The mathematical alphabet has its italic h elsewhere. Greek and dotless letters have no plain form here.
        ('\u{1D400}'..='\u{1D7FF}' | '\u{210E}', _) => {
            single(c).filter(char::is_ascii_alphanumeric).unwrap_or(c)
        }
        ('！'..='～', Width::All) => ascii(c),
        ('\u{FF5F}'..='\u{FF9F}' | '\u{FFE0}'..='\u{FFE6}', Width::All) => single(c).unwrap_or(c),
        _ => c,
    }
}

fn ascii(c: char) -> char {
    char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c)
}

/// The compatibility decomposition, where it is one character.
fn single(c: char) -> Option<char> {
    let (mut first, mut count) = (None, 0);
    decompose_compatible(c, |d| {
        first.get_or_insert(d);
        count += 1;
    });
    first.filter(|_| count == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_fold_as_far_as_they_are_asked_to() {
        let fold_all = |text: &str, width| text.chars().map(|c| fold(c, width)).collect::<String>();
        let text = "Ｆ１ｚ 𝐅𝟏𝑧ℎ ！～ ￦ ｶ 가①㈜ℝ½";
        assert_eq!(fold_all(text, Width::Keep), text);
        assert_eq!(fold_all(text, Width::Alphanumeric), "F1z F1zh ！～ ￦ ｶ 가①㈜ℝ½");
        assert_eq!(fold_all(text, Width::All), "F1z F1zh !~ ₩ カ 가①㈜ℝ½");
    }
}

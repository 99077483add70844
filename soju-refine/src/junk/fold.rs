//! The form in which disguised words show.
//!
//! Spam and abuse hide words from filters: `카.지.노`, `토 토`, `ㅋr지노`, `다l출`, `씨1발`, `ｂｅｔ`. [`Folded`] undoes
//! this in one pass, writes Latin letters small, and remembers where each part of the folded text stood, so that
//! a match is a span of the text. Nothing that is folded here ever stands in an output.

use std::ops::Range;

use crate::segment::syllables_end;

/// A text with disguises undone, and the way back. Reused, it allocates nothing.
#[derive(Debug, Default)]
pub(super) struct Folded {
    text: String,
    /// Where the folded text stops running in parallel with the original: (folded, original) offsets.
    marks: Vec<(usize, usize)>,
    /// The original's length.
    length: usize,
}

impl Folded {
    /// The folded text.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether anything was folded.
    #[cfg(test)]
    fn changed(&self) -> bool {
        self.marks.len() > 1
    }

    /// The span of the original from which a span of the folded text came.
    pub(super) fn original(&self, span: Range<usize>) -> Range<usize> {
        let back = |at: usize, end: bool| {
            let i = self.marks.partition_point(|m| if end { m.0 < at } else { m.0 <= at }).saturating_sub(1);
            let Some((folded, original)) = self.marks.get(i).copied() else { return at };
            let next = self.marks.get(i + 1).copied().unwrap_or((self.text.len(), self.length));
            if next.0 - folded == next.1 - original {
                original + (at - folded)
            } else if end && at > folded {
                // A letter that was put in stands for all of what it replaced.
                next.1
            } else {
                original
            }
        };
        back(span.start, false)..back(span.end, true)
    }

    /// Folds `text`. Linear: every decision looks at a bounded number of characters.
    pub(super) fn fold(&mut self, text: &str) {
        self.text.clear();
        self.marks.clear();
        self.marks.push((0, 0));
        self.length = text.len();
        // Up to where the original has been copied.
        let mut copied = 0;
        let mut at = 0;
        let mut before = None;
        while let Some(c) = text[at..].chars().next() {
            let next = at + c.len_utf8();
            if is_syllable(c) {
                let end = syllables_end(text, next);
                before = text[end - c.len_utf8()..end].chars().next();
                at = end;
                continue;
            }
            if c == ' ' && !spaced(text, at, before) || c.is_ascii_alphabetic() && !is_syllable_before(before)
            {
                before = Some(c);
                at = next;
                continue;
            }
            match replacement(text, at, c, before) {
                // A vowel changes the syllable before it, which must not have been put in here.
                Some((new, length)) if !new.joins || copied < at => {
                    let from = if new.joins { at - before.map_or(0, char::len_utf8) } else { at };
                    self.text.push_str(&text[copied..from]);
                    self.mark(from);
                    if let Some(c) = new.char {
                        self.text.push(c);
                        before = Some(c);
                    }
                    copied = at + length;
                    self.mark(copied);
                    at = copied;
                }
                _ => {
                    before = Some(c);
                    at = next;
                }
            }
        }
        self.text.push_str(&text[copied..]);
        self.text.make_ascii_lowercase();
    }

    fn mark(&mut self, original: usize) {
        let mark = (self.text.len(), original);
        if self.marks.last() != Some(&mark) {
            self.marks.push(mark);
        }
    }
}

/// What stands in the place of some characters.
struct New {
    char: Option<char>,
    /// It takes the place of the syllable before, too.
    joins: bool,
}

const NOTHING: New = New { char: None, joins: false };

fn put(c: char) -> New {
    New { char: Some(c), joins: false }
}

fn is_syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

fn is_syllable_before(before: Option<char>) -> bool {
    before.is_some_and(is_syllable)
}

/// Longest row of symbols that hides inside a word, in characters.
const SYMBOLS: usize = 3;

/// What is to stand in the place of the character at `at`, and how many bytes it replaces.
fn replacement(text: &str, at: usize, c: char, before: Option<char>) -> Option<(New, usize)> {
    let behind = &text[at + c.len_utf8()..];
    let next = behind.chars().next();
    match c {
        '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{AD}' => {
            Some((NOTHING, c.len_utf8()))
        }
        '！'..='～' => {
            let ascii = char::from_u32(c as u32 - 0xFEE0)?;
            Some((put(ascii), c.len_utf8()))
        }
        'ㄱ'..='ㅎ' => compose(text, at, c),
        // `다l출`: a bar that makes another vowel of the syllable's.
        'l' | 'I' | 'ㅣ' | '1' | '|' if next.is_some_and(is_syllable) && widened(before?).is_some() => {
            Some((New { char: widened(before?), joins: true }, c.len_utf8()))
        }
        'z' | 'Z' | 'j' if is_syllable_before(before) && matches!(next, Some('l' | 'I' | 'ㅣ' | '1')) => {
            let length = 1 + next?.len_utf8();
            text[at + length..].chars().next().is_some_and(is_syllable).then_some((put('지'), length))
        }
        '大' | '出' | '金' | '土' if is_syllable_before(before) || next.is_some_and(is_syllable) => {
            let read = ['대', '출', '금', '토'][['大', '出', '金', '土'].iter().position(|h| *h == c)?];
            Some((put(read), c.len_utf8()))
        }
        '0'..='9' if is_syllable_before(before) && next.is_some_and(is_syllable) => {
            Some((if c == '2' { put('이') } else { NOTHING }, 1))
        }
        ' ' => Some((NOTHING, 1)),
        c if symbol(c) && is_syllable_before(before) => {
            let (mut length, mut rest) = (c.len_utf8(), behind.chars());
            for _ in 0..SYMBOLS {
                match rest.next()? {
                    c if symbol(c) => length += c.len_utf8(),
                    c => return (is_syllable(c) || matches!(c, 'ㄱ'..='ㅣ')).then_some((NOTHING, length)),
                }
            }
            None
        }
        _ => None,
    }
}

/// Symbols that are put between the syllables of a word to hide it.
fn symbol(c: char) -> bool {
    matches!(
        c,
        '.' | '~'
            | '-'
            | '*'
            | '^'
            | '_'
            | '/'
            | '\''
            | '`'
            | ','
            | ':'
            | ';'
            | '+'
            | '='
            | '|'
            | '!'
            | '@'
            | '#'
            | '$'
            | '%'
            | '&'
            | '♥'
            | '★'
            | '☆'
            | '♡'
            | '●'
            | '○'
            | '◆'
            | '◇'
            | '■'
            | '□'
            | '▶'
            | '♣'
            | '♧'
            | '♠'
            | '♤'
            | '·'
            | 'ㆍ'
            | '•'
            | '※'
            | '→'
    )
}

/// Whether the space at `at` stands between two syllables that stand alone: `카 지 노`.
fn spaced(text: &str, at: usize, before: Option<char>) -> bool {
    let bytes = text.as_bytes();
    // A syllable has three bytes, so a lone one has a space or border four bytes away.
    is_syllable_before(before)
        && (at < 4 || bytes[at - 4] == b' ' || bytes[at - 4] == b'\n')
        && bytes.get(at + 4).is_none_or(|b| !is_word_byte(*b))
        && text.get(at + 1..at + 4).is_some_and(|s| {
            let mut chars = s.chars();
            chars.next().is_some_and(is_syllable) && chars.next().is_none()
        })
}

fn is_word_byte(b: u8) -> bool {
    b >= 0x80 || b.is_ascii_alphanumeric()
}

/// The vowels in the order of Unicode's syllables, as compatibility jamo.
const VOWELS: [char; 21] = [
    'ㅏ', 'ㅐ', 'ㅑ', 'ㅒ', 'ㅓ', 'ㅔ', 'ㅕ', 'ㅖ', 'ㅗ', 'ㅘ', 'ㅙ', 'ㅚ', 'ㅛ', 'ㅜ', 'ㅝ', 'ㅞ', 'ㅟ',
    'ㅠ', 'ㅡ', 'ㅢ', 'ㅣ',
];
/// The opening consonants, in the same way.
const INITIALS: [char; 19] = [
    'ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ',
    'ㅍ', 'ㅎ',
];
/// The closing consonants, from the first after none.
const FINALS: [char; 27] = [
    'ㄱ', 'ㄲ', 'ㄳ', 'ㄴ', 'ㄵ', 'ㄶ', 'ㄷ', 'ㄹ', 'ㄺ', 'ㄻ', 'ㄼ', 'ㄽ', 'ㄾ', 'ㄿ', 'ㅀ', 'ㅁ', 'ㅂ',
    'ㅄ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ',
];

/// The vowel that a character is or looks like behind a consonant.
fn vowel(c: char) -> Option<u32> {
    let read = match c {
        'r' | 'R' => 'ㅏ',
        'l' | 'I' | '1' | '|' => 'ㅣ',
        'H' => 'ㅐ',
        'T' => 'ㅜ',
        c => c,
    };
    VOWELS.iter().position(|v| *v == read).and_then(|i| u32::try_from(i).ok())
}

/// The syllable that letters written one by one make, and their length: `ㅇㅑㄷㅗㅇ`, `ㅋr`.
fn compose(text: &str, at: usize, consonant: char) -> Option<(New, usize)> {
    let initial = u32::try_from(INITIALS.iter().position(|i| *i == consonant)?).ok()?;
    let mut chars = text[at + consonant.len_utf8()..].chars();
    let sign = chars.next()?;
    let medial = vowel(sign)?;
    let mut length = consonant.len_utf8() + sign.len_utf8();
    let mut last = 0;
    if let Some(c) = chars.next()
        && let Some(found) = FINALS.iter().position(|f| *f == c)
        && !chars.next().is_some_and(|c| vowel(c).is_some() && !c.is_ascii())
    {
        // A row of one consonant is laughter behind the syllable, not its end.
        if !text[at + length + c.len_utf8()..].starts_with(c) {
            last = u32::try_from(found + 1).ok()?;
            length += c.len_utf8();
        }
    }
    char::from_u32(0xAC00 + (initial * 21 + medial) * 28 + last).map(|c| (put(c), length))
}

/// The open syllable with an `ㅣ` more in its vowel: 다 to 대, 거 to 게.
fn widened(c: char) -> Option<char> {
    let index = (c as u32).checked_sub(0xAC00).filter(|i| *i < 11_172 && i.is_multiple_of(28))?;
    // ㅏ, ㅑ, ㅓ, ㅕ are followed by their wide forms.
    matches!(index / 28 % 21, 0 | 2 | 4 | 6).then(|| char::from_u32(c as u32 + 28)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fold(text: &str) -> Folded {
        let mut folded = Folded::default();
        folded.fold(text);
        folded
    }

    #[test]
    fn disguises_are_undone() {
        for (text, plain) in [
            ("카.지.노 주소", "카지노 주소"),
            ("토~토 문의", "토토 문의"),
            ("토 토 추천", "토토 추천"),
            ("카 지 노", "카지노"),
            ("카*지*노", "카지노"),
            ("바-카-라 ", "바카라 "),
            ("바ㅋr라", "바카라"),
            ("카zl노", "카지노"),
            ("다l출 상담", "대출 상담"),
            ("大출 상담", "대출 상담"),
            ("ㅇㅑㄷㅗㅇ", "야동"),
            ("섹ㅅㅡ", "섹스"),
            ("씨1발", "씨발"),
            ("사2트", "사이트"),
            ("ｂｅｔ３６５", "bet365"),
            ("카\u{200B}지\u{FE0F}노", "카지노"),
            ("ㅂ1아그라", "비아그라"),
            ("ㅅㅣ발", "시발"),
        ] {
            assert_eq!(fold(text).text(), plain, "{text}");
        }
    }

    #[test]
    fn ordinary_text_stays() {
        for text in [
            "가, 나, 다",
            "대회가 3월 2일에 열렸다. 그는 말했다.",
            "A.B.C 그리고 v1.2.3",
            "ㅋㅋㅋ 좋아요 ㅠㅠ",
            "이 영화",
            "",
        ] {
            assert_eq!(fold(text).text(), text.to_ascii_lowercase());
            assert!(!fold(text).changed() || text.is_empty(), "{text}");
        }
    }

    #[test]
    fn spans_lead_back() {
        for (text, word, there) in [
            ("가입 카.지.노 주소", "카지노", "카.지.노"),
            ("오늘 바ㅋr라 간다", "바카라", "바ㅋr라"),
            ("상담 다l출은", "대출", "다l출"),
            ("ＡＢ 토 토!", "토토", "토 토"),
            ("주소", "주소", "주소"),
        ] {
            let folded = fold(text);
            let at = folded.text().find(word).unwrap();
            assert_eq!(&text[folded.original(at..at + word.len())], there);
        }
    }

    proptest! {
        #[test]
        fn every_span_leads_to_characters(text in "[가다카지노토씨ㅋㅏㅇㅎrlI12 .~*\n｜Ａz大\u{200B}é🐇]{0,40}") {
            let folded = fold(&text);
            let bounds: Vec<usize> =
                folded.text().char_indices().map(|(i, _)| i).chain([folded.text().len()]).collect();
            for pair in bounds.windows(2) {
                let span = folded.original(pair[0]..pair[1]);
                prop_assert!(span.start <= span.end && text.get(span.clone()).is_some(), "{:?}", span);
            }
            prop_assert!(folded.text().len() <= text.len() + 2 * text.chars().count());
        }
    }
}

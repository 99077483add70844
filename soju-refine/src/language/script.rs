//! Letters counted by script.

use crate::segment::{SYLLABLE, syllables_end};

/// Counts of a text's letters by script, and of its other characters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Letters {
    /// Hangul syllables and compatibility jamo; conjoining jamo count once per syllable.
    pub hangul: usize,
    /// Latin letters.
    pub latin: usize,
    /// Chinese characters.
    pub hanja: usize,
    /// Hiragana and katakana.
    pub kana: usize,
    /// Letters of other scripts.
    pub other: usize,
    /// Digits.
    pub digits: usize,
    /// Punctuation that is common in code and markup and rare in prose.
    pub code: usize,
    /// Every character that is not white space.
    pub visible: usize,
    /// Words between white space.
    pub words: usize,
    /// Words with Hangul in them.
    pub hangul_words: usize,
}

impl Letters {
    /// Counts in one pass.
    pub fn count(text: &str) -> Self {
        let mut n = Self::default();
        // Whether a word is open, and the Hangul before it.
        let (mut open, mut hangul) = (false, 0);
        let mut before = ' ';
        let mut at = 0;
        loop {
            let end = syllables_end(text, at);
            if end > at {
                let run = (end - at) / SYLLABLE;
                n.words += usize::from(!open);
                n.visible += run;
                n.hangul += run;
                // Any syllable stands for all.
                (open, before, at) = (true, '가', end);
            }
            let Some(c) = text[at..].chars().next() else { break };
            at += c.len_utf8();
            if c.is_whitespace() {
                n.hangul_words += usize::from(open && n.hangul > hangul);
                (open, hangul, before) = (false, n.hangul, c);
                continue;
            }
            n.words += usize::from(!open);
            open = true;
            n.visible += 1;
            match c {
                'ㄱ'..='ㆎ' | '\u{1100}'..='\u{115F}' | '\u{A960}'..='\u{A97C}' | '\u{FFA1}'..='\u{FFDC}' => {
                    n.hangul += 1
                }
                // Vowels and closing consonants belong to the syllable that was counted.
                '\u{1160}'..='\u{11FF}' | '\u{D7B0}'..='\u{D7FB}' => n.visible -= 1,
                'a'..='z' | 'A'..='Z' | 'ａ'..='ｚ' | 'Ａ'..='Ｚ' => n.latin += 1,
                '0'..='9' | '０'..='９' => n.digits += 1,
                '{' | '}' | '<' | '>' | ';' | '=' | '_' | '\\' | '$' => n.code += 1,
                // A key of JSON, a path of code, operators; alone these are punctuation, menus and hashtags.
                ':' if matches!(before, '"' | ':') => n.code += 2,
                '&' | '|' | '/' if before == c => n.code += 2,
                '\u{3041}'..='\u{30FF}' | '\u{31F0}'..='\u{31FF}' | '\u{FF66}'..='\u{FF9F}' => n.kana += 1,
                '\u{3400}'..='\u{4DBF}'
                | '\u{4E00}'..='\u{9FFF}'
                | '\u{F900}'..='\u{FAFF}'
                | '\u{20000}'..='\u{3FFFF}' => n.hanja += 1,
                '\u{C0}'..='\u{24F}' if c.is_alphabetic() => n.latin += 1,
                c if !c.is_ascii() && c.is_alphabetic() => n.other += 1,
                _ => {}
            }
            before = c;
        }
        n.hangul_words += usize::from(open && n.hangul > hangul);
        n
    }

    /// Letters of every script.
    pub fn total(&self) -> usize {
        self.hangul + self.latin + self.hanja + self.kana + self.other
    }

    /// `part` among all letters, 0 to 1; 0 for a text without letters.
    pub fn share(&self, part: usize) -> f32 {
        part as f32 / self.total().max(1) as f32
    }

    /// Words with Hangul among all words, 0 to 1: high where Korean carries foreign names and terms.
    pub fn hangul_word_share(&self) -> f32 {
        self.hangul_words as f32 / self.words.max(1) as f32
    }

    /// Code punctuation among visible characters, 0 to 1.
    pub fn code_share(&self) -> f32 {
        self.code as f32 / self.visible.max(1) as f32
    }
}

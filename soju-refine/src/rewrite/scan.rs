//! The pass over a sentence: what each run of digits or letters is.

use std::ops::Range;

use super::dates::{Date, date, named_weekday, weekday};
use super::numbers::{Quantity, plain_end, quantity, spelled};
use super::text::{latin, run_end, syllable};

/// Groups of a number that is no amount, such as that of a phone.
const MOST_GROUPS: usize = 8;

/// What was found in a folded text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Date(Date),
    /// 월 to 일.
    Weekday(char),
    Quantity(Quantity),
    /// Groups of digits that are no amount: a phone number, a version, a time.
    Code(String),
    /// Numbers of other scripts.
    Numerals,
    /// A run of Latin letters and digits that begins with a letter.
    Latin(String),
    /// A run of letters of other scripts.
    Foreign,
    /// A run of Hangul syllables.
    Word,
}

/// Where a token stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    pub(super) span: Range<usize>,
    pub(super) token: Token,
}

/// Hands out what is in `chars`, in order. Every digit and letter is in a token. With `every`, all that a place can be
/// read as, which is how a source is read: an output that says one of them says nothing new. The work is linear,
/// as what is read from one place is bounded, but for runs of one sort, which are passed over as a whole.
pub(super) fn scan(chars: &[char], every: bool, mut found: impl FnMut(Found)) {
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let mut add = |span, token| found(Found { span, token });
        at = if c.is_ascii_digit() {
            number(chars, at, every, &mut add)
        } else if latin(c) {
            let end = run_end(chars, at, |c| latin(c) || c.is_ascii_digit());
            add(at..end, Token::Latin(chars[at..end].iter().collect()));
            end
        } else if syllable(c) {
            word(chars, at, every, &mut add)
        } else if c.is_numeric() {
            let end = run_end(chars, at, |c| c.is_numeric() && !c.is_ascii());
            add(at..end, Token::Numerals);
            end
        } else if c.is_alphabetic() {
            let end = run_end(chars, at, |c| c.is_alphabetic() && !latin(c) && !syllable(c));
            add(at..end, Token::Foreign);
            end
        } else {
            at + 1
        };
    }
}

/// What begins with the digit at `at`, and where to go on.
fn number(chars: &[char], at: usize, every: bool, add: &mut impl FnMut(Range<usize>, Token)) -> usize {
    let date = date(chars, at);
    let code = code(chars, at);
    if let Some((date, end)) = date {
        add(at..end, Token::Date(date));
        let day = weekday(chars, end);
        if let Some((day, closed)) = day {
            add(at..closed, Token::Weekday(day));
        }
        if !every {
            return day.map_or(end, |day| day.1);
        }
        // What is written to a date begins there for whoever reads on behind it: `5월세 명`.
        if chars.get(end).is_some_and(|c| syllable(*c)) {
            word(chars, end, every, add);
        }
    }
    if let Some((code, end)) = &code
        && (every || date.is_none())
    {
        add(at..*end, Token::Code(code.clone()));
        if !every {
            return *end;
        }
    }
    let first = run_end(chars, at, |c| c.is_ascii_digit());
    let Some(quantity) = quantity(chars, at) else { return first };
    let end = quantity.end;
    add(at..end, Token::Quantity(quantity));
    match every {
        false => end,
        // Where groups may be dates and codes, each is read by itself, too.
        true if date.is_some() || code.is_some() => first,
        true => plain_end(chars, at),
    }
}

/// Groups of digits with one mark between two of them: three or more, or two of a time.
fn code(chars: &[char], at: usize) -> Option<(String, usize)> {
    let mut code = String::new();
    let (mut end, mut groups, mut time) = (at, 0, false);
    while groups < MOST_GROUPS {
        let run = run_end(chars, end, |c| c.is_ascii_digit());
        code.extend(&chars[end..run]);
        (end, groups) = (run, groups + 1);
        let mark = chars.get(run).filter(|c| matches!(c, '-' | '–' | ':' | '.' | '/'));
        let Some(mark) = mark.filter(|_| chars.get(run + 1).is_some_and(char::is_ascii_digit)) else { break };
        if groups < MOST_GROUPS {
            time |= *mark == ':';
            code.push(if *mark == '–' { '-' } else { *mark });
            end = run + 1;
        }
    }
    (groups >= 3 || time).then_some((code, end))
}

/// What the run of syllables at `at` is, and where to go on.
fn word(chars: &[char], at: usize, every: bool, add: &mut impl FnMut(Range<usize>, Token)) -> usize {
    let end = run_end(chars, at, syllable);
    if let Some(quantity) = spelled(chars, at) {
        let behind = quantity.end;
        add(at..behind, Token::Quantity(quantity));
        if !every {
            return behind;
        }
    }
    if let Some(day) = named_weekday(&chars[at..end]) {
        add(at..end, Token::Weekday(day));
        if !every {
            return end;
        }
    }
    add(at..end, Token::Word);
    end
}

#[cfg(test)]
mod tests {
    use super::super::text::folded;
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, every: bool) -> Vec<String> {
        let chars = folded(text);
        let mut all = Vec::new();
        scan(&chars, every, |found| {
            let text: String = chars[found.span.clone()].iter().collect();
            all.push(match found.token {
                Token::Date(d) => format!("{}-{}-{}", d.year, d.month, d.day),
                Token::Weekday(day) => format!("{day}요일"),
                Token::Quantity(q) => q.value,
                Token::Code(code) => format!("#{code}"),
                Token::Latin(word) => format!("={word}"),
                Token::Numerals | Token::Foreign | Token::Word => text,
            });
        });
        all
    }

    #[test]
    fn every_run_is_something() {
        assert_eq!(
            read("LG전자는 2024년 5월 3일(금) 15:00에 세 명과 3만 5천원을 東京에서 ٣ 010-1234-5678", false),
            [
                "=lg",
                "전자는",
                "2024-5-3",
                "금요일",
                "#15:00",
                "에",
                "3",
                "35000",
                "東京",
                "에서",
                "٣",
                "#010-1234-5678"
            ]
        );
        assert_eq!(read("토요일에", false), ["토요일"]);
        assert_eq!(read("MP3와 KF94", false), ["=mp3", "와", "=kf94"]);
    }

    #[test]
    fn a_source_is_read_in_every_way() {
        let all = read("2024.05.03", true);
        for value in ["2024-5-3", "#2024.05.03", "2024.05", "5.03"] {
            assert!(all.contains(&value.to_owned()), "{value}: {all:?}");
        }
    }

    proptest! {
        /// No digit escapes: whoever adds one is seen.
        #[test]
        fn all_letters_and_digits_are_in_tokens(text in "([0-9,.:/년월일만천원가세명이 %$A-C東٣-]){0,40}|\\PC{0,60}") {
            let chars = folded(&text);
            let mut covered = vec![false; chars.len()];
            scan(&chars, false, |found| covered[found.span].fill(true));
            for (c, covered) in chars.iter().zip(covered) {
                prop_assert!(covered || !c.is_alphanumeric(), "{c:?} of {text:?}");
            }
        }
    }
}

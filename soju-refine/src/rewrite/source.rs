//! Everything that a source says, to look facts up in.

use std::collections::HashSet;

use super::dates::{self, Date};
use super::numbers::Quantity;
use super::scan::{Found, Token, scan};
use super::text::{LONGEST, bare, folded, initial, key, syllable};
use super::units::Unit;
use super::words::{Reading, readings, stems};
use crate::segment::segments;

/// Syllables of a verb that are looked up.
const LONGEST_VERB: usize = 6;

/// The facts of a text. Built in one pass; of each place it keeps a bounded number of keys.
#[derive(Default)]
pub(super) struct Source {
    /// Letters and digits of the folded text.
    letters: Vec<char>,
    /// Runs of up to [`LONGEST`] letters.
    runs: HashSet<u64>,
    /// Two letters at the beginning or the end of a word.
    edges: HashSet<u64>,
    /// Nouns of one syllable.
    singles: HashSet<char>,
    /// Beginnings of words with the first consonant of the syllable behind them.
    verbs: HashSet<u64>,
    /// First syllables of words, without what may be an ending.
    firsts: HashSet<char>,
    values: HashSet<String>,
    quantities: HashSet<(String, Unit)>,
    dates: HashSet<Date>,
    weekdays: HashSet<char>,
    codes: HashSet<String>,
    latin: HashSet<String>,
}

impl Source {
    pub(super) fn new(text: &str) -> Self {
        let mut source = Self::default();
        let mut words = Vec::new();
        for segment in segments(text) {
            let chars = folded(&text[segment.span]);
            source.read(&chars, &mut words);
        }
        for end in 1..=LONGEST {
            source.runs.extend(source.letters.windows(end).map(key));
        }
        for (start, length) in words {
            source.word(start, length);
        }
        source
    }

    /// Takes in a sentence. `words` are places and lengths of words among the letters.
    fn read(&mut self, chars: &[char], words: &mut Vec<(usize, usize)>) {
        let mut places = Vec::with_capacity(chars.len());
        for c in chars {
            places.push(self.letters.len());
            self.letters.extend(c.is_alphanumeric().then_some(*c));
        }
        scan(chars, true, |Found { span, token }| match token {
            Token::Date(date) => self.dates.extend(date.said()),
            Token::Weekday(day) => drop(self.weekdays.insert(day)),
            Token::Quantity(quantity) => self.quantity(chars, span.start, quantity),
            Token::Code(code) => drop(self.codes.insert(code)),
            Token::Latin(word) => drop(self.latin.insert(word)),
            Token::Word => words.push((places[span.start], span.len())),
            Token::Numerals | Token::Foreign => {}
        });
    }

    fn quantity(&mut self, chars: &[char], at: usize, quantity: Quantity) {
        let Quantity { value, unit, end } = quantity;
        self.dates.extend(dates::short(chars, at));
        if unit == Unit::None && dates::year(chars, at) {
            let year = value.parse().unwrap_or(0);
            self.dates.insert(Date { year, month: 0, day: 0 });
        }
        // What a repaired space makes a unit: `2 호선`.
        if unit == Unit::None && chars.get(end) == Some(&' ') {
            let word: Vec<char> =
                chars[end + 1..].iter().copied().take_while(|c| syllable(*c)).take(16).collect();
            for stem in stems(&word).into_iter().filter(|stem| *stem > 0) {
                self.quantities.insert((value.clone(), Unit::Other(word[..stem].iter().collect())));
            }
        }
        self.values.insert(value.clone());
        self.quantities.insert((value, unit));
    }

    fn word(&mut self, start: usize, length: usize) {
        let letters = &self.letters[start..];
        let word = &letters[..length];
        self.edges.extend(letters.get(..2).map(key));
        if length >= 2 {
            self.edges.insert(key(&word[length - 2..]));
            self.firsts.insert(bare(word[0]));
        }
        for end in stems(word) {
            self.edges.extend(word[..end].last_chunk::<2>().map(|two| key(two)));
            if end == 1 {
                self.singles.insert(word[0]);
            }
        }
        for end in 1..=LONGEST_VERB.min(letters.len() - 1) {
            if let Some(first) = initial(letters[end]) {
                self.verbs.insert(verb_key(&letters[..end], first));
            }
        }
    }

    /// Whether the source holds these letters in a row, whatever spaces and marks stand between. A run of more than
    /// [`LONGEST`] is one if all its windows are there.
    pub(super) fn has_run(&self, run: &[char]) -> bool {
        run.windows(run.len().clamp(1, LONGEST)).all(|window| self.runs.contains(&key(window)))
    }

    /// Whether the source holds a word in some form.
    pub(super) fn has_word(&self, word: &[char]) -> bool {
        readings(word).into_iter().any(|reading| match reading {
            Reading::Common => true,
            Reading::Stem([single]) => self.singles.contains(single),
            Reading::Stem(stem) if stem.len() == 2 => self.edges.contains(&key(stem)),
            Reading::Stem(stem) => self.has_run(stem),
            Reading::Verb(stem) => self.has_verb(stem),
        })
    }

    /// Whether a word of the source begins with this verb. Its last syllable may end in another way: 가르쳤다, 가르친다.
    fn has_verb(&self, stem: &[char]) -> bool {
        let stem = &stem[..stem.len().min(LONGEST_VERB + 1)];
        match stem {
            [single] => self.firsts.contains(&bare(*single)),
            [first @ .., last] => {
                initial(*last).is_some_and(|consonant| self.verbs.contains(&verb_key(first, consonant)))
            }
            [] => false,
        }
    }

    /// Whether the source has this number of this unit. One that says no unit may be of any known one.
    pub(super) fn has_quantity(&self, quantity: &Quantity) -> bool {
        let value = &quantity.value;
        let of = |unit: &Unit| self.quantities.contains(&(value.clone(), unit.clone()));
        match &quantity.unit {
            Unit::None => self.values.contains(value),
            unit @ Unit::Known(_) => of(unit) || of(&Unit::None),
            unit @ Unit::Other(_) => of(unit),
        }
    }

    pub(super) fn has_date(&self, date: Date) -> bool {
        self.dates.contains(&date)
    }

    pub(super) fn has_weekday(&self, day: char) -> bool {
        self.weekdays.contains(&day)
    }

    pub(super) fn has_code(&self, code: &str) -> bool {
        self.codes.contains(code)
    }

    pub(super) fn has_latin(&self, word: &str) -> bool {
        self.latin.contains(word)
    }
}

fn verb_key(first: &[char], consonant: char) -> u64 {
    let mut whole = [consonant; LONGEST_VERB + 1];
    whole[..first.len()].copy_from_slice(first);
    key(&whole[..=first.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_other_forms_are_there() {
        let source =
            Source::new("서울시청은 새 축제를 열었다고 밝혔다. 아이들이 가르친 사람을 만났다. 책이 있다.");
        for word in [
            "서울시청이",
            "시청에서",
            "새축제",
            "축제가",
            "열린다",
            "밝힌다",
            "가르쳤다",
            "책을",
            "만난다",
            "이는",
        ] {
            assert!(source.has_word(&folded(word)), "{word}");
        }
        for word in ["부산시청이", "축구가", "서울역", "않았다", "없다", "돈을", "바다", "울시"]
        {
            assert!(!source.has_word(&folded(word)), "{word}");
        }
    }

    #[test]
    fn long_runs_go_by_windows() {
        let source = Source::new("가나다라마바사아자차카타파하");
        assert!(source.has_run(&folded("나다라마바사아자차카")));
        assert!(!source.has_run(&folded("나다라마바사아자차하")));
        assert!(source.has_run(&[]));
    }
}

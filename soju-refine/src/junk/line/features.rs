//! What is measured on one line.

use xxhash_rust::xxh3::xxh3_64;

use super::contacts::Contacts;
use crate::junk::fold::Folded;
use crate::junk::lexicon::{self, Class, Counts};
use crate::junk::tally::Counter;
use crate::junk::words;
use crate::segment::{Ending, SYLLABLE, ending, syllables_end};

/// How many features a line has.
pub(super) const COUNT: usize = 47;

/// Measured features of one line or segment, each from 0 to 1: shares, or counts that saturate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineFeatures {
    pub(super) values: [f32; COUNT],
}

/// Syllables of a word's stem.
const STEM: usize = 4;

/// Buffers that are used from line to line.
#[derive(Debug, Default)]
pub(in crate::junk) struct Scratch {
    pub(in crate::junk) folded: Folded,
    hashes: Vec<u64>,
    stems: Vec<u64>,
    /// Hashes of all words since [`Scratch::start`], and of those that may be a text's subject.
    pub(in crate::junk) words: Vec<u64>,
    pub(in crate::junk) subjects: Vec<u64>,
    pub(in crate::junk) counter: Counter,
}

impl Scratch {
    /// Begins a text: folds it and forgets the words of the one before.
    pub(in crate::junk) fn start(&mut self, text: &str) {
        self.folded.fold(text);
        self.words.clear();
        self.subjects.clear();
    }
}

impl LineFeatures {
    /// Names, in the order of [`LineFeatures::values`].
    pub const NAMES: [&'static str; COUNT] = [
        "short",
        "few_words",
        "sentence",
        "plain_end",
        "polite_end",
        "clipped",
        "connective",
        "stop",
        "particles",
        "verbal",
        "report",
        "quotes",
        "digits",
        "latin",
        "symbols",
        "jamo",
        "exclaims",
        "colons",
        "separators",
        "hashtags",
        "prices",
        "phone",
        "email",
        "url",
        "byline",
        "copyright",
        "contact",
        "ui",
        "ui_short",
        "promo",
        "pitch",
        "cta",
        "sponsored",
        "gambling",
        "adult",
        "loan",
        "downloads",
        "shop",
        "field",
        "profanity",
        "hate",
        "slang",
        "disguised",
        "number_run",
        "repetition",
        "translation",
        "contact_prose",
    ];

    /// The values.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Measures a line. Linear in its length.
    pub fn measure(text: &str) -> Self {
        super::with_scratch(|scratch| Self::of(text, scratch).0)
    }

    /// Measures with buffers at hand; gives the counts behind the features, too.
    pub(super) fn of(text: &str, scratch: &mut Scratch) -> (Self, Seen) {
        scratch.start(text);
        let mut counts = Counts::default();
        lexicon::find(text, &scratch.folded, |hit| counts.add(text, &hit));
        let seen = Seen::count(text.trim(), scratch, counts);
        (Self { values: seen.values() }, seen)
    }
}

/// Counts of one line.
#[derive(Debug, Clone, Copy, Default)]
pub(in crate::junk) struct Seen {
    pub(in crate::junk) counts: Counts,
    pub(super) contacts: Contacts,
    pub(in crate::junk) visible: usize,
    pub(in crate::junk) hangul: usize,
    pub(super) jamo: usize,
    pub(in crate::junk) digits: usize,
    pub(in crate::junk) latin: usize,
    pub(super) letters: usize,
    pub(in crate::junk) words: usize,
    pub(in crate::junk) particles: usize,
    verbal: usize,
    exclaims: usize,
    colons: usize,
    pub(super) separators: usize,
    /// Signs that part the steps of a breadcrumb.
    pub(super) steps: usize,
    pub(in crate::junk) hashtags: usize,
    /// Traces of machine translation.
    pub(in crate::junk) translated: usize,
    /// Pronouns that Korean leaves out and translations keep.
    pub(in crate::junk) pronouns: usize,
    /// Words that tie sentences together.
    pub(in crate::junk) ties: usize,
    pub(in crate::junk) number_run: usize,
    pub(super) repetition: f32,
    /// Words that end a sentence inside the line.
    inner: usize,
    /// Ends in dots, as a headline that was cut short.
    pub(super) cut_short: bool,
    pub(super) quotes: usize,
    ending: Option<Ending>,
    plain: bool,
    polite: bool,
    connective: bool,
    stop: bool,
}

impl Seen {
    /// Counts a line, of which the words of the lexicon are known.
    pub(in crate::junk) fn count(text: &str, scratch: &mut Scratch, counts: Counts) -> Self {
        let mut s = Self { counts, contacts: Contacts::count(text), ..Self::default() };
        scratch.hashes.clear();
        scratch.stems.clear();
        let (mut numbers, mut before) = (0, None);
        for word in text.split_whitespace() {
            let (mut syllables, mut last, mut digits, mut all) = (0, ' ', 0, 0);
            let mut stem = 0;
            let mut at = 0;
            loop {
                let end = syllables_end(word, at);
                if end > at {
                    let run = (end - at) / SYLLABLE;
                    if syllables < STEM && syllables + run >= STEM {
                        stem = at + (STEM - syllables) * SYLLABLE;
                    }
                    syllables += run;
                    all += run;
                    last = word[end - SYLLABLE..].chars().next().unwrap_or(' ');
                    at = end;
                }
                let Some(c) = word[at..].chars().next() else { break };
                at += c.len_utf8();
                all += 1;
                match c {
                    'ㄱ'..='ㅣ' => s.jamo += 1,
                    '0'..='9' => digits += 1,
                    'a'..='z' | 'A'..='Z' => s.latin += 1,
                    '!' | '?' | '~' | '^' | '★' | '☆' | '♥' | '♡' | '●' | '！' => {
                        s.exclaims += usize::from(c != '?')
                    }
                    ':' | '：' => s.colons += 1,
                    '|' | '·' | '/' | '▶' | 'ㆍ' | '■' | '※' | '◆' | '○' | '△' | '▲' | '◇' => {
                        s.separators += 1
                    }
                    '>' | '〉' | '»' | '›' => s.steps += 1,
                    '-' if word.len() == 1 => s.separators += 1,
                    '#' => s.hashtags += 1,
                    '“' | '”' | '‘' | '’' | '"' => s.quotes += 1,
                    c if c.is_alphabetic() => s.letters += 1,
                    _ => {}
                }
            }
            s.translated += words::translated(word, before);
            s.pronouns += usize::from(words::pronoun(word));
            before = word.chars().next_back();
            s.words += 1;
            s.visible += all;
            s.hangul += syllables;
            s.digits += digits;
            s.particles += usize::from(words::particle(syllables, last));
            s.verbal += usize::from(words::verbal(syllables, last));
            s.inner += usize::from(syllables >= 2 && words::closes(word));
            numbers = if digits == all { numbers + 1 } else { 0 };
            s.number_run = s.number_run.max(numbers);
            s.ties += usize::from(words::ties(word));
            let hash = xxh3_64(word.as_bytes());
            scratch.words.push(hash);
            if all > 1 && digits < all {
                scratch.subjects.push(hash);
            }
            if syllables >= 2 || all > 4 {
                scratch.hashes.push(hash);
            }
            if stem > 0 {
                scratch.stems.push(xxh3_64(&word.as_bytes()[..stem]));
            }
        }
        s.letters += s.hangul + s.jamo + s.latin;
        s.repetition = repeats(&scratch.hashes, 8, &mut scratch.counter).max(repeats(
            &scratch.stems,
            5,
            &mut scratch.counter,
        ));
        s.end(text);
        s
    }

    /// How the line ends.
    fn end(&mut self, text: &str) {
        self.ending = Some(ending(text));
        let mut back = text
            .chars()
            .rev()
            .skip_while(|c| matches!(*c, '"' | '\'' | '”' | '’' | ')' | ']' | '」' | '』' | '》' | ' '));
        let last = back.next().unwrap_or(' ');
        self.stop = matches!(last, '.' | '?' | '!' | '…' | '。') && self.hangul > 0;
        let bare = text.trim_end_matches(|c: char| !matches!(c, '가'..='힣'));
        self.polite = ["니다", "요", "시오", "니까", "세요", "죠"].iter().any(|e| bare.ends_with(e));
        self.plain = !self.polite && bare.ends_with('다');
        self.connective = words::goes_on(bare)
            || self.words >= 3
                && self.particles > 0
                && words::spoken(bare.chars().next_back().unwrap_or(' '));
        self.cut_short = text.ends_with("..") && !text.ends_with("...") || text.ends_with('…');
    }

    /// Whether the line ends as a sentence does.
    pub(in crate::junk) fn sentence(&self) -> bool {
        self.ending == Some(Ending::Sentence)
    }

    /// Whether the line ends in a clipped or nominal way.
    pub(in crate::junk) fn clipped(&self) -> bool {
        self.ending == Some(Ending::Clipped)
    }

    /// Whether the line ends as speech does.
    pub(super) fn spoken(&self) -> bool {
        self.connective || self.clipped()
    }

    /// Whether the line holds a whole sentence.
    pub(super) fn prose(&self) -> bool {
        let ends =
            self.sentence() || self.ending == Some(Ending::Clipped) || self.connective || self.inner > 0;
        self.hangul >= 8 && self.words >= 3 && (ends || self.particles * 4 >= self.words)
    }

    pub(super) fn values(&self) -> [f32; COUNT] {
        let c = |class| self.counts.of(class) as f32;
        let words = self.words.max(1) as f32;
        let visible = self.visible.max(1) as f32;
        let flag = |on: bool| f32::from(u8::from(on));
        // One word in a short line says as much as two in a long one.
        let few = |count: f32, full: f32| (count / (0.75 + words / 24.0) / full).min(1.0);
        let report = few(c(Class::Report), 3.0);
        // Words of offers in a report are its subject.
        let told = 1.0 - 0.8 * report;
        let ui = few(c(Class::Ui), 2.0);
        let contact = flag(self.contacts.phones + self.contacts.emails > 0);
        let class = |class, full| few(c(class), full);
        [
            ((16.0 - self.hangul as f32) / 16.0).max(0.0),
            ((4.0 - self.words as f32) / 3.0).max(0.0),
            flag(self.sentence()),
            flag(self.plain),
            flag(self.polite),
            flag(self.ending == Some(Ending::Clipped)),
            flag(self.connective),
            flag(self.stop),
            (self.particles as f32 / words).min(1.0),
            (self.verbal as f32 / words).min(1.0),
            report,
            (self.quotes as f32 / 2.0).min(1.0),
            self.digits as f32 / visible,
            self.latin as f32 / visible,
            (visible - (self.letters + self.digits) as f32).max(0.0) / visible,
            self.jamo as f32 / visible,
            few(self.exclaims as f32, 3.0),
            (self.colons as f32 / words * 4.0).min(1.0),
            (self.separators as f32 / words * 4.0).min(1.0),
            (self.hashtags as f32 / 3.0).min(1.0),
            few(self.contacts.prices as f32, 3.0),
            flag(self.contacts.phones > 0),
            flag(self.contacts.emails > 0),
            (self.contacts.urls as f32 / 2.0).min(1.0),
            // A credit behind a sentence is a caption's.
            class(Class::Byline, 1.0) * if self.prose() && contact == 0.0 { 0.3 } else { 1.0 },
            class(Class::Copyright, 2.0),
            class(Class::Contact, 2.0),
            ui * told,
            if self.visible < 40 { ui } else { 0.0 },
            class(Class::Promo, 3.0) * told,
            class(Class::Pitch, 2.0) * told,
            class(Class::Cta, 2.0) * told,
            class(Class::Sponsored, 1.0) * told,
            class(Class::Gambling, 2.0) * told,
            class(Class::Adult, 2.0) * told,
            class(Class::Loan, 2.0) * told,
            class(Class::Downloads, 2.0) * told,
            class(Class::Shop, 3.0) * told,
            class(Class::Field, 3.0),
            class(Class::Profanity, 1.0) * (1.0 - 0.4 * report),
            class(Class::Hate, 1.0) * (1.0 - 0.4 * report),
            class(Class::Slang, 2.0),
            (self.counts.disguised as f32).min(1.0),
            (self.number_run.saturating_sub(2) as f32 / 6.0).min(1.0),
            ((self.repetition - 0.15) * 2.5).clamp(0.0, 1.0),
            (self.translated as f32 / words * 5.0).min(1.0),
            contact * flag(self.prose() && self.hangul >= 14),
        ]
    }
}

/// Share of hashes that stood there before, when there are `least` at least.
fn repeats(hashes: &[u64], least: usize, counter: &mut Counter) -> f32 {
    if hashes.len() < least {
        return 0.0;
    }
    counter.count(hashes.iter().copied()).repeated as f32 / hashes.len() as f32
}

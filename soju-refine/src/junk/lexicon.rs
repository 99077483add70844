//! Words that say what a text is for: what it sells, whom it insults, whose page it stands on.
//!
//! `lexicon.tsv` holds a class and a word a line, in the folded form (see [`Folded`]). `^` before a word asks
//! for a word's start there, `$` behind it for its end; the longest word at a place counts, and those
//! of the class `none` only keep shorter ones from counting (`시발점`). A word alone proves nothing — news
//! write of gambling and loans, novels swear — so classes count by density among other features.
//! Collected from what is known of Korean pages at large, not from a corpus.

use std::ops::Range;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

use super::fold::Folded;

/// What a word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Class {
    /// Offers of gambling.
    Gambling,
    /// Offers of sex, and pornography.
    Adult,
    /// Offers of loans and insurance.
    Loan,
    /// Pirated downloads.
    Downloads,
    /// A shop's own vocabulary.
    Shop,
    /// Gifts, discounts, lotteries.
    Promo,
    /// Praise of what is for sale.
    Pitch,
    /// Calls to buy, click or phone.
    Cta,
    /// Notices that a post was paid for.
    Sponsored,
    /// The page's own controls and messages.
    Ui,
    /// Rights, imprint.
    Copyright,
    /// Labels of contact data.
    Contact,
    /// Who wrote it, for which paper.
    Byline,
    /// Labels of a form's fields.
    Field,
    /// Swearing.
    Profanity,
    /// Slurs and contempt for groups.
    Hate,
    /// Chat and careless spelling.
    Slang,
    /// Words of reporting.
    Report,
}

/// How many classes there are.
pub(super) const CLASSES: usize = 18;

const NAMES: [&str; CLASSES] = [
    "gambling",
    "adult",
    "loan",
    "downloads",
    "shop",
    "promo",
    "pitch",
    "cta",
    "sponsored",
    "ui",
    "copyright",
    "contact",
    "byline",
    "field",
    "profanity",
    "hate",
    "slang",
    "report",
];

const CLASS: [Class; CLASSES] = [
    Class::Gambling,
    Class::Adult,
    Class::Loan,
    Class::Downloads,
    Class::Shop,
    Class::Promo,
    Class::Pitch,
    Class::Cta,
    Class::Sponsored,
    Class::Ui,
    Class::Copyright,
    Class::Contact,
    Class::Byline,
    Class::Field,
    Class::Profanity,
    Class::Hate,
    Class::Slang,
    Class::Report,
];

struct Word {
    /// `None` for words that only shadow others.
    class: Option<Class>,
    text: &'static str,
    start: bool,
    end: bool,
}

static WORDS: LazyLock<Vec<Word>> = LazyLock::new(|| {
    include_str!("lexicon.tsv")
        .lines()
        .map(|line| {
            let (class, word) = line.split_once('\t').expect("every line of the table has two fields");
            Word {
                class: NAMES.iter().position(|n| *n == class).map(|i| CLASS[i]),
                text: word.trim_start_matches('^').trim_end_matches('$'),
                start: word.starts_with('^'),
                end: word.ends_with('$'),
            }
        })
        .collect()
});

/// By characters and not by bytes: Hangul has three bytes a syllable, and the tables stay in the cache.
static MATCHER: LazyLock<CharwiseDoubleArrayAhoCorasick<u32>> = LazyLock::new(|| {
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build(WORDS.iter().map(|w| w.text.to_ascii_lowercase()))
        .expect("the words are constants")
});

/// A word in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    /// Where it stands in the text that was folded.
    pub(super) span: Range<usize>,
    pub(super) class: Class,
    /// It only shows once disguises are undone.
    pub(super) disguised: bool,
}

/// Calls `found` for each word in `text`, in order. `folded` must be the fold of it.
pub(super) fn find(text: &str, folded: &Folded, mut found: impl FnMut(Hit)) {
    let plain = folded.text();
    for m in MATCHER.leftmost_find_iter(plain) {
        let word = &WORDS[m.value() as usize];
        let Some(class) = word.class else { continue };
        let span = folded.original(m.start()..m.end());
        let disguised = span.len() != m.end() - m.start()
            || !text[span.clone()].eq_ignore_ascii_case(&plain[m.start()..m.end()]);
        if disguised
            && !matches!(
                class,
                Class::Gambling | Class::Adult | Class::Loan | Class::Profanity | Class::Hate | Class::Field
            )
        {
            continue;
        }
        // A disguise joins what may belong to two words, so it must not begin inside one.
        if (word.start || disguised) && inside(text[..span.start].chars().next_back())
            || word.end && inside(text[span.end..].chars().next())
        {
            continue;
        }
        found(Hit { span, class, disguised });
    }
}

fn inside(c: Option<char>) -> bool {
    c.is_some_and(|c| matches!(c, '가'..='힣') || c.is_ascii_alphanumeric())
}

/// How often each class stands in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    of: [u32; CLASSES],
    /// Words that only show once disguises are undone.
    pub(super) disguised: usize,
    /// Words of spam inside overlong words, as `공공임대아파트보증금대출안내`.
    pub(super) stuffed: usize,
}

/// Fewest syllables of a word that spam has built of others.
const STUFFED: usize = 9;

/// Syllables of the word around a span, counted no further than needed.
fn within(text: &str, span: &Range<usize>) -> usize {
    let syllable = |c: &char| matches!(c, '가'..='힣');
    text[..span.start].chars().rev().take(STUFFED).take_while(syllable).count()
        + text[span.clone()].chars().filter(syllable).count()
        + text[span.end..].chars().take(STUFFED).take_while(syllable).count()
}

impl Counts {
    pub(super) fn add(&mut self, text: &str, hit: &Hit) {
        self.of[hit.class as usize] += 1;
        if matches!(hit.class, Class::Gambling | Class::Adult | Class::Loan) {
            self.stuffed += usize::from(within(text, &hit.span) >= STUFFED);
        }
        self.disguised += usize::from(hit.disguised && hit.class != Class::Field);
    }

    /// Adds what was counted elsewhere.
    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, other) in self.of.iter_mut().zip(other.of) {
            *mine += other;
        }
        self.disguised += other.disguised;
        self.stuffed += other.stuffed;
    }

    /// Swearwords and slurs.
    pub(super) fn profanity(&self) -> usize {
        self.of(Class::Profanity) + self.of(Class::Hate)
    }

    pub(super) fn of(&self, class: Class) -> usize {
        self.of[class as usize] as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(text: &str) -> Vec<(Class, String, bool)> {
        let mut folded = Folded::default();
        folded.fold(text);
        let mut all = Vec::new();
        find(text, &folded, |h| all.push((h.class, text[h.span].to_owned(), h.disguised)));
        all
    }

    #[test]
    fn every_line_is_well_formed() {
        let mut seen = std::collections::HashSet::new();
        for (line, word) in include_str!("lexicon.tsv").lines().zip(WORDS.iter()) {
            let class = line.split('\t').next().unwrap();
            assert!(class == "none" || NAMES.contains(&class), "{line}");
            assert!(!word.text.trim().is_empty() && seen.insert(word.text.to_lowercase()), "{line}");
        }
        for (i, class) in CLASS.iter().enumerate() {
            assert_eq!(*class as usize, i);
        }
    }

    #[test]
    fn words_count_by_class() {
        assert_eq!(
            hits("온라인카지노 먹튀 검증, 출장안마").iter().map(|h| h.0).collect::<Vec<_>>(),
            [Class::Gambling, Class::Gambling, Class::Adult]
        );
        assert!(hits("아이는 숲을 지킨다.").is_empty());
    }

    #[test]
    fn disguises_count() {
        for (text, class, there) in [
            ("카.지.노 주소", Class::Gambling, "카.지.노"),
            ("토~토 가입", Class::Gambling, "토~토"),
            ("바ㅋr라 ", Class::Gambling, "바ㅋr라"),
            ("당일 무서류대출 말고 급.전", Class::Loan, "급.전"),
            ("아 씨1발", Class::Profanity, "씨1발"),
            ("이런 시.발", Class::Profanity, "시.발"),
        ] {
            assert!(
                hits(text).iter().any(|h| (h.0, h.1.as_str(), h.2) == (class, there, true)),
                "{text}: {:?}",
                hits(text)
            );
        }
    }

    #[test]
    fn ordinary_words_are_not_taken_for_others() {
        for text in [
            "전염병이 돌았다",
            "시발점이 되었다",
            "영토.토지 문제",
            "자위대 함정",
            "껌을 씹는다",
            "새끼손가락",
            "이웃집 토토로",
            "안개같은",
            "보지 못했다",
            "가, 나, 다",
        ] {
            assert!(hits(text).iter().all(|h| h.0 == Class::Report), "{text}: {:?}", hits(text));
        }
    }
}

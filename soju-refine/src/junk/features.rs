//! What is measured on a document.

use super::cut::Parts;
use super::lexicon::{Class, Counts};
use super::line::Scratch;
use super::tally::Counter;

/// How many features there are.
pub(super) const COUNT: usize = 31;

/// Measured features of one document. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    pub(super) values: [f32; COUNT],
}

/// Visible characters that stand for a word where there are fewer spaces.
const UNSPACED: f32 = 9.0;
/// Words of a phrase that is looked for again.
const PHRASE: usize = 4;
/// Swearwords and slurs that make a document's tone: one or two may be quoted, or be a novel's.
pub(super) const SWEARING: usize = 3;
/// How often it may stand in a text that is no list.
const PHRASES: usize = 3;

impl Features {
    /// Names, in the order of [`Features::values`].
    pub const NAMES: [&'static str; COUNT] = [
        "list_cut",
        "other_cut",
        "prose",
        "particles",
        "digits",
        "latin",
        "items",
        "symbols",
        "short_words",
        "long_words",
        "fragments",
        "bigram_repeat",
        "top_word",
        "spam",
        "obfuscated",
        "downloads",
        "shop",
        "translation",
        "number_run",
        "hashtags",
        "comma_list",
        "connectives",
        "junk_lines",
        "sure_lines",
        "offers",
        "controls",
        "insults",
        "fields",
        "stuffed",
        "phrase",
        "pronouns",
    ];

    /// How much each feature speaks for junk, in natural log-odds against an average document: name, value and
    /// that, in the order of [`Features::NAMES`].
    pub fn weighed(&self) -> impl Iterator<Item = (&'static str, f32, f32)> {
        let added = super::score::added(self);
        (0..COUNT).map(move |i| (Self::NAMES[i], self.values[i], added[i]))
    }

    /// The values.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    pub(super) fn measure(text: &str, parts: &Parts, scratch: &mut Scratch) -> Self {
        let visible = parts.shapes.iter().map(|s| s.visible).sum::<usize>().max(1) as f32;
        // Text without spaces has few words, and no count of them may stand for its length.
        let n = (scratch.words.len().max(1) as f32).max(visible / UNSPACED);
        let sum = |f: &dyn Fn(usize) -> usize| (0..parts.shapes.len()).map(f).sum::<usize>() as f32;
        let shape = |i: usize| &parts.shapes[i];
        let seen = |i: usize| &parts.seen[i];
        let cut = |kinds: &dyn Fn(&str) -> bool| {
            parts.cuts.iter().filter(|c| kinds(c.kind)).map(|c| c.span.len()).sum::<usize>() as f32
                / text.len().max(1) as f32
        };
        let list = |kind: &str| matches!(kind, "list" | "related" | "repeat");
        let segments = parts.segments.len().max(1) as f32;
        let mut hits = Counts::default();
        parts.seen.iter().for_each(|s| hits.merge(&s.counts));
        let of = |class| hits.of(class);
        let density = |count: usize| (count as f32 / n * 20.0).min(1.0);
        let word = visible / n;
        let segment = visible / segments;
        let prose = sum(&|i| if shape(i).prose() { shape(i).visible } else { 0 }) / visible;
        // In whole sentences these words are more often a subject than an offer.
        let spam = ((of(Class::Gambling) + of(Class::Adult) + of(Class::Loan)) as f32 / n * 10.0).min(1.0)
            * (1.0 - 0.9 * prose);
        let told = 1.0 - (of(Class::Report) as f32 / n * 20.0).min(0.8);
        let judged =
            |least: f32| sum(&|i| if parts.verdicts[i].0 > least { shape(i).visible } else { 0 }) / visible;
        let Scratch { words, subjects, counter, .. } = scratch;
        let numbers = (0..parts.seen.len()).map(|i| seen(i).number_run).max().unwrap_or(0);
        let values = [
            cut(&list),
            cut(&|k| !list(k)),
            prose,
            sum(&|i| shape(i).particles) / n,
            sum(&|i| shape(i).digits) / visible,
            sum(&|i| shape(i).latin) / visible,
            sum(&|i| usize::from(shape(i).item)) / segments,
            (visible - sum(&|i| shape(i).hangul + shape(i).latin + shape(i).digits)) / visible,
            (2.8 - word).clamp(0.0, 1.0),
            ((word - 4.5) / 5.0).clamp(0.0, 1.0),
            ((25.0 - segment) / 25.0).clamp(0.0, 1.0),
            bigram_repeat(words, counter),
            top_word(subjects, n, counter),
            spam,
            density(hits.disguised),
            density(of(Class::Downloads)),
            density(of(Class::Shop)),
            (sum(&|i| seen(i).translated) / n * 10.0).min(1.0),
            // Generated spam opens with a row of bare numbers.
            (numbers.saturating_sub(2) as f32 / 8.0).min(1.0),
            density(parts.seen.iter().map(|s| s.hashtags).sum()),
            (commas(text) / n).min(1.0),
            sum(&|i| seen(i).ties) / n,
            judged(0.5),
            judged(0.9),
            density(of(Class::Promo) + of(Class::Pitch) + of(Class::Cta)) * told,
            density(of(Class::Ui)) * told,
            density(Some(hits.profanity()).filter(|n| *n >= SWEARING).unwrap_or(0)),
            density(of(Class::Field)),
            (hits.stuffed as f32 / 3.0).min(1.0),
            phrase(subjects, n, counter),
            density(parts.seen.iter().map(|s| s.pronouns).sum()),
        ];
        Self { values }
    }
}

/// Share of pairs of neighbouring words that stood in the text before.
fn bigram_repeat(words: &[u64], counter: &mut Counter) -> f32 {
    let pairs = words.windows(2).map(|p| p[0].rotate_left(1) ^ p[1]);
    let all = pairs.len().max(1) as f32;
    counter.count(pairs).repeated as f32 / all
}

/// How much of a text is one phrase of four words that comes again and again, as between the scraps of
/// generated pages and in lists of one kind; 1 where it is a quarter.
fn phrase(subjects: &[u64], words: f32, counter: &mut Counter) -> f32 {
    let phrases = subjects.windows(PHRASE).map(|w| {
        w.iter().fold(0_u64, |hash, word| hash.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word)
    });
    let most = Some(counter.count(phrases).most).filter(|n| *n > PHRASES).unwrap_or(0);
    ((most * PHRASE) as f32 / words.max(60.0) * 4.0).min(1.0)
}

/// Share of the most frequent word of two characters or more, at most 0.1: a short text about one
/// thing names it often.
fn top_word(subjects: &[u64], words: f32, counter: &mut Counter) -> f32 {
    let most = Some(counter.count(subjects.iter().copied()).most).filter(|n| *n > 2).unwrap_or(0);
    (most as f32 / words.max(60.0)).min(0.1)
}

/// Commas and slashes without a space behind them between Hangul, as keyword lists have.
fn commas(text: &str) -> f32 {
    let korean = |c: Option<char>| matches!(c, Some('가'..='힣'));
    let between =
        |at: &usize| korean(text[..*at].chars().next_back()) && korean(text[at + 1..].chars().next());
    memchr::memchr3_iter(b',', b'/', b'+', text.as_bytes()).filter(between).count() as f32
}

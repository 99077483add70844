//! What is measured on a document.

use super::cut::Parts;
use super::vocabulary;
use xxhash_rust::xxh3::xxh3_64;

/// How many features there are.
pub(super) const COUNT: usize = 22;

/// Measured features of one document. Shares are from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    pub(super) values: [f32; COUNT],
}

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
    ];

    /// The values.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    pub(super) fn measure(text: &str, parts: &Parts) -> Self {
        let visible = parts.shapes.iter().map(|s| s.visible).sum::<usize>().max(1) as f32;
        let words: Vec<&str> = text.split_whitespace().collect();
        let n = words.len().max(1) as f32;
        let sum = |f: &dyn Fn(usize) -> usize| (0..parts.shapes.len()).map(f).sum::<usize>() as f32;
        let shape = |i: usize| &parts.shapes[i];
        let cut = |kinds: &dyn Fn(&str) -> bool| {
            parts.cuts.iter().filter(|c| kinds(c.kind)).map(|c| c.span.len()).sum::<usize>() as f32
                / text.len().max(1) as f32
        };
        let list = |kind: &str| matches!(kind, "list" | "related" | "repeat");
        let segments = parts.segments.len().max(1) as f32;
        let hits = vocabulary::count(text);
        let density = |count: usize| (count as f32 / n * 20.0).min(1.0);
        let word = visible / n;
        let segment = visible / segments;
        let [gambling, adult, loan, downloads, shop] = hits.counts;
        let prose = sum(&|i| if shape(i).prose() { shape(i).visible } else { 0 }) / visible;
        // In whole sentences these words are more often a subject than an offer.
        let spam = ((gambling + adult + loan) as f32 / n * 10.0).min(1.0) * (1.0 - 0.9 * prose);
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
            bigram_repeat(&words),
            top_word(&words),
            spam,
            density(hits.obfuscated),
            density(downloads),
            density(shop),
            translation(&words),
            number_run(&words),
            density(text.matches('#').count()),
            (commas(text) / n).min(1.0),
            connectives(&words) / n,
        ];
        Self { values }
    }
}

/// Share of pairs of neighbouring words that stood in the text before.
fn bigram_repeat(words: &[&str]) -> f32 {
    let hashes: Vec<u64> = words.iter().map(|w| xxh3_64(w.as_bytes())).collect();
    let mut pairs: Vec<u64> = hashes.windows(2).map(|p| p[0].rotate_left(1) ^ p[1]).collect();
    pairs.sort_unstable();
    let all = pairs.len();
    pairs.dedup();
    (all - pairs.len()) as f32 / words.len().saturating_sub(1).max(1) as f32
}

/// Share of the most frequent word of two characters or more, at most 0.1: a short text about one
/// thing names it often.
fn top_word(words: &[&str]) -> f32 {
    let mut hashes: Vec<u64> = words
        .iter()
        .filter(|w| w.chars().nth(1).is_some() && w.chars().any(char::is_alphabetic))
        .map(|w| xxh3_64(w.as_bytes()))
        .collect();
    hashes.sort_unstable();
    (hashes.chunk_by(|a, b| a == b).map(<[u64]>::len).max().filter(|n| *n > 2).unwrap_or(0) as f32
        / words.len().max(60) as f32)
        .min(0.1)
}

/// Traces of machine translation, per word: endings torn off or glued on, pronouns that Korean
/// leaves out, articles of other languages between Hangul.
fn translation(words: &[&str]) -> f32 {
    const TORN: [&str; 10] =
        ["하", "위한", "의해", "의하여", "그것은", "그들은", "그들의", "우리의", "들", "수"];
    const GLUED: [&str; 16] = [
        "을위한",
        "를위한",
        "에있는",
        "에대한",
        "에있어",
        "할경우",
        "에의해",
        "하게하는",
        "는이",
        "를이",
        "을이",
        "에서이",
        "에의",
        "수있는",
        "수있다",
        "수있습니다",
    ];
    let mut hits = 0;
    for (i, word) in words.iter().enumerate() {
        let bare = word.trim_end_matches(['.', ',']);
        let Some('가'..='힣') = bare.chars().next_back() else { continue };
        hits += usize::from(TORN.contains(&bare))
            + usize::from(GLUED.iter().any(|g| bare.ends_with(g)))
            + usize::from(bare.starts_with("당신"));
        // A particle that stands alone: `에 대 한`, `사용 하 여`, `호텔 은`.
        hits += usize::from(i > 0 && matches!(bare, "을" | "를" | "은" | "는" | "의" | "여" | "한"));
    }
    (hits as f32 / words.len().max(1) as f32 * 10.0).min(1.0)
}

/// Whether the text has a row of bare numbers, as generated spam opens with: 1 for ten or more in a row.
fn number_run(words: &[&str]) -> f32 {
    let (mut longest, mut run) = (0_usize, 0);
    for word in words {
        run = if word.bytes().all(|b| b.is_ascii_digit()) { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    (longest.saturating_sub(2) as f32 / 8.0).min(1.0)
}

/// Commas and slashes without a space behind them between Hangul, as keyword lists have.
fn commas(text: &str) -> f32 {
    let mut count = 0_usize;
    let mut chars = text.chars().peekable();
    let mut before = ' ';
    while let Some(c) = chars.next() {
        let korean = |c: char| matches!(c, '가'..='힣');
        count += usize::from(
            matches!(c, ',' | '/' | '+') && korean(before) && chars.peek().copied().is_some_and(korean),
        );
        before = c;
    }
    count as f32
}

/// Words that tie sentences into an argument or story.
fn connectives(words: &[&str]) -> f32 {
    const TIES: [&str; 30] = [
        "그러나",
        "하지만",
        "그래서",
        "그리고",
        "따라서",
        "또한",
        "또",
        "때문에",
        "위해",
        "대해",
        "대한",
        "있다.",
        "있는",
        "이라고",
        "것이다.",
        "것은",
        "것을",
        "것이",
        "라고",
        "같은",
        "이런",
        "그런",
        "그",
        "이",
        "저는",
        "제가",
        "통해",
        "따르면",
        "했다.",
        "없는",
    ];
    words.iter().filter(|w| TIES.contains(w)).count() as f32
}

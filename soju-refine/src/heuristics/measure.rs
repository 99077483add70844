//! What is counted in a text: its words and sequences of them, its lines. One pass each, whatever the text.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use xxhash_rust::xxh3::xxh3_64;

use crate::segment::segments;

/// FineWeb2's stop words for Korean (`configs/kor_Hang.yml`): particles, endings and bound nouns. Those of two
/// syllables end with one that is there by itself or are named.
const STOP_ENDINGS: [&str; 21] = [
    "의", "다", "이", "는", "에", "을", "한", "년", "하", "은", "를", "했", "고", "에서", "가", "있", "으로",
    "인", "월", "로", "되",
];

/// Characters per line feed from which a text has lost its lines. Chosen by hand: a paragraph is shorter in most texts.
const FLATTENED: usize = 300;

/// The words of a text, as they stand between spaces.
#[derive(Debug)]
pub(super) struct Words<'a> {
    words: Vec<Word<'a>>,
    /// Characters of the text.
    characters: usize,
}

#[derive(Debug)]
struct Word<'a> {
    text: &'a str,
    hash: u64,
    characters: usize,
}

impl<'a> Words<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let word =
            |text: &'a str| Word { text, hash: xxh3_64(text.as_bytes()), characters: text.chars().count() };
        let words = text.split_whitespace().map(word).collect();
        Self { words, characters: text.chars().count() }
    }

    /// Words with something else than punctuation in them.
    pub(super) fn count(&self) -> usize {
        self.words.iter().filter(|w| w.text.contains(char::is_alphanumeric)).count()
    }

    pub(super) fn per_word(&self, count: usize) -> f32 {
        count as f32 / self.words.len().max(1) as f32
    }

    /// In characters, punctuation at both ends aside.
    pub(super) fn mean_length(&self) -> f32 {
        let bare = |w: &Word<'_>| w.text.trim_matches(|c: char| !c.is_alphanumeric()).chars().count();
        self.words.iter().map(bare).sum::<usize>() as f32 / self.count().max(1) as f32
    }

    /// Share of words with a letter.
    pub(super) fn alphabetic(&self) -> f32 {
        self.per_word(self.words.iter().filter(|w| w.text.contains(char::is_alphabetic)).count())
    }

    pub(super) fn stop_words(&self) -> usize {
        let ends = |w: &&Word<'_>| {
            let bare = w.text.trim_end_matches(|c: char| !c.is_alphanumeric());
            STOP_ENDINGS.iter().any(|stop| bare.ends_with(stop))
        };
        self.words.iter().filter(ends).count()
    }

    /// Sequences of `n` words: their hash and their characters with the spaces between.
    fn ngrams(&self, n: usize) -> impl Iterator<Item = (u64, usize)> + Clone {
        self.words.windows(n).map(move |words| {
            let mix =
                |hash: u64, w: &Word<'_>| (hash.rotate_left(5) ^ w.hash).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            (words.iter().fold(0, mix), words.iter().map(|w| w.characters + 1).sum::<usize>() - 1)
        })
    }

    /// Share of the characters that are in the most frequent sequence of `n` words, if it stands there twice.
    pub(super) fn top_ngram(&self, n: usize) -> f32 {
        let mut counts: HashMap<u64, usize> = HashMap::new();
        let mut top = (1, 0);
        for (hash, characters) in self.ngrams(n) {
            let count = counts.entry(hash).or_default();
            *count += 1;
            top = top.max((*count, if *count > 1 { characters } else { 0 }));
        }
        (top.0 * top.1) as f32 / self.characters.max(1) as f32
    }

    /// Share of the characters that are in sequences of `n` words that stood before.
    pub(super) fn duplicate_ngrams(&self, n: usize) -> f32 {
        let mut seen = HashSet::new();
        let (mut repeated, mut skip) = (0, 0);
        for (hash, characters) in self.ngrams(n) {
            if skip > 0 {
                skip -= 1;
            } else if !seen.insert(hash) {
                repeated += characters;
                skip = n - 1;
            }
        }
        repeated as f32 / self.characters.max(1) as f32
    }
}

/// The lines of a text with something in them; its sentences, where it has next to no line feeds.
#[derive(Debug)]
pub(super) struct Lines<'a> {
    lines: Vec<&'a str>,
    feeds: usize,
}

impl<'a> Lines<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let text = text.trim();
        let feeds = memchr::memchr_iter(b'\n', text.as_bytes()).count();
        let lines_are_kept = feeds > 0 && text.chars().count() < feeds.saturating_mul(FLATTENED);
        let mut lines: Vec<&str> = if lines_are_kept {
            text.lines().map(str::trim).collect()
        } else {
            segments(text).into_iter().map(|s| text[s.span].trim()).collect()
        };
        // A row of dots between two parts of a page is not a line that ends with an ellipsis.
        lines.retain(|line| line.contains(char::is_alphanumeric));
        Self { lines, feeds }
    }

    /// Line feeds in the text, both ends aside.
    pub(super) fn feeds(&self) -> usize {
        self.feeds
    }

    fn share(&self, of: impl Fn(&str) -> bool) -> f32 {
        self.lines.iter().filter(|line| of(line)).count() as f32 / self.lines.len().max(1) as f32
    }

    fn repeated(&self) -> impl Iterator<Item = &str> {
        let mut seen = HashMap::new();
        self.lines.iter().copied().filter(move |line| match seen.entry(xxh3_64(line.as_bytes())) {
            Entry::Occupied(_) => true,
            Entry::Vacant(new) => {
                new.insert(());
                false
            }
        })
    }

    /// Share of lines that equal an earlier one.
    pub(super) fn duplicates(&self) -> f32 {
        self.repeated().count() as f32 / self.lines.len().max(1) as f32
    }

    /// Share of characters in such lines.
    pub(super) fn duplicate_characters(&self) -> f32 {
        let characters = |line: &str| line.chars().count();
        let all: usize = self.lines.iter().copied().map(characters).sum();
        self.repeated().map(characters).sum::<usize>() as f32 / all.max(1) as f32
    }

    /// Share of lines that end like a sentence.
    pub(super) fn sentences(&self) -> f32 {
        self.share(|line| line.ends_with(['.', '!', '?', '\'', '"', '”', '’', '。', '！', '？', '…']))
    }

    pub(super) fn bullets(&self) -> f32 {
        self.share(|line| line.starts_with(['•', '·', '●', '-', '▶', '■', '*']))
    }

    pub(super) fn ellipses(&self) -> f32 {
        self.share(|line| line.ends_with("...") || line.ends_with('…'))
    }
}

/// Number signs or ellipses, whichever are more.
pub(super) fn symbols(text: &str) -> usize {
    let signs = memchr::memchr_iter(b'#', text.as_bytes()).count();
    let ellipses = text.matches("...").count() + text.matches('…').count();
    signs.max(ellipses)
}

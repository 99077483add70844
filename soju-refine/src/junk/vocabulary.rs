//! Words of spam: gambling, adult offers, loans, pirated downloads, sales talk.
//!
//! A word alone proves nothing — news write of gambling and loans — so the words only count towards
//! the document's score, by their density. Obfuscation is folded first: full-width letters, symbols
//! and spaces between single syllables (`카.지.노`, `토~토`), homoglyph digits in a word.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// What the words of `vocabulary.tsv` (subject and word, one a line) are about.
const SUBJECTS: [&str; 5] = ["gambling", "adult", "loan", "downloads", "commerce"];

/// The words with their index in [`SUBJECTS`].
static WORDS: LazyLock<Vec<(usize, &str)>> = LazyLock::new(|| {
    include_str!("vocabulary.tsv")
        .lines()
        .map(|line| {
            let (subject, word) = line.split_once('\t').expect("every line of the table has two fields");
            (SUBJECTS.iter().position(|s| *s == subject).expect("every subject of the table is known"), word)
        })
        .collect()
});

static MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| {
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .match_kind(aho_corasick::MatchKind::LeftmostLongest)
        .build(WORDS.iter().map(|(_, word)| word))
        .expect("the words are constants")
});

/// How often each subject's words stand in a text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Hits {
    /// By [`SUBJECTS`].
    pub(super) counts: [usize; 5],
    /// Words that only show once obfuscation is folded.
    pub(super) obfuscated: usize,
}

/// Counts the words of `text`.
pub(super) fn count(text: &str) -> Hits {
    let mut hits = Hits::default();
    for m in MATCHER.find_iter(text) {
        hits.counts[WORDS[m.pattern().as_usize()].0] += 1;
    }
    for run in spelled_out(text) {
        if let Some(m) = MATCHER.find(&run) {
            let subject = WORDS[m.pattern().as_usize()].0;
            if subject < 3 {
                hits.counts[subject] += 1;
                hits.obfuscated += 1;
            }
        }
    }
    hits
}

/// Syllables that stand alone between symbols, joined: `카.지.노` and `토~토` but not `가, 나, 다`.
fn spelled_out(text: &str) -> Vec<String> {
    enum State {
        /// Before a syllable.
        Free,
        /// Behind a syllable with a border or a symbol before it.
        Single,
        /// Behind a single syllable and symbols.
        Symbol,
        /// Inside an ordinary word.
        Word,
    }
    let mut runs = Vec::new();
    let mut run: Vec<char> = Vec::new();
    let mut state = State::Free;
    for c in text.chars().chain([' ']) {
        state = match (c, state) {
            ('가'..='힣', State::Free | State::Symbol) => {
                run.push(c);
                State::Single
            }
            ('가'..='힣', State::Single | State::Word) => {
                // The syllable before belongs to a word, and not to the run.
                if run.len() > 2 {
                    runs.push(run[..run.len() - 1].iter().collect());
                }
                run.clear();
                State::Word
            }
            (c, State::Single | State::Symbol) if ".~-*^_/\'`♥★☆♡●@!+=|".contains(c) => {
                State::Symbol
            }
            _ => {
                if run.len() > 1 {
                    runs.push(run.iter().collect());
                }
                run.clear();
                State::Free
            }
        };
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_by_subject() {
        let hits = count("온라인카지노 먹튀 검증, 바카라사이트 추천. 출장안마");
        assert_eq!(hits.counts, [3, 1, 0, 0, 0]);
        assert_eq!(count("주민은 숲을 지킨다.").counts, [0; 5]);
    }

    #[test]
    fn obfuscation_is_folded() {
        for text in ["카.지.노 주소", "토~토 문의", "카*지*노", "바-카-라 "] {
            assert_eq!((count(text).counts[0], count(text).obfuscated), (1, 1), "{text}");
        }
        for text in ["가, 나, 다", "시.군.구", "A.B.C", "월-금", "카드-지갑-노트"] {
            assert_eq!(count(text).obfuscated, 0, "{text}");
        }
    }
}

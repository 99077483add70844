//! The heuristics of Gopher and FineWeb2, counted on Korean words as they are written.
//!
//! FineWeb2 counts morphemes of the Kiwi analyser; here a word (eojeol) is what stands between spaces, which needs no
//! dictionary. So thresholds per word are recalibrated, see [`HeuristicsConfig`], and a stop word counts where a
//! word ends with it, as particles and endings do. Where a text has lost its line feeds its sentences take
//! the place of lines. The stage is off by default: the rules of [`junk`](crate::junk) are better on Korean.

mod measure;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pipeline::{Reason, Stage, Verdict};
use measure::{Lines, Words};

/// Thresholds of [`Heuristics`]. A document that crosses one goes out under the name of the threshold without
/// `min_` or `max_`, with what was measured as score. Defaults are those of FineWeb2's `configs/kor_Hang.yml` where it has
/// one, else those of its pipeline; what it counts per morpheme is doubled or halved by hand, as an eojeol has about two.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeuristicsConfig {
    /// Whether the stage does anything. Default off.
    pub enabled: bool,
    /// Greatest share of lines that equal an earlier one (`dup_line_frac`). Default 0.374.
    pub max_duplicate_lines: f32,
    /// Greatest share of characters in such lines (`char_duplicates_ratio`). Default 0.1.
    pub max_duplicate_line_characters: f32,
    /// Greatest shares of characters in the most frequent sequence of 2, 3 and 4 words (`top_n_grams`).
    pub max_top_ngram: [f32; 3],
    /// Greatest shares of characters in sequences of 5 to 10 words that stood there before (`dup_n_grams`).
    pub max_duplicate_ngrams: [f32; 6],
    /// Least share of lines that end like a sentence (`line_punct_thr`). Default 0.062.
    pub min_sentence_lines: f32,
    /// Most line feeds per word (`new_line_ratio`, 0.196 per morpheme). Default 0.392.
    pub max_new_lines: f32,
    /// Fewest words (`min_doc_words`, 50 morphemes). Default 25.
    pub min_words: usize,
    /// Most words (`max_doc_words`, 100,000 morphemes). Default 50,000.
    pub max_words: usize,
    /// Least mean length of a word in characters (`min_avg_word_length`, 1 per morpheme). Default 2.
    pub min_word_length: f32,
    /// Greatest mean length of a word in characters (`max_avg_word_length`, 6 per morpheme). Default 12.
    pub max_word_length: f32,
    /// Most number signs, and most ellipses, per word (`max_symbol_word_ratio`, 0.1 per morpheme). Default 0.2.
    pub max_symbols: f32,
    /// Greatest share of lines that begin with a bullet. Default 0.9.
    pub max_bullet_lines: f32,
    /// Greatest share of lines that end with an ellipsis. Default 0.3.
    pub max_ellipsis_lines: f32,
    /// Least share of words with a letter in them (`max_non_alpha_words_ratio`). Default 0.791.
    pub min_alphabetic_words: f32,
    /// Fewest words that end with a stop word (`min_stop_words`). Default 2.
    pub min_stop_words: usize,
}

impl Default for HeuristicsConfig {
    fn default() -> Self {
        Self {
            enabled: false,
            max_duplicate_lines: 0.374,
            max_duplicate_line_characters: 0.1,
            max_top_ngram: [0.282, 0.228, 0.185],
            max_duplicate_ngrams: [0.201, 0.184, 0.168, 0.154, 0.14, 0.127],
            min_sentence_lines: 0.062,
            max_new_lines: 0.392,
            min_words: 25,
            max_words: 50_000,
            min_word_length: 2.0,
            max_word_length: 12.0,
            max_symbols: 0.2,
            max_bullet_lines: 0.9,
            max_ellipsis_lines: 0.3,
            min_alphabetic_words: 0.791,
            min_stop_words: 2,
        }
    }
}

/// The stage `heuristics`. Changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Heuristics {
    config: HeuristicsConfig,
}

impl Heuristics {
    /// A stage with these thresholds.
    pub fn new(config: HeuristicsConfig) -> Self {
        Self { config }
    }

    /// The first threshold that a text crosses, with what was measured.
    pub fn objection(&self, text: &str) -> Option<(&'static str, f32)> {
        let c = &self.config;
        let words = Words::of(text);
        let lines = Lines::of(text);
        let above = |kind, value: f32, most: f32| (value > most).then_some((kind, value));
        let below = |kind, value: f32, least: f32| (value < least).then_some((kind, value));
        // In the order of FineWeb2's pipeline, but for what makes the shares of the rest meaningless.
        let count = words.count() as f32;
        below("words", count, c.min_words as f32)
            .or_else(|| above("words", count, c.max_words as f32))
            .or_else(|| above("duplicate_lines", lines.duplicates(), c.max_duplicate_lines))
            .or_else(|| {
                let most = c.max_top_ngram.iter().zip(2..);
                most.into_iter().find_map(|(most, n)| above("top_ngram", words.top_ngram(n), *most))
            })
            .or_else(|| {
                let most = c.max_duplicate_ngrams.iter().zip(5..);
                most.into_iter()
                    .find_map(|(most, n)| above("duplicate_ngrams", words.duplicate_ngrams(n), *most))
            })
            .or_else(|| below("sentence_lines", lines.sentences(), c.min_sentence_lines))
            .or_else(|| {
                above(
                    "duplicate_line_characters",
                    lines.duplicate_characters(),
                    c.max_duplicate_line_characters,
                )
            })
            .or_else(|| above("new_lines", words.per_word(lines.feeds()), c.max_new_lines))
            .or_else(|| below("word_length", words.mean_length(), c.min_word_length))
            .or_else(|| above("word_length", words.mean_length(), c.max_word_length))
            .or_else(|| above("symbols", words.per_word(measure::symbols(text)), c.max_symbols))
            .or_else(|| above("bullet_lines", lines.bullets(), c.max_bullet_lines))
            .or_else(|| above("ellipsis_lines", lines.ellipses(), c.max_ellipsis_lines))
            .or_else(|| below("alphabetic_words", words.alphabetic(), c.min_alphabetic_words))
            .or_else(|| below("stop_words", words.stop_words() as f32, c.min_stop_words as f32))
    }
}

impl Stage for Heuristics {
    fn name(&self) -> &'static str {
        "heuristics"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        if !self.config.enabled {
            return Verdict::Keep;
        }
        match self.objection(doc.text()) {
            Some((kind, score)) => Verdict::Drop(Reason::new("heuristics", kind).with_score(score)),
            None => Verdict::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "지난봄 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모여 책을 읽고, 어른들은 저녁마다 글쓰기 모임을 연다.\n사서는 책을 고르는 법을 천천히 가르쳐 주었고, 주민들은 낡은 책장을 손수 고쳤다.\n한 학부모는 아이가 먼저 도서관에 가자고 조른다며 웃었다.";

    fn objection(text: &str) -> Option<&'static str> {
        Heuristics::default().objection(text).map(|(kind, _)| kind)
    }

    #[test]
    fn prose_passes_with_lines_and_without() {
        assert_eq!(objection(PROSE), None);
        assert_eq!(objection(&PROSE.replace('\n', " ")), None);
        assert_eq!(objection(PROSE.trim_end_matches('.')), None);
        assert_eq!(objection(&PROSE.replace('\n', "\n..........\n")), None);
    }

    /// HPLT v2 has spaces where pages had line ends.
    #[test]
    fn a_flattened_text_is_measured_by_its_sentences() {
        let half = PROSE.replace('\n', " ") + " 이웃 마을에서도 이 모임을 배우러 온다.";
        let cut = |text: &str| text.chars().take(text.chars().count() - 5).collect::<String>();
        let text = format!(
            "{}\n{}",
            cut(&half),
            cut(&half.replace("도서관", "책방").replace("아이들은", "학생들은"))
        );
        assert_ne!(objection(&text), Some("sentence_lines"));
    }

    #[test]
    fn each_threshold_has_its_kind() {
        let words: Vec<_> = PROSE.split_whitespace().map(|word| word.trim_end_matches('.')).collect();
        let lines = |n: usize| words.chunks(n).map(|line| line.join(" ")).collect::<Vec<_>>().join("\n");
        let passage = "아이들은 학교가 끝나면 이곳에 모여 책을 읽고 어른들은 저녁마다 글쓰기 모임을 열며 사서는 책을 고르는 법을";
        let many = |word: fn(usize) -> String| (0..60).map(word).collect::<Vec<_>>().join(" ");
        for (text, kind) in [
            ("짧은 글이다.".to_owned(), "words"),
            (format!("{PROSE}\n{}", "같은 줄이 있다.\n".repeat(9)), "duplicate_lines"),
            (many(|_| "서울 맛집".to_owned()), "top_ngram"),
            (
                format!(
                    "지난봄에 {passage} 가르쳤다. 올해도 {passage} 다시 가르치려고 마음먹었다고 말했다. 한 학부모는 아이가 먼저 \
                     도서관에 가자고 조른다며 웃었다. 주민들은 낡은 책장을 손수 고쳤다."
                ),
                "duplicate_ngrams",
            ),
            (lines(4), "sentence_lines"),
            (PROSE.replace(' ', "\n"), "new_lines"),
            (many(|i| format!("무궁화꽃이피었습니다무궁화{i}다.")), "word_length"),
            (PROSE.replace(' ', " #"), "symbols"),
            (many(|i| (i * 7919).to_string()) + " 원이다.", "alphabetic_words"),
            (many(|i| format!("word{i}x")) + ".", "stop_words"),
        ] {
            assert_eq!(objection(&text), Some(kind), "{text}");
        }
    }

    #[test]
    fn it_is_off_unless_told() {
        let mut doc = Document::new("1", "짧은 글이다.");
        assert_eq!(Heuristics::default().apply(&mut doc), Verdict::Keep);
        let on = Heuristics::new(HeuristicsConfig { enabled: true, ..HeuristicsConfig::default() });
        assert!(matches!(on.apply(&mut doc), Verdict::Drop(r) if r.kind == "words" && r.score == Some(2.0)));
    }

    #[test]
    fn any_text_is_measured() {
        for text in [
            "",
            " ",
            "\n\n",
            "\0",
            "가",
            &"가".repeat(100_000),
            &"\u{301}".repeat(100_000),
            &". ".repeat(50_000),
        ] {
            Heuristics::default().objection(text);
        }
    }
}

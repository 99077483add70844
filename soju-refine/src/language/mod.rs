//! Whether a document is Korean prose by script.
//!
//! Letters are counted by script; nothing here knows a word of any language, so it holds on short,
//! mixed and misspelt text and on NFD. Which *kind* of Korean text it is, is the business of `junk`.

mod script;

pub use script::Letters;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pipeline::{Reason, Stage, Verdict};

/// Thresholds of [`Language`]. Shares are of letters unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageConfig {
    /// Fewest letters; below, `too_short` with the count as score. Default 40, about one sentence.
    pub min_letters: usize,
    /// Least share of Hangul; below, `not_korean`. Default 0.3: abstracts and manuals that are half
    /// English stay (no keep or mixed document of the development data lies below 0.43).
    pub min_hangul: f32,
    /// Greatest share of kana; above, `kana`. Default 0.2.
    pub max_kana: f32,
    /// Greatest share of hanja; above, `hanja`. Default 0.4; annotated classics stay below.
    pub max_hanja: f32,
    /// Greatest share of code punctuation (`{}<>;=_` and the like) among characters that are not
    /// white space; above, `code`. Default 0.12.
    pub max_code: f32,
}

impl Default for LanguageConfig {
    fn default() -> Self {
        Self { min_letters: 40, min_hangul: 0.3, max_kana: 0.2, max_hanja: 0.4, max_code: 0.12 }
    }
}

/// The stage `language`: drops what is too short or not Korean. Changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Language {
    config: LanguageConfig,
}

impl Language {
    /// A stage with these thresholds.
    pub fn new(config: LanguageConfig) -> Self {
        Self { config }
    }
}

impl Stage for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let letters = Letters::count(doc.text());
        let drop = |kind, score| Verdict::Drop(Reason::new("language", kind).with_score(score));
        if letters.total() < self.config.min_letters {
            return drop("too_short", letters.total() as f32);
        }
        let checks = [
            ("kana", letters.share(letters.kana), self.config.max_kana),
            ("hanja", letters.share(letters.hanja), self.config.max_hanja),
            ("code", letters.code_share(), self.config.max_code),
        ];
        for (kind, share, most) in checks {
            if share > most {
                return drop(kind, share);
            }
        }
        let hangul = letters.share(letters.hangul);
        if hangul < self.config.min_hangul { drop("not_korean", hangul) } else { Verdict::Keep }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Verdict {
        Language::default().apply(&mut Document::new("t", text))
    }

    #[test]
    fn each_kind_with_its_share() {
        let ja = "これは日本語の文章です。韓国語ではありません。東京の天気は晴れです。明日も晴れるでしょう。そうです。";
        let zh = "大韓民國은 民主共和國이다. 大韓民國의 主權은 國民에게 있고 모든 權力은 國民으로부터 나온다. 大韓民國 憲法 第一條 第二項";
        let code = "function 더하기(a, b) { return a + b; } const 값 = 더하기(1, 2); if (값 > 3) { console.log(값); } else { 값 = 0; }";
        let en = "This is an English sentence which goes on for a while, with 한국어 in it.";
        for (text, kind) in
            [(ja, "kana"), (zh, "hanja"), (code, "code"), (en, "not_korean"), ("짧은 글", "too_short")]
        {
            match verdict(text) {
                Verdict::Drop(reason) => {
                    assert_eq!((reason.kind.as_ref(), reason.stage.as_ref()), (kind, "language"), "{text}");
                    assert!(reason.score.is_some());
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn korean_stays_composed_or_not_and_mixed() {
        let text = "수목원은 지난 6월부터 완도 상황봉(莞島 象王峰)에서 1차 조사를 실시해 버섯종 분포를 확인하고 DNA 정보를 확보했다.";
        assert_eq!(verdict(text), Verdict::Keep);
        let nfd: String = unicode_normalization::UnicodeNormalization::nfd(text).collect();
        assert_eq!(verdict(&nfd), Verdict::Keep);
        assert_eq!(
            verdict(
                "Windows Server 2003에서 Cache-Control 헤더를 no-cache로 설정하면 서버가 응답을 저장하지 않습니다. 이 설정은 관리자가 바꿀 수 있습니다."
            ),
            Verdict::Keep
        );
    }

    #[test]
    fn settings_come_from_toml_and_unknown_keys_are_errors() {
        let config: LanguageConfig = toml::from_str("min_hangul = 0.5").unwrap();
        assert_eq!(config, LanguageConfig { min_hangul: 0.5, ..LanguageConfig::default() });
        assert!(toml::from_str::<LanguageConfig>("min_hangl = 0.5").is_err());
    }
}

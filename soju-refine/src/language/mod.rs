//! Whether a document is Korean prose, by script first and by words where the script leaves doubt.
//!
//! Hangul is written for Korean alone, so counting letters by script settles the language on short, mixed and
//! misspelt text, and on NFD, where statistical identification does not. What it leaves open is looked at more
//! closely: Korean between foreign names, Korean in Latin letters, Chinese or Korean with many hanja, and Korean
//! that a machine wrote. Which *kind* of Korean text it is, is the business of `junk`.

mod romanized;
mod script;
mod translation;

pub use script::Letters;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pipeline::{Reason, Stage, Verdict};

/// Thresholds of [`Language`], and what becomes of what they find. Shares are of letters unless said otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LanguageConfig {
    /// Fewest letters; below, `too_short` with the count as score. Default 40, about one sentence.
    pub min_letters: usize,
    /// Least share of Hangul; below, `not_korean`, unless half the words have Hangul in them. Default 0.3:
    /// abstracts and manuals that are half English stay (no keep or mixed document of the development data lies
    /// below 0.43).
    pub min_hangul: f32,
    /// Greatest share of kana; above, `kana`. Default 0.2.
    pub max_kana: f32,
    /// Greatest share of hanja; above, `hanja`, or `chinese` where there is next to no Hangul. Default 0.4;
    /// annotated classics stay below.
    pub max_hanja: f32,
    /// Greatest share of code punctuation (`{}<>;=_`, `":`, `&&` and the like) among characters that are not
    /// white space; above, `code`: program text, JSON, styles and tags. Default 0.12.
    pub max_code: f32,
    /// Greatest score of machine translation, 0 to 1; above, `machine_translation`. Default 0.5: in the development
    /// data, judged by a fit on the other half, 8 of 14 translations that are junk and 4 of 227 other documents
    /// score above.
    pub max_translation: f32,
    /// What becomes of documents that are too short. Default `drop`.
    pub too_short: Policy,
    /// What becomes of documents in other languages, Japanese (`kana`), `chinese` and Korean in Latin
    /// letters (`romanized`) among them. Default `drop`.
    pub foreign: Policy,
    /// What becomes of Korean full of `hanja`. Default `drop`.
    pub hanja: Policy,
    /// What becomes of `code`. Default `drop`.
    pub code: Policy,
    /// What becomes of a machine translation. Default `label`: the stage `junk` weighs it among other things.
    pub machine_translation: Policy,
}

/// What becomes of a document in which something was found. Whatever it is, the kind and its score are kept
/// among the document's measures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// It goes out.
    Drop,
    /// The language model decides.
    Unsure,
    /// It stays, with the measure.
    Label,
}

impl Default for LanguageConfig {
    fn default() -> Self {
        Self {
            min_letters: 40,
            min_hangul: 0.3,
            max_kana: 0.2,
            max_hanja: 0.4,
            max_code: 0.12,
            max_translation: 0.5,
            too_short: Policy::Drop,
            foreign: Policy::Drop,
            hanja: Policy::Drop,
            code: Policy::Drop,
            machine_translation: Policy::Label,
        }
    }
}

/// Share of Hangul below which a text of hanja is Chinese.
const HANGUL_OF_CHINESE: f32 = 0.05;
/// Share of words with Hangul from which a text is Korean, however long its foreign names are.
const HANGUL_WORDS: f32 = 0.5;

/// The stage `language`: drops or labels what is too short, not Korean, or not written by people. Changes nothing.
#[derive(Debug, Clone, Default)]
pub struct Language {
    config: LanguageConfig,
}

impl Language {
    /// A stage with these thresholds.
    pub fn new(config: LanguageConfig) -> Self {
        Self { config }
    }

    /// What is found in a text: each kind with its score and what becomes of it.
    fn findings(&self, text: &str) -> impl Iterator<Item = (&'static str, f32, Policy)> {
        let config = &self.config;
        let letters = Letters::count(text);
        let total = letters.total();
        let short = (total < config.min_letters).then_some(("too_short", total as f32, config.too_short));
        let code = letters.code_share();
        let code = (code > config.max_code).then_some(("code", code, config.code));
        let language = self.language(text, &letters);
        // What is not Korean is no translation into it.
        let translation = if language.is_none() { translation::score(text) } else { 0.0 };
        let translation = (translation > config.max_translation).then_some((
            "machine_translation",
            translation,
            config.machine_translation,
        ));
        [short, code, language, translation].into_iter().flatten()
    }

    /// What speaks against Korean, whatever would become of it: the kind and its share.
    pub(crate) fn foreign(&self, text: &str) -> Option<(&'static str, f32)> {
        self.language(text, &Letters::count(text)).map(|(kind, share, _)| (kind, share))
    }

    /// What speaks against Korean.
    fn language(&self, text: &str, letters: &Letters) -> Option<(&'static str, f32, Policy)> {
        let config = &self.config;
        let [kana, hanja, hangul] =
            [letters.kana, letters.hanja, letters.hangul].map(|part| letters.share(part));
        if kana > config.max_kana {
            return Some(("kana", kana, config.foreign));
        }
        if hanja > config.max_hanja {
            let chinese = hangul < HANGUL_OF_CHINESE;
            return Some(if chinese {
                ("chinese", hanja, config.foreign)
            } else {
                ("hanja", hanja, config.hanja)
            });
        }
        if hangul >= config.min_hangul || (hangul > 0.0 && letters.hangul_word_share() >= HANGUL_WORDS) {
            return None;
        }
        let kind = if romanized::romanized(text) { "romanized" } else { "not_korean" };
        Some((kind, hangul, config.foreign))
    }
}

impl Stage for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let mut verdict = Verdict::Keep;
        let found: Vec<_> = self.findings(doc.text()).collect();
        for (kind, score, policy) in found {
            doc.measure(kind, score);
            let reason = || Reason::new("language", kind).with_score(score);
            match (policy, &verdict) {
                (Policy::Drop, Verdict::Keep | Verdict::Unsure(_)) => verdict = Verdict::Drop(reason()),
                (Policy::Unsure, Verdict::Keep) => verdict = Verdict::Unsure(reason()),
                _ => {}
            }
        }
        verdict
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
        let cn = "今天天气很好，我们一起去公园散步。北京是中国的首都，有很多历史古迹。我喜欢学习语言，尤其是汉语和英语，每天都要练习。";
        let json = r#"{"이름": "홍길동", "나이": 30, "주소": {"도시": "서울", "구": "종로구"}, "취미": ["독서", "등산", "영화"], "직업": "회사원", "번호": 12, "학교": {"이름": "한국대학교", "전공": "컴퓨터공학"}}"#;
        let latin = "annyeonghaseyo jeoneun hanguk saram imnida mannaseo bangapseumnida oneul nalssiga jeongmal joayo";
        for (text, kind) in [
            (ja, "kana"),
            (zh, "hanja"),
            (code, "code"),
            (en, "not_korean"),
            ("짧은 글", "too_short"),
            (cn, "chinese"),
            (json, "code"),
            (latin, "romanized"),
        ] {
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
    fn what_is_found_is_dropped_asked_about_or_labelled() {
        let text = "이 문제를 해결 하려면 도구를 사용 하 여 파일에 대 한 설정을 변경 합니다. 파일이 포함 되어 있으면 업데이트를 설치 하 고 다시 시작 하 여 확인 합니다.";
        let run = |policy| {
            let stage =
                Language::new(LanguageConfig { machine_translation: policy, ..LanguageConfig::default() });
            let mut doc = Document::new("t", text);
            let verdict = stage.apply(&mut doc);
            (verdict, doc.measured("machine_translation").unwrap())
        };
        assert_eq!(run(Policy::Label).0, Verdict::Keep);
        let (verdict, score) = run(Policy::Unsure);
        assert_eq!(
            verdict,
            Verdict::Unsure(Reason::new("language", "machine_translation").with_score(score))
        );
        assert!(matches!(run(Policy::Drop).0, Verdict::Drop(_)));
        let mut doc = Document::new(
            "t",
            "오늘은 날씨가 좋아서 공원에 나가 산책을 했다. 사람들이 많았고 꽃이 피어 있었으며 아이들이 뛰어놀았다.",
        );
        Language::default().apply(&mut doc);
        assert!(doc.measures().is_empty());
    }

    #[test]
    fn hashtags_and_menus_are_no_code() {
        let text = "#서울 #여행 #맛집 #데일리 | 홈 | 소개 | 오시는 길 | #일상 #주말 #산책 | 문의 | #카페 #커피 #친구 #사진 #하늘 #구름 #바다 #오늘의날씨 #가을여행 #단풍구경";
        assert_eq!(verdict(text), Verdict::Keep);
    }

    #[test]
    fn settings_come_from_toml_and_unknown_keys_are_errors() {
        let config: LanguageConfig = toml::from_str("min_hangul = 0.5").unwrap();
        assert_eq!(config, LanguageConfig { min_hangul: 0.5, ..LanguageConfig::default() });
        assert!(toml::from_str::<LanguageConfig>("min_hangl = 0.5").is_err());
    }
}

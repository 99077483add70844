//! The HPLT corpora: telling their versions apart, and typed access to their fields.
//!
//! Sources: the dataset card of `HPLT/hplt_monolingual_v1_2`, the uploader of warc2text-runner (v2) and
//! the README template of HPLT-textpipes (v3).

use std::collections::BTreeMap;
use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Record;

/// The schema that a record follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Schema {
    /// HPLT v1.2, cleaned.
    #[serde(rename = "hplt-v1.2")]
    HpltV1_2,
    /// HPLT v2.
    #[serde(rename = "hplt-v2")]
    HpltV2,
    /// HPLT v3.
    #[serde(rename = "hplt-v3")]
    HpltV3,
    /// Anything else with a text.
    #[serde(rename = "jsonl")]
    Jsonl,
}

impl Schema {
    /// Tells the schema by the names of the fields.
    pub fn of(record: &Record) -> Self {
        let has = |name: &str| record.fields.iter().any(|(n, _)| n == name);
        if has("document_lang") && has("scores") && has("langs") {
            Self::HpltV1_2
        } else if !has("seg_langs") || !has("u") {
            Self::Jsonl
        } else if has("crawl_id") || has("web-register") || has("cluster_size") || has("html_lang") {
            Self::HpltV3
        } else {
            Self::HpltV2
        }
    }

    /// Its name: `hplt-v1.2`, `hplt-v2`, `hplt-v3` or `jsonl`.
    pub fn name(self) -> &'static str {
        match self {
            Self::HpltV1_2 => "hplt-v1.2",
            Self::HpltV2 => "hplt-v2",
            Self::HpltV3 => "hplt-v3",
            Self::Jsonl => "jsonl",
        }
    }
}

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What HPLT knows of a document, of whichever version. A field that is missing or malformed is none.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct HpltMeta {
    /// Languages of the document, the likeliest first: `ko` in v1.2, `kor_Hang` later.
    pub langs: Option<Vec<String>>,
    /// Probabilities of `langs`, 0 to 1. Not in v1.2.
    pub lang_probs: Option<Vec<f64>>,
    /// The language of each line of the text; empty where HPLT has null.
    pub seg_langs: Option<Vec<String>>,
    /// Fluency of each line of the text, 0 to 1. Only in v1.2.
    pub seg_scores: Option<Vec<f64>>,
    /// What HPLT's own filter says: `keep`, or why not.
    pub filter: Option<String>,
    /// Whether the site's robots.txt allows crawlers.
    pub robots_allowed: Option<bool>,
    /// Web document scores, 0 to 10. The first is the overall one.
    pub doc_scores: Option<Vec<f64>>,
    /// Spans of personal data that HPLT found, as start and end in Unicode characters of the text.
    pub pii: Option<Vec<[u64; 2]>>,
    /// Near duplicates of the document in the crawl, itself included. Only in v3.
    pub cluster_size: Option<u64>,
    /// Where the document was found.
    pub url: Option<String>,
    /// The crawl, such as `wide16` or `CC-MAIN-2022-40`.
    pub collection: Option<String>,
    /// When it was fetched, as written.
    pub timestamp: Option<String>,
    /// Probabilities of web registers such as `NA` or `IP`, 0 to 1. Only in v3.
    pub web_register: Option<BTreeMap<String, f64>>,
}

impl HpltMeta {
    /// Reads what there is. Costs a parse of these fields, so call it where they are used.
    pub fn of(record: &Record) -> Self {
        let read = Reader(record);
        Self {
            langs: read.languages("lang").or_else(|| read.field("document_lang").map(|lang| vec![lang])),
            lang_probs: read.field("prob"),
            seg_langs: read.languages("seg_langs").or_else(|| read.languages("langs")),
            seg_scores: read.field("scores"),
            filter: read.field("filter"),
            robots_allowed: ["robots", "robotstxt", "allowed"].iter().find_map(|name| read.robots(name)),
            doc_scores: read.field("doc_scores"),
            pii: read.field("pii"),
            cluster_size: read.field("cluster_size"),
            url: read.field("u").or_else(|| read.field("url")),
            collection: read.field("collection").or_else(|| read.field("crawl_id")),
            timestamp: read.field("ts"),
            web_register: read.field("web-register"),
        }
    }

    /// The overall web document score, 0 to 10.
    pub fn overall_score(&self) -> Option<f64> {
        self.doc_scores.as_ref()?.first().copied()
    }
}

struct Reader<'a>(&'a Record);

impl Reader<'_> {
    fn field<T: DeserializeOwned>(&self, name: &str) -> Option<T> {
        let (_, value) = self.0.fields.iter().rev().find(|(n, _)| n == name)?;
        serde_json::from_str(value.get()).ok()
    }

    fn languages(&self, name: &str) -> Option<Vec<String>> {
        let langs: Vec<Option<String>> = self.field(name)?;
        Some(langs.into_iter().map(Option::unwrap_or_default).collect())
    }

    fn robots(&self, name: &str) -> Option<bool> {
        self.field(name).or_else(|| match self.field::<String>(name)?.as_str() {
            "allowed" => Some(true),
            "disallowed" => Some(false),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Format, Position};

    const V1_2: &str = r#"{"id":1307,"document_lang":"ko","scores":[0.77,0.5],"langs":["ko","en"],"text":"가\nb","url":"http://a.kr/","collection":"wide00016"}"#;
    const V2: &str = r#"{"f":"./path/to/warc.gz","o":5,"s":60,"rs":205,"u":"http://a.kr/","c":"text/html","ts":"2020-01-18T01:02:03Z","collection":"CC-MAIN-2020-05","lang":["kor_Hang","eng_Latn",null],"prob":[0.98,0.01,0.0],"text":"가\nb","seg_langs":["kor_Hang",null],"robotstxt":"allowed","id":"0a1b","filter":"keep","pii":[[0,1]],"doc_scores":[7.4,9.0]}"#;
    const V3: &str = r#"{"f":"a.warc.gz","o":1,"s":2,"rs":3,"u":"http://a.kr/","c":"text/html","ts":"2021-01-01T00:00:00Z","de":"utf-8","crawl_id":"wide17","lang":["kor_Hang"],"prob":[1.0],"text":"가","xml":"<doc/>","html_lang":["ko"],"cluster_size":4,"seg_langs":["kor_Hang"],"id":"ff","filter":"keep","pii":[],"doc_scores":[9.9],"web-register":{"NA":0.7,"IP":0.1}}"#;

    fn record(line: &str) -> Record {
        Format::Hplt.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
    }

    #[test]
    fn versions_are_told_apart() {
        let name = |line: &str| Schema::of(&record(line)).name();
        assert_eq!(name(V1_2), "hplt-v1.2");
        assert_eq!(name(V2), "hplt-v2");
        assert_eq!(name(&V2.replace("robotstxt", "robots")), "hplt-v2");
        assert_eq!(name(V3), "hplt-v3");
        assert_eq!(name(r#"{"text":"a","url":"b","id":"c","langs":1}"#), "jsonl");
        assert_eq!(serde_json::to_string(&Schema::HpltV1_2).unwrap(), r#""hplt-v1.2""#);
        for schema in [Schema::HpltV1_2, Schema::HpltV2, Schema::HpltV3, Schema::Jsonl] {
            assert_eq!(serde_json::to_value(schema).unwrap(), schema.name());
        }
    }

    #[test]
    fn fields_of_every_version() {
        let v1 = HpltMeta::of(&record(V1_2));
        assert_eq!(record(V1_2).id.as_deref(), Some("1307"));
        assert_eq!(v1.langs.as_deref(), Some(&["ko".to_owned()][..]));
        assert_eq!(v1.seg_langs.unwrap(), ["ko", "en"]);
        assert_eq!(v1.seg_scores.unwrap(), [0.77, 0.5]);
        assert_eq!(v1.url.as_deref(), Some("http://a.kr/"));
        assert_eq!((v1.filter, v1.robots_allowed, v1.doc_scores), (None, None, None));

        let v2 = HpltMeta::of(&record(V2));
        assert_eq!(v2.langs.as_ref().unwrap(), &["kor_Hang", "eng_Latn", ""]);
        assert_eq!(v2.seg_langs.as_ref().unwrap(), &["kor_Hang", ""]);
        assert_eq!(
            (v2.filter.as_deref(), v2.robots_allowed, v2.overall_score()),
            (Some("keep"), Some(true), Some(7.4))
        );
        assert_eq!(v2.pii.as_deref(), Some(&[[0, 1]][..]));
        assert_eq!(v2.collection.as_deref(), Some("CC-MAIN-2020-05"));

        let v3 = HpltMeta::of(&record(V3));
        assert_eq!((v3.cluster_size, v3.collection.as_deref()), (Some(4), Some("wide17")));
        assert_eq!(v3.web_register.unwrap()["NA"], 0.7);
    }

    #[test]
    fn robots_in_all_its_spellings() {
        let robots =
            |field: &str| HpltMeta::of(&record(&format!(r#"{{"text":"a",{field}}}"#))).robots_allowed;
        assert_eq!(robots(r#""robots":"allowed""#), Some(true));
        assert_eq!(robots(r#""robotstxt":"disallowed""#), Some(false));
        assert_eq!(robots(r#""allowed":false"#), Some(false));
        assert_eq!(robots(r#""robots":null"#), None);
        assert_eq!(robots(r#""robots":"perhaps""#), None);
    }

    #[test]
    fn malformed_fields_are_none_and_no_fault() {
        let line = r#"{"text":"a","lang":7,"prob":["x"],"seg_langs":"\ud800","pii":[[1]],"doc_scores":{},"cluster_size":-1,"u":[],"filter":"\udc00"}"#;
        assert_eq!(HpltMeta::of(&record(line)), HpltMeta::default());
    }
}

//! What the source of a record says of it: HPLT's own filter, robots.txt, the web document score.
//!
//! All checks are off by default, and one that finds no such field has no objection: most corpora have none.

use serde::{Deserialize, Serialize};

use crate::io::{HpltMeta, Record};
use crate::pipeline::Reason;

/// The stage that reasons name.
pub const STAGE: &str = "metadata";

/// What a record's own fields may be held against it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetadataConfig {
    /// Drop records whose field `filter` says anything but `keep` (kind `source_filter`). Default off.
    pub source_filter: bool,
    /// Drop records of sites whose robots.txt forbids crawling (kind `robots`). Default off.
    pub robots: bool,
    /// Least web document score, 0 to 10, the first of HPLT's `doc_scores`; below, `document_score`. Default 0.
    pub min_document_score: f32,
}

impl MetadataConfig {
    /// Why the record goes out, if it does.
    pub fn objection(&self, record: &Record) -> Option<Reason> {
        if *self == Self::default() {
            return None;
        }
        let meta = HpltMeta::of(record);
        if self.source_filter && meta.filter.as_ref().is_some_and(|filter| filter != "keep") {
            return Some(Reason::new(STAGE, "source_filter"));
        }
        if self.robots && meta.robots_allowed == Some(false) {
            return Some(Reason::new(STAGE, "robots"));
        }
        let score = meta.overall_score()? as f32;
        (score < self.min_document_score).then(|| Reason::new(STAGE, "document_score").with_score(score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Format, Position};

    fn objection(config: &MetadataConfig, fields: &str) -> Option<(String, Option<f32>)> {
        let line = format!(r#"{{"text":"가",{fields}}}"#);
        let record = Format::Auto.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap();
        config.objection(&record).map(|r| (r.kind.into_owned(), r.score))
    }

    #[test]
    fn each_check_is_off_until_asked_for() {
        let strict = MetadataConfig { source_filter: true, robots: true, min_document_score: 5.0 };
        for (fields, kind, score) in [
            (r#""filter":"adult_ut1","doc_scores":[9.0]"#, "source_filter", None),
            (r#""filter":"keep","robotstxt":"disallowed""#, "robots", None),
            (r#""filter":"keep","robots":"allowed","doc_scores":[4.5,9.0]"#, "document_score", Some(4.5)),
        ] {
            assert_eq!(objection(&strict, fields), Some((kind.to_owned(), score)));
            assert_eq!(objection(&MetadataConfig::default(), fields), None);
        }
        for fields in [r#""filter":"keep","robots":"allowed","doc_scores":[5.0]"#, r#""id":1"#] {
            assert_eq!(objection(&strict, fields), None);
        }
    }
}

//! Which value of the configuration decided.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

use crate::pipeline::Reason;

/// On which side of a threshold a measured value lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Above it.
    Above,
    /// Below it.
    Below,
    /// Not above it.
    AtMost,
}

/// A value of the configuration that something was held against.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Threshold {
    /// Its key with the tables it stands in, as in a configuration file.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// What was measured, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measured: Option<f64>,
    /// Where the measured value lies.
    pub side: Side,
    /// The key that says what becomes of it, with its value, where one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<(String, Value)>,
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(measured) = self.measured {
            write!(f, "{measured} is ")?;
        }
        let side = match self.side {
            Side::Above => "above",
            Side::Below => "below",
            Side::AtMost => "not above",
        };
        write!(f, "{side} {} = {}", self.key, self.value)?;
        match &self.policy {
            Some((key, value)) => write!(f, ", and {key} = {value}"),
            None => Ok(()),
        }
    }
}

/// The threshold behind a reason: `config` is the configuration as JSON, `scores` are the values that were measured.
/// None where nothing is held against a value, as with equal documents.
pub fn threshold(reason: &Reason, scores: impl Fn(&str) -> Option<f64>, config: &Value) -> Option<Threshold> {
    let look = Look { config, measured: reason.score.map(rounded) };
    match (&*reason.stage, &*reason.kind) {
        ("metadata", "document_score") => look.at("metadata.min_document_score", Side::Below),
        ("language", kind) => look.language(kind),
        ("heuristics", kind) => look.heuristics(kind),
        ("junk", "profanity") => {
            let becomes = look.value("rules.junk.profanity")?.clone();
            let threshold = look.at("rules.junk.max_profanity", Side::Above)?;
            Some(Threshold { policy: Some(("rules.junk.profanity".to_owned(), becomes)), ..threshold })
        }
        ("junk", kind) => look.junk(kind, scores("junk")),
        ("judge", _) => look.at("judge.drop_above", Side::Above),
        ("student", _) => look.highest(&["student.sure_above", "student.drop_above", "student.unsure_above"]),
        _ => None,
    }
}

struct Look<'a> {
    config: &'a Value,
    measured: Option<f64>,
}

impl Look<'_> {
    fn value(&self, key: &str) -> Option<&Value> {
        key.split('.').try_fold(self.config, |value, name| value.get(name))
    }

    fn at(&self, key: &str, side: Side) -> Option<Threshold> {
        let value = self.value(key)?.clone();
        Some(Threshold { key: key.to_owned(), value, measured: self.measured, side, policy: None })
    }

    /// The first of `keys`, which come in falling order, that the measured value is above.
    fn highest(&self, keys: &[&str]) -> Option<Threshold> {
        let measured = self.measured?;
        let above =
            |key: &&&str| self.value(key).and_then(Value::as_f64).is_some_and(|value| measured > value);
        self.at(keys.iter().find(above)?, Side::Above)
    }

    fn language(&self, kind: &str) -> Option<Threshold> {
        let (key, side, policy) = match kind {
            "too_short" => ("min_letters", Side::Below, "too_short"),
            "not_korean" | "romanized" => ("min_hangul", Side::Below, "foreign"),
            "kana" => ("max_kana", Side::Above, "foreign"),
            "chinese" => ("max_hanja", Side::Above, "foreign"),
            "hanja" => ("max_hanja", Side::Above, "hanja"),
            "code" => ("max_code", Side::Above, "code"),
            "machine_translation" => ("max_translation", Side::Above, "machine_translation"),
            _ => return None,
        };
        let policy = format!("rules.language.{policy}");
        let becomes = self.value(&policy)?.clone();
        let threshold = self.at(&format!("rules.language.{key}"), side)?;
        Some(Threshold { policy: Some((policy, becomes)), ..threshold })
    }

    fn heuristics(&self, kind: &str) -> Option<Threshold> {
        let least = self.at(&format!("rules.heuristics.min_{kind}"), Side::Below);
        let is_below =
            |t: &Threshold| t.value.as_f64().zip(t.measured).is_none_or(|(value, measured)| measured < value);
        least.filter(is_below).or_else(|| self.at(&format!("rules.heuristics.max_{kind}"), Side::Above))
    }

    /// Out by its score, or by what its cuts leave. Of the latter only the share of the cuts is measured.
    fn junk(&self, kind: &str, junk: Option<f64>) -> Option<Threshold> {
        let of_document = Look { config: self.config, measured: junk.or(self.measured) };
        let by_score = of_document.highest(&["rules.junk.drop_above"]);
        if by_score.is_none() && kind == "boilerplate" && self.measured != junk {
            let left = Look { config: self.config, measured: None };
            return left.at("rules.junk.min_letters_left", Side::Below);
        }
        by_score.or_else(|| of_document.highest(&["rules.junk.unsure_above"]))
    }
}

/// An f32 in as many digits as it has.
pub(super) fn rounded(value: f32) -> f64 {
    crate::job::rounded(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::job::JobConfig;

    fn said(stage: &'static str, kind: &'static str, score: f32, junk: f64) -> String {
        let reason = Reason::new(stage, kind).with_score(score);
        let config = JobConfig::default().to_json();
        let of = threshold(&reason, |name| (name == "junk").then_some(junk), &config);
        of.map_or_else(String::new, |threshold| threshold.to_string())
    }

    #[test]
    fn each_reason_has_the_threshold_that_decided() {
        for (stage, kind, score, expected) in [
            (
                "language",
                "too_short",
                12.0,
                "12.0 is below rules.language.min_letters = 40, and rules.language.too_short = \"drop\"",
            ),
            (
                "language",
                "chinese",
                0.9,
                "0.9 is above rules.language.max_hanja = 0.4, and rules.language.foreign = \"drop\"",
            ),
            ("heuristics", "words", 3.0, "3.0 is below rules.heuristics.min_words = 25"),
            ("heuristics", "words", 90_000.0, "90000.0 is above rules.heuristics.max_words = 50000"),
            ("heuristics", "new_lines", 0.5, "0.5 is above rules.heuristics.max_new_lines = 0.392"),
            ("judge", "spam", 0.7, "0.7 is above judge.drop_above = 0.6"),
            ("metadata", "document_score", -1.0, "-1.0 is below metadata.min_document_score = 0.0"),
            ("dedup", "exact_duplicate", 1.0, ""),
        ] {
            assert_eq!(
                said(stage, kind, score, 0.0).replace(".0 is", " is"),
                expected.replace(".0 is", " is")
            );
        }
    }

    #[test]
    fn junk_falls_by_its_score_or_by_what_is_left() {
        assert_eq!(said("junk", "keywords", 0.9, 0.9), "0.9 is above rules.junk.drop_above = 0.85");
        assert_eq!(said("junk", "boilerplate", 0.9, 0.9), "0.9 is above rules.junk.drop_above = 0.85");
        assert_eq!(said("junk", "boilerplate", 0.97, 0.1), "below rules.junk.min_letters_left = 40");
        assert_eq!(said("junk", "keywords", 0.6, 0.6), "0.6 is above rules.junk.unsure_above = 0.12");
    }

    /// Every kind that a reason of these stages can have finds its threshold.
    #[test]
    fn no_kind_of_the_language_is_without() {
        for kind in [
            "too_short",
            "not_korean",
            "romanized",
            "kana",
            "chinese",
            "hanja",
            "code",
            "machine_translation",
        ] {
            assert_ne!(said("language", kind, 0.5, 0.0), "", "{kind}");
        }
    }
}

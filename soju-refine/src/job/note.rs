//! The `soju` object of a written record: what was decided and what was changed.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use crate::document::{Document, Edit};
use crate::io::{Position, Reading, Record};
use crate::llm::Judgement;
use crate::pipeline::Reason;
use crate::probe::RubricScores;
use crate::rewrite::Rewritten;

/// What is written beside a record's own fields.
#[derive(Debug, Serialize)]
pub(super) struct Note<'a> {
    version: &'static str,
    verdict: &'static str,
    decided_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a Reason>,
    #[serde(skip_serializing_if = "Scores::is_empty")]
    scores: Scores<'a>,
    source: &'a Position,
    #[serde(skip_serializing_if = "Reading::is_plain")]
    reading: &'a Reading,
    /// What the model's probe says by the rubric.
    #[serde(skip_serializing_if = "Option::is_none")]
    rubric: Option<RubricNote<'a>>,
    edits: Vec<EditNote<'a>>,
    /// A text that a model wrote says so; another has no such member ([`crate::rewrite::SYNTHETIC`]).
    #[serde(skip_serializing_if = "Option::is_none")]
    synthetic: Option<bool>,
    /// [`crate::rewrite::REWRITE`].
    #[serde(skip_serializing_if = "Option::is_none")]
    rewrite: Option<&'a Rewritten>,
}

/// The values that stages measured, and the judge's.
#[derive(Debug)]
struct Scores<'a> {
    measures: &'a [(&'static str, f32)],
    judge: Option<&'a Judgement>,
}

/// The kind of a document, and scores from 0 to 5.
#[derive(Debug, Serialize)]
struct RubricNote<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coherence: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    information: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    educational: Option<f64>,
}

impl<'a> RubricNote<'a> {
    fn of(rubric: &'a RubricScores) -> Self {
        Self {
            kind: rubric.kind.as_deref(),
            coherence: rubric.coherence.map(rounded),
            information: rubric.information.map(rounded),
            educational: rubric.educational.map(rounded),
        }
    }
}

/// An edit of the record. Offsets are in Unicode code points of the text as it was read, so that they
/// mean the same in Python as here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditNote<'a> {
    /// The stage that made it.
    pub stage: Cow<'a, str>,
    /// What it found.
    pub kind: Cow<'a, str>,
    /// The first code point that is not in the clean text.
    pub start: usize,
    /// The first behind it that is.
    pub end: usize,
    /// What stands there now; empty for a cut.
    #[serde(default, deserialize_with = "null_is_empty", skip_serializing_if = "str::is_empty")]
    pub replacement: Cow<'a, str>,
    /// How sure the stage was, 0 to 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
}

/// Parquet writes what is not there as null.
fn null_is_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Cow<'static, str>, D::Error> {
    Ok(Option::<String>::deserialize(deserializer)?.unwrap_or_default().into())
}

impl<'a> Note<'a> {
    pub(super) fn new(
        doc: &'a Document,
        reason: Option<&'a Reason>,
        decided_by: &'a str,
        judge: Option<&'a Judgement>,
        record: &'a Record,
    ) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            verdict: if reason.is_some() { "drop" } else { "keep" },
            decided_by,
            reason,
            scores: Scores { measures: doc.measures(), judge },
            source: &record.position,
            reading: &record.reading,
            rubric: judge.and_then(|j| j.rubric.as_deref()).map(RubricNote::of),
            edits: edit_notes(doc.original(), doc.visible_edits()),
            synthetic: None,
            rewrite: None,
        }
    }

    /// Marks the text as one that a model wrote.
    pub(super) fn rewritten(mut self, rewritten: Option<&'a Rewritten>) -> Self {
        self.synthetic = rewritten.map(|_| true);
        self.rewrite = rewritten;
        self
    }
}

impl Scores<'_> {
    fn is_empty(&self) -> bool {
        self.measures.is_empty() && self.judge.is_none()
    }
}

impl Serialize for Scores<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let judge = self.judge.iter().flat_map(|j| [("judge", j.junk), ("judge_log_odds", j.log_odds)]);
        serializer.collect_map(self.measures.iter().copied().chain(judge).map(|(k, v)| (k, rounded(v))))
    }
}

/// Four decimals: what is behind them is the noise of the arithmetic.
pub(crate) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// Edits of a document as its record lists them, neighbours of one stage and kind as one: a text in decomposed Hangul
/// has an edit for each syllable, and a record of a page should not need a page. `edits` are sorted and don't overlap.
pub fn edit_notes<'a>(original: &str, edits: impl Iterator<Item = &'a Edit>) -> Vec<EditNote<'a>> {
    let mut notes: Vec<EditNote<'a>> = Vec::new();
    let (mut bytes, mut chars) = (0, 0);
    let mut at = |byte: usize| {
        chars += original[bytes..byte].chars().count();
        bytes = byte;
        chars
    };
    for edit in edits {
        let (start, end) = (at(edit.span.start), at(edit.span.end));
        let score = edit.score.map(rounded);
        match notes.last_mut() {
            Some(last) if last.end == start && last.stage == edit.stage && last.kind == edit.kind => {
                last.end = end;
                last.replacement.to_mut().push_str(&edit.replacement);
                last.score = if last.score < score { score } else { last.score };
            }
            _ => notes.push(EditNote {
                stage: edit.stage.into(),
                kind: Cow::Borrowed(&edit.kind),
                start,
                end,
                replacement: Cow::Borrowed(&edit.replacement),
                score,
            }),
        }
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Change;
    use crate::io::serialize::soju_kind;
    use crate::io::{Format, Kind};

    /// A member that the kind does not know would have no column in Parquet.
    #[test]
    fn the_kind_of_the_object_is_known() {
        let mut doc = Document::new("1", "가나다라");
        doc.apply("junk", vec![Change::replace("ad", 0..3, "나").with_score(0.5)]);
        doc.measure("junk", 0.25);
        let position = Position { file: "f".into(), line: 3 };
        let scores = RubricScores {
            kind: Some("prose".into()),
            coherence: Some(4.5),
            information: Some(3.0),
            educational: Some(1.0),
        };
        let judgement = Judgement { junk: 0.5, log_odds: -1.0, tokens: 9, rubric: Some(Box::new(scores)) };
        let judge = Some(&judgement);
        let reason = Reason { stage: "judge".into(), kind: "ad".into(), score: Some(0.5) };
        let mut record = Format::Auto.parse(br#"{"text":"a"}"#, position).unwrap();
        record.reading.encoding = Some("EUC-KR");
        record.reading.repairs.push("mojibake");
        let guards = crate::rewrite::RewriteConfig { min_letters: 1, ..Default::default() };
        let text = "비가 온다고 한다.";
        let rewritten = guards.guards(Default::default()).pass(text, text, None).unwrap();
        let note = Note::new(&doc, Some(&reason), "judge", judge, &record).rewritten(Some(&rewritten));
        let value = serde_json::value::to_raw_value(&note).unwrap();
        let (Some(Kind::Object(members)), Kind::Object(known)) = (Kind::of(&value), soju_kind()) else {
            panic!("{value}");
        };
        for (name, kind) in &members {
            let (_, known) =
                known.iter().find(|(k, _)| k == name).unwrap_or_else(|| panic!("{name} is not known"));
            assert!(name == "scores" || known.covers(kind), "{name}: {kind:?}");
        }
    }

    #[test]
    fn offsets_are_code_points_and_neighbours_are_one() {
        let mut doc = Document::new("1", "가나다라마바");
        doc.apply("normalize", vec![Change::replace("nfc", 3..6, "너"), Change::replace("nfc", 6..9, "더")]);
        doc.apply("junk", vec![Change::cut("ad", 12..18).with_score(0.87654)]);
        doc.measure("junk", 0.25);
        let position = Position { file: "f".into(), line: 3 };
        let mut record = Format::Auto.parse(br#"{"text":"a"}"#, position).unwrap();
        let judgement = Judgement { junk: 0.5, log_odds: -1.0, tokens: 9, rubric: None };
        let judge = Some(&judgement);
        let json = serde_json::to_value(Note::new(&doc, None, "judge", judge, &record)).unwrap();
        let expected = serde_json::json!([
            {"stage": "normalize", "kind": "nfc", "start": 1, "end": 3, "replacement": "너더"},
            {"stage": "junk", "kind": "ad", "start": 4, "end": 6, "score": 0.8765},
        ]);
        assert_eq!(json["edits"], expected);
        assert_eq!(json["scores"], serde_json::json!({"junk": 0.25, "judge": 0.5, "judge_log_odds": -1.0}));
        assert_eq!(json["verdict"], "keep");
        assert_eq!(json["source"], serde_json::json!({"file": "f", "line": 3}));
        assert_eq!(json["reading"], serde_json::Value::Null);
        record.reading.encoding = Some("EUC-KR");
        let json = serde_json::to_value(Note::new(&doc, None, "judge", judge, &record)).unwrap();
        assert_eq!(json["reading"], serde_json::json!({"encoding": "EUC-KR"}));
    }
}

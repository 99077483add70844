//! What is told of a document.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Threshold, Written, threshold, without_personal};
use crate::io::Position;
use crate::job::EditNote;
use crate::pipeline::Reason;
use crate::report::mask::{PII_STAGE, push_dots};

/// Why a document fell or stayed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Explanation {
    /// The document's identifier.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Where it stands in the input.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Position>,
    /// Characters of the text as it was read, where that is at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub characters: Option<usize>,
    /// Characters with the edits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clean_characters: Option<usize>,
    /// `keep` or `drop`.
    pub verdict: String,
    /// Who settled it: `rules`, `dedup`, `judge`.
    pub decided_by: String,
    /// Why it fell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What the reason's value was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// What was measured.
    pub scores: Map<String, Value>,
    /// What each stage said, in order; none of a stage that a record says nothing of.
    pub stages: Vec<StageReport>,
    /// The record that stays in the place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<Value>,
    /// What has to be known to read this rightly.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remarks: Vec<String>,
}

/// What a stage said and did.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StageReport {
    /// The stage.
    pub stage: String,
    /// `keep`, `unsure` or `drop`; none where a record does not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<&'static str>,
    /// Why not `keep`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
    /// What its value was held against.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub threshold: Option<Threshold>,
    /// What it measured.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub scores: Map<String, Value>,
    /// What it cut and replaced, neighbours of one kind as one.
    pub edits: Vec<EditReport>,
    /// The features behind a score, the weightiest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub features: Vec<FeatureReport>,
}

/// A cut or replacement.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EditReport {
    /// As a record has it. Offsets are in Unicode code points of the text as it was read.
    #[serde(flatten)]
    pub edit: EditNote<'static>,
    /// What stood there, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// What a feature adds to a score.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureReport {
    /// Its name.
    pub name: &'static str,
    /// What was measured.
    pub value: f64,
    /// What that adds towards junk, in natural log-odds against an average document.
    pub adds: f64,
}

impl Explanation {
    /// What a job has on record of a document. `config` is the job's configuration as JSON; `original` the text as it
    /// was read, where that is at hand (of a dropped record it always is).
    pub fn of_record(written: &Written, config: &Value, original: Option<&str>) -> Self {
        let note = &written.note;
        let score = |name: &str| note.scores.get(name).and_then(Value::as_f64);
        let original = if written.kept { original } else { Some(written.text.as_str()) };
        let mut stages: Vec<StageReport> = Vec::new();
        for report in EditReport::all(&note.edits, original) {
            match stages.iter_mut().find(|stage| stage.stage == report.edit.stage) {
                Some(stage) => stage.edits.push(report),
                None => stages.push(StageReport {
                    stage: report.edit.stage.to_string(),
                    verdict: None,
                    reason: None,
                    threshold: None,
                    scores: Map::new(),
                    edits: vec![report],
                    features: Vec::new(),
                }),
            }
        }
        Self {
            id: written.id.clone(),
            source: Some(note.source.clone()),
            characters: original.map(|text| text.chars().count()),
            clean_characters: written.kept.then(|| written.text.chars().count()),
            verdict: note.verdict.clone(),
            decided_by: note.decided_by.clone(),
            threshold: note
                .reason
                .as_ref()
                .and_then(|reason| decisive(reason, &note.decided_by, score, config)),
            reason: note.reason.clone(),
            scores: note.scores.clone(),
            stages,
            duplicate_of: note.duplicate_of.clone(),
            remarks: Vec::new(),
        }
    }
}

impl Explanation {
    /// Puts • in the place of each letter and digit of personal data in what stood at the edits. `original` is the text
    /// as it was read.
    pub fn hide_personal(&mut self, original: &str) {
        let mut personal: Vec<_> =
            self.stages.iter().flat_map(|stage| &stage.edits).map(|e| &e.edit).collect();
        personal.retain(|edit| edit.stage == PII_STAGE);
        personal.sort_by_key(|edit| edit.start);
        let personal: Vec<_> = personal.into_iter().cloned().collect();
        let (hidden, _) = without_personal(original, &personal);
        for stage in &mut self.stages {
            let edits: Vec<_> = stage.edits.iter().map(|report| report.edit.clone()).collect();
            for (report, hidden) in stage.edits.iter_mut().zip(EditReport::all(&edits, Some(&hidden))) {
                if report.text != hidden.text && report.edit.stage != PII_STAGE {
                    // A digit that was only written otherwise is still the digit.
                    let mut replacement = String::new();
                    push_dots(&mut replacement, &report.edit.replacement);
                    report.edit.replacement = replacement.into();
                }
                report.text = report.text.take().and(hidden.text);
            }
        }
    }
}

impl EditReport {
    /// Edits with what stood in their places.
    pub fn all(edits: &[EditNote<'_>], original: Option<&str>) -> Vec<Self> {
        let mut rest = original.unwrap_or_default().chars();
        let mut at = 0;
        edits
            .iter()
            .map(|edit| {
                rest.by_ref().take(edit.start.saturating_sub(at)).for_each(drop);
                let text: String = rest.by_ref().take(edit.end.saturating_sub(edit.start)).collect();
                at = edit.end;
                Self { edit: owned(edit), text: original.is_some().then_some(text) }
            })
            .collect()
    }
}

fn owned(edit: &EditNote<'_>) -> EditNote<'static> {
    EditNote {
        stage: edit.stage.to_string().into(),
        kind: edit.kind.to_string().into(),
        start: edit.start,
        end: edit.end,
        replacement: edit.replacement.to_string().into(),
        score: edit.score,
    }
}

/// As [`threshold()`], but where the rules were unsure and nobody could be asked it is the judge's border that decided.
pub(super) fn decisive(
    reason: &Reason,
    decided_by: &str,
    score: impl Fn(&str) -> Option<f64>,
    config: &Value,
) -> Option<Threshold> {
    let junk = score("junk");
    let found = threshold(reason, &score, config)?;
    let doubted = found.key == "rules.junk.unsure_above"
        || found.policy.as_ref().is_some_and(|(_, becomes)| becomes == "unsure");
    if decided_by != "rules" || !doubted {
        return Some(found);
    }
    let judge = Reason { stage: "judge".into(), score: junk.map(|junk| junk as f32), ..reason.clone() };
    threshold(&judge, score, config)
}

//! The pipeline on one document, with what each stage said.

use serde_json::{Map, Value};

use super::explanation::decisive;
use super::threshold::rounded;
use super::{EditReport, Explanation, FeatureReport, Side, StageReport, Threshold, threshold};
use crate::document::Document;
use crate::io::Record;
use crate::job::{JobConfig, edit_notes};
use crate::junk::Junk;
use crate::llm::{Evidence, Judge, JudgeError, UNANSWERED};
use crate::metadata;
use crate::pipeline::{Cleaner, Reason, Verdict};
use crate::student::StudentError;

/// Features that are named.
const FEATURES: usize = 5;

/// Runs the pipeline of a job on single documents.
#[derive(Debug)]
pub struct Explainer {
    config: JobConfig,
    json: Value,
    cleaner: Cleaner,
    junk: Junk,
    judge: Option<Judge>,
}

impl Explainer {
    /// The pipeline of `config`; without a judge rules and student decide alone, as in a job without a model.
    ///
    /// # Errors
    /// The student's file can't be used.
    pub fn new(config: JobConfig, judge: Option<Judge>) -> Result<Self, StudentError> {
        let judge = judge.filter(|_| config.judge.enabled);
        Ok(Self {
            json: config.to_json(),
            cleaner: config.cleaner(config.student()?, judge.is_some()),
            junk: Junk::new(config.rules.junk.clone()),
            judge,
            config,
        })
    }

    /// Explains a record as it was read, and gives the document with its edits.
    ///
    /// # Errors
    /// The model failed.
    pub fn record(&self, record: &Record) -> Result<(Explanation, Document), JudgeError> {
        let id = record.id.clone().unwrap_or_else(|| record.position.to_string());
        let mut doc = Document::new(id, record.text.clone());
        let mut explanation = match self.config.metadata.objection(record) {
            Some(reason) => {
                let stage = self.stage(metadata::STAGE, &doc, 0, &Verdict::Drop(reason.clone()));
                self.conclude(&doc, vec![stage], Verdict::Drop(reason))?
            }
            None => self.run(&mut doc)?,
        };
        explanation.id.clone_from(&record.id);
        explanation.source = Some(record.position.clone());
        Ok((explanation, doc))
    }

    /// Explains a text.
    ///
    /// # Errors
    /// The model failed.
    pub fn text(&self, text: &str) -> Result<(Explanation, Document), JudgeError> {
        let mut doc = Document::new("", text);
        Ok((self.run(&mut doc)?, doc))
    }

    /// Runs the pipeline again on the original of a record, for what the record does not tell: the verdict of each stage.
    /// Says so where it comes to another end.
    ///
    /// # Errors
    /// The model failed.
    pub fn run_again(&self, told: &mut Explanation, original: &str) -> Result<(), JudgeError> {
        if told.reason.as_ref().is_some_and(|reason| reason.stage == metadata::STAGE) {
            return Ok(());
        }
        let (again, _) = self.text(original)?;
        let kind = |told: &Explanation| told.reason.as_ref().map(|r| (r.stage.clone(), r.kind.clone()));
        if told.decided_by == again.decided_by && kind(told) != kind(&again) {
            told.remarks.push(format!(
                "run again, the document would {}: another version of soju, or other settings, made the record",
                if again.verdict == "keep" { "stay" } else { "fall for another reason" }
            ));
        }
        if told.decided_by == "rules" {
            told.remarks.extend(again.remarks);
        }
        told.stages = again.stages;
        Ok(())
    }

    fn run(&self, doc: &mut Document) -> Result<Explanation, JudgeError> {
        let mut stages = Vec::new();
        let mut before = doc.original().to_owned();
        let mut measured = 0;
        let verdict = self.cleaner.clean_with(doc, |name, doc, verdict| {
            let mut stage = self.stage(name, doc, measured, verdict);
            if name == "junk" {
                stage.features = self.features(&before);
                stage.threshold = stage.threshold.take().or_else(|| self.cleared(doc));
            }
            measured = doc.measures().len();
            before.clear();
            before.push_str(doc.text());
            stages.push(stage);
        });
        self.conclude(doc, stages, verdict)
    }

    fn stage(&self, name: &str, doc: &Document, measured: usize, verdict: &Verdict) -> StageReport {
        let (said, reason) = match verdict {
            Verdict::Keep => ("keep", None),
            Verdict::Unsure(reason) => ("unsure", Some(reason)),
            Verdict::Drop(reason) => ("drop", Some(reason)),
        };
        let edits = edit_notes(doc.original(), doc.visible_edits().filter(|edit| edit.stage == name));
        StageReport {
            stage: name.to_owned(),
            verdict: Some(said),
            reason: reason.cloned(),
            threshold: reason.and_then(|reason| threshold(reason, |name| score(doc, name), &self.json)),
            scores: scores(&doc.measures()[measured..]),
            edits: EditReport::all(&edits, Some(doc.original())),
            features: Vec::new(),
        }
    }

    /// The threshold that a document stayed under.
    fn cleared(&self, doc: &Document) -> Option<Threshold> {
        Some(Threshold {
            key: "rules.junk.unsure_above".to_owned(),
            value: self.json["rules"]["junk"]["unsure_above"].clone(),
            measured: Some(score(doc, "junk")?),
            side: Side::AtMost,
            policy: None,
        })
    }

    fn features(&self, text: &str) -> Vec<FeatureReport> {
        let mut all: Vec<_> = self.junk.measure(text).features.weighed().collect();
        all.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()));
        let report = |(name, value, adds)| FeatureReport { name, value: rounded(value), adds: rounded(adds) };
        all.into_iter().filter(|(.., adds)| adds.abs() >= 0.01).take(FEATURES).map(report).collect()
    }

    /// What a job would make of it, duplicates aside.
    fn conclude(
        &self,
        doc: &Document,
        mut stages: Vec<StageReport>,
        verdict: Verdict,
    ) -> Result<Explanation, JudgeError> {
        let mut all = scores(doc.measures());
        let mut remarks = Vec::new();
        let (decided_by, reason) = match verdict {
            Verdict::Keep => ("rules", None),
            Verdict::Drop(reason) => {
                (if reason.stage == "student" { "student" } else { "rules" }, Some(reason))
            }
            Verdict::Unsure(suspicion) => match &self.judge {
                Some(judge) => {
                    let (stage, reason) = self.ask(judge, doc, &suspicion)?;
                    all.extend(stage.scores.clone());
                    let by = if stage.verdict.is_some() { "judge" } else { UNANSWERED };
                    stages.push(stage);
                    (by, reason)
                }
                None => {
                    let score = doc.measured("junk").unwrap_or(0.5);
                    let border = self.config.judge.drop_above;
                    let above = score > border;
                    remarks.push(format!(
                        "the rules are unsure ({}/{}), and no model was asked: their own score {} is {} judge.drop_above = {border}",
                        suspicion.stage,
                        suspicion.kind,
                        rounded(score),
                        if above { "above" } else { "not above" },
                    ));
                    ("rules", above.then_some(suspicion))
                }
            },
        };
        let original = doc.original().chars().count();
        Ok(Explanation {
            id: None,
            source: None,
            characters: Some(original),
            clean_characters: reason.is_none().then(|| doc.text().chars().count()),
            verdict: if reason.is_some() { "drop" } else { "keep" }.to_owned(),
            decided_by: decided_by.to_owned(),
            threshold: reason
                .as_ref()
                .and_then(|reason| decisive(reason, decided_by, |name| score(doc, name), &self.json)),
            reason,
            scores: all,
            stages,
            duplicate_of: None,
            remarks,
        })
    }

    fn ask(
        &self,
        judge: &Judge,
        doc: &Document,
        suspicion: &Reason,
    ) -> Result<(StageReport, Option<Reason>), JudgeError> {
        let Some(judged) = judge.judge(doc.text(), Evidence::of(doc))? else {
            let drops = self.config.drops_unanswered(Evidence::of(doc));
            return Ok((unanswered(), drops.then(|| suspicion.clone())));
        };
        let reason = Reason { stage: "judge".into(), kind: suspicion.kind.clone(), score: Some(judged.junk) };
        let dropped = judged.junk > self.config.judge.drop_above;
        let threshold = threshold(&reason, |_| None, &self.json);
        let side = if dropped { Side::Above } else { Side::AtMost };
        let stage = StageReport {
            stage: "judge".to_owned(),
            verdict: Some(if dropped { "drop" } else { "keep" }),
            reason: dropped.then(|| reason.clone()),
            threshold: threshold.map(|threshold| Threshold { side, ..threshold }),
            scores: scores(&[("judge", judged.junk), ("judge_log_odds", judged.log_odds)]),
            edits: Vec::new(),
            features: Vec::new(),
        };
        Ok((stage, dropped.then_some(reason)))
    }
}

/// The judge's stage where it gave no answer in time.
fn unanswered() -> StageReport {
    StageReport {
        stage: "judge".to_owned(),
        verdict: None,
        reason: None,
        threshold: None,
        scores: Map::new(),
        edits: Vec::new(),
        features: Vec::new(),
    }
}

fn score(doc: &Document, name: &str) -> Option<f64> {
    doc.measured(name).map(rounded)
}

fn scores(measures: &[(&'static str, f32)]) -> Map<String, Value> {
    measures.iter().map(|(name, value)| ((*name).to_owned(), rounded(*value).into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::{Format, Position};

    const PROSE: &str = "지난봄 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모여 책을 읽고, 어른들은 저녁마다 글쓰기 모임을 연다. 사서는 책을 고르는 법을 천천히 가르쳐 주었다.";

    fn explain(text: &str) -> Explanation {
        Explainer::new(JobConfig::default(), None).unwrap().text(text).unwrap().0
    }

    #[test]
    fn a_document_that_stays_says_what_was_done_to_it() {
        let mut config = JobConfig::default();
        config.rules.junk.unsure_above = 0.5;
        let text = format!("{PROSE}  문의는 010-2345-6789 로 하면 된다고 한다.");
        let (kept, _) = Explainer::new(config, None).unwrap().text(&text).unwrap();
        assert_eq!((kept.verdict.as_str(), kept.decided_by.as_str(), kept.reason), ("keep", "rules", None));
        let names: Vec<_> = kept.stages.iter().map(|s| (s.stage.as_str(), s.verdict)).collect();
        let expected = ["normalize", "language", "junk", "student", "pii"].map(|name| (name, Some("keep")));
        assert_eq!(names, expected);
        let [normalize, _, junk, _, pii] = &kept.stages[..] else { panic!() };
        assert_eq!(
            (&*normalize.edits[0].edit.kind, normalize.edits[0].text.as_deref()),
            ("space", Some(" "))
        );
        assert_eq!(pii.edits[0].text.as_deref(), Some("010-2345-6789"));
        assert!(!junk.features.is_empty() && junk.scores.contains_key("junk"));
        assert!(
            junk.threshold
                .as_ref()
                .unwrap()
                .to_string()
                .contains("is not above rules.junk.unsure_above = 0.5")
        );
    }

    #[test]
    fn a_document_that_falls_names_stage_and_threshold_and_ends_there() {
        let short = explain("짧은 글");
        assert_eq!(short.stages.len(), 2);
        assert_eq!(short.verdict, "drop");
        let threshold = short.threshold.unwrap().to_string();
        assert!(
            threshold.ends_with(
                "is below rules.language.min_letters = 40, and rules.language.too_short = \"drop\""
            ),
            "{threshold}"
        );
    }

    #[test]
    fn without_a_model_the_rules_score_decides_and_that_is_said() {
        let mut config = JobConfig::default();
        config.rules.junk.unsure_above = 0.0;
        config.student.enabled = false;
        for (border, verdict, relation) in [(1.0, "keep", "not above"), (0.0, "drop", "above")] {
            config.judge.drop_above = border;
            let (told, _) = Explainer::new(config.clone(), None).unwrap().text(PROSE).unwrap();
            assert_eq!(told.verdict, verdict);
            let remark = &told.remarks[0];
            assert!(remark.contains(&format!("is {relation} judge.drop_above")), "{remark}");
            assert_eq!(
                told.threshold.map(|t| t.key),
                (verdict == "drop").then(|| "judge.drop_above".to_owned())
            );
        }
    }

    #[test]
    fn what_the_source_says_comes_first() {
        let mut config = JobConfig::default();
        config.metadata.robots = true;
        let line = format!(r#"{{"id":"a","text":"{PROSE}","robotstxt":"disallowed"}}"#);
        let record = Format::Auto.parse(line.as_bytes(), Position { file: "f".into(), line: 3 }).unwrap();
        let (told, _) = Explainer::new(config, None).unwrap().record(&record).unwrap();
        assert_eq!((told.id.as_deref(), told.source.unwrap().line), (Some("a"), 3));
        assert_eq!(told.stages.len(), 1);
        assert_eq!(told.reason.unwrap().kind, "robots");
    }
}

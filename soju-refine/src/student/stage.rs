//! The student in the pipeline.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Level, Student, StudentError, both};
use crate::document::Document;
use crate::junk::Junk;
use crate::pipeline::{Reason, Stage, Verdict};

/// Thresholds of [`StudentStage`], as probabilities of junk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StudentConfig {
    /// Whether documents that the rules keep or are unsure of go to the student. Default: true.
    pub enabled: bool,
    /// A file made by `soju train-filter`. Default: empty, the student that the library carries.
    pub file: PathBuf,
    /// Documents that the rules score at this or below are kept without asking the student: most of a corpus, and
    /// where it would be overruled anyway. Default 0.02.
    pub ask_above: f32,
    /// Documents above go out. Default 0.65: of 668 labelled documents, each judged by rules and a student that have
    /// not seen it, none of 357 good ones, 4 of 165 mixed ones and 107 of 146 junk ones go (`models/README.md`).
    pub drop_above: f32,
    /// With a model at hand, documents above this and up to `sure_above` go to it. Default 0.2.
    pub unsure_above: f32,
    /// With a model at hand, only documents above this go out without asking it. Default 0.8.
    pub sure_above: f32,
}

impl Default for StudentConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            file: PathBuf::new(),
            ask_above: 0.02,
            drop_above: 0.65,
            unsure_above: 0.2,
            sure_above: 0.8,
        }
    }
}

impl StudentConfig {
    /// The student that the configuration names.
    ///
    /// # Errors
    /// The file can't be used, or has no head for documents.
    pub fn student(&self) -> Result<Arc<Student>, StudentError> {
        if self.file.as_os_str().is_empty() {
            return Ok(Student::builtin());
        }
        let student = Student::load(&self.file)?;
        if !student.judges(Level::Document) {
            return Err(StudentError::NoHead { path: self.file.clone(), level: Level::Document.name() });
        }
        Ok(Arc::new(student))
    }
}

/// The stage whose text the student reads.
const NORMALIZE: &str = "normalize";

/// The stage `student`: settles what the rules are unsure of, and drops what they missed.
///
/// The two are heard equally: the mean of the log-odds of the rules' score and of the student's. Changes nothing. Reasons
/// have the kind of the measured feature that weighs most, as in [`Junk`], and the probability of junk as score; it is
/// kept as the measure `student`, too. Doubts about the language are not its business and stand.
#[derive(Debug, Clone)]
pub struct StudentStage {
    student: Arc<Student>,
    config: StudentConfig,
    /// Whether there is a model to leave doubts to.
    model: bool,
}

impl StudentStage {
    /// A stage. With `model`, what lies between the outer thresholds is left to the judge.
    pub fn new(student: Arc<Student>, config: StudentConfig, model: bool) -> Self {
        Self { student, config, model }
    }

    /// Whether the student judges documents.
    pub fn judges(&self) -> bool {
        self.student.judges(Level::Document)
    }
}

impl Stage for StudentStage {
    fn name(&self) -> &'static str {
        "student"
    }

    fn settles(&self, stage: &str) -> bool {
        stage == "junk"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let (features, kind, rules) = match (doc.features(), doc.measured("junk")) {
            (Some((features, kind)), Some(score)) => (*features, *kind, score),
            _ => {
                let found = Junk::default().measure(&doc.text_of(NORMALIZE));
                (found.features, found.kind, found.score)
            }
        };
        if rules <= self.config.ask_above {
            return Verdict::Keep;
        }
        // What the rules cut speaks for or against a document, too.
        let Some(p) = self.student.document(&doc.text_of(NORMALIZE), &features) else { return Verdict::Keep };
        let p = both(rules, p);
        doc.measure("student", p);
        let reason = || Reason::new("student", kind).with_score(p);
        match (self.model, p) {
            (false, p) if p > self.config.drop_above => Verdict::Drop(reason()),
            (true, p) if p > self.config.sure_above => Verdict::Drop(reason()),
            (true, p) if p > self.config.unsure_above => Verdict::Unsure(reason()),
            _ => Verdict::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::grams::Grams;
    use super::super::head::Head;
    use super::super::linear::calibration::Calibration;
    use super::*;
    use crate::pipeline::{Cleaner, RulesConfig};

    const TEXT: &str = "어제는 비가 많이 내려서 온종일 집에 머물렀다. 저녁에는 책을 읽다가 일찍 잠자리에 들었다. \
        새벽에 눈을 떠 보니 비는 그쳤고 창밖에는 안개가 자욱했다.";

    /// A student that says the same of every document, so that together with the rules the answer is `p`.
    fn student(p: f32, rules: f32) -> Arc<Student> {
        let grams = Grams { bits: 8, ..Grams::default() };
        let odds = |p: f32| (p / (1.0 - p)).ln();
        let head = Head {
            level: Level::Document,
            grams,
            weights: vec![0; grams.buckets()],
            scale: 1.0,
            bias: 2.0 * odds(p) - odds(rules),
            features: Vec::new(),
            calibration: Calibration::NONE,
        };
        Arc::new(Student { statement: String::new(), heads: vec![head] })
    }

    fn clean(p: f32, model: bool, config: StudentConfig) -> (Verdict, Document) {
        // The rules doubt everything.
        let mut rules = RulesConfig::default();
        rules.junk.unsure_above = -1.0;
        let stage = StudentStage::new(student(p, Junk::default().measure(TEXT).score), config, model);
        let mut doc = Document::new("1", TEXT);
        let verdict = Cleaner::new(rules).with_student(stage).clean_with(&mut doc, |_, _, _| {});
        (verdict, doc)
    }

    fn verdict(p: f32, model: bool) -> Verdict {
        let (verdict, doc) = clean(p, model, StudentConfig { ask_above: 0.0, ..StudentConfig::default() });
        assert!((doc.measured("student").unwrap() - p).abs() < 1e-3);
        verdict
    }

    #[test]
    fn without_a_model_it_decides() {
        assert_eq!(verdict(0.64, false), Verdict::Keep);
        let Verdict::Drop(reason) = verdict(0.66, false) else { panic!("kept") };
        assert_eq!(reason.stage, "student");
    }

    #[test]
    fn with_a_model_its_doubts_take_the_place_of_the_rules() {
        assert_eq!(verdict(0.1, true), Verdict::Keep);
        let Verdict::Unsure(reason) = verdict(0.5, true) else { panic!("sure") };
        assert_eq!((&*reason.stage, reason.score.unwrap() > 0.4), ("student", true));
        assert!(matches!(verdict(0.9, true), Verdict::Drop(_)));
    }

    #[test]
    fn doubts_about_the_language_stand() {
        let mut rules = RulesConfig::default();
        rules.language.min_letters = 1000;
        rules.language.too_short = crate::language::Policy::Unsure;
        rules.junk.unsure_above = -1.0;
        for (model, p) in [(false, 0.1), (true, 0.1), (true, 0.5)] {
            let student = student(p, Junk::default().measure(TEXT).score);
            let stage = StudentStage::new(student, StudentConfig::default(), model);
            let mut doc = Document::new("1", TEXT);
            let verdict = Cleaner::new(rules.clone()).with_student(stage).clean_with(&mut doc, |_, _, _| {});
            let Verdict::Unsure(reason) = verdict else { panic!("{verdict:?}") };
            assert_eq!((&*reason.stage, &*reason.kind), ("language", "too_short"));
        }
    }

    #[test]
    fn what_the_rules_are_sure_of_is_not_asked() {
        let (verdict, doc) = clean(0.9, false, StudentConfig { ask_above: 0.5, ..StudentConfig::default() });
        assert_eq!((verdict, doc.measured("student")), (Verdict::Keep, None));
    }

    #[test]
    fn the_one_in_the_library_judges_and_says_what_it_has_seen() {
        let student = Student::builtin();
        assert!(student.judges(Level::Document) && student.judges(Level::Segment));
        assert!(student.statement().contains("hplt-v2-kor"), "{}", student.statement());
        let spam = "|712|2 다이어트보조제? 많은분들이 이곳을 이용하고 있어요. Qna 블로그 - 다이어트보조제 추천 좀 \
            해주세요... 다이어트보조제 가격비교 - 안녕하세요 다이어트보조제 먹으려고 하는데 좋은 곳 있나요...";
        let (spam, prose) = (student.raw_document(spam).unwrap(), student.raw_document(TEXT).unwrap());
        assert!(prose < 0.2 && spam > 2.0 * prose, "{spam} {prose}");
    }

    #[test]
    fn one_that_judges_no_documents_is_left_out() {
        let none = Arc::new(Student { statement: String::new(), heads: Vec::new() });
        let stage = StudentStage::new(none, StudentConfig::default(), false);
        let cleaner = Cleaner::new(RulesConfig::default()).with_student(stage);
        assert!(!format!("{cleaner:?}").contains("student"));
    }
}

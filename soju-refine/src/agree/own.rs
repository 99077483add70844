//! Soju's own levels as raters.

use std::sync::Arc;

use super::{Label, Opinion};
use crate::document::Document;
use crate::eval::{Outputs, System, Verdict};
use crate::junk::judge_line;
use crate::pipeline::{Cleaner, RulesConfig, Verdict as StageVerdict};
use crate::student::{Level, Student, StudentConfig};

/// A rater that rates texts itself.
#[derive(Debug)]
pub struct Own(Kind);

#[derive(Debug)]
enum Kind {
    Student(Arc<Student>),
    Rules(Box<Rules>),
}

#[derive(Debug)]
struct Rules {
    lines: Outputs,
    cleaner: Cleaner,
}

impl Own {
    /// The student alone: its probabilities, without labels.
    pub fn student(student: Arc<Student>) -> Self {
        Self(Kind::Student(student))
    }

    /// The rules alone: the labels of `soju eval --system rules`, where what they are unsure of is kept, with their
    /// score of junk as the probability.
    pub fn rules(config: RulesConfig) -> Self {
        let cleaner = Cleaner::new(config.clone());
        let lines = Outputs::new(System::Rules, config, StudentConfig::default(), Student::builtin());
        Self(Kind::Rules(Box::new(Rules { lines, cleaner })))
    }

    /// What it says of a text; `None` of a student without a head for the level.
    pub fn rate(&self, text: &str, level: Level) -> Option<Opinion> {
        match (&self.0, level) {
            (Kind::Student(student), Level::Segment) => student.segment(text).map(probable),
            (Kind::Student(student), Level::Document) => student.raw_document(text).map(probable),
            (Kind::Rules(rules), Level::Segment) => Some(rules.line(text)),
            (Kind::Rules(rules), Level::Document) => Some(rules.document(text)),
        }
    }
}

fn probable(p: f32) -> Opinion {
    Opinion::probable(f64::from(p))
}

impl Rules {
    fn line(&self, text: &str) -> Opinion {
        let label = match self.lines.line(text) {
            Verdict::Junk => Label::Junk,
            Verdict::Keep => Label::Keep,
            Verdict::Mask => Label::Mask,
        };
        Opinion::both(label, Some(judge_line(text).score.into()))
    }

    fn document(&self, text: &str) -> Opinion {
        let mut doc = Document::new("", text);
        let verdict = self.cleaner.clean_with(&mut doc, |_, _, _| {});
        let label = if matches!(verdict, StageVerdict::Drop(_)) { Label::Junk } else { Label::Keep };
        // A stage before, such as the language check, drops without a score.
        Opinion::both(label, doc.measured("junk").map(f64::from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROSE: &str = "주민들은 이번 결정이 늦었지만 다행이라고 말했다.";

    #[test]
    fn each_says_what_it_says_elsewhere() {
        let student = Student::builtin();
        let own = Own::student(Arc::clone(&student));
        let p = |level| own.rate(PROSE, level).and_then(|o| o.p());
        assert_eq!(p(Level::Segment), student.segment(PROSE).map(f64::from));
        assert_eq!(p(Level::Document), student.raw_document(PROSE).map(f64::from));
        let rules = Own::rules(RulesConfig::default());
        let said = |text| rules.rate(text, Level::Segment).unwrap();
        assert_eq!(said(PROSE).label(), Some(Label::Keep));
        assert_eq!(said("홈 > 뉴스 > 전국 > 광주").label(), Some(Label::Junk));
        assert_eq!(
            said("김 씨는 어제 저녁 010-1234-5678로 전화가 걸려 왔다고 경찰에 말했다.").label(),
            Some(Label::Mask)
        );
    }

    #[test]
    fn a_document_in_another_language_has_no_score() {
        let rules = Own::rules(RulesConfig::default());
        let english = "The committee met on Monday and discussed the budget for the coming year. ".repeat(20);
        let opinion = rules.rate(&english, Level::Document).unwrap();
        assert_eq!((opinion.label(), opinion.p()), (Some(Label::Junk), None));
        let korean = rules.rate(&PROSE.repeat(10), Level::Document).unwrap();
        assert!(korean.p().is_some_and(|p| (0.0..=1.0).contains(&p)), "{korean:?}");
    }
}

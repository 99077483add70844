//! What is measured: soju's own output on labelled data, or that of any other system.

use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::EvalError;
use super::table::{self, DocText};
use crate::document::Document;
use crate::junk::{LineLabel, judge_line};
use crate::pii::Pii;
use crate::pipeline::{Cleaner, RulesConfig, Verdict as StageVerdict};
use crate::student::{Student, StudentConfig, StudentStage};

/// What a system says of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Prose.
    Keep,
    /// Out.
    Junk,
    /// Prose with personal data to mask.
    Mask,
}

impl Verdict {
    /// The name that prediction files use.
    pub fn name(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Junk => "junk",
            Self::Mask => "mask",
        }
    }
}

/// What a system made of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocOutput {
    /// The document's number.
    pub doc: i64,
    /// `keep` or `drop`; missing is keep where texts are measured.
    #[serde(default)]
    pub verdict: String,
    /// The clean text; not needed where only verdicts are measured.
    #[serde(default)]
    pub text: String,
}

impl DocOutput {
    /// Whether the document was dropped.
    pub fn dropped(&self) -> bool {
        self.verdict == "drop"
    }

    /// Reads outputs: JSON objects with `doc`, `verdict` and `text`, one a line.
    ///
    /// # Errors
    /// The file can't be read, or a line is no such object.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        table::json_lines(path)
    }
}

/// One of soju's own levels without a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum System {
    /// The rules alone: what they are unsure of is kept.
    Rules,
    /// The student alone, on the whole text; documents come out as they are.
    Student,
    /// The rules, and the student on what they do not drop.
    Cascade,
}

/// Runs a [`System`] on labelled texts.
#[derive(Debug)]
pub struct Outputs {
    system: System,
    pii: Pii,
    cleaner: Cleaner,
    student: Arc<Student>,
}

/// Where the student alone parts junk from prose: its probabilities are calibrated.
const ALONE: f32 = 0.5;

impl Outputs {
    /// A system under a configuration.
    pub fn new(system: System, rules: RulesConfig, config: StudentConfig, student: Arc<Student>) -> Self {
        let pii = Pii::new(rules.pii.clone());
        let mut cleaner = Cleaner::new(rules);
        if system == System::Cascade {
            cleaner = cleaner.with_student(StudentStage::new(Arc::clone(&student), config, false));
        }
        Self { system, pii, cleaner, student }
    }

    /// Verdict on a line that stands alone. In the cascade the rules decide: held back by source the student has not
    /// made them better on single lines.
    pub fn line(&self, text: &str) -> Verdict {
        let rules = judge_line(text);
        let junk = match self.system {
            System::Rules | System::Cascade => rules.label == LineLabel::Junk,
            System::Student => self.student.segment(text).unwrap_or(0.0) > ALONE,
        };
        if junk {
            Verdict::Junk
        } else if self.pii.find(text).is_empty() {
            Verdict::Keep
        } else {
            Verdict::Mask
        }
    }

    /// Verdict on a document, and its clean text.
    pub fn doc(&self, doc: &DocText) -> DocOutput {
        let (dropped, text) = if self.system == System::Student {
            let p = self.student.raw_document(&doc.text).unwrap_or(0.0);
            (p > ALONE, doc.text.clone())
        } else {
            let mut work = Document::new(doc.doc.to_string(), doc.text.as_str());
            let verdict = self.cleaner.clean_with(&mut work, |_, _, _| {});
            (matches!(verdict, StageVerdict::Drop(_)), work.text().to_owned())
        };
        DocOutput { doc: doc.doc, verdict: if dropped { "drop" } else { "keep" }.into(), text }
    }
}

/// Writes predictions of lines, one a line.
///
/// # Errors
/// What the writer says.
pub fn write_lines(out: &mut impl Write, predictions: &[Verdict]) -> io::Result<()> {
    predictions.iter().try_for_each(|p| writeln!(out, "{}", p.name()))
}

/// Writes outputs as JSON lines.
///
/// # Errors
/// What the writer says.
pub fn write_docs(out: &mut impl Write, outputs: &[DocOutput]) -> io::Result<()> {
    outputs.iter().try_for_each(|o| {
        serde_json::to_writer(&mut *out, o)?;
        out.write_all(b"\n")
    })
}

//! What each level says of labelled documents.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::document::Document;
use crate::eval::{DocLabel, DocText, EvalError};
use crate::job::JobConfig;
use crate::llm::{Evidence, Judge, JudgeError, PendingJudgement};
use crate::pipeline::Verdict;
use crate::student::{StudentConfig, StudentError};

/// Where a document stands when the rules are done.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stand {
    /// The rules keep or drop it; nobody else is asked.
    Settled {
        /// Whether it goes.
        drop: bool,
    },
    /// The student has an opinion.
    Doubted {
        /// Rules and student together: probability of junk.
        student: f32,
        /// The model with them: probability of junk; none where it gave no answer.
        model: Option<f32>,
        /// Tokens that the model read.
        tokens: usize,
    },
}

/// A labelled document with what the levels say.
#[derive(Debug, Clone, PartialEq)]
pub struct Measured {
    /// Its number.
    pub doc: i64,
    /// Whether it is junk.
    pub junk: bool,
    /// Where it stands.
    pub stand: Stand,
}

/// Documents with what they cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Costs {
    /// Time of rules and student, on one thread.
    pub rules: Duration,
    /// Time of the model, waiting for it included.
    pub model: Duration,
    /// Tokens that it read.
    pub tokens: usize,
}

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MeasureError {
    /// A label has no text.
    #[error(transparent)]
    Eval(#[from] EvalError),
    /// The model failed.
    #[error(transparent)]
    Judge(#[from] JudgeError),
    /// The student can't be used.
    #[error(transparent)]
    Student(#[from] StudentError),
    /// The configuration has no student, which the cascade hangs on.
    #[error("`student.enabled` is off; the cascade needs the student")]
    NoStudent,
}

/// Takes labelled documents through rules, student and model. Every document that the student is asked about goes to
/// the model, too. `seen` hears how many are done.
///
/// # Errors
/// A label has no text, or student or model fail.
pub fn measure(
    config: &JobConfig,
    judge: &Judge,
    labels: &[DocLabel],
    docs: &[DocText],
    mut seen: impl FnMut(usize),
) -> Result<(Vec<Measured>, Costs), MeasureError> {
    let mut open = config.clone();
    open.student = StudentConfig { unsure_above: 0.0, sure_above: 1.0, ..open.student };
    let student = open.student()?.ok_or(MeasureError::NoStudent)?;
    let cleaner = open.cleaner(Some(student), true);
    let texts: std::collections::HashMap<i64, &str> = docs.iter().map(|d| (d.doc, d.text.as_str())).collect();
    let mut costs = Costs::default();
    let mut waiting: VecDeque<(&DocLabel, f32, PendingJudgement)> = VecDeque::new();
    let mut measured = Vec::with_capacity(labels.len());
    let mut finish = |(label, student, pending): (&DocLabel, f32, PendingJudgement),
                      costs: &mut Costs,
                      measured: &mut Vec<Measured>|
     -> Result<(), MeasureError> {
        let start = Instant::now();
        let said = pending.wait()?;
        costs.model += start.elapsed();
        let tokens = said.as_ref().map_or(0, |j| j.tokens);
        costs.tokens += tokens;
        let stand = Stand::Doubted { student, model: said.map(|j| j.junk), tokens };
        measured.push(Measured { doc: label.doc, junk: label.label == "junk", stand });
        seen(measured.len());
        Ok(())
    };
    for label in labels {
        let text = *texts.get(&label.doc).ok_or(EvalError::NoText { doc: label.doc })?;
        let start = Instant::now();
        let mut doc = Document::new(label.doc.to_string(), text);
        let verdict = cleaner.clean_with(&mut doc, |_, _, _| {});
        costs.rules += start.elapsed();
        let evidence = Evidence::of(&doc);
        match (verdict, evidence.student) {
            (Verdict::Unsure(_), Some(student)) => {
                let start = Instant::now();
                let pending = judge.submit(judge.prepare(doc.text()), evidence)?;
                costs.model += start.elapsed();
                waiting.push_back((label, student, pending));
            }
            (verdict, _) => {
                let drop = matches!(verdict, Verdict::Drop(_));
                measured.push(Measured {
                    doc: label.doc,
                    junk: label.label == "junk",
                    stand: Stand::Settled { drop },
                });
            }
        }
        if waiting.len() >= judge.config().in_flight
            && let Some(first) = waiting.pop_front()
        {
            finish(first, &mut costs, &mut measured)?;
        }
    }
    for pending in waiting {
        finish(pending, &mut costs, &mut measured)?;
    }
    measured.sort_by_key(|m| m.doc);
    Ok((measured, costs))
}

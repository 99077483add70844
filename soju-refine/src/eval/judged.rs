//! Soju's own output with the model in the loop, to measure.

use std::time::{Duration, Instant};

use super::system::DocOutput;
use super::table::DocText;
use crate::document::Document;
use crate::edit::{EditCounts, Editor};
use crate::job::{JobConfig, JobError};
use crate::llm::{Evidence, Judge};
use crate::pipeline::Verdict;

/// What a run of [`Judged`] cost.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JudgedCost {
    /// Documents.
    pub documents: usize,
    /// Documents that the judge was asked about.
    pub judged: usize,
    /// Tokens that it read for them, a shared header not counted.
    pub judge_tokens: usize,
    /// Time of rules and student, on one thread.
    pub rules: Duration,
    /// Time of the judge.
    pub judge: Duration,
    /// Time of edit programs.
    pub edit: Duration,
    /// What became of edit programs.
    pub edits: EditCounts,
}

/// The whole cascade on labelled texts: rules, student, judge, and edit programs if there is an editor. The same stages
/// as in a job, without duplicates.
#[derive(Debug)]
pub struct Judged {
    config: JobConfig,
    judge: Judge,
    editor: Option<Editor>,
}

/// Documents whose programs are asked for at once.
const TOGETHER: usize = 16;

impl Judged {
    /// A cascade of these parts, under a configuration.
    pub fn new(config: JobConfig, judge: Judge, editor: Option<Editor>) -> Self {
        Self { config, judge, editor }
    }

    /// Verdict on each document, in their order, its clean text, and what all of it cost. `seen` hears how many are done.
    ///
    /// # Errors
    /// The student can't be used, or the model fails.
    pub fn docs(
        &self,
        docs: &[DocText],
        mut seen: impl FnMut(usize),
    ) -> Result<(Vec<DocOutput>, JudgedCost), JobError> {
        let cleaner = self.config.cleaner(self.config.student()?, true);
        let mut cost = JudgedCost { documents: docs.len(), ..JudgedCost::default() };
        let mut done = 0;
        let mut outputs = Vec::with_capacity(docs.len());
        for batch in docs.chunks(self.config.judge.in_flight.max(1)) {
            let start = Instant::now();
            let cleaned: Vec<_> = batch
                .iter()
                .map(|d| {
                    let mut doc = Document::new(d.doc.to_string(), d.text.as_str());
                    let verdict = cleaner.clean_with(&mut doc, |_, _, _| {});
                    (doc, verdict)
                })
                .collect();
            cost.rules += start.elapsed();

            let start = Instant::now();
            let mut asked = Vec::new();
            for (doc, verdict) in cleaned {
                let evidence = Evidence::of(&doc);
                let pending = match verdict {
                    Verdict::Unsure(_) => Some(self.judge.submit(self.judge.prepare(doc.text()), evidence)?),
                    _ => None,
                };
                asked.push((doc, verdict, evidence, pending));
            }
            let mut decided = Vec::new();
            for (doc, verdict, evidence, pending) in asked {
                let drop = match pending {
                    None => matches!(verdict, Verdict::Drop(_)),
                    Some(pending) => {
                        cost.judged += 1;
                        match pending.wait()? {
                            Some(judgement) => {
                                cost.judge_tokens += judgement.tokens;
                                judgement.junk > self.config.judge.drop_above
                            }
                            None => self.config.drops_unanswered(evidence),
                        }
                    }
                };
                decided.push((doc, drop));
            }
            cost.judge += start.elapsed();

            let start = Instant::now();
            self.edit(&mut decided, &mut cost)?;
            cost.edit += start.elapsed();

            for (labelled, (doc, drop)) in batch.iter().zip(decided) {
                let verdict = if drop { "drop" } else { "keep" };
                outputs.push(DocOutput {
                    doc: labelled.doc,
                    verdict: verdict.into(),
                    text: doc.text().to_owned(),
                });
            }
            done += batch.len();
            seen(done);
        }
        Ok((outputs, cost))
    }

    fn edit(&self, decided: &mut [(Document, bool)], cost: &mut JudgedCost) -> Result<(), JobError> {
        let Some(editor) = &self.editor else { return Ok(()) };
        let mut kept: Vec<_> = decided.iter_mut().filter(|(_, drop)| !drop).map(|(doc, _)| doc).collect();
        for some in kept.chunks_mut(TOGETHER) {
            let pending: Vec<_> =
                some.iter().map(|doc| editor.submit(doc.text())).collect::<Result<_, _>>()?;
            for (doc, pending) in some.iter_mut().zip(pending) {
                cost.edits.merge(&pending.apply(doc)?);
            }
        }
        Ok(())
    }
}

impl std::fmt::Display for JudgedCost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let per = |n: u64| n as f64 / self.documents.max(1) as f64;
        let rate = |n: usize, time: Duration| n as f64 / time.as_secs_f64().max(1e-9);
        writeln!(f, "rules and student: {:.0} documents/s on one thread", rate(self.documents, self.rules))?;
        if self.judged > 0 {
            writeln!(
                f,
                "judge: asked about {} of {} documents, {:.1} tokens for each document, {:.1} judged documents/s",
                self.judged,
                self.documents,
                per(self.judge_tokens as u64),
                rate(self.judged, self.judge)
            )?;
        }
        let edits = &self.edits;
        if edits.documents > 0 {
            writeln!(
                f,
                "edit programs: {} windows of {} documents, {} whole, {} cut short, {} refusals; {:.1} tokens read and {:.1} written for each document, {:.2} edited documents/s",
                edits.windows,
                edits.documents,
                edits.whole,
                edits.cut_short,
                edits.refused.values().sum::<u64>(),
                per(edits.tokens_read),
                per(edits.tokens_written),
                rate(edits.documents as usize, self.edit)
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::EditConfig;
    use soju_engine::testing::FakeBackend;

    #[test]
    fn every_level_is_asked_and_counted() {
        // Everything is doubted; the fake says the same of both labels, and its programs are no programs.
        let engine =
            FakeBackend::generating(|_| (i32::from(b'x'), -1.0)).breaks_constraints().engine().unwrap();
        let mut config = JobConfig::default();
        config.rules.junk.unsure_above = -1.0;
        config.rules.junk.drop_above = 2.0;
        config.student.enabled = false;
        let judge = Judge::new(engine.clone(), config.judge.clone()).unwrap();
        let editor =
            Editor::new(engine, EditConfig { window_tokens: 2000, ..EditConfig::default() }).unwrap();
        let text = "마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. 주민들은 낡은 시설을 손수 고쳤다.";
        let docs: Vec<_> = (0..40).map(|doc| DocText { doc, text: format!("{doc}월에 {text}") }).collect();
        let mut last = 0;
        let (outputs, cost) = Judged::new(config, judge, Some(editor)).docs(&docs, |n| last = n).unwrap();
        assert_eq!((outputs.len(), last, cost.judged), (40, 40, 40));
        assert!(outputs.iter().zip(&docs).all(|(o, d)| o.doc == d.doc && o.text == d.text));
        assert!(cost.judge_tokens > 40 * 100);
        let kept = outputs.iter().filter(|o| !o.dropped()).count() as u64;
        assert_eq!((cost.edits.documents, cost.edits.cut_short), (kept, kept));
        assert!(cost.to_string().contains("asked about 40 of 40 documents"), "{cost}");
    }
}

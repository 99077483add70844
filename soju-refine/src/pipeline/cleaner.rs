//! The pure stages in their order, on one document.

use std::time::Instant;

use super::rules::{RulesConfig, rules};
use super::stage::{Reason, Stage, Verdict};
use super::times::StageTimes;
use crate::document::Document;
use crate::student::StudentStage;

/// Runs the rules on documents. Without state, so one serves all threads.
pub struct Cleaner {
    stages: Vec<Box<dyn Stage>>,
}

impl std::fmt::Debug for Cleaner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.stages.iter().map(|s| s.name())).finish()
    }
}

impl Cleaner {
    /// The rules of soju under a configuration.
    pub fn new(config: RulesConfig) -> Self {
        Self { stages: rules(config) }
    }

    /// Stages of the caller's.
    pub fn with_stages(stages: Vec<Box<dyn Stage>>) -> Self {
        Self { stages }
    }

    /// Puts the student behind the rules for junk, before personal data is masked. One that does not judge
    /// documents changes nothing.
    #[must_use]
    pub fn with_student(mut self, student: StudentStage) -> Self {
        if !student.judges() {
            return self;
        }
        let at = self.stages.iter().position(|s| s.name() == "pii").unwrap_or(self.stages.len());
        self.stages.insert(at, Box::new(student));
        self
    }

    /// Runs the stages up to the first that drops the document. When none does, the first that was unsure is answered
    /// for the whole, unless a later one has settled it ([`Stage::settles`]). `seen` hears of each stage after it ran.
    pub fn clean_with(
        &self,
        doc: &mut Document,
        mut seen: impl FnMut(&'static str, &Document, &Verdict),
    ) -> Verdict {
        let mut unsure: Option<Reason> = None;
        for stage in &self.stages {
            let verdict = stage.apply(doc);
            seen(stage.name(), doc, &verdict);
            let standing = unsure.filter(|doubt| !stage.settles(&doubt.stage));
            unsure = match verdict {
                Verdict::Keep => standing,
                Verdict::Unsure(reason) => standing.or(Some(reason)),
                Verdict::Drop(_) => return verdict,
            };
        }
        unsure.map_or(Verdict::Keep, Verdict::Unsure)
    }

    /// As [`Cleaner::clean_with`], and adds up what each stage cost.
    pub fn clean(&self, doc: &mut Document, times: &mut StageTimes) -> Verdict {
        let mut last = Instant::now();
        self.clean_with(doc, |stage, _, _| {
            let now = Instant::now();
            times.add(stage, 1, now - last);
            last = now;
        })
    }
}

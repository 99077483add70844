//! Held-back figures of a training.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Level;
use crate::eval::{PrecisionRecall, auc};

/// What a training found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TrainReport {
    /// One for each level with samples.
    pub heads: Vec<HeadReport>,
}

/// Held-back figures of one head: each sample judged by weights that have seen nothing of its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeadReport {
    /// The level.
    pub level: Level,
    /// Samples learned from in the end.
    pub samples: usize,
    /// Samples in the held-back figures.
    pub judged: usize,
    /// Sources among them.
    pub sources: usize,
    /// Folds.
    pub folds: usize,
    /// Of junk, at a probability of 0.5.
    pub junk: PrecisionRecall,
    /// Mean of the F1 of junk and of the rest.
    pub macro_f1: f64,
    /// Area under the ROC curve: the chance that junk scores above prose; 0.5 where there is but one of them.
    pub auc: f64,
    /// Mean squared distance of probability and label (Brier 1950).
    pub brier: f64,
    /// Share told right, by label and kind.
    pub kinds: Vec<KindReport>,
    /// The same by fold, with the sources that were held back.
    pub by_fold: Vec<KindReport>,
    /// The judged samples in their order.
    #[serde(skip)]
    pub held_back: Vec<HeldBack>,
}

/// Share told right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindReport {
    /// Label and kind, or the fold's sources.
    pub name: String,
    /// Told right.
    pub right: usize,
    /// All.
    pub samples: usize,
}

/// A sample, judged by weights that have seen nothing of its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct HeldBack {
    /// Probability of junk.
    pub p: f64,
    /// Whether it is junk.
    pub junk: bool,
    /// Label and kind.
    pub kind: String,
    /// Its source.
    pub group: String,
    /// The fold in which it was held back.
    pub fold: usize,
    /// Its text.
    pub text: String,
}

impl HeadReport {
    pub(super) fn of(level: Level, samples: usize, folds: usize, held_back: Vec<HeldBack>) -> Self {
        let held = &held_back;
        let pairs = |junk: bool| held.iter().map(move |h| (h.junk == junk, (h.p > 0.5) == junk));
        let junk = PrecisionRecall::of(pairs(true));
        let mut sources: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for h in held {
            let of_fold = sources.entry(h.fold).or_default();
            if !of_fold.contains(&h.group.as_str()) {
                of_fold.push(&h.group);
            }
        }
        let name = |h: &HeldBack| match sources[&h.fold].as_slice() {
            [one] => (*one).to_owned(),
            many => format!("{} and {} more", many[0], many.len() - 1),
        };
        Self {
            level,
            samples,
            judged: held.len(),
            sources: sources.values().map(Vec::len).sum(),
            folds,
            junk,
            macro_f1: (junk.f1 + PrecisionRecall::of(pairs(false)).f1) / 2.0,
            auc: auc(&held.iter().map(|h| (h.p, h.junk)).collect::<Vec<_>>()),
            brier: held.iter().map(|h| (h.p - f64::from(u8::from(h.junk))).powi(2)).sum::<f64>()
                / held.len().max(1) as f64,
            kinds: shares(held, |h| h.kind.clone()),
            by_fold: shares(held, name),
            held_back,
        }
    }
}

fn shares(held: &[HeldBack], name: impl Fn(&HeldBack) -> String) -> Vec<KindReport> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for h in held {
        let count = counts.entry(name(h)).or_default();
        count.0 += usize::from((h.p > 0.5) == h.junk);
        count.1 += 1;
    }
    counts.into_iter().map(|(name, (right, samples))| KindReport { name, right, samples }).collect()
}

impl fmt::Display for HeadReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}: learned from {} samples; {} of them held back in {} folds by source ({} sources)",
            self.level.name(),
            self.samples,
            self.judged,
            self.folds,
            self.sources
        )?;
        for k in self.kinds.iter().chain(&self.by_fold) {
            writeln!(f, "  {:44} {:.3}  {}", k.name, k.right as f64 / k.samples as f64, k.samples)?;
        }
        let PrecisionRecall { precision, recall, f1 } = self.junk;
        writeln!(
            f,
            "  junk precision {precision:.3} recall {recall:.3} F1 {f1:.3} macro-F1 {:.3} AUC {:.3} Brier {:.3}",
            self.macro_f1, self.auc, self.brier
        )
    }
}

impl fmt::Display for TrainReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.heads.iter().try_for_each(|h| h.fmt(f))
    }
}

//! Held-back figures of a probe.

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::Target;
use crate::eval::{PrecisionRecall, auc, spearman};
use crate::student::Level;

/// What a training found.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ProbeReport {
    /// One for each head.
    pub figures: Vec<ProbeFigures>,
    /// How often the most probable kind is the right one, by level.
    pub kinds: Vec<KindFigures>,
}

/// Held-back figures of one head: each sample answered by weights that have seen nothing of its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ProbeFigures {
    /// The level.
    pub level: Level,
    /// The question, by its name.
    pub question: String,
    #[serde(skip)]
    target: Target,
    /// Samples learned from in the end.
    pub samples: usize,
    /// Samples in the figures.
    pub judged: usize,
    /// Folds.
    pub folds: usize,
    /// Precision, recall and F1 of the class at 0.5; of scores none.
    pub class: Option<PrecisionRecall>,
    /// Mean of the F1 of the class and of the rest; of scores none.
    pub macro_f1: Option<f64>,
    /// Area under the ROC curve; of scores none.
    pub auc: Option<f64>,
    /// Mean squared distance of probability and label (Brier 1950); of scores none.
    pub brier: Option<f64>,
    /// Rank correlation with the labels (Spearman 1904); of scores only.
    pub spearman: Option<f64>,
    /// Mean distance from the label, 0 to 5; of scores only.
    pub distance: Option<f64>,
    /// The same for the answer that is always the median label; of scores only.
    pub distance_of_median: Option<f64>,
    /// The answers.
    #[serde(skip)]
    pub held: Vec<Held>,
}

/// The most probable kind against the label.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindFigures {
    /// The level.
    pub level: Level,
    /// Told right.
    pub right: usize,
    /// Samples.
    pub samples: usize,
    /// Samples of the most frequent kind: what always naming it would tell right.
    pub most_frequent: usize,
}

/// A sample, answered by weights that have seen nothing of its source.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Held {
    /// Its source.
    pub group: String,
    /// Label and kind.
    pub kind: String,
    /// What it should be, as a share of the greatest answer.
    pub target: f64,
    /// The answer, as a share of the greatest.
    pub answer: f64,
}

impl ProbeFigures {
    pub(super) fn of(level: Level, target: Target, samples: usize, folds: usize, held: Vec<Held>) -> Self {
        let is_score = matches!(target, Target::Score(_));
        let pairs =
            |class: bool| held.iter().map(move |h| ((h.target > 0.5) == class, (h.answer > 0.5) == class));
        let class = PrecisionRecall::of(pairs(true));
        let macro_f1 = (class.f1 + PrecisionRecall::of(pairs(false)).f1) / 2.0;
        let count = held.len().max(1) as f64;
        let mean = |distance: &dyn Fn(&Held) -> f64| held.iter().map(distance).sum::<f64>() / count;
        let most = f64::from(target.most());
        let mut labels: Vec<f64> = held.iter().map(|h| h.target).collect();
        labels.sort_by(f64::total_cmp);
        let median = labels.get(labels.len() / 2).copied().unwrap_or(0.0);
        let of_class = |value: f64| (!is_score).then_some(value);
        let of_score = |value: f64| is_score.then_some(value);
        Self {
            level,
            question: target.name(),
            samples,
            judged: held.len(),
            folds,
            class: (!is_score).then_some(class),
            macro_f1: of_class(macro_f1),
            auc: of_class(auc(&held.iter().map(|h| (h.answer, h.target > 0.5)).collect::<Vec<_>>())),
            brier: of_class(mean(&|h| (h.answer - h.target).powi(2))),
            spearman: of_score(spearman(&held.iter().map(|h| (h.answer, h.target)).collect::<Vec<_>>())),
            distance: of_score(most * mean(&|h| (h.answer - h.target).abs())),
            distance_of_median: of_score(most * mean(&|h| (median - h.target).abs())),
            target,
            held,
        }
    }
}

impl ProbeReport {
    /// Compares the heads of kinds with each other.
    pub(super) fn judge_kinds(&mut self) {
        for level in [Level::Segment, Level::Document] {
            let heads: Vec<&ProbeFigures> = self
                .figures
                .iter()
                .filter(|f| f.level == level && matches!(f.target, Target::Kind(_)))
                .collect();
            let Some(first) = heads.first() else { continue };
            let (mut right, mut counts) = (0, BTreeMap::<usize, usize>::new());
            for i in 0..first.held.len() {
                let best = (0..heads.len())
                    .max_by(|a, b| heads[*a].held[i].answer.total_cmp(&heads[*b].held[i].answer));
                let is = heads.iter().position(|h| h.held[i].target > 0.5);
                right += usize::from(best == is);
                *counts.entry(is.unwrap_or(heads.len())).or_default() += 1;
            }
            self.kinds.push(KindFigures {
                level,
                right,
                samples: first.held.len(),
                most_frequent: counts.into_values().max().unwrap_or(0),
            });
        }
    }
}

impl fmt::Display for ProbeReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for h in &self.figures {
            write!(
                f,
                "{} {}: {} samples, {} held back in {} folds by source: ",
                h.level.name(),
                h.question,
                h.samples,
                h.judged,
                h.folds
            )?;
            if let (Some(class), Some(macro_f1), Some(auc), Some(brier)) =
                (&h.class, h.macro_f1, h.auc, h.brier)
            {
                let PrecisionRecall { precision, recall, f1 } = class;
                write!(
                    f,
                    "precision {precision:.3} recall {recall:.3} F1 {f1:.3} macro-F1 {macro_f1:.3} AUC {auc:.3} Brier {brier:.3}"
                )?;
            }
            if let (Some(rho), Some(d), Some(m)) = (h.spearman, h.distance, h.distance_of_median) {
                write!(f, "rank correlation {rho:.3}, mean distance {d:.2} (the median alone: {m:.2})")?;
            }
            writeln!(f)?;
        }
        for k in &self.kinds {
            writeln!(
                f,
                "{} kind: {} of {} right (the most frequent kind alone: {})",
                k.level.name(),
                k.right,
                k.samples,
                k.most_frequent
            )?;
        }
        Ok(())
    }
}

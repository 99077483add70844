//! Labelled lines.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::f1::PrecisionRecall;
use super::table::{self, LineLabel};
use super::{EvalError, Verdict};

/// How many lines of one label and kind were told right.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindShare {
    /// The label: `keep`, `junk` or `mask`.
    pub label: String,
    /// The kind.
    pub kind: String,
    /// Lines told right, as junk or not.
    pub right: usize,
    /// All of them.
    pub lines: usize,
}

/// Figures over labelled lines. Junk is the positive class; `mask` counts as keep.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LineFigures {
    /// By label and kind, sorted.
    pub kinds: Vec<KindShare>,
    /// Lines labelled `mask` for which `mask` was predicted.
    pub masks_found: usize,
    /// Lines labelled `mask`.
    pub masks: usize,
    /// Of junk.
    #[serde(flatten)]
    pub junk: PrecisionRecall,
    /// Share of lines told right.
    pub accuracy: f64,
    /// Number of lines.
    pub lines: usize,
}

/// Measures predictions of lines.
///
/// # Errors
/// The two differ in length.
pub fn score_lines(labels: &[LineLabel], predictions: &[Verdict]) -> Result<LineFigures, EvalError> {
    if labels.len() != predictions.len() {
        return Err(EvalError::Count { labels: labels.len(), predictions: predictions.len() });
    }
    let pairs = || labels.iter().zip(predictions).map(|(l, p)| (l.label == "junk", *p == Verdict::Junk));
    let mut kinds: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    for (label, (truth, said)) in labels.iter().zip(pairs()) {
        let kind = kinds.entry((&label.label, &label.kind)).or_default();
        kind.0 += usize::from(truth == said);
        kind.1 += 1;
    }
    let masks = || labels.iter().zip(predictions).filter(|(l, _)| l.label == "mask");
    Ok(LineFigures {
        kinds: kinds
            .into_iter()
            .map(|((label, kind), (right, lines))| KindShare {
                label: label.to_owned(),
                kind: kind.to_owned(),
                right,
                lines,
            })
            .collect(),
        masks_found: masks().filter(|(_, p)| **p == Verdict::Mask).count(),
        masks: masks().count(),
        junk: PrecisionRecall::of(pairs()),
        accuracy: pairs().filter(|(t, p)| t == p).count() as f64 / labels.len().max(1) as f64,
        lines: labels.len(),
    })
}

impl Verdict {
    /// Reads predictions: one a line, up to the first tab. What is neither `junk` nor `mask` is keep.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        let text = table::read(path)?;
        Ok(table::lines(&text)
            .map(|line| match line.trim().split('\t').next() {
                Some("junk") => Self::Junk,
                Some("mask") => Self::Mask,
                _ => Self::Keep,
            })
            .collect())
    }
}

impl fmt::Display for LineFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for k in &self.kinds {
            let share = k.right as f64 / k.lines as f64;
            writeln!(f, "{:5} {:22} {share:.3}  {}", k.label, k.kind, k.lines)?;
        }
        writeln!(f, "mask recall {}/{}", self.masks_found, self.masks)?;
        let PrecisionRecall { precision, recall, f1 } = self.junk;
        writeln!(
            f,
            "junk precision {precision:.3} recall {recall:.3} F1 {f1:.3} accuracy {:.3} lines {}",
            self.accuracy, self.lines
        )
    }
}

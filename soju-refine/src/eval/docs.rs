//! Labelled documents.

use std::collections::HashMap;
use std::fmt;

use serde::Serialize;

use super::DocOutput;
use super::f1::PrecisionRecall;
use super::table::DocLabel;

/// What became of the documents of one label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LabelCounts {
    /// `keep`, `mixed` or `junk`.
    pub label: &'static str,
    /// Kept.
    pub keep: usize,
    /// Dropped, or absent from the output.
    pub drop: usize,
}

/// Figures over labelled documents: junk against the rest.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DocFigures {
    /// The confusion table.
    pub labels: [LabelCounts; 3],
    /// Mean of the F1 of junk and of the rest.
    pub macro_f1: f64,
    /// F1 of junk.
    pub junk_f1: f64,
    /// Number of documents.
    pub documents: usize,
}

/// Measures verdicts on documents. A document that the output lacks counts as dropped.
pub fn score_docs(labels: &[DocLabel], outputs: &[DocOutput]) -> DocFigures {
    let kept: HashMap<i64, bool> = outputs.iter().map(|o| (o.doc, !o.dropped())).collect();
    let dropped = |l: &DocLabel| !kept.get(&l.doc).copied().unwrap_or(false);
    let pairs = |junk: bool| labels.iter().map(move |l| ((l.label == "junk") == junk, dropped(l) == junk));
    let count = |label: &'static str| {
        let of_label = || labels.iter().filter(|l| l.label == label);
        let drop = of_label().filter(|l| dropped(l)).count();
        LabelCounts { label, keep: of_label().count() - drop, drop }
    };
    let junk_f1 = PrecisionRecall::of(pairs(true)).f1;
    DocFigures {
        labels: ["keep", "mixed", "junk"].map(count),
        macro_f1: (junk_f1 + PrecisionRecall::of(pairs(false)).f1) / 2.0,
        junk_f1,
        documents: labels.len(),
    }
}

impl fmt::Display for DocFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for l in &self.labels {
            writeln!(f, "{:6} keep {:4} drop {:4}", l.label, l.keep, l.drop)?;
        }
        writeln!(f, "macro-F1 {:.3} junk F1 {:.3} documents {}", self.macro_f1, self.junk_f1, self.documents)
    }
}

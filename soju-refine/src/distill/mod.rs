//! Distillation: does a student that has learned from the model's labels judge better than one that has not?
//!
//! Two students are trained on the same labelled data with the same folds, one of them with the model's labels as texts
//! that only teach. Their held-back figures are compared sample by sample, and the difference is trusted only if it
//! stays above nothing in nearly all resamples of the sources (paired bootstrap: Efron and Tibshirani 1993, chapter 13).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use crate::eval::{PrecisionRecall, auc};
use crate::student::{HeldBack, Level, TrainReport};

/// Resamples of the sources.
const RESAMPLES: usize = 2000;
/// The share of resamples within the interval.
const CONFIDENCE: f64 = 0.95;

/// Held-back figures before and after.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The level.
    pub level: Level,
    /// Samples in the figures.
    pub samples: usize,
    /// Macro-F1 at 0.5, before and after.
    pub macro_f1: [f64; 2],
    /// Area under the ROC curve, before and after.
    pub auc: [f64; 2],
    /// The interval of the difference in macro-F1 that holds 95 % of the resamples.
    pub interval: [f64; 2],
    /// Whether the whole interval is above 0.
    pub better: bool,
}

/// Compares two trainings on the same labelled data, level by level.
///
/// # Panics
/// If the reports are not of the same judged samples.
pub fn compare(before: &TrainReport, after: &TrainReport) -> Vec<Comparison> {
    before
        .heads
        .iter()
        .filter_map(|b| {
            let a = after.heads.iter().find(|a| a.level == b.level)?;
            Some(of_level(b.level, &b.held_back, &a.held_back))
        })
        .collect()
}

fn of_level(level: Level, before: &[HeldBack], after: &[HeldBack]) -> Comparison {
    let same = before.len() == after.len() && before.iter().zip(after).all(|(b, a)| b.text == a.text);
    assert!(same, "the two trainings are compared on the same samples");
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (i, held) in before.iter().enumerate() {
        groups.entry(&held.group).or_default().push(i);
    }
    let groups: Vec<Vec<usize>> = groups.into_values().collect();
    let all: Vec<usize> = (0..before.len()).collect();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut differences: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<usize> =
                (0..groups.len()).flat_map(|_| groups[random.below(groups.len())].iter().copied()).collect();
            macro_f1(after, &drawn) - macro_f1(before, &drawn)
        })
        .collect();
    differences.sort_by(f64::total_cmp);
    let tail = ((1.0 - CONFIDENCE) / 2.0 * RESAMPLES as f64) as usize;
    let interval = [differences[tail], differences[RESAMPLES - 1 - tail]];
    let area = |held: &[HeldBack]| auc(&held.iter().map(|h| (h.p, h.junk)).collect::<Vec<_>>());
    Comparison {
        level,
        samples: before.len(),
        macro_f1: [macro_f1(before, &all), macro_f1(after, &all)],
        auc: [area(before), area(after)],
        interval,
        better: interval[0] > 0.0,
    }
}

fn macro_f1(held: &[HeldBack], of: &[usize]) -> f64 {
    let pairs = |junk: bool| of.iter().map(move |i| ((held[*i].junk == junk), (held[*i].p > 0.5) == junk));
    (PrecisionRecall::of(pairs(true)).f1 + PrecisionRecall::of(pairs(false)).f1) / 2.0
}

/// SplitMix64 (Steele, Lea and Flood 2014): the same resamples each time.
struct Random(u64);

impl Random {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % most.max(1) as u64) as usize
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [before, after] = self.macro_f1;
        let [low, high] = self.interval;
        writeln!(
            f,
            "{}: held-back macro-F1 {before:.3} before, {after:.3} after; AUC {:.3} before, {:.3} after ({} samples)",
            self.level.name(),
            self.auc[0],
            self.auc[1],
            self.samples
        )?;
        let verdict = match (self.better, high < 0.0) {
            (true, _) => "the student is measurably better",
            (_, true) => "the student is measurably WORSE",
            _ => "no difference that can be measured",
        };
        writeln!(f, "  difference in macro-F1, 95 % of resamples: {low:+.3} to {high:+.3}: {verdict}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(right: impl Fn(usize) -> bool) -> Vec<HeldBack> {
        (0..200)
            .map(|i| {
                let junk = i % 2 == 0;
                HeldBack {
                    p: if junk == right(i) { 0.8 } else { 0.2 },
                    junk,
                    kind: String::new(),
                    group: format!("g{}", i / 4),
                    fold: 0,
                    text: i.to_string(),
                }
            })
            .collect()
    }

    #[test]
    fn a_clear_gain_is_seen_and_none_is_not() {
        let (before, after) = (held(|i| i % 5 != 0), held(|i| i % 50 != 0));
        let gain = of_level(Level::Document, &before, &after);
        assert!(gain.better && gain.interval[0] > 0.05, "{gain}");
        assert!((gain.macro_f1[0] - 0.8).abs() < 0.01);
        let same = of_level(Level::Document, &before, &before);
        assert!(!same.better && same.interval == [0.0, 0.0]);
        let loss = of_level(Level::Document, &after, &before);
        assert!(!loss.better && loss.to_string().contains("WORSE"));
        // As many right as before, but others: no difference to speak of.
        let other = of_level(Level::Document, &before, &held(|i| i % 5 != 1));
        assert!(!other.better && other.interval[1] > 0.0);
    }
}

//! Precision, recall and F1 of one class.

use serde::Serialize;

/// Precision, recall and their harmonic mean, each 0 to 1; 0 where nothing was found or asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PrecisionRecall {
    /// Share of what was called positive that is positive.
    pub precision: f64,
    /// Share of what is positive that was called so.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

impl PrecisionRecall {
    /// From pairs (is positive, was called positive).
    pub fn of(pairs: impl Iterator<Item = (bool, bool)>) -> Self {
        let (mut hits, mut called, mut positive) = (0_u32, 0_u32, 0_u32);
        for (truth, said) in pairs {
            hits += u32::from(truth && said);
            called += u32::from(said);
            positive += u32::from(truth);
        }
        let precision = f64::from(hits) / f64::from(called.max(1));
        let recall = f64::from(hits) / f64::from(positive.max(1));
        let f1 = 2.0 * precision * recall / (precision + recall).max(1e-12);
        Self { precision, recall, f1 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_give_the_known_values() {
        let pairs = [(true, true), (true, true), (true, false), (false, true), (false, false)];
        let found = PrecisionRecall::of(pairs.into_iter());
        assert_eq!(found.precision, 2.0 / 3.0);
        assert_eq!(found.recall, 2.0 / 3.0);
        assert!((found.f1 - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(PrecisionRecall::of(std::iter::empty()).f1, 0.0);
    }
}

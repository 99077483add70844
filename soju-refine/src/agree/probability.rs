//! Probabilities against labels, and against each other.

use serde::Serialize;

use super::Label;
use super::Opinion;
use crate::eval::auc;

/// One rater's probabilities against another's labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AgainstLabels {
    /// Whose probabilities.
    pub probabilities: String,
    /// Whose labels.
    pub labels: String,
    /// Texts that have both.
    pub texts: usize,
    /// Area under the ROC curve: the chance that junk has a higher probability than the rest. `None` where the labels
    /// are all junk or all not.
    pub auc: Option<f64>,
    /// Mean squared distance of probability and label (Brier 1950).
    pub brier: f64,
}

/// Two raters' probabilities.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BothProbabilities {
    /// Texts that have both.
    pub texts: usize,
    /// Pearson's correlation; `None` where one of them always says the same.
    pub pearson: Option<f64>,
    /// Mean of the squared difference.
    pub squared_difference: f64,
}

impl AgainstLabels {
    /// From pairs of the one's and the other's opinion; `None` where no pair has both.
    pub(super) fn of<'a>(
        [probabilities, labels]: [&str; 2],
        pairs: impl Iterator<Item = (&'a Opinion, &'a Opinion)>,
    ) -> Option<Self> {
        let pairs: Vec<(f64, bool)> =
            pairs.filter_map(|(p, label)| Some((p.p()?, label.label()? == Label::Junk))).collect();
        let squares = pairs.iter().map(|(p, junk)| (p - f64::from(u8::from(*junk))).powi(2));
        (!pairs.is_empty()).then(|| Self {
            probabilities: probabilities.to_owned(),
            labels: labels.to_owned(),
            texts: pairs.len(),
            brier: squares.sum::<f64>() / pairs.len() as f64,
            auc: (pairs.iter().any(|p| p.1) && pairs.iter().any(|p| !p.1)).then(|| auc(&pairs)),
        })
    }
}

impl BothProbabilities {
    /// From pairs of opinions; `None` where no pair has both.
    pub(super) fn of<'a>(pairs: impl Iterator<Item = (&'a Opinion, &'a Opinion)>) -> Option<Self> {
        let pairs: Vec<(f64, f64)> = pairs.filter_map(|(a, b)| Some((a.p()?, b.p()?))).collect();
        let n = pairs.len() as f64;
        let mean = |of: fn(&(f64, f64)) -> f64| pairs.iter().map(of).sum::<f64>() / n;
        let (a, b) = (mean(|p| p.0), mean(|p| p.1));
        let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
        for (x, y) in &pairs {
            aa += (x - a) * (x - a);
            bb += (y - b) * (y - b);
            ab += (x - a) * (y - b);
        }
        // The mean of equal numbers may be rounded.
        let varies = |first: f64, of: fn(&(f64, f64)) -> f64| pairs.iter().any(|p| of(p) != first);
        let first = pairs.first()?;
        let vary = varies(first.0, |p| p.0) && varies(first.1, |p| p.1) && aa * bb > 0.0;
        Some(Self {
            texts: pairs.len(),
            pearson: vary.then(|| (ab / (aa.sqrt() * bb.sqrt())).clamp(-1.0, 1.0)),
            squared_difference: mean(|(a, b)| (a - b).powi(2)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_against_labels() {
        let p = [0.9, 0.4, 0.4, 0.1].map(Opinion::probable);
        let labels = [Label::Junk, Label::Junk, Label::Mask, Label::Keep].map(Opinion::labelled);
        let found = AgainstLabels::of(["p", "l"], p.iter().zip(&labels)).unwrap();
        // Of four pairs three are in order and one is even; the squares are .01, .36, .16 and .01.
        assert_eq!((found.texts, found.auc), (4, Some(3.5 / 4.0)));
        assert!((found.brier - 0.54 / 4.0).abs() < 1e-12);
        let one_class = AgainstLabels::of(["p", "l"], p[2..].iter().zip(&labels[2..])).unwrap();
        assert_eq!(one_class.auc, None);
        assert_eq!(AgainstLabels::of(["l", "p"], labels.iter().zip(&p)), None);
    }

    #[test]
    fn probabilities_against_each_other() {
        let both = |a: &[f64], b: &[f64]| {
            let of = |p: &[f64]| p.iter().copied().map(Opinion::probable).collect::<Vec<_>>();
            BothProbabilities::of(of(a).iter().zip(&of(b)))
        };
        let found = both(&[0.1, 0.2, 0.3], &[0.2, 0.4, 0.3]).unwrap();
        // Deviations -.1 0 .1 and -.1 .1 0: .01 / √(.02 · .02).
        assert!((found.pearson.unwrap() - 0.5).abs() < 1e-12, "{found:?}");
        assert!((found.squared_difference - 0.05 / 3.0).abs() < 1e-12, "{found:?}");
        assert_eq!(both(&[0.1, 0.1, 0.1], &[0.2, 0.4, 0.3]).unwrap().pearson, None);
        assert_eq!(both(&[], &[]), None);
    }
}

//! Probabilities out of scores (Platt 1999; targets smoothed as in Lin, Lin and Weng 2007).

use serde::{Deserialize, Serialize};

use super::solver::sigmoid;

/// Turns a logit into a calibrated one: `slope * logit + offset`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calibration {
    pub(crate) slope: f64,
    pub(crate) offset: f64,
}

impl Calibration {
    pub(crate) const NONE: Self = Self { slope: 1.0, offset: 0.0 };

    /// Fits to held-back logits with their targets (0 to 1) and weights. Keeps the logits as they are when
    /// there is but one class, or when they say nothing about it.
    pub(crate) fn fit(held_back: &[(f64, f64, f64)]) -> Self {
        let junk: f64 = held_back.iter().map(|(_, t, w)| t * w).sum();
        let prose: f64 = held_back.iter().map(|(_, t, w)| (1.0 - t) * w).sum();
        if junk < 1.0 || prose < 1.0 {
            return Self::NONE;
        }
        let (high, low) = ((junk + 1.0) / (junk + 2.0), 1.0 / (prose + 2.0));
        let target = |t: f64| low + t * (high - low);
        let loss = |slope: f64, offset: f64| -> f64 {
            held_back
                .iter()
                .map(|(logit, t, weight)| {
                    let x = slope * logit + offset;
                    weight * (x.max(0.0) + (-x.abs()).exp().ln_1p() - target(*t) * x)
                })
                .sum()
        };
        let (mut slope, mut offset) = (1.0, 0.0);
        let mut value = loss(slope, offset);
        for _ in 0..100 {
            let (mut g, mut h) = ([0.0; 2], [[1e-9, 0.0], [0.0, 1e-9]]);
            for (logit, t, weight) in held_back {
                let p = sigmoid(slope * logit + offset);
                let error = weight * (p - target(*t));
                let curve = weight * p * (1.0 - p);
                g = [g[0] + error * logit, g[1] + error];
                h[0][0] += curve * logit * logit;
                h[0][1] += curve * logit;
                h[1][1] += curve;
            }
            let det = h[0][0] * h[1][1] - h[0][1] * h[0][1];
            if det.abs() < 1e-12 {
                break;
            }
            let step = [(h[1][1] * g[0] - h[0][1] * g[1]) / det, (h[0][0] * g[1] - h[0][1] * g[0]) / det];
            // Where the logits are too sure the curve is flat and a whole step leads far beyond the valley.
            let mut part = 1.0;
            let better = loop {
                let next = (slope - part * step[0], offset - part * step[1]);
                let loss = loss(next.0, next.1);
                if loss < value {
                    break Some((next, loss));
                }
                part /= 2.0;
                if part < 1e-10 {
                    break None;
                }
            };
            let Some((next, loss)) = better else { break };
            let gain = value - loss;
            ((slope, offset), value) = (next, loss);
            if gain <= 1e-12 * value.abs() {
                break;
            }
        }
        if slope > 0.0 && slope.is_finite() && offset.is_finite() {
            Self { slope, offset }
        } else {
            Self::NONE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn too_sure_logits_are_drawn_in() {
        // Nine of ten are right, but the logits claim more.
        let held_back: Vec<_> = (0..200)
            .map(|i| {
                (if i % 2 == 0 { 6.0 } else { -6.0 }, f64::from(u8::from((i % 2 == 0) != (i % 20 < 2))), 1.0)
            })
            .collect();
        let fitted = Calibration::fit(&held_back);
        assert!((sigmoid(fitted.slope * 6.0 + fitted.offset) - 0.9).abs() < 0.02, "{fitted:?}");
    }

    #[test]
    fn one_class_is_left_alone() {
        assert_eq!(Calibration::fit(&[(1.0, 1.0, 1.0), (2.0, 1.0, 5.0)]), Calibration::NONE);
        assert_eq!(Calibration::fit(&[]), Calibration::NONE);
    }
}

//! From features to a score.

use super::features::{COUNT, Features};

/// Weight of each feature in the logistic score, in the order of [`Features::NAMES`].
///
/// Fitted by `scripts/fit_junk.py` (penalty 6, with the priors given there) to one reading of 250 real
/// HPLT v2 documents, 51 of them junk. Fitted on either half and judged on the other, the score held
/// against 0.5 has a macro-F1 of about 0.84 (junk against keep and mixed).
const WEIGHTS: [f32; COUNT] = [1.199, -5.155, -2.039, -3.873, 0.000, 0.641, 0.558, 0.712, 3.527, 0.000, 3.267, 0.184, 25.637, 5.208, 8.000, 4.988, 4.150, 2.589, 4.084, 3.766, 4.792, -31.186];
/// The score's constant.
const BIAS: f32 = -0.419;
/// Means of the features over the fitted documents: what a feature adds is measured from there.
const MEANS: [f32; COUNT] = [0.0680, 0.0510, 0.7637, 0.3221, 0.0438, 0.0728, 0.2403, 0.0778, 0.0031, 0.0115, 0.0313, 0.0630, 0.0293, 0.0239, 0.0000, 0.0261, 0.0774, 0.1309, 0.0081, 0.0089, 0.0063, 0.0299];

/// What a reason is called when a feature weighs most.
const KINDS: [&str; COUNT] = [
    "list", "boilerplate", "not_prose", "not_prose", "numbers", "foreign", "list", "symbols", "spacing", "spacing", "fragments",
    "repetition", "keywords", "spam", "spam", "piracy", "shop", "machine_translation", "keywords", "keywords", "keywords", "not_prose",
];

/// The score, 0 to 1, and the kind of the feature that adds most to it.
pub(super) fn score(features: &Features) -> (f32, &'static str) {
    let mut sum = BIAS;
    let mut most = (f32::MIN, "not_prose");
    for i in 0..COUNT {
        sum += WEIGHTS[i] * features.values[i];
        let adds = WEIGHTS[i] * (features.values[i] - MEANS[i]);
        if adds > most.0 {
            most = (adds, KINDS[i]);
        }
    }
    (1.0 / (1.0 + (-sum).exp()), most.1)
}

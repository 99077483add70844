//! From features to a score.

use super::features::{COUNT, Features};

/// Weight of each feature in the logistic score, in the order of [`Features::NAMES`].
///
/// Fitted by `scripts/fit_junk.py` (penalty 6, with the priors given there) to one reading of 248 real
/// HPLT v2 documents, 51 of them junk. Fitted on either half and judged on the other, the score held
/// against 0.5 has a macro-F1 of about 0.85 (junk against keep and mixed). Furniture (`other_cut`) speaks
/// for a document: it surrounds articles. Documents with nothing else fall by `min_letters_left`.
const WEIGHTS: [f32; COUNT] = [
    1.244, -5.211, -2.306, -3.402, 0.000, 0.000, 0.381, 0.515, 1.797, 0.000, 3.286, 0.000, 25.311, 12.182,
    8.000, 4.897, 4.078, 2.449, 5.053, 3.764, 4.665, -26.471, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
];
/// The score's constant.
const BIAS: f32 = -0.203;
/// Means of the features over the fitted documents: what a feature adds is measured from there.
const MEANS: [f32; COUNT] = [
    0.0668, 0.0454, 0.7637, 0.3221, 0.0438, 0.0728, 0.2403, 0.0778, 0.0031, 0.0115, 0.0313, 0.0630, 0.0291,
    0.0044, 0.0000, 0.0261, 0.0774, 0.1309, 0.0081, 0.0089, 0.0063, 0.0299, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
    0.0,
];

/// What a reason is called when a feature weighs most.
const KINDS: [&str; COUNT] = [
    "list",
    "boilerplate",
    "not_prose",
    "not_prose",
    "numbers",
    "foreign",
    "list",
    "symbols",
    "spacing",
    "spacing",
    "fragments",
    "repetition",
    "keywords",
    "spam",
    "spam",
    "downloads",
    "commerce",
    "machine_translation",
    "keywords",
    "keywords",
    "keywords",
    "not_prose",
    "not_prose",
    "not_prose",
    "commerce",
    "boilerplate",
    "insults",
    "list",
    "keywords",
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

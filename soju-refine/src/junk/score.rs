//! From features to a score.

use super::features::{COUNT, Features};

/// Weight of each feature in the logistic score, in the order of [`Features::NAMES`].
///
/// Fitted by `scripts/fit_junk.py` (penalty 12, with the priors given there) to one reading of 248 real
/// HPLT v2 documents, 51 of them junk. Fitted on either half and judged on the other, the score held
/// against 0.5 has a macro-F1 of about 0.85 (junk against keep and mixed). Furniture (`other_cut`) speaks
/// for a document: it surrounds articles. Documents with nothing else fall by `min_letters_left`.
const WEIGHTS: [f32; COUNT] = [
    0.358, -4.246, -1.667, -2.057, 0.000, 0.000, 0.383, 0.182, 1.000, 0.000, 2.666, 0.000, 19.821, 10.504,
    8.000, 4.239, 3.039, 5.634, 5.273, 3.818, 4.066, -18.630, 1.939, 1.062, 1.662, 0.509, 8.000, 1.515,
    4.000,
];
/// The score's constant.
const BIAS: f32 = -2.431;
/// Means of the features over the fitted documents: what a feature adds is measured from there.
const MEANS: [f32; COUNT] = [
    0.0668, 0.0595, 0.7637, 0.3292, 0.0438, 0.0728, 0.2403, 0.0778, 0.0000, 0.0134, 0.0313, 0.0583, 0.0301,
    0.0045, 0.0000, 0.0280, 0.0967, 0.0400, 0.0081, 0.0089, 0.0065, 0.0306, 0.2901, 0.1322, 0.1400, 0.1738,
    0.0025, 0.0380, 0.0000,
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

/// What each feature adds to the score's logit, against a document that is average in it.
pub(super) fn added(features: &Features) -> [f32; COUNT] {
    std::array::from_fn(|i| WEIGHTS[i] * (features.values[i] - MEANS[i]))
}

/// The score, 0 to 1, and the kind of the feature that adds most to it.
pub(super) fn score(features: &Features) -> (f32, &'static str) {
    let mut sum = BIAS;
    for (weight, value) in WEIGHTS.iter().zip(features.values) {
        sum += weight * value;
    }
    let mut most = (f32::MIN, "not_prose");
    for (adds, kind) in added(features).into_iter().zip(KINDS) {
        if adds > most.0 {
            most = (adds, kind);
        }
    }
    (1.0 / (1.0 + (-sum).exp()), most.1)
}

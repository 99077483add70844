//! From features to a score.

use super::features::{COUNT, Features};

/// Weight of each feature in the logistic score, in the order of [`Features::NAMES`].
///
/// Fitted by `scripts/fit_junk.py` (penalty 12, with the priors given there) to 668 real HPLT v2 documents, 146 of
/// them junk: one reading of 248, and a language model's of 420 (`models/data/hplt-v2-kor-labels.tsv`). Fitted on
/// nine tenths and judged on the tenth, the score held against 0.5 has a macro-F1 of about 0.85 (junk against keep
/// and mixed). Furniture (`other_cut`) speaks for a document: it surrounds articles. Documents with nothing else
/// fall by `min_letters_left`.
const WEIGHTS: [f32; COUNT] = [
    0.000, -3.250, -1.736, -4.086, 0.000, 1.019, 0.000, 0.000, 4.000, 0.000, 1.918, 0.000, 11.732, 19.245,
    8.000, 4.463, 2.257, 1.943, 5.130, 4.084, 16.000, -8.586, 1.934, 0.140, 0.601, 0.787, 8.000, 1.368,
    7.937, 5.136, 4.518,
];
/// The score's constant.
const BIAS: f32 = -1.646;
/// Means of the features over the fitted documents: what a feature adds is measured from there.
const MEANS: [f32; COUNT] = [
    0.0577, 0.0464, 0.7641, 0.3292, 0.0458, 0.0803, 0.2275, 0.0723, 0.0018, 0.0080, 0.0335, 0.0632, 0.0299,
    0.0051, 0.0000, 0.0349, 0.0847, 0.0369, 0.0107, 0.0107, 0.0038, 0.0303, 0.2837, 0.1283, 0.1525, 0.1545,
    0.0046, 0.0417, 0.0040, 0.0419, 0.0536,
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
    "repetition",
    "machine_translation",
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

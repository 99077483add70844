//! From features to a score.

use super::features::{COUNT, Features};

/// Weight of each feature in the logistic score, in the order of [`Features::NAMES`].
const WEIGHTS: [f32; COUNT] = [0.0; COUNT];
/// The score's constant.
const BIAS: f32 = 0.0;
/// Means of the features over the fitted documents: what a feature adds is measured from there.
const MEANS: [f32; COUNT] = [0.0; COUNT];

/// What a reason is called when a feature weighs most.
const KINDS: [&str; COUNT] = [
    "boilerplate", "list", "boilerplate", "not_prose", "not_prose", "not_prose", "numbers", "foreign", "list", "symbols", "spacing",
    "fragments", "repetition", "repetition", "keywords", "gambling", "adult", "loan", "piracy", "shop", "machine_translation", "keywords",
    "keywords", "keywords", "not_prose", "short",
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

//! From a line's features to a score.

use super::features::{COUNT, LineFeatures};

/// Weights of the logistic score, in the order of [`LineFeatures::NAMES`].
const WEIGHTS: [f32; COUNT] = [
    4.0, 1.2, -1.2, -1.0, -0.6, -0.4, -1.2, -0.6, -2.0, -1.0, -2.5, -0.5, 1.0, 1.0, 1.5, 3.0, 1.0, 1.5, 1.5,
    2.0, 1.0, 2.5, 2.5, 1.5, 2.0, 2.5, 1.0, 1.0, 2.0, 2.5, 4.5, 2.5, 3.0, 3.0, 3.0, 3.0, 2.5, 1.5, 2.5, 4.5,
    4.0, 1.5, 2.0, 3.0, 3.0, 2.0, -4.0,
];
/// The score's constant.
const BIAS: f32 = 0.6;

/// What a line is called when a feature weighs most. Empty: the feature names no kind.
const KINDS: [&str; COUNT] = [
    "nav",
    "nav",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    "listing",
    "fragment",
    "gibberish",
    "emoticon",
    "ad",
    "template",
    "nav",
    "ad",
    "listing",
    "contact",
    "contact",
    "ad",
    "byline",
    "copyright",
    "contact",
    "nav",
    "nav",
    "ad",
    "ad",
    "ad",
    "sponsored",
    "gambling",
    "adult",
    "loan",
    "downloads",
    "listing",
    "template",
    "profanity",
    "hate",
    "gibberish",
    "profanity",
    "keywords",
    "keywords",
    "machine_translation",
    "",
];

/// The score, 0 to 1, and the kind of the feature that adds most to it.
pub(super) fn score(features: &LineFeatures) -> (f32, &'static str) {
    let mut sum = BIAS;
    let mut most = (0.0, "fragment");
    for ((weight, value), kind) in WEIGHTS.iter().zip(features.values).zip(KINDS) {
        let adds = weight * value;
        sum += adds;
        if adds > most.0 && !kind.is_empty() {
            most = (adds, kind);
        }
    }
    (1.0 / (1.0 + (-sum).exp()), most.1)
}

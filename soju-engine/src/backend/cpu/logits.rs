//! From logits to tokens and log-probabilities.

use llama_cpp_2::sampling::LlamaSampler;

use crate::TokenId;
use crate::request::Sampling;

/// Logits that are looked at together: a vocabulary has hundreds of thousands, so vector instructions count.
const LANES: usize = 32;

/// The id with the highest logit; the lowest id among equals.
pub(super) fn argmax(logits: &[f32]) -> TokenId {
    let highest = highest(logits);
    let has_it = |chunk: &&[f32]| chunk.iter().fold(false, |found, logit| found | (*logit == highest));
    let mut before = 0;
    for chunk in logits.chunks(LANES) {
        if has_it(&chunk) {
            let place = chunk.iter().position(|logit| *logit == highest).unwrap_or(0);
            return (before + place) as TokenId;
        }
        before += chunk.len();
    }
    0
}

fn highest(logits: &[f32]) -> f32 {
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let (chunks, rest) = logits.as_chunks::<LANES>();
    for chunk in chunks {
        for (lane, logit) in lanes.iter_mut().zip(chunk) {
            // Not `f32::max`, whose care for NaN costs the vector instructions.
            *lane = if *logit > *lane { *logit } else { *lane };
        }
    }
    lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max)
}

/// The logarithm of the sum of exponentials: subtract it from a logit to get a natural log-probability.
pub(super) fn log_normalizer(logits: &[f32]) -> f32 {
    let highest = highest(logits);
    // Blocks keep the sum exact enough in f32 and let the compiler use vector instructions.
    let block = |logits: &[f32]| logits.iter().map(|logit| (logit - highest).exp()).sum::<f32>();
    let sum: f64 = logits.chunks(1024).map(|logits| f64::from(block(logits))).sum();
    highest + sum.ln() as f32
}

/// llama.cpp's sampler for these options. Temperature comes before top-p, as in TensorRT-LLM.
pub(super) fn sampler(sampling: &Sampling) -> LlamaSampler {
    let mut chain = Vec::new();
    if let Some(k) = sampling.top_k {
        chain.push(LlamaSampler::top_k(i32::try_from(k).unwrap_or(i32::MAX)));
    }
    chain.push(LlamaSampler::temp(sampling.temperature));
    if let Some(p) = sampling.top_p {
        chain.push(LlamaSampler::top_p(p, 1));
    }
    chain.push(LlamaSampler::dist(fold_seed(sampling.seed)));
    LlamaSampler::chain_simple(chain)
}

/// llama.cpp's seeds have 32 bits, and it takes the highest one for "choose at random".
fn fold_seed(seed: u64) -> u32 {
    let folded = (seed ^ (seed >> 32)) as u32;
    if folded == u32::MAX { folded - 1 } else { folded }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_of_equal_ids_wins() {
        assert_eq!(argmax(&[0.0, 3.0, 3.0, -1.0]), 1);
        assert_eq!(argmax(&[f32::NEG_INFINITY, -5.0]), 1);
        for place in [0, 1, 31, 32, 63, 64, 99] {
            let mut logits = vec![-1.0; 100];
            logits[place..].fill(2.5);
            assert_eq!(argmax(&logits), place as TokenId);
        }
    }

    #[test]
    fn probabilities_add_up_to_one() {
        let logits: Vec<f32> = (0..262_144).map(|i| ((i * 7919) % 1000) as f32 / 50.0 - 10.0).collect();
        let normalizer = log_normalizer(&logits);
        let sum: f64 = logits.iter().map(|logit| f64::from(logit - normalizer).exp()).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{sum}");
    }

    #[test]
    fn no_seed_means_random() {
        assert_ne!(fold_seed(u64::from(u32::MAX)), u32::MAX);
        assert_ne!(fold_seed(1), fold_seed(2));
        assert_ne!(fold_seed(1 << 32), fold_seed(0));
    }
}

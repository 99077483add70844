//! How tokens are chosen.

use crate::cross::mirror;

mirror! {
    /// `SamplingConfig`. The library checks ranges and throws at once.
    pub struct SamplingConfig <=> Sampling {
        /// Above 1: beam search.
        pub beam_width: Option<i32>,
        /// Choose among the k most probable; 0 for all, 1 for greedy.
        pub top_k: Option<i32>,
        /// Choose among the most probable that make up p, 0 to 1.
        pub top_p: Option<f32>,
        /// The least p when it decays.
        pub top_p_min: Option<f32>,
        /// The token that resets the decay of p.
        pub top_p_reset_ids: Option<i32>,
        /// The factor of p's decay.
        pub top_p_decay: Option<f32>,
        /// The seed; 0 if unset.
        pub seed: Option<u64>,
        /// Above 0.
        pub temperature: Option<f32>,
        /// The least number of tokens to generate.
        pub min_tokens: Option<i32>,
        /// How unlike beams shall be.
        pub beam_search_diversity_rate: Option<f32>,
        /// Above 1 discourages repetition.
        pub repetition_penalty: Option<f32>,
        /// Above 0 discourages tokens that occurred.
        pub presence_penalty: Option<f32>,
        /// Above 0 discourages tokens by how often they occurred.
        pub frequency_penalty: Option<f32>,
        /// How beam search weighs length.
        pub length_penalty: Option<f32>,
        /// When beam search ends: 0 not before it can't get better, 1 at `beam_width` ended beams.
        pub early_stopping: Option<i32>,
        /// The size of n-grams that must not repeat.
        pub no_repeat_ngram_size: Option<i32>,
        /// Sequences to return: independent ones, or the best beams.
        pub num_return_sequences: Option<i32>,
        /// The least probability, as a share of the largest.
        pub min_p: Option<f32>,
        /// Beam widths by step.
        pub beam_width_array: Option<Vec<i32>>,
    }
}

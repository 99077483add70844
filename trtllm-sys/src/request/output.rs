//! What results carry.

use crate::AdditionalModelOutput;
use crate::cross::mirror;

mirror! {
    /// `OutputConfig`.
    pub struct OutputConfig <=> Output {
        /// Log-probabilities of the tokens.
        pub return_log_probs: Option<bool>,
        /// Logits of the prompt, `[prompt, vocabulary]`.
        pub return_context_logits: Option<bool>,
        /// Logits of the output, `[beams, tokens, vocabulary]` without streaming.
        pub return_generation_logits: Option<bool>,
        /// Leave the prompt out of the tokens (without streaming it is in unless this is set).
        pub exclude_input_from_output: Option<bool>,
        /// Hidden states of the encoder, `[length, hidden]`.
        pub return_encoder_output: Option<bool>,
        /// Times and counts.
        pub return_perf_metrics: Option<bool>,
        /// Further outputs that the engine offers.
        pub additional_outputs: Option<Vec<AdditionalModelOutput>>,
    }
}

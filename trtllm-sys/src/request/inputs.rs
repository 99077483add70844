//! Inputs besides the prompt.

use std::fmt;

use crate::cross::mirror;
use crate::{GuideType, Tensor};

mirror! {
    /// `ExternalDraftTokensConfig`; logits go to [`RequestTensors::draft_logits`].
    pub struct ExternalDraftTokens <=> ExternalDraft {
        /// The draft.
        pub tokens: Vec<i32>,
        /// The least probability of an accepted token, above 0 and at most 1.
        pub acceptance_threshold: Option<f32>,
        /// Logits come straight from the draft model's executor.
        pub fast_logits: Option<bool>,
    }
}

mirror! {
    /// `MultimodalInput`: where the tokens of multimodal content are, with hashes for KV reuse.
    pub struct MultimodalInput <=> Multimodal {
        /// A hash for each item, as integers.
        pub hashes: Option<Vec<Vec<i32>>>,
        /// The first token of each item.
        pub positions: Vec<i32>,
        /// The number of tokens of each item.
        pub lengths: Vec<i32>,
    }
}

mirror! {
    /// `GuidedDecodingParams`.
    pub struct GuidedDecodingParams <=> Guide {
        /// The language of the text.
        pub kind: GuideType,
        /// The schema, expression, grammar or tag.
        pub text: Option<String>,
    }
}

/// Inputs that are tensors. Shapes are those of TensorRT-LLM's `executor.h`.
#[derive(Clone, Copy, Default)]
pub struct RequestTensors<'a> {
    /// Added to the logits, `[vocabulary]`.
    pub embedding_bias: Option<&'a Tensor>,
    /// Logits of the external draft, `[draft tokens, vocabulary]`.
    pub draft_logits: Option<&'a Tensor>,
    /// Prompt-tuning embeddings, `[virtual tokens, hidden]`, of the weights' type. PaliGemma-like engines take
    /// an image this way: its embeddings are the virtual tokens `vocabulary ..`.
    pub prompt_table: Option<&'a Tensor>,
    /// Embeddings of multimodal tokens, `[tokens, hidden]`.
    pub multimodal_embedding: Option<&'a Tensor>,
    /// Multimodal rotary positions, `[positions × rotary dimension]`, single precision.
    pub mrope_rotary_cos_sin: Option<&'a Tensor>,
    /// LoRA weights.
    pub lora_weights: Option<&'a Tensor>,
    /// What the LoRA weights are for.
    pub lora_config: Option<&'a Tensor>,
    /// Features for the encoder, such as a spectrogram.
    pub encoder_input_features: Option<&'a Tensor>,
    /// The mask of cross attention.
    pub cross_attention_mask: Option<&'a Tensor>,
    /// Whether cross attention blocks are skipped, one flag.
    pub skip_cross_attn_blocks: Option<&'a Tensor>,
}

impl<'a> RequestTensors<'a> {
    /// Those that are set, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &'a Tensor)> {
        [
            ("embedding_bias", self.embedding_bias),
            ("draft_logits", self.draft_logits),
            ("prompt_table", self.prompt_table),
            ("multimodal_embedding", self.multimodal_embedding),
            ("mrope_rotary_cos_sin", self.mrope_rotary_cos_sin),
            ("lora_weights", self.lora_weights),
            ("lora_config", self.lora_config),
            ("encoder_input_features", self.encoder_input_features),
            ("cross_attention_mask", self.cross_attention_mask),
            ("skip_cross_attn_blocks", self.skip_cross_attn_blocks),
        ]
        .into_iter()
        .filter_map(|(name, tensor)| Some((name, tensor?)))
    }
}

impl fmt::Debug for RequestTensors<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

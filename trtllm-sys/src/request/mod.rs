//! Requests.

mod disaggregated;
mod inputs;
mod output;
mod retention;
mod sampling;

pub use disaggregated::ContextPhaseParams;
pub use inputs::{ExternalDraftTokens, GuidedDecodingParams, MultimodalInput, RequestTensors};
pub use output::OutputConfig;
pub use retention::{KvCacheRetentionConfig, TokenRangeRetention};
pub use sampling::SamplingConfig;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::cross::mirror;
use crate::logits::LogitsProcessor;
use crate::{EagleConfig, Error, LookaheadDecodingConfig, RequestType};

mirror! {
    /// What a request asks for. Whatever is `None` keeps the library's own default.
    pub struct RequestOptions <=> RequestSpec {
        /// The most tokens to generate (per sequence).
        pub max_tokens: i32,
        /// Whether each step is answered, and not only the whole.
        pub streaming: Option<bool>,
        /// How tokens are chosen.
        pub sampling: Option<SamplingConfig>,
        /// What results carry.
        pub output: Option<OutputConfig>,
        /// The token that ends a sequence; -1 for none.
        pub end_id: Option<i32>,
        /// The token that fills.
        pub pad_id: Option<i32>,
        /// Positions of the prompt's tokens.
        pub position_ids: Option<Vec<i32>>,
        /// Token sequences that must not be generated.
        pub bad_words: Option<Vec<Vec<i32>>>,
        /// Token sequences that end a sequence.
        pub stop_words: Option<Vec<Vec<i32>>>,
        /// Draft tokens from outside.
        pub external_draft: Option<ExternalDraftTokens>,
        /// Extra ids of the prompt's tokens for KV reuse with a prompt table; needs
        /// [`RequestTensors::prompt_table`].
        pub prompt_table_extra_ids: Option<Vec<u64>>,
        /// Where multimodal content is in the prompt.
        pub multimodal: Option<MultimodalInput>,
        /// The shift of multimodal rotary positions; needs [`RequestTensors::mrope_rotary_cos_sin`].
        pub mrope_position_deltas: Option<i32>,
        /// The LoRA task. Its weights come with the first request of a task ([`RequestTensors::lora_weights`]).
        pub lora_task_id: Option<u64>,
        /// Lookahead decoding for this request.
        pub lookahead: Option<LookaheadDecodingConfig>,
        /// How long blocks of the KV cache are worth keeping.
        pub kv_retention: Option<KvCacheRetentionConfig>,
        /// The name of a logits post-processor of the executor;
        /// [`LogitsProcessors::BATCHED`](crate::LogitsProcessors::BATCHED) for the batched one.
        pub logits_processor_name: Option<String>,
        /// A number of the caller's own that responses carry.
        pub client_id: Option<u64>,
        /// With streaming: whether each response repeats all tokens so far.
        pub return_all_generated_tokens: Option<bool>,
        /// 0 (last) to 1 (first).
        pub priority: Option<f32>,
        /// Which part of a disaggregated generation this is.
        pub request_type: Option<RequestType>,
        /// What the context phase left.
        pub context_phase: Option<ContextPhaseParams>,
        /// The length of the encoder's output where it differs from its input's.
        pub encoder_output_length: Option<i32>,
        /// EAGLE for this request.
        pub eagle: Option<EagleConfig>,
        /// Guided decoding.
        pub guide: Option<GuidedDecodingParams>,
        /// The language adapter.
        pub language_adapter_uid: Option<i32>,
        /// The time after which the request ends as timed out; checked between forward passes.
        pub allotted_time_ms: Option<Duration>,
        /// Blocks of the KV cache are shared only between requests with the same salt.
        pub cache_salt_id: Option<u64>,
    }
}

/// A request: a prompt, options, tensors.
///
/// It borrows what it can: the prompt is copied once, into the vector that the C++ request itself keeps, and
/// tensors are handed on by reference count.
///
/// # Examples
///
/// ```
/// use trtllm_sys::{Request, SamplingConfig};
///
/// let prompt = [2, 4521, 96];
/// let mut request = Request::new(&prompt[..], 64);
/// request.options.streaming = Some(true);
/// request.options.sampling = Some(SamplingConfig { top_k: Some(40), seed: Some(7), ..Default::default() });
/// ```
#[derive(Clone, Default)]
pub struct Request<'a> {
    /// The prompt.
    pub input_tokens: Cow<'a, [i32]>,
    /// The encoder's input, for encoder-decoder and encoder-only models.
    pub encoder_input_tokens: Option<Cow<'a, [i32]>>,
    /// What is asked for.
    pub options: RequestOptions,
    /// Inputs that are tensors.
    pub tensors: RequestTensors<'a>,
    /// A logits post-processor of this request's own.
    pub logits_processor: Option<Arc<dyn LogitsProcessor>>,
}

impl<'a> Request<'a> {
    /// A request for at most `max_tokens` tokens after `input_tokens`.
    pub fn new(input_tokens: impl Into<Cow<'a, [i32]>>, max_tokens: i32) -> Self {
        let options = RequestOptions { max_tokens, ..RequestOptions::default() };
        Self { input_tokens: input_tokens.into(), options, ..Self::default() }
    }

    /// The request as the C++ class reports it through its getters: what the library took, its defaults included.
    ///
    /// # Errors
    ///
    /// As [`Executor::enqueue`](crate::Executor::enqueue), but for what only an executor can know.
    pub fn effective(&self) -> Result<EffectiveRequest, Error> {
        self.check()?;
        crate::native::effective_request(self)
    }

    /// Refuses a part that would be lost because the part that carries it is missing.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let (options, tensors) = (&self.options, &self.tensors);
        let alone = |part, needs| Err(Error::Incomplete { part, needs });
        if options.mrope_position_deltas.is_some() && tensors.mrope_rotary_cos_sin.is_none() {
            return alone("options.mrope_position_deltas", "tensors.mrope_rotary_cos_sin");
        }
        if options.prompt_table_extra_ids.is_some() && tensors.prompt_table.is_none() {
            return alone("options.prompt_table_extra_ids", "tensors.prompt_table");
        }
        if tensors.draft_logits.is_some() && options.external_draft.is_none() {
            return alone("tensors.draft_logits", "options.external_draft");
        }
        if (tensors.lora_weights.is_some() || tensors.lora_config.is_some()) && options.lora_task_id.is_none()
        {
            return alone("tensors.lora_weights or tensors.lora_config", "options.lora_task_id");
        }
        Ok(())
    }
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("input_tokens", &self.input_tokens)
            .field("encoder_input_tokens", &self.encoder_input_tokens)
            .field("options", &self.options)
            .field("tensors", &self.tensors)
            .field("logits_processor", &self.logits_processor.is_some())
            .finish()
    }
}

/// A request as the C++ class reports it.
#[derive(Debug)]
pub struct EffectiveRequest {
    /// The prompt.
    pub input_tokens: Vec<i32>,
    /// The encoder's input.
    pub encoder_input_tokens: Option<Vec<i32>>,
    /// The options, the library's defaults included.
    pub options: RequestOptions,
    /// The tensors, by the names of the fields of [`RequestTensors`].
    pub tensors: Vec<(&'static str, crate::Tensor)>,
    /// Whether it has a logits post-processor of its own.
    pub has_logits_processor: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_without_its_carrier_is_refused() {
        let mut request = Request::new(vec![1], 1);
        assert!(request.check().is_ok());
        request.options.mrope_position_deltas = Some(3);
        assert_eq!(
            request.check().unwrap_err().to_string(),
            "options.mrope_position_deltas would be lost: it goes with tensors.mrope_rotary_cos_sin, which is not set"
        );
        request.options =
            RequestOptions { prompt_table_extra_ids: Some(vec![1]), ..RequestOptions::default() };
        assert!(matches!(request.check(), Err(Error::Incomplete { needs: "tensors.prompt_table", .. })));
    }
}

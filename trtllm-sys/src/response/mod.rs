//! Responses.
//!
//! One wait may bring steps of many requests. They cross the bridge as one flat batch, [`Responses`], and are
//! looked at through views that borrow from it: no allocation for each response, and tensors without a copy.

mod metrics;
mod view;

pub use metrics::{RequestPerfMetrics, SteadyTime};
pub use view::{AdditionalOutput, Beam, FastLogits, GenerationResult, Response};

use crate::{ContextPhaseParams, Tensor};

/// The responses that a wait brought, in the order in which the executor gave them.
#[derive(Debug, Default)]
pub struct Responses {
    pub(crate) heads: Vec<Head>,
    pub(crate) tokens: Vec<i32>,
    pub(crate) token_offsets: Vec<u32>,
    pub(crate) finish_reasons: Vec<i32>,
    pub(crate) cum_log_probs: Vec<f32>,
    pub(crate) log_probs: Vec<f32>,
    pub(crate) log_prob_offsets: Vec<u32>,
    pub(crate) errors: Vec<String>,
    pub(crate) perf: Vec<RequestPerfMetrics>,
    pub(crate) context_phases: Vec<ContextPhaseParams>,
    pub(crate) tensors: Vec<HeldTensor>,
}

/// A response: where its parts are in the batch.
#[derive(Clone, Debug, Default)]
pub(crate) struct Head {
    pub(crate) request_id: u64,
    pub(crate) client_id: Option<u64>,
    pub(crate) error: Option<usize>,
    pub(crate) is_final: bool,
    pub(crate) is_sequence_final: bool,
    pub(crate) sequence_index: i32,
    pub(crate) decoding_iter: i32,
    pub(crate) avg_decoded_tokens_per_iter: f32,
    pub(crate) first_beam: usize,
    pub(crate) beams: usize,
    pub(crate) has_cum_log_probs: bool,
    pub(crate) has_log_probs: bool,
    pub(crate) fast_logits: Option<FastLogits>,
    pub(crate) perf: Option<usize>,
    pub(crate) context_phase: Option<usize>,
}

/// Which of a result's tensors one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TensorKind {
    ContextLogits,
    GenerationLogits,
    EncoderOutput,
    Additional,
}

impl TensorKind {
    /// The numbers of `shim/src/response.cpp`.
    #[cfg_attr(not(trtllm_native), allow(dead_code, reason = "only the bridge has numbers"))]
    pub(crate) fn from_raw(raw: u8) -> Self {
        match raw {
            0 => Self::ContextLogits,
            1 => Self::GenerationLogits,
            2 => Self::EncoderOutput,
            _ => Self::Additional,
        }
    }
}

#[derive(Debug)]
pub(crate) struct HeldTensor {
    pub(crate) response: usize,
    pub(crate) kind: TensorKind,
    pub(crate) name: String,
    pub(crate) tensor: Tensor,
}

impl Responses {
    /// The number of responses.
    #[must_use]
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none: the wait was over before anything came.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// The response at `index`.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Response<'_>> {
        (index < self.len()).then(|| Response::new(self, index))
    }

    /// Each response.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = Response<'_>> {
        (0..self.len()).map(|index| Response::new(self, index))
    }
}

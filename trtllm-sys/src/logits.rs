//! Logits post-processors: Rust code that sees, and may change, logits before a token is chosen.

use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;

use crate::tensor::{Element, check_type};
use crate::{DataType, Error, MemoryType, Tensor, native};

/// Changes the logits of one request.
///
/// It runs on the executor's own thread, between forward pass and sampling: whatever it does, every request of
/// the batch waits for. An error, or a panic, fails the step: TensorRT-LLM answers **all** active requests with an error.
pub trait LogitsProcessor: Send + Sync {
    /// Changes the logits of one step.
    ///
    /// # Errors
    ///
    /// Its text reaches the error of the requests.
    fn process(&self, step: &mut LogitsStep<'_>) -> Result<(), Box<dyn StdError + Send + Sync>>;
}

/// Changes the logits of all requests of a step that name [`LogitsProcessors::BATCHED`].
pub trait BatchedLogitsProcessor: Send + Sync {
    /// Changes the logits of one step.
    ///
    /// # Errors
    ///
    /// As [`LogitsProcessor::process`].
    fn process(&self, steps: &mut [LogitsStep<'_>]) -> Result<(), Box<dyn StdError + Send + Sync>>;
}

/// The logits post-processors of an executor (`LogitsPostProcessorConfig`).
#[derive(Clone, Default)]
pub struct LogitsProcessors {
    /// By the name that requests use.
    pub named: Vec<(String, Arc<dyn LogitsProcessor>)>,
    /// The batched one.
    pub batched: Option<Arc<dyn BatchedLogitsProcessor>>,
    /// Whether all tensor-parallel ranks run them, or the first only.
    pub replicate: Option<bool>,
}

impl LogitsProcessors {
    /// The name of the batched one (`Request::kBatchedPostProcessorName`).
    pub const BATCHED: &'static str = "batched";

    #[cfg_attr(not(trtllm_native), allow(dead_code, reason = "only the bridge asks"))]
    pub(crate) fn is_empty(&self) -> bool {
        self.named.is_empty() && self.batched.is_none() && self.replicate.is_none()
    }
}

impl fmt::Debug for LogitsProcessors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogitsProcessors")
            .field("named", &self.named.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("batched", &self.batched.is_some())
            .field("replicate", &self.replicate)
            .finish()
    }
}

/// The logits of one request at one step.
pub struct LogitsStep<'a> {
    request_id: u64,
    client_id: Option<u64>,
    logits: Tensor,
    tokens: &'a [i32],
    offsets: &'a [u32],
    stream: &'a native::Stream,
}

impl<'a> LogitsStep<'a> {
    #[cfg_attr(not(trtllm_native), allow(dead_code, reason = "only the bridge makes one"))]
    pub(crate) fn new(
        request_id: u64,
        client_id: Option<u64>,
        logits: Tensor,
        tokens: &'a [i32],
        offsets: &'a [u32],
        stream: &'a native::Stream,
    ) -> Self {
        Self { request_id, client_id, logits, tokens, offsets, stream }
    }

    /// The request.
    #[must_use]
    pub fn request_id(&self) -> u64 {
        self.request_id
    }

    /// The caller's own number of the request.
    #[must_use]
    pub fn client_id(&self) -> Option<u64> {
        self.client_id
    }

    /// The tokens so far, prompt included, of each beam.
    pub fn beams(&self) -> impl ExactSizeIterator<Item = &'a [i32]> {
        let (tokens, offsets) = (self.tokens, self.offsets);
        offsets.windows(2).map(move |ends| tokens.get(ends[0] as usize..ends[1] as usize).unwrap_or_default())
    }

    /// The type of the logits.
    #[must_use]
    pub fn data_type(&self) -> DataType {
        self.logits.data_type()
    }

    /// Where the logits are: [`MemoryType::Gpu`] on a real engine.
    #[must_use]
    pub fn memory(&self) -> MemoryType {
        self.logits.memory()
    }

    /// The shape, such as `[1, beams, vocabulary]`.
    #[must_use]
    pub fn shape(&self) -> &[i64] {
        self.logits.shape()
    }

    /// A copy of the logits in host memory.
    ///
    /// The copy goes to pageable memory, so it is complete when the call returns (CUDA Runtime API, "API
    /// synchronization behavior").
    ///
    /// # Errors
    ///
    /// What the library throws.
    pub fn read(&self) -> Result<Tensor, Error> {
        Tensor::from_native(self.logits.native().to_cpu(Some(self.stream))?)
    }

    /// Puts other logits in their place, in stream order.
    ///
    /// # Errors
    ///
    /// What the library throws, as for another shape.
    pub fn write(&mut self, logits: &Tensor) -> Result<(), Error> {
        self.logits.native().set_from(logits.native(), Some(self.stream))
    }

    /// The logits in place, where they are in host memory.
    ///
    /// # Errors
    ///
    /// [`Error::NotOnHost`] on a GPU: use [`read`](Self::read) and [`write`](Self::write).
    pub fn as_mut_slice<T: Element>(&mut self) -> Result<&mut [T], Error> {
        if self.logits.memory() != MemoryType::Cpu {
            return Err(Error::NotOnHost(self.logits.memory()));
        }
        check_type::<T>(self.logits.data_type())?;
        self.logits.native_mut().elements_mut()
    }
}

impl fmt::Debug for LogitsStep<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LogitsStep")
            .field("request_id", &self.request_id)
            .field("client_id", &self.client_id)
            .field("logits", &self.logits)
            .finish_non_exhaustive()
    }
}

//! Streams of tokens: `futures_core::Stream` for async code, `Iterator` for threads, no runtime of our own.

mod chunk;
pub(crate) mod slot;
mod sync;
pub(crate) mod text;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use futures_core::Stream;

use crate::EngineError;
use crate::backend::RequestId;
use crate::engine::Lifetime;
pub use chunk::{Completion, FinishReason, TokenChunk};
use slot::{Merge, Slot};

pub(crate) type StreamSlot = Slot<TokenChunk, EngineError>;

impl Merge for TokenChunk {
    fn merge(&mut self, later: Self) {
        self.append(later);
    }
}

/// The tokens of one request as they come.
///
/// Read it as an `Iterator` (blocks) or as a `futures_core::Stream` (does not). Exactly one item is the last:
/// a chunk with a [`finish_reason`](TokenChunk::finish_reason), or an `Err`; then the stream is over. Chunks
/// that are not read in time are merged into one: a slow reader holds up nobody and loses nothing.
///
/// The stream keeps its engine alive. Dropping it cancels the request.
///
/// # Cancel safety
/// Dropping a future that waits for the next item loses no token.
///
/// # Panics
/// None of the methods panics.
///
/// # Examples
/// In async code, where `next` could be that of an `Iterator` or that of `StreamExt`, say which:
/// ```
/// use futures_util::StreamExt;
/// use soju_engine::{EngineError, TokenStream};
///
/// async fn text(mut stream: TokenStream) -> Result<String, EngineError> {
///     let mut text = String::new();
///     while let Some(chunk) = StreamExt::next(&mut stream).await {
///         text += &chunk?.text;
///     }
///     Ok(text)
/// }
/// ```
/// In a thread:
#[cfg_attr(feature = "cpu", doc = "```no_run")]
#[cfg_attr(not(feature = "cpu"), doc = "```ignore")]
/// use soju_engine::{Engine, GenerationRequest};
/// let engine = Engine::cpu("gemma-3-270m-q4_k_m.gguf")?;
/// for chunk in engine.submit(GenerationRequest::builder("소주는").build()?)? {
///     print!("{}", chunk?.text);
/// }
/// # Ok::<(), soju_engine::EngineError>(())
/// ```
#[must_use = "dropping a stream cancels its request"]
pub struct TokenStream {
    id: RequestId,
    slot: Arc<StreamSlot>,
    engine: Arc<Lifetime>,
    done: bool,
}

impl TokenStream {
    pub(crate) fn new(id: RequestId, slot: Arc<StreamSlot>, engine: Arc<Lifetime>) -> Self {
        Self { id, slot, engine, done: false }
    }

    /// Waits for the next item, but no longer than `timeout`. `Ok(None)` means that the stream is over.
    ///
    /// # Errors
    /// [`WaitTimeout`] when the time passed first; the request goes on and a later call may succeed.
    pub fn next_timeout(
        &mut self,
        timeout: Duration,
    ) -> Result<Option<Result<TokenChunk, EngineError>>, WaitTimeout> {
        if self.done {
            return Ok(None);
        }
        match self.slot.wait(Instant::now().checked_add(timeout)) {
            Poll::Ready(item) => Ok(self.note(item)),
            Poll::Pending => Err(WaitTimeout),
        }
    }

    /// Asks the backend to end the request. The stream then ends with [`FinishReason::Cancelled`], unless it
    /// had ended already. Does not wait.
    pub fn cancel(&self) {
        if !self.done {
            self.engine.cancel(self.id);
        }
    }

    /// Reads to the end (blocks).
    ///
    /// # Errors
    /// The error that ended the stream.
    pub fn collect(mut self) -> Result<Completion, EngineError> {
        let mut all = TokenChunk::default();
        for chunk in &mut self {
            all.append(chunk?);
        }
        Ok(Completion {
            text: all.text,
            tokens: all.tokens,
            log_probs: all.log_probs,
            finish_reason: all.finish_reason.unwrap_or(FinishReason::Error),
        })
    }

    fn note(
        &mut self,
        item: Option<Result<TokenChunk, EngineError>>,
    ) -> Option<Result<TokenChunk, EngineError>> {
        self.done = match &item {
            Some(Ok(chunk)) => chunk.finish_reason.is_some(),
            Some(Err(_)) | None => true,
        };
        item
    }
}

/// The time of [`TokenStream::next_timeout`] or [`AnswerHandle::wait_timeout`](crate::AnswerHandle::wait_timeout)
/// passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing came in time")]
pub struct WaitTimeout;

impl Iterator for TokenStream {
    type Item = Result<TokenChunk, EngineError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        match self.slot.wait(None) {
            Poll::Ready(item) => self.note(item),
            Poll::Pending => None,
        }
    }
}

impl std::iter::FusedIterator for TokenStream {}

impl Stream for TokenStream {
    type Item = Result<TokenChunk, EngineError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.done {
            return Poll::Ready(None);
        }
        self.slot.poll(context).map(|item| self.note(item))
    }
}

impl Drop for TokenStream {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl std::fmt::Debug for TokenStream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenStream").field("id", &self.id).field("done", &self.done).finish_non_exhaustive()
    }
}

//! The answer to a request that has just one (a score, an embedding), once it is there.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::Lifetime;
use crate::EngineError;
use crate::backend::RequestId;
use crate::request::{Embedding, Score};
use crate::stream::WaitTimeout;
use crate::stream::slot::{Merge, Slot};

pub(super) type AnswerSlot<T> = Slot<Only<T>, EngineError>;

/// A value that comes once, so that there is never anything to merge with.
pub(super) struct Only<T>(pub(super) T);

impl<T> Merge for Only<T> {
    fn merge(&mut self, later: Self) {
        *self = later;
    }
}

/// A score request in flight: [`Engine::submit_score`](crate::Engine::submit_score).
pub type ScoreHandle = AnswerHandle<Score>;

/// An embedding request in flight: [`Engine::submit_embed`](crate::Engine::submit_embed).
pub type EmbedHandle = AnswerHandle<Embedding>;

/// A request with one answer in flight. Wait for it (blocks), or await it on any runtime; dropping it cancels
/// the request. It keeps its engine alive.
///
/// # Cancel safety
/// `&mut handle` may be awaited and the waiting given up at any time; a later wait finds the answer.
///
/// # Panics
/// None of the methods panics.
#[must_use = "dropping a handle cancels its request"]
pub struct AnswerHandle<T> {
    id: RequestId,
    slot: Arc<AnswerSlot<T>>,
    engine: Arc<Lifetime>,
    done: bool,
}

impl<T> AnswerHandle<T> {
    pub(super) fn new(id: RequestId, slot: Arc<AnswerSlot<T>>, engine: Arc<Lifetime>) -> Self {
        Self { id, slot, engine, done: false }
    }

    /// Whether [`wait`](Self::wait) would return at once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.slot.is_ready()
    }

    /// Waits for the answer (blocks).
    ///
    /// # Errors
    /// Why there is none.
    pub fn wait(mut self) -> Result<T, EngineError> {
        match self.slot.wait(None) {
            Poll::Ready(item) => self.note(item),
            Poll::Pending => Err(EngineError::Cancelled),
        }
    }

    /// Waits for the answer (blocks), but no longer than `timeout`. Give the handle up after an answer: there
    /// is one.
    ///
    /// # Errors
    /// [`WaitTimeout`] when the time passed first; the request goes on and a later call may succeed.
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<Result<T, EngineError>, WaitTimeout> {
        match self.slot.wait(Instant::now().checked_add(timeout)) {
            Poll::Ready(item) => Ok(self.note(item)),
            Poll::Pending => Err(WaitTimeout),
        }
    }

    /// Asks the backend to end the request; the answer is then [`EngineError::Cancelled`] unless it was there
    /// already. Does not wait.
    pub fn cancel(&self) {
        if !self.done {
            self.engine.cancel(self.id);
        }
    }

    fn note(&mut self, item: Option<Result<Only<T>, EngineError>>) -> Result<T, EngineError> {
        self.done = true;
        item.map_or(Err(EngineError::Cancelled), |answer| answer.map(|Only(answer)| answer))
    }
}

impl<T> Future for AnswerHandle<T> {
    type Output = Result<T, EngineError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.slot.poll(context).map(|item| self.note(item))
    }
}

impl<T> Drop for AnswerHandle<T> {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl<T> std::fmt::Debug for AnswerHandle<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AnswerHandle").field("id", &self.id).field("done", &self.done).finish_non_exhaustive()
    }
}

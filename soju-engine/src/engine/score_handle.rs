//! The answer to a score request, once it is there.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use super::Lifetime;
use crate::EngineError;
use crate::backend::RequestId;
use crate::request::Score;
use crate::stream::WaitTimeout;
use crate::stream::slot::{Merge, Slot};

pub(super) type ScoreSlot = Slot<Score, EngineError>;

impl Merge for Score {
    /// A request is answered once, so there is never anything to merge with.
    fn merge(&mut self, later: Self) {
        *self = later;
    }
}

/// A score request in flight. Wait for it, or await it; dropping it cancels the request.
#[must_use = "dropping a handle cancels its request"]
pub struct ScoreHandle {
    id: RequestId,
    slot: Arc<ScoreSlot>,
    engine: Arc<Lifetime>,
    done: bool,
}

impl ScoreHandle {
    pub(super) fn new(id: RequestId, slot: Arc<ScoreSlot>, engine: Arc<Lifetime>) -> Self {
        Self { id, slot, engine, done: false }
    }

    /// Whether [`ScoreHandle::wait`] would return at once.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.slot.is_ready()
    }

    /// Waits for the answer (blocks).
    ///
    /// # Errors
    /// Why there is none.
    pub fn wait(mut self) -> Result<Score, EngineError> {
        match self.slot.wait(None) {
            Poll::Ready(item) => self.note(item),
            Poll::Pending => Err(EngineError::Cancelled),
        }
    }

    /// Waits for the answer, but no longer than `timeout`. Give the handle up after an answer: there is one.
    ///
    /// # Errors
    /// [`WaitTimeout`] when the time passed first; the request goes on and a later call may succeed.
    pub fn wait_timeout(&mut self, timeout: Duration) -> Result<Result<Score, EngineError>, WaitTimeout> {
        match self.slot.wait(Instant::now().checked_add(timeout)) {
            Poll::Ready(item) => Ok(self.note(item)),
            Poll::Pending => Err(WaitTimeout),
        }
    }

    /// Asks the backend to end the request; the answer is then [`EngineError::Cancelled`] unless it was there
    /// already.
    pub fn cancel(&self) {
        if !self.done {
            self.engine.cancel(self.id);
        }
    }

    fn note(&mut self, item: Option<Result<Score, EngineError>>) -> Result<Score, EngineError> {
        self.done = true;
        item.unwrap_or(Err(EngineError::Cancelled))
    }
}

impl Future for ScoreHandle {
    type Output = Result<Score, EngineError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.slot.poll(context).map(|item| self.note(item))
    }
}

impl Drop for ScoreHandle {
    fn drop(&mut self) {
        self.cancel();
    }
}

impl std::fmt::Debug for ScoreHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScoreHandle").field("id", &self.id).field("done", &self.done).finish_non_exhaustive()
    }
}

//! What the engine's handles and its response thread have in common.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{JoinHandle, ThreadId};
use std::time::Duration;

use super::answer::AnswerSlot;
use super::latency::Latency;
use crate::backend::{BackendRequest, RequestId};
use crate::request::{Embedding, Score};
use crate::stats::{BackendInfo, EngineStats};
use crate::stream::StreamSlot;
use crate::stream::text::TextAssembler;
use crate::{Backend, BackendError, EngineError, Tokenizer};

/// How long a waiting submitter sleeps when the backend is full although the engine is not: other users of
/// the backend may free room without telling the engine.
const RETRY: Duration = Duration::from_millis(20);

pub(crate) struct Shared {
    pub(super) backend: Box<dyn Backend>,
    pub(super) tokenizer: Tokenizer,
    pub(super) info: BackendInfo,
    pub(super) latency: Latency,
    capacity: usize,
    state: Mutex<State>,
    room: Condvar,
}

pub(super) struct State {
    /// Requests that a reader may still wait for. The response thread takes an entry out while it works on it.
    pub(super) open: HashMap<RequestId, Open>,
    pub(super) in_flight: usize,
    submitted: u64,
    health: Health,
}

enum Health {
    Running,
    ShutDown,
    Failed(String),
}

/// Where the responses of a request go.
pub(super) enum Open {
    Stream {
        slot: Arc<StreamSlot>,
        text: TextAssembler,
    },
    Score(Arc<AnswerSlot<Score>>),
    Embed(Arc<AnswerSlot<Embedding>>),
    /// The stream has ended (a stop string) and the backend does not know yet.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wait {
    ForRoom,
    Never,
}

impl Shared {
    pub(super) fn new(backend: Box<dyn Backend>, tokenizer: Tokenizer, capacity: usize) -> Self {
        let info = backend.info();
        let state = State { open: HashMap::new(), in_flight: 0, submitted: 0, health: Health::Running };
        let latency = Latency::new();
        Self { backend, tokenizer, info, latency, capacity, state: Mutex::new(state), room: Condvar::new() }
    }

    pub(super) fn submit(
        &self,
        request: BackendRequest,
        open: Open,
        wait: Wait,
    ) -> Result<RequestId, EngineError> {
        self.lock().check()?;
        self.backend.prepare(&request)?;
        let mut state = self.lock();
        loop {
            state.check()?;
            let full = if state.in_flight >= self.capacity {
                BackendError::Full { capacity: self.capacity }
            } else {
                // The lock is held, so that the response thread finds the entry however fast the answer is.
                match self.backend.enqueue(request.clone()) {
                    Ok(id) => {
                        self.latency.taken(id);
                        state.open.insert(id, open);
                        state.in_flight += 1;
                        state.submitted += 1;
                        return Ok(id);
                    }
                    Err(full @ BackendError::Full { .. }) => full,
                    Err(error) => return Err(error.into()),
                }
            };
            if wait == Wait::Never {
                return Err(full.into());
            }
            state = self.room.wait_timeout(state, RETRY).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    pub(super) fn stats(&self) -> EngineStats {
        let backend = self.backend.stats();
        let mut stats = EngineStats { backend, ..EngineStats::default() };
        self.latency.fill(&mut stats);
        let state = self.lock();
        stats.in_flight = state.in_flight;
        stats.submitted = state.submitted;
        stats.healthy = matches!(state.health, Health::Running);
        stats
    }

    /// Takes out what is left of a request, for good if this is its final response.
    pub(super) fn take(&self, id: RequestId, is_final: bool) -> Option<Open> {
        let mut state = self.lock();
        let open = state.open.remove(&id)?;
        if is_final {
            state.in_flight -= 1;
            drop(state);
            self.room.notify_all();
        }
        Some(open)
    }

    pub(super) fn put_back(&self, id: RequestId, open: Open) {
        self.lock().open.insert(id, open);
    }

    /// The backend answers no more. Returns the requests that are left and what their readers are told.
    pub(super) fn end(&self, error: BackendError) -> (Vec<Open>, EngineError) {
        let mut state = self.lock();
        if let (Health::Running, BackendError::Failed(reason)) = (&state.health, &error) {
            state.health = Health::Failed(reason.clone());
        }
        let told = state.check().err().unwrap_or(EngineError::ShutDown);
        if matches!(state.health, Health::Running) {
            state.health = Health::ShutDown;
        }
        state.in_flight = 0;
        self.latency.ended();
        let left = state.open.drain().map(|(_, open)| open).collect();
        drop(state);
        self.room.notify_all();
        (left, told)
    }

    /// No more requests.
    fn close(&self) {
        let mut state = self.lock();
        if matches!(state.health, Health::Running) {
            state.health = Health::ShutDown;
        }
        drop(state);
        self.room.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Tells the reader that nothing more comes.
    pub(super) fn fail(&self, error: EngineError) {
        match self {
            Self::Stream { slot, .. } => slot.fail(error),
            Self::Score(slot) => slot.fail(error),
            Self::Embed(slot) => slot.fail(error),
            Self::Ended => {}
        }
    }
}

impl State {
    fn check(&self) -> Result<(), EngineError> {
        match &self.health {
            Health::Running => Ok(()),
            Health::ShutDown => Err(EngineError::ShutDown),
            Health::Failed(reason) => Err(EngineError::Unhealthy { reason: reason.clone() }),
        }
    }
}

/// Held by every engine, stream and answer handle; the last one dropped ends the engine.
pub(crate) struct Lifetime {
    shared: Arc<Shared>,
    reader_thread: ThreadId,
    reader: Mutex<Option<JoinHandle<()>>>,
}

impl Lifetime {
    pub(super) fn new(shared: Arc<Shared>, reader: JoinHandle<()>) -> Self {
        Self { shared, reader_thread: reader.thread().id(), reader: Mutex::new(Some(reader)) }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.shared
    }

    pub(crate) fn cancel(&self, id: RequestId) {
        self.shared.backend.cancel(id);
    }

    pub(super) fn shutdown(&self) {
        self.shared.close();
        self.shared.backend.shutdown();
        // A waker may drop the last stream on the response thread itself, which can't wait for itself.
        if std::thread::current().id() == self.reader_thread {
            return;
        }
        // Held while waiting: whoever else shuts down at the same time waits for the end as well.
        let mut reader = self.reader.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(reader) = reader.take() {
            // It catches its panics and tells the streams.
            let _ = reader.join();
        }
    }
}

impl Drop for Lifetime {
    fn drop(&mut self) {
        self.shutdown();
    }
}

//! The executor.

use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, TryLockError};
use std::time::Duration;

use crate::{
    DebugTensor, Error, ExecutorConfig, IterationStats, KvCacheEvent, LogitsProcessors, Model, Request,
    RequestStatsPerIteration, Responses, native,
};

/// `tensorrt_llm::executor::Executor`: takes requests, runs the model, gives responses.
///
/// # Threads
///
/// It can be shared between threads. Enqueueing is serialized here, since the C++ class counts request ids
/// without a lock; so is shutdown. Responses have **one** consumer at a time, which waits with a time-out: a
/// wait without one can't be woken, and a wait for an id that is unknown never ends. Neither can be asked for here.
///
/// # Requests that are forgotten
///
/// The executor keeps the ids of the requests that have had no final response. Dropping it cancels them, then
/// runs the C++ destructor, which waits until they have ended. Cancelling or waiting for any other id is
/// answered here: the C++ class would keep the id for ever.
///
/// # Examples
///
/// ```no_run
/// use std::time::Duration;
/// use trtllm_sys::{Executor, ExecutorConfig, LogitsProcessors, Model, Request};
///
/// # fn main() -> Result<(), trtllm_sys::Error> {
/// trtllm_sys::init_plugins()?;
/// let model = Model::folder("/engines/gemma");
/// let executor = Executor::new(&model, &ExecutorConfig::default(), &LogitsProcessors::default())?;
/// let prompt = [2, 4521, 96];
/// let id = executor.enqueue(&Request::new(&prompt[..], 16))?;
/// 'all: loop {
///     for response in executor.await_responses(Duration::from_millis(100))?.iter() {
///         match response.result() {
///             Ok(result) => println!("{:?}", result.beams().next().map(|beam| beam.tokens)),
///             Err(text) => eprintln!("request {id}: {text}"),
///         }
///         if response.is_final() {
///             break 'all;
///         }
///     }
/// }
/// # Ok(())
/// # }
/// ```
pub struct Executor {
    native: native::Executor,
    /// Held while a request is enqueued or the executor shut down.
    calls: Mutex<()>,
    /// The ids that have had no final response.
    live: Mutex<HashSet<u64>>,
    /// Held by the one that waits for responses.
    consumer: Mutex<()>,
    /// No new requests.
    closed: AtomicBool,
    /// Whether the C++ shutdown was called. Read-locked during every other call: the C++ class keeps that fact in a plain
    /// `bool` that all its functions look at (executorImpl.cpp, `mShutdownCalled`).
    ended: RwLock<bool>,
}

impl Executor {
    /// Loads the engine and starts the executor's threads.
    ///
    /// # Errors
    ///
    /// [`Error::NotLinked`] without a native library, [`Error::Drift`] if the library took another value than
    /// one asked for, [`Error::Native`] for whatever the constructor throws.
    pub fn new(
        model: &Model<'_>,
        config: &ExecutorConfig,
        logits_processors: &LogitsProcessors,
    ) -> Result<Self, Error> {
        config.check()?;
        Ok(Self {
            native: native::Executor::new(model, config, logits_processors)?,
            calls: Mutex::new(()),
            live: Mutex::new(HashSet::new()),
            consumer: Mutex::new(()),
            closed: AtomicBool::new(false),
            ended: RwLock::new(false),
        })
    }

    /// Hands a request in; its id is in the responses.
    ///
    /// The prompt is copied once. Some faults of a request are thrown here, others answered later: too long a
    /// prompt, an end id outside the vocabulary, an unknown LoRA task.
    ///
    /// # Errors
    ///
    /// [`Error::ShutDown`], [`Error::Incomplete`], and [`Error::Native`] for a value out of range, a full queue,
    /// an unknown logits post-processor, or a process that is not the leader.
    pub fn enqueue(&self, request: &Request<'_>) -> Result<u64, Error> {
        request.check()?;
        let _serial = self.open()?;
        // Taken before the call, so that a response can't be there before its id.
        let mut live = lock(&self.live);
        let id = self.running()?.enqueue(request)?;
        live.insert(id);
        Ok(id)
    }

    /// Hands several requests in, all or none.
    ///
    /// # Errors
    ///
    /// As [`enqueue`](Self::enqueue).
    pub fn enqueue_all(&self, requests: &[Request<'_>]) -> Result<Vec<u64>, Error> {
        for request in requests {
            request.check()?;
        }
        let _serial = self.open()?;
        let mut live = lock(&self.live);
        let ids = self.running()?.enqueue_all(requests)?;
        live.extend(&ids);
        Ok(ids)
    }

    /// The responses that are there, or come before the time is over; none then.
    ///
    /// # Errors
    ///
    /// [`Error::ConsumerBusy`] if another thread waits, and [`Error::Native`].
    pub fn await_responses(&self, timeout: Duration) -> Result<Responses, Error> {
        let _consumer = self.consume()?;
        let responses = self.running()?.await_any(millis(timeout))?;
        self.retire(&responses);
        Ok(responses)
    }

    /// The responses to these requests, in this order. It waits for at least one of each, until the time is over.
    ///
    /// # Errors
    ///
    /// [`Error::UnknownRequest`] for an id that is not [live](Self::is_live), [`Error::ConsumerBusy`], and
    /// [`Error::Native`].
    pub fn await_responses_of(&self, ids: &[u64], timeout: Duration) -> Result<Responses, Error> {
        let _consumer = self.consume()?;
        if let Some(unknown) = ids.iter().find(|id| !self.is_live(**id)) {
            return Err(Error::UnknownRequest(*unknown));
        }
        let responses = self.running()?.await_ids(ids, millis(timeout))?;
        self.retire(&responses);
        Ok(responses)
    }

    /// How many responses are ready, of one request or of all.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn responses_ready(&self, id: Option<u64>) -> Result<usize, Error> {
        let ready = self.running()?.responses_ready(id)?;
        Ok(usize::try_from(ready).unwrap_or(0))
    }

    /// Whether a request was enqueued here and has had no final response.
    #[must_use]
    pub fn is_live(&self, id: u64) -> bool {
        lock(&self.live).contains(&id)
    }

    /// Asks for the end of a request. Its final response comes all the same, with or without tokens.
    ///
    /// False, and nothing done, if the request is not live.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn cancel(&self, id: u64) -> Result<bool, Error> {
        if !self.is_live(id) {
            return Ok(false);
        }
        self.running()?.cancel(id)?;
        Ok(true)
    }

    /// Asks for the end of all live requests.
    ///
    /// # Errors
    ///
    /// [`Error::Native`], the first; the others are cancelled all the same.
    pub fn cancel_all(&self) -> Result<(), Error> {
        let ids: Vec<u64> = lock(&self.live).iter().copied().collect();
        let native = self.running()?;
        let mut outcome = Ok(());
        for id in ids {
            outcome = outcome.and(native.cancel(id));
        }
        outcome
    }

    /// Takes no more requests. Those that are live go on, and their responses can be read.
    pub fn close(&self) {
        self.closed.store(true, Ordering::SeqCst);
    }

    /// Ends the executor: takes no more requests and blocks until the live ones have ended. A second call does nothing.
    ///
    /// The C++ class gives no response once this was called, not even one that is ready. To lose none,
    /// [`close`](Self::close), then perhaps [`cancel_all`](Self::cancel_all), then read until no request is
    /// [live](Self::is_live), then shut down.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn shutdown(&self) -> Result<(), Error> {
        // Before the lock is taken: who wants to enqueue is told at once, not after the last request.
        self.close();
        let _serial = lock(&self.calls);
        // Waits for calls under way, all of which end: none waits without a time-out.
        if std::mem::replace(&mut *self.ended.write().unwrap_or_else(PoisonError::into_inner), true) {
            return Ok(());
        }
        self.native.shutdown()
    }

    /// Whether this process may enqueue: false on the followers of a distributed model.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn can_enqueue(&self) -> Result<bool, Error> {
        self.running()?.can_enqueue()
    }

    /// Whether this process takes part in the execution.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn is_participant(&self) -> Result<bool, Error> {
        self.running()?.is_participant()
    }

    /// The statistics of the iterations since the last call.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn iteration_stats(&self) -> Result<Vec<IterationStats>, Error> {
        self.running()?.iteration_stats()
    }

    /// The same as JSON, in the library's own words (`JsonSerialization`). It drains the same queue.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn iteration_stats_json(&self) -> Result<Vec<String>, Error> {
        self.running()?.iteration_stats_json()
    }

    /// The statistics of the requests in the iterations since the last call; empty unless
    /// [`request_stats_max_iterations`](ExecutorConfig::request_stats_max_iterations) is above 0.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn request_stats(&self) -> Result<Vec<RequestStatsPerIteration>, Error> {
        self.running()?.request_stats()
    }

    /// The same as JSON. It drains the same queue.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn request_stats_json(&self) -> Result<Vec<String>, Error> {
        self.running()?.request_stats_json()
    }

    /// The debug tensors of the iterations since the last call.
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn debug_tensors(&self) -> Result<Vec<DebugTensor>, Error> {
        self.running()?.debug_tensors()
    }

    /// The events of the KV cache that are there, or come before the time is over; `None` where events are off
    /// ([`event_buffer_max_size`](crate::KvCacheConfig::event_buffer_max_size)).
    ///
    /// # Errors
    ///
    /// [`Error::Native`].
    pub fn kv_events(&self, timeout: Duration) -> Result<Option<Vec<KvCacheEvent>>, Error> {
        self.running()?.kv_events(millis(timeout))
    }

    fn open(&self) -> Result<MutexGuard<'_, ()>, Error> {
        let refuse = || if self.closed.load(Ordering::SeqCst) { Err(Error::ShutDown) } else { Ok(()) };
        refuse()?;
        let serial = lock(&self.calls);
        refuse()?;
        Ok(serial)
    }

    /// The C++ executor, unless it was shut down; it won't be while this is held.
    fn running(&self) -> Result<Running<'_>, Error> {
        let ended = self.ended.read().unwrap_or_else(PoisonError::into_inner);
        if *ended { Err(Error::ShutDown) } else { Ok(Running { native: &self.native, _not_ended: ended }) }
    }

    fn consume(&self) -> Result<MutexGuard<'_, ()>, Error> {
        match self.consumer.try_lock() {
            Ok(guard) => Ok(guard),
            Err(TryLockError::Poisoned(poisoned)) => Ok(poisoned.into_inner()),
            Err(TryLockError::WouldBlock) => Err(Error::ConsumerBusy),
        }
    }

    fn retire(&self, responses: &Responses) {
        let mut done = responses.iter().filter(|response| response.is_final()).peekable();
        if done.peek().is_some() {
            let mut live = lock(&self.live);
            for response in done {
                live.remove(&response.request_id());
            }
        }
    }
}

struct Running<'a> {
    native: &'a native::Executor,
    _not_ended: RwLockReadGuard<'a, bool>,
}

impl Deref for Running<'_> {
    type Target = native::Executor;

    fn deref(&self) -> &native::Executor {
        self.native
    }
}

impl Drop for Executor {
    fn drop(&mut self) {
        // The C++ destructor waits for every request; without this, for those that nobody will read too.
        let ids = std::mem::take(self.live.get_mut().unwrap_or_else(PoisonError::into_inner));
        if *self.ended.get_mut().unwrap_or_else(PoisonError::into_inner) {
            return;
        }
        for id in ids {
            // Nobody is left to tell, and the destructor waits either way.
            let _ = self.native.cancel(id);
        }
    }
}

impl fmt::Debug for Executor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Executor").field("live", &lock(&self.live).len()).finish_non_exhaustive()
    }
}

/// No state is left half changed behind these locks, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Milliseconds, rounded up; a wait is never without an end.
fn millis(time: Duration) -> i64 {
    const LONGEST: u128 = 24 * 60 * 60 * 1000;
    i64::try_from(time.as_nanos().div_ceil(1_000_000).min(LONGEST)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_rounded_up_and_ends() {
        assert_eq!(millis(Duration::ZERO), 0);
        assert_eq!(millis(Duration::from_nanos(1)), 1);
        assert_eq!(millis(Duration::from_millis(20)), 20);
        assert_eq!(millis(Duration::MAX), 24 * 60 * 60 * 1000);
    }

    #[test]
    #[cfg(not(trtllm_native))]
    fn without_a_library_the_error_says_how_to_get_one() {
        let error =
            Executor::new(&Model::folder("engine"), &ExecutorConfig::default(), &LogitsProcessors::default())
                .unwrap_err();
        assert!(matches!(error, Error::NotLinked));
        assert!(error.to_string().contains("feature `link`"));
    }
}

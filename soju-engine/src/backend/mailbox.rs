//! The two queues between a backend's callers and its worker thread: requests in, responses out. Both are
//! bounded by the number of open requests.

use std::collections::{HashMap, HashSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{BackendRequest, BackendResponse, Event, Generated, RequestId};
use crate::BackendError;

/// Both queues.
#[derive(Debug)]
pub(crate) struct Mailbox {
    capacity: usize,
    inbox: Mutex<Inbox>,
    arrived: Condvar,
    outbox: Mutex<Outbox>,
    answered: Condvar,
}

#[derive(Debug, Default)]
struct Inbox {
    requests: VecDeque<Letter>,
    cancelled: Vec<RequestId>,
    /// Taken and not finally answered.
    open: HashSet<RequestId>,
    next_id: RequestId,
    closed: bool,
}

#[derive(Debug, Default)]
struct Outbox {
    responses: Vec<BackendResponse>,
    /// Where in `responses` a request's tokens wait, so that later ones are added to them.
    unread: HashMap<RequestId, usize>,
    /// Why nothing will be added any more.
    ended: Option<BackendError>,
}

/// A request with its id and the moment it was taken.
#[derive(Debug)]
pub(crate) struct Letter {
    pub(crate) id: RequestId,
    pub(crate) request: BackendRequest,
    pub(crate) taken: Instant,
}

/// What the worker has to do.
#[derive(Debug, Default)]
pub(crate) struct Delivery {
    pub(crate) requests: Vec<Letter>,
    pub(crate) cancelled: Vec<RequestId>,
    pub(crate) closed: bool,
}

impl Mailbox {
    pub(crate) fn new(capacity: usize) -> Self {
        Self {
            capacity,
            inbox: Mutex::default(),
            arrived: Condvar::new(),
            outbox: Mutex::default(),
            answered: Condvar::new(),
        }
    }

    /// A caller hands in a checked request.
    pub(crate) fn post(&self, request: BackendRequest) -> Result<RequestId, BackendError> {
        let mut inbox = lock(&self.inbox);
        if inbox.closed {
            return Err(lock(&self.outbox).ended.clone().unwrap_or(BackendError::ShutDown));
        }
        if inbox.open.len() >= self.capacity {
            return Err(BackendError::Full { capacity: self.capacity });
        }
        let id = inbox.next_id;
        inbox.next_id += 1;
        inbox.open.insert(id);
        inbox.requests.push_back(Letter { id, request, taken: Instant::now() });
        drop(inbox);
        self.arrived.notify_one();
        Ok(id)
    }

    pub(crate) fn cancel(&self, id: RequestId) {
        let mut inbox = lock(&self.inbox);
        if inbox.open.contains(&id) && !inbox.cancelled.contains(&id) {
            inbox.cancelled.push(id);
            self.arrived.notify_one();
        }
    }

    /// No more requests.
    pub(crate) fn close(&self) {
        lock(&self.inbox).closed = true;
        self.arrived.notify_all();
    }

    /// The worker takes all that has arrived; if `wait`, it first waits for something.
    pub(crate) fn collect(&self, wait: bool) -> Delivery {
        let mut inbox = lock(&self.inbox);
        while wait && !inbox.closed && inbox.requests.is_empty() && inbox.cancelled.is_empty() {
            inbox = self.arrived.wait(inbox).unwrap_or_else(PoisonError::into_inner);
        }
        Delivery {
            requests: inbox.requests.drain(..).collect(),
            cancelled: std::mem::take(&mut inbox.cancelled),
            closed: inbox.closed,
        }
    }

    /// The worker answers. Unread tokens of the same request are merged.
    pub(crate) fn answer(&self, id: RequestId, event: Event) {
        if event.is_final() {
            let mut inbox = lock(&self.inbox);
            inbox.open.remove(&id);
            inbox.cancelled.retain(|cancelled| *cancelled != id);
        }
        let mut outbox = lock(&self.outbox);
        match outbox.unread.get(&id).copied() {
            Some(place) => merge(&mut outbox.responses[place].event, event),
            None => {
                let place = outbox.responses.len();
                outbox.unread.insert(id, place);
                outbox.responses.push(BackendResponse { id, event });
            }
        }
        drop(outbox);
        self.answered.notify_one();
    }

    /// The life of a worker: until it ends, in an orderly way ([`BackendError::ShutDown`]), with an error or a
    /// panic. Its consumer is told in any case.
    pub(crate) fn serve(&self, worker: impl FnOnce() -> BackendError) {
        let ending = catch_unwind(AssertUnwindSafe(worker));
        self.end(ending.unwrap_or_else(|panic| BackendError::panicked("the worker", &*panic)));
    }

    fn end(&self, reason: BackendError) {
        lock(&self.inbox).closed = true;
        lock(&self.outbox).ended.get_or_insert(reason);
        self.answered.notify_all();
    }

    /// The consumer waits for responses.
    pub(crate) fn receive(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError> {
        let outbox = lock(&self.outbox);
        let nothing = |outbox: &mut Outbox| outbox.responses.is_empty() && outbox.ended.is_none();
        let waited = self.answered.wait_timeout_while(outbox, timeout, nothing);
        let (mut outbox, _) = waited.unwrap_or_else(PoisonError::into_inner);
        if outbox.responses.is_empty() {
            return outbox.ended.clone().map_or(Ok(Vec::new()), Err);
        }
        outbox.unread.clear();
        Ok(std::mem::take(&mut outbox.responses))
    }
}

/// Adds `new` to tokens that nobody has read yet.
fn merge(unread: &mut Event, new: Event) {
    let Event::Tokens(tokens) = unread else {
        debug_assert!(false, "nothing follows a final response");
        return;
    };
    let append = |mut tokens: Generated, more: Generated| {
        tokens.tokens.extend(more.tokens);
        tokens.log_probs.extend(more.log_probs);
        tokens
    };
    let tokens = std::mem::take(tokens);
    *unread = match new {
        Event::Tokens(more) => Event::Tokens(append(tokens, more)),
        Event::Finished(more, reason) => Event::Finished(append(tokens, more), reason),
        other => other,
    };
}

/// The data behind these locks is valid after each statement, so a panic elsewhere doesn't spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

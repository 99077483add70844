//! The place where the engine's thread leaves what a reader takes: one merged value and one end.

use std::task::{Context, Poll, Waker};
use std::time::Instant;

use super::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Values of which unread ones are merged.
pub(crate) trait Merge {
    /// Adds a later value.
    fn merge(&mut self, later: Self);
}

/// One writer, one reader. Holds at most one value and one end, whatever the reader's speed.
#[derive(Debug)]
pub(crate) struct Slot<T, E> {
    state: Mutex<State<T, E>>,
    changed: Condvar,
}

#[derive(Debug)]
struct State<T, E> {
    value: Option<T>,
    end: End<E>,
    waker: Option<Waker>,
}

#[derive(Debug)]
enum End<E> {
    /// More may come.
    Open,
    /// Nothing comes after `value`, but for this error.
    Closed(Option<E>),
}

impl<T: Merge, E> Slot<T, E> {
    pub(crate) fn new() -> Self {
        let state = State { value: None, end: End::Open, waker: None };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Leaves a value. Ignored after the end.
    pub(crate) fn put(&self, value: T) {
        self.update(|state| merge_into(&mut state.value, value));
    }

    /// Leaves the last value.
    pub(crate) fn close(&self, value: T) {
        self.update(|state| {
            merge_into(&mut state.value, value);
            state.end = End::Closed(None);
        });
    }

    /// Leaves an error as the last item.
    pub(crate) fn fail(&self, error: E) {
        self.update(|state| state.end = End::Closed(Some(error)));
    }

    fn update(&self, change: impl FnOnce(&mut State<T, E>)) {
        let mut state = self.lock();
        if matches!(state.end, End::Closed(_)) {
            return;
        }
        change(&mut state);
        let waker = state.waker.take();
        drop(state);
        self.changed.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// Takes what is there: `Ready(None)` is the end. `waker` is called when there is more.
    pub(crate) fn poll(&self, context: &Context<'_>) -> Poll<Option<Result<T, E>>> {
        let mut state = self.lock();
        let item = state.take();
        if item.is_pending() {
            state.waker = Some(context.waker().clone());
        }
        item
    }

    /// Waits for an item. `Pending` when the deadline passed first.
    pub(crate) fn wait(&self, deadline: Option<Instant>) -> Poll<Option<Result<T, E>>> {
        let mut state = self.lock();
        loop {
            let item = state.take();
            if item.is_ready() {
                return item;
            }
            state = match deadline {
                None => self.changed.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Poll::Pending;
                    }
                    self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// Whether [`Slot::wait`] would return at once.
    pub(crate) fn is_ready(&self) -> bool {
        let state = self.lock();
        state.value.is_some() || matches!(state.end, End::Closed(_))
    }

    fn lock(&self) -> MutexGuard<'_, State<T, E>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T, E> State<T, E> {
    fn take(&mut self) -> Poll<Option<Result<T, E>>> {
        if let Some(value) = self.value.take() {
            return Poll::Ready(Some(Ok(value)));
        }
        match &mut self.end {
            End::Open => Poll::Pending,
            End::Closed(error) => Poll::Ready(error.take().map(Err)),
        }
    }
}

fn merge_into<T: Merge>(place: &mut Option<T>, value: T) {
    match place {
        Some(unread) => unread.merge(value),
        None => *place = Some(value),
    }
}

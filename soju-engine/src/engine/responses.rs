//! The thread that carries responses from the backend to the streams.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::answer::{AnswerSlot, Only};
use super::shared::{Open, Shared};
use crate::backend::{BackendResponse, Event, Generated, RequestId};
use crate::stream::{FinishReason, TokenChunk};
use crate::{BackendError, EngineError, trace};

/// The longest wait for one response. Only the patience of a backend that never says it is shut down.
const WAIT: Duration = Duration::from_millis(500);

/// Runs until the backend ends. A panic of the backend ends the engine as its failure does: no reader is left
/// waiting.
pub(super) fn carry(shared: &Shared) {
    let carried = catch_unwind(AssertUnwindSafe(|| {
        loop {
            match shared.backend.await_responses(WAIT) {
                Ok(responses) => responses.into_iter().for_each(|response| deliver(shared, response)),
                Err(error) => break error,
            }
        }
    }));
    let error = carried.unwrap_or_else(|panic| BackendError::panicked("the response thread", &*panic));
    if let BackendError::Failed(reason) = &error {
        tracing::error!(reason, "the backend died");
    }
    let (left, told) = shared.end(error);
    for open in left {
        tell(|| open.fail(told.clone()));
    }
}

/// Leaves something in a slot. That runs the reader's waker, which is code of the reader's: its panic is no one
/// else's loss.
fn tell(leave: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(leave)).is_err() {
        tracing::error!("the waker of a stream panicked");
    }
}

/// What is left of a request, taken out of the engine's list to be worked on without a lock: a waker may run a
/// reader's code. It goes back even if that code panics.
struct Taken<'a> {
    shared: &'a Shared,
    id: RequestId,
    open: Open,
    is_final: bool,
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        if !self.is_final {
            self.shared.put_back(self.id, std::mem::replace(&mut self.open, Open::Ended));
        }
    }
}

fn deliver(shared: &Shared, response: BackendResponse) {
    let BackendResponse { id, event } = response;
    let is_final = event.is_final();
    let Some(open) = shared.take(id, is_final) else {
        tracing::error!(id, "a response for a request that is not open");
        return;
    };
    shared.latency.answered(id, &event);
    let mut taken = Taken { shared, id, open, is_final };
    match (&mut taken.open, event) {
        (Open::Ended, _) => {}
        (Open::Score(slot), Event::Scored(score)) => tell(|| slot.close(Only(score))),
        (Open::Score(slot), event) => refuse(slot, event),
        (Open::Embed(slot), Event::Embedded(embedding)) => tell(|| slot.close(Only(embedding))),
        (Open::Embed(slot), event) => refuse(slot, event),
        (Open::Stream { slot, text }, event) => {
            let (generated, reason) = match event {
                Event::Tokens(generated) => (generated, None),
                Event::Finished(generated, reason) => (generated, Some(reason)),
                Event::Failed(error) => return tell(|| slot.fail(error.into())),
                Event::Scored(_) | Event::Embedded(_) => return tell(|| slot.fail(mistaken())),
            };
            let Generated { tokens, log_probs } = generated;
            let bytes =
                trace::detokenize(id, tokens.len()).in_scope(|| shared.tokenizer.decode_bytes(&tokens));
            let mut progress = text.push(&bytes);
            if reason.is_some() && !progress.stopped {
                let last = text.finish();
                progress.text.push_str(&last.text);
                progress.stopped = last.stopped;
            }
            let finish_reason = if progress.stopped { Some(FinishReason::StopWords) } else { reason };
            let chunk = TokenChunk { tokens, text: progress.text, log_probs, finish_reason };
            tell(|| if finish_reason.is_some() { slot.close(chunk) } else { slot.put(chunk) });
            if progress.stopped && !is_final {
                taken.open = Open::Ended;
                shared.backend.cancel(id);
            }
        }
    }
}

/// An event that is no answer to a request with one answer.
fn refuse<T>(slot: &AnswerSlot<T>, event: Event) {
    let error = match event {
        Event::Tokens(_) => return,
        Event::Finished(_, FinishReason::TimedOut) => EngineError::TimedOut,
        Event::Finished(..) => EngineError::Cancelled,
        Event::Failed(error) => error.into(),
        Event::Scored(_) | Event::Embedded(_) => mistaken(),
    };
    tell(|| slot.fail(error));
}

fn mistaken() -> EngineError {
    EngineError::Backend(BackendError::Failed("it answered a request with something else".to_owned()))
}

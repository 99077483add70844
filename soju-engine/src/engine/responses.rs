//! The thread that carries responses from the backend to the streams.

use std::time::Duration;

use super::shared::{Open, Shared};
use crate::backend::{BackendResponse, Event, Generated};
use crate::stream::{FinishReason, TokenChunk};
use crate::{BackendError, EngineError, trace};

/// The longest wait for one response. Only the patience of a backend that never says it is shut down.
const WAIT: Duration = Duration::from_millis(500);

/// Runs until the backend ends.
pub(super) fn carry(shared: &Shared) {
    let error = loop {
        match shared.backend.await_responses(WAIT) {
            Ok(responses) => responses.into_iter().for_each(|response| deliver(shared, response)),
            Err(error) => break error,
        }
    };
    if let BackendError::Failed(reason) = &error {
        tracing::error!(reason, "the backend died");
    }
    let (left, told) = shared.end(error);
    for open in left {
        match open {
            Open::Stream { slot, .. } => slot.fail(told.clone()),
            Open::Score(slot) => slot.fail(told.clone()),
            Open::Ended => {}
        }
    }
}

/// No lock is held while a slot is filled: a waker may run a reader's code.
fn deliver(shared: &Shared, response: BackendResponse) {
    let BackendResponse { id, event } = response;
    let is_final = event.is_final();
    let Some(mut open) = shared.take(id, is_final) else {
        tracing::error!(id, "a response for a request that is not open");
        return;
    };
    shared.latency.answered(id, &event);
    let mut stopped = false;
    match &mut open {
        Open::Ended => {}
        Open::Score(slot) => match event {
            Event::Scored(score) => slot.close(score),
            Event::Finished(_, FinishReason::TimedOut) => slot.fail(EngineError::TimedOut),
            Event::Finished(..) => slot.fail(EngineError::Cancelled),
            Event::Failed(error) => slot.fail(error.into()),
            Event::Tokens(_) => {}
            Event::Embedded(_) => {
                let mistaken = "it answered a score with hidden states".to_owned();
                slot.fail(EngineError::Backend(BackendError::Failed(mistaken)));
            }
        },
        Open::Stream { slot, text } => {
            let (generated, reason) = match event {
                Event::Tokens(generated) => (generated, None),
                Event::Finished(generated, reason) => (generated, Some(reason)),
                Event::Failed(error) => return slot.fail(error.into()),
                Event::Scored(_) | Event::Embedded(_) => {
                    let mistaken = "it answered a generation with something else".to_owned();
                    return slot.fail(EngineError::Backend(BackendError::Failed(mistaken)));
                }
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
            stopped = progress.stopped;
            let finish_reason = if stopped { Some(FinishReason::StopWords) } else { reason };
            let chunk = TokenChunk { tokens, text: progress.text, log_probs, finish_reason };
            if finish_reason.is_some() { slot.close(chunk) } else { slot.put(chunk) }
        }
    }
    if is_final {
        return;
    }
    if stopped {
        open = Open::Ended;
        shared.backend.cancel(id);
    }
    shared.put_back(id, open);
}

//! The spans of open requests, and how long they waited for admission.

use std::collections::HashMap;
use std::time::Instant;

use tracing::field::Empty;
use tracing::{Level, Span};

use super::{DECODE, QUEUE, REQUEST, TARGET, TOKEN};
use crate::Histogram;
use crate::backend::{Event, RequestId, Task};
use crate::stream::FinishReason;

/// Kept by a backend's thread, which tells it what happens to requests. Dropping it closes all spans.
#[derive(Debug, Default)]
pub(crate) struct RequestWatch {
    open: HashMap<RequestId, Watched>,
    queue_wait: Histogram,
}

#[derive(Debug)]
struct Watched {
    taken: Instant,
    waits: bool,
    /// Only while somebody listens: made with the request, so that a request has all its spans or none.
    spans: Option<Box<Spans>>,
}

#[derive(Debug)]
struct Spans {
    // Fields are dropped in this order: the phase closes before the request.
    phase: Span,
    request: Span,
    last_token: Option<Instant>,
    outcome: &'static str,
}

impl RequestWatch {
    /// A request was taken out of the mailbox; it had come there at `taken`.
    pub(crate) fn opened(&mut self, id: RequestId, task: &Task, taken: Instant) {
        let listened = tracing::enabled!(target: TARGET, Level::DEBUG);
        let spans = listened.then(|| Box::new(Spans::new(id, task, taken)));
        self.open.insert(id, Watched { taken, waits: true, spans });
    }

    /// These requests left the queue: for the first time, or after a pause.
    #[cfg(any(feature = "cpu", feature = "testing"))]
    pub(crate) fn admitted(&mut self, ids: &[RequestId]) {
        for id in ids {
            let Some(watched) = self.open.get_mut(id) else { continue };
            if watched.waits {
                watched.waits = false;
                self.queue_wait.record(watched.taken.elapsed());
                watched.tell_wait();
            }
            if let Some(spans) = &mut watched.spans {
                spans.enter_phase(
                    |request| tracing::debug_span!(target: TARGET, parent: request, super::PREFILL),
                );
            }
        }
    }

    /// These requests lost their place in the cache.
    #[cfg(feature = "cpu")]
    pub(crate) fn paused(&mut self, ids: &[RequestId]) {
        for id in ids {
            if let Some(spans) = self.open.get_mut(id).and_then(|watched| watched.spans.as_deref_mut()) {
                spans.enter_phase(
                    |request| tracing::debug_span!(target: TARGET, parent: request, super::PAUSED),
                );
            }
        }
    }

    /// A request got tokens.
    pub(crate) fn token(&mut self, id: RequestId) {
        let Some(watched) = self.open.get_mut(&id) else { return };
        if watched.waits {
            // The backend did not say when it was admitted.
            watched.waits = false;
            watched.tell_wait();
        }
        let Some(spans) = &mut watched.spans else { return };
        let now = Instant::now();
        let gap_us = spans.last_token.replace(now).map(|last| (now - last).as_micros() as u64);
        tracing::event!(name: TOKEN, target: TARGET, parent: &spans.phase, Level::TRACE, gap_us);
        if spans.phase.metadata().is_some_and(|phase| phase.name() != DECODE) {
            spans.enter_phase(|request| tracing::debug_span!(target: TARGET, parent: request, DECODE));
        }
    }

    /// A request ended with this event.
    pub(crate) fn ended(&mut self, id: RequestId, event: &Event) {
        let Some(mut watched) = self.open.remove(&id) else { return };
        if watched.waits {
            watched.tell_wait();
        }
        if let Some(spans) = &mut watched.spans {
            spans.outcome = outcome(event);
        }
    }

    /// How long a request waited, from a backend that says so only afterwards.
    #[cfg(feature = "trtllm")]
    pub(crate) fn waited(&mut self, wait: std::time::Duration) {
        self.queue_wait.record(wait);
    }

    /// From the moment the backend took it to the admission, of all requests that were admitted.
    pub(crate) fn queue_wait(&self) -> Histogram {
        self.queue_wait
    }
}

impl Watched {
    fn tell_wait(&self) {
        if let Some(spans) = &self.spans {
            spans.phase.record("waited_us", self.taken.elapsed().as_micros() as u64);
        }
    }
}

impl Spans {
    fn new(id: RequestId, task: &Task, taken: Instant) -> Self {
        let (kind, prompt_tokens) = match task {
            Task::Generate(task) => ("generate", task.prompt.len()),
            Task::Score(request) => ("score", request.prompt.len()),
            Task::Embed(request) => ("embed", request.tokens.len()),
        };
        let age_us = taken.elapsed().as_micros() as u64;
        let request = tracing::debug_span!(
            target: TARGET, parent: None, REQUEST, id, kind, prompt_tokens, age_us, outcome = Empty
        );
        let phase = tracing::debug_span!(target: TARGET, parent: &request, QUEUE, waited_us = Empty);
        Self { phase, request, last_token: None, outcome: "lost" }
    }

    /// Closes the phase before the next one opens.
    fn enter_phase(&mut self, open: impl FnOnce(&Span) -> Span) {
        self.phase = Span::none();
        self.phase = open(&self.request);
    }
}

impl Drop for Spans {
    fn drop(&mut self) {
        self.request.record("outcome", self.outcome);
    }
}

fn outcome(event: &Event) -> &'static str {
    match event {
        Event::Tokens(_) | Event::Failed(_) => "failed",
        Event::Scored(_) => "scored",
        Event::Embedded(_) => "embedded",
        Event::Finished(_, reason) => match reason {
            FinishReason::EndId => "end_id",
            FinishReason::StopWords => "stop_words",
            FinishReason::Length => "length",
            FinishReason::TimedOut => "timed_out",
            FinishReason::Cancelled => "cancelled",
            FinishReason::Error => "failed",
        },
    }
}

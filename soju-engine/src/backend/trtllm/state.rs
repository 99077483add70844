//! The open requests: which of the executor's ids belong to which of ours, and what they were answered so far.

use std::collections::HashMap;
use std::time::Instant;

use trtllm_sys::{FinishReason as Native, GenerationResult, IterationStats, Response, Responses, SteadyTime};

use super::score::log_probs;
use crate::backend::{BackendResponse, Event, Generated, RequestId, Task};
use crate::stats::BackendStats;
use crate::trace::RequestWatch;
use crate::{BackendError, FinishReason, Score, TokenId};

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) closed: bool,
    next_id: RequestId,
    /// The executor's id → ours and the part of it. An entry stays until the executor's final response.
    routes: HashMap<u64, Route>,
    requests: HashMap<RequestId, Open>,
    counted: BackendStats,
    /// The executor does not say when it admits a request, so this is told of the first token and of the end.
    watch: RequestWatch,
}

#[derive(Debug, Clone, Copy)]
struct Route {
    request: RequestId,
    part: usize,
}

#[derive(Debug)]
enum Open {
    Generation { native: u64, end_ids: Vec<TokenId>, log_probs: bool, delivered: usize },
    Score { natives: Vec<u64>, continuations: Vec<Vec<TokenId>>, scores: Vec<Option<Vec<f32>>> },
}

impl State {
    pub(super) fn open(&self) -> usize {
        self.requests.len()
    }

    /// Whether the executor owes nothing.
    pub(super) fn settled(&self) -> bool {
        self.routes.is_empty()
    }

    pub(super) fn add(&mut self, task: Task, natives: &[u64]) -> RequestId {
        let request = self.next_id;
        self.next_id += 1;
        self.watch.opened(request, &task, Instant::now());
        for (part, native) in natives.iter().enumerate() {
            self.routes.insert(*native, Route { request, part });
        }
        let open = match task {
            Task::Generate(task) => {
                self.counted.prompt_tokens += task.prompt.len() as u64;
                Open::Generation {
                    native: natives[0],
                    end_ids: task.end_ids,
                    log_probs: task.log_probs,
                    delivered: 0,
                }
            }
            Task::Embed(_) => return request,
            Task::Score(score) => {
                let tokens = |more: &Vec<TokenId>| (score.prompt.len() + more.len()) as u64;
                self.counted.prompt_tokens += score.continuations.iter().map(tokens).sum::<u64>();
                let scores = vec![None; score.continuations.len()];
                Open::Score { natives: natives.to_vec(), continuations: score.continuations, scores }
            }
        };
        self.requests.insert(request, open);
        request
    }

    /// The executor's ids of an open request.
    pub(super) fn natives(&self, id: RequestId) -> Vec<u64> {
        match self.requests.get(&id) {
            Some(Open::Generation { native, .. }) => vec![*native],
            Some(Open::Score { natives, .. }) => natives.clone(),
            None => Vec::new(),
        }
    }

    /// What the responses mean for our requests, and the executor's ids that nobody needs any more.
    pub(super) fn take(&mut self, responses: &Responses) -> (Vec<BackendResponse>, Vec<u64>) {
        let mut events = Vec::with_capacity(responses.len());
        let mut abandoned = Vec::new();
        for response in responses.iter() {
            let native = response.request_id();
            let route = if response.is_final() {
                self.routes.remove(&native)
            } else {
                self.routes.get(&native).copied()
            };
            let Some(Route { request, part }) = route else {
                tracing::error!(native, "a response for a request that is not open");
                continue;
            };
            // A score whose other part failed has had its final response.
            let Some(open) = self.requests.get_mut(&request) else { continue };
            let Some(event) = event(open, part, response) else { continue };
            if response.is_final()
                && let Ok(result) = response.result()
                && let Some(metrics) = result.perf_metrics()
            {
                self.counted.prefix_hits += u64::from(metrics.reused_blocks > 0);
                // It is at the clock's beginning if the request ended before it was admitted.
                if metrics.first_scheduled_ns > SteadyTime::default() {
                    self.watch.waited(metrics.first_scheduled_ns.since(metrics.arrival_ns));
                }
            }
            if let Event::Tokens(generated) | Event::Finished(generated, _) = &event
                && !generated.tokens.is_empty()
            {
                self.counted.generated_tokens += generated.tokens.len() as u64;
                self.watch.token(request);
            }
            if event.is_final() {
                self.watch.ended(request, &event);
            }
            if event.is_final()
                && let Some(Open::Score { natives, .. }) = self.requests.remove(&request)
            {
                abandoned.extend(natives.into_iter().filter(|native| self.routes.contains_key(native)));
            }
            events.push(BackendResponse { id: request, event });
        }
        (events, abandoned)
    }

    /// Takes notice of iterations.
    pub(super) fn observe(&mut self, iterations: &[IterationStats]) {
        self.counted.steps += iterations.len() as u64;
        for iteration in iterations {
            if let Some(batch) = &iteration.inflight_batching {
                // The executor names those that were paused in this very iteration.
                self.counted.pauses += u64::try_from(batch.num_paused_requests).unwrap_or(0);
            }
            if let Some(drafts) = &iteration.speculative {
                self.counted.draft_tokens += u64::try_from(drafts.num_draft_tokens).unwrap_or(0);
                self.counted.accepted_draft_tokens += u64::try_from(drafts.num_accepted_tokens).unwrap_or(0);
            }
        }
        let Some(last) = iterations.last() else { return };
        let count = |value: i32| usize::try_from(value).unwrap_or(0);
        self.counted.active = count(last.num_active_requests);
        self.counted.queued = count(last.num_queued_requests);
        self.counted.paused =
            last.inflight_batching.as_ref().map_or(0, |batch| count(batch.num_paused_requests));
        if let Some(cache) = &last.kv_cache {
            self.counted.kv_tokens_used = count(cache.used_num_blocks) * count(cache.tokens_per_block);
            self.counted.kv_tokens_total = count(cache.max_num_blocks) * count(cache.tokens_per_block);
            self.counted.kv_block_tokens = count(cache.tokens_per_block);
            let reused = count(cache.reused_blocks) * count(cache.tokens_per_block);
            // The executor counts blocks since its start.
            self.counted.prefix_reused_tokens = self.counted.prefix_reused_tokens.max(reused as u64);
        }
    }

    pub(super) fn stats(&self) -> BackendStats {
        // The executor tells of its last iteration; between iterations these are ours to say.
        let idle = self.requests.is_empty();
        let now = |count| if idle { 0 } else { count };
        BackendStats {
            active: now(self.counted.active),
            queued: now(self.counted.queued),
            paused: now(self.counted.paused),
            queue_wait: self.watch.queue_wait(),
            ..self.counted
        }
    }
}

/// What a response means; `None` if nothing yet.
fn event(open: &mut Open, part: usize, response: Response<'_>) -> Option<Event> {
    let result = match response.result() {
        Ok(result) => result,
        Err(text) => return Some(Event::Failed(BackendError::Failed(text.to_owned()))),
    };
    match open {
        Open::Generation { end_ids, log_probs, delivered, .. } => {
            Some(generated(result, end_ids, *log_probs, delivered))
        }
        Open::Score { continuations, scores, .. } => {
            let beam = result.beams().next();
            let reason = beam.as_ref().map_or(Native::NotFinished, |beam| beam.finish_reason);
            if matches!(reason, Native::Cancelled | Native::TimedOut) {
                return Some(Event::Finished(Generated::default(), finish(reason, false)));
            }
            if !result.is_final() {
                return None;
            }
            let scored = match result.context_logits() {
                Some(logits) => log_probs(logits, &continuations[part]),
                // As with a generation: a final response may come without any beam.
                None if beam.is_none() => {
                    return Some(Event::Finished(Generated::default(), FinishReason::Cancelled));
                }
                None => Err("the executor gave no logits of the prompt".to_owned()),
            };
            match scored {
                Ok(values) => scores[part] = Some(values),
                Err(text) => return Some(Event::Failed(BackendError::Failed(text))),
            }
            let all: Option<Vec<Vec<f32>>> = scores.iter().cloned().collect();
            all.map(|log_probs| Event::Scored(Score { log_probs }))
        }
    }
}

fn generated(
    result: GenerationResult<'_>,
    end_ids: &[TokenId],
    log_probs: bool,
    delivered: &mut usize,
) -> Event {
    let Some(beam) = result.beams().next() else {
        // A final response may come without any beam.
        return if result.is_final() {
            Event::Finished(Generated::default(), FinishReason::Cancelled)
        } else {
            Event::Tokens(Generated::default())
        };
    };
    let mut tokens = beam.tokens.to_vec();
    // They cover the whole sequence so far; the new ones are the last.
    let mut values = match beam.log_probs {
        Some(all) if log_probs => all.get(*delivered..).unwrap_or_default().to_vec(),
        _ => Vec::new(),
    };
    *delivered += tokens.len();
    let ended = tokens.last().is_some_and(|token| end_ids.contains(token));
    if result.is_final() && ended {
        tokens.pop();
    }
    values.truncate(tokens.len());
    let generated = Generated { tokens, log_probs: values };
    if result.is_final() {
        Event::Finished(generated, finish(beam.finish_reason, ended))
    } else {
        Event::Tokens(generated)
    }
}

/// `ended`: the last token was one of the request's end ids, which may have come as a stop word of one token.
fn finish(reason: Native, ended: bool) -> FinishReason {
    match reason {
        Native::EndId => FinishReason::EndId,
        Native::StopWords if ended => FinishReason::EndId,
        Native::StopWords => FinishReason::StopWords,
        Native::Length if ended => FinishReason::EndId,
        Native::Length => FinishReason::Length,
        Native::TimedOut => FinishReason::TimedOut,
        Native::Cancelled => FinishReason::Cancelled,
        _ => FinishReason::Error,
    }
}

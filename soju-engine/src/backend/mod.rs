//! The seam between the engine and what computes: token ids in, token ids out, no text.
//!
//! The semantics are those of TensorRT-LLM's executor: requests are taken without waiting, one consumer
//! waits for responses with a time-out, cancelling ends a request with a final response.

use std::time::Duration;

use crate::request::{Sampling, Score, ScoreRequest};
use crate::stats::{BackendInfo, BackendStats};
use crate::stream::FinishReason;
use crate::{BackendError, TokenId};

#[cfg(feature = "cpu")]
pub mod cpu;
#[cfg(any(feature = "cpu", feature = "testing"))]
pub(crate) mod mailbox;
#[cfg(feature = "trtllm")]
pub mod trtllm;

/// Identifies a request within its backend. Never used twice.
pub type RequestId = u64;

/// A model behind the engine.
///
/// # Contract
/// - Every request taken by [`enqueue`](Self::enqueue) gets exactly one final response, and nothing after it.
/// - A request is final within one step of the backend after [`cancel`](Self::cancel); the final response may
///   hold no tokens.
/// - After [`shutdown`](Self::shutdown) nothing is taken; open requests get their final response (cancelled).
/// - An `Err` of [`await_responses`](Self::await_responses) means that the backend is dead: no request will
///   be answered any more.
///
/// `soju_engine::testing::conformance` (feature `testing`) checks this.
pub trait Backend: Send + Sync {
    /// What this backend is.
    fn info(&self) -> BackendInfo;

    /// Takes a request. Never blocks.
    ///
    /// # Errors
    /// [`BackendError::Full`] when there is no room now, [`BackendError::ShutDown`] after a shutdown, and
    /// those of [`BackendRequest::check`].
    fn enqueue(&self, request: BackendRequest) -> Result<RequestId, BackendError>;

    /// Waits until there is a response or the time is over (then the answer is empty). One consumer at a
    /// time. One response may carry several tokens.
    ///
    /// # Errors
    /// [`BackendError::Failed`] when the backend died; [`BackendError::ShutDown`] when it has been shut down
    /// and all its responses have been handed out.
    fn await_responses(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError>;

    /// Ends a request early. Harmless for ids that are unknown or done.
    fn cancel(&self, id: RequestId);

    /// Counters at this moment.
    fn stats(&self) -> BackendStats;

    /// Ends all requests and frees what the backend holds. May be called again.
    fn shutdown(&self);
}

/// A request in the backend's terms.
#[derive(Debug, Clone, PartialEq)]
pub struct BackendRequest {
    /// What is to be done.
    pub task: Task,
    /// 0 (last) to 1 (first) among waiting requests.
    pub priority: f32,
    /// End the request after this time, counted from `enqueue`.
    pub timeout: Option<Duration>,
}

/// What a request asks for.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Task {
    /// New tokens.
    Generate(GenerateTask),
    /// Log-probabilities of given continuations.
    Score(ScoreRequest),
}

/// Generation in token ids.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateTask {
    /// Token ids to go on from. Not empty.
    pub prompt: Vec<TokenId>,
    /// See [`ScoreRequest::shared_prefix`].
    pub shared_prefix: usize,
    /// The most tokens to generate, at least 1.
    pub max_new_tokens: usize,
    /// How tokens are chosen.
    pub sampling: Sampling,
    /// Tokens that end the request. They are not delivered.
    pub end_ids: Vec<TokenId>,
    /// Whether responses carry log-probabilities.
    pub log_probs: bool,
}

/// One thing a backend has to tell about a request.
#[derive(Debug, Clone, PartialEq)]
pub struct BackendResponse {
    /// The request.
    pub id: RequestId,
    /// What happened.
    pub event: Event,
}

/// What happened to a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// New tokens; more follow.
    Tokens(Generated),
    /// The last tokens (perhaps none) and why there are no more. Final.
    Finished(Generated, FinishReason),
    /// The answer to a [`Task::Score`]. Final.
    Scored(Score),
    /// This request failed; others go on. Final.
    Failed(BackendError),
}

impl Event {
    /// Whether nothing follows.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Tokens(_))
    }
}

/// Some generated tokens.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Generated {
    /// Their ids.
    pub tokens: Vec<TokenId>,
    /// Their natural log-probabilities if the request wanted them, else empty.
    pub log_probs: Vec<f32>,
}

impl BackendRequest {
    /// Checks a request against what a backend can hold. Every backend does this in `enqueue`.
    ///
    /// # Errors
    /// [`BackendError::Invalid`], [`BackendError::OutsideVocabulary`] or [`BackendError::TooLong`].
    pub fn check(&self, info: &BackendInfo) -> Result<(), BackendError> {
        let invalid = |sentence: String| Err(BackendError::Invalid(sentence));
        let (prompt, shared, after) = match &self.task {
            Task::Generate(task) => {
                if task.max_new_tokens == 0 {
                    return invalid("it asks for no tokens".into());
                }
                (&task.prompt, task.shared_prefix, task.max_new_tokens)
            }
            Task::Score(request) => {
                if request.continuations.is_empty() {
                    return invalid("it has no continuations to score".into());
                }
                if let Some(i) = request.continuations.iter().position(Vec::is_empty) {
                    return invalid(format!("its continuation {i} has no tokens"));
                }
                for continuation in &request.continuations {
                    check_ids(continuation, info.vocabulary)?;
                }
                let longest = request.continuations.iter().map(Vec::len).max().unwrap_or(0);
                (&request.prompt, request.shared_prefix, longest)
            }
        };
        if prompt.is_empty() {
            return invalid("its prompt has no tokens".into());
        }
        if shared > prompt.len() {
            return invalid(format!(
                "its shared prefix of {shared} tokens is longer than its prompt of {}",
                prompt.len()
            ));
        }
        check_ids(prompt, info.vocabulary)?;
        let needed = prompt.len().saturating_add(after);
        if needed > info.context_length {
            return Err(BackendError::TooLong { prompt: prompt.len(), needed, limit: info.context_length });
        }
        Ok(())
    }
}

fn check_ids(ids: &[TokenId], vocabulary: usize) -> Result<(), BackendError> {
    match ids.iter().position(|id| usize::try_from(*id).map_or(true, |id| id >= vocabulary)) {
        Some(position) => Err(BackendError::OutsideVocabulary { id: ids[position], position, vocabulary }),
        None => Ok(()),
    }
}

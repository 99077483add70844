//! The seam between the engine and what computes: token ids in, token ids out, no text.
//!
//! The semantics are those of TensorRT-LLM's executor: requests are taken without waiting, one consumer
//! waits for responses with a time-out, cancelling ends a request with a final response.

use std::time::Duration;

use crate::request::{EmbedRequest, Embedding, LoraAdapter, PromptTable, Sampling, Score, ScoreRequest};
use crate::stats::{BackendInfo, BackendStats};
use crate::stream::FinishReason;
use crate::{BackendError, Constraint, TokenId};

#[cfg(feature = "cpu")]
pub mod cpu;
#[cfg(any(feature = "cpu", feature = "testing"))]
pub(crate) mod mailbox;
#[cfg(any(feature = "cpu", feature = "testing"))]
pub(crate) mod pool;
#[cfg(feature = "trtllm")]
pub mod trtllm;

/// Identifies a request within its backend. Never used twice.
pub type RequestId = u64;

/// A model behind the engine.
///
/// # Contract
/// - Every request taken by [`enqueue`](Self::enqueue) gets exactly one final response, and nothing after it.
/// - What a request asks for and the backend does not have is refused ([`BackendError::Unsupported`]), never left out.
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

    /// Does what may take long about a request before it is enqueued, such as compiling its constraint. A caller
    /// that holds a lock over [`enqueue`](Self::enqueue) calls this before.
    ///
    /// # Errors
    /// Those of `enqueue` that come of the request alone.
    fn prepare(&self, request: &BackendRequest) -> Result<(), BackendError> {
        let _ = request;
        Ok(())
    }

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
    /// Hidden states of a text.
    Embed(EmbedRequest),
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
    /// Which texts may come out.
    pub constraint: Option<Constraint>,
    /// A low-rank adapter.
    pub lora: Option<LoraAdapter>,
    /// Learned embeddings for prompt tokens from `vocabulary` on.
    pub prompt_table: Option<PromptTable>,
}

impl GenerateTask {
    /// Greedy generation without anything special.
    #[must_use]
    pub fn new(prompt: Vec<TokenId>, max_new_tokens: usize) -> Self {
        Self {
            prompt,
            shared_prefix: 0,
            max_new_tokens,
            sampling: Sampling::GREEDY,
            end_ids: Vec::new(),
            log_probs: false,
            constraint: None,
            lora: None,
            prompt_table: None,
        }
    }
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
    /// The answer to a [`Task::Embed`]. Final.
    Embedded(Embedding),
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
        // Prompt tokens from the vocabulary on stand for rows of the prompt table.
        let mut virtual_tokens = 0;
        let (prompt, shared, after) = match &self.task {
            Task::Generate(task) => {
                if task.max_new_tokens == 0 {
                    return invalid("it asks for no tokens".into());
                }
                if let Some(table) = &task.prompt_table {
                    if table.width == 0
                        || table.values.is_empty()
                        || !table.values.len().is_multiple_of(table.width)
                    {
                        return invalid(format!(
                            "its prompt table of {} values is not whole rows of {}",
                            table.values.len(),
                            table.width
                        ));
                    }
                    virtual_tokens = table.values.len() / table.width;
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
            Task::Embed(request) => (&request.tokens, 0, 0),
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
        check_ids(prompt, info.vocabulary + virtual_tokens)?;
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

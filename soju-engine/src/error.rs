//! What can go wrong between a request and its last token.

use std::path::PathBuf;

use crate::request::GenerationRequest;

/// Errors of the engine and of its streams.
///
/// Cloneable, because one failure of the backend ends many streams.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// A request contradicts itself or leaves out what it needs.
    #[error("invalid request: {0}")]
    InvalidRequest(String),
    /// A configuration value is out of range.
    #[error("invalid engine configuration: {0}")]
    InvalidConfig(String),
    /// The model file is not there.
    #[error("model file {} not found; get it with `soju model pull gemma-3-270m`", path.display())]
    ModelNotFound {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// The model file is there and can't be used.
    #[error(
        "model file {} can't be loaded: {reason}; delete it and get it again with `soju model pull gemma-3-270m`",
        path.display()
    )]
    ModelUnreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A tokenizer file is missing, broken, or does not belong to the model.
    #[error("tokenizer {} can't be used: {reason}", path.display())]
    Tokenizer {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TensorRT-LLM is not linked, or did not take the engine or its configuration.
    #[error("the TensorRT-LLM engine can't be loaded: {reason}")]
    TensorRtLlm {
        /// What it said.
        reason: String,
    },
    /// The backend refused or failed one request.
    #[error(transparent)]
    Backend(BackendError),
    /// The request was cancelled before it had a result.
    #[error("the request was cancelled")]
    Cancelled,
    /// The request ran into its time-out before it had a result.
    #[error("the request ran into its time-out")]
    TimedOut,
    /// The engine has been shut down.
    #[error("the engine has been shut down")]
    ShutDown,
    /// The backend died; every stream has ended and the engine takes no more requests.
    #[error("the engine has failed: {reason}; build a new one")]
    Unhealthy {
        /// What the backend reported.
        reason: String,
    },
}

impl From<BackendError> for EngineError {
    fn from(error: BackendError) -> Self {
        match error {
            BackendError::ShutDown => Self::ShutDown,
            other => Self::Backend(other),
        }
    }
}

/// Errors of a [`Backend`](crate::Backend).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// There is no room for another request now.
    #[error("the backend's queue of {capacity} requests is full")]
    Full {
        /// The most requests the backend holds.
        capacity: usize,
    },
    /// The request can never fit.
    #[error(
        "the request needs room for {needed} tokens ({prompt} of them its prompt), the backend holds {limit}; \
         shorten the prompt, ask for fewer tokens, or raise `kv_tokens` (for embeddings `embed_tokens`)"
    )]
    TooLong {
        /// Tokens of the prompt.
        prompt: usize,
        /// Tokens of the prompt and of what is to follow.
        needed: usize,
        /// Most tokens that one request may take.
        limit: usize,
    },
    /// A token id that the model does not know.
    #[error("token id {id} at position {position} is outside the vocabulary of {vocabulary} tokens")]
    OutsideVocabulary {
        /// The id.
        id: i32,
        /// Where it stands, counted from 0 in the prompt or in its continuation.
        position: usize,
        /// Ids run from 0 to below this.
        vocabulary: usize,
    },
    /// This kind of backend can't do what the request asks for; another one may.
    #[error("the {backend} backend has no {feature}; {remedy}")]
    Unsupported {
        /// [`BackendInfo::name`](crate::BackendInfo::name).
        backend: &'static str,
        /// What it lacks.
        feature: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// The request is malformed.
    #[error("the backend refused the request: {0}")]
    Invalid(String),
    /// The backend has been shut down.
    #[error("the backend has been shut down")]
    ShutDown,
    /// The computation failed.
    #[error("the backend failed: {0}")]
    Failed(String),
}

impl BackendError {
    /// What to say of a thread that panicked.
    pub(crate) fn panicked(who: &str, panic: &(dyn std::any::Any + Send)) -> Self {
        let text = panic.downcast_ref::<&str>().copied();
        let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
        Self::Failed(format!("{who} panicked: {}", text.unwrap_or("no message")))
    }
}

/// [`Engine::try_submit`](crate::Engine::try_submit) did not take the request; here it is again.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct TrySubmitError {
    /// The request, unchanged.
    pub request: Box<GenerationRequest>,
    /// Why it was not taken. [`BackendError::Full`] means: try later.
    #[source]
    pub reason: EngineError,
}

impl TrySubmitError {
    /// Whether the engine was only full, so that a later attempt may succeed.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self.reason, EngineError::Backend(BackendError::Full { .. }))
    }
}

//! The engine: takes requests from many threads, hands out streams, and carries responses between them and
//! one backend.

mod answer;
mod builder;
mod latency;
mod responses;
mod shared;

use std::sync::Arc;
use std::thread::JoinHandle;

use crate::backend::{BackendRequest, Task};
use crate::request::{EmbedRequest, Embedding, GenerationRequest, Score, ScoreRequest};
use crate::stats::{BackendInfo, EngineStats};
use crate::stream::text::TextAssembler;
use crate::stream::{StreamSlot, TokenStream};
use crate::{Backend, BackendError, EngineError, Tokenizer, TrySubmitError, trace};
use answer::AnswerSlot;
pub use answer::{AnswerHandle, EmbedHandle, ScoreHandle};
pub use builder::EngineBuilder;
pub(crate) use shared::Lifetime;
use shared::{Open, Shared, Wait};

/// Priority of requests with one answer: the middle.
const ANSWER_PRIORITY: f32 = 0.5;

/// A language model that serves many threads. Cheap to clone; all clones are the same engine.
///
/// The engine ends when [`shutdown`](Self::shutdown) is called or the last handle (clone, stream or answer
/// handle) is dropped.
///
/// # Panics
/// None of the methods panics.
#[derive(Clone)]
pub struct Engine {
    life: Arc<Lifetime>,
}

impl Engine {
    /// Starts a configuration.
    pub fn builder() -> EngineBuilder {
        EngineBuilder::new()
    }

    /// The embedded llama.cpp with default settings.
    ///
    /// # Errors
    /// Those of [`EngineBuilder::build`].
    #[cfg(feature = "cpu")]
    pub fn cpu(model: impl Into<std::path::PathBuf>) -> Result<Self, EngineError> {
        Self::builder().cpu(crate::backend::cpu::CpuConfig::new(model)).build()
    }

    fn start(backend: Box<dyn Backend>, tokenizer: Tokenizer, capacity: usize) -> Result<Self, EngineError> {
        let shared = Arc::new(Shared::new(backend, tokenizer, capacity));
        let reader: JoinHandle<()> = {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name("soju-responses".into())
                .spawn(move || responses::carry(&shared))
                .map_err(|error| BackendError::Failed(format!("no thread could be started: {error}")))?
        };
        Ok(Self { life: Arc::new(Lifetime::new(shared, reader)) })
    }

    /// Takes a request; waits (blocks the thread) while the engine is full. In async code use
    /// [`try_submit`](Self::try_submit), or call this where blocking is allowed.
    ///
    /// # Errors
    /// [`BackendError::TooLong`] and its like when the request can never be served, [`EngineError::ShutDown`],
    /// [`EngineError::Unhealthy`].
    pub fn submit(&self, request: GenerationRequest) -> Result<TokenStream, EngineError> {
        self.stream(&request, Wait::ForRoom)
    }

    /// Takes a request if there is room now. It never waits for room; the prompt is tokenized and a constraint
    /// compiled on the calling thread, which takes from microseconds to, for the first constraint, a second or more.
    ///
    /// # Errors
    /// Gives the request back, with the reason; see [`TrySubmitError::is_full`].
    pub fn try_submit(&self, request: GenerationRequest) -> Result<TokenStream, TrySubmitError> {
        let submitted = self.stream(&request, Wait::Never);
        submitted.map_err(|reason| TrySubmitError { request: Box::new(request), reason })
    }

    /// Takes a score request; waits (blocks the thread) while the engine is full.
    ///
    /// # Errors
    /// As [`submit`](Self::submit).
    pub fn submit_score(&self, request: ScoreRequest) -> Result<ScoreHandle, EngineError> {
        self.answer(Task::Score(request), Open::Score)
    }

    /// Scores many requests together and waits for all (blocks); the answers are in the order of the requests.
    ///
    /// # Errors
    /// The first error; the other requests are then cancelled.
    pub fn score(&self, requests: Vec<ScoreRequest>) -> Result<Vec<Score>, EngineError> {
        let handles = requests.into_iter().map(|request| self.submit_score(request));
        let handles = handles.collect::<Result<Vec<_>, _>>()?;
        handles.into_iter().map(ScoreHandle::wait).collect()
    }

    /// Takes an embedding request; waits (blocks the thread) while the engine is full. The handle can be
    /// awaited; this call belongs where blocking is allowed.
    ///
    /// # Errors
    /// As [`submit`](Self::submit), and [`BackendError::Unsupported`] from a backend without hidden states.
    pub fn submit_embed(&self, request: EmbedRequest) -> Result<EmbedHandle, EngineError> {
        self.answer(Task::Embed(request), Open::Embed)
    }

    /// Embeds many texts together and waits for all (blocks); the answers are in the order of the requests.
    ///
    /// # Errors
    /// The first error; the other requests are then cancelled.
    ///
    /// # Examples
    #[cfg_attr(feature = "cpu", doc = "```no_run")]
    #[cfg_attr(not(feature = "cpu"), doc = "```ignore")]
    /// use soju_engine::{EmbedRequest, Engine, Pooling};
    /// let engine = Engine::cpu("gemma-3-270m-q4_k_m.gguf")?;
    /// let tokenizer = engine.tokenizer();
    /// let request = |text: &str| EmbedRequest {
    ///     tokens: tokenizer.bos().into_iter().chain(tokenizer.encode(text)).collect(),
    ///     pooling: Pooling::Mean,
    /// };
    /// let rows = engine.embed(vec![request("비가 온다"), request("소나기가 내린다")])?;
    /// assert_eq!(rows[0].values.len(), rows[1].width);
    /// # Ok::<(), soju_engine::EngineError>(())
    /// ```
    pub fn embed(&self, requests: Vec<EmbedRequest>) -> Result<Vec<Embedding>, EngineError> {
        let handles = requests.into_iter().map(|request| self.submit_embed(request));
        let handles = handles.collect::<Result<Vec<_>, _>>()?;
        handles.into_iter().map(EmbedHandle::wait).collect()
    }

    /// The model's tokenizer.
    #[must_use]
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.life.shared().tokenizer
    }

    /// Counters at this moment.
    #[must_use]
    pub fn stats(&self) -> EngineStats {
        self.life.shared().stats()
    }

    /// What stands behind this engine.
    #[must_use]
    pub fn info(&self) -> &BackendInfo {
        &self.life.shared().info
    }

    /// Ends all requests (their streams end as cancelled) and frees the model; returns when that is done, also
    /// where several threads call it at a time. Only on the engine's own response thread, in a waker, it does not
    /// wait. May be called again.
    pub fn shutdown(&self) {
        self.life.shutdown();
    }

    fn answer<T>(
        &self,
        task: Task,
        open: fn(Arc<AnswerSlot<T>>) -> Open,
    ) -> Result<AnswerHandle<T>, EngineError> {
        let request = BackendRequest { task, priority: ANSWER_PRIORITY, timeout: None };
        let slot = Arc::new(AnswerSlot::new());
        let id = self.life.shared().submit(request, open(Arc::clone(&slot)), Wait::ForRoom)?;
        Ok(AnswerHandle::new(id, slot, Arc::clone(&self.life)))
    }

    fn stream(&self, request: &GenerationRequest, wait: Wait) -> Result<TokenStream, EngineError> {
        let shared = self.life.shared();
        let task = {
            let span = trace::tokenize().entered();
            let task = request.to_task(&shared.tokenizer);
            span.record("tokens", task.prompt.len());
            Task::Generate(task)
        };
        let slot = Arc::new(StreamSlot::new());
        let open = Open::Stream { slot: Arc::clone(&slot), text: TextAssembler::new(request.stop.clone()) };
        let request = BackendRequest { task, priority: request.priority, timeout: request.timeout };
        let id = shared.submit(request, open, wait)?;
        Ok(TokenStream::new(id, slot, Arc::clone(&self.life)))
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").field("info", self.info()).finish_non_exhaustive()
    }
}

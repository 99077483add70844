//! TensorRT-LLM's executor as a backend.
//!
//! The executor batches in flight by itself; here requests are put into its words, and its responses into ours.
//! Without a linked TensorRT-LLM, [`TrtLlmBackend::load`] says so: nothing else takes its place.
//!
//! # What depends on the configuration and the engine
//! - Constraints need [`TrtLlmConfig::guided`]. XGrammar reads them: its regular expressions are fewer than those of
//!   JavaScript, and an expression or grammar that it can't read fails the step, perhaps with other requests in it.
//!   Its versions 0.1.21 to 0.1.27 don't match a class of several characters beyond ASCII, such as `[가-힣]`; texts as
//!   such, and negated classes, are matched.
//! - Adapters need an engine built with `--lora_plugin`, `--lora_target_modules` and `--max_lora_rank`.
//! - Prompt tables need an engine built with `--max_prompt_embedding_table_size`.
//!
//! Adapters and tables are given in single precision and handed on in the type of the engine's weights.

mod adapters;
mod config;
mod guided;
mod limits;
mod outgoing;
mod score;
mod state;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use trtllm_sys::{Error, ExceptionKind, Executor, LogitsProcessors, Model};

pub use config::TrtLlmConfig;
pub use guided::GuidedVocabulary;

use self::adapters::Carried;
use self::limits::Limits;
use self::state::State;
use super::{BackendRequest, BackendResponse, RequestId, Task};
use crate::stats::{BackendInfo, BackendStats};
use crate::{Backend, BackendError, EngineError, MedusaOptionsPolicy, TokenId};

/// A TensorRT-LLM engine.
#[derive(Debug)]
pub struct TrtLlmBackend {
    executor: Executor,
    info: BackendInfo,
    limits: Limits,
    capacity: usize,
    /// In Medusa mode: what becomes of options that it does not know.
    medusa: Option<MedusaOptionsPolicy>,
    /// The tokens that end a constrained text, whatever a request says: nothing else may follow it.
    guided_ends: Vec<TokenId>,
    /// Whether this process takes requests.
    leader: bool,
    state: Mutex<State>,
}

impl TrtLlmBackend {
    /// Loads the engine and starts its executor.
    ///
    /// # Errors
    /// [`EngineError::InvalidConfig`] for settings that contradict each other or the engine,
    /// [`EngineError::TensorRtLlm`] for whatever TensorRT-LLM refuses, and when it is not linked.
    pub fn load(config: &TrtLlmConfig) -> Result<Self, EngineError> {
        let limits = Limits::read(config)?;
        let told = |error: Error| EngineError::TensorRtLlm { reason: error.to_string() };
        trtllm_sys::init_plugins().map_err(told)?;
        let settings = config.executor(limits.vocabulary)?;
        let executor = Executor::new(&Model::folder(&config.engine), &settings, &LogitsProcessors::default())
            .map_err(told)?;
        let leader = executor.can_enqueue().map_err(told)?;
        let guided_ends = settings.guided.and_then(|guided| guided.stop_token_ids).unwrap_or_default();
        let info = BackendInfo::new("trtllm", &limits.model, limits.vocabulary, limits.context_length);
        let state = Mutex::new(State::default());
        let medusa = config.medusa.is_some().then_some(config.medusa_options);
        let capacity = config.queue_capacity;
        Ok(Self { executor, info, limits, capacity, medusa, guided_ends, leader, state })
    }

    /// Whether this process takes requests: false on the followers of leader mode, which [`follow`](Self::follow).
    #[must_use]
    pub fn is_leader(&self) -> bool {
        self.leader
    }

    /// Does a follower's share of the work until the leader shuts down. On the leader it ends the executor at once.
    ///
    /// # Errors
    /// [`EngineError::TensorRtLlm`] for whatever TensorRT-LLM says.
    pub fn follow(self) -> Result<(), EngineError> {
        // On a follower the C++ shutdown only waits for the leader's word (`executor/executorImpl.cpp`).
        self.executor.shutdown().map_err(|error| EngineError::TensorRtLlm { reason: error.to_string() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Every statement leaves the state whole, so a panic elsewhere does not spoil it.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands the parts of a request in: one for a generation, one a continuation for a score.
    fn hand_in(&self, request: &BackendRequest) -> Result<Vec<u64>, BackendError> {
        let ids = match &request.task {
            Task::Generate(task) => Carried::new(task, self.limits.data_type, self.limits.vocabulary)
                .and_then(|carried| self.executor.enqueue(&outgoing::generation(task, request, &carried)))
                .map(|id| vec![id]),
            // `Limits::check` has refused it.
            Task::Embed(_) => Ok(Vec::new()),
            Task::Score(score) => {
                let texts: Vec<Vec<i32>> =
                    score.continuations.iter().map(|more| [&score.prompt[..], more].concat()).collect();
                let parts: Vec<_> = texts.iter().map(|text| outgoing::scoring(text, request)).collect();
                self.executor.enqueue_all(&parts)
            }
        };
        ids.map_err(refused)
    }
}

fn refused(error: Error) -> BackendError {
    use ExceptionKind as Kind;
    match error {
        Error::ShutDown => BackendError::ShutDown,
        // These are about the machine, not about the request.
        Error::Native(native)
            if matches!(native.kind, Kind::OutOfMemory | Kind::Filesystem | Kind::System | Kind::Foreign) =>
        {
            BackendError::Failed(native.to_string())
        }
        other => BackendError::Invalid(other.to_string()),
    }
}

impl Backend for TrtLlmBackend {
    fn info(&self) -> BackendInfo {
        self.info.clone()
    }

    fn enqueue(&self, mut request: BackendRequest) -> Result<RequestId, BackendError> {
        if !self.leader {
            return Err(BackendError::Invalid(
                "this process follows another one, which takes the requests; call `TrtLlmBackend::follow` here".into(),
            ));
        }
        request.check(&self.info)?;
        if let (Some(policy), Task::Generate(task)) = (self.medusa, &mut request.task) {
            let dropped = policy.apply(task).map_err(|error| BackendError::Invalid(error.to_string()))?;
            if !dropped.is_empty() {
                tracing::debug!(?dropped, "options that Medusa mode does not know");
            }
        }
        self.limits.check(&request)?;
        if let Task::Generate(task) = &mut request.task
            && task.constraint.is_some()
        {
            for end in &self.guided_ends {
                if !task.end_ids.contains(end) {
                    task.end_ids.push(*end);
                }
            }
        }
        // Held over the call, so that no response finds its request unknown.
        let mut state = self.lock();
        if state.closed {
            return Err(BackendError::ShutDown);
        }
        if state.open() >= self.capacity {
            return Err(BackendError::Full { capacity: self.capacity });
        }
        let natives = self.hand_in(&request)?;
        Ok(state.add(request.task, &natives))
    }

    fn await_responses(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError> {
        let over = {
            let state = self.lock();
            state.closed && state.settled()
        };
        if over {
            if let Err(error) = self.executor.shutdown() {
                tracing::error!(%error, "the executor did not shut down");
            }
            return Err(BackendError::ShutDown);
        }
        let responses = self
            .executor
            .await_responses(timeout)
            .map_err(|error| BackendError::Failed(error.to_string()))?;
        let (events, abandoned) = self.lock().take(&responses);
        for native in abandoned {
            // Its request has failed already; a second error would add nothing.
            let _ = self.executor.cancel(native);
        }
        Ok(events)
    }

    fn cancel(&self, id: RequestId) {
        let natives = self.lock().natives(id);
        for native in natives {
            if let Err(error) = self.executor.cancel(native) {
                tracing::error!(%error, id, "a request could not be cancelled");
            }
        }
    }

    fn stats(&self) -> BackendStats {
        let mut state = self.lock();
        match self.executor.iteration_stats() {
            Ok(iterations) => state.observe(&iterations),
            Err(error) => tracing::warn!(%error, "no statistics"),
        }
        state.stats()
    }

    fn shutdown(&self) {
        self.lock().closed = true;
        self.executor.close();
        // Only cancelled here: once the executor is shut down it gives no response any more, and the open requests
        // are owed theirs. The consumer ends it when they have been handed out.
        match self.executor.cancel_all() {
            Ok(()) | Err(Error::ShutDown) => {}
            Err(error) => tracing::error!(%error, "the open requests could not be cancelled"),
        }
    }
}

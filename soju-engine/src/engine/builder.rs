//! Building an engine.

use super::Engine;
#[cfg(feature = "cpu")]
use crate::backend::cpu::{CpuBackend, CpuConfig};
use crate::{Backend, EngineError, Tokenizer};
#[cfg(feature = "trtllm")]
use crate::{TrtLlmBackend, TrtLlmConfig};

/// Requests that an engine holds unless told otherwise.
const DEFAULT_QUEUE_CAPACITY: usize = 1024;

/// Chooses a backend and its surroundings.
#[must_use = "a builder does nothing until `build`"]
pub struct EngineBuilder {
    choice: Option<Choice>,
    tokenizer: Option<Tokenizer>,
    queue_capacity: usize,
}

enum Choice {
    #[cfg(feature = "cpu")]
    Cpu(CpuConfig),
    #[cfg(feature = "trtllm")]
    TrtLlm(Box<TrtLlmConfig>),
    Given(Box<dyn Backend>),
}

impl EngineBuilder {
    pub(super) fn new() -> Self {
        Self { choice: None, tokenizer: None, queue_capacity: DEFAULT_QUEUE_CAPACITY }
    }

    /// The embedded llama.cpp.
    #[cfg(feature = "cpu")]
    pub fn cpu(mut self, config: CpuConfig) -> Self {
        self.choice = Some(Choice::Cpu(config));
        self
    }

    /// TensorRT-LLM. Needs [`tokenizer`](Self::tokenizer). In leader mode only the leader can have an engine; the other
    /// processes call [`TrtLlmBackend::follow`].
    #[cfg(feature = "trtllm")]
    pub fn trtllm(mut self, config: TrtLlmConfig) -> Self {
        self.choice = Some(Choice::TrtLlm(Box::new(config)));
        self
    }

    /// A backend of your own. Needs [`tokenizer`](Self::tokenizer).
    pub fn backend(mut self, backend: Box<dyn Backend>) -> Self {
        self.choice = Some(Choice::Given(backend));
        self
    }

    /// The tokenizer. The CPU backend brings its own if none is given.
    pub fn tokenizer(mut self, tokenizer: Tokenizer) -> Self {
        self.tokenizer = Some(tokenizer);
        self
    }

    /// The most requests in flight, waiting ones included; 1,024 unless told.
    /// [`Engine::submit`] waits when so many are there.
    pub fn queue_capacity(mut self, requests: usize) -> Self {
        self.queue_capacity = requests;
        self
    }

    /// Loads the model and starts the engine's threads.
    ///
    /// # Errors
    /// [`EngineError::InvalidConfig`] when something is missing or out of range, and those of the
    /// chosen backend's `load`.
    pub fn build(self) -> Result<Engine, EngineError> {
        let refuse = |sentence: &str| Err(EngineError::InvalidConfig(sentence.to_owned()));
        if self.queue_capacity == 0 {
            return refuse("queue_capacity is 0; it must be at least 1");
        }
        let (backend, own): (Box<dyn Backend>, Option<Tokenizer>) = match self.choice {
            None => return refuse("no backend was chosen; call `cpu`, `trtllm` or `backend`"),
            #[cfg(feature = "cpu")]
            Some(Choice::Cpu(config)) => {
                let (backend, tokenizer) = CpuBackend::load(&config)?;
                (Box::new(backend), Some(tokenizer))
            }
            #[cfg(feature = "trtllm")]
            Some(Choice::TrtLlm(_)) if self.tokenizer.is_none() => {
                return refuse("the TensorRT-LLM backend needs a tokenizer; call `tokenizer`");
            }
            #[cfg(feature = "trtllm")]
            Some(Choice::TrtLlm(config)) => {
                let backend = TrtLlmBackend::load(&config)?;
                if !backend.is_leader() {
                    return refuse(
                        "this process follows another one, which takes the requests; call `TrtLlmBackend::load` and \
                         `follow` here",
                    );
                }
                (Box::new(backend), None)
            }
            Some(Choice::Given(backend)) => (backend, None),
        };
        let Some(tokenizer) = self.tokenizer.or(own) else {
            return refuse("a backend of your own needs a tokenizer; call `tokenizer`");
        };
        Engine::start(backend, tokenizer, self.queue_capacity)
    }
}

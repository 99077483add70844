//! What a TensorRT-LLM backend is made from.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use trtllm_sys::{DecodingConfig, ExecutorConfig};

use crate::backend::{BackendRequest, Task};
use crate::{BackendError, EngineError, MedusaConfig, MedusaOptionsPolicy};

/// Requests that the backend holds unless told otherwise.
const DEFAULT_QUEUE_CAPACITY: usize = 1024;

/// Settings of a [`TrtLlmBackend`](super::TrtLlmBackend).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrtLlmConfig {
    /// The folder that `trtllm-build` wrote: `config.json` and `rank0.engine`.
    ///
    /// To score, the engine must have been built with `--gather_context_logits`.
    pub engine: PathBuf,
    /// The executor's own configuration: scheduler, KV cache, decoding mode, leader or orchestrator mode, and all else.
    pub executor: ExecutorConfig,
    /// Medusa's heads and choice tree; sets the decoding mode.
    pub medusa: Option<MedusaConfig>,
    /// What to do with a request whose options Medusa mode does not know: refuse it, unless told.
    pub medusa_options: MedusaOptionsPolicy,
    /// The most open requests; 1,024 unless told.
    pub queue_capacity: usize,
}

impl TrtLlmConfig {
    /// The library's defaults for the engine in this folder.
    pub fn new(engine: impl Into<PathBuf>) -> Self {
        Self {
            engine: engine.into(),
            executor: ExecutorConfig::default(),
            medusa: None,
            medusa_options: MedusaOptionsPolicy::default(),
            queue_capacity: DEFAULT_QUEUE_CAPACITY,
        }
    }

    /// The executor's configuration with Medusa's tree in it.
    pub(super) fn executor(&self) -> Result<ExecutorConfig, EngineError> {
        let mut executor = self.executor.clone();
        if let Some(medusa) = &self.medusa {
            if executor.decoding.is_some() {
                let sentence = "both `medusa` and `executor.decoding` are set; leave one of them out";
                return Err(EngineError::InvalidConfig(sentence.into()));
            }
            let choices = medusa.choices().map(|path| path.iter().map(|rank| i32::from(*rank)).collect());
            let medusa_choices = Some(choices.collect());
            executor.decoding = Some(DecodingConfig { medusa_choices, ..DecodingConfig::default() });
        }
        Ok(executor)
    }
}

/// What the engine can hold, from its `config.json`.
#[derive(Debug)]
pub(super) struct Limits {
    pub(super) model: String,
    pub(super) vocabulary: usize,
    pub(super) context_length: usize,
    input_length: usize,
    context_logits: bool,
}

/// The parts of `config.json` that are looked at. `trtllm-build` writes many more.
#[derive(Deserialize)]
struct EngineFile {
    pretrained_config: Pretrained,
    build_config: Build,
}

#[derive(Deserialize)]
struct Pretrained {
    #[serde(default)]
    architecture: String,
    vocab_size: usize,
}

#[derive(Deserialize)]
struct Build {
    max_input_len: usize,
    max_seq_len: usize,
    #[serde(default)]
    gather_context_logits: bool,
    #[serde(default)]
    max_draft_len: usize,
}

impl Limits {
    pub(super) fn read(config: &TrtLlmConfig) -> Result<Self, EngineError> {
        let path = config.engine.join("config.json");
        let file = parse(&path).map_err(|reason| {
            EngineError::InvalidConfig(format!(
                "{}: {reason}; an engine folder is what `trtllm-build --output_dir` wrote",
                path.display()
            ))
        })?;
        if let Some(medusa) = &config.medusa {
            medusa.check_limits(file.build_config.max_draft_len)?;
        }
        Ok(Self {
            model: file.pretrained_config.architecture,
            vocabulary: file.pretrained_config.vocab_size,
            context_length: file.build_config.max_seq_len,
            input_length: file.build_config.max_input_len,
            context_logits: file.build_config.gather_context_logits,
        })
    }

    pub(super) fn check(&self, request: &BackendRequest) -> Result<(), BackendError> {
        let input = match &request.task {
            Task::Generate(task) => task.prompt.len(),
            Task::Score(_) if !self.context_logits => {
                return Err(BackendError::Invalid(
                    "this engine gives no logits of the prompt, which scoring needs; build it with \
                     `--gather_context_logits`"
                        .into(),
                ));
            }
            Task::Embed(_) => {
                return Err(BackendError::Unsupported {
                    backend: "trtllm",
                    feature: "hidden states",
                    remedy: "use the CPU backend for embeddings",
                });
            }
            Task::Score(score) => {
                score.prompt.len() + score.continuations.iter().map(Vec::len).max().unwrap_or(0)
            }
        };
        if input > self.input_length {
            return Err(BackendError::TooLong { prompt: input, needed: input, limit: self.input_length });
        }
        Ok(())
    }
}

fn parse(path: &Path) -> Result<EngineFile, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

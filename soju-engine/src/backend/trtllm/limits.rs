//! What an engine can hold and do, from its `config.json`.

use std::path::Path;

use serde::Deserialize;
use trtllm_sys::DataType;

use super::{TrtLlmConfig, guided};
use crate::backend::{BackendRequest, GenerateTask, Task};
use crate::{BackendError, EngineError, LoraAdapter, PromptTable};

#[derive(Debug)]
pub(super) struct Limits {
    pub(super) model: String,
    pub(super) vocabulary: usize,
    pub(super) context_length: usize,
    /// The type of the weights, which adapters and prompt tables must have too.
    pub(super) data_type: DataType,
    /// Whether the executor was set up for constraints.
    pub(super) guided: bool,
    input_length: usize,
    context_logits: bool,
    /// The largest rank of an adapter; 0 if the engine takes none.
    lora_rank: i32,
    /// Rows of a prompt table; 0 if the engine takes none.
    prompt_rows: usize,
    hidden_size: Option<usize>,
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
    #[serde(default)]
    dtype: String,
    vocab_size: usize,
    hidden_size: Option<usize>,
}

#[derive(Deserialize)]
struct Build {
    max_input_len: usize,
    max_seq_len: usize,
    #[serde(default)]
    gather_context_logits: bool,
    #[serde(default)]
    max_draft_len: usize,
    #[serde(default)]
    max_prompt_embedding_table_size: usize,
    plugin_config: Option<Plugins>,
    lora_config: Option<Lora>,
}

#[derive(Deserialize)]
struct Plugins {
    /// The type that adapters are computed in; none, or `false` in older files, if the engine takes no adapters.
    #[serde(default)]
    lora_plugin: serde_json::Value,
}

#[derive(Deserialize)]
struct Lora {
    #[serde(default)]
    max_lora_rank: i32,
    #[serde(default)]
    lora_target_modules: Option<Vec<String>>,
}

impl Build {
    /// As `runtime/gptJsonConfig.cpp` decides it: the plug-in, target modules and a rank, or no adapters at all.
    fn lora_rank(&self) -> i32 {
        let plugin = self.plugin_config.as_ref().is_some_and(|plugins| plugins.lora_plugin.is_string());
        let lora = self.lora_config.as_ref().filter(|lora| {
            plugin && lora.lora_target_modules.as_ref().is_some_and(|modules| !modules.is_empty())
        });
        lora.map_or(0, |lora| lora.max_lora_rank)
    }
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
        let (pretrained, build) = (file.pretrained_config, file.build_config);
        if let Some(medusa) = &config.medusa {
            medusa.check_limits(build.max_draft_len)?;
        }
        Ok(Self {
            vocabulary: pretrained.vocab_size,
            context_length: build.max_seq_len,
            data_type: match pretrained.dtype.as_str() {
                "float16" => DataType::Float16,
                "bfloat16" => DataType::BFloat16,
                _ => DataType::Float32,
            },
            guided: config.guided.is_some() || config.executor.guided.is_some(),
            input_length: build.max_input_len,
            context_logits: build.gather_context_logits,
            lora_rank: build.lora_rank(),
            prompt_rows: build.max_prompt_embedding_table_size,
            hidden_size: pretrained.hidden_size,
            model: pretrained.architecture,
        })
    }

    pub(super) fn check(&self, request: &BackendRequest) -> Result<(), BackendError> {
        let input = match &request.task {
            Task::Generate(task) => {
                self.check_generation(task)?;
                task.prompt.len()
            }
            Task::Score(_) if !self.context_logits => {
                return Err(BackendError::Invalid(
                    "this engine gives no logits of the prompt, which scoring needs; build it with \
                     `--gather_context_logits`"
                        .into(),
                ));
            }
            Task::Embed(_) => {
                return Err(unsupported("hidden states", "use the CPU backend for embeddings"));
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

    fn check_generation(&self, task: &GenerateTask) -> Result<(), BackendError> {
        if let Some(constraint) = &task.constraint {
            if !self.guided {
                return Err(unsupported(
                    "guided decoding in this configuration",
                    "set `TrtLlmConfig::guided` to the model's tokenizer",
                ));
            }
            guided::check(constraint)?;
        }
        if let Some(adapter) = &task.lora {
            self.check_lora(adapter)?;
        }
        task.prompt_table.as_ref().map_or(Ok(()), |table| self.check_table(table))
    }

    fn check_lora(&self, adapter: &LoraAdapter) -> Result<(), BackendError> {
        if self.lora_rank == 0 {
            return Err(unsupported(
                "low-rank adapters in this engine",
                "build it with `--lora_plugin auto`, `--lora_target_modules` and `--max_lora_rank`",
            ));
        }
        let Some(weights) = &adapter.weights else { return Ok(()) };
        let invalid = |sentence: String| {
            Err(BackendError::Invalid(format!("its adapter {}: {sentence}", adapter.task_id)))
        };
        let rows = weights.config.len();
        if rows == 0 || weights.width == 0 || rows.checked_mul(weights.width) != Some(weights.weights.len()) {
            return invalid(format!(
                "{} weights are not {rows} rows of {}, one for each row of its configuration",
                weights.weights.len(),
                weights.width
            ));
        }
        match weights.config.iter().find(|[_, _, rank]| !(1..=self.lora_rank).contains(rank)) {
            Some([module, layer, rank]) => invalid(format!(
                "rank {rank} of module {module} in layer {layer} is not from 1 to {}; build the engine with a larger \
                 `--max_lora_rank`",
                self.lora_rank
            )),
            None => Ok(()),
        }
    }

    fn check_table(&self, table: &PromptTable) -> Result<(), BackendError> {
        if self.prompt_rows == 0 {
            return Err(unsupported(
                "prompt tables in this engine",
                "build it with `--max_prompt_embedding_table_size`",
            ));
        }
        // `BackendRequest::check` has seen that the rows are whole.
        let rows = table.values.len() / table.width;
        if rows > self.prompt_rows {
            return Err(BackendError::Invalid(format!(
                "its prompt table has {rows} rows and the engine room for {}; build it with a larger \
                 `--max_prompt_embedding_table_size`",
                self.prompt_rows
            )));
        }
        match self.hidden_size.filter(|hidden| *hidden != table.width) {
            Some(hidden) => Err(BackendError::Invalid(format!(
                "its prompt table has rows of {} values and the model a hidden size of {hidden}; they must be equal",
                table.width
            ))),
            None => Ok(()),
        }
    }
}

fn unsupported(feature: &'static str, remedy: &'static str) -> BackendError {
    BackendError::Unsupported { backend: "trtllm", feature, remedy }
}

fn parse(path: &Path) -> Result<EngineFile, String> {
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    serde_json::from_str(&text).map_err(|error| error.to_string())
}

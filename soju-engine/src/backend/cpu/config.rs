//! Settings of the CPU backend.

use std::path::PathBuf;

use crate::EngineError;
pub use crate::scheduler::{Batching, CapacityPolicy, PrefixReuse};

/// llama.cpp has room for so many sequences, whatever is asked.
const LLAMA_MAX_SEQUENCES: usize = 256;

/// Settings of the embedded llama.cpp. The defaults suit a small model on a few cores.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct CpuConfig {
    /// The model, a GGUF file.
    pub model: PathBuf,
    /// A `tokenizer.json` that belongs to the model. It tokenizes several times as fast as the vocabulary
    /// inside the model file, which is used when this is `None`; the ids are the same.
    pub tokenizer: Option<PathBuf>,
    /// Threads that compute. Default: what the machine offers to this process.
    pub threads: usize,
    /// Tokens whose keys and values are held, all requests and kept prefixes together; also the most that one
    /// request can take, if the model was trained for so many. Default 8,192 (about 150 MB with Gemma 3 270M).
    pub kv_tokens: usize,
    /// Requests computed together. Default 32.
    pub max_sequences: usize,
    /// Tokens of one step; prompts are cut into chunks of at most so many. At least `max_sequences`.
    /// Default 512.
    pub batch_tokens: usize,
    /// Prompt prefixes kept at a time for later requests that begin with them (leaves of a radix tree); the one
    /// unused longest makes room. 0 keeps none. Default 16.
    pub prefixes: usize,
    /// Which prompts are kept. Default: those that requests mark with `shared_prefix`.
    pub reuse: PrefixReuse,
    /// llama.cpp's flash attention, which passes over the cells of other sequences; without it every row is
    /// computed against all cells of the cache, which costs most of the speed with dozens of requests. Default: on.
    pub flash_attention: bool,
    /// When requests may join. Default: between any two steps.
    pub batching: Batching,
    /// How many requests are admitted. Default: guaranteed-no-evict.
    pub policy: CapacityPolicy,
}

impl CpuConfig {
    /// Default settings for a model file.
    pub fn new(model: impl Into<PathBuf>) -> Self {
        Self {
            model: model.into(),
            tokenizer: None,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            kv_tokens: 8192,
            max_sequences: 32,
            batch_tokens: 512,
            prefixes: 16,
            reuse: PrefixReuse::default(),
            flash_attention: true,
            batching: Batching::default(),
            policy: CapacityPolicy::default(),
        }
    }

    pub(super) fn check(&self) -> Result<(), EngineError> {
        let refuse = |sentence: String| Err(EngineError::InvalidConfig(sentence));
        for (name, value) in [
            ("threads", self.threads),
            ("kv_tokens", self.kv_tokens),
            ("max_sequences", self.max_sequences),
            ("batch_tokens", self.batch_tokens),
        ] {
            if value == 0 {
                return refuse(format!("{name} is 0; it must be at least 1"));
            }
            if value > i32::MAX as usize {
                return refuse(format!("{name} is {value}; it must be at most {}", i32::MAX));
            }
        }
        if self.max_sequences.saturating_add(self.prefixes) > LLAMA_MAX_SEQUENCES {
            return refuse(format!(
                "max_sequences {} and prefixes {} together are more than {LLAMA_MAX_SEQUENCES}",
                self.max_sequences, self.prefixes
            ));
        }
        if self.batch_tokens < self.max_sequences {
            return refuse(format!(
                "batch_tokens {} is less than max_sequences {}; every running request needs a token in each step",
                self.batch_tokens, self.max_sequences
            ));
        }
        Ok(())
    }
}

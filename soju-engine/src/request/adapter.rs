//! What TensorRT-LLM adds to a model for one request: low-rank adapters and prompt tables.

use std::sync::Arc;

/// A low-rank adapter (LoRA). The weights travel with the first request that names the task; later ones may
/// leave them out while the backend still holds them.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LoraAdapter {
    /// Which adapter this is; requests of the same task share its weights.
    pub task_id: u64,
    /// Weights and configuration, if they travel with this request.
    pub weights: Option<Arc<LoraWeights>>,
}

impl LoraAdapter {
    /// An adapter that the backend holds already.
    #[must_use]
    pub fn held(task_id: u64) -> Self {
        Self { task_id, weights: None }
    }

    /// An adapter with its weights.
    #[must_use]
    pub fn new(task_id: u64, weights: Arc<LoraWeights>) -> Self {
        Self { task_id, weights: Some(weights) }
    }
}

/// The weights of an adapter as TensorRT-LLM's `hf_lora_convert.py` writes them.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraWeights {
    /// Shape `[modules × layers, width]`: the flattened in and out matrices of each module and layer.
    pub weights: Vec<f32>,
    /// Columns of `weights`.
    pub width: usize,
    /// Shape `[modules × layers, 3]`: module, layer, rank.
    pub config: Vec<[i32; 3]>,
}

/// Learned embeddings in place of tokens (prompt tuning). A prompt token of `vocabulary + i` stands for row `i`.
#[derive(Debug, Clone, PartialEq)]
pub struct PromptTable {
    /// Shape `[rows, width]`, row after row.
    pub values: Vec<f32>,
    /// Numbers of a row: the model's hidden size.
    pub width: usize,
}

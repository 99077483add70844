//! Adapters and prompt tables as tensors.

use std::hash::{DefaultHasher, Hash, Hasher};

use trtllm_sys::{DataType, Error, Request, Tensor, bf16, f16};

use crate::backend::GenerateTask;
use crate::{PromptTable, TokenId};

/// The tensors that go with a request, which only borrows them.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// Weights `[rows, width]` of the engine's type and configuration `[rows, 3]`.
    lora: Option<(Tensor, Tensor)>,
    /// `[rows, width]` of the engine's type, and an extra id for each token of the prompt.
    table: Option<(Tensor, Vec<u64>)>,
}

impl Carried {
    /// The tensors of a task for an engine of this type and vocabulary. `Limits::check` has been through the task.
    pub(super) fn new(task: &GenerateTask, data_type: DataType, vocabulary: usize) -> Result<Self, Error> {
        let weights = task.lora.as_ref().and_then(|adapter| adapter.weights.as_deref());
        let lora: Option<Result<_, Error>> = weights.map(|lora| {
            let rows = extent(lora.config.len());
            let weights = tensor([rows, extent(lora.width)], &lora.weights, data_type)?;
            Ok((weights, Tensor::from_slice(&[rows, 3], lora.config.as_flattened())?))
        });
        let table: Option<Result<_, Error>> = task.prompt_table.as_ref().map(|table| {
            let shape = [extent(table.values.len() / table.width), extent(table.width)];
            Ok((tensor(shape, &table.values, data_type)?, extra_ids(&task.prompt, table, vocabulary)))
        });
        Ok(Self { lora: lora.transpose()?, table: table.transpose()? })
    }

    /// Puts them into the task's request.
    pub(super) fn attach<'a>(&'a self, task: &GenerateTask, request: &mut Request<'a>) {
        request.options.lora_task_id = task.lora.as_ref().map(|adapter| adapter.task_id);
        if let Some((weights, config)) = &self.lora {
            request.tensors.lora_weights = Some(weights);
            request.tensors.lora_config = Some(config);
        }
        if let Some((table, extra_ids)) = &self.table {
            request.tensors.prompt_table = Some(table);
            request.options.prompt_table_extra_ids = Some(extra_ids.clone());
        }
    }
}

/// Copies numbers into a tensor. The library takes adapters and tables of the weights' own type only
/// (`runtime/loraUtils.cpp`).
fn tensor(shape: [i64; 2], values: &[f32], data_type: DataType) -> Result<Tensor, Error> {
    match data_type {
        DataType::Float16 => {
            Tensor::from_slice(&shape, &values.iter().copied().map(f16::from_f32).collect::<Vec<_>>())
        }
        DataType::BFloat16 => {
            Tensor::from_slice(&shape, &values.iter().copied().map(bf16::from_f32).collect::<Vec<_>>())
        }
        _ => Tensor::from_slice(&shape, values),
    }
}

/// What tells equal virtual tokens of different tables apart in the KV cache, which shares blocks by token ids: a number
/// made from the table, never 0; 0 for true tokens.
fn extra_ids(prompt: &[TokenId], table: &PromptTable, vocabulary: usize) -> Vec<u64> {
    let mut hasher = DefaultHasher::new();
    table.width.hash(&mut hasher);
    for value in &table.values {
        value.to_bits().hash(&mut hasher);
    }
    let own = hasher.finish().max(1);
    let is_virtual = |id: &TokenId| usize::try_from(*id).is_ok_and(|id| id >= vocabulary);
    prompt.iter().map(|id| if is_virtual(id) { own } else { 0 }).collect()
}

fn extent(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_virtual_tokens_have_an_extra_id_and_tables_have_different_ones() {
        let table = |first| PromptTable { values: vec![first, 2.0, 3.0, 4.0], width: 2 };
        let ids = extra_ids(&[1, 1000, 999, 1001], &table(1.0), 1000);
        assert_eq!((ids[0], ids[2]), (0, 0));
        assert!(ids[1] != 0 && ids[1] == ids[3]);
        assert_eq!(ids, extra_ids(&[1, 1000, 999, 1001], &table(1.0), 1000));
        assert_ne!(ids, extra_ids(&[1, 1000, 999, 1001], &table(1.5), 1000));
    }
}

//! Logits post-processors, seen from C++.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use cxx::SharedPtr;

use super::memory::Tensor;
use crate::bridge::ffi;
use crate::cross::Cross;
use crate::logits::{BatchedLogitsProcessor, LogitsProcessor, LogitsStep};

/// Code that C++ calls. A panic in it would end the process at the border, so it ends here instead.
pub(crate) enum Hook {
    One(Arc<dyn LogitsProcessor>),
    Batched(Arc<dyn BatchedLogitsProcessor>),
}

impl Hook {
    /// Another handle to the same code, for C++ to keep.
    pub(crate) fn share(&self) -> Box<Self> {
        Box::new(match self {
            Self::One(processor) => Self::One(Arc::clone(processor)),
            Self::Batched(processor) => Self::Batched(Arc::clone(processor)),
        })
    }

    pub(crate) fn process(
        &self,
        request_id: u64,
        client_id: ffi::OptU64,
        logits: SharedPtr<ffi::Tensor>,
        tokens: &[i32],
        offsets: &[u32],
        stream: &ffi::Stream,
    ) -> Result<(), String> {
        guarded(|| {
            let Self::One(processor) = self else {
                return Err("a batched post-processor was called alone".into());
            };
            let logits =
                crate::Tensor::from_native(Tensor::from_shared(logits)).map_err(|error| error.to_string())?;
            let mut step =
                LogitsStep::new(request_id, Option::from_ffi(client_id), logits, tokens, offsets, stream);
            processor.process(&mut step).map_err(|error| error.to_string())
        })
    }

    pub(crate) fn process_batch(&self, batch: ffi::LogitsBatch, stream: &ffi::Stream) -> Result<(), String> {
        guarded(|| {
            let Self::Batched(processor) = self else {
                return Err("a post-processor was called for a batch".into());
            };
            let mut steps = Vec::with_capacity(batch.request_ids.len());
            for (index, logits) in batch.logits.into_iter().enumerate() {
                let logits = crate::Tensor::from_native(Tensor::from_shared(logits.tensor))
                    .map_err(|error| error.to_string())?;
                let beams = match batch.beam_offsets.get(index..index + 2) {
                    Some(&[first, last]) => first as usize..last as usize + 1,
                    _ => 0..0,
                };
                steps.push(LogitsStep::new(
                    batch.request_ids.get(index).copied().unwrap_or_default(),
                    batch.client_ids.get(index).copied().and_then(Option::from_ffi),
                    logits,
                    &batch.tokens,
                    batch.token_offsets.get(beams).unwrap_or_default(),
                    stream,
                ));
            }
            processor.process(&mut steps).map_err(|error| error.to_string())
        })
    }
}

fn guarded(run: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    // The processor is behind an Arc and was not changed by us; what it did to itself is its own affair.
    match catch_unwind(AssertUnwindSafe(run)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err(text)) => Err(format!("a logits post-processor failed: {text}")),
        Err(panic) => {
            let text = panic
                .downcast_ref::<&str>()
                .copied()
                .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
                .unwrap_or("no text");
            Err(format!("a logits post-processor panicked: {text}"))
        }
    }
}

//! Constraints on this backend: they are compiled by whoever hands in the request, and followed by the worker.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

use crate::backend::{BackendRequest, RequestId, Task};
use crate::constraint::{Guide, Next, Vocabulary};
use crate::tokenizer::Tokenizer;
use crate::{BackendError, TokenId};

/// The vocabulary for constraints, made when the first one arrives, and the guides of requests that the worker
/// has not taken yet.
pub(super) struct Guides {
    tokenizer: Tokenizer,
    size: usize,
    vocabulary: OnceLock<Result<Vocabulary, BackendError>>,
    waiting: Mutex<HashMap<RequestId, Guide>>,
}

impl Guides {
    pub(super) fn new(tokenizer: Tokenizer, size: usize) -> Self {
        Self { tokenizer, size, vocabulary: OnceLock::new(), waiting: Mutex::default() }
    }

    /// Compiles the request's constraint if it has one, then hands the request to `post`.
    pub(super) fn post(
        &self,
        request: BackendRequest,
        post: impl FnOnce(BackendRequest) -> Result<RequestId, BackendError>,
    ) -> Result<RequestId, BackendError> {
        let Task::Generate(task) = &request.task else { return post(request) };
        let Some(constraint) = &task.constraint else { return post(request) };
        let vocabulary = self.vocabulary.get_or_init(|| Vocabulary::new(&self.tokenizer, self.size));
        let guide = Guide::new(vocabulary.as_ref().map_err(Clone::clone)?, constraint, &task.end_ids)?;
        // Held over the posting: the worker may take the request at once, and then waits here for the guide.
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let id = post(request)?;
        waiting.insert(id, guide);
        Ok(id)
    }

    pub(super) fn take(&self, id: RequestId) -> Option<Guide> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&id)
    }
}

/// Chooses among the allowed ids. None: the text is complete and can't go on.
pub(super) fn choose(
    guide: &mut Guide,
    logits: &[f32],
    sampler: Option<&mut LlamaSampler>,
) -> Result<Option<Choice>, BackendError> {
    let Next::Allowed(mask) = guide.next()? else { return Ok(None) };
    let allowed = mask.iter().filter_map(|id| Some((id, *logits.get(id as usize)?)));
    let mut candidates: Vec<_> =
        allowed.map(|(id, logit)| LlamaTokenData::new(LlamaToken(id as TokenId), logit, 0.0)).collect();
    let only = candidates.len() == 1;
    let token = match sampler {
        _ if only => candidates.pop().map(|candidate| candidate.id()),
        Some(sampler) => LlamaTokenDataArray::new(candidates, false).with_sampler(sampler).selected_token(),
        None => {
            // The lowest id among equals, as without a constraint.
            let better = |a: LlamaTokenData, b: LlamaTokenData| if b.logit() > a.logit() { b } else { a };
            candidates.into_iter().reduce(better).map(|candidate| candidate.id())
        }
    };
    let Some(LlamaToken(token)) = token else {
        return Err(BackendError::Failed("no token could be chosen within the constraint".into()));
    };
    guide.accept(token)?;
    Ok(Some(Choice { token, forced: only }))
}

/// A chosen token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) token: TokenId,
    /// There was no other.
    pub(super) forced: bool,
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{Constraint, Engine, GenerationRequest};

    fn memory() -> usize {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    #[test]
    #[ignore = "a measurement; run it with --nocapture and the model's file in SOJU_MODEL"]
    fn the_cost_of_a_step() {
        let engine = Engine::cpu(std::env::var("SOJU_MODEL").unwrap()).unwrap();
        let plain =
            GenerationRequest::builder("옛날 옛적에").max_new_tokens(64).ignore_end().build().unwrap();
        let start = Instant::now();
        engine.submit(plain).unwrap().collect().unwrap();
        println!("a plain step: {:?}", start.elapsed() / 64);

        let (before, start) = (memory(), Instant::now());
        let vocabulary = Vocabulary::new(engine.tokenizer(), 262_144).unwrap();
        println!("vocabulary: {:?}, {} MB", start.elapsed(), (memory().saturating_sub(before)) >> 10);
        let schema = r#"{"type":"object","properties":{"판정":{"enum":["광고","기사"]},"이유":{"type":"string"}},
            "required":["판정","이유"]}"#;
        for constraint in [
            Constraint::Json,
            Constraint::JsonSchema(schema.into()),
            Constraint::Regex("010-[0-9]{3,4}-[0-9]{4}".into()),
            Constraint::Regex("[가-힣 ]{1,200}".into()),
            Constraint::Choices(vec!["소".into(), "소주".into()]),
        ] {
            let start = Instant::now();
            let mut guide = Guide::new(&vocabulary, &constraint, &[1]).unwrap();
            let compiled = start.elapsed();
            let (start, mut steps, mut worst) = (Instant::now(), 0, std::time::Duration::ZERO);
            let logits: Vec<f32> =
                (0..262_144_u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 16) as f32).collect();
            while steps < 64 {
                let step = Instant::now();
                match choose(&mut guide, &logits, None).unwrap() {
                    Some(choice) if choice.token != 1 => steps += 1,
                    _ => break,
                }
                worst = worst.max(step.elapsed());
            }
            let each = start.elapsed() / steps.max(1);
            println!("{constraint:?}: compiled in {compiled:?}, {steps} steps of {each:?}, worst {worst:?}");
        }
    }
}

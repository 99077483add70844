//! Constraints on this backend: they are compiled by whoever hands in the request, and followed by the worker.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;
use llama_cpp_2::token::data::LlamaTokenData;
use llama_cpp_2::token::data_array::LlamaTokenDataArray;

use crate::backend::{BackendRequest, GenerateTask, RequestId, Task};
use crate::constraint::{Constraint, Guide, Next, Vocabulary};
use crate::tokenizer::Tokenizer;
use crate::{BackendError, TokenId};

/// Compiled constraints that are kept for requests to come.
const KEPT: usize = 64;

/// The vocabulary for constraints, made when the first one arrives, the compiled constraints, and the guides of
/// requests that the worker has not taken yet.
pub(super) struct Guides {
    tokenizer: Tokenizer,
    size: usize,
    vocabulary: OnceLock<Result<Vocabulary, BackendError>>,
    /// The one used last comes last.
    compiled: Mutex<Vec<(Constraint, Arc<Guide>)>>,
    waiting: Mutex<HashMap<RequestId, Guide>>,
}

impl Guides {
    pub(super) fn new(tokenizer: Tokenizer, size: usize) -> Self {
        Self {
            tokenizer,
            size,
            vocabulary: OnceLock::new(),
            compiled: Mutex::default(),
            waiting: Mutex::default(),
        }
    }

    /// Compiles the request's constraint if it has one, which may take long: up to seconds for the first one.
    pub(super) fn prepare(&self, request: &BackendRequest) -> Result<(), BackendError> {
        match &request.task {
            Task::Generate(GenerateTask { constraint: Some(constraint), .. }) => {
                self.compiled(constraint).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Hands the request to `post`, and its guide to the worker.
    pub(super) fn post(
        &self,
        request: BackendRequest,
        post: impl FnOnce(BackendRequest) -> Result<RequestId, BackendError>,
    ) -> Result<RequestId, BackendError> {
        let Task::Generate(task) = &request.task else { return post(request) };
        let Some(constraint) = &task.constraint else { return post(request) };
        let guide = self.compiled(constraint)?.fork(&task.end_ids);
        // Held over the posting: the worker may take the request at once, and then waits here for the guide.
        let mut waiting = lock(&self.waiting);
        let id = post(request)?;
        waiting.insert(id, guide);
        Ok(id)
    }

    fn compiled(&self, constraint: &Constraint) -> Result<Arc<Guide>, BackendError> {
        let known = |kept: &mut Vec<(Constraint, Arc<Guide>)>| {
            let place = kept.iter().position(|(known, _)| known == constraint)?;
            let entry = kept.remove(place);
            let guide = Arc::clone(&entry.1);
            kept.push(entry);
            Some(guide)
        };
        if let Some(guide) = known(&mut lock(&self.compiled)) {
            return Ok(guide);
        }
        let vocabulary = self.vocabulary.get_or_init(|| Vocabulary::new(&self.tokenizer, self.size));
        // Without the lock: others go on meanwhile, and two may compile the same.
        let guide = Arc::new(Guide::new(vocabulary.as_ref().map_err(Clone::clone)?, constraint, &[])?);
        let mut kept = lock(&self.compiled);
        if known(&mut kept).is_none() {
            if kept.len() == KEPT {
                kept.remove(0);
            }
            kept.push((constraint.clone(), Arc::clone(&guide)));
        }
        Ok(guide)
    }

    pub(super) fn take(&self, id: RequestId) -> Option<Guide> {
        lock(&self.waiting).remove(&id)
    }
}

/// The data behind these locks is whole after each statement, so a panic elsewhere does not spoil it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Chooses among the allowed ids. With `forced`, the tokens that must follow the chosen one come with it. Empty:
/// the text is complete and can't go on.
pub(super) fn choose(
    guide: &mut Guide,
    logits: &[f32],
    sampler: Option<&mut LlamaSampler>,
    forced: bool,
) -> Result<Vec<TokenId>, BackendError> {
    let Next::Allowed(mask) = guide.next()? else { return Ok(Vec::new()) };
    let allowed = mask.iter().filter_map(|id| Some((id, *logits.get(id as usize)?)));
    let candidates: Vec<_> =
        allowed.map(|(id, logit)| LlamaTokenData::new(LlamaToken(id as TokenId), logit, 0.0)).collect();
    let token = match sampler {
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
    let mut tokens = vec![token];
    if forced && !guide.is_end(token) {
        tokens.extend(guide.take_forced()?);
    }
    Ok(tokens)
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Instant;

    use llama_cpp_2::context::params::LlamaContextParams;
    use llama_cpp_2::llama_batch::LlamaBatch;

    use super::super::model;
    use super::*;
    use crate::{Constraint, Engine, GenerationRequest};

    /// What a constraint could save at the most by an output layer that knew of it.
    #[test]
    #[ignore = "a measurement; run it with --nocapture and the model's file in SOJU_MODEL"]
    fn the_cost_of_the_output_layer() {
        const STEPS: i32 = 40;
        let model = model::load(std::env::var("SOJU_MODEL").unwrap().as_ref()).unwrap();
        let threads = std::thread::available_parallelism().map_or(1, usize::from) as i32;
        for rows in [1, 8, 32] {
            let mut each = [std::time::Duration::MAX; 2];
            for _ in 0..3 {
                for (output, best) in [true, false].into_iter().zip(&mut each) {
                    let params = LlamaContextParams::default()
                        .with_n_ctx(NonZeroU32::new(2048))
                        .with_n_seq_max(rows as u32)
                        .with_n_threads(threads)
                        .with_n_threads_batch(threads)
                        .with_kv_unified(true)
                        .with_swa_full(true);
                    let mut context = model.new_context(model::llama().unwrap(), params).unwrap();
                    let mut batch = LlamaBatch::new(rows, 1);
                    let mut step = |position| {
                        batch.clear();
                        let token = LlamaToken::new(1000 + position);
                        (0..rows as i32).for_each(|row| batch.add(token, position, &[row], output).unwrap());
                        context.decode(&mut batch).unwrap();
                        if output {
                            std::hint::black_box(context.get_logits_ith(0)[0]);
                        }
                    };
                    step(0);
                    let start = Instant::now();
                    (1..=STEPS).for_each(&mut step);
                    *best = (*best).min(start.elapsed() / STEPS as u32);
                }
            }
            println!("{rows} rows: {:?} with the output layer, {:?} without", each[0], each[1]);
        }
    }

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
                let tokens = choose(&mut guide, &logits, None, true).unwrap();
                if tokens.is_empty() || tokens.contains(&1) {
                    break;
                }
                steps += 1;
                worst = worst.max(step.elapsed());
            }
            let each = start.elapsed() / steps.max(1);
            println!("{constraint:?}: compiled in {compiled:?}, {steps} steps of {each:?}, worst {worst:?}");
        }
    }
}

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

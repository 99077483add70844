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

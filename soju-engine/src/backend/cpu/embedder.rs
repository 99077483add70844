//! Hidden states: a second context of llama.cpp, made when the first text comes, with texts batched of its own.
//!
//! A context that gives hidden states runs the output layer for every token too, and llama.cpp has no switch for
//! that; it is most of the cost. Hence a context apart from the one that generates.

use std::collections::VecDeque;
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::context::params::{LlamaContextParams, LlamaPoolingType};
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_2::token::LlamaToken;

use super::model::llama;
use crate::backend::RequestId;
use crate::backend::pool::Pool;
use crate::request::{EmbedRequest, Embedding};
use crate::{BackendError, TokenId};

/// Rows of one batch. The output layer gives a vocabulary of logits for each: 1 MB with Gemma 3.
const ROWS: usize = 128;
/// Texts computed together.
const SEQUENCES: usize = 32;

pub(super) struct Embedder<'model> {
    model: &'model LlamaModel,
    params: LlamaContextParams,
    /// Cells of its cache.
    capacity: usize,
    context: Option<LlamaContext<'model>>,
    batch: LlamaBatch<'static>,
    waiting: VecDeque<Text>,
    running: Vec<Text>,
    free_sequences: Vec<i32>,
}

struct Text {
    id: RequestId,
    tokens: Vec<TokenId>,
    deadline: Option<Instant>,
    pool: Pool,
    /// Tokens that are computed.
    done: usize,
    sequence: i32,
}

/// What a step did.
#[derive(Default)]
pub(super) struct Step {
    pub(super) admitted: Vec<RequestId>,
    pub(super) rows: usize,
    pub(super) answers: Vec<(RequestId, Result<Embedding, BackendError>)>,
}

impl<'model> Embedder<'model> {
    /// `params` are those of the context that generates, `capacity` its cells.
    pub(super) fn new(model: &'model LlamaModel, params: LlamaContextParams, capacity: usize) -> Self {
        let params = params
            .with_embeddings(true)
            .with_pooling_type(LlamaPoolingType::None)
            .with_n_batch(ROWS as u32)
            .with_n_ubatch(ROWS as u32)
            .with_n_seq_max(SEQUENCES as u32);
        Self {
            model,
            params,
            capacity,
            context: None,
            batch: LlamaBatch::new(ROWS, 1),
            waiting: VecDeque::new(),
            running: Vec::new(),
            free_sequences: (0..SEQUENCES as i32).rev().collect(),
        }
    }

    /// Takes a request that [fits](crate::backend::BackendRequest::check).
    pub(super) fn add(&mut self, id: RequestId, request: EmbedRequest, deadline: Option<Instant>) {
        let EmbedRequest { tokens, pooling } = request;
        self.waiting.push_back(Text { id, tokens, deadline, pool: Pool::new(pooling), done: 0, sequence: 0 });
    }

    /// Takes a request out. False if it is not there.
    pub(super) fn cancel(&mut self, id: RequestId) -> bool {
        if let Some(index) = self.running.iter().position(|text| text.id == id) {
            let text = self.running.remove(index);
            self.release(text.sequence);
            return true;
        }
        let before = self.waiting.len();
        self.waiting.retain(|text| text.id != id);
        self.waiting.len() < before
    }

    /// Takes out the requests whose deadline has passed, and names them.
    pub(super) fn expire(&mut self, now: Instant) -> Vec<RequestId> {
        let texts = self.running.iter().chain(&self.waiting);
        let late = texts.filter(|text| text.deadline.is_some_and(|deadline| deadline <= now));
        let expired: Vec<_> = late.map(|text| text.id).collect();
        for id in &expired {
            self.cancel(*id);
        }
        expired
    }

    pub(super) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty()
    }

    pub(super) fn active(&self) -> usize {
        self.running.len()
    }

    pub(super) fn queued(&self) -> usize {
        self.waiting.len()
    }

    /// Computes one batch. If that fails, only the texts here fail.
    pub(super) fn step(&mut self) -> Step {
        let mut step = Step { admitted: self.admit(), ..Step::default() };
        if self.running.is_empty() {
            return step;
        }
        match self.compute() {
            Ok(rows) => {
                step.rows = rows;
                while let Some(index) = self.running.iter().position(|text| text.done == text.tokens.len()) {
                    let text = self.running.remove(index);
                    self.release(text.sequence);
                    step.answers.push((text.id, Ok(text.pool.finish())));
                }
            }
            Err(reason) => {
                // Its cache is in an unknown state. The next text gets a new one.
                self.context = None;
                for text in std::mem::take(&mut self.running) {
                    self.free_sequences.push(text.sequence);
                    step.answers.push((text.id, Err(BackendError::Failed(reason.clone()))));
                }
            }
        }
        step
    }

    /// Texts run in order of arrival, as many as the cache has room for.
    fn admit(&mut self) -> Vec<RequestId> {
        let mut cells: usize = self.running.iter().map(|text| text.tokens.len()).sum();
        let mut admitted = Vec::new();
        while let Some(text) = self.waiting.front() {
            cells += text.tokens.len();
            if cells > self.capacity {
                break;
            }
            let Some(sequence) = self.free_sequences.pop() else { break };
            let Some(text) = self.waiting.pop_front() else { break };
            admitted.push(text.id);
            self.running.push(Text { sequence, ..text });
        }
        admitted
    }

    fn compute(&mut self) -> Result<usize, String> {
        let context = match &mut self.context {
            Some(context) => context,
            none => {
                let made = llama().map_err(|error| error.to_string()).and_then(|llama| {
                    self.model.new_context(llama, self.params.clone()).map_err(|error| {
                        format!("llama.cpp made no context for hidden states ({error}); lower `kv_tokens`")
                    })
                });
                none.insert(made?)
            }
        };
        self.batch.clear();
        let mut counts = Vec::with_capacity(self.running.len());
        let mut left = ROWS;
        for text in &self.running {
            let end = text.tokens.len().min(text.done + left);
            for position in text.done..end {
                let token = LlamaToken::new(text.tokens[position]);
                let added = self.batch.add(token, position as i32, &[text.sequence], true);
                added.map_err(|error| format!("a batch of {ROWS} tokens is too large: {error}"))?;
            }
            left -= end - text.done;
            counts.push(end - text.done);
        }
        let decoded = context.decode(&mut self.batch);
        decoded.map_err(|error| format!("llama.cpp could not compute {} tokens: {error}", ROWS - left))?;
        let mut row = 0;
        for (text, count) in self.running.iter_mut().zip(counts) {
            for _ in 0..count {
                let states = context.embeddings_ith(row);
                text.pool.add(states.map_err(|error| format!("no hidden states of row {row}: {error}"))?);
                row += 1;
            }
            text.done += count;
        }
        Ok(ROWS - left)
    }

    fn release(&mut self, sequence: i32) {
        self.free_sequences.push(sequence);
        let Some(context) = &mut self.context else { return };
        if context.kv_cache_seq_rm(sequence, None, None).is_err() {
            // It never refuses a whole sequence; if it did, nothing of this cache could be trusted.
            tracing::error!(sequence, "the key-value cache of the embedder refused to forget a text");
        }
    }
}

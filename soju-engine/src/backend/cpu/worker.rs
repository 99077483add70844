//! The thread that owns the model's context: takes requests, runs step after step, answers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use llama_cpp_2::context::LlamaContext;
use llama_cpp_2::llama_batch::LlamaBatch;
use llama_cpp_2::sampling::LlamaSampler;
use llama_cpp_2::token::LlamaToken;

use super::embedder::Embedder;
use super::guide::{Guides, choose};
use super::logits::{argmax, log_normalizer, sampler};
use crate::BackendError;
use crate::backend::mailbox::{Letter, Mailbox};
use crate::backend::{Event, Generated, RequestId, Task};
use crate::constraint::Guide;
use crate::request::Score;
use crate::scheduler::{Job, KvOp, Limits, Plan, Progress, Scheduler, Want, Work};
use crate::stats::BackendStats;
use crate::stream::FinishReason;
use crate::trace::{self, RequestWatch};

/// Where the worker publishes its counters.
pub(super) type SharedStats = Arc<Mutex<BackendStats>>;

pub(super) struct Worker<'model> {
    context: LlamaContext<'model>,
    embedder: Embedder<'model>,
    batch: LlamaBatch<'static>,
    scheduler: Scheduler,
    open: HashMap<RequestId, Open>,
    mailbox: Arc<Mailbox>,
    guides: Arc<Guides>,
    shared_stats: SharedStats,
    stats: BackendStats,
    watch: RequestWatch,
}

/// What the scheduler need not know about a request.
enum Open {
    Generate { sampler: Option<LlamaSampler>, log_probs: bool, guide: Option<Box<Guide>> },
    Score(Score),
    Embed,
}

impl<'model> Worker<'model> {
    pub(super) fn new(
        context: LlamaContext<'model>,
        embedder: Embedder<'model>,
        limits: Limits,
        mailbox: Arc<Mailbox>,
        guides: Arc<Guides>,
        shared_stats: SharedStats,
    ) -> Self {
        Self {
            context,
            embedder,
            batch: LlamaBatch::new(limits.batch_tokens, 1),
            scheduler: Scheduler::new(limits),
            open: HashMap::new(),
            mailbox,
            guides,
            shared_stats,
            stats: BackendStats {
                kv_tokens_total: limits.kv_tokens,
                kv_block_tokens: 1,
                ..BackendStats::default()
            },
            watch: RequestWatch::default(),
        }
    }

    /// Works until the mailbox is closed.
    ///
    /// # Errors
    /// Why a step could not be computed. The context is of no use after that.
    pub(super) fn run(mut self) -> Result<(), String> {
        self.publish();
        loop {
            let delivery = self.mailbox.collect(self.scheduler.is_idle() && self.embedder.is_idle());
            for letter in delivery.requests {
                self.take(letter);
            }
            for id in delivery.cancelled {
                if self.scheduler.cancel(id) || self.embedder.cancel(id) {
                    self.finish(id, Generated::default(), FinishReason::Cancelled);
                }
            }
            if delivery.closed {
                let open: Vec<RequestId> = self.open.keys().copied().collect();
                for id in open {
                    self.finish(id, Generated::default(), FinishReason::Cancelled);
                }
                return Ok(());
            }
            let now = Instant::now();
            for id in self.scheduler.expire(now).into_iter().chain(self.embedder.expire(now)) {
                self.finish(id, Generated::default(), FinishReason::TimedOut);
            }
            let iteration = trace::iteration().entered();
            let plan = trace::plan().in_scope(|| self.scheduler.plan());
            trace::planned(&iteration, plan.rows.len(), plan.decode_rows, plan.outputs.len());
            self.watch.paused(&plan.paused);
            self.watch.admitted(&plan.admitted);
            self.change_cache(&plan.ops)?;
            if !plan.rows.is_empty() {
                trace::compute(plan.rows.len(), plan.decode_rows).in_scope(|| self.compute(&plan))?;
                self.count(&plan);
                trace::sample().in_scope(|| self.use_outputs(&plan));
            }
            self.answer_scored(&plan.scored);
            self.embed();
            self.publish();
        }
    }

    /// One batch of texts whose hidden states are wanted.
    fn embed(&mut self) {
        if self.embedder.is_idle() {
            return;
        }
        let span = trace::embed().entered();
        let step = self.embedder.step();
        span.record("rows", step.rows);
        self.watch.admitted(&step.admitted);
        self.stats.steps += u64::from(step.rows > 0);
        self.stats.prompt_tokens += step.rows as u64;
        self.publish();
        for (id, answer) in step.answers {
            self.open.remove(&id);
            self.answer(id, answer.map_or_else(Event::Failed, Event::Embedded));
        }
    }

    fn take(&mut self, letter: Letter) {
        let Letter { id, request, taken } = letter;
        self.watch.opened(id, &request.task, taken);
        let deadline = request.timeout.and_then(|timeout| taken.checked_add(timeout));
        let (prompt, shared_prefix, work, open) = match request.task {
            Task::Generate(task) => {
                let sampler = (!task.sampling.is_greedy()).then(|| sampler(&task.sampling));
                let work = Work::Generate { max_new: task.max_new_tokens, end_ids: task.end_ids };
                let guide = self.guides.take(id).map(Box::new);
                let open = Open::Generate { sampler, log_probs: task.log_probs, guide };
                (task.prompt, task.shared_prefix, work, open)
            }
            Task::Score(score) => {
                let log_probs = score.continuations.iter().map(|tokens| vec![0.0; tokens.len()]).collect();
                let work = Work::Score { continuations: score.continuations };
                (score.prompt, score.shared_prefix, work, Open::Score(Score { log_probs }))
            }
            Task::Embed(embed) => {
                self.open.insert(id, Open::Embed);
                return self.embedder.add(id, embed, deadline);
            }
        };
        self.open.insert(id, open);
        self.scheduler.add(Job { id, prompt, shared_prefix, priority: request.priority, deadline, work });
        self.begin(id);
    }

    /// What a constraint forces before any choice is delivered at once and computed with the prompt.
    fn begin(&mut self, id: RequestId) {
        // Log-probabilities of forced tokens can't be told; see `sample`.
        let Some(Open::Generate { guide: Some(guide), log_probs: false, .. }) = self.open.get_mut(&id) else {
            return;
        };
        match guide.take_forced() {
            Ok(tokens) if tokens.is_empty() => {}
            Ok(tokens) => {
                self.accept(id, Generated { tokens, log_probs: Vec::new() }, 0);
            }
            Err(error) => self.fail(id, error),
        }
    }

    fn change_cache(&mut self, ops: &[KvOp]) -> Result<(), String> {
        for op in ops {
            let done = match *op {
                KvOp::Copy { from, to, start, end } => {
                    self.context.kv_cache_seq_cp(from, to, Some(start as u32), Some(end as u32))
                }
                KvOp::Truncate { sequence, len } => {
                    self.context.kv_cache_seq_rm(sequence, Some(len as u32), None)
                }
                KvOp::Clear { sequence } => self.context.kv_cache_seq_rm(sequence, None, None),
            };
            done.map_err(|error| format!("the key-value cache refused {op:?}: {error}"))?;
        }
        Ok(())
    }

    fn compute(&mut self, plan: &Plan) -> Result<(), String> {
        self.batch.clear();
        for row in &plan.rows {
            let added =
                self.batch.add(LlamaToken::new(row.token), row.position as i32, &[row.sequence], row.output);
            added.map_err(|error| format!("a batch of {} tokens is too large: {error}", plan.rows.len()))?;
        }
        let decoded = self.context.decode(&mut self.batch);
        decoded
            .map_err(|error| format!("llama.cpp could not compute {} tokens: {error}", plan.rows.len()))?;
        Ok(())
    }

    /// Counts before anybody is answered, so that a reader who has its answer finds it counted.
    fn count(&mut self, plan: &Plan) {
        self.stats.steps += 1;
        self.stats.generated_tokens +=
            plan.outputs.iter().filter(|output| output.want == Want::Sample).count() as u64;
        self.stats.prompt_tokens += (plan.rows.len() - plan.decode_rows) as u64;
        self.publish();
    }

    fn use_outputs(&mut self, plan: &Plan) {
        for output in &plan.outputs {
            let row = output.row as i32;
            match &output.want {
                Want::Sample => self.sample(output.id, row),
                Want::Score(lookups) => {
                    let logits = self.context.get_logits_ith(row);
                    let normalizer = log_normalizer(logits);
                    let Some(Open::Score(score)) = self.open.get_mut(&output.id) else { continue };
                    for lookup in lookups {
                        score.log_probs[lookup.continuation][lookup.index] =
                            logits[lookup.token as usize] - normalizer;
                    }
                }
            }
        }
    }

    fn answer_scored(&mut self, scored: &[RequestId]) {
        for id in scored {
            if let Some(Open::Score(score)) = self.open.remove(id) {
                self.answer(*id, Event::Scored(score));
            }
        }
    }

    fn sample(&mut self, id: RequestId, row: i32) {
        let Some(Open::Generate { sampler, log_probs, guide }) = self.open.get_mut(&id) else { return };
        let choice = match (guide.as_deref_mut(), sampler.as_mut()) {
            (Some(guide), sampler) => {
                // Tokens that a constraint forces are not seen by the model before they are chosen, so it can't say
                // how probable they were.
                choose(guide, self.context.get_logits_ith(row), sampler, !*log_probs)
            }
            (None, Some(sampler)) => Ok(vec![sampler.sample(&self.context, row).0]),
            (None, None) => Ok(vec![argmax(self.context.get_logits_ith(row))]),
        };
        let tokens = match choice {
            Ok(tokens) if tokens.is_empty() => {
                self.scheduler.cancel(id);
                return self.finish(id, Generated::default(), FinishReason::EndId);
            }
            Ok(tokens) => tokens,
            Err(error) => return self.fail(id, error),
        };
        let mut generated = Generated { tokens, log_probs: Vec::new() };
        if *log_probs {
            let logits = self.context.get_logits_ith(row);
            generated.log_probs.push(logits[generated.tokens[0] as usize] - log_normalizer(logits));
        }
        self.watch.token(id);
        self.accept(id, generated, 1);
    }

    /// Takes tokens into an answer, as far as they belong to it. All but the first `counted` were forced.
    fn accept(&mut self, id: RequestId, mut generated: Generated, counted: usize) {
        let Progress { accepted, reason } = self.scheduler.sampled(id, &generated.tokens);
        let forced = accepted.saturating_sub(counted) as u64;
        if forced > 0 {
            self.stats.generated_tokens += forced;
            self.stats.forced_tokens += forced;
            self.publish();
        }
        let is_whole = accepted == generated.tokens.len();
        generated.tokens.truncate(accepted);
        generated.log_probs.truncate(accepted);
        let is_over =
            matches!(self.open.get(&id), Some(Open::Generate { guide: Some(guide), .. }) if guide.is_over());
        match reason {
            // Nothing but the end could follow: it need not be computed.
            None | Some(FinishReason::Length) if is_over && is_whole => {
                self.scheduler.cancel(id);
                self.finish(id, generated, FinishReason::EndId);
            }
            None => self.answer(id, Event::Tokens(generated)),
            Some(reason) => self.finish(id, generated, reason),
        }
    }

    /// This request can't go on; others can.
    fn fail(&mut self, id: RequestId, error: BackendError) {
        self.scheduler.cancel(id);
        self.open.remove(&id);
        self.answer(id, Event::Failed(error));
    }

    fn finish(&mut self, id: RequestId, last: Generated, reason: FinishReason) {
        self.open.remove(&id);
        self.answer(id, Event::Finished(last, reason));
    }

    fn answer(&mut self, id: RequestId, event: Event) {
        if event.is_final() {
            self.watch.ended(id, &event);
        }
        self.mailbox.answer(id, event);
    }

    fn publish(&mut self) {
        self.stats.active = self.scheduler.active() + self.embedder.active();
        self.stats.queued = self.scheduler.queued() + self.embedder.queued();
        self.stats.paused = self.scheduler.paused();
        self.stats.kv_tokens_used = self.scheduler.cells_used();
        self.stats.kv_tokens_cached = self.scheduler.cells_cached();
        let counters = self.scheduler.counters();
        self.stats.pauses = counters.pauses;
        self.stats.prefix_hits = counters.prefix_hits;
        self.stats.prefix_reused_tokens = counters.prefix_tokens;
        self.stats.queue_wait = self.watch.queue_wait();
        *self.shared_stats.lock().unwrap_or_else(PoisonError::into_inner) = self.stats;
    }
}

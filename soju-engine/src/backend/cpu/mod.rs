//! The embedded default: llama.cpp on the CPU, with in-flight batching by our scheduler.
//!
//! The key-value cache is unified and keeps the whole sliding window (`swa_full`), so that copying a prefix
//! and rolling back a continuation are exact. Numbers differ a little with the shape of a batch: llama.cpp
//! computes rows in fours, and what is left over (so also a single token) with other kernels. Across them the
//! most probable token agrees in 91 to 93 of 100 cases, and log-probabilities move: half of them by less than 0.03, 95 of 100
//! by less than 0.2, one of 1,260 by 0.43 (`cargo test -p soju-engine --test cpu_scheduling the_tolerance --
//! --ignored --nocapture`). So equal requests give equal tokens only in equal company.
//!
//! llama.cpp's threads wait for each other by spinning. On a machine that is busy with other work this costs
//! most of the speed; give it one thread there ([`CpuConfig::threads`]), or `OMP_WAIT_POLICY=passive`, which is
//! about as fast as one thread.

mod config;
mod embedder;
mod guide;
mod logits;
mod model;
mod worker;

use std::num::NonZeroU32;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use llama_cpp_2::context::params::LlamaContextParams;
use llama_cpp_2::model::LlamaModel;

use super::mailbox::Mailbox;
use super::{Backend, BackendRequest, BackendResponse, RequestId, Task};
use crate::scheduler::Limits;
use crate::stats::{BackendInfo, BackendStats};
use crate::tokenizer::Tokenizer;
use crate::{BackendError, EngineError};
pub use config::{Batching, CapacityPolicy, CpuConfig, PrefixReuse};
use embedder::Embedder;
use guide::Guides;
use worker::{SharedStats, Worker};

/// Rows that llama.cpp computes at a time with flash attention. It takes 64 and more in tiles, which costs most of the
/// speed where rows belong to different sequences, and gives a row other numbers than it has by itself. A multiple
/// of 4, as its other kernels have it.
const FLASH_ROWS: usize = 60;
/// Open requests that the backend holds at most.
const QUEUE: usize = 4096;

/// The CPU backend. Use it through [`Engine::cpu`](crate::Engine::cpu) unless you write your own engine.
pub struct CpuBackend {
    info: BackendInfo,
    mailbox: Arc<Mailbox>,
    guides: Arc<Guides>,
    stats: SharedStats,
    worker: Mutex<Option<JoinHandle<()>>>,
}

impl CpuBackend {
    /// Loads the model and starts the worker thread. Takes the time to read the file.
    ///
    /// # Errors
    /// [`EngineError::InvalidConfig`], [`EngineError::ModelNotFound`], [`EngineError::ModelUnreadable`],
    /// [`EngineError::Tokenizer`], or [`BackendError::Failed`] when there is no memory for the context.
    pub fn load(config: &CpuConfig) -> Result<(Self, Tokenizer), EngineError> {
        config.check()?;
        let model = model::load(&config.model)?;
        let tokenizer = match &config.tokenizer {
            None => Tokenizer::from_model(Arc::clone(&model)),
            Some(path) => Tokenizer::from_file(path)?.for_model(&model, path)?,
        };
        let context_length = config.kv_tokens.min(model.n_ctx_train() as usize);
        let description = model.meta_val_str("general.name").unwrap_or_else(|_| "unnamed".to_owned());
        let description = format!(
            "{description}, {} M parameters, {} MB",
            model.n_params() / 1_000_000,
            model.size() >> 20
        );
        let info = BackendInfo::new("cpu", &description, model.n_vocab().max(0) as usize, context_length);

        let limits = Limits {
            kv_tokens: config.kv_tokens,
            max_sequences: config.max_sequences,
            prefix_sequences: config.prefixes,
            batch_tokens: config.batch_tokens,
            max_outputs: config.max_sequences.max(32).min(config.batch_tokens),
            batching: config.batching,
            policy: config.policy,
            reuse: config.reuse,
        };
        let mailbox = Arc::new(Mailbox::new(QUEUE));
        let guides = Arc::new(Guides::new(tokenizer.clone(), info.vocabulary));
        let stats = SharedStats::default();
        let (started, start) = sync_channel(1);
        let worker = {
            let (mailbox, guides) = (Arc::clone(&mailbox), Arc::clone(&guides));
            let (stats, params) = (Arc::clone(&stats), context_params(config));
            std::thread::Builder::new()
                .name("soju-cpu".into())
                .spawn(move || work(&model, params, limits, mailbox, guides, stats, started))
                .map_err(|error| failed(format!("no thread could be started: {error}")))?
        };
        match start.recv() {
            Ok(Ok(())) => {}
            Ok(Err(reason)) => return Err(failed(reason)),
            Err(_) => return Err(failed("the worker ended before it began".into())),
        }
        Ok((Self { info, mailbox, guides, stats, worker: Mutex::new(Some(worker)) }, tokenizer))
    }
}

fn failed(reason: String) -> EngineError {
    EngineError::Backend(BackendError::Failed(reason))
}

fn context_params(config: &CpuConfig) -> LlamaContextParams {
    // llama.cpp rounds the context up to a multiple of this anyway; `config.check` bounds the numbers.
    let cells = (config.kv_tokens as u32).next_multiple_of(256);
    let rows = if config.flash_attention { config.batch_tokens.min(FLASH_ROWS) } else { config.batch_tokens };
    LlamaContextParams::default()
        .with_n_ctx(NonZeroU32::new(cells))
        .with_n_batch(config.batch_tokens as u32)
        .with_n_ubatch(rows as u32)
        .with_n_seq_max((config.max_sequences + config.prefixes) as u32)
        .with_n_threads(config.threads as i32)
        .with_n_threads_batch(config.threads as i32)
        .with_kv_unified(true)
        .with_swa_full(true)
        .with_flash_attention_policy(i32::from(config.flash_attention))
        .with_offload_kqv(false)
        .with_no_perf(true)
}

/// The life of the worker thread.
fn work(
    model: &Arc<LlamaModel>,
    params: LlamaContextParams,
    limits: Limits,
    mailbox: Arc<Mailbox>,
    guides: Arc<Guides>,
    stats: SharedStats,
    started: SyncSender<Result<(), String>>,
) {
    mailbox.serve(|| {
        let context = model::llama().map_err(|error| error.to_string()).and_then(|llama| {
            model.new_context(llama, params.clone()).map_err(|error| {
                format!(
                    "llama.cpp made no context for {} tokens ({error}); lower `kv_tokens`",
                    limits.kv_tokens
                )
            })
        });
        let context = match context {
            Ok(context) => context,
            Err(reason) => {
                // The receiver is waiting; if it is gone there is nobody to tell.
                let _ = started.send(Err(reason));
                return BackendError::ShutDown;
            }
        };
        let embedder = Embedder::new(model, params, limits.kv_tokens);
        let worker = Worker::new(context, embedder, limits, Arc::clone(&mailbox), guides, stats);
        let _ = started.send(Ok(()));
        worker.run().map_or_else(BackendError::Failed, |()| BackendError::ShutDown)
    });
}

/// Refuses what only TensorRT-LLM has.
fn support(task: &Task) -> Result<(), BackendError> {
    let lacks = |feature| {
        let remedy = "leave it out, or use the TensorRT-LLM backend";
        Err(BackendError::Unsupported { backend: "cpu", feature, remedy })
    };
    match task {
        Task::Generate(task) if task.lora.is_some() => lacks("low-rank adapters"),
        Task::Generate(task) if task.prompt_table.is_some() => lacks("prompt tables"),
        _ => Ok(()),
    }
}

impl Backend for CpuBackend {
    fn info(&self) -> BackendInfo {
        self.info.clone()
    }

    fn prepare(&self, request: &BackendRequest) -> Result<(), BackendError> {
        self.guides.prepare(request)
    }

    fn enqueue(&self, request: BackendRequest) -> Result<RequestId, BackendError> {
        request.check(&self.info)?;
        support(&request.task)?;
        self.guides.post(request, |request| self.mailbox.post(request))
    }

    fn await_responses(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError> {
        self.mailbox.receive(timeout)
    }

    fn cancel(&self, id: RequestId) {
        self.mailbox.cancel(id);
    }

    fn stats(&self) -> BackendStats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shutdown(&self) {
        self.mailbox.close();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            // A panic of the worker has been reported through the mailbox.
            let _ = worker.join();
        }
    }
}

impl Drop for CpuBackend {
    fn drop(&mut self) {
        self.shutdown();
    }
}

//! A native library: calls through the bridge.

use cxx::UniquePtr;

use super::memory::Tensor;
use super::outgoing::{entry, hooks, source};
use crate::bridge::ffi;
use crate::cross::Cross;
use crate::error::NativeError;
use crate::response::{FastLogits, Head, HeldTensor, TensorKind};
use crate::{
    DebugTensor, DecodingConfig, DecodingMode, EffectiveRequest, Error, ExecutorConfig, IterationStats,
    KvCacheEvent, LogitsProcessors, Model, Request, RequestOptions, RequestStatsPerIteration, Responses,
};

/// The outcome of a call, its exception taken apart.
pub(super) fn native<T>(call: &'static str, outcome: Result<T, cxx::Exception>) -> Result<T, Error> {
    outcome.map_err(|exception| Error::Native(NativeError::parse(call, exception.what())))
}

pub(crate) fn library_version() -> Result<String, Error> {
    native("version", ffi::library_version())
}

pub(crate) fn init_plugins() -> Result<bool, Error> {
    native("initTrtLlmPlugins", ffi::init_plugins())
}

pub(crate) fn effective_config(config: &ExecutorConfig) -> Result<ExecutorConfig, Error> {
    let echo = native("ExecutorConfig", ffi::echo_config(&config.twin()))?;
    Ok(Option::from_ffi(echo).unwrap_or_default())
}

pub(crate) fn check_config(config: &ExecutorConfig) -> Result<(), Error> {
    let effective = effective_config(config)?;
    let mut asked = config.clone();
    if let Some(decoding) = &mut asked.decoding {
        leave_out_what_has_no_getter(decoding);
    }
    match Some(asked).drift(&Some(effective)) {
        Some(field) => Err(Error::Drift { field }),
        None => Ok(()),
    }
}

/// These three set something that other settings may override, or that can't be read back.
fn leave_out_what_has_no_getter(decoding: &mut DecodingConfig) {
    decoding.seamless_lookahead = None;
    if let Some(mode) = &mut decoding.mode {
        *mode = DecodingMode { occurrence_penalties: None, ban_tokens: None, ..mode.clone() };
    }
}

pub(crate) fn effective_request(request: &Request<'_>) -> Result<EffectiveRequest, Error> {
    let echo = native("Request", ffi::echo_request(&entry(request)))?;
    let extras = echo.extras;
    let pointers = [
        ("embedding_bias", extras.embedding_bias),
        ("draft_logits", extras.draft_logits),
        ("prompt_table", extras.prompt_table),
        ("multimodal_embedding", extras.multimodal_embedding),
        ("mrope_rotary_cos_sin", extras.mrope_rotary_cos_sin),
        ("lora_weights", extras.lora_weights),
        ("lora_config", extras.lora_config),
        ("encoder_input_features", extras.encoder_input_features),
        ("cross_attention_mask", extras.cross_attention_mask),
        ("skip_cross_attn_blocks", extras.skip_cross_attn_blocks),
    ];
    let mut tensors = Vec::new();
    for (name, pointer) in pointers {
        if !pointer.is_null() {
            tensors.push((name, crate::Tensor::from_native(Tensor::from_shared(pointer))?));
        }
    }
    Ok(EffectiveRequest {
        input_tokens: echo.input_tokens,
        encoder_input_tokens: Option::from_ffi(echo.encoder_input_tokens),
        options: Option::<RequestOptions>::from_ffi(echo.spec).unwrap_or_default(),
        tensors,
        has_logits_processor: echo.has_logits_processor,
    })
}

/// The C++ executor. Its destructor shuts it down.
pub(crate) struct Executor(UniquePtr<ffi::Executor>);

// SAFETY: the C++ class keeps its state behind a pointer (executor.h, `mImpl`) and is tied to no thread: its own loop
// runs on a thread that it starts itself (executorImpl.cpp, `mExecutionThread`).
unsafe impl Send for Executor {}
// SAFETY: executorImpl.cpp guards its queues of requests (`mQueuedReqMtx`), responses (`mResponsesMtx`),
// cancellations (`mCancelReqMtx`) and statistics (`mIterStatsMtx`, `mRequestStatsMtx`, `mDebugTensorsMtx`) by mutexes.
// What it does not guard: the counter of request ids and shutdown itself, which `crate::Executor::calls` serializes, and
// the flag of a shutdown (`mShutdownCalled`), which `crate::Executor::ended` keeps away from every other call.
unsafe impl Sync for Executor {}

impl Executor {
    pub(crate) fn new(
        model: &Model<'_>,
        config: &ExecutorConfig,
        logits_processors: &LogitsProcessors,
    ) -> Result<Self, Error> {
        let made = ffi::executor_new(&source(model), &config.twin(), &hooks(logits_processors));
        native("Executor", made).map(Self)
    }

    fn get(&self) -> &ffi::Executor {
        self.0
            .as_ref()
            .expect("the pointer comes from std::make_unique in executor.cpp and is never taken out")
    }

    pub(crate) fn enqueue(&self, request: &Request<'_>) -> Result<u64, Error> {
        native("enqueueRequest", ffi::enqueue(self.get(), &entry(request)))
    }

    pub(crate) fn enqueue_all(&self, requests: &[Request<'_>]) -> Result<Vec<u64>, Error> {
        let entries: Vec<_> = requests.iter().map(entry).collect();
        native("enqueueRequests", ffi::enqueue_many(self.get(), &entries))
    }

    pub(crate) fn await_any(&self, timeout_ms: i64) -> Result<Responses, Error> {
        native("awaitResponses", ffi::await_any(self.get(), timeout_ms)).and_then(responses)
    }

    pub(crate) fn await_ids(&self, ids: &[u64], timeout_ms: i64) -> Result<Responses, Error> {
        native("awaitResponses", ffi::await_ids(self.get(), ids, timeout_ms)).and_then(responses)
    }

    pub(crate) fn responses_ready(&self, id: Option<u64>) -> Result<i32, Error> {
        native("getNumResponsesReady", ffi::responses_ready(self.get(), id.to_ffi()))
    }

    pub(crate) fn cancel(&self, id: u64) -> Result<(), Error> {
        native("cancelRequest", ffi::cancel(self.get(), id))
    }

    pub(crate) fn shutdown(&self) -> Result<(), Error> {
        native("shutdown", ffi::shutdown(self.get()))
    }

    pub(crate) fn can_enqueue(&self) -> Result<bool, Error> {
        native("canEnqueueRequests", ffi::can_enqueue(self.get()))
    }

    pub(crate) fn is_participant(&self) -> Result<bool, Error> {
        native("isParticipant", ffi::is_participant(self.get()))
    }

    pub(crate) fn iteration_stats(&self) -> Result<Vec<IterationStats>, Error> {
        let stats = native("getLatestIterationStats", ffi::iteration_stats(self.get()))?;
        Ok(stats.into_iter().map(IterationStats::from_ffi).collect())
    }

    pub(crate) fn iteration_stats_json(&self) -> Result<Vec<String>, Error> {
        native("getLatestIterationStats", ffi::iteration_stats_json(self.get()))
    }

    pub(crate) fn request_stats(&self) -> Result<Vec<RequestStatsPerIteration>, Error> {
        native("getLatestRequestStats", ffi::request_stats(self.get())).map(crate::stats::grouped)
    }

    pub(crate) fn request_stats_json(&self) -> Result<Vec<String>, Error> {
        native("getLatestRequestStats", ffi::request_stats_json(self.get()))
    }

    pub(crate) fn debug_tensors(&self) -> Result<Vec<DebugTensor>, Error> {
        let mut tensors = Vec::new();
        for entry in native("getLatestDebugTensors", ffi::debug_tensors(self.get()))? {
            let tensor = crate::Tensor::from_native(Tensor::from_shared(entry.tensor))?;
            tensors.push(DebugTensor { iter: entry.iter, name: entry.name, tensor });
        }
        Ok(tensors)
    }

    pub(crate) fn kv_events(&self, timeout_ms: i64) -> Result<Option<Vec<KvCacheEvent>>, Error> {
        let all = native("getLatestEvents", ffi::kv_events(self.get(), timeout_ms))?;
        Ok(all.enabled.then(|| all.events.into_iter().map(KvCacheEvent::from).collect()))
    }
}

/// The lists move; only the heads, a few words each, are written anew.
fn responses(batch: ffi::ResponseBatch) -> Result<Responses, Error> {
    let index = |option: ffi::OptI32| option.set.then(|| usize::try_from(option.value).unwrap_or(usize::MAX));
    let heads = batch.heads.iter().map(|head| Head {
        request_id: head.request_id,
        client_id: Option::from_ffi(head.client_id),
        error: head.has_error.then_some(head.error as usize),
        is_final: head.is_final,
        is_sequence_final: head.is_sequence_final,
        sequence_index: head.sequence_index,
        decoding_iter: head.decoding_iter,
        avg_decoded_tokens_per_iter: head.avg_decoded_tokens_per_iter,
        first_beam: head.first_beam as usize,
        beams: head.beams as usize,
        has_cum_log_probs: head.has_cum_log_probs,
        has_log_probs: head.has_log_probs,
        fast_logits: head.has_fast_logits.then_some(FastLogits {
            draft_request_id: head.fast_logits_request_id,
            draft_participant_id: head.fast_logits_participant,
        }),
        perf: index(head.perf),
        context_phase: index(head.context_phase),
    });
    let mut tensors = Vec::with_capacity(batch.tensors.len());
    for held in batch.tensors {
        tensors.push(HeldTensor {
            response: held.response as usize,
            kind: TensorKind::from_raw(held.kind),
            name: held.name,
            tensor: crate::Tensor::from_native(Tensor::from_shared(held.tensor))?,
        });
    }
    Ok(Responses {
        heads: heads.collect(),
        tokens: batch.tokens,
        token_offsets: batch.token_offsets,
        finish_reasons: batch.finish_reasons,
        cum_log_probs: batch.cum_log_probs,
        log_probs: batch.log_probs,
        log_prob_offsets: batch.log_prob_offsets,
        errors: batch.errors,
        perf: Vec::from_ffi(batch.perf),
        context_phases: Vec::from_ffi(batch.context_phases),
        tensors,
    })
}

/// The loop in plain C++ of the stand-in (`shim/stand_in/src/plain_loop.cpp`).
#[cfg(trtllm_stand_in)]
pub(crate) fn plain_loop(
    engine: &std::path::Path,
    requests: u32,
    prompt: u32,
    max_tokens: u32,
) -> Option<f64> {
    use std::ffi::{CString, c_char};
    use std::os::unix::ffi::OsStrExt as _;

    unsafe extern "C" {
        fn soju_stand_in_plain_loop(
            engine: *const c_char,
            requests: u32,
            prompt: u32,
            max_tokens: u32,
        ) -> f64;
    }
    let engine = CString::new(engine.as_os_str().as_bytes()).ok()?;
    // SAFETY: the declaration is that of plain_loop.cpp, which reads the string during the call only and lets no
    // exception out.
    let seconds = unsafe { soju_stand_in_plain_loop(engine.as_ptr(), requests, prompt, max_tokens) };
    (seconds >= 0.0).then_some(seconds)
}

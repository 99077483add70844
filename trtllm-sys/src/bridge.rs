//! The typed bridge between Rust and the C++ shim (`shim/`).
//!
//! cxx has neither `std::optional` nor nested lists, so an optional value is a struct with a flag, and a list
//! of lists is one flat list with offsets: list `i` is `values[offsets[i]..offsets[i + 1]]`. The public types
//! of the crate hide both; see `cross.rs`.

#![allow(unreachable_pub, reason = "cxx makes the structs that both sides share `pub`")]

use crate::native::Hook;

fn append_tokens(target: &mut Vec<i32>, values: &[i32]) {
    target.extend_from_slice(values);
}

fn append_log_probs(target: &mut Vec<f32>, values: &[f32]) {
    target.extend_from_slice(values);
}

#[cxx::bridge(namespace = "trtllm_shim")]
pub(crate) mod ffi {
    // ---- optional values and lists -----------------------------------------------------------------------

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct OptBool {
        set: bool,
        value: bool,
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct OptI32 {
        set: bool,
        value: i32,
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct OptI64 {
        set: bool,
        value: i64,
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct OptU64 {
        set: bool,
        value: u64,
    }

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct OptF32 {
        set: bool,
        value: f32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptString {
        set: bool,
        value: String,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptStrings {
        set: bool,
        values: Vec<String>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptI32s {
        set: bool,
        values: Vec<i32>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptU64s {
        set: bool,
        values: Vec<u64>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptBytes {
        set: bool,
        values: Vec<u8>,
    }

    /// A list of lists, flat.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptLists {
        set: bool,
        values: Vec<i32>,
        offsets: Vec<u32>,
    }

    // ---- configuration of the executor -------------------------------------------------------------------

    #[derive(Clone, Copy, Debug, Default, PartialEq)]
    struct BatchSizeRow {
        limit: i32,
        size: i32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptBatchSizes {
        set: bool,
        values: Vec<BatchSizeRow>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct DynamicBatch {
        set: bool,
        batch_size_tuning: OptBool,
        max_num_tokens_tuning: OptBool,
        moving_average_window: OptI32,
        batch_size_table: OptBatchSizes,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Scheduler {
        set: bool,
        capacity_policy: OptI32,
        context_chunking_policy: OptI32,
        dynamic_batch: DynamicBatch,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct KvCache {
        set: bool,
        enable_block_reuse: OptBool,
        enable_partial_reuse: OptBool,
        copy_on_partial_reuse: OptBool,
        max_tokens: OptI32,
        max_attention_windows: OptI32s,
        sink_token_length: OptI32,
        free_gpu_memory_fraction: OptF32,
        cross_kv_cache_fraction: OptF32,
        host_cache_size: OptU64,
        onboard_blocks: OptBool,
        secondary_offload_min_priority: OptI32,
        event_buffer_max_size: OptU64,
        use_uvm: OptBool,
        attention_dp_events_gather_period_ms: OptI32,
        max_gpu_total_bytes: OptU64,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Orchestrator {
        set: bool,
        is_orchestrator: OptBool,
        worker_executable: OptString,
        spawn_processes: OptBool,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Parallel {
        set: bool,
        communication_type: OptI32,
        communication_mode: OptI32,
        device_ids: OptI32s,
        participant_ids: OptI32s,
        orchestrator: Orchestrator,
        num_nodes: OptI32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct PeftCache {
        set: bool,
        num_host_module_layer: OptI32,
        num_device_module_layer: OptI32,
        optimal_adapter_size: OptI32,
        max_adapter_size: OptI32,
        num_put_workers: OptI32,
        num_ensure_workers: OptI32,
        num_copy_streams: OptI32,
        max_pages_per_block_host: OptI32,
        max_pages_per_block_device: OptI32,
        device_cache_percent: OptF32,
        host_cache_size: OptU64,
        lora_prefetch_dir: OptString,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Lookahead {
        set: bool,
        window_size: i32,
        ngram_size: i32,
        verification_set_size: i32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Eagle {
        set: bool,
        choices: OptLists,
        greedy_sampling: OptBool,
        posterior_threshold: OptF32,
        use_dynamic_tree: OptBool,
        dynamic_tree_max_top_k: OptI32,
    }

    /// `kind` numbers the factories of `DecodingMode`; the flags are its `use…` toggles.
    #[derive(Clone, Debug, Default, PartialEq)]
    struct DecodingMode {
        set: bool,
        kind: u8,
        temperature: OptBool,
        occurrence_penalties: OptBool,
        presence_penalty: OptBool,
        repetition_penalty: OptBool,
        frequency_penalty: OptBool,
        min_length: OptBool,
        ban_tokens: OptBool,
        ban_words: OptBool,
        no_repeat_ngram_size: OptBool,
        stop_words: OptBool,
        max_length_stop: OptBool,
        explicit_eos_stop: OptBool,
        min_p: OptBool,
        variable_beam_width_search: OptBool,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Decoding {
        set: bool,
        mode: DecodingMode,
        lookahead: Lookahead,
        seamless_lookahead: OptBool,
        medusa_choices: OptLists,
        eagle: Eagle,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct PerfKnobs {
        set: bool,
        multi_block_mode: OptBool,
        enable_context_fmha_fp32_acc: OptBool,
        cuda_graph_mode: OptBool,
        cuda_graph_cache_size: OptI32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct DebugOutput {
        set: bool,
        input_tensors: OptBool,
        output_tensors: OptBool,
        tensor_names: OptStrings,
        max_iterations: OptI32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Speculative {
        set: bool,
        fast_logits: OptBool,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct GuidedBackend {
        set: bool,
        backend: OptI32,
        encoded_vocab: OptStrings,
        tokenizer: OptString,
        stop_token_ids: OptI32s,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct CacheTransceiver {
        set: bool,
        backend: OptI32,
        max_tokens_in_buffer: OptU64,
        kv_transfer_timeout_ms: OptI32,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct AdditionalOutput {
        name: String,
        gather_context: bool,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct OptAdditionalOutputs {
        set: bool,
        values: Vec<AdditionalOutput>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct ExecutorSpec {
        set: bool,
        max_beam_width: OptI32,
        scheduler: Scheduler,
        kv_cache: KvCache,
        enable_chunked_context: OptBool,
        normalize_log_probs: OptBool,
        iter_stats_max_iterations: OptI32,
        request_stats_max_iterations: OptI32,
        batching_type: OptI32,
        max_batch_size: OptI32,
        max_num_tokens: OptI32,
        parallel: Parallel,
        peft_cache: PeftCache,
        decoding: Decoding,
        use_gpu_direct_storage: OptBool,
        gpu_weights_percent: OptF32,
        max_queue_size: OptI32,
        perf_knobs: PerfKnobs,
        debug: DebugOutput,
        recv_poll_period_ms: OptI32,
        max_seq_idle_microseconds: OptU64,
        speculative: Speculative,
        guided: GuidedBackend,
        additional_outputs: OptAdditionalOutputs,
        cache_transceiver: CacheTransceiver,
        gather_generation_logits: OptBool,
        prompt_table_offloading: OptBool,
        enable_trt_overlap: OptBool,
        fail_fast_on_attention_window_too_large: OptBool,
    }

    /// Logits post-processors: `names[i]` belongs to `named[i]`; `batched` has at most one.
    struct Hooks {
        set: bool,
        names: Vec<String>,
        named: Vec<Hook>,
        batched: Vec<Hook>,
        replicate: OptBool,
    }

    /// What to run: folders, or engine bytes with their JSON configuration; with or without an encoder.
    struct ModelSource<'a> {
        from_buffers: bool,
        path: &'a [u8],
        engine: &'a [u8],
        config_json: &'a str,
        has_encoder: bool,
        encoder_path: &'a [u8],
        encoder_engine: &'a [u8],
        encoder_config_json: &'a str,
        model_type: i32,
        weights: Vec<NamedTensor>,
    }

    // ---- requests ----------------------------------------------------------------------------------------

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Sampling {
        set: bool,
        beam_width: OptI32,
        top_k: OptI32,
        top_p: OptF32,
        top_p_min: OptF32,
        top_p_reset_ids: OptI32,
        top_p_decay: OptF32,
        seed: OptU64,
        temperature: OptF32,
        min_tokens: OptI32,
        beam_search_diversity_rate: OptF32,
        repetition_penalty: OptF32,
        presence_penalty: OptF32,
        frequency_penalty: OptF32,
        length_penalty: OptF32,
        early_stopping: OptI32,
        no_repeat_ngram_size: OptI32,
        num_return_sequences: OptI32,
        min_p: OptF32,
        beam_width_array: OptI32s,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Output {
        set: bool,
        return_log_probs: OptBool,
        return_context_logits: OptBool,
        return_generation_logits: OptBool,
        exclude_input_from_output: OptBool,
        return_encoder_output: OptBool,
        return_perf_metrics: OptBool,
        additional_outputs: OptAdditionalOutputs,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct ExternalDraft {
        set: bool,
        tokens: Vec<i32>,
        acceptance_threshold: OptF32,
        fast_logits: OptBool,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Multimodal {
        set: bool,
        hashes: OptLists,
        positions: Vec<i32>,
        lengths: Vec<i32>,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct RetentionRange {
        token_start: i32,
        token_end: OptI32,
        priority: OptI32,
        duration_ms: OptI64,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct KvRetention {
        set: bool,
        ranges: Vec<RetentionRange>,
        decode_priority: OptI32,
        decode_duration_ms: OptI64,
        transfer_mode: OptI32,
        directory: OptString,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct ContextPhase {
        set: bool,
        first_tokens: Vec<i32>,
        request_id: u64,
        draft_tokens: OptI32s,
        state: OptBytes,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct Guide {
        set: bool,
        kind: i32,
        text: OptString,
    }

    #[derive(Clone, Debug, Default, PartialEq)]
    struct RequestSpec {
        set: bool,
        max_tokens: i32,
        streaming: OptBool,
        sampling: Sampling,
        output: Output,
        end_id: OptI32,
        pad_id: OptI32,
        position_ids: OptI32s,
        bad_words: OptLists,
        stop_words: OptLists,
        external_draft: ExternalDraft,
        prompt_table_extra_ids: OptU64s,
        multimodal: Multimodal,
        mrope_position_deltas: OptI32,
        lora_task_id: OptU64,
        lookahead: Lookahead,
        kv_retention: KvRetention,
        logits_processor_name: OptString,
        client_id: OptU64,
        return_all_generated_tokens: OptBool,
        priority: OptF32,
        request_type: OptI32,
        context_phase: ContextPhase,
        encoder_output_length: OptI32,
        eagle: Eagle,
        guide: Guide,
        language_adapter_uid: OptI32,
        allotted_time_ms: OptI64,
        cache_salt_id: OptU64,
    }

    /// The parts of a request that hold native memory or code; a null pointer stands for none.
    struct RequestExtras {
        embedding_bias: SharedPtr<Tensor>,
        draft_logits: SharedPtr<Tensor>,
        prompt_table: SharedPtr<Tensor>,
        multimodal_embedding: SharedPtr<Tensor>,
        mrope_rotary_cos_sin: SharedPtr<Tensor>,
        lora_weights: SharedPtr<Tensor>,
        lora_config: SharedPtr<Tensor>,
        encoder_input_features: SharedPtr<Tensor>,
        cross_attention_mask: SharedPtr<Tensor>,
        skip_cross_attn_blocks: SharedPtr<Tensor>,
        logits_processor: Vec<Hook>,
    }

    struct RequestEntry<'a> {
        input_tokens: &'a [i32],
        encoder_input_set: bool,
        encoder_input_tokens: &'a [i32],
        spec: RequestSpec,
        extras: RequestExtras,
    }

    /// A request as the C++ class reports it through its getters.
    struct RequestEcho {
        input_tokens: Vec<i32>,
        encoder_input_tokens: OptI32s,
        spec: RequestSpec,
        extras: RequestExtras,
        has_logits_processor: bool,
    }

    // ---- responses ---------------------------------------------------------------------------------------

    /// One response. Its beams are `first_beam .. first_beam + beams` in the lists of the batch, its error (if
    /// it has one) is `errors[error]`.
    #[derive(Clone, Copy, Debug, Default)]
    struct ResponseHead {
        request_id: u64,
        client_id: OptU64,
        has_error: bool,
        error: u32,
        is_final: bool,
        is_sequence_final: bool,
        sequence_index: i32,
        decoding_iter: i32,
        avg_decoded_tokens_per_iter: f32,
        first_beam: u32,
        beams: u32,
        has_cum_log_probs: bool,
        has_log_probs: bool,
        has_fast_logits: bool,
        fast_logits_request_id: u64,
        fast_logits_participant: i32,
        perf: OptI32,
        context_phase: OptI32,
    }

    /// Durations are nanoseconds since the epoch of C++'s `steady_clock`.
    #[derive(Clone, Copy, Debug, Default)]
    struct Perf {
        arrival_ns: i64,
        first_scheduled_ns: i64,
        first_token_ns: i64,
        last_token_ns: i64,
        kv_transfer_start_ns: i64,
        kv_transfer_end_ns: i64,
        kv_transfer_bytes: u64,
        total_allocated_blocks: i32,
        new_allocated_blocks: i32,
        reused_blocks: i32,
        missed_blocks: i32,
        kv_hit_rate: f32,
        acceptance_rate: f32,
        accepted_draft_tokens: i32,
        total_draft_tokens: i32,
        first_iter: OptU64,
        last_iter: OptU64,
        iter: OptU64,
    }

    /// A tensor of the response at `response`; `kind` numbers [`crate::response::TensorKind`].
    struct ResponseTensor {
        response: u32,
        kind: u8,
        name: String,
        tensor: SharedPtr<Tensor>,
    }

    /// Several responses, flat. Beam `b` has the tokens `tokens[token_offsets[b]..token_offsets[b + 1]]` and,
    /// where it has any, the log-probabilities `log_probs[log_prob_offsets[b]..log_prob_offsets[b + 1]]`. The lists
    /// of log-probabilities end with the last beam that has some.
    struct ResponseBatch {
        heads: Vec<ResponseHead>,
        tokens: Vec<i32>,
        token_offsets: Vec<u32>,
        finish_reasons: Vec<i32>,
        cum_log_probs: Vec<f32>,
        log_probs: Vec<f32>,
        log_prob_offsets: Vec<u32>,
        errors: Vec<String>,
        perf: Vec<Perf>,
        context_phases: Vec<ContextPhase>,
        tensors: Vec<ResponseTensor>,
    }

    // ---- statistics --------------------------------------------------------------------------------------

    #[derive(Clone, Copy, Debug, Default)]
    struct KvStats {
        set: bool,
        max_num_blocks: i32,
        free_num_blocks: i32,
        used_num_blocks: i32,
        tokens_per_block: i32,
        alloc_total_blocks: i32,
        alloc_new_blocks: i32,
        reused_blocks: i32,
        missed_blocks: i32,
        cache_hit_rate: f32,
    }

    #[derive(Clone, Copy, Debug, Default)]
    struct StaticStats {
        set: bool,
        num_scheduled_requests: i32,
        num_context_requests: i32,
        num_ctx_tokens: i32,
        num_gen_tokens: i32,
        empty_gen_slots: i32,
    }

    #[derive(Clone, Copy, Debug, Default)]
    struct InflightStats {
        set: bool,
        num_scheduled_requests: i32,
        num_context_requests: i32,
        num_gen_requests: i32,
        num_paused_requests: i32,
        num_ctx_tokens: i32,
        micro_batch_id: i32,
        avg_num_decoded_tokens_per_iter: f32,
    }

    #[derive(Clone, Copy, Debug, Default)]
    struct SpecStats {
        set: bool,
        num_draft_tokens: i64,
        num_accepted_tokens: i64,
        num_requests_with_draft_tokens: i64,
        acceptance_length: f64,
        iter_latency_ms: f64,
        draft_overhead: f64,
    }

    #[derive(Clone, Debug, Default)]
    struct IterStats {
        timestamp: String,
        iter: u64,
        iter_latency_ms: f64,
        new_active_requests_queue_latency_ms: f64,
        num_new_active_requests: i32,
        num_active_requests: i32,
        num_queued_requests: i32,
        num_completed_requests: i32,
        max_num_active_requests: i32,
        max_batch_size_static: i32,
        max_batch_size_tuner_recommended: i32,
        max_batch_size_runtime: i32,
        max_num_tokens_static: i32,
        max_num_tokens_tuner_recommended: i32,
        max_num_tokens_runtime: i32,
        gpu_mem_usage: u64,
        cpu_mem_usage: u64,
        pinned_mem_usage: u64,
        kv_cache: KvStats,
        cross_kv_cache: KvStats,
        static_batching: StaticStats,
        inflight_batching: InflightStats,
        speculative: SpecStats,
    }

    #[derive(Clone, Copy, Debug, Default)]
    struct ReqStats {
        iter: u64,
        id: u64,
        stage: i32,
        context_prefill_position: i32,
        num_generated_tokens: i32,
        avg_num_decoded_tokens_per_iter: f32,
        scheduled: bool,
        paused: bool,
        has_disaggregated: bool,
        kv_cache_transfer_ms: f64,
        kv_cache_size: u64,
        alloc_total_blocks: i32,
        alloc_new_blocks: i32,
        reused_blocks: i32,
        missed_blocks: i32,
        kv_cache_hit_rate: f32,
    }

    /// A tensor with its name; `iter` is the iteration of a debug tensor, else 0.
    struct NamedTensor {
        iter: u64,
        name: String,
        tensor: SharedPtr<Tensor>,
    }

    // ---- events of the KV cache --------------------------------------------------------------------------

    #[derive(Clone, Copy, Debug, Default)]
    struct UniqueToken {
        token_id: i32,
        extra_id: u64,
    }

    #[derive(Clone, Debug, Default)]
    struct StoredBlock {
        hash: u64,
        tokens: Vec<UniqueToken>,
        lora_id: OptU64,
        cache_level: i32,
        priority: i32,
    }

    #[derive(Clone, Copy, Debug, Default)]
    struct Change {
        set: bool,
        old_value: i32,
        new_value: i32,
    }

    /// `kind`: 0 created, 1 stored, 2 removed, 3 updated; only the fields of the kind are filled.
    #[derive(Clone, Debug, Default)]
    struct KvEvent {
        event_id: u64,
        window_size: OptI32,
        attention_dp_rank: OptI32,
        kind: u8,
        blocks_per_level: Vec<i32>,
        parent_hash: OptU64,
        stored: Vec<StoredBlock>,
        removed: Vec<u64>,
        updated_hash: u64,
        cache_level: Change,
        priority: Change,
    }

    #[derive(Clone, Debug, Default)]
    struct KvEvents {
        enabled: bool,
        events: Vec<KvEvent>,
    }

    // ---- calls -------------------------------------------------------------------------------------------

    extern "Rust" {
        // A list at a time: cxx's `push_back` crosses the bridge three times for each element.
        fn append_tokens(target: &mut Vec<i32>, values: &[i32]);
        fn append_log_probs(target: &mut Vec<f32>, values: &[f32]);

        type Hook;
        fn share(self: &Hook) -> Box<Hook>;
        fn process(
            self: &Hook,
            request_id: u64,
            client_id: OptU64,
            logits: SharedPtr<Tensor>,
            tokens: &[i32],
            offsets: &[u32],
            stream: &Stream,
        ) -> Result<()>;
        fn process_batch(self: &Hook, batch: LogitsBatch, stream: &Stream) -> Result<()>;
    }

    /// Request `r` has the beams `beam_offsets[r] .. beam_offsets[r + 1]`; their tokens are flat as elsewhere.
    struct LogitsBatch {
        request_ids: Vec<u64>,
        client_ids: Vec<OptU64>,
        logits: Vec<NamedTensor>,
        beam_offsets: Vec<u32>,
        tokens: Vec<i32>,
        token_offsets: Vec<u32>,
    }

    // SAFETY: cxx's static assertions compare these signatures with those of shim.h when the glue is compiled. Each
    // function takes references that it uses during the call only, throws nothing past catch.h, and may be called
    // from any thread (see `native/linked.rs`); the address that `tensor_data` gives is followed in `native/memory.rs`.
    unsafe extern "C++" {
        include!("trtllm_shim/shim.h");

        type Executor;
        type Tensor;
        type Stream;

        fn library_version() -> Result<String>;
        fn init_plugins() -> Result<bool>;

        fn echo_config(spec: &ExecutorSpec) -> Result<ExecutorSpec>;
        fn echo_request(entry: &RequestEntry) -> Result<RequestEcho>;

        fn executor_new(
            source: &ModelSource,
            spec: &ExecutorSpec,
            hooks: &Hooks,
        ) -> Result<UniquePtr<Executor>>;
        fn enqueue(executor: &Executor, entry: &RequestEntry) -> Result<u64>;
        fn enqueue_many(executor: &Executor, entries: &[RequestEntry]) -> Result<Vec<u64>>;
        fn await_any(executor: &Executor, timeout_ms: i64) -> Result<ResponseBatch>;
        fn await_ids(executor: &Executor, ids: &[u64], timeout_ms: i64) -> Result<ResponseBatch>;
        fn responses_ready(executor: &Executor, id: OptU64) -> Result<i32>;
        fn cancel(executor: &Executor, id: u64) -> Result<()>;
        fn shutdown(executor: &Executor) -> Result<()>;
        fn can_enqueue(executor: &Executor) -> Result<bool>;
        fn is_participant(executor: &Executor) -> Result<bool>;
        fn iteration_stats(executor: &Executor) -> Result<Vec<IterStats>>;
        fn iteration_stats_json(executor: &Executor) -> Result<Vec<String>>;
        fn request_stats(executor: &Executor) -> Result<Vec<ReqStats>>;
        fn request_stats_json(executor: &Executor) -> Result<Vec<String>>;
        fn debug_tensors(executor: &Executor) -> Result<Vec<NamedTensor>>;
        fn kv_events(executor: &Executor, timeout_ms: i64) -> Result<KvEvents>;

        fn tensor_new(data_type: i32, memory: i32, shape: &[i64]) -> Result<SharedPtr<Tensor>>;
        fn tensor_data_type(tensor: &Tensor) -> Result<i32>;
        fn tensor_memory(tensor: &Tensor) -> Result<i32>;
        fn tensor_shape(tensor: &Tensor) -> Result<Vec<i64>>;
        fn tensor_bytes(tensor: &Tensor) -> Result<usize>;
        fn tensor_data(tensor: &Tensor) -> Result<*mut u8>;
        fn tensor_to_cpu(tensor: &Tensor, stream: &Stream) -> Result<SharedPtr<Tensor>>;
        fn tensor_set_from(target: &Tensor, source: &Tensor, stream: &Stream) -> Result<()>;
        fn tensor_set_zero(target: &Tensor, stream: &Stream) -> Result<()>;
        fn no_stream() -> Result<UniquePtr<Stream>>;
    }
}

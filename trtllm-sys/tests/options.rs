//! Every option of the configuration and of a request arrives on the C++ side as it was given: each is set, built into
//! the C++ class, and read back through its getters.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use proptest::prelude::*;
use support::Running;
use trtllm_sys::stand_in::Engine;
use trtllm_sys::*;

fn scheduler() -> SchedulerConfig {
    SchedulerConfig {
        capacity_policy: Some(CapacitySchedulerPolicy::MaxUtilization),
        context_chunking_policy: Some(ContextChunkingPolicy::EqualProgress),
        dynamic_batch: Some(DynamicBatchConfig {
            batch_size_tuning: Some(true),
            max_num_tokens_tuning: Some(false),
            moving_average_window: Some(77),
            batch_size_table: Some(vec![
                BatchSizeLimit { limit: 100, size: 50 },
                BatchSizeLimit { limit: 300, size: 200 },
            ]),
        }),
    }
}

fn kv_cache() -> KvCacheConfig {
    KvCacheConfig {
        enable_block_reuse: Some(false),
        enable_partial_reuse: Some(false),
        copy_on_partial_reuse: Some(true),
        max_tokens: Some(4096),
        max_attention_windows: Some(vec![512, 1024]),
        sink_token_length: Some(4),
        free_gpu_memory_fraction: Some(0.75),
        cross_kv_cache_fraction: Some(0.25),
        host_cache_size: Some(1 << 33),
        onboard_blocks: Some(false),
        secondary_offload_min_priority: Some(20),
        event_buffer_max_size: Some(16),
        use_uvm: Some(true),
        attention_dp_events_gather_period_ms: Some(9),
        max_gpu_total_bytes: Some(1 << 34),
    }
}

fn config() -> ExecutorConfig {
    ExecutorConfig {
        max_beam_width: Some(3),
        scheduler: Some(scheduler()),
        kv_cache: Some(kv_cache()),
        enable_chunked_context: Some(false),
        normalize_log_probs: Some(false),
        iter_stats_max_iterations: Some(12),
        request_stats_max_iterations: Some(13),
        batching_type: Some(BatchingType::Static),
        max_batch_size: Some(14),
        max_num_tokens: Some(15),
        parallel: Some(ParallelConfig {
            communication_type: Some(CommunicationType::Mpi),
            communication_mode: Some(CommunicationMode::Orchestrator),
            device_ids: Some(vec![0, 2]),
            participant_ids: Some(vec![1, 3]),
            orchestrator: Some(OrchestratorConfig {
                is_orchestrator: Some(false),
                worker_executable: Some("/opt/worker".into()),
                spawn_processes: Some(false),
            }),
            num_nodes: Some(2),
        }),
        peft_cache: Some(PeftCacheConfig {
            num_host_module_layer: Some(1),
            num_device_module_layer: Some(2),
            optimal_adapter_size: Some(3),
            max_adapter_size: Some(4),
            num_put_workers: Some(5),
            num_ensure_workers: Some(6),
            num_copy_streams: Some(7),
            max_pages_per_block_host: Some(8),
            max_pages_per_block_device: Some(9),
            device_cache_percent: Some(0.125),
            host_cache_size: Some(10),
            lora_prefetch_dir: Some("/lora".into()),
        }),
        decoding: Some(DecodingConfig {
            mode: Some(DecodingMode {
                kind: DecodingModeKind::TopKTopP,
                temperature: Some(false),
                occurrence_penalties: Some(true),
                presence_penalty: Some(false),
                repetition_penalty: Some(true),
                frequency_penalty: Some(false),
                min_length: Some(false),
                ban_tokens: Some(true),
                ban_words: Some(false),
                no_repeat_ngram_size: Some(true),
                stop_words: Some(false),
                max_length_stop: Some(false),
                explicit_eos_stop: Some(true),
                min_p: Some(false),
                variable_beam_width_search: Some(true),
            }),
            ..DecodingConfig::default()
        }),
        use_gpu_direct_storage: Some(true),
        gpu_weights_percent: Some(0.5),
        max_queue_size: Some(16),
        perf_knobs: Some(ExtendedRuntimePerfKnobConfig {
            multi_block_mode: Some(false),
            enable_context_fmha_fp32_acc: Some(true),
            cuda_graph_mode: Some(true),
            cuda_graph_cache_size: Some(17),
        }),
        debug: Some(DebugConfig {
            input_tensors: Some(true),
            output_tensors: Some(true),
            tensor_names: Some(vec!["logits".into(), "입력".into()]),
            max_iterations: Some(18),
        }),
        recv_poll_period_ms: Some(19),
        max_seq_idle_microseconds: Some(20_000_000_000),
        speculative: Some(SpeculativeDecodingConfig { fast_logits: Some(true) }),
        guided: Some(GuidedDecodingConfig {
            backend: Some(GuidedDecodingBackend::LlGuidance),
            encoded_vocab: Some(vec!["▁가".into(), "나".into()]),
            tokenizer: Some("{\"model\":{}}".into()),
            stop_token_ids: Some(vec![1, 106]),
        }),
        additional_outputs: Some(vec![AdditionalModelOutput { name: "hidden".into(), gather_context: true }]),
        cache_transceiver: Some(CacheTransceiverConfig {
            backend: Some(CacheTransceiverBackend::Nixl),
            max_tokens_in_buffer: Some(2048),
            kv_transfer_timeout_ms: Some(500),
        }),
        gather_generation_logits: Some(true),
        prompt_table_offloading: Some(true),
        enable_trt_overlap: Some(true),
        fail_fast_on_attention_window_too_large: Some(true),
    }
}

#[test]
fn every_option_of_the_configuration_arrives() {
    let asked = config();
    assert_eq!(asked.effective().unwrap(), asked);
}

#[test]
fn speculative_modes_arrive_with_their_settings() {
    let choices = vec![vec![0], vec![0, 0], vec![1], vec![0, 1, 2]];
    let eagle = EagleConfig {
        choices: Some(choices.clone()),
        greedy_sampling: Some(false),
        posterior_threshold: Some(0.25),
        use_dynamic_tree: Some(false),
        dynamic_tree_max_top_k: None,
    };
    let dynamic = EagleConfig {
        choices: None,
        greedy_sampling: Some(true),
        posterior_threshold: None,
        use_dynamic_tree: Some(true),
        dynamic_tree_max_top_k: Some(6),
    };
    let lookahead = LookaheadDecodingConfig { window_size: 5, ngram_size: 6, verification_set_size: 7 };
    let decoding = |part: DecodingConfig| {
        let asked = ExecutorConfig { decoding: Some(part), ..ExecutorConfig::default() };
        asked.effective().unwrap().decoding.unwrap()
    };

    let medusa =
        decoding(DecodingConfig { medusa_choices: Some(choices.clone()), ..DecodingConfig::default() });
    assert_eq!(medusa.medusa_choices.as_ref(), Some(&choices));
    assert_eq!(medusa.mode.unwrap().kind, DecodingModeKind::Medusa);
    for eagle in [eagle, dynamic] {
        let read = decoding(DecodingConfig { eagle: Some(eagle.clone()), ..DecodingConfig::default() });
        assert_eq!(read.eagle, Some(eagle));
        assert_eq!(read.mode.unwrap().kind, DecodingModeKind::Eagle);
    }
    let read = decoding(DecodingConfig { lookahead: Some(lookahead.clone()), ..DecodingConfig::default() });
    assert_eq!(read.lookahead, Some(lookahead));
    assert_eq!(read.mode.unwrap().kind, DecodingModeKind::Lookahead);
}

#[test]
fn every_decoding_mode_can_be_asked_for() {
    for kind in DecodingModeKind::ALL {
        let decoding = DecodingConfig { mode: Some(kind.into()), ..DecodingConfig::default() };
        let asked = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
        assert_eq!(asked.effective().unwrap().decoding.unwrap().mode.unwrap().kind, kind);
    }
}

#[test]
fn what_is_left_unset_is_the_librarys_own() {
    let read = ExecutorConfig::default().effective().unwrap();
    assert_eq!(read.max_beam_width, Some(1));
    assert_eq!(read.kv_cache.unwrap().enable_block_reuse, Some(true));
    assert_eq!(read.scheduler.unwrap().capacity_policy, Some(CapacitySchedulerPolicy::GuaranteedNoEvict));
    assert_eq!(read.parallel, None);
}

#[test]
fn a_contradiction_is_told_and_not_settled_in_silence() {
    let decoding = DecodingConfig {
        mode: Some(DecodingModeKind::TopK.into()),
        medusa_choices: Some(vec![vec![0]]),
        ..DecodingConfig::default()
    };
    let asked = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
    let error = Running::refused(&Engine::new().set("medusa_heads", 4), &asked);
    assert!(matches!(&error, Error::Drift { field } if field == "decoding.mode.kind"), "{error}");
}

#[test]
fn a_value_out_of_range_is_an_error_at_once() {
    let asked = ExecutorConfig { max_beam_width: Some(0), ..ExecutorConfig::default() };
    let error = asked.effective().unwrap_err();
    assert!(matches!(&error, Error::Native(native) if native.kind == ExceptionKind::Runtime), "{error}");
}

fn options() -> RequestOptions {
    RequestOptions {
        max_tokens: 21,
        streaming: Some(true),
        sampling: Some(SamplingConfig {
            beam_width: Some(1),
            top_k: Some(2),
            top_p: Some(0.5),
            top_p_min: Some(0.25),
            top_p_reset_ids: Some(3),
            top_p_decay: Some(0.75),
            seed: Some(u64::MAX),
            temperature: Some(1.5),
            min_tokens: Some(4),
            beam_search_diversity_rate: Some(0.125),
            repetition_penalty: Some(1.25),
            presence_penalty: Some(-0.5),
            frequency_penalty: Some(0.5),
            length_penalty: Some(2.0),
            early_stopping: Some(1),
            no_repeat_ngram_size: Some(5),
            num_return_sequences: Some(6),
            min_p: Some(0.0625),
            beam_width_array: None,
        }),
        output: Some(OutputConfig {
            return_log_probs: Some(true),
            return_context_logits: Some(true),
            return_generation_logits: Some(true),
            exclude_input_from_output: Some(true),
            return_encoder_output: Some(true),
            return_perf_metrics: Some(true),
            additional_outputs: Some(vec![AdditionalModelOutput { name: "h".into(), gather_context: true }]),
        }),
        end_id: Some(-1),
        pad_id: Some(0),
        position_ids: Some(vec![0, 1, 2]),
        bad_words: Some(vec![vec![1, 2], vec![3]]),
        stop_words: Some(vec![vec![4], vec![5, 6, 7]]),
        external_draft: None,
        prompt_table_extra_ids: None,
        multimodal: Some(MultimodalInput {
            hashes: Some(vec![vec![1, -2, 3, 4, 5, 6, 7, 8], vec![9, 10, 11, 12, 13, 14, 15, 16]]),
            positions: vec![0, 2],
            lengths: vec![1, 1],
        }),
        mrope_position_deltas: None,
        lora_task_id: None,
        lookahead: Some(LookaheadDecodingConfig { window_size: 3, ngram_size: 3, verification_set_size: 3 }),
        kv_retention: Some(KvCacheRetentionConfig {
            ranges: vec![
                TokenRangeRetention {
                    token_start: 0,
                    token_end: Some(2),
                    priority: Some(80),
                    duration_ms: Some(Duration::from_millis(1500)),
                },
                TokenRangeRetention {
                    token_start: 2,
                    token_end: None,
                    priority: Some(10),
                    duration_ms: None,
                },
            ],
            decode_priority: Some(40),
            decode_duration_ms: Some(Duration::from_secs(2)),
            transfer_mode: Some(KvCacheTransferMode::PosixDebugFallback),
            directory: Some("/kv".into()),
        }),
        logits_processor_name: Some("ban".into()),
        client_id: Some(7),
        return_all_generated_tokens: Some(true),
        priority: Some(0.75),
        request_type: Some(RequestType::ContextOnly),
        context_phase: Some(ContextPhaseParams {
            first_tokens: vec![11, 12],
            request_id: 13,
            draft_tokens: Some(vec![14]),
            state: None,
        }),
        encoder_output_length: Some(15),
        eagle: Some(EagleConfig {
            choices: Some(vec![vec![0], vec![0, 0]]),
            greedy_sampling: Some(true),
            posterior_threshold: None,
            use_dynamic_tree: Some(false),
            dynamic_tree_max_top_k: None,
        }),
        guide: Some(GuidedDecodingParams { kind: GuideType::Regex, text: Some("[가-힣]+".into()) }),
        language_adapter_uid: Some(16),
        allotted_time_ms: Some(Duration::from_millis(250)),
        cache_salt_id: Some(18),
    }
}

#[test]
fn every_option_of_a_request_arrives() {
    let mut asked = Request::new(vec![1, 2, 3], 21);
    asked.options = options();
    asked.encoder_input_tokens = Some(vec![8, 9].into());
    let read = asked.effective().unwrap();
    assert_eq!(read.options, asked.options);
    assert_eq!(read.input_tokens, [1, 2, 3]);
    assert_eq!(read.encoder_input_tokens, Some(vec![8, 9]));
    assert!(!read.has_logits_processor);
}

#[test]
fn beam_widths_by_step_arrive() {
    let mut asked = Request::new(vec![1], 4);
    asked.options.sampling = Some(SamplingConfig {
        beam_width: Some(4),
        beam_width_array: Some(vec![2, 3, 4]),
        ..SamplingConfig::default()
    });
    let read = asked.effective().unwrap().options.sampling.unwrap();
    assert_eq!(read.beam_width, Some(4));
    assert_eq!(&read.beam_width_array.unwrap()[..3], &[2, 3, 4]);
}

#[test]
fn context_phase_parameters_keep_their_state() {
    let phase = ContextPhaseParams {
        first_tokens: vec![1],
        request_id: 2,
        draft_tokens: None,
        state: Some(b"state:2".to_vec()),
    };
    let mut asked = Request::new(vec![1], 4);
    asked.options.request_type = Some(RequestType::GenerationOnly);
    asked.options.context_phase = Some(phase.clone());
    assert_eq!(asked.effective().unwrap().options.context_phase, Some(phase));
}

#[test]
fn every_tensor_of_a_request_arrives_without_a_copy() {
    let bias = Tensor::from_slice(&[3], &[1.0_f32, 2.0, 3.0]).unwrap();
    let table = Tensor::from_slice(&[2, 3], &[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0]).unwrap();
    let half = Tensor::from_slice(&[1, 2], &[f16::from_f32(0.5), f16::from_f32(-2.0)]).unwrap();
    let ids = Tensor::from_slice(&[1, 3], &[7_i32, 8, 9]).unwrap();
    let flag = Tensor::from_slice(&[1], &[1_u8]).unwrap();
    let mut asked = Request::new(vec![1, 2, 3], 4);
    asked.tensors = RequestTensors {
        embedding_bias: Some(&bias),
        draft_logits: Some(&table),
        prompt_table: Some(&table),
        multimodal_embedding: Some(&half),
        mrope_rotary_cos_sin: Some(&table),
        lora_weights: Some(&half),
        lora_config: Some(&ids),
        encoder_input_features: Some(&table),
        cross_attention_mask: Some(&flag),
        skip_cross_attn_blocks: Some(&flag),
    };
    asked.options.external_draft = Some(ExternalDraftTokens {
        tokens: vec![5, 6],
        acceptance_threshold: Some(0.5),
        fast_logits: Some(false),
    });
    asked.options.prompt_table_extra_ids = Some(vec![1, 2, u64::MAX]);
    asked.options.mrope_position_deltas = Some(-4);
    asked.options.lora_task_id = Some(99);
    let read = asked.effective().unwrap();
    assert_eq!(read.options.external_draft, asked.options.external_draft);
    assert_eq!(read.options.prompt_table_extra_ids, asked.options.prompt_table_extra_ids);
    assert_eq!(read.options.mrope_position_deltas, Some(-4));
    assert_eq!(read.options.lora_task_id, Some(99));
    let given: Vec<_> = asked.tensors.iter().collect();
    assert_eq!(read.tensors.len(), given.len());
    for ((name, theirs), (expected, ours)) in read.tensors.iter().zip(given) {
        assert_eq!(*name, expected);
        assert_eq!((theirs.shape(), theirs.data_type()), (ours.shape(), ours.data_type()), "{name}");
        assert_eq!(
            theirs.as_bytes().unwrap().as_ptr(),
            ours.as_bytes().unwrap().as_ptr(),
            "{name} was copied"
        );
    }
}

/// Some or none of a value.
fn maybe<T: std::fmt::Debug + Clone>(strategy: impl Strategy<Value = T>) -> impl Strategy<Value = Option<T>> {
    prop::option::of(strategy)
}

proptest! {
    #[test]
    fn any_choice_of_options_arrives(
        max_batch_size in maybe(1_i32..10_000),
        queue in maybe(1_i32..10_000),
        idle in maybe(any::<u64>()),
        windows in maybe(prop::collection::vec(1_i32..5000, 1..5)),
        host in maybe(any::<u64>()),
        fraction in maybe(0.01_f32..0.99),
        stop in maybe(prop::collection::vec(any::<i32>(), 0..9)),
        tokenizer in maybe("\\PC{0,40}"),
        chunked in maybe(any::<bool>()),
    ) {
        let asked = ExecutorConfig {
            max_batch_size,
            max_queue_size: queue,
            max_seq_idle_microseconds: idle,
            enable_chunked_context: chunked,
            kv_cache: Some(KvCacheConfig {
                max_attention_windows: windows,
                host_cache_size: host,
                free_gpu_memory_fraction: fraction,
                ..KvCacheConfig::default()
            }),
            guided: Some(GuidedDecodingConfig {
                backend: Some(GuidedDecodingBackend::XGrammar),
                tokenizer,
                stop_token_ids: stop,
                encoded_vocab: None,
            }),
            ..ExecutorConfig::default()
        };
        let read = asked.effective().unwrap();
        if asked.max_batch_size.is_some() { prop_assert_eq!(read.max_batch_size, asked.max_batch_size); }
        if asked.max_queue_size.is_some() { prop_assert_eq!(read.max_queue_size, asked.max_queue_size); }
        if idle.is_some() { prop_assert_eq!(read.max_seq_idle_microseconds, idle); }
        if chunked.is_some() { prop_assert_eq!(read.enable_chunked_context, chunked); }
        let (ours, theirs) = (asked.kv_cache.unwrap(), read.kv_cache.unwrap());
        prop_assert_eq!(theirs.max_attention_windows, ours.max_attention_windows);
        prop_assert_eq!(theirs.host_cache_size, ours.host_cache_size);
        if fraction.is_some() { prop_assert_eq!(theirs.free_gpu_memory_fraction, fraction); }
        prop_assert_eq!(read.guided, asked.guided);
    }

    #[test]
    fn any_words_arrive(
        words in prop::collection::vec(prop::collection::vec(any::<i32>(), 0..6), 0..8),
        prompt in prop::collection::vec(any::<i32>(), 1..50),
    ) {
        let mut asked = Request::new(prompt.clone(), 1);
        asked.options.bad_words = Some(words.clone());
        asked.options.stop_words = Some(words.clone());
        let read = asked.effective().unwrap();
        prop_assert_eq!(read.input_tokens, prompt);
        prop_assert_eq!(read.options.bad_words, Some(words.clone()));
        prop_assert_eq!(read.options.stop_words, Some(words));
    }
}

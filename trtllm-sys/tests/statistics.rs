//! Statistics, debug tensors, events of the KV cache, metrics of a request.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use support::{Running, request};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    DebugConfig, DecodingConfig, ExecutorConfig, KvCacheConfig, KvCacheEventData, OutputConfig, RequestStage,
};

#[test]
fn iterations_are_counted_and_a_read_drains_them() {
    let running = Running::plain();
    running.run(&request(&[1, 2, 3], 10));
    let stats = running.executor.iteration_stats().unwrap();
    assert!(stats.len() >= 10, "{}", stats.len());
    assert!(stats.windows(2).all(|pair| pair[0].iter < pair[1].iter));
    assert!(stats.iter().any(|iteration| iteration.num_active_requests == 1));
    let cache = stats.iter().find_map(|iteration| iteration.kv_cache.clone()).unwrap();
    assert_eq!(cache.max_num_blocks, cache.free_num_blocks + cache.used_num_blocks);
    assert!(stats.iter().any(|iteration| iteration.inflight_batching.is_some()));
    assert!(!stats[0].timestamp.is_empty());
    assert!(running.executor.iteration_stats().unwrap().is_empty());
}

#[test]
fn the_librarys_own_json_is_json() {
    let config = ExecutorConfig { request_stats_max_iterations: Some(100), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new(), &config);
    running.run(&request(&[1], 3));
    let iterations = running.executor.iteration_stats_json().unwrap();
    let requests = running.executor.request_stats_json().unwrap();
    assert!(!iterations.is_empty() && !requests.is_empty());
    for text in iterations.iter().chain(&requests) {
        assert!(text.starts_with('{') && text.ends_with('}') && text.contains("\"iter\""), "{text}");
    }
}

#[test]
fn no_more_iterations_are_kept_than_asked_for() {
    let config = ExecutorConfig { iter_stats_max_iterations: Some(4), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new(), &config);
    running.run(&request(&[1], 50));
    assert_eq!(running.executor.iteration_stats().unwrap().len(), 4);
}

#[test]
fn requests_are_followed_where_it_is_asked_for() {
    let running = Running::plain();
    running.run(&request(&[1], 3));
    assert!(running.executor.request_stats().unwrap().is_empty(), "off by default");

    let config = ExecutorConfig { request_stats_max_iterations: Some(100), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new(), &config);
    let id = running.executor.enqueue(&request(&[1], 6)).unwrap();
    running.collect(&[id]);
    let iterations = running.executor.request_stats().unwrap();
    let ours: Vec<_> = iterations
        .iter()
        .flat_map(|iteration| &iteration.requests)
        .filter(|request| request.id == id)
        .collect();
    assert!(ours.windows(2).all(|pair| pair[0].num_generated_tokens <= pair[1].num_generated_tokens));
    assert!(ours.iter().any(|request| request.stage == RequestStage::GenerationInProgress), "{ours:?}");
    assert!(running.executor.request_stats().unwrap().is_empty());
}

#[test]
fn drafts_are_counted() {
    let tree: Vec<Vec<i32>> = (0..4).map(|rank| vec![rank]).collect();
    let decoding = DecodingConfig { medusa_choices: Some(tree), ..DecodingConfig::default() };
    let config = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new().set("medusa_heads", 2), &config);
    running.run(&request(&[1], 40));
    let stats = running.executor.iteration_stats().unwrap();
    let accepted: i64 = stats
        .iter()
        .filter_map(|iteration| iteration.speculative.as_ref())
        .map(|spec| spec.num_accepted_tokens)
        .sum();
    // The tree has every first rank, so each step accepts one draft.
    assert!((19..=20).contains(&accepted), "{accepted}");
}

#[test]
fn debug_tensors_come_with_iteration_and_name() {
    let debug = DebugConfig {
        tensor_names: Some(vec!["input_ids".into()]),
        max_iterations: Some(8),
        ..DebugConfig::default()
    };
    let running =
        Running::new(&Engine::new(), &ExecutorConfig { debug: Some(debug), ..ExecutorConfig::default() });
    running.run(&request(&[1, 2], 3));
    let tensors = running.executor.debug_tensors().unwrap();
    assert!(!tensors.is_empty());
    assert!(tensors.iter().all(|tensor| tensor.name == "input_ids"));
    assert!(tensors.iter().all(|tensor| !tensor.tensor.as_bytes().unwrap().is_empty()));
}

#[test]
fn events_tell_what_the_kv_cache_holds() {
    assert_eq!(Running::plain().executor.kv_events(Duration::ZERO).unwrap(), None, "off by default");

    let kv_cache = KvCacheConfig { event_buffer_max_size: Some(100), ..KvCacheConfig::default() };
    let config = ExecutorConfig { kv_cache: Some(kv_cache), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new().set("tokens_per_block", 4), &config);
    let prompt: Vec<i32> = (0..8).collect();
    running.run(&request(&prompt, 2));
    let mut events = Vec::new();
    for _ in 0..100 {
        events.extend(running.executor.kv_events(Duration::from_millis(50)).unwrap().unwrap());
        if events.iter().any(|event| matches!(event.data, KvCacheEventData::Removed(_))) {
            break;
        }
    }
    assert!(matches!(&events[0].data, KvCacheEventData::Created(levels) if !levels.is_empty()), "{events:?}");
    let stored: Vec<i32> = events
        .iter()
        .filter_map(|event| match &event.data {
            KvCacheEventData::Stored { blocks, .. } => Some(blocks),
            _ => None,
        })
        .flatten()
        .flat_map(|block| &block.tokens)
        .map(|(token, _)| *token)
        .collect();
    assert_eq!(stored[..8], prompt[..]);
    assert!(events.windows(2).all(|pair| pair[0].event_id < pair[1].event_id));
    // Nothing new: a poll ends with its time.
    assert_eq!(running.executor.kv_events(Duration::from_millis(20)).unwrap(), Some(vec![]));
}

#[test]
fn a_request_can_ask_for_its_times() {
    let running = Running::plain();
    let mut asked = request(&[1, 2], 5);
    asked.options.output = Some(OutputConfig { return_perf_metrics: Some(true), ..OutputConfig::default() });
    let id = running.executor.enqueue(&asked).unwrap();
    let responses = running.executor.await_responses_of(&[id], Duration::from_secs(30)).unwrap();
    let metrics = responses.get(0).unwrap().result().unwrap().perf_metrics().unwrap().clone();
    assert!(metrics.arrival_ns.0 > 0);
    assert!(metrics.arrival_ns <= metrics.first_scheduled_ns);
    assert!(metrics.first_scheduled_ns <= metrics.first_token_ns);
    assert!(metrics.first_token_ns <= metrics.last_token_ns);
    assert!(metrics.last_token_ns.since(metrics.arrival_ns) < Duration::from_secs(60));
    assert!(metrics.last_iter >= metrics.first_iter);
}

#[test]
fn the_library_tells_its_version_and_takes_its_plugins() {
    assert_eq!(trtllm_sys::library_version().unwrap(), "1.2.1-stand-in");
    assert!(trtllm_sys::init_plugins().unwrap());
}

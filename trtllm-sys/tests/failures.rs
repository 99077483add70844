//! Whatever C++ throws, from whatever call, becomes an error: the process lives on, and the executor with it.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::time::Duration;

use support::{Running, oracle, request};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{CommunicationMode, RequestType};
use trtllm_sys::{
    Error, ExceptionKind, Executor, ExecutorConfig, GuideType, GuidedDecodingParams, KvCacheConfig,
    LogitsProcessors, Model, NativeError, OrchestratorConfig, ParallelConfig, Request, SamplingConfig,
    Tensor,
};

const KINDS: [(&str, ExceptionKind); 12] = [
    ("tllm", ExceptionKind::Runtime),
    ("request_specific", ExceptionKind::Runtime),
    ("runtime_error", ExceptionKind::Runtime),
    ("out_of_range", ExceptionKind::OutOfRange),
    ("invalid_argument", ExceptionKind::InvalidArgument),
    ("logic_error", ExceptionKind::Logic),
    ("bad_alloc", ExceptionKind::OutOfMemory),
    ("filesystem", ExceptionKind::Filesystem),
    ("system_error", ExceptionKind::System),
    ("int", ExceptionKind::Foreign),
    ("c_string", ExceptionKind::Foreign),
    ("custom", ExceptionKind::Foreign),
];

/// A call, by its name in the stand-in and by what makes it.
type Call = (&'static str, fn(&Executor) -> Result<(), Error>);

const CALLS: [Call; 11] = [
    ("enqueue", |executor| executor.enqueue(&request(&[1, 2], 1)).map(drop)),
    ("await", |executor| executor.await_responses(Duration::from_millis(1)).map(drop)),
    ("ready", |executor| executor.responses_ready(None).map(drop)),
    ("cancel", |executor| {
        let id = executor.enqueue(&request(&[1, 2], 1000))?;
        executor.cancel(id).map(drop)
    }),
    ("shutdown", |executor| executor.shutdown()),
    ("iteration_stats", |executor| executor.iteration_stats().map(drop)),
    ("request_stats", |executor| executor.request_stats().map(drop)),
    ("debug_tensors", |executor| executor.debug_tensors().map(drop)),
    ("events", |executor| executor.kv_events(Duration::ZERO).map(drop)),
    ("can_enqueue", |executor| executor.can_enqueue().map(drop)),
    ("participant", |executor| executor.is_participant().map(drop)),
];

fn native(error: Error) -> NativeError {
    match error {
        Error::Native(native) => native,
        other => panic!("not from C++: {other}"),
    }
}

fn events_on() -> ExecutorConfig {
    let kv_cache = KvCacheConfig { event_buffer_max_size: Some(64), ..KvCacheConfig::default() };
    ExecutorConfig { kv_cache: Some(kv_cache), ..ExecutorConfig::default() }
}

#[test]
fn every_exception_from_every_call_is_an_error() {
    for (call, make) in CALLS {
        for (kind, expected) in KINDS {
            let running = Running::new(&Engine::new().fault(&format!("{call} {kind} times 1")), &events_on());
            let error = native(make(&running.executor).expect_err(&format!("{call} {kind}")));
            assert_eq!(error.kind, expected, "{call} {kind}: {error}");
            if expected != ExceptionKind::Foreign && expected != ExceptionKind::OutOfMemory {
                assert!(error.message.contains(&format!("stand-in fault: {call}")), "{error}");
            }
        }
    }
}

#[test]
fn every_exception_from_the_constructor_is_an_error() {
    for (kind, expected) in KINDS {
        let engine = Engine::new().fault(&format!("construct {kind}"));
        assert_eq!(native(Running::refused(&engine, &ExecutorConfig::default())).kind, expected, "{kind}");
    }
}

#[test]
fn the_type_of_an_exception_is_named() {
    let engine = Engine::new().fault("enqueue request_specific times 1");
    let running = Running::new(&engine, &ExecutorConfig::default());
    let error = native(running.executor.enqueue(&request(&[1], 1)).unwrap_err());
    assert_eq!(error.call, "enqueueRequest");
    assert_eq!(error.type_name, "tensorrt_llm::common::RequestSpecificException");
    let engine = Engine::new().fault("enqueue int times 1");
    let running = Running::new(&engine, &ExecutorConfig::default());
    assert_eq!(native(running.executor.enqueue(&request(&[1], 1)).unwrap_err()).type_name, "int");
}

#[test]
fn an_executor_goes_on_after_an_exception() {
    let running = Running::new(&Engine::new().fault("enqueue tllm times 1"), &ExecutorConfig::default());
    assert!(running.executor.enqueue(&request(&[1, 2], 3)).is_err());
    assert_eq!(running.run(&request(&[1, 2], 3)).first(), oracle(0).tokens(&[1, 2], 3));
}

#[test]
fn a_failed_forward_pass_answers_every_active_request_with_an_error() {
    for (kind, expected) in KINDS {
        let engine = Engine::new().fault(&format!("forward {kind} after 2 times 1")).set("iteration_us", 200);
        let running = Running::new(&engine, &ExecutorConfig::default());
        let ids = running
            .executor
            .enqueue_all(&[request(&[1, 2], 400), request(&[3], 400), request(&[4], 400)])
            .unwrap();
        for answer in running.collect(&ids).values() {
            let text = answer.error.as_deref().unwrap_or_else(|| panic!("{kind}: {answer:?}"));
            assert!(!text.is_empty(), "{kind} {expected}");
        }
        assert_eq!(running.run(&request(&[1, 2], 3)).first(), oracle(0).tokens(&[1, 2], 3), "{kind}");
    }
}

#[test]
fn some_faults_of_a_request_are_thrown_at_once() {
    let running = Running::plain();
    let thrown = |asked: &Request<'_>| native(running.executor.enqueue(asked).unwrap_err());
    thrown(&request(&[], 4));
    thrown(&request(&[1], 0));
    thrown(&request(&[1], -3));
    let mut asked = request(&[1], 4);
    asked.options.sampling = Some(SamplingConfig { temperature: Some(-1.0), ..SamplingConfig::default() });
    assert!(thrown(&asked).message.contains("temperature"));
    let mut asked = request(&[1], 4);
    asked.options.logits_processor_name = Some("nobody".into());
    thrown(&asked);
    let mut asked = request(&[1], 4);
    asked.options.request_type = Some(RequestType::GenerationOnly);
    thrown(&asked);
}

#[test]
fn other_faults_of_a_request_are_answered() {
    let running = Running::new(&Engine::new().set("max_input_len", 8), &ExecutorConfig::default());
    let long = [1_i32; 9];
    assert!(running.run(&request(&long, 4)).error.is_some());
    let mut asked = request(&[1], 4);
    asked.options.end_id = Some(4000);
    assert!(running.run(&asked).error.is_some());
    let mut asked = request(&[1], 4);
    asked.options.lora_task_id = Some(5);
    assert!(running.run(&asked).error.is_some());
    // Once its weights have come, a task is known.
    let weights = Tensor::from_slice(&[1, 2], &[1.0_f32, 2.0]).unwrap();
    let config = Tensor::from_slice(&[1, 3], &[0_i32, 0, 8]).unwrap();
    let mut with_weights = request(&[1], 4);
    with_weights.options.lora_task_id = Some(5);
    with_weights.tensors.lora_weights = Some(&weights);
    with_weights.tensors.lora_config = Some(&config);
    assert_eq!(running.run(&with_weights).first(), oracle(0).lora(5).tokens(&[1], 4));
    assert_eq!(running.run(&asked).first(), oracle(0).lora(5).tokens(&[1], 4));
}

#[test]
fn guided_decoding_needs_its_configuration() {
    let running = Running::plain();
    let mut asked = request(&[1], 4);
    asked.options.guide = Some(GuidedDecodingParams { kind: GuideType::Json, text: None });
    match running.executor.enqueue(&asked) {
        Err(error) => drop(native(error)),
        Ok(id) => assert!(running.collect(&[id])[&id].error.is_some()),
    }
}

#[test]
fn a_full_queue_refuses() {
    let config = ExecutorConfig { max_queue_size: Some(2), ..ExecutorConfig::default() };
    let engine = Engine::new().set("max_batch_size", 1).set("iteration_us", 2000);
    let running = Running::new(&engine, &config);
    let mut ids = Vec::new();
    let error = loop {
        match running.executor.enqueue(&request(&[1], 500)) {
            Ok(id) => ids.push(id),
            Err(error) => break native(error),
        }
        assert!(ids.len() < 100, "the queue never fills");
    };
    assert!(error.message.contains("queue"), "{error}");
    running.executor.cancel_all().unwrap();
    assert_eq!(running.collect(&ids).len(), ids.len());
}

#[test]
fn a_follower_may_not_enqueue() {
    let running = Running::new(&Engine::new().set("rank", 1), &ExecutorConfig::default());
    assert!(!running.executor.can_enqueue().unwrap());
    native(running.executor.enqueue(&request(&[1], 1)).unwrap_err());
    native(running.executor.await_responses(Duration::from_millis(1)).unwrap_err());
    let aside = Running::new(&Engine::new().set("participant", false), &ExecutorConfig::default());
    assert!(!aside.executor.is_participant().unwrap());
    assert!(Running::plain().executor.can_enqueue().unwrap());
    assert!(Running::plain().executor.is_participant().unwrap());
}

#[test]
fn orchestrator_mode_needs_its_configuration_and_a_worker_that_exists() {
    let parallel = |orchestrator| {
        let parallel = ParallelConfig {
            communication_mode: Some(CommunicationMode::Orchestrator),
            orchestrator,
            ..ParallelConfig::default()
        };
        ExecutorConfig { parallel: Some(parallel), ..ExecutorConfig::default() }
    };
    native(Running::refused(&Engine::new(), &parallel(None)));
    let worker = |path: &str| {
        Some(OrchestratorConfig {
            is_orchestrator: Some(true),
            worker_executable: Some(path.into()),
            spawn_processes: Some(true),
        })
    };
    native(Running::refused(&Engine::new(), &parallel(worker("/nowhere/executorWorker"))));
    let running = Running::new(&Engine::new(), &parallel(worker("/bin/true")));
    assert_eq!(running.run(&request(&[1], 2)).first(), oracle(0).tokens(&[1], 2));
}

#[test]
fn a_folder_without_an_engine_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let make = || {
        Executor::new(&Model::folder(folder.path()), &ExecutorConfig::default(), &LogitsProcessors::default())
    };
    native(make().unwrap_err());
    std::fs::write(folder.path().join("config.json"), "{}").unwrap();
    std::fs::write(folder.path().join("rank0.engine"), b"\x7fTRT real engine").unwrap();
    assert!(native(make().unwrap_err()).message.contains("stand-in"));
}

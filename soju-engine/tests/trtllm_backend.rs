//! The TensorRT-LLM backend on the stand-in, where the conformance suite does not look.
#![cfg(feature = "stand-in")]
#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use soju_engine::backend::{Event, GenerateTask, Task};
use soju_engine::{
    Backend, BackendError, BackendRequest, EngineError, FinishReason, MedusaConfig, MedusaOptionsPolicy,
    MedusaPreset, Sampling, ScoreRequest, TrtLlmBackend, TrtLlmConfig,
};
use trtllm_sys::stand_in::{Engine, Oracle};
use trtllm_sys::{DecodingConfig, ExecutorConfig};

const PROMPT: [i32; 3] = [7, 8, 9];

fn backend(engine: &Engine, executor: ExecutorConfig) -> (TrtLlmBackend, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    engine.write(folder.path()).unwrap();
    let mut config = TrtLlmConfig::new(folder.path());
    config.executor = executor;
    (TrtLlmBackend::load(&config).unwrap(), folder)
}

fn generation(tokens: usize) -> GenerateTask {
    GenerateTask { log_probs: true, ..GenerateTask::new(PROMPT.to_vec(), tokens) }
}

fn request(task: GenerateTask) -> BackendRequest {
    BackendRequest { task: Task::Generate(task), priority: 0.5, timeout: None }
}

/// All events until the final one.
fn listen(backend: &TrtLlmBackend) -> Vec<Event> {
    let start = Instant::now();
    let mut events = Vec::new();
    while !events.last().is_some_and(Event::is_final) {
        assert!(start.elapsed() < Duration::from_secs(60), "no final event: {events:?}");
        let responses = backend.await_responses(Duration::from_millis(100)).unwrap();
        events.extend(responses.into_iter().map(|response| response.event));
    }
    events
}

fn tokens(events: &[Event]) -> Vec<i32> {
    let mut all = Vec::new();
    for event in events {
        if let Event::Tokens(generated) | Event::Finished(generated, _) = event {
            assert!(generated.log_probs.is_empty() || generated.tokens.len() == generated.log_probs.len());
            all.extend_from_slice(&generated.tokens);
        }
    }
    all
}

#[test]
fn every_token_of_a_medusa_step_arrives() {
    let tree = vec![vec![0], vec![1], vec![2], vec![3], vec![0, 0], vec![1, 1], vec![2, 0]];
    let decoding = DecodingConfig { medusa_choices: Some(tree.clone()), ..DecodingConfig::default() };
    let executor = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
    let (backend, _folder) = backend(&Engine::new().set("medusa_heads", 2), executor);
    backend.enqueue(request(generation(30))).unwrap();
    let events = listen(&backend);
    let oracle = Oracle::new(1000, 0);
    assert_eq!(tokens(&events), oracle.tokens(&PROMPT, 30));
    assert!(oracle.medusa_steps(&PROMPT, 30, &tree).iter().any(|step| step.len() > 1));
    assert!(backend.stats().steps > 0);
    assert_eq!(backend.stats().generated_tokens, 30);
}

#[test]
fn a_checked_tree_sets_the_mode_and_options_that_it_does_not_know_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    Engine::new().set("medusa_heads", 4).write(folder.path()).unwrap();
    let mut config = TrtLlmConfig::new(folder.path());
    let medusa = MedusaConfig::from(MedusaPreset::Nodes63);
    let tree: Vec<Vec<i32>> =
        medusa.choices().map(|path| path.iter().map(|rank| i32::from(*rank)).collect()).collect();
    config.medusa = Some(medusa);
    let strict = TrtLlmBackend::load(&config).unwrap();
    let error = strict.enqueue(request(generation(10))).unwrap_err();
    assert!(error.to_string().contains("log_probs"), "{error}");
    strict.enqueue(request(GenerateTask { log_probs: false, ..generation(40) })).unwrap();
    let oracle = Oracle::new(1000, 0);
    let events = listen(&strict);
    assert_eq!(tokens(&events), oracle.tokens(&PROMPT, 40));
    assert_eq!(strict.stats().generated_tokens, 40);
    assert!(oracle.medusa_steps(&PROMPT, 40, &tree).len() < 40);

    config.medusa_options = MedusaOptionsPolicy::Drop;
    let lenient = TrtLlmBackend::load(&config).unwrap();
    let sampling = Sampling { temperature: 0.7, top_k: Some(40), ..Sampling::GREEDY };
    lenient.enqueue(request(GenerateTask { sampling, ..generation(10) })).unwrap();
    assert_eq!(tokens(&listen(&lenient)), oracle.tokens(&PROMPT, 10));
}

#[test]
fn a_tree_that_the_engine_has_no_room_for_is_refused_before_it_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    Engine::new().set("medusa_heads", 4).set("max_draft_tokens", 16).write(folder.path()).unwrap();
    let mut config = TrtLlmConfig::new(folder.path());
    config.medusa = Some(MedusaPreset::Nodes63.into());
    let error = TrtLlmBackend::load(&config).unwrap_err();
    assert!(matches!(error, EngineError::InvalidConfig(_)), "{error}");
    config.medusa = Some(MedusaPreset::Nodes16.into());
    config.executor.decoding = Some(DecodingConfig::default());
    let error = TrtLlmBackend::load(&config).unwrap_err();
    assert!(error.to_string().contains("leave one of them out"), "{error}");
    config.executor.decoding = None;
    TrtLlmBackend::load(&config).unwrap();
}

#[test]
fn any_of_several_end_ids_ends_a_request_and_is_not_delivered() {
    let (backend, _folder) = backend(&Engine::new(), ExecutorConfig::default());
    let all = Oracle::new(1000, 0).tokens(&PROMPT, 12);
    for end_ids in [vec![all[5]], vec![1001 - 2, all[5]], vec![all[7], all[5]]] {
        backend.enqueue(request(GenerateTask { end_ids, ..generation(12) })).unwrap();
        let events = listen(&backend);
        assert_eq!(tokens(&events), all[..5]);
        assert!(matches!(events.last(), Some(Event::Finished(_, FinishReason::EndId))), "{events:?}");
    }
}

#[test]
fn a_failed_step_fails_its_requests_and_no_others() {
    let engine = Engine::new().fault("forward tllm after 2 times 1");
    let (backend, _folder) = backend(&engine, ExecutorConfig::default());
    backend.enqueue(request(generation(50))).unwrap();
    assert!(matches!(listen(&backend).last(), Some(Event::Failed(BackendError::Failed(_)))));
    let score =
        ScoreRequest { prompt: PROMPT.to_vec(), shared_prefix: 0, continuations: vec![vec![1], vec![2]] };
    let task = Task::Score(score);
    backend.enqueue(BackendRequest { task, priority: 0.5, timeout: None }).unwrap();
    assert!(matches!(listen(&backend).last(), Some(Event::Scored(_))));
}

#[test]
fn a_backend_that_dies_says_so() {
    let engine = Engine::new().fault("await custom after 1");
    let (backend, _folder) = backend(&engine, ExecutorConfig::default());
    backend.await_responses(Duration::ZERO).unwrap();
    let error = backend.await_responses(Duration::ZERO).unwrap_err();
    assert!(matches!(error, BackendError::Failed(_)), "{error}");
}

#[test]
fn the_queue_is_bounded() {
    let folder = tempfile::tempdir().unwrap();
    Engine::new().set("iteration_us", 2000).write(folder.path()).unwrap();
    let mut config = TrtLlmConfig::new(folder.path());
    config.queue_capacity = 2;
    let backend = TrtLlmBackend::load(&config).unwrap();
    backend.enqueue(request(generation(500))).unwrap();
    backend.enqueue(request(generation(500))).unwrap();
    assert_eq!(backend.enqueue(request(generation(1))), Err(BackendError::Full { capacity: 2 }));
}

#[test]
fn an_engine_that_is_not_there_is_an_error_that_names_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let error = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap_err();
    assert!(error.to_string().contains("config.json"), "{error}");
    assert!(error.to_string().contains("trtllm-build"), "{error}");

    Engine::new().fault("construct filesystem").write(folder.path()).unwrap();
    let error = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap_err();
    assert!(matches!(error, EngineError::TensorRtLlm { .. }), "{error}");
}

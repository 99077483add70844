//! Constraints, adapters and prompt tables on the way to the executor: the stand-in says back what arrived.
#![cfg(all(feature = "stand-in", feature = "testing"))]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use soju_engine::backend::{Event, GenerateTask, Task};
use soju_engine::{
    Backend, BackendError, BackendRequest, BackendStats, Constraint, Engine, EngineError, FinishReason,
    GenerationRequest, LoraAdapter, LoraWeights, MedusaPreset, PromptTable, Tokenizer, TrtLlmBackend,
    TrtLlmConfig,
};
use trtllm_sys::stand_in::{Engine as StandIn, Oracle};
use trtllm_sys::{DecodingConfig, ExecutorConfig, bf16, f16};

const PROMPT: [i32; 3] = [7, 8, 9];

/// An engine folder whose `config.json` says that it takes adapters up to rank 8 and tables of 16 rows of 2.
fn engine(engine: &StandIn, data_type: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    engine.write(folder.path()).unwrap();
    edit(folder.path(), |config| {
        config["pretrained_config"]["dtype"] = json!(data_type);
        config["pretrained_config"]["hidden_size"] = json!(2);
        config["build_config"]["plugin_config"] = json!({"lora_plugin": data_type});
        config["build_config"]["lora_config"] =
            json!({"max_lora_rank": 8, "lora_target_modules": ["attn_q", "attn_v"]});
        config["build_config"]["max_prompt_embedding_table_size"] = json!(16);
    });
    folder
}

fn edit(folder: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let path = folder.join("config.json");
    let mut config = serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
    change(&mut config);
    std::fs::write(path, config.to_string()).unwrap();
}

fn guided(folder: &Path) -> TrtLlmConfig {
    let mut config = TrtLlmConfig::new(folder);
    config.guided = Some(Tokenizer::bytes().into());
    config
}

fn request(task: GenerateTask) -> BackendRequest {
    BackendRequest { task: Task::Generate(task), priority: 0.5, timeout: None }
}

/// Everything that a task is answered.
fn run(backend: &TrtLlmBackend, task: GenerateTask) -> (Vec<i32>, FinishReason) {
    backend.enqueue(request(task)).unwrap();
    let start = Instant::now();
    let mut tokens = Vec::new();
    loop {
        assert!(start.elapsed() < Duration::from_secs(60), "no final event: {tokens:?}");
        for response in backend.await_responses(Duration::from_millis(100)).unwrap() {
            match response.event {
                Event::Tokens(generated) => tokens.extend(generated.tokens),
                Event::Finished(generated, reason) => {
                    tokens.extend(generated.tokens);
                    return (tokens, reason);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

fn refusal(backend: &TrtLlmBackend, task: GenerateTask) -> BackendError {
    backend.enqueue(request(task)).unwrap_err()
}

fn constrained(constraint: Constraint, tokens: usize) -> GenerateTask {
    GenerateTask { constraint: Some(constraint), ..GenerateTask::new(PROMPT.to_vec(), tokens) }
}

fn adapter() -> LoraAdapter {
    let weights = vec![0.5, -2.0, 1.0, 0.25];
    let config = vec![[0, 1, 8], [2, 0, 4]];
    LoraAdapter::new(5, Arc::new(LoraWeights { weights, width: 2, config }))
}

fn bytes(values: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Vec<i32> {
    values
        .into_iter()
        .flat_map(|value| value.as_ref().iter().map(|byte| i32::from(*byte)).collect::<Vec<_>>())
        .collect()
}

#[test]
fn every_constraint_arrives_as_its_guide() {
    let folder = engine(&StandIn::new().set("echo", "guide"), "float32");
    let backend = TrtLlmBackend::load(&guided(folder.path())).unwrap();
    let schema = r#"{"type": "object"}"#;
    let grammar = "root ::= \"가\" item+\nitem ::= [0-9]";
    let cases = [
        (Constraint::Json, 0, ""),
        (Constraint::JsonSchema(schema.into()), 1, schema),
        (Constraint::Regex("[가-힣]{2}".into()), 2, "[가-힣]{2}"),
        (Constraint::Grammar(grammar.into()), 3, grammar),
        (Constraint::Choices(vec!["예".into(), "a\"b".into()]), 3, r#"root ::= "예" | "a\"b""#),
    ];
    for (constraint, kind, text) in cases {
        let expected = [vec![kind], bytes([text])].concat();
        assert_eq!(run(&backend, constrained(constraint, expected.len())).0, expected);
    }
    // Without a constraint there is nothing to say back.
    let plain = run(&backend, GenerateTask::new(PROMPT.to_vec(), 5)).0;
    assert_eq!(plain, Oracle::new(1000, 0).tokens(&PROMPT, 5));
}

#[test]
fn a_constrained_text_ends_at_the_vocabularys_end_whatever_the_request_says() {
    let all = Oracle::new(1000, 0).tokens(&PROMPT, 12);
    let folder = engine(&StandIn::new(), "float32");
    let mut config = TrtLlmConfig::new(folder.path());
    config.executor.guided = Some(trtllm_sys::GuidedDecodingConfig {
        backend: Some(trtllm_sys::GuidedDecodingBackend::XGrammar),
        encoded_vocab: Some(vec!["a".into()]),
        stop_token_ids: Some(vec![all[5]]),
        ..Default::default()
    });
    let backend = TrtLlmBackend::load(&config).unwrap();
    let (tokens, reason) = run(&backend, constrained(Constraint::Json, 12));
    assert_eq!((&tokens[..], reason), (&all[..5], FinishReason::EndId));
    let (tokens, reason) = run(&backend, GenerateTask::new(PROMPT.to_vec(), 12));
    assert_eq!((tokens, reason), (all, FinishReason::Length));
}

#[test]
fn constraints_that_can_not_be_kept_are_refused() {
    let folder = engine(&StandIn::new(), "float32");
    let error = refusal(&TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap(), {
        constrained(Constraint::Json, 5)
    });
    assert!(
        matches!(error, BackendError::Unsupported { feature: "guided decoding in this configuration", .. }),
        "{error}"
    );
    let backend = TrtLlmBackend::load(&guided(folder.path())).unwrap();
    let error = refusal(&backend, constrained(Constraint::Grammar("a ::= \"b\"".into()), 5));
    assert!(error.to_string().contains("no rule `root"), "{error}");

    let load = |config: &TrtLlmConfig| TrtLlmBackend::load(config).unwrap_err().to_string();
    let mut config = guided(folder.path());
    config.executor.guided = Some(trtllm_sys::GuidedDecodingConfig::default());
    assert!(load(&config).contains("leave one of them out"));
    let mut config = guided(folder.path());
    config.medusa = Some(MedusaPreset::Nodes63.into());
    edit(folder.path(), |config| config["build_config"]["max_draft_len"] = json!(63));
    assert!(load(&config).contains("several tokens a step"));
}

#[test]
fn an_adapter_arrives_in_the_type_of_the_weights() {
    let numbers = [0.5_f32, -2.0, 1.0, 0.25];
    let rows = bytes([0_i32, 1, 8, 2, 0, 4].map(i32::to_le_bytes));
    // The numbers of `DataType` in `executor/types.h`.
    const INT32: i32 = 3;
    let cases = [
        ("float32", 8, bytes(numbers.map(f32::to_le_bytes))),
        ("float16", 7, bytes(numbers.map(|value| f16::from_f32(value).to_le_bytes()))),
        ("bfloat16", 5, bytes(numbers.map(|value| bf16::from_f32(value).to_le_bytes()))),
    ];
    for (name, data_type, values) in cases {
        let folder = engine(&StandIn::new().set("echo", "lora"), name);
        let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
        let expected = [&[data_type, 2, 2], &values[..], &[INT32, 2, 3], &rows[..]].concat();
        let task =
            GenerateTask { lora: Some(adapter()), ..GenerateTask::new(PROMPT.to_vec(), expected.len()) };
        assert_eq!(run(&backend, task).0, expected, "{name}");
    }
}

#[test]
fn an_adapter_is_held_for_later_requests() {
    let folder = engine(&StandIn::new(), "float16");
    let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
    let with = |lora| GenerateTask { lora: Some(lora), ..GenerateTask::new(PROMPT.to_vec(), 6) };
    let expected = Oracle::new(1000, 0).lora(5).tokens(&PROMPT, 6);
    assert_eq!(run(&backend, with(adapter())).0, expected);
    assert_eq!(run(&backend, with(LoraAdapter::held(5))).0, expected);
}

#[test]
fn adapters_that_the_engine_can_not_hold_are_refused() {
    let folder = engine(&StandIn::new(), "float16");
    let with = |lora| GenerateTask { lora: Some(lora), ..GenerateTask::new(PROMPT.to_vec(), 6) };
    let weights = |weights: Vec<f32>, config| {
        with(LoraAdapter::new(9, Arc::new(LoraWeights { weights, width: 2, config })))
    };
    let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
    for (task, said) in [
        (weights(vec![0.0; 3], vec![[0, 0, 1]]), "3 weights are not 1 rows of 2"),
        (weights(vec![], vec![]), "0 weights are not 0 rows"),
        (weights(vec![0.0; 2], vec![[4, 3, 9]]), "rank 9 of module 4 in layer 3 is not from 1 to 8"),
        (weights(vec![0.0; 2], vec![[4, 3, 0]]), "rank 0"),
    ] {
        let error = refusal(&backend, task).to_string();
        assert!(error.contains(said), "{error}");
    }
    for missing in ["lora_plugin", "lora_target_modules", "max_lora_rank"] {
        let folder = engine(&StandIn::new(), "float16");
        edit(folder.path(), |config| match missing {
            "lora_plugin" => config["build_config"]["plugin_config"][missing] = json!(null),
            "max_lora_rank" => config["build_config"]["lora_config"][missing] = json!(0),
            _ => config["build_config"]["lora_config"][missing] = json!([]),
        });
        let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
        let error = refusal(&backend, with(adapter()));
        assert!(
            matches!(error, BackendError::Unsupported { feature: "low-rank adapters in this engine", .. }),
            "without {missing}: {error}"
        );
    }
}

#[test]
fn a_prompt_table_arrives_with_extra_ids_for_its_tokens() {
    let folder = engine(&StandIn::new().set("echo", "prompt_table"), "float16");
    let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
    let values = vec![0.5, -2.0, 1.0, 0.25, 3.0, 4.0];
    let half = bytes(values.iter().map(|value| f16::from_f32(*value).to_le_bytes()));
    let table = PromptTable { values, width: 2 };
    let prompt = vec![1000, 1002, 7, 1001];
    let length = 3 + half.len() + prompt.len();
    let task = GenerateTask { prompt_table: Some(table), ..GenerateTask::new(prompt, length) };
    let tokens = run(&backend, task).0;
    // Half precision is number 7.
    assert_eq!(tokens[..3], [7, 3, 2]);
    assert_eq!(tokens[3..3 + half.len()], half[..]);
    assert_eq!(tokens[3 + half.len()..], [1, 1, 0, 1]);
}

#[test]
fn prompt_tables_that_do_not_fit_are_refused() {
    let folder = engine(&StandIn::new(), "float32");
    let with = |rows: usize, width| {
        let table = PromptTable { values: vec![0.0; rows * width], width };
        GenerateTask { prompt_table: Some(table), ..GenerateTask::new(vec![1000, 7], 6) }
    };
    let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
    let error = refusal(&backend, with(17, 2)).to_string();
    assert!(error.contains("17 rows and the engine room for 16"), "{error}");
    let error = refusal(&backend, with(2, 3)).to_string();
    assert!(error.contains("rows of 3 values and the model a hidden size of 2"), "{error}");
    edit(folder.path(), |config| config["build_config"]["max_prompt_embedding_table_size"] = json!(0));
    let backend = TrtLlmBackend::load(&TrtLlmConfig::new(folder.path())).unwrap();
    let error = refusal(&backend, with(2, 2));
    assert!(
        matches!(error, BackendError::Unsupported { feature: "prompt tables in this engine", .. }),
        "{error}"
    );
}

#[test]
fn the_builder_makes_a_constrained_engine() {
    let folder = engine(&StandIn::new().set("echo", "guide"), "float32");
    let error = Engine::builder().trtllm(guided(folder.path())).build().err().unwrap();
    assert!(error.to_string().contains("call `tokenizer`"), "{error}");
    let engine =
        Engine::builder().trtllm(guided(folder.path())).tokenizer(Tokenizer::bytes()).build().unwrap();
    assert_eq!(engine.info().name, "trtllm");
    let request = GenerationRequest::builder("a")
        .constraint(Constraint::Regex("[ab]+".into()))
        .max_new_tokens(6)
        .build()
        .unwrap();
    let answer = engine.submit(request).unwrap().collect().unwrap();
    assert_eq!(answer.tokens, [vec![2], bytes(["[ab]+"])].concat());
}

#[test]
fn drafts_blocks_and_reuse_are_counted() {
    let tree: Vec<Vec<i32>> = (0..4).map(|rank| vec![rank]).collect();
    let decoding = DecodingConfig { medusa_choices: Some(tree), ..DecodingConfig::default() };
    let stand_in = StandIn::new().set("medusa_heads", 2).set("tokens_per_block", 4).set("iteration_us", 2000);
    let folder = engine(&stand_in, "float32");
    let mut config = TrtLlmConfig::new(folder.path());
    config.executor = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
    let backend = TrtLlmBackend::load(&config).unwrap();
    let prompt: Vec<i32> = (0..9).collect();
    // Both run at once: the second finds the two full blocks of the first.
    for _ in 0..2 {
        backend.enqueue(request(GenerateTask::new(prompt.clone(), 40))).unwrap();
    }
    let (start, mut done) = (Instant::now(), 0);
    while done < 2 {
        assert!(start.elapsed() < Duration::from_secs(60));
        let responses = backend.await_responses(Duration::from_millis(100)).unwrap();
        done += responses.iter().filter(|response| response.event.is_final()).count();
    }
    let stats: BackendStats = backend.stats();
    assert_eq!(stats.kv_block_tokens, 4);
    assert_eq!((stats.prefix_hits, stats.prefix_reused_tokens), (1, 8));
    // The tree has every first rank, so each step accepts one of its four drafts.
    assert!(stats.accepted_draft_tokens >= 38, "{stats:?}");
    assert!(stats.draft_tokens >= stats.accepted_draft_tokens, "{stats:?}");
    assert_eq!((stats.active, stats.paused, stats.pauses), (0, 0, 0));
    assert_eq!(backend.stats().draft_tokens, stats.draft_tokens, "nothing is counted twice");
}

#[test]
fn a_leader_works_and_its_followers_follow() {
    let folder = engine(&StandIn::new(), "float32");
    let config = TrtLlmConfig::new(folder.path()).leader(&[0, 1], &[0, 1]);
    let backend = TrtLlmBackend::load(&config).unwrap();
    assert!(backend.is_leader());
    let tokens = run(&backend, GenerateTask::new(PROMPT.to_vec(), 5)).0;
    assert_eq!(tokens, Oracle::new(1000, 0).tokens(&PROMPT, 5));

    let folder = engine(&StandIn::new().set("rank", 1), "float32");
    let config = TrtLlmConfig::new(folder.path()).leader(&[0, 1], &[0, 1]);
    let follower = TrtLlmBackend::load(&config).unwrap();
    assert!(!follower.is_leader());
    let error = refusal(&follower, GenerateTask::new(PROMPT.to_vec(), 5));
    assert!(error.to_string().contains("TrtLlmBackend::follow"), "{error}");
    follower.follow().unwrap();
    let error = Engine::builder().trtllm(config).tokenizer(Tokenizer::bytes()).build().err().unwrap();
    assert!(error.to_string().contains("follows another one"), "{error}");
    // The first participant leads, whatever its number.
    let config = TrtLlmConfig::new(folder.path()).leader(&[0, 1], &[1, 0]);
    assert!(TrtLlmBackend::load(&config).unwrap().is_leader());
}

#[test]
fn an_orchestrator_needs_its_worker() {
    let folder = engine(&StandIn::new(), "float32");
    let missing = TrtLlmConfig::new(folder.path()).orchestrator(folder.path().join("executorWorker"));
    let error = TrtLlmBackend::load(&missing).unwrap_err();
    assert!(matches!(error, EngineError::InvalidConfig(_)), "{error}");
    assert!(error.to_string().contains("executorWorker"), "{error}");
    std::fs::write(folder.path().join("executorWorker"), "").unwrap();
    let backend = TrtLlmBackend::load(&missing).unwrap();
    assert!(backend.is_leader());
    let tokens = run(&backend, GenerateTask::new(PROMPT.to_vec(), 5)).0;
    assert_eq!(tokens, Oracle::new(1000, 0).tokens(&PROMPT, 5));
}

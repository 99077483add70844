//! Modes that bring several tokens in a step: nothing of a step is lost.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use support::{Running, oracle, request, streaming};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    DecodingConfig, DecodingModeKind, EagleConfig, Error, ExecutorConfig, ExternalDraftTokens,
    LookaheadDecodingConfig,
};

const PROMPT: [i32; 3] = [7, 8, 9];

fn medusa(choices: &[Vec<i32>]) -> ExecutorConfig {
    let decoding = DecodingConfig { medusa_choices: Some(choices.to_vec()), ..DecodingConfig::default() };
    ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() }
}

fn tree() -> Vec<Vec<i32>> {
    vec![
        vec![0],
        vec![1],
        vec![2],
        vec![0, 0],
        vec![0, 1],
        vec![1, 0],
        vec![2, 3],
        vec![0, 0, 2],
        vec![0, 0, 2, 1],
    ]
}

fn heads() -> Engine {
    Engine::new().set("medusa_heads", 4)
}

#[test]
fn medusas_steps_follow_the_choice_tree_and_every_token_arrives() {
    let running = Running::new(&heads(), &medusa(&tree()));
    for seed in 0..40_u64 {
        let mut asked = streaming(&PROMPT, 40);
        asked.options.sampling =
            Some(trtllm_sys::SamplingConfig { seed: Some(seed), ..trtllm_sys::SamplingConfig::default() });
        let answer = running.run(&asked);
        let steps = oracle(seed).medusa_steps(&PROMPT, 40, &tree());
        let brought: Vec<_> = answer.steps[&(0, 0)].iter().filter(|step| !step.is_empty()).cloned().collect();
        assert_eq!(brought, steps, "seed {seed}");
        assert_eq!(answer.first(), oracle(seed).tokens(&PROMPT, 40));
        assert_eq!(answer.decoding_iter, i32::try_from(steps.len()).unwrap());
        assert!((answer.avg_tokens - 40.0 / steps.len() as f32).abs() < 0.01, "{}", answer.avg_tokens);
    }
}

#[test]
fn medusa_without_streaming_brings_the_same_tokens() {
    let running = Running::new(&heads(), &medusa(&tree()));
    assert_eq!(running.run(&request(&PROMPT, 33)).first(), oracle(0).tokens(&PROMPT, 33));
}

#[test]
fn a_stop_word_inside_a_medusa_step_cuts_the_step() {
    let running = Running::new(&heads(), &medusa(&tree()));
    let all = oracle(0).tokens(&PROMPT, 40);
    for at in 1..12 {
        let mut asked = streaming(&PROMPT, 40);
        asked.options.stop_words = Some(vec![all[at - 1..=at].to_vec()]);
        let answer = running.run(&asked);
        assert_eq!(answer.first(), &all[..=at]);
    }
}

#[test]
fn a_tree_that_the_engine_has_no_room_for_is_refused() {
    let deep = [vec![0], vec![0, 0], vec![0, 0, 0]];
    for (engine, choices) in [
        (Engine::new(), &deep[..1]),
        (Engine::new().set("medusa_heads", 2), &deep[..]),
        (Engine::new().set("medusa_heads", 4).set("max_draft_tokens", 2), &deep[..]),
    ] {
        let error = Running::refused(&engine, &medusa(choices));
        assert!(matches!(error, Error::Native(_)), "{error}");
    }
}

#[test]
fn the_other_speculative_modes_lose_nothing_either() {
    let lookahead = LookaheadDecodingConfig { window_size: 4, ngram_size: 3, verification_set_size: 4 };
    for decoding in [
        DecodingConfig { lookahead: Some(lookahead), ..DecodingConfig::default() },
        DecodingConfig { eagle: Some(EagleConfig::default()), ..DecodingConfig::default() },
        DecodingConfig {
            mode: Some(DecodingModeKind::ExplicitDraftTokens.into()),
            ..DecodingConfig::default()
        },
    ] {
        let config = ExecutorConfig { decoding: Some(decoding.clone()), ..ExecutorConfig::default() };
        let running = Running::new(&Engine::new(), &config);
        let answer = running.run(&streaming(&PROMPT, 50));
        assert_eq!(answer.first(), oracle(0).tokens(&PROMPT, 50), "{decoding:?}");
        assert!(answer.steps[&(0, 0)].iter().any(|step| step.len() > 1), "{decoding:?}");
    }
}

#[test]
fn a_draft_from_outside_is_taken_as_far_as_it_is_right() {
    let decoding = DecodingConfig {
        mode: Some(DecodingModeKind::ExternalDraftTokens.into()),
        ..DecodingConfig::default()
    };
    let config = ExecutorConfig { decoding: Some(decoding), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new(), &config);
    let all = oracle(0).tokens(&PROMPT, 10);
    let mut draft = all[..5].to_vec();
    draft[3] += 1;
    let mut asked = streaming(&PROMPT, 10);
    asked.options.external_draft =
        Some(ExternalDraftTokens { tokens: draft, acceptance_threshold: None, fast_logits: None });
    let answer = running.run(&asked);
    assert_eq!(answer.first(), all);
    assert_eq!(answer.steps[&(0, 0)][0], &all[..4], "three right ones and the base model's own");
}

//! What requests are answered: tokens, beams, sequences, finish reasons.

#![cfg(trtllm_stand_in)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use proptest::prelude::*;
use support::{Running, oracle, request, streaming};
use trtllm_sys::stand_in::Engine;
use trtllm_sys::{
    Error, Executor, ExecutorConfig, FinishReason, LogitsProcessors, Model, ModelType, OutputConfig,
    SamplingConfig, Tensor,
};

const PROMPT: [i32; 5] = [3, 141, 59, 26, 535];

#[test]
fn without_streaming_one_response_brings_it_all() {
    let running = Running::plain();
    let answer = running.run(&request(&PROMPT, 12));
    assert_eq!(answer.steps[&(0, 0)].len(), 1);
    assert_eq!(answer.first(), oracle(0).tokens(&PROMPT, 12));
    assert_eq!(answer.first_finish(), FinishReason::Length);
    assert_eq!(answer.decoding_iter, 12);
}

#[test]
fn without_streaming_the_prompt_is_in_the_output_unless_it_is_excluded() {
    let running = Running::plain();
    let mut with_prompt = request(&PROMPT, 3);
    with_prompt.options.output = None;
    let answer = running.run(&with_prompt);
    assert_eq!(answer.first()[..5], PROMPT);
    assert_eq!(answer.first()[5..], oracle(0).tokens(&PROMPT, 3));
}

#[test]
fn with_streaming_each_step_is_a_response_without_the_prompt() {
    let running = Running::plain();
    let mut asked = streaming(&PROMPT, 6);
    asked.options.output = None;
    let answer = running.run(&asked);
    assert_eq!(answer.first(), oracle(0).tokens(&PROMPT, 6));
    assert!(answer.steps[&(0, 0)].iter().filter(|step| !step.is_empty()).all(|step| step.len() == 1));
}

#[test]
fn all_tokens_so_far_can_be_asked_for_in_each_step() {
    let running = Running::plain();
    let mut asked = streaming(&PROMPT, 4);
    asked.options.return_all_generated_tokens = Some(true);
    let answer = running.run(&asked);
    let all = oracle(0).tokens(&PROMPT, 4);
    let steps = &answer.steps[&(0, 0)];
    assert_eq!(steps[0], all[..1]);
    assert_eq!(steps.last().unwrap(), &all);
}

#[test]
fn the_end_id_ends_a_sequence() {
    let running = Running::plain();
    let all = oracle(5).tokens(&PROMPT, 10);
    let mut asked = request(&PROMPT, 10);
    asked.options.end_id = Some(all[4]);
    asked.options.sampling = Some(SamplingConfig { seed: Some(5), ..SamplingConfig::default() });
    let answer = running.run(&asked);
    assert_eq!(answer.first_finish(), FinishReason::EndId);
    assert_eq!(answer.first(), &all[..5], "the end id is part of the output");

    // With a least length the end id is not taken before it.
    asked.options.sampling =
        Some(SamplingConfig { seed: Some(5), min_tokens: Some(8), ..SamplingConfig::default() });
    assert!(running.run(&asked).first().len() >= 8);
}

#[test]
fn a_stop_word_ends_a_sequence_and_a_bad_word_never_comes() {
    let running = Running::plain();
    let all = oracle(0).tokens(&PROMPT, 10);
    let mut asked = request(&PROMPT, 10);
    asked.options.stop_words = Some(vec![vec![1, 2, 3], all[2..4].to_vec()]);
    let answer = running.run(&asked);
    assert_eq!(answer.first_finish(), FinishReason::StopWords);
    assert_eq!(answer.first(), &all[..4]);

    asked.options.stop_words = None;
    asked.options.bad_words = Some(vec![vec![all[1]], vec![999, 998]]);
    assert!(!running.run(&asked).first().contains(&all[1]));
}

#[test]
fn return_sequences_come_as_results_of_their_own() {
    let running = Running::plain();
    let mut asked = request(&PROMPT, 5);
    asked.options.sampling =
        Some(SamplingConfig { seed: Some(9), num_return_sequences: Some(3), ..SamplingConfig::default() });
    let answer = running.run(&asked);
    assert_eq!(answer.sequences_ended, 3);
    for index in 0..3 {
        assert_eq!(answer.tokens[&(index, 0)], oracle(9).sequence(index as u64).tokens(&PROMPT, 5));
    }
}

#[test]
fn beams_come_in_one_result() {
    let config = ExecutorConfig { max_beam_width: Some(3), ..ExecutorConfig::default() };
    let running = Running::new(&Engine::new(), &config);
    let mut asked = request(&PROMPT, 4);
    asked.options.sampling = Some(SamplingConfig { beam_width: Some(3), ..SamplingConfig::default() });
    asked.options.output =
        Some(OutputConfig { return_log_probs: Some(true), ..asked.options.output.clone().unwrap() });
    let answer = running.run(&asked);
    assert_eq!(answer.tokens.len(), 3);
    for beam in 0..3 {
        let drawn = oracle(0).sequence(beam as u64).draw(&PROMPT, 4);
        assert_eq!(answer.tokens[&(0, beam)], drawn.iter().map(|one| one.token).collect::<Vec<_>>());
        let log_probs: Vec<f32> = drawn.iter().map(|one| one.log_prob).collect();
        assert_eq!(answer.log_probs[&(0, beam)], log_probs);
        assert!((answer.cum_log_probs[&(0, beam)] - log_probs.iter().sum::<f32>()).abs() < 1e-5);
    }
}

#[test]
fn log_probabilities_cover_the_sequence_so_far_when_streaming() {
    let running = Running::plain();
    let mut asked = streaming(&PROMPT, 5);
    asked.options.output = Some(OutputConfig { return_log_probs: Some(true), ..OutputConfig::default() });
    let answer = running.run(&asked);
    let expected: Vec<f32> = oracle(0).draw(&PROMPT, 5).iter().map(|one| one.log_prob).collect();
    assert_eq!(answer.log_probs[&(0, 0)], expected);
}

#[test]
fn the_client_id_comes_back() {
    let running = Running::plain();
    let mut asked = request(&PROMPT, 1);
    asked.options.client_id = Some(u64::MAX - 3);
    assert_eq!(running.run(&asked).client_id, Some(u64::MAX - 3));
    assert_eq!(running.run(&request(&PROMPT, 1)).client_id, None);
}

#[test]
fn several_requests_go_in_at_once() {
    let running = Running::plain();
    let prompts: Vec<Vec<i32>> = (1..20).map(|length| (0..length).collect()).collect();
    let requests: Vec<_> = prompts.iter().map(|prompt| request(prompt, 7)).collect();
    let ids = running.executor.enqueue_all(&requests).unwrap();
    assert_eq!(ids.len(), prompts.len());
    let answers = running.collect(&ids);
    for (id, prompt) in ids.iter().zip(&prompts) {
        assert_eq!(answers[id].first(), oracle(0).tokens(prompt, 7));
    }
    assert!(running.executor.enqueue_all(&[]).unwrap().is_empty());
}

#[test]
fn an_engine_can_come_from_memory() {
    let engine = Engine::new().set("vocab_size", 77);
    let (text, json) = (engine.text(), engine.config_json());
    let weights = Tensor::from_slice(&[2, 2], &[1.0_f32, 2.0, 3.0, 4.0]).unwrap();
    let model = Model::Buffer {
        engine: text.as_bytes(),
        config_json: &json,
        model_type: ModelType::DecoderOnly,
        managed_weights: vec![("lm_head".into(), &weights), ("임베딩".into(), &weights)],
    };
    let executor = Executor::new(&model, &ExecutorConfig::default(), &LogitsProcessors::default()).unwrap();
    executor.enqueue(&request(&PROMPT, 4)).unwrap();
    let mut tokens = Vec::new();
    loop {
        let responses = executor.await_responses(std::time::Duration::from_secs(20)).unwrap();
        for response in responses.iter() {
            tokens.extend_from_slice(response.result().unwrap().beams().next().unwrap().tokens);
        }
        if responses.iter().any(|response| response.is_final()) {
            break;
        }
        assert!(!responses.is_empty());
    }
    assert_eq!(tokens, trtllm_sys::stand_in::Oracle::new(77, 0).tokens(&PROMPT, 4));

    let bad = Model::Buffer {
        engine: b"not an engine",
        config_json: &json,
        model_type: ModelType::DecoderOnly,
        managed_weights: Vec::new(),
    };
    let error = Executor::new(&bad, &ExecutorConfig::default(), &LogitsProcessors::default()).unwrap_err();
    assert!(matches!(error, Error::Native(_)), "{error}");
}

#[test]
fn encoder_and_decoder_come_from_two_folders_or_two_buffers() {
    let folder = tempfile::tempdir().unwrap();
    let (encoder, decoder) = (folder.path().join("encoder"), folder.path().join("decoder"));
    Engine::new().set("encoder", true).write(&encoder).unwrap();
    Engine::new().write(&decoder).unwrap();
    let folders = Model::EncoderDecoderFolders { encoder, decoder };
    let (encoder_text, decoder_text) = (Engine::new().set("encoder", true).text(), Engine::new().text());
    let json = Engine::new().config_json();
    let buffers = Model::EncoderDecoderBuffers {
        encoder_engine: encoder_text.as_bytes(),
        encoder_config_json: &json,
        decoder_engine: decoder_text.as_bytes(),
        decoder_config_json: &json,
    };
    for model in [folders, buffers] {
        let executor =
            Executor::new(&model, &ExecutorConfig::default(), &LogitsProcessors::default()).unwrap();
        let mut asked = request(&[1], 3);
        asked.encoder_input_tokens = Some((&PROMPT[..]).into());
        asked.options.output =
            Some(OutputConfig { return_encoder_output: Some(true), ..asked.options.output.clone().unwrap() });
        let id = executor.enqueue(&asked).unwrap();
        let responses = executor.await_responses_of(&[id], std::time::Duration::from_secs(20)).unwrap();
        let result = responses.get(0).unwrap().result().unwrap();
        assert_eq!(result.encoder_output().unwrap().shape()[0], PROMPT.len() as i64);
        assert_eq!(result.beams().next().unwrap().tokens.len(), 3);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_mix_of_requests_gets_exactly_its_own_tokens(
        asked in prop::collection::vec(
            (prop::collection::vec(0_i32..1000, 1..40), 1_i32..30, any::<u64>(), any::<bool>()), 1..24),
    ) {
        let running = Running::plain();
        let mut expected = Vec::new();
        let mut ids = Vec::new();
        for (prompt, max_tokens, seed, stream) in &asked {
            let mut one = if *stream { streaming(prompt, *max_tokens) } else { request(prompt, *max_tokens) };
            one.options.sampling = Some(SamplingConfig { seed: Some(*seed), ..SamplingConfig::default() });
            ids.push(running.executor.enqueue(&one).unwrap());
            expected.push(oracle(*seed).tokens(prompt, usize::try_from(*max_tokens).unwrap()));
        }
        let answers = running.collect(&ids);
        for (id, tokens) in ids.iter().zip(&expected) {
            prop_assert_eq!(answers[id].first(), &tokens[..]);
        }
    }
}

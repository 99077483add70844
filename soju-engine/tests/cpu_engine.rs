//! The engine over the CPU backend, with the real model.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used)]

mod common;

use std::time::{Duration, Instant};

use soju_engine::{BackendStats, CpuConfig, Engine, FinishReason, GenerationRequest, ScoreRequest, TokenId};

fn engine() -> Engine {
    Engine::cpu(common::model()).unwrap()
}

fn prompt(engine: &Engine, text: &str) -> Vec<TokenId> {
    let tokenizer = engine.tokenizer();
    tokenizer.bos().into_iter().chain(tokenizer.encode(text)).collect()
}

#[test]
fn the_model_knows_korean() {
    let engine = engine();
    assert_eq!((engine.info().name.as_str(), engine.info().vocabulary), ("cpu", 262_144));
    let request =
        GenerationRequest::builder("대한민국의 수도는").max_new_tokens(24).log_probs(true).build().unwrap();
    let answer = engine.submit(request).unwrap().collect().unwrap();
    let hangul = answer.text.chars().filter(|letter| ('가'..='힣').contains(letter)).count();
    assert!(hangul >= 8, "{}", answer.text);
    assert_eq!(answer.tokens.len(), answer.log_probs.len());
    assert_eq!(engine.tokenizer().decode(&answer.tokens), answer.text);

    let continuations = [" 서울", " 부산", " 바나나"].map(|text| engine.tokenizer().encode(text)).to_vec();
    let request =
        ScoreRequest {
            prompt: prompt(&engine, "대한민국의 수도는"), shared_prefix: 0, continuations
        };
    let score = &engine.score(vec![request]).unwrap()[0];
    assert!(score.total(0) > score.total(1) && score.total(1) > score.total(2), "{score:?}");
}

#[test]
fn a_prefix_is_shared_and_exact() {
    let engine = engine();
    let header = "다음 글이 광고인지 기사인지 가려라.\n글: 서울시는 오늘 새 버스 노선을 발표했다.\n답: 기사\n글: 지금 전화하시면 반값!\n답: 광고\n글: ";
    // llama.cpp computes rows in fours and what is left over with other kernels: whole fours are exact.
    let fours = |mut ids: Vec<TokenId>| {
        ids.truncate(ids.len() / 4 * 4);
        ids
    };
    let header = fours(prompt(&engine, header));
    let texts = [
        "어제 국회에서 예산안이 통과되었다.\n답:",
        "무료 상담, 카톡 문의 주세요!\n답:",
        "내일은 전국이 맑고 낮에는 덥겠다.\n답:",
    ];
    let labels = [" 기사", " 광고 문구입니다"].map(|text| engine.tokenizer().encode(text)).to_vec();
    let request = |text: &str, shared_prefix, continuations| {
        let own = fours(engine.tokenizer().encode(text));
        let prompt = header.iter().copied().chain(own).collect();
        ScoreRequest { prompt, shared_prefix, continuations }
    };
    // One at a time, first tokens only, so that every batch is of whole fours.
    let first = labels.iter().map(|label| label[..1].to_vec()).collect::<Vec<_>>();
    for text in texts {
        let plain = engine.score(vec![request(text, 0, first.clone())]).unwrap();
        let shared = engine.score(vec![request(text, header.len(), first.clone())]).unwrap();
        for (plain, shared) in plain[0].log_probs.iter().zip(&shared[0].log_probs) {
            assert!(
                (plain[0] - shared[0]).abs() < 1e-4,
                "{plain:?} computed anew, {shared:?} with a copied prefix"
            );
        }
    }
    // Together: the rows of continuations go through other kernels.
    let plain = engine.score(texts.iter().map(|text| request(text, 0, labels.clone())).collect()).unwrap();
    let shared =
        engine.score(texts.iter().map(|text| request(text, header.len(), labels.clone())).collect()).unwrap();
    for (plain, shared) in plain.iter().zip(&shared) {
        for (plain, shared) in plain.log_probs.iter().flatten().zip(shared.log_probs.iter().flatten()) {
            assert!((plain - shared).abs() < 0.4, "{plain} computed anew, {shared} with a copied prefix");
        }
    }
    assert_eq!(engine.stats().backend.prefix_reused_tokens, 5 * header.len() as u64);
}

#[test]
fn many_requests_run_together() {
    let engine = engine();
    let texts = ["옛날 옛적에", "오늘 날씨는", "김치찌개를 끓이는 방법은", "The capital of France is"];
    let streams: Vec<_> = (0..12)
        .map(|i| {
            let request =
                GenerationRequest::builder(texts[i % texts.len()]).max_new_tokens(20 + i).ignore_end();
            engine.submit(request.build().unwrap()).unwrap()
        })
        .collect();
    let steps_alone: usize = (0..12).map(|i| 20 + i).sum();
    for (i, stream) in streams.into_iter().enumerate() {
        let answer = stream.collect().unwrap();
        assert_eq!((answer.tokens.len(), answer.finish_reason), (20 + i, FinishReason::Length));
    }
    let stats = engine.stats();
    assert!(stats.backend.steps < steps_alone as u64 / 4, "{stats:?}");
    assert_eq!((stats.in_flight, stats.backend.generated_tokens), (0, steps_alone as u64));
}

#[test]
fn a_stop_string_ends_before_itself() {
    let engine = engine();
    let greedy = |stop: &str| {
        let request = GenerationRequest::builder("숫자를 세어 보자: 1, 2, 3,").max_new_tokens(24).stop(stop);
        engine.submit(request.build().unwrap()).unwrap().collect().unwrap()
    };
    let answer = greedy(" 5");
    assert_eq!(answer.finish_reason, FinishReason::StopWords, "{answer:?}");
    assert_eq!(answer.text.trim(), "4,");
}

#[test]
fn a_seed_decides_what_is_sampled() {
    // Nobody else's requests: company moves the numbers, and so what is sampled.
    let engine = engine();
    let sampled = |seed| {
        let request =
            GenerationRequest::builder("옛날 옛적에").max_new_tokens(16).temperature(1.0).top_p(0.95);
        engine.submit(request.seed(seed).build().unwrap()).unwrap().collect().unwrap().tokens
    };
    assert_eq!(sampled(1), sampled(1));
    assert_ne!(sampled(1), sampled(2));
}

#[test]
fn dropping_a_stream_frees_its_room() {
    let engine = engine();
    let request =
        || GenerationRequest::builder("옛날 옛적에").max_new_tokens(4000).ignore_end().build().unwrap();
    let mut stream = engine.submit(request()).unwrap();
    assert!(stream.next().unwrap().is_ok());
    assert_eq!(engine.stats().in_flight, 1);
    drop(stream);
    let start = Instant::now();
    while engine.stats().in_flight > 0 || engine.stats().backend.kv_tokens_used > 0 {
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", engine.stats());
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_stream_dropped_during_its_prompt_stops_it() {
    let mut config = CpuConfig::new(common::model());
    config.batch_tokens = 64;
    let engine = Engine::builder().cpu(config).build().unwrap();
    let stats = || engine.stats().backend;
    let wait_for = |what: fn(&BackendStats) -> bool| {
        let start = Instant::now();
        while !what(&stats()) {
            assert!(start.elapsed() < Duration::from_secs(60), "{:?}", stats());
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    // A hundred steps; dropped after the first of them.
    let stream = engine.submit(GenerationRequest::builder(vec![1000; 6400]).build().unwrap()).unwrap();
    wait_for(|stats| stats.prompt_tokens > 0);
    drop(stream);
    wait_for(|stats| stats.active == 0 && stats.kv_tokens_used == 0);
    assert!(stats().prompt_tokens < 6400, "the whole prompt was computed for nobody: {:?}", stats());
    assert_eq!(stats().generated_tokens, 0);
    // The engine's own count follows when the last response was read, on another thread.
    let start = Instant::now();
    while engine.stats().in_flight > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", engine.stats());
        std::thread::sleep(Duration::from_millis(1));
    }
    let next = GenerationRequest::builder("오늘").max_new_tokens(2).ignore_end().build().unwrap();
    assert_eq!(engine.submit(next).unwrap().collect().unwrap().tokens.len(), 2);
}

#[test]
fn a_small_context_queues_what_does_not_fit() {
    let mut config = CpuConfig::new(common::model());
    config.kv_tokens = 256;
    config.max_sequences = 4;
    config.batch_tokens = 64;
    let engine = Engine::builder().cpu(config).build().unwrap();
    let streams: Vec<_> = (0..6)
        .map(|_| {
            let request = GenerationRequest::builder(vec![1000; 100]).max_new_tokens(5).ignore_end();
            engine.submit(request.build().unwrap()).unwrap()
        })
        .collect();
    let answers: Vec<_> = streams.into_iter().map(|stream| stream.collect().unwrap().tokens.len()).collect();
    assert_eq!(answers, [5; 6]);
    let long = GenerationRequest::builder(vec![1000; 250]).max_new_tokens(7).build().unwrap();
    let error = engine.submit(long).unwrap_err().to_string();
    assert!(error.contains("257 tokens") && error.contains("256") && error.contains("kv_tokens"), "{error}");
}

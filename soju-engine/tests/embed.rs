//! Hidden states on the CPU backend, with the real model.
#![cfg(feature = "cpu")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::time::{Duration, Instant};

use soju_engine::{EmbedRequest, Embedding, Engine, EngineError, GenerationRequest, Pooling, TokenId};

fn engine() -> Engine {
    Engine::cpu(common::model()).unwrap()
}

fn request(engine: &Engine, text: &str, pooling: Pooling) -> EmbedRequest {
    let tokenizer = engine.tokenizer();
    EmbedRequest { tokens: tokenizer.bos().into_iter().chain(tokenizer.encode(text)).collect(), pooling }
}

fn cosine(a: &Embedding, b: &Embedding) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(&a.values, &b.values) / (dot(&a.values, &a.values) * dot(&b.values, &b.values)).sqrt()
}

#[test]
fn texts_of_one_kind_are_near_each_other() {
    let engine = engine();
    let texts = [
        "국회는 어제 본회의를 열어 내년도 예산안을 통과시켰다.",
        "정부는 오늘 국무회의에서 새 부동산 대책을 의결했다.",
        "토~토 사이트 추천 첫충 30% 카톡 문의 환영합니다!!",
        "바카라 사설 놀이터 가입 쿠폰 지급 지금 바로 클릭!!",
    ];
    let rows =
        engine.embed(texts.iter().map(|text| request(&engine, text, Pooling::Mean)).collect()).unwrap();
    assert!(rows.iter().all(|row| row.width == 640 && row.values.len() == 640));
    let (news, spam) = (cosine(&rows[0], &rows[1]), cosine(&rows[2], &rows[3]));
    for (a, b) in [(0, 2), (0, 3), (1, 2), (1, 3)] {
        let other = cosine(&rows[a], &rows[b]);
        assert!(other < news && other < spam, "{other} between {a} and {b}, {news} and {spam} within");
    }
}

#[test]
fn a_long_text_goes_in_chunks_beside_others() {
    let engine = engine();
    // More rows than one batch has, so that it is cut, and others are computed in the same batches.
    let long: Vec<TokenId> =
        request(&engine, &"가을 하늘은 높고 푸르다. ".repeat(60), Pooling::Tokens).tokens;
    assert!(long.len() > 300, "{}", long.len());
    let ask = |tokens: &[TokenId]| EmbedRequest { tokens: tokens.to_vec(), pooling: Pooling::Tokens };
    let short = engine.embed(vec![ask(&long[..100])]).unwrap().remove(0);
    let together = engine.embed(vec![ask(&long[..7]), ask(&long), ask(&long[..60])]).unwrap();
    assert_eq!(together[1].rows().len(), long.len());
    // The states of a token depend on what is before it only.
    for other in [&together[0], &together[1], &together[2]] {
        for (row, (a, b)) in short.rows().zip(other.rows()).enumerate() {
            let near = |value: &[f32]| Embedding::new(value.len(), value.to_vec());
            let cosine = cosine(&near(a), &near(b));
            assert!(cosine > 0.99, "row {row}: {cosine}");
        }
    }
}

#[test]
fn texts_are_embedded_while_others_are_generated() {
    let engine = engine();
    let generation =
        GenerationRequest::builder("옛날 옛적에").max_new_tokens(40).ignore_end().build().unwrap();
    let stream = engine.submit(generation).unwrap();
    let embedded = engine.embed(vec![request(&engine, "소주 한 잔", Pooling::Last); 5]).unwrap();
    assert_eq!(embedded.len(), 5);
    assert_eq!(stream.collect().unwrap().tokens.len(), 40);
    assert_eq!(engine.stats().in_flight, 0);
}

#[test]
fn what_cannot_be_embedded_is_refused_and_what_is_dropped_is_forgotten() {
    let engine = engine();
    let refused = |tokens: Vec<TokenId>| {
        engine.submit_embed(EmbedRequest { tokens, pooling: Pooling::Mean }).unwrap_err().to_string()
    };
    assert!(refused(vec![]).contains("no tokens"));
    assert!(refused(vec![1, -4]).contains("-4"));
    assert!(refused(vec![1; 8193]).contains("8193"));

    let long = EmbedRequest { tokens: vec![1000; 6000], pooling: Pooling::Tokens };
    drop(engine.submit_embed(long.clone()).unwrap());
    let handle = engine.submit_embed(long).unwrap();
    handle.cancel();
    assert_eq!(handle.wait(), Err(EngineError::Cancelled));
    let start = Instant::now();
    while engine.stats().in_flight > 0 {
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", engine.stats());
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(engine.embed(vec![request(&engine, "다음", Pooling::Mean)]).unwrap().len(), 1);
}

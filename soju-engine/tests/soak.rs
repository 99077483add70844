//! Twenty thousand short requests from many threads, with cancels, drops and time-outs, under a memory ceiling.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(feature = "cpu")]
mod common;

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use soju_engine::testing::FakeBackend;
use soju_engine::{EmbedRequest, Engine, GenerationRequest, Pooling, ScoreRequest, TokenChunk, TokenStream};

const THREADS: usize = 8;
/// What the process may grow by after its first requests, whatever their number.
const GROWTH: usize = 24 << 20;

/// Resident memory in bytes, where the system tells it (pages of 4 KiB).
fn resident() -> Option<usize> {
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<usize>().ok()? << 12)
}

/// Items that end a stream.
fn ends(stream: TokenStream) -> usize {
    stream.filter(|item| item.as_ref().map_or(true, |chunk| chunk.finish_reason.is_some())).count()
}

/// SplitMix64: any numbers, but the same each time.
fn random(seed: usize) -> usize {
    let z = (seed as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 8) as usize
}

/// Each thread hands in so many requests; every one ends exactly once, and nothing is left over.
fn soak(engine: &Engine, each: usize) {
    let before = engine.stats().submitted;
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            scope.spawn(move || (0..each).for_each(|i| one(engine, random(i * THREADS + thread))));
        }
    });
    let start = Instant::now();
    while engine.stats().in_flight > 0 {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?}", engine.stats());
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(engine.stats().submitted - before, (THREADS * each) as u64);
}

fn one(engine: &Engine, number: usize) {
    let tokens: Vec<i32> = (0..1 + number % 24).map(|i| 97 + ((number + i) % 20) as i32).collect();
    let new = 1 + number / 24 % 8;
    // How far the reader gets.
    let read = number / 192 % 8;
    let request = GenerationRequest::builder(&tokens[..]).max_new_tokens(new).ignore_end();
    match number / 1536 % 9 {
        0 => {
            let continuations = vec![vec![98], vec![99, 100]];
            let score = ScoreRequest { prompt: tokens, shared_prefix: 0, continuations };
            let score = engine.submit_score(score).unwrap().wait().unwrap();
            assert_eq!(score.log_probs.iter().map(Vec::len).collect::<Vec<_>>(), [1, 2]);
        }
        1 if engine.info().name != "trtllm" => {
            let rows = tokens.len();
            let request = EmbedRequest { tokens, pooling: Pooling::Tokens };
            assert_eq!(engine.submit_embed(request).unwrap().wait().unwrap().rows().len(), rows);
        }
        2 | 3 => {
            let mut stream = engine.submit(request.build().unwrap()).unwrap();
            let items = stream.by_ref().take(read);
            items.for_each(|item| assert!(item.is_ok()));
            drop(stream);
        }
        4 => {
            let mut stream = engine.submit(request.build().unwrap()).unwrap();
            let is_end = |item: &Result<TokenChunk, _>| item.as_ref().unwrap().finish_reason.is_some();
            let seen = stream.by_ref().take(read).filter(is_end).count();
            stream.cancel();
            assert_eq!(seen + ends(stream), 1);
        }
        5 => {
            let request = request.timeout(Duration::from_micros(100 + number as u64 % 400)).build().unwrap();
            assert_eq!(ends(engine.submit(request).unwrap()), 1);
        }
        _ => {
            let answer = engine.submit(request.build().unwrap()).unwrap().collect().unwrap();
            assert_eq!(answer.tokens.len(), new);
        }
    }
}

fn under_the_ceiling(engine: &Engine, first: usize, then: usize) {
    // The memory is that of the process, so one test at a time.
    static ALONE: Mutex<()> = Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    soak(engine, first / THREADS);
    let before = resident();
    soak(engine, then / THREADS);
    if let (Some(before), Some(after)) = (before, resident()) {
        let grown = after.saturating_sub(before);
        assert!(grown < GROWTH, "{then} requests took {} KB more", grown >> 10);
    }
}

#[test]
fn twenty_thousand_requests() {
    let engine = FakeBackend::generating(|_| (97, -1.0)).engine().unwrap();
    under_the_ceiling(&engine, 4_000, 16_000);
}

#[cfg(feature = "stand-in")]
#[test]
fn twenty_thousand_through_cpp() {
    let folder = tempfile::tempdir().unwrap();
    trtllm_sys::stand_in::Engine::new().write(folder.path()).unwrap();
    let builder = Engine::builder().trtllm(soju_engine::TrtLlmConfig::new(folder.path()));
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    under_the_ceiling(&engine, 4_000, 16_000);
}

/// `cargo test --release -p soju-engine --features testing --test soak -- --ignored`
#[cfg(feature = "cpu")]
#[test]
#[ignore = "takes long"]
fn twenty_thousand_with_the_real_model() {
    under_the_ceiling(&Engine::cpu(common::model()).unwrap(), 4_000, 16_000);
}

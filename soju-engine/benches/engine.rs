//! What the engine itself costs, without a model: `cargo bench -p soju-engine --features testing`.
#![allow(clippy::unwrap_used, reason = "a benchmark may panic")]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use soju_engine::testing::FakeBackend;
use soju_engine::{Engine, GenerationRequest, TokenId, Tokenizer};

/// Read at once by the tokenizer's decoder.
const DECODED: &str = "소주는 쌀이나 고구마로 빚은 술을 증류하거나 주정에 물을 타서 만든다. ";

fn main() {
    divan::main();
}

/// A backend that answers each step at once.
fn engine() -> Engine {
    FakeBackend::generating(|_| (TokenId::from(b'a'), -1.0)).engine().unwrap()
}

fn request(tokens: usize) -> GenerationRequest {
    GenerationRequest::builder(vec![1; 64]).max_new_tokens(tokens).build().unwrap()
}

/// From the request to its end, one token each.
#[divan::bench(args = [1, 32])]
fn requests(bencher: Bencher, at_once: usize) {
    let engine = engine();
    let request = request(1);
    bencher.counter(ItemsCount::new(at_once)).bench(|| {
        let streams: Vec<_> = (0..at_once).map(|_| engine.submit(request.clone()).unwrap()).collect();
        for stream in streams {
            black_box(stream.collect().unwrap());
        }
    });
}

/// Tokens through the streams of so many requests.
#[divan::bench(args = [1, 32])]
fn tokens(bencher: Bencher, at_once: usize) {
    const TOKENS: usize = 256;
    let engine = engine();
    let request = request(TOKENS);
    bencher.counter(ItemsCount::new(at_once * TOKENS)).bench(|| {
        let streams: Vec<_> = (0..at_once).map(|_| engine.submit(request.clone()).unwrap()).collect();
        for stream in streams {
            black_box(stream.collect().unwrap());
        }
    });
}

/// Ids of the byte tokenizer to text.
#[divan::bench]
fn decode(bencher: Bencher) {
    let tokenizer = Tokenizer::bytes();
    let text = DECODED.repeat(16);
    let ids = tokenizer.encode(&text);
    bencher.counter(BytesCount::of_str(&text)).bench(|| tokenizer.decode(black_box(&ids)));
}

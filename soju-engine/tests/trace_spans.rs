//! The engine's spans: in order, and closed exactly once whatever the end.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[cfg(feature = "cpu")]
mod common;
#[path = "common/spans.rs"]
mod spans;

use std::time::Duration;

use soju_engine::testing::FakeBackend;
use soju_engine::{
    BackendError, Engine, EngineError, FinishReason, GenerationRequest, ScoreRequest, TokenId,
};
use spans::{Listening, Step, lives};

const BEGIN: &str = " +request +queue -queue +prefill";

fn slow() -> Engine {
    FakeBackend::generating(|_| (97, -1.0)).pause(Duration::from_millis(2)).engine().unwrap()
}

fn asking(tokens: usize) -> GenerationRequest {
    GenerationRequest::builder(vec![256, 97]).max_new_tokens(tokens).build().unwrap()
}

fn scoring(prompt: Vec<TokenId>, continuation: Vec<TokenId>) -> ScoreRequest {
    ScoreRequest { prompt, shared_prefix: 0, continuations: vec![continuation] }
}

#[test]
fn a_request_waits_then_computes_its_prompt_then_decodes() {
    let listening = Listening::start();
    let engine = slow();
    engine.submit(asking(3)).unwrap().collect().unwrap();
    engine.score(vec![scoring(vec![256], vec![97])]).unwrap();
    engine.shutdown();
    let lives = lives(&listening.lines());
    assert_eq!(lives[&0].words, format!("{BEGIN} token -prefill +decode token token -decode -request"));
    assert_eq!(lives[&1].words, format!("{BEGIN} -prefill -request"));
    let field = |id: u64, name: &str| lives[&id].fields[name].clone();
    assert_eq!(
        (field(0, "kind"), field(0, "prompt_tokens"), field(0, "outcome")),
        of("generate", 2, "length")
    );
    assert_eq!((field(1, "kind"), field(1, "prompt_tokens"), field(1, "outcome")), of("score", 1, "scored"));
    assert!(lives[&0].waited_us >= field(0, "age_us").parse().unwrap());
}

fn of(kind: &str, tokens: usize, outcome: &str) -> (String, String, String) {
    (kind.to_owned(), tokens.to_string(), outcome.to_owned())
}

#[test]
fn cancelled_late_and_lost_requests_close_once() {
    let listening = Listening::start();
    let engine = slow();
    let mut cancelled = engine.submit(asking(100_000)).unwrap();
    cancelled.next().unwrap().unwrap();
    cancelled.cancel();
    assert_eq!(cancelled.collect().unwrap().finish_reason, FinishReason::Cancelled);
    let request = GenerationRequest::builder(vec![256]).max_new_tokens(100_000);
    let late = engine.submit(request.timeout(Duration::from_millis(30)).build().unwrap()).unwrap();
    assert_eq!(late.collect().unwrap().finish_reason, FinishReason::TimedOut);
    let open = engine.submit(asking(100_000)).unwrap();
    engine.shutdown();
    drop(open);
    let lives = lives(&listening.lines());
    let outcomes: Vec<_> = (0..3).map(|id| lives[&id].fields["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["cancelled", "timed_out", "cancelled"]);
    // It may be cancelled before its second token.
    let words = &lives[&0].words;
    assert!(words.starts_with(&format!("{BEGIN} token -prefill +decode")), "{words}");
    assert!(words.ends_with(" -decode -request"), "{words}");
}

#[test]
fn failures_close_their_spans() {
    let listening = Listening::start();
    let failing =
        FakeBackend::scoring(|_| Err(BackendError::Failed("the script says so".into()))).engine().unwrap();
    failing.score(vec![scoring(vec![256], vec![97])]).unwrap_err();
    failing.shutdown();
    let failed = lives(&listening.lines());
    assert_eq!((failed.len(), failed[&0].fields["outcome"].as_str()), (1, "failed"));

    let listening = Listening::start();
    let dying = FakeBackend::generating(|_| (97, -1.0)).dies_after(4).engine().unwrap();
    let error = dying.submit(asking(100_000)).unwrap().collect().unwrap_err();
    assert!(matches!(error, EngineError::Unhealthy { .. }), "{error}");
    dying.shutdown();
    let lost = lives(&listening.lines());
    assert_eq!((lost.len(), lost[&0].fields["outcome"].as_str()), (1, "lost"));
}

#[test]
fn texts_are_tokenized_and_detokenized_in_spans_of_their_threads() {
    let listening = Listening::start();
    let engine = slow();
    let request = GenerationRequest::builder("소주").max_new_tokens(2).build().unwrap();
    engine.submit(request).unwrap().collect().unwrap();
    engine.shutdown();
    let lines = listening.lines();
    let closed = |name| lines.iter().filter(move |line| line.name == name && line.step == Step::Close);
    let tokens: Vec<_> = closed("tokenize").map(|line| line.fields["tokens"].clone()).collect();
    assert_eq!(tokens, ["7"], "a token for the beginning and one for each byte");
    let told: usize = closed("detokenize").map(|line| line.fields["tokens"].parse::<usize>().unwrap()).sum();
    assert_eq!(told, 2);
}

/// The executor does not say when it admits a request: `queue` lasts until the first token.
#[cfg(feature = "stand-in")]
#[test]
fn requests_to_tensorrt_llm_are_seen_from_outside() {
    let folder = tempfile::tempdir().unwrap();
    trtllm_sys::stand_in::Engine::new().set("iteration_us", 1000).write(folder.path()).unwrap();
    let listening = Listening::start();
    let builder = Engine::builder().trtllm(soju_engine::TrtLlmConfig::new(folder.path()));
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    engine.submit(asking(4)).unwrap().collect().unwrap();
    engine.score(vec![scoring(vec![256], vec![97, 98])]).unwrap();
    let cancelled = engine.submit(asking(1000)).unwrap();
    cancelled.cancel();
    assert_eq!(cancelled.collect().unwrap().finish_reason, FinishReason::Cancelled);
    assert!(engine.stats().backend.queue_wait.count() >= 1, "{:?}", engine.stats());
    engine.shutdown();
    let lives = lives(&listening.lines());
    assert_eq!(lives.len(), 3);
    let words = &lives[&0].words;
    assert!(words.starts_with(" +request +queue token -queue +decode"), "{words}");
    assert!(words.ends_with(" -decode -request"), "{words}");
    assert_eq!(lives[&1].words, " +request +queue -queue -request");
    let outcomes: Vec<_> = (0..3).map(|id| lives[&id].fields["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["length", "scored", "cancelled"]);
}

#[cfg(feature = "cpu")]
#[test]
fn the_model_computes_in_iterations() {
    let listening = Listening::start();
    let engine = Engine::cpu(common::model()).unwrap();
    let ask =
        |tokens: usize| GenerationRequest::builder("대한민국의 수도는").max_new_tokens(tokens).ignore_end();
    let streams: Vec<_> = [4, 6].map(|tokens| engine.submit(ask(tokens).build().unwrap()).unwrap()).into();
    let cancelled = engine.submit(ask(500).build().unwrap()).unwrap();
    streams.into_iter().for_each(|stream| assert!(stream.collect().unwrap().tokens.len() >= 4));
    drop(cancelled);
    engine.score(vec![scoring(vec![2, 700], vec![701, 702])]).unwrap();
    let late = ask(500).timeout(Duration::from_nanos(1)).build().unwrap();
    assert_eq!(engine.submit(late).unwrap().collect().unwrap().finish_reason, FinishReason::TimedOut);
    assert_eq!(engine.stats().backend.queue_wait.count(), 4, "the late one was never admitted");
    engine.shutdown();
    let lines = listening.lines();
    let lives = lives(&lines);
    assert_eq!(lives.len(), 5);
    let tokens = " token".repeat(3);
    assert_eq!(lives[&0].words, format!("{BEGIN} token -prefill +decode{tokens} -decode -request"));
    assert_eq!(lives[&3].words, format!("{BEGIN} -prefill -request"));
    assert_eq!(lives[&4].words, " +request +queue -queue -request");
    let outcomes: Vec<_> = (0..5).map(|id| lives[&id].fields["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["length", "length", "cancelled", "scored", "timed_out"]);

    let iterations: Vec<_> =
        lines.iter().filter(|l| l.name == "iteration" && l.step == Step::Close).collect();
    let number = |line: &spans::Line, field: &str| line.fields[field].parse::<usize>().unwrap();
    assert!(iterations.iter().all(|line| number(line, "decode_rows") <= number(line, "rows")));
    let decoded: usize = iterations.iter().map(|line| number(line, "decode_rows")).sum();
    assert!(decoded >= 3 + 5, "{decoded}");
    // A step that only changes the cache computes nothing.
    let computing = iterations.iter().filter(|line| number(line, "rows") > 0).count();
    for (name, times) in [("plan", iterations.len()), ("compute", computing), ("sample", computing)] {
        let opened: Vec<_> = lines.iter().filter(|l| l.name == name && l.step == Step::Open).collect();
        assert_eq!(opened.len(), times, "{name}");
        assert!(opened.iter().all(|line| line.parent.is_some()), "{name} stands in an iteration");
    }
}

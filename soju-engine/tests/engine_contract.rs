//! What the engine promises its users, over a scripted backend: streams, back-pressure, endings.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used)]

use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use soju_engine::testing::{FakeBackend, FakeBuilder, fake_engine};
use soju_engine::{
    BackendError, EmbedRequest, Engine, EngineError, FinishReason, GenerationRequest, Pooling, Score,
    ScoreRequest, TokenChunk, TokenId, TokenStream,
};

/// Writes `text` byte by byte after a prompt of one token, then the end token.
fn writing(text: &'static str) -> FakeBuilder {
    FakeBackend::generating(move |tokens| {
        let byte = text.as_bytes().get(tokens.len() - 1);
        (byte.map_or(257, |byte| TokenId::from(*byte)), -0.5)
    })
}

fn request() -> GenerationRequest {
    endless(1000)
}

fn endless(tokens: usize) -> GenerationRequest {
    GenerationRequest::builder(vec![256]).max_new_tokens(tokens).build().unwrap()
}

/// Endless `a`s, one in so many milliseconds.
fn slow(milliseconds: u64) -> FakeBuilder {
    FakeBackend::generating(|_| (97, -1.0)).pause(Duration::from_millis(milliseconds))
}

fn chunks(stream: TokenStream) -> Vec<TokenChunk> {
    stream.map(Result::unwrap).collect()
}

#[test]
fn text_comes_in_whole_characters_and_ends_once() {
    let text = "소주 한 잔 🍶, 👩‍🔬와 함께. ㅎㅎ 각\u{1112}\u{1161}\u{11AB}";
    let engine = writing(text).pause(Duration::from_micros(200)).engine().unwrap();
    let chunks = chunks(engine.submit(request()).unwrap());
    let (last, others) = chunks.split_last().unwrap();
    assert_eq!(last.finish_reason, Some(FinishReason::EndId));
    assert!(others.iter().all(|chunk| chunk.finish_reason.is_none()));
    assert!(chunks.len() > 10, "the test sees increments, not the whole: {}", chunks.len());
    let whole: String = chunks.iter().map(|chunk| chunk.text.as_str()).collect();
    assert_eq!(whole, text);
    let tokens: Vec<_> = chunks.iter().flat_map(|chunk| chunk.tokens.clone()).collect();
    assert_eq!(engine.tokenizer().decode(&tokens), text, "the end token is not delivered");
}

#[test]
fn a_slow_reader_gets_merged_chunks_and_stalls_nobody() {
    let engine = writing("가나다라마바사아자차카타파하").engine().unwrap();
    let mut unread =
        engine.submit(GenerationRequest::builder(vec![256]).log_probs(true).build().unwrap()).unwrap();
    for _ in 0..20 {
        assert_eq!(engine.submit(request()).unwrap().collect().unwrap().text, "가나다라마바사아자차카타파하");
    }
    let merged = unread.next().unwrap().unwrap();
    assert_eq!(merged.text, "가나다라마바사아자차카타파하");
    assert_eq!((merged.tokens.len(), merged.log_probs.len()), (42, 42));
    assert_eq!(merged.finish_reason, Some(FinishReason::EndId));
    assert!(unread.next().is_none() && unread.next().is_none());
    assert_eq!(unread.next_timeout(Duration::ZERO), Ok(None));
}

#[test]
fn stop_strings_end_the_stream_and_the_request() {
    let engine = writing("하나\n\n둘\n\n셋 넷 다섯 여섯 일곱 여덟")
        .pause(Duration::from_micros(200))
        .engine()
        .unwrap();
    let stop = GenerationRequest::builder(vec![256]).stop("\n셋").stop("여덟").build().unwrap();
    let answer = engine.submit(stop).unwrap().collect().unwrap();
    assert_eq!((answer.text.as_str(), answer.finish_reason), ("하나\n\n둘\n", FinishReason::StopWords));
    let start = Instant::now();
    while engine.stats().in_flight > 0 {
        assert!(start.elapsed() < Duration::from_secs(5), "the backend still works on a stopped request");
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn an_async_reader_needs_no_runtime_of_ours() {
    // Only here: with it in scope, `map` of a stream could be that of `Iterator` or that of `StreamExt`.
    use futures_util::StreamExt;

    let engine = writing("비동기").pause(Duration::from_millis(1)).engine().unwrap();
    let stream = engine.submit(request()).unwrap();
    let texts = StreamExt::map(stream, |chunk| chunk.unwrap().text);
    let text = block_on(StreamExt::collect::<Vec<_>>(texts)).concat();
    assert_eq!(text, "비동기");
    let scored = engine.submit_score(ScoreRequest {
        prompt: vec![256],
        shared_prefix: 0,
        continuations: vec![vec![1]],
    });
    assert_eq!(block_on(scored.unwrap()).unwrap().log_probs, [[-20.0]]);
}

/// The smallest executor: parks the thread until the waker unparks it.
fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(std::thread::Thread);
    impl std::task::Wake for Unpark {
        fn wake(self: std::sync::Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(std::sync::Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return output;
        }
        std::thread::park();
    }
}

#[test]
fn a_full_engine_gives_the_request_back_or_waits() {
    let builder = Engine::builder().backend(Box::new(slow(1).build())).queue_capacity(2);
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    let first = engine.submit(request()).unwrap();
    let second = engine.submit(request()).unwrap();
    let refused = engine.try_submit(endless(77)).unwrap_err();
    assert!(refused.is_full());
    assert_eq!(*refused.request, endless(77));
    assert!(refused.to_string().contains("2 requests is full"), "{refused}");
    let waiting = std::thread::spawn({
        let engine = engine.clone();
        move || engine.submit(endless(3)).unwrap().collect().unwrap()
    });
    std::thread::sleep(Duration::from_millis(30));
    assert!(!waiting.is_finished());
    drop(first);
    assert_eq!(waiting.join().unwrap().tokens.len(), 3);
    drop(second);
}

#[test]
fn more_requests_than_the_queue_holds_are_scored_in_order() {
    let backend = FakeBackend::scoring(|request| {
        Ok(Score { log_probs: vec![vec![-(request.prompt[0] as f32)]; request.continuations.len()] })
    });
    let builder = Engine::builder().backend(Box::new(backend.build())).queue_capacity(3);
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    let request =
        |first| ScoreRequest { prompt: vec![first], shared_prefix: 0, continuations: vec![vec![1]] };
    let scores = engine.score((0..200).map(request).collect()).unwrap();
    assert!(scores.iter().enumerate().all(|(i, score)| score.total(0) == -(i as f32)));
}

#[test]
fn embeddings_come_in_order_with_their_pooling() {
    let builder = Engine::builder().backend(Box::new(slow(0).build())).queue_capacity(3);
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    let request = |first, pooling| EmbedRequest { tokens: vec![first, 8], pooling };
    let embeddings = engine.embed((0..100).map(|first| request(first, Pooling::Last)).collect()).unwrap();
    assert!(embeddings.iter().all(|embedding| embedding.values == [8.0, 1.0]));
    let embeddings = engine.embed((0..100).map(|first| request(first, Pooling::Mean)).collect()).unwrap();
    let first_ids = embeddings.iter().map(|embedding| embedding.values[0] * 2.0 - 8.0);
    assert!(first_ids.eq((0..100).map(|first| first as f32)));
    let all = block_on(engine.submit_embed(request(5, Pooling::Tokens)).unwrap()).unwrap();
    assert_eq!(all.rows().collect::<Vec<_>>(), [[5.0, 0.0], [8.0, 1.0]]);
    let empty = EmbedRequest { tokens: vec![], pooling: Pooling::Mean };
    assert!(engine.submit_embed(empty).unwrap_err().to_string().contains("no tokens"));
}

#[test]
fn a_failed_score_is_that_requests_error_only() {
    let engine = fake_engine(|request| match request.prompt[0] {
        13 => Err(BackendError::Failed("unlucky".into())),
        _ => Ok(Score { log_probs: vec![vec![0.0]] }),
    })
    .unwrap();
    let score = |first| {
        engine.score(vec![ScoreRequest {
            prompt: vec![first],
            shared_prefix: 0,
            continuations: vec![vec![1]],
        }])
    };
    assert_eq!(score(13), Err(EngineError::Backend(BackendError::Failed("unlucky".into()))));
    assert!(score(12).is_ok());
    assert!(engine.stats().healthy);
}

#[test]
fn cancelling_ends_a_stream_once() {
    let engine = slow(1).engine().unwrap();
    let mut stream = engine.submit(request()).unwrap();
    assert!(stream.next().unwrap().unwrap().finish_reason.is_none());
    stream.cancel();
    stream.cancel();
    let rest = stream.by_ref().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(rest.last().unwrap().finish_reason, Some(FinishReason::Cancelled));
    assert!(stream.next().is_none());
    let handle =
        engine.submit_score(ScoreRequest { prompt: vec![1], shared_prefix: 0, continuations: vec![vec![1]] });
    drop(handle.unwrap());
}

#[test]
fn time_outs_of_requests_and_of_waiting() {
    let engine = slow(2).engine().unwrap();
    let timed = GenerationRequest::builder(vec![256]).max_new_tokens(1000).timeout(Duration::from_millis(40));
    let answer = engine.submit(timed.build().unwrap()).unwrap().collect().unwrap();
    assert_eq!(answer.finish_reason, FinishReason::TimedOut);
    assert!(!answer.tokens.is_empty() && answer.tokens.len() < 40, "{}", answer.tokens.len());
    let engine = slow(200).engine().unwrap();
    let mut stream = engine.submit(endless(1)).unwrap();
    assert!(stream.next_timeout(Duration::from_millis(5)).is_err());
    assert_eq!(stream.next_timeout(Duration::from_secs(20)).unwrap().unwrap().unwrap().tokens, [97]);
}

#[test]
fn a_backend_that_dies_ends_every_stream_and_the_engine_says_so() {
    let engine = slow(2).dies_after(5).engine().unwrap();
    let streams: Vec<_> = (0..10).map(|_| engine.submit(request()).unwrap()).collect();
    for stream in streams {
        let items: Vec<_> = stream.collect_items();
        let errors = items.iter().filter(|item| item.is_err()).count();
        assert_eq!(errors, 1);
        let Some(Err(EngineError::Unhealthy { reason })) = items.last() else { panic!("{:?}", items.last()) };
        assert!(reason.contains("the script says so"));
    }
    assert!(!engine.stats().healthy);
    assert!(matches!(engine.submit(request()), Err(EngineError::Unhealthy { .. })));
    assert!(!engine.try_submit(request()).unwrap_err().is_full());
    engine.shutdown();
}

trait CollectItems {
    fn collect_items(self) -> Vec<Result<TokenChunk, EngineError>>;
}

impl CollectItems for TokenStream {
    /// `TokenStream::collect` is another method.
    fn collect_items(self) -> Vec<Result<TokenChunk, EngineError>> {
        self.into_iter().fold(Vec::new(), |mut items, item| {
            items.push(item);
            items
        })
    }
}

#[test]
fn shutdown_is_final_and_may_be_repeated() {
    let engine = slow(1).engine().unwrap();
    let stream = engine.submit(request()).unwrap();
    let clone = engine.clone();
    engine.shutdown();
    clone.shutdown();
    let items = stream.collect_items();
    assert_eq!(items.last().unwrap().as_ref().unwrap().finish_reason, Some(FinishReason::Cancelled));
    assert!(matches!(clone.submit(request()), Err(EngineError::ShutDown)));
}

#[test]
fn a_waiting_submitter_is_told_of_a_shutdown() {
    let builder = Engine::builder().backend(Box::new(slow(1).build())).queue_capacity(1);
    let engine = builder.tokenizer(soju_engine::Tokenizer::bytes()).build().unwrap();
    let _running = engine.submit(request()).unwrap();
    let waiting = std::thread::spawn({
        let engine = engine.clone();
        move || engine.submit(request()).map(|_| ())
    });
    std::thread::sleep(Duration::from_millis(20));
    engine.shutdown();
    assert_eq!(waiting.join().unwrap(), Err(EngineError::ShutDown));
}

#[test]
fn a_stream_keeps_its_engine_alive() {
    let stream = writing("아직 살아 있다").engine().unwrap().submit(request()).unwrap();
    assert_eq!(stream.collect().unwrap().text, "아직 살아 있다");
}

#[test]
fn requests_that_can_not_be_served_are_refused_at_once() {
    let engine = slow(0).engine().unwrap();
    let outside = GenerationRequest::builder(vec![256, 9999]).build().unwrap();
    let error = engine.submit(outside).unwrap_err().to_string();
    assert_eq!(error, "token id 9999 at position 1 is outside the vocabulary of 258 tokens");
    let none = ScoreRequest { prompt: vec![1], shared_prefix: 0, continuations: vec![] };
    assert!(engine.submit_score(none).unwrap_err().to_string().contains("no continuations"));
    let empty = ScoreRequest { prompt: vec![1], shared_prefix: 0, continuations: vec![vec![1], vec![]] };
    assert!(engine.submit_score(empty).unwrap_err().to_string().contains("continuation 1 has no tokens"));
    let no_prompt = ScoreRequest { prompt: vec![], shared_prefix: 0, continuations: vec![vec![1]] };
    assert!(engine.submit_score(no_prompt).unwrap_err().to_string().contains("no tokens"));
    assert!(Engine::builder().build().unwrap_err().to_string().contains("no backend"));
}

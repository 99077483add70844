//! How an engine ends: backends that die or panic, wakers that panic, several shutdowns at a time. Everybody who
//! waits is told.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use futures_util::Stream;
use soju_engine::backend::RequestId;
use soju_engine::testing::{FakeBackend, FakeBuilder};
use soju_engine::{
    Backend, BackendError, BackendInfo, BackendRequest, BackendResponse, BackendStats, EmbedRequest, Engine,
    EngineError, FinishReason, GenerationRequest, Pooling, ScoreHandle, ScoreRequest, TokenStream, Tokenizer,
};

fn generation() -> GenerationRequest {
    GenerationRequest::builder(vec![256]).max_new_tokens(1000).build().unwrap()
}

fn score() -> ScoreRequest {
    ScoreRequest { prompt: vec![256], shared_prefix: 0, continuations: vec![vec![1]] }
}

fn slow() -> FakeBuilder {
    FakeBackend::generating(|_| (97, -1.0)).pause(Duration::from_millis(1))
}

/// Takes every request and answers none. It ends as it is told to, some time after a shutdown.
struct Mute {
    next: AtomicU64,
    ending: Arc<Ending>,
}

#[derive(Default)]
struct Ending {
    how: Mutex<Option<How>>,
    told: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    Fails,
    Panics,
    ShutDown,
}

impl Ending {
    fn tell(&self, how: How) {
        self.how.lock().unwrap().get_or_insert(how);
        self.told.notify_all();
    }
}

impl Backend for Mute {
    fn info(&self) -> BackendInfo {
        BackendInfo::new("mute", "nothing", 258, 4096)
    }

    fn enqueue(&self, _: BackendRequest) -> Result<RequestId, BackendError> {
        Ok(self.next.fetch_add(1, Ordering::Relaxed))
    }

    fn await_responses(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError> {
        let how = self.ending.how.lock().unwrap();
        let (how, _) = self.ending.told.wait_timeout_while(how, timeout, |how| how.is_none()).unwrap();
        match *how {
            None => Ok(Vec::new()),
            Some(How::Fails) => Err(BackendError::Failed("the device is gone".into())),
            Some(How::Panics) => {
                drop(how);
                panic!("a bug of the backend")
            }
            Some(How::ShutDown) => {
                drop(how);
                thread::sleep(Duration::from_millis(50));
                Err(BackendError::ShutDown)
            }
        }
    }

    fn cancel(&self, _: RequestId) {}

    fn stats(&self) -> BackendStats {
        BackendStats::default()
    }

    fn shutdown(&self) {
        self.ending.tell(How::ShutDown);
    }
}

fn mute(capacity: usize) -> (Engine, Arc<Ending>) {
    let ending = Arc::new(Ending::default());
    let backend = Mute { next: AtomicU64::new(0), ending: Arc::clone(&ending) };
    let builder = Engine::builder().backend(Box::new(backend)).queue_capacity(capacity);
    (builder.tokenizer(Tokenizer::bytes()).build().unwrap(), ending)
}

/// Unparks the thread that waits.
struct Unpark(thread::Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// The next item of a stream, as async code gets it.
fn next_async(stream: &mut TokenStream) -> Option<<TokenStream as Iterator>::Item> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    loop {
        match Pin::new(&mut *stream).poll_next(&mut Context::from_waker(&waker)) {
            Poll::Ready(item) => return item,
            Poll::Pending => thread::park(),
        }
    }
}

fn is_unhealthy(error: &EngineError, reason: &str) -> bool {
    matches!(error, EngineError::Unhealthy { reason: told } if told.contains(reason))
}

#[test]
fn everybody_who_waits_is_told_of_a_death() {
    for (how, reason) in [(How::Fails, "the device is gone"), (How::Panics, "a bug of the backend")] {
        let (engine, ending) = mute(4);
        let mut blocking = engine.submit(generation()).unwrap();
        let mut polling = engine.submit(generation()).unwrap();
        let scoring = engine.submit_score(score()).unwrap();
        let embed = EmbedRequest { tokens: vec![1], pooling: Pooling::Mean };
        let embedding = engine.submit_embed(embed).unwrap();
        let errors: Vec<EngineError> = thread::scope(|scope| {
            let waiting = [
                scope.spawn(|| blocking.next().unwrap().unwrap_err()),
                scope.spawn(|| next_async(&mut polling).unwrap().unwrap_err()),
                scope.spawn(|| scoring.wait().unwrap_err()),
                scope.spawn(|| embedding.wait().unwrap_err()),
                // The queue is full, so this one waits for room.
                scope.spawn(|| engine.submit(generation()).unwrap_err()),
            ];
            ending.tell(how);
            waiting.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(errors.iter().all(|error| is_unhealthy(error, reason)), "{errors:?}");
        // One error, then the end.
        assert!(blocking.next().is_none() && next_async(&mut polling).is_none());
        assert!(!engine.stats().healthy && engine.stats().in_flight == 0, "{:?}", engine.stats());
        assert!(is_unhealthy(&engine.submit(generation()).unwrap_err(), reason));
        assert!(is_unhealthy(&engine.submit_score(score()).unwrap_err(), reason));
        engine.shutdown();
        engine.shutdown();
    }
}

#[test]
fn a_script_that_panics_is_a_backend_that_died() {
    let next = |tokens: &[i32]| {
        assert!(tokens.len() < 6, "the script gives up");
        (97, -1.0)
    };
    let engine = FakeBackend::generating(next).engine().unwrap();
    let streams: Vec<_> = (0..5).map(|_| engine.submit(generation())).collect();
    for stream in streams.into_iter().flatten() {
        let error = stream.collect().unwrap_err();
        assert!(is_unhealthy(&error, "panicked: the script gives up"), "{error}");
    }
    assert!(!engine.stats().healthy);
}

#[test]
fn a_waker_that_panics_is_its_own_loss() {
    struct Panics;
    impl Wake for Panics {
        fn wake(self: Arc<Self>) {
            panic!("a bug of the reader");
        }
    }
    let waker = Waker::from(Arc::new(Panics));
    let engine = slow().engine().unwrap();
    let request = |tokens| GenerationRequest::builder(vec![256]).max_new_tokens(tokens).build().unwrap();
    let mut unlucky = engine.submit(request(20)).unwrap();
    let other = engine.submit(request(40)).unwrap();
    let mut tokens = 0;
    while let Poll::Ready(Some(chunk)) = Pin::new(&mut unlucky).poll_next(&mut Context::from_waker(&waker)) {
        tokens += chunk.unwrap().tokens.len();
    }
    assert_eq!(other.collect().unwrap().tokens.len(), 40);
    // Only the call was lost.
    tokens += unlucky.collect().unwrap().tokens.len();
    assert_eq!(tokens, 20);
    let mut handle = pin!(engine.submit_score(score()).unwrap());
    let _ = handle.as_mut().poll(&mut Context::from_waker(&waker));
    assert_eq!(engine.submit(request(3)).unwrap().collect().unwrap().tokens.len(), 3);
    assert!(engine.stats().healthy);
}

#[test]
fn every_shutdown_returns_when_all_has_ended() {
    let (engine, _) = mute(8);
    let handles: Vec<ScoreHandle> = (0..4).map(|_| engine.submit_score(score()).unwrap()).collect();
    thread::scope(|scope| {
        for handle in &handles {
            scope.spawn(|| {
                engine.shutdown();
                assert!(handle.is_ready(), "the engine still worked when its shutdown returned");
            });
        }
    });
    for handle in handles {
        assert_eq!(handle.wait(), Err(EngineError::ShutDown));
    }
}

#[test]
fn a_waker_may_shut_the_engine_down() {
    struct ShutsDown(Mutex<Option<Engine>>);
    impl Wake for ShutsDown {
        fn wake(self: Arc<Self>) {
            // On the response thread, which a shutdown elsewhere would wait for.
            if let Some(engine) = self.0.lock().unwrap().take() {
                engine.shutdown();
            }
        }
    }
    let engine = slow().engine().unwrap();
    let mut stream = engine.submit(generation()).unwrap();
    let waker = Waker::from(Arc::new(ShutsDown(Mutex::new(Some(engine)))));
    // Polled until it has to wait, so that the waker is called.
    while let Poll::Ready(Some(_)) = Pin::new(&mut stream).poll_next(&mut Context::from_waker(&waker)) {}
    let answer = stream.collect().unwrap();
    assert_eq!(answer.finish_reason, FinishReason::Cancelled);
}

#[test]
fn engines_are_shared_and_streams_are_sent() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    fn sent<T: Send + Unpin + 'static>() {}
    shared::<Engine>();
    shared::<Tokenizer>();
    sent::<TokenStream>();
    sent::<ScoreHandle>();
}

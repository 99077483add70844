//! A backend without a model: its scores come from a closure, its tokens from a script.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::backend::mailbox::{Letter, Mailbox};
use crate::backend::pool::Pool;
use crate::backend::{Event, GenerateTask, Generated, RequestId, Task};
use crate::stats::{BackendInfo, BackendStats};
use crate::trace::RequestWatch;
use crate::{
    Backend, BackendError, BackendRequest, BackendResponse, Engine, EngineError, FinishReason, Score,
    ScoreRequest, TokenId, Tokenizer,
};

type ScoreScript = dyn Fn(&ScoreRequest) -> Result<Score, BackendError> + Send + Sync;
type TokenScript = dyn Fn(&[TokenId]) -> (TokenId, f32) + Send + Sync;

/// Tokens of the byte tokenizer.
const VOCABULARY: usize = 258;
const CONTEXT: usize = 1 << 20;
const CAPACITY: usize = 256;

/// A scripted backend. Each open request gets one token per step, so requests are interleaved as they are
/// with a real one. A token's hidden state is its id and its position. A script that panics kills it. It has no
/// adapters, no prompt tables, and no constraints unless it is told to [break them](FakeBuilder::breaks_constraints).
pub struct FakeBackend {
    breaks_constraints: bool,
    mailbox: Arc<Mailbox>,
    stats: Arc<Mutex<BackendStats>>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

struct Script {
    score: Box<ScoreScript>,
    next: Box<TokenScript>,
    /// Time that a step takes.
    pause: Duration,
    /// The backend dies after so many steps.
    dies_after: Option<u64>,
    breaks_constraints: bool,
}

/// Builds a [`FakeBackend`].
pub struct FakeBuilder {
    script: Script,
}

impl FakeBackend {
    /// A backend whose scores come from `score`. It generates the byte `a` for ever.
    ///
    /// # Examples
    /// ```
    /// use soju_engine::testing::FakeBackend;
    /// use soju_engine::{Score, ScoreRequest};
    /// let backend = FakeBackend::scoring(|request: &ScoreRequest| {
    ///     Ok(Score { log_probs: request.continuations.iter().map(|tokens| vec![-1.0; tokens.len()]).collect() })
    /// });
    /// let engine = backend.engine()?;
    /// # Ok::<(), soju_engine::EngineError>(())
    /// ```
    pub fn scoring(
        score: impl Fn(&ScoreRequest) -> Result<Score, BackendError> + Send + Sync + 'static,
    ) -> FakeBuilder {
        let next = Box::new(|_: &[TokenId]| (TokenId::from(b'a'), -1.0));
        FakeBuilder {
            script: Script {
                score: Box::new(score),
                next,
                pause: Duration::ZERO,
                dies_after: None,
                breaks_constraints: false,
            },
        }
    }

    /// A backend whose next token and its log-probability come from `next`, given all tokens so far. Its
    /// scores follow from `next` too: other tokens than the chosen one have log-probability -20.
    pub fn generating(
        next: impl Fn(&[TokenId]) -> (TokenId, f32) + Send + Sync + Clone + 'static,
    ) -> FakeBuilder {
        let scripted = next.clone();
        let score = move |request: &ScoreRequest| {
            let of = |continuation: &Vec<TokenId>| {
                let mut text = request.prompt.clone();
                let one = |token: &TokenId| {
                    let (chosen, log_prob) = scripted(&text);
                    text.push(*token);
                    if chosen == *token { log_prob } else { -20.0 }
                };
                continuation.iter().map(one).collect()
            };
            Ok(Score { log_probs: request.continuations.iter().map(of).collect() })
        };
        let mut builder = Self::scoring(score);
        builder.script.next = Box::new(next);
        builder
    }
}

impl FakeBuilder {
    /// Each step takes this time; none unless told.
    #[must_use]
    pub fn pause(mut self, pause: Duration) -> Self {
        self.script.pause = pause;
        self
    }

    /// The backend dies after so many steps.
    #[must_use]
    pub fn dies_after(mut self, steps: u64) -> Self {
        self.script.dies_after = Some(steps);
        self
    }

    /// Requests with a constraint are taken and the constraint is not kept: a model that answers whatever it likes.
    #[must_use]
    pub fn breaks_constraints(mut self) -> Self {
        self.script.breaks_constraints = true;
        self
    }

    /// Starts the backend's thread.
    #[must_use]
    pub fn build(self) -> FakeBackend {
        let mailbox = Arc::new(Mailbox::new(CAPACITY));
        let stats = Arc::new(Mutex::new(BackendStats::default()));
        let breaks_constraints = self.script.breaks_constraints;
        let worker = {
            let (mailbox, stats) = (Arc::clone(&mailbox), Arc::clone(&stats));
            std::thread::spawn(move || {
                mailbox.serve(|| run(&self.script, &mailbox, &stats));
            })
        };
        FakeBackend { breaks_constraints, mailbox, stats, worker: Mutex::new(Some(worker)) }
    }

    /// An engine over this backend, with the byte tokenizer.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn engine(self) -> Result<Engine, EngineError> {
        Engine::builder().backend(Box::new(self.build())).tokenizer(Tokenizer::bytes()).build()
    }
}

/// An engine without a model whose scores come from `score`, with the byte tokenizer.
///
/// # Errors
/// When no thread can be started.
pub fn fake_engine(
    score: impl Fn(&ScoreRequest) -> Result<Score, BackendError> + Send + Sync + 'static,
) -> Result<Engine, EngineError> {
    FakeBackend::scoring(score).engine()
}

struct Open {
    id: RequestId,
    deadline: Option<Instant>,
    task: Task,
    generated: usize,
}

fn run(script: &Script, mailbox: &Mailbox, stats: &Mutex<BackendStats>) -> BackendError {
    let mut open: Vec<Open> = Vec::new();
    let mut watch = RequestWatch::default();
    let (mut steps, mut generated_tokens) = (0, 0);
    loop {
        let delivery = mailbox.collect(open.is_empty());
        for Letter { id, request, taken } in delivery.requests {
            let deadline = request.timeout.and_then(|timeout| taken.checked_add(timeout));
            watch.opened(id, &request.task, taken);
            watch.admitted(&[id]);
            open.push(Open { id, deadline, task: request.task, generated: 0 });
        }
        let now = Instant::now();
        open.retain(|request| {
            let reason = if delivery.closed || delivery.cancelled.contains(&request.id) {
                FinishReason::Cancelled
            } else if request.deadline.is_some_and(|deadline| deadline <= now) {
                FinishReason::TimedOut
            } else {
                return true;
            };
            let event = Event::Finished(Generated::default(), reason);
            watch.ended(request.id, &event);
            mailbox.answer(request.id, event);
            false
        });
        if delivery.closed {
            return BackendError::ShutDown;
        }
        if script.dies_after.is_some_and(|limit| steps >= limit) {
            return BackendError::Failed("the script says so".into());
        }
        std::thread::sleep(script.pause);
        steps += 1;
        open.retain_mut(|request| {
            let event = step(script, request);
            let goes_on = !event.is_final();
            if let Event::Tokens(generated) | Event::Finished(generated, _) = &event
                && !generated.tokens.is_empty()
            {
                generated_tokens += generated.tokens.len() as u64;
                watch.token(request.id);
            }
            if !goes_on {
                watch.ended(request.id, &event);
            }
            mailbox.answer(request.id, event);
            goes_on
        });
        let mut stats = stats.lock().unwrap_or_else(PoisonError::into_inner);
        stats.steps = steps;
        stats.generated_tokens = generated_tokens;
        stats.active = open.len();
        stats.queue_wait = watch.queue_wait();
    }
}

fn step(script: &Script, request: &mut Open) -> Event {
    match &mut request.task {
        Task::Score(score) => match (script.score)(score) {
            Ok(score) => Event::Scored(score),
            Err(error) => Event::Failed(error),
        },
        Task::Embed(request) => {
            // A row is the token's id and its position.
            let mut pool = Pool::new(request.pooling);
            let rows = request.tokens.iter().enumerate();
            rows.for_each(|(position, id)| pool.add(&[*id as f32, position as f32]));
            Event::Embedded(pool.finish())
        }
        Task::Generate(GenerateTask { prompt, max_new_tokens, end_ids, log_probs, .. }) => {
            let (token, log_prob) = (script.next)(prompt);
            if end_ids.contains(&token) {
                return Event::Finished(Generated::default(), FinishReason::EndId);
            }
            prompt.push(token);
            request.generated += 1;
            let log_probs = if *log_probs { vec![log_prob] } else { Vec::new() };
            let generated = Generated { tokens: vec![token], log_probs };
            if request.generated == *max_new_tokens {
                return Event::Finished(generated, FinishReason::Length);
            }
            Event::Tokens(generated)
        }
    }
}

/// A script can't keep a promise that it does not know of.
fn support(task: &Task, breaks_constraints: bool) -> Result<(), BackendError> {
    let lacks = |feature| {
        Err(BackendError::Unsupported {
            backend: "fake",
            feature,
            remedy: "leave it out, or use a true backend",
        })
    };
    match task {
        Task::Generate(task) if task.constraint.is_some() && !breaks_constraints => lacks("constraints"),
        Task::Generate(task) if task.lora.is_some() => lacks("low-rank adapters"),
        Task::Generate(task) if task.prompt_table.is_some() => lacks("prompt tables"),
        _ => Ok(()),
    }
}

impl Backend for FakeBackend {
    fn info(&self) -> BackendInfo {
        BackendInfo::new("fake", "a script", VOCABULARY, CONTEXT)
    }

    fn enqueue(&self, request: BackendRequest) -> Result<RequestId, BackendError> {
        request.check(&self.info())?;
        support(&request.task, self.breaks_constraints)?;
        self.mailbox.post(request)
    }

    fn await_responses(&self, timeout: Duration) -> Result<Vec<BackendResponse>, BackendError> {
        self.mailbox.receive(timeout)
    }

    fn cancel(&self, id: RequestId) {
        self.mailbox.cancel(id);
    }

    fn stats(&self) -> BackendStats {
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn shutdown(&self) {
        self.mailbox.close();
        if let Some(worker) = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take() {
            // A panic of a script has been reported through the mailbox.
            let _ = worker.join();
        }
    }
}

impl Drop for FakeBackend {
    fn drop(&mut self) {
        self.shutdown();
    }
}

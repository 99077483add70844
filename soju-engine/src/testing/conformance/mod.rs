//! What every backend must do, as one function to be called from a test.

mod answers;
mod endings;
mod refusals;

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

use crate::backend::{Event, GenerateTask, Generated, RequestId, Task};
use crate::{Backend, BackendError, BackendRequest, FinishReason, Score, ScoreRequest, TokenId};

/// The backend under test.
pub struct Subject<'a> {
    /// Makes a fresh backend.
    pub make: &'a dyn Fn() -> Box<dyn Backend>,
    /// A prompt that the model goes on from for at least 40 tokens.
    pub prompt: Vec<TokenId>,
    /// How far the log-probabilities of the same tokens may differ between generating and scoring them.
    pub tolerance: f32,
    /// A cancelled request must be final within this time.
    pub patience: Duration,
}

/// Runs the whole suite.
///
/// # Panics
/// At the first departure from the contract of [`Backend`].
pub fn conformance(subject: &Subject<'_>) {
    let backend = (subject.make)();
    let run = Run::new(subject, backend.as_ref());
    run.nothing_asked_nothing_said();
    run.one_final_response();
    run.many_threads_hand_in();
    run.counters_add_up();
    run.greedy_is_deterministic();
    run.seeded_sampling_is_deterministic();
    run.score_equals_generation();
    run.shared_prefix_changes_nothing();
    run.pooled_states_agree();
    run.cancel_is_final_in_time();
    run.cancel_during_the_prompt_is_final_in_time();
    run.cancel_of_unknown_or_done_is_harmless();
    run.timeout_is_final();
    run.bad_requests_are_refused();
    run.what_is_not_there_is_refused();
    run.a_full_queue_refuses_and_recovers();
    run.shutdown_twice();

    let backend = (subject.make)();
    Run::new(subject, backend.as_ref()).shutdown_ends_open_requests();
}

struct Run<'a> {
    subject: &'a Subject<'a>,
    backend: &'a dyn Backend,
    /// Ids that were given out: none comes twice.
    given: RefCell<HashSet<RequestId>>,
}

/// All that a backend said about one request.
#[derive(Default)]
struct Heard {
    generated: Generated,
    last: Option<Event>,
}

impl Heard {
    fn reason(&self) -> FinishReason {
        match &self.last {
            Some(Event::Finished(_, reason)) => *reason,
            other => panic!("expected an end of a generation, got {other:?}"),
        }
    }

    fn score(self) -> Score {
        match self.last {
            Some(Event::Scored(score)) => score,
            other => panic!("expected a score, got {other:?}"),
        }
    }
}

impl<'a> Run<'a> {
    fn new(subject: &'a Subject<'a>, backend: &'a dyn Backend) -> Self {
        Self { subject, backend, given: RefCell::default() }
    }

    fn generate(&self, max_new_tokens: usize) -> GenerateTask {
        GenerateTask { log_probs: true, ..GenerateTask::new(self.subject.prompt.clone(), max_new_tokens) }
    }

    fn score(&self, continuations: Vec<Vec<TokenId>>) -> ScoreRequest {
        ScoreRequest { prompt: self.subject.prompt.clone(), shared_prefix: 0, continuations }
    }

    fn try_enqueue(&self, task: Task) -> Result<RequestId, BackendError> {
        let id = self.backend.enqueue(BackendRequest { task, priority: 0.5, timeout: None })?;
        self.note(id);
        Ok(id)
    }

    fn enqueue(&self, task: Task, timeout: Option<Duration>) -> RequestId {
        let request = BackendRequest { task, priority: 0.5, timeout };
        let id = self.backend.enqueue(request).expect("the backend takes a proper request");
        self.note(id);
        id
    }

    fn note(&self, id: RequestId) {
        assert!(self.given.borrow_mut().insert(id), "the id {id} was given out before");
    }

    /// Listens until all of `ids` are final, then a little longer for what must not come.
    fn listen(&self, ids: &[RequestId]) -> HashMap<RequestId, Heard> {
        let mut heard: HashMap<RequestId, Heard> = ids.iter().map(|id| (*id, Heard::default())).collect();
        let deadline = Instant::now() + Duration::from_secs(120);
        let mut quiet_until = None;
        loop {
            let responses = match self.backend.await_responses(Duration::from_millis(20)) {
                Ok(responses) => responses,
                Err(BackendError::ShutDown) => break,
                Err(error) => panic!("the backend died: {error}"),
            };
            for response in responses {
                let Some(heard) = heard.get_mut(&response.id) else {
                    panic!("a response for {}, which was not asked", response.id);
                };
                assert!(heard.last.is_none(), "{:?} follows a final response", response.event);
                if let Event::Tokens(tokens) | Event::Finished(tokens, _) = &response.event {
                    heard.generated.tokens.extend(&tokens.tokens);
                    heard.generated.log_probs.extend(&tokens.log_probs);
                }
                if response.event.is_final() {
                    heard.last = Some(response.event);
                }
            }
            if heard.values().all(|heard| heard.last.is_some()) {
                let until = *quiet_until.get_or_insert(Instant::now() + Duration::from_millis(60));
                if Instant::now() >= until {
                    break;
                }
            }
            assert!(Instant::now() < deadline, "a request got no final response within two minutes");
        }
        assert!(heard.values().all(|heard| heard.last.is_some()), "a request got no final response");
        heard
    }

    fn one(&self, task: Task) -> Heard {
        let id = self.enqueue(task, None);
        self.listen(&[id]).remove(&id).expect("listen answers for each id")
    }
}

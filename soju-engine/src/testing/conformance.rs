//! What every backend must do, as one function to be called from a test.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::backend::{Event, GenerateTask, Generated, RequestId, Task};
use crate::{
    Backend, BackendError, BackendRequest, EmbedRequest, FinishReason, Pooling, Sampling, Score,
    ScoreRequest, TokenId,
};

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
    let run = Run { subject, backend: backend.as_ref() };
    run.one_final_response();
    run.greedy_is_deterministic();
    run.seeded_sampling_is_deterministic();
    run.score_equals_generation();
    run.shared_prefix_changes_nothing();
    run.pooled_states_agree();
    run.cancel_is_final_in_time();
    run.cancel_of_unknown_or_done_is_harmless();
    run.timeout_is_final();
    run.bad_requests_are_refused();
    run.shutdown_twice();

    let backend = (subject.make)();
    Run { subject, backend: backend.as_ref() }.shutdown_ends_open_requests();
}

struct Run<'a> {
    subject: &'a Subject<'a>,
    backend: &'a dyn Backend,
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

impl Run<'_> {
    fn generate(&self, max_new_tokens: usize) -> GenerateTask {
        GenerateTask { log_probs: true, ..GenerateTask::new(self.subject.prompt.clone(), max_new_tokens) }
    }

    fn enqueue(&self, task: Task, timeout: Option<Duration>) -> RequestId {
        let request = BackendRequest { task, priority: 0.5, timeout };
        self.backend.enqueue(request).expect("the backend takes a proper request")
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

    fn one_final_response(&self) {
        let mut ids: Vec<_> =
            (1..=6).map(|tokens| self.enqueue(Task::Generate(self.generate(tokens)), None)).collect();
        let continuations = vec![vec![1], vec![2, 3]];
        let score = ScoreRequest { prompt: self.subject.prompt.clone(), shared_prefix: 0, continuations };
        let scored = self.enqueue(Task::Score(score), None);
        ids.push(scored);
        let mut heard = self.listen(&ids);
        for (tokens, id) in (1..=6).zip(&ids) {
            assert_eq!(heard[id].generated.tokens.len(), tokens);
            assert_eq!(heard[id].generated.log_probs.len(), tokens, "log-probabilities were asked for");
            assert_eq!(heard[id].reason(), FinishReason::Length);
        }
        let score = heard.remove(&scored).expect("it was heard").score();
        let lengths: Vec<_> = score.log_probs.iter().map(Vec::len).collect();
        assert_eq!(lengths, [1, 2]);
        assert!(score.log_probs.iter().flatten().all(|log_prob| *log_prob <= 0.0));
    }

    fn greedy_is_deterministic(&self) {
        let first = self.one(Task::Generate(self.generate(24)));
        let second = self.one(Task::Generate(self.generate(24)));
        assert_eq!(first.generated.tokens, second.generated.tokens);
        let end = first.generated.tokens[10];
        let before = first.generated.tokens.iter().position(|token| *token == end).expect("it is there");
        let ended = self.one(Task::Generate(GenerateTask { end_ids: vec![end], ..self.generate(24) }));
        assert_eq!(ended.reason(), FinishReason::EndId);
        assert_eq!(
            ended.generated.tokens,
            first.generated.tokens[..before],
            "the end token is not delivered"
        );
    }

    fn seeded_sampling_is_deterministic(&self) {
        let sampling = Sampling { temperature: 1.2, top_k: Some(50), top_p: Some(0.95), seed: 7 };
        let task = GenerateTask { sampling, ..self.generate(16) };
        let first = self.one(Task::Generate(task.clone()));
        let second = self.one(Task::Generate(task));
        assert_eq!(first.generated.tokens, second.generated.tokens);
    }

    fn score_equals_generation(&self) {
        let generated = self.one(Task::Generate(self.generate(8))).generated;
        let whole = generated.tokens.clone();
        let continuations = vec![whole.clone(), whole[..1].to_vec(), whole[..3].to_vec()];
        let score = ScoreRequest { prompt: self.subject.prompt.clone(), shared_prefix: 0, continuations };
        let score = self.one(Task::Score(score)).score();
        for log_probs in &score.log_probs {
            for (scored, generated) in log_probs.iter().zip(&generated.log_probs) {
                let difference = (scored - generated).abs();
                assert!(difference <= self.subject.tolerance, "scored {scored}, generated {generated}");
            }
        }
    }

    fn shared_prefix_changes_nothing(&self) {
        let shared_prefix = self.subject.prompt.len() - 1;
        let continuations = vec![vec![1], vec![2, 3]];
        let plain = ScoreRequest { prompt: self.subject.prompt.clone(), shared_prefix: 0, continuations };
        let shared = ScoreRequest { shared_prefix, ..plain.clone() };
        let expected = self.one(Task::Score(plain)).score();
        for _ in 0..2 {
            let got = self.one(Task::Score(shared.clone())).score();
            let pairs = got.log_probs.iter().flatten().zip(expected.log_probs.iter().flatten());
            for (got, expected) in pairs {
                assert!(
                    (got - expected).abs() <= self.subject.tolerance,
                    "{got} with a prefix, {expected} without"
                );
            }
        }
    }

    /// A backend without hidden states says so; one that has them gives a row a token.
    fn pooled_states_agree(&self) {
        let tokens = self.subject.prompt.clone();
        let ask = |pooling| {
            let task = Task::Embed(EmbedRequest { tokens: tokens.clone(), pooling });
            self.backend.enqueue(BackendRequest { task, priority: 0.5, timeout: None })
        };
        let first = match ask(Pooling::Tokens) {
            Err(BackendError::Unsupported { .. }) => return,
            first => first.expect("the backend takes a proper request"),
        };
        let ids = [first, ask(Pooling::Last).expect("as before"), ask(Pooling::Mean).expect("as before")];
        let mut heard = self.listen(&ids);
        let [all, last, mean] = ids.map(|id| match heard.remove(&id).and_then(|heard| heard.last) {
            Some(Event::Embedded(embedding)) => embedding,
            other => panic!("expected hidden states, got {other:?}"),
        });
        assert_eq!(all.rows().len(), tokens.len());
        assert_eq!((last.rows().len(), mean.rows().len()), (1, 1));
        // Other company in the batch, so the numbers need not be the same to the last digit.
        let near = |a: &[f32], b: &[f32]| {
            let length = |row: &[f32]| row.iter().map(|value| value * value).sum::<f32>().sqrt();
            let difference: Vec<f32> = a.iter().zip(b).map(|(a, b)| a - b).collect();
            assert!(
                length(&difference) <= 0.05 * length(a).max(1.0),
                "rows differ by {}",
                length(&difference)
            );
        };
        near(all.rows().last().expect("there is one"), &last.values);
        let average: Vec<f32> = (0..all.width)
            .map(|column| all.rows().map(|row| row[column]).sum::<f32>() / tokens.len() as f32)
            .collect();
        near(&average, &mean.values);
    }

    fn cancel_is_final_in_time(&self) {
        let long = GenerateTask { log_probs: false, ..self.generate(40) };
        let many: Vec<_> = (0..4).map(|_| self.enqueue(Task::Generate(long.clone()), None)).collect();
        let start = Instant::now();
        many.iter().for_each(|id| self.backend.cancel(*id));
        let heard = self.listen(&many);
        assert!(start.elapsed() < self.subject.patience, "cancelling took {:?}", start.elapsed());
        let cancelled = heard.values().filter(|heard| heard.reason() == FinishReason::Cancelled).count();
        assert!(cancelled >= 1, "none of four long requests was cancelled");
    }

    fn cancel_of_unknown_or_done_is_harmless(&self) {
        self.backend.cancel(RequestId::MAX);
        let id = self.enqueue(Task::Generate(self.generate(2)), None);
        self.listen(&[id]);
        self.backend.cancel(id);
        self.backend.cancel(id);
        assert_eq!(self.one(Task::Generate(self.generate(2))).reason(), FinishReason::Length);
    }

    fn timeout_is_final(&self) {
        let id = self.enqueue(Task::Generate(self.generate(40)), Some(Duration::from_nanos(1)));
        assert_eq!(self.listen(&[id])[&id].reason(), FinishReason::TimedOut);
    }

    fn bad_requests_are_refused(&self) {
        let info = self.backend.info();
        let refusal = |task: GenerateTask| {
            let request = BackendRequest { task: Task::Generate(task), priority: 0.5, timeout: None };
            self.backend.enqueue(request).expect_err("a bad request is refused")
        };
        let outside = info.vocabulary as TokenId;
        assert!(matches!(
            refusal(GenerateTask { prompt: vec![1, outside], ..self.generate(1) }),
            BackendError::OutsideVocabulary { position: 1, .. }
        ));
        assert!(matches!(
            refusal(GenerateTask { prompt: vec![-1], ..self.generate(1) }),
            BackendError::OutsideVocabulary { id: -1, .. }
        ));
        assert!(matches!(
            refusal(GenerateTask { prompt: vec![], ..self.generate(1) }),
            BackendError::Invalid(_)
        ));
        let long = GenerateTask { prompt: vec![1; info.context_length], ..self.generate(1) };
        assert!(matches!(refusal(long), BackendError::TooLong { .. }));
    }

    fn shutdown_twice(&self) {
        self.backend.shutdown();
        self.backend.shutdown();
        let request = BackendRequest { task: Task::Generate(self.generate(1)), priority: 0.5, timeout: None };
        assert_eq!(self.backend.enqueue(request), Err(BackendError::ShutDown));
    }

    fn shutdown_ends_open_requests(&self) {
        let ids: Vec<_> = (0..8).map(|_| self.enqueue(Task::Generate(self.generate(40)), None)).collect();
        self.backend.shutdown();
        let heard = self.listen(&ids);
        assert!(heard.values().any(|heard| heard.reason() == FinishReason::Cancelled));
    }
}

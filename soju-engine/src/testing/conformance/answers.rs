//! What a backend answers.

use std::time::{Duration, Instant};

use super::Run;
use crate::backend::{Event, GenerateTask, Task};
use crate::{BackendError, BackendRequest, EmbedRequest, FinishReason, Pooling, Sampling, ScoreRequest};

impl Run<'_> {
    pub(super) fn nothing_asked_nothing_said(&self) {
        for wait in [Duration::ZERO, Duration::from_millis(20)] {
            let responses = self.backend.await_responses(wait).expect("the backend lives");
            assert!(responses.is_empty(), "nobody asked, and it says {responses:?}");
        }
    }

    pub(super) fn one_final_response(&self) {
        let mut ids: Vec<_> =
            (1..=6).map(|tokens| self.enqueue(Task::Generate(self.generate(tokens)), None)).collect();
        let scored = self.enqueue(Task::Score(self.score(vec![vec![1], vec![2, 3]])), None);
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
        let silent = self.one(Task::Generate(GenerateTask { log_probs: false, ..self.generate(4) }));
        assert_eq!((silent.generated.tokens.len(), silent.generated.log_probs.len()), (4, 0));
    }

    /// Requests come from many threads; each gets its answer and no other's.
    pub(super) fn many_threads_hand_in(&self) {
        let (backend, generate) = (self.backend, self.generate(1));
        let hand_in = |thread: usize| -> Vec<_> {
            let one = |i: usize| {
                let max_new_tokens = 1 + (thread + i) % 5;
                let task = Task::Generate(GenerateTask { max_new_tokens, ..generate.clone() });
                // The priority decides who waits, not who is answered.
                let request = BackendRequest { task, priority: (i % 2) as f32, timeout: None };
                (backend.enqueue(request).expect("the backend takes a proper request"), max_new_tokens)
            };
            (0..6).map(one).collect()
        };
        let asked: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|thread| scope.spawn(move || hand_in(thread))).collect();
            threads.into_iter().flat_map(|thread| thread.join().expect("it does not panic")).collect()
        });
        let ids: Vec<_> = asked.iter().map(|(id, _)| *id).collect();
        ids.iter().for_each(|id| self.note(*id));
        let heard = self.listen(&ids);
        for (id, tokens) in asked {
            assert_eq!(heard[&id].generated.tokens.len(), tokens);
        }
    }

    /// Counters of tokens and steps grow by at least what was answered; what is over is not counted as open.
    pub(super) fn counters_add_up(&self) {
        let before = self.backend.stats();
        let tokens: usize =
            (0..3).map(|i| self.one(Task::Generate(self.generate(3 + i))).generated.tokens.len()).sum();
        let start = Instant::now();
        loop {
            let now = self.backend.stats();
            let counted = now.generated_tokens - before.generated_tokens;
            if now.active + now.queued + now.paused == 0
                && counted >= tokens as u64
                && now.steps > before.steps
            {
                return;
            }
            assert!(start.elapsed() < self.subject.patience, "{tokens} tokens after {before:?}: {now:?}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub(super) fn greedy_is_deterministic(&self) {
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

    pub(super) fn seeded_sampling_is_deterministic(&self) {
        let sampling = Sampling { temperature: 1.2, top_k: Some(50), top_p: Some(0.95), seed: 7 };
        let task = GenerateTask { sampling, ..self.generate(16) };
        let first = self.one(Task::Generate(task.clone()));
        let second = self.one(Task::Generate(task));
        assert_eq!(first.generated.tokens, second.generated.tokens);
    }

    pub(super) fn score_equals_generation(&self) {
        let generated = self.one(Task::Generate(self.generate(8))).generated;
        let whole = generated.tokens.clone();
        let continuations = vec![whole.clone(), whole[..1].to_vec(), whole[..3].to_vec()];
        let score = self.one(Task::Score(self.score(continuations))).score();
        for log_probs in &score.log_probs {
            for (scored, generated) in log_probs.iter().zip(&generated.log_probs) {
                let difference = (scored - generated).abs();
                assert!(difference <= self.subject.tolerance, "scored {scored}, generated {generated}");
            }
        }
    }

    pub(super) fn shared_prefix_changes_nothing(&self) {
        let shared_prefix = self.subject.prompt.len() - 1;
        let plain = self.score(vec![vec![1], vec![2, 3]]);
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
    pub(super) fn pooled_states_agree(&self) {
        let tokens = self.subject.prompt.clone();
        let ask = |pooling| self.try_enqueue(Task::Embed(EmbedRequest { tokens: tokens.clone(), pooling }));
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
}

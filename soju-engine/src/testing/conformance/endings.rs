//! How requests end before their time, and how the backend does.

use std::time::{Duration, Instant};

use super::Run;
use crate::backend::{Event, GenerateTask, RequestId, Task};
use crate::{BackendError, BackendRequest, FinishReason, ScoreRequest};

/// Tokens of a prompt that takes several steps, where the backend has room for so many.
const LONG_PROMPT: usize = 2048;

impl Run<'_> {
    pub(super) fn cancel_is_final_in_time(&self) {
        let long = GenerateTask { log_probs: false, ..self.generate(40) };
        let many: Vec<_> = (0..4).map(|_| self.enqueue(Task::Generate(long.clone()), None)).collect();
        let start = Instant::now();
        many.iter().for_each(|id| self.backend.cancel(*id));
        let heard = self.listen(&many);
        assert!(start.elapsed() < self.subject.patience, "cancelling took {:?}", start.elapsed());
        let cancelled = heard.values().filter(|heard| heard.reason() == FinishReason::Cancelled).count();
        assert!(cancelled >= 1, "none of four long requests was cancelled");
    }

    /// One is cancelled before its prompt is begun, another some time into it.
    pub(super) fn cancel_during_the_prompt_is_final_in_time(&self) {
        let len = LONG_PROMPT.min(self.backend.info().context_length / 4);
        let prompt = self.subject.prompt.iter().copied().cycle().take(len).collect();
        let long = GenerateTask { prompt, log_probs: false, ..self.generate(2) };
        let score = ScoreRequest { prompt: long.prompt.clone(), ..self.score(vec![vec![1], vec![2, 3]]) };
        for wait in [Duration::ZERO, Duration::from_millis(30)] {
            let ids = [Task::Generate(long.clone()), Task::Score(score.clone())]
                .map(|task| self.enqueue(task, None));
            std::thread::sleep(wait);
            let start = Instant::now();
            ids.iter().for_each(|id| self.backend.cancel(*id));
            let mut heard = self.listen(&ids);
            assert!(start.elapsed() < self.subject.patience, "cancelling took {:?}", start.elapsed());
            let last = |id: RequestId| heard.remove(&id).and_then(|heard| heard.last);
            // A fast backend may have been done before.
            let ends = ids.map(last);
            let [Some(Event::Finished(_, FinishReason::Cancelled | FinishReason::Length)), scored] = &ends
            else {
                panic!("expected an end of a generation, got {ends:?}");
            };
            assert!(
                matches!(scored, Some(Event::Finished(_, FinishReason::Cancelled) | Event::Scored(_))),
                "expected an end of a score, got {scored:?}"
            );
        }
    }

    pub(super) fn cancel_of_unknown_or_done_is_harmless(&self) {
        self.backend.cancel(RequestId::MAX);
        let id = self.enqueue(Task::Generate(self.generate(2)), None);
        self.listen(&[id]);
        self.backend.cancel(id);
        self.backend.cancel(id);
        assert_eq!(self.one(Task::Generate(self.generate(2))).reason(), FinishReason::Length);
    }

    pub(super) fn timeout_is_final(&self) {
        let id = self.enqueue(Task::Generate(self.generate(40)), Some(Duration::from_nanos(1)));
        assert_eq!(self.listen(&[id])[&id].reason(), FinishReason::TimedOut);
        let score = Task::Score(self.score(vec![vec![1], vec![2, 3]]));
        let id = self.enqueue(score, Some(Duration::from_nanos(1)));
        let last = self.listen(&[id]).remove(&id).and_then(|heard| heard.last);
        // Where time-outs are whole milliseconds, a fast backend may have been done before.
        assert!(
            matches!(last, Some(Event::Finished(_, FinishReason::TimedOut) | Event::Scored(_))),
            "expected an end of a score, got {last:?}"
        );
    }

    pub(super) fn shutdown_twice(&self) {
        self.backend.shutdown();
        self.backend.shutdown();
        let request = BackendRequest { task: Task::Generate(self.generate(1)), priority: 0.5, timeout: None };
        assert_eq!(self.backend.enqueue(request), Err(BackendError::ShutDown));
        // Once all is said, whoever listens is told, as often as it asks.
        let start = Instant::now();
        while self.backend.await_responses(Duration::from_millis(20)) != Err(BackendError::ShutDown) {
            assert!(start.elapsed() < self.subject.patience, "a backend that is shut down does not say so");
        }
        assert_eq!(self.backend.await_responses(Duration::ZERO), Err(BackendError::ShutDown));
        self.backend.cancel(0);
        let _ = self.backend.stats();
    }

    pub(super) fn shutdown_ends_open_requests(&self) {
        let ids: Vec<_> = (0..8).map(|_| self.enqueue(Task::Generate(self.generate(40)), None)).collect();
        let score = self.enqueue(Task::Score(self.score(vec![vec![1], vec![2, 3]])), None);
        self.backend.shutdown();
        let mut heard = self.listen(&[&ids[..], &[score]].concat());
        heard.remove(&score);
        assert!(heard.values().any(|heard| heard.reason() == FinishReason::Cancelled));
    }
}

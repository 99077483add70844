//! What a backend does not take.

use super::Run;
use crate::backend::{GenerateTask, Task};
use crate::request::{LoraAdapter, PromptTable};
use crate::{BackendError, Constraint, EmbedRequest, FinishReason, Pooling, ScoreRequest, TokenId};

/// Whoever takes more requests than this at a time has a queue that we do not fill.
const MANY: usize = 10_000;

impl Run<'_> {
    pub(super) fn bad_requests_are_refused(&self) {
        let info = self.backend.info();
        let outside = info.vocabulary as TokenId;
        let refusal = |task| self.try_enqueue(task).expect_err("a bad request is refused");
        let generation = |task| refusal(Task::Generate(task));
        assert!(matches!(
            generation(GenerateTask { prompt: vec![1, outside], ..self.generate(1) }),
            BackendError::OutsideVocabulary { position: 1, .. }
        ));
        assert!(matches!(
            generation(GenerateTask { prompt: vec![-1], ..self.generate(1) }),
            BackendError::OutsideVocabulary { id: -1, .. }
        ));
        let long = GenerateTask { prompt: vec![1; info.context_length], ..self.generate(1) };
        assert!(matches!(generation(long), BackendError::TooLong { .. }));
        let beyond = GenerateTask { max_new_tokens: usize::MAX, ..self.generate(1) };
        assert!(matches!(generation(beyond), BackendError::TooLong { .. }));
        for malformed in [
            GenerateTask { prompt: vec![], ..self.generate(1) },
            GenerateTask { shared_prefix: self.subject.prompt.len() + 1, ..self.generate(1) },
            self.generate(0),
        ] {
            assert!(matches!(generation(malformed), BackendError::Invalid(_)));
        }

        let score = |request| refusal(Task::Score(request));
        assert!(matches!(
            score(self.score(vec![vec![1], vec![2, outside]])),
            BackendError::OutsideVocabulary { position: 1, .. }
        ));
        for malformed in [
            self.score(vec![]),
            self.score(vec![vec![1], vec![]]),
            ScoreRequest { prompt: vec![], ..self.score(vec![vec![1]]) },
        ] {
            assert!(matches!(score(malformed), BackendError::Invalid(_)));
        }
        let empty = EmbedRequest { tokens: vec![], pooling: Pooling::Mean };
        assert!(matches!(
            refusal(Task::Embed(empty)),
            BackendError::Invalid(_) | BackendError::Unsupported { .. }
        ));
        // Nothing of it is left behind.
        assert_eq!(self.one(Task::Generate(self.generate(2))).reason(), FinishReason::Length);
    }

    /// A backend without adapters, prompt tables or constraints says so; it never goes on without them.
    pub(super) fn what_is_not_there_is_refused(&self) {
        let outside = self.backend.info().vocabulary as TokenId;
        let table = PromptTable { values: vec![0.0; 2], width: 2 };
        let chosen = Constraint::Choices(vec!["1".into(), "2".into()]);
        for task in [
            GenerateTask { lora: Some(LoraAdapter::held(1)), ..self.generate(2) },
            GenerateTask { constraint: Some(chosen), log_probs: false, ..self.generate(40) },
            GenerateTask { prompt: vec![1, outside], prompt_table: Some(table), ..self.generate(2) },
        ] {
            let is_constrained = task.constraint.is_some();
            match self.try_enqueue(Task::Generate(task)) {
                // Unconstrained, the model would go on for all 40 tokens.
                Ok(id) if is_constrained => assert_eq!(self.listen(&[id])[&id].reason(), FinishReason::EndId),
                Ok(id) => assert!(self.listen(&[id])[&id].last.is_some()),
                Err(BackendError::Unsupported { remedy, .. }) => assert!(!remedy.is_empty()),
                Err(BackendError::Invalid(reason)) => assert!(!reason.is_empty()),
                Err(other) => panic!("expected a refusal with a remedy, got {other}"),
            }
        }
    }

    pub(super) fn a_full_queue_refuses_and_recovers(&self) {
        let task = Task::Generate(GenerateTask { log_probs: false, ..self.generate(40) });
        let mut ids = Vec::new();
        let refused = loop {
            match self.try_enqueue(task.clone()) {
                Ok(id) => ids.push(id),
                Err(error) => break Some(error),
            }
            if ids.len() == MANY {
                break None;
            }
        };
        if let Some(error) = refused {
            assert!(matches!(error, BackendError::Full { capacity } if capacity > 0), "{error}");
        }
        ids.iter().for_each(|id| self.backend.cancel(*id));
        self.listen(&ids);
        assert_eq!(self.one(Task::Generate(self.generate(2))).reason(), FinishReason::Length);
    }
}

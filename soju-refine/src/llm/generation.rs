//! An answer that the model is writing, read as far as it has come.

use std::time::{Duration, Instant};

use soju_engine::{EngineError, FinishReason, TokenStream};

use super::chat::ChatError;

/// The model could not answer about a document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerationError {
    /// The engine failed.
    #[error("the model could not answer about a document")]
    Engine(#[from] EngineError),
    /// The model's chat template can't be used.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The prompt leaves no room for an answer in the engine's context.
    #[error(
        "{task} takes {needed} tokens with the longest answer, but the engine's sequences hold {available}; give it a longer context or lower `{key}`"
    )]
    ContextTooSmall {
        /// What was to be done.
        task: &'static str,
        /// Tokens of the longest request with its answer.
        needed: usize,
        /// Tokens that a sequence can hold.
        available: usize,
        /// The configuration's key that makes requests shorter.
        key: &'static str,
    },
}

/// An answer that came to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    /// Without the stop text.
    pub(crate) text: String,
    /// False where the longest length ended it, not the model.
    pub(crate) whole: bool,
}

/// A request that is being answered. Dropping it cancels.
#[derive(Debug)]
pub(crate) struct Generation {
    stream: TokenStream,
    answer: Answer,
    ended: Option<Result<bool, EngineError>>,
}

impl Generation {
    pub(crate) fn new(stream: TokenStream) -> Self {
        Self { stream, answer: Answer { text: String::new(), whole: false }, ended: None }
    }

    /// Whether [`Generation::wait`] would return at once.
    pub(crate) fn is_ready(&mut self) -> bool {
        self.read(Instant::now());
        self.ended.is_some()
    }

    /// The answer, if it comes before `until`; else `None`, and the request is cancelled.
    ///
    /// # Errors
    /// The engine failed or was shut down.
    pub(crate) fn wait(mut self, until: Instant) -> Result<Option<Answer>, EngineError> {
        self.read(until);
        match self.ended {
            Some(Ok(heard)) => Ok(heard.then_some(self.answer)),
            Some(Err(error)) => Err(error),
            None => Ok(None),
        }
    }

    fn read(&mut self, until: Instant) {
        while self.ended.is_none() {
            let left = until.saturating_duration_since(Instant::now()).max(Duration::from_nanos(1));
            match self.stream.next_timeout(left) {
                Err(_) => return,
                Ok(None) => self.ended = Some(Err(EngineError::Cancelled)),
                Ok(Some(Err(error))) => self.ended = Some(Err(error)),
                Ok(Some(Ok(chunk))) => {
                    self.answer.text.push_str(&chunk.text);
                    self.ended = chunk.finish_reason.map(|reason| {
                        self.answer.whole = matches!(reason, FinishReason::EndId | FinishReason::StopWords);
                        Ok(self.answer.whole || reason == FinishReason::Length)
                    });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use soju_engine::GenerationRequest;
    use soju_engine::testing::FakeBackend;

    fn ask(engine: &soju_engine::Engine, tokens: usize) -> Generation {
        let request = GenerationRequest::builder("가").max_new_tokens(tokens).stop("d").build().unwrap();
        Generation::new(engine.submit(request).unwrap())
    }

    #[test]
    fn an_answer_says_whether_it_came_to_its_end() {
        // Each token is the next letter.
        let next = |text: &[i32]| (i32::from(b'a') + text.len() as i32 - 4, -1.0);
        let engine = FakeBackend::generating(next).engine().unwrap();
        let later = Instant::now() + Duration::from_secs(60);
        let mut whole = ask(&engine, 9);
        while !whole.is_ready() {
            std::thread::yield_now();
        }
        let answer = whole.wait(Instant::now()).unwrap().unwrap();
        assert_eq!((&*answer.text, answer.whole), ("abc", true));
        let cut = ask(&engine, 2).wait(later).unwrap().unwrap();
        assert_eq!((&*cut.text, cut.whole), ("ab", false));
    }

    #[test]
    fn a_late_answer_is_none_and_a_dead_engine_an_error() {
        let slow = FakeBackend::generating(|_| (97, -1.0)).pause(Duration::from_secs(30)).engine().unwrap();
        assert_eq!(ask(&slow, 9).wait(Instant::now() + Duration::from_millis(5)).unwrap(), None);
        let dying = FakeBackend::generating(|_| (97, -1.0)).dies_after(1).engine().unwrap();
        assert!(ask(&dying, 9).wait(Instant::now() + Duration::from_secs(60)).is_err());
    }
}

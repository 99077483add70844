//! Averaged hidden states of texts.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use serde::{Deserialize, Serialize};
use soju_engine::{EmbedHandle, EmbedRequest, Embedding, Engine, EngineError, Pooling, Tokenizer};

use crate::llm::excerpts;

/// How much of a text the model reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shape {
    /// Excerpts, from the middles of as many equal parts of the text; a text of less than two is read whole.
    pub excerpts: usize,
    /// Characters of each.
    pub characters: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self { excerpts: 2, characters: 480 }
    }
}

impl Shape {
    /// The most tokens that one request can have, the first one included. Korean prose has two characters a token; text
    /// that falls apart into bytes is cut.
    pub fn most_tokens(&self) -> usize {
        2 * self.characters + 1
    }

    /// The requests for a text; empty for one without a visible character.
    pub fn requests(&self, tokenizer: &Tokenizer, text: &str) -> Vec<EmbedRequest> {
        excerpts(text, self.excerpts, self.characters)
            .iter()
            .map(|excerpt| {
                let tokens = tokenizer.bos().into_iter().chain(tokenizer.encode(excerpt));
                EmbedRequest { tokens: tokens.take(self.most_tokens()).collect(), pooling: Pooling::Mean }
            })
            .collect()
    }
}

/// The mean over all tokens out of the means of excerpts, each with its number of tokens.
pub(crate) fn mean(parts: &[(Embedding, usize)]) -> Vec<f32> {
    let tokens: usize = parts.iter().map(|p| p.1).sum();
    let mut sum = vec![0.0_f64; parts.first().map_or(0, |p| p.0.width)];
    for (part, count) in parts {
        for (s, v) in sum.iter_mut().zip(&part.values) {
            *s += f64::from(*v) * *count as f64 / tokens.max(1) as f64;
        }
    }
    sum.into_iter().map(|s| s as f32).collect()
}

/// Requests under way at once: enough that the engine always has more than a batch to do.
const IN_FLIGHT: usize = 64;

/// Averaged hidden states of many texts, in their order; `None` for a text without a visible character. Asks for the
/// next texts while the model works, and holds no more than 64 requests there. `seen` hears how many texts
/// are done. Stops early, with `None` as a whole, when `stop` is set.
///
/// # Errors
/// The engine has no hidden states, fails or is shut down.
pub fn embed_all<'a>(
    engine: &Engine,
    shape: Shape,
    texts: impl IntoIterator<Item = &'a str>,
    stop: &AtomicBool,
    mut seen: impl FnMut(usize),
) -> Result<Option<Vec<Option<Vec<f32>>>>, EngineError> {
    let mut waiting: VecDeque<Vec<(EmbedHandle, usize)>> = VecDeque::new();
    let mut states = Vec::new();
    let mut under_way = 0;
    let finish = |handles: Vec<(EmbedHandle, usize)>| -> Result<Option<Vec<f32>>, EngineError> {
        let parts: Result<Vec<_>, _> =
            handles.into_iter().map(|(handle, tokens)| handle.wait().map(|e| (e, tokens))).collect();
        let parts = parts?;
        Ok((!parts.is_empty()).then(|| mean(&parts)))
    };
    for text in texts {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let mut handles = Vec::new();
        for request in shape.requests(engine.tokenizer(), text) {
            let tokens = request.tokens.len();
            handles.push((engine.submit_embed(request)?, tokens));
        }
        under_way += handles.len();
        waiting.push_back(handles);
        while under_way > IN_FLIGHT {
            let Some(first) = waiting.pop_front() else { break };
            under_way -= first.len();
            states.push(finish(first)?);
            seen(states.len());
        }
    }
    for handles in waiting {
        states.push(finish(handles)?);
        seen(states.len());
    }
    Ok(Some(states))
}

#[cfg(test)]
mod tests {
    use super::*;
    use soju_engine::testing::FakeBackend;

    /// The fake's state of a token is its id and its position.
    #[test]
    fn excerpts_count_by_their_tokens() {
        let engine = FakeBackend::generating(|_| (1, -1.0)).engine().unwrap();
        let shape = Shape { excerpts: 2, characters: 4 };
        let stop = AtomicBool::new(false);
        let texts = ["abcd", " ", "aaaabbbbccccdddd"];
        let mut seen = 0;
        let states = embed_all(&engine, shape, texts, &stop, |n| seen = n).unwrap().unwrap();
        assert_eq!((states.len(), seen), (3, 3));
        assert!(states[1].is_none());
        let mean_id = |text: &str| text.bytes().map(f32::from).sum::<f32>() / text.len() as f32;
        let bos = engine.tokenizer().bos().map_or(0.0, |id| id as f32);
        let with_bos = |text: &str| {
            if engine.tokenizer().bos().is_some() {
                (mean_id(text) * text.len() as f32 + bos) / (text.len() + 1) as f32
            } else {
                mean_id(text)
            }
        };
        assert!((states[0].as_ref().unwrap()[0] - with_bos("abcd")).abs() < 1e-3);
        let two = (with_bos("aabb") + with_bos("ccdd")) / 2.0;
        assert!((states[2].as_ref().unwrap()[0] - two).abs() < 1e-3, "{:?}", states[2]);
    }

    #[test]
    fn a_stop_is_heard() {
        let engine = FakeBackend::generating(|_| (1, -1.0)).engine().unwrap();
        let states = embed_all(&engine, Shape::default(), ["abc"], &AtomicBool::new(true), |_| ()).unwrap();
        assert!(states.is_none());
    }
}

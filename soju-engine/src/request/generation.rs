//! A request for generated tokens, and the builder that refuses contradictions.

use std::time::Duration;

use super::{LoraAdapter, PromptTable, Sampling};
use crate::backend::GenerateTask;
use crate::{Constraint, EngineError, TokenId, Tokenizer};

const DEFAULT_MAX_NEW_TOKENS: usize = 128;
const DEFAULT_PRIORITY: f32 = 0.5;

/// The start of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// Text. The engine tokenizes it without control tokens (a literal `<eos>` stays text) and puts the
    /// model's beginning-of-sequence token before it.
    Text(String),
    /// Token ids, taken as they are.
    Tokens(Vec<TokenId>),
}

impl From<&str> for Prompt {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Prompt {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<TokenId>> for Prompt {
    fn from(tokens: Vec<TokenId>) -> Self {
        Self::Tokens(tokens)
    }
}

impl From<&[TokenId]> for Prompt {
    fn from(tokens: &[TokenId]) -> Self {
        Self::Tokens(tokens.to_vec())
    }
}

/// A checked request. Made by [`GenerationRequest::builder`].
#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRequest {
    pub(crate) prompt: Prompt,
    pub(crate) shared_prefix: usize,
    pub(crate) max_new_tokens: usize,
    pub(crate) sampling: Sampling,
    pub(crate) stop: Vec<String>,
    /// `None`: the tokenizer's end ids.
    pub(crate) end_ids: Option<Vec<TokenId>>,
    pub(crate) log_probs: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) priority: f32,
    pub(crate) constraint: Option<Constraint>,
    pub(crate) lora: Option<LoraAdapter>,
    pub(crate) prompt_table: Option<PromptTable>,
}

impl GenerationRequest {
    /// Starts a request.
    ///
    /// # Examples
    /// ```
    /// use soju_engine::GenerationRequest;
    /// let request = GenerationRequest::builder("소주는").max_new_tokens(32).stop("\n").build()?;
    /// # Ok::<(), soju_engine::EngineError>(())
    /// ```
    pub fn builder(prompt: impl Into<Prompt>) -> GenerationRequestBuilder {
        GenerationRequestBuilder {
            prompt: prompt.into(),
            shared_prefix: 0,
            max_new_tokens: DEFAULT_MAX_NEW_TOKENS,
            temperature: None,
            top_k: None,
            top_p: None,
            seed: None,
            stop: Vec::new(),
            end_ids: None,
            log_probs: false,
            timeout: None,
            priority: DEFAULT_PRIORITY,
            constraint: None,
            lora: None,
            prompt_table: None,
        }
    }

    /// The prompt.
    #[must_use]
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// The request in token ids.
    pub(crate) fn to_task(&self, tokenizer: &Tokenizer) -> GenerateTask {
        let prompt = match &self.prompt {
            Prompt::Tokens(tokens) => tokens.clone(),
            Prompt::Text(text) => tokenizer.bos().into_iter().chain(tokenizer.encode(text)).collect(),
        };
        GenerateTask {
            prompt,
            shared_prefix: self.shared_prefix,
            max_new_tokens: self.max_new_tokens,
            sampling: self.sampling,
            end_ids: self.end_ids.clone().unwrap_or_else(|| tokenizer.end_ids().to_vec()),
            log_probs: self.log_probs,
            constraint: self.constraint.clone(),
            lora: self.lora.clone(),
            prompt_table: self.prompt_table.clone(),
        }
    }
}

/// Collects the options of a [`GenerationRequest`].
#[derive(Debug, Clone)]
#[must_use = "a builder does nothing until `build`"]
pub struct GenerationRequestBuilder {
    prompt: Prompt,
    shared_prefix: usize,
    max_new_tokens: usize,
    temperature: Option<f32>,
    top_k: Option<u32>,
    top_p: Option<f32>,
    seed: Option<u64>,
    stop: Vec<String>,
    end_ids: Option<Vec<TokenId>>,
    log_probs: bool,
    timeout: Option<Duration>,
    priority: f32,
    constraint: Option<Constraint>,
    lora: Option<LoraAdapter>,
    prompt_table: Option<PromptTable>,
}

impl GenerationRequestBuilder {
    /// The first `tokens` tokens of the prompt are worth keeping: the backend computes them once and copies
    /// the result for later requests that begin with the same tokens. Needs [`Prompt::Tokens`].
    pub fn shared_prefix(mut self, tokens: usize) -> Self {
        self.shared_prefix = tokens;
        self
    }

    /// The most tokens to generate; 128 unless told.
    pub fn max_new_tokens(mut self, tokens: usize) -> Self {
        self.max_new_tokens = tokens;
        self
    }

    /// Divides the logits before the draw. Unset or 0: greedy.
    pub fn temperature(mut self, temperature: f32) -> Self {
        self.temperature = Some(temperature);
        self
    }

    /// Draw only from the `k` most probable tokens.
    pub fn top_k(mut self, k: u32) -> Self {
        self.top_k = Some(k);
        self
    }

    /// Draw only from the most probable tokens that together reach probability `p`.
    pub fn top_p(mut self, p: f32) -> Self {
        self.top_p = Some(p);
        self
    }

    /// Seed of the draw; 0 unless told, so that equal requests give equal answers.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// End before this string appears in the text. May be called several times. The text of the stream does
    /// not hold the stop string; its tokens include the one that completed it.
    pub fn stop(mut self, stop: impl Into<String>) -> Self {
        self.stop.push(stop.into());
        self
    }

    /// End at this token, in place of the model's own end tokens. May be called several times. The end token
    /// is not delivered.
    pub fn end_id(mut self, id: TokenId) -> Self {
        self.end_ids.get_or_insert_default().push(id);
        self
    }

    /// Never end at a token, only by length, stop string or time-out.
    pub fn ignore_end(mut self) -> Self {
        self.end_ids = Some(Vec::new());
        self
    }

    /// Whether chunks carry the natural log-probability of each token under the model's own distribution
    /// (before temperature, top-k and top-p).
    pub fn log_probs(mut self, wanted: bool) -> Self {
        self.log_probs = wanted;
        self
    }

    /// End with [`FinishReason::TimedOut`](crate::FinishReason::TimedOut) after this time, counted from the
    /// moment the backend takes the request. Checked between steps.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// 0 (last) to 1 (first) among the waiting requests; 0.5 unless told.
    pub fn priority(mut self, priority: f32) -> Self {
        self.priority = priority;
        self
    }

    /// Which texts may come out. Token by token, whatever does not lead to one of them is left out.
    pub fn constraint(mut self, constraint: Constraint) -> Self {
        self.constraint = Some(constraint);
        self
    }

    /// Add a low-rank adapter to the model (TensorRT-LLM only).
    pub fn lora(mut self, adapter: LoraAdapter) -> Self {
        self.lora = Some(adapter);
        self
    }

    /// Learned embeddings for prompt tokens from the size of the vocabulary on (TensorRT-LLM only). Needs
    /// [`Prompt::Tokens`].
    pub fn prompt_table(mut self, table: PromptTable) -> Self {
        self.prompt_table = Some(table);
        self
    }

    /// Checks the options against each other.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] with a sentence that names the option and its value.
    pub fn build(self) -> Result<GenerationRequest, EngineError> {
        let refuse = |sentence: String| Err(EngineError::InvalidRequest(sentence));
        match &self.prompt {
            Prompt::Tokens(tokens) if tokens.is_empty() => return refuse("the prompt has no tokens".into()),
            Prompt::Tokens(tokens) if self.shared_prefix > tokens.len() => {
                return refuse(format!(
                    "shared_prefix is {} but the prompt has only {} tokens",
                    self.shared_prefix,
                    tokens.len()
                ));
            }
            Prompt::Text(_) if self.shared_prefix > 0 => {
                return refuse("shared_prefix counts tokens, so give the prompt as tokens".into());
            }
            _ => {}
        }
        if self.max_new_tokens == 0 {
            return refuse("max_new_tokens is 0; to score given text use a ScoreRequest".into());
        }
        let temperature = self.temperature.unwrap_or(0.0);
        if !temperature.is_finite() || temperature < 0.0 {
            return refuse(format!("temperature is {temperature}; it must be a number of at least 0"));
        }
        if temperature == 0.0 {
            let ignored = [
                ("top_k", self.top_k.is_some()),
                ("top_p", self.top_p.is_some()),
                ("seed", self.seed.is_some()),
            ];
            if let Some((name, _)) = ignored.iter().find(|(_, given)| *given) {
                return refuse(format!(
                    "{name} has no effect without a temperature above 0; set one or leave it out"
                ));
            }
        }
        if self.top_k == Some(0) {
            return refuse("top_k is 0; it must be at least 1".into());
        }
        if let Some(p) = self.top_p.filter(|p| !(*p > 0.0 && *p <= 1.0)) {
            return refuse(format!("top_p is {p}; it must be above 0 and at most 1"));
        }
        if self.stop.iter().any(String::is_empty) {
            return refuse("a stop string is empty".into());
        }
        if self.timeout == Some(Duration::ZERO) {
            return refuse("the timeout is zero".into());
        }
        if let Some(constraint) = &self.constraint {
            constraint.check()?;
        }
        if self.prompt_table.is_some() && matches!(self.prompt, Prompt::Text(_)) {
            return refuse("a prompt table stands for token ids, so give the prompt as tokens".into());
        }
        if !(0.0..=1.0).contains(&self.priority) {
            return refuse(format!("priority is {}; it must be between 0 and 1", self.priority));
        }
        Ok(GenerationRequest {
            prompt: self.prompt,
            shared_prefix: self.shared_prefix,
            max_new_tokens: self.max_new_tokens,
            sampling: Sampling {
                temperature,
                top_k: self.top_k,
                top_p: self.top_p,
                seed: self.seed.unwrap_or(0),
            },
            stop: self.stop,
            end_ids: self.end_ids,
            log_probs: self.log_probs,
            timeout: self.timeout,
            priority: self.priority,
            constraint: self.constraint,
            lora: self.lora,
            prompt_table: self.prompt_table,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(builder: GenerationRequestBuilder) -> String {
        builder.build().unwrap_err().to_string()
    }

    #[test]
    fn contradictions_are_refused_with_a_sentence() {
        let text = || GenerationRequest::builder("가");
        let tokens = |ids: &[TokenId]| GenerationRequest::builder(ids);
        assert!(refusal(tokens(&[])).contains("no tokens"));
        assert!(refusal(tokens(&[1, 2]).shared_prefix(3)).contains("shared_prefix is 3"));
        assert!(refusal(text().shared_prefix(1)).contains("as tokens"));
        assert!(refusal(text().max_new_tokens(0)).contains("max_new_tokens is 0"));
        assert!(refusal(text().temperature(f32::NAN)).contains("temperature is NaN"));
        assert!(refusal(text().temperature(-1.0)).contains("temperature is -1"));
        assert!(refusal(text().top_k(5)).contains("top_k has no effect"));
        assert!(refusal(text().temperature(0.0).seed(5)).contains("seed has no effect"));
        assert!(refusal(text().temperature(1.0).top_k(0)).contains("top_k is 0"));
        assert!(refusal(text().temperature(1.0).top_p(0.0)).contains("top_p is 0"));
        assert!(refusal(text().temperature(1.0).top_p(1.5)).contains("top_p is 1.5"));
        assert!(refusal(text().stop("")).contains("stop string"));
        assert!(refusal(text().timeout(Duration::ZERO)).contains("timeout"));
        assert!(refusal(text().priority(1.5)).contains("priority is 1.5"));
        assert!(refusal(text().constraint(Constraint::Choices(vec![]))).contains("choices is empty"));
        assert!(refusal(text().constraint(Constraint::JsonSchema("{".into()))).contains("not JSON"));
        let table = PromptTable { values: vec![0.0; 4], width: 2 };
        assert!(refusal(text().prompt_table(table)).contains("as tokens"));
    }

    #[test]
    fn the_default_is_greedy() {
        let request = GenerationRequest::builder("가").build().unwrap();
        assert!(request.sampling.is_greedy());
        assert_eq!(request.end_ids, None);
        let request = GenerationRequest::builder("가").temperature(0.7).top_p(0.9).seed(3).build().unwrap();
        assert!(!request.sampling.is_greedy());
        assert_eq!(request.sampling.seed, 3);
    }
}

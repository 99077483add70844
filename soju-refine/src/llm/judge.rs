//! The judge: keep or drop, by comparing the log-probabilities of the two labels after a few-shot
//! prompt. It costs one pass over an excerpt; nothing is generated.

use serde::{Deserialize, Serialize};
use soju_engine::{Engine, EngineError, ScoreHandle, ScoreRequest};

use super::excerpt::excerpts;
use super::prompt::{JudgePrompt, TokenizedPrompt};

/// The model could not judge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The engine failed.
    #[error("the model could not judge a document")]
    Engine(#[from] EngineError),
    /// The prompt leaves no room in the engine's context.
    #[error(
        "the judge's prompt takes {needed} tokens with an excerpt, but the engine's sequences hold {available}; give it a longer context or `judge.excerpt_characters` a smaller value"
    )]
    ContextTooSmall {
        /// Tokens of the prompt with the longest excerpt.
        needed: usize,
        /// Tokens that a sequence can hold.
        available: usize,
    },
}

/// How the model is asked, and what is done with its answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JudgeConfig {
    /// Ask the model about documents that the rules are unsure of. Without it these are decided by
    /// `drop_above` on the rules' own score.
    pub enabled: bool,
    /// Drop a document whose probability of junk is above this, 0 to 1.
    pub drop_above: f32,
    /// Parts of a document that the model is shown; their log-odds are averaged.
    pub excerpts: usize,
    /// Characters of each part.
    pub excerpt_characters: usize,
    /// Requests under way at once. More keeps the engine busier and holds more documents in memory.
    pub in_flight: usize,
}

impl Default for JudgeConfig {
    fn default() -> Self {
        Self { enabled: true, drop_above: 0.5, excerpts: 2, excerpt_characters: 240, in_flight: 32 }
    }
}

/// The longest excerpt in tokens. Korean prose has about two characters a token, and a text of less
/// than two excerpts is shown whole; only text that falls apart into bytes is cut by this.
fn max_excerpt_tokens(config: &JudgeConfig) -> usize {
    2 * config.excerpt_characters
}

/// What the model thinks of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Judgement {
    /// Probability of junk, 0 to 1, calibrated on labelled documents together with the rules' score.
    pub junk: f32,
    /// The model's own log-odds of "drop" over "keep", natural log, averaged over the excerpts.
    pub log_odds: f32,
    /// Tokens that the model read for it, the shared header not counted.
    pub tokens: usize,
}

/// Asks an engine about documents.
#[derive(Debug, Clone)]
pub struct Judge {
    engine: Engine,
    prompt: JudgePrompt,
    tokens: TokenizedPrompt,
    config: JudgeConfig,
}

impl Judge {
    /// A judge with the shipped prompt.
    ///
    /// # Errors
    /// The engine's sequences are too short for the prompt.
    pub fn new(engine: Engine, config: JudgeConfig) -> Result<Self, JudgeError> {
        Self::with_prompt(engine, config, JudgePrompt::builtin())
    }

    /// A judge with a prompt of the caller's.
    ///
    /// # Errors
    /// The engine's sequences are too short for the prompt.
    pub fn with_prompt(engine: Engine, config: JudgeConfig, prompt: JudgePrompt) -> Result<Self, JudgeError> {
        let tokens = prompt.tokenize(engine.tokenizer());
        let labels: usize = tokens.labels.iter().map(Vec::len).sum();
        let needed = tokens.header.len() + max_excerpt_tokens(&config) + tokens.after.len() + labels;
        let available = engine.info().context_length;
        if needed > available {
            return Err(JudgeError::ContextTooSmall { needed, available });
        }
        Ok(Self { engine, prompt, tokens, config })
    }

    /// What the judge was told.
    pub fn config(&self) -> &JudgeConfig {
        &self.config
    }

    /// The version of the prompt.
    pub fn prompt_version(&self) -> &str {
        self.prompt.version()
    }

    /// The requests that judge a text: tokenization, which any thread may do ahead of
    /// [`Judge::submit`]. Empty for a text without a visible character.
    pub fn prepare(&self, text: &str) -> Vec<ScoreRequest> {
        let tokenizer = self.engine.tokenizer();
        excerpts(text, self.config.excerpts, self.config.excerpt_characters)
            .iter()
            .map(|excerpt| {
                let mut prompt = self.tokens.header.clone();
                let text = tokenizer.encode(&format!(" {excerpt}"));
                prompt.extend(text.iter().take(max_excerpt_tokens(&self.config)));
                prompt.extend_from_slice(&self.tokens.after);
                ScoreRequest {
                    prompt,
                    shared_prefix: self.tokens.header.len(),
                    continuations: self.tokens.labels.to_vec(),
                }
            })
            .collect()
    }

    /// Hands the requests to the engine and waits for room there, not for the answer. `rule_score`
    /// is the rules' own probability of junk.
    ///
    /// # Errors
    /// The engine is shut down or broken, or refuses a request.
    pub fn submit(
        &self,
        requests: Vec<ScoreRequest>,
        rule_score: f32,
    ) -> Result<PendingJudgement, JudgeError> {
        let tokens = requests.iter().map(|r| r.prompt.len() - r.shared_prefix).sum();
        let handles: Result<Vec<_>, _> = requests.into_iter().map(|r| self.engine.submit_score(r)).collect();
        Ok(PendingJudgement { handles: handles?, calibration: self.prompt.calibration, rule_score, tokens })
    }

    /// Judges one text and waits for the answer.
    ///
    /// # Errors
    /// As [`Judge::submit`].
    pub fn judge(&self, text: &str, rule_score: f32) -> Result<Judgement, JudgeError> {
        self.submit(self.prepare(text), rule_score)?.wait()
    }
}

/// A judgement that the engine is still working on. Dropping it cancels.
#[derive(Debug)]
pub struct PendingJudgement {
    handles: Vec<ScoreHandle>,
    calibration: super::prompt::Calibration,
    rule_score: f32,
    tokens: usize,
}

impl PendingJudgement {
    /// Whether [`PendingJudgement::wait`] would return at once.
    pub fn is_ready(&self) -> bool {
        self.handles.iter().all(ScoreHandle::is_ready)
    }

    /// Blocks until the answer is there.
    ///
    /// # Errors
    /// The engine failed or was shut down.
    pub fn wait(self) -> Result<Judgement, JudgeError> {
        let count = self.handles.len().max(1) as f32;
        let mut sum = 0.0;
        for handle in self.handles {
            let score = handle.wait()?;
            sum += score.total(1) - score.total(0);
        }
        let log_odds = sum / count;
        let rules = self.rule_score.clamp(0.001, 0.999);
        let c = self.calibration;
        let z = c.slope * log_odds + c.rules * (rules / (1.0 - rules)).ln() + c.bias;
        Ok(Judgement { junk: 1.0 / (1.0 + (-z).exp()), log_odds, tokens: self.tokens })
    }
}

//! The judge: is a document junk? It costs one pass over excerpts; nothing is generated.

use std::sync::Arc;
use std::time::{Duration, Instant};

use soju_engine::{EmbedHandle, EmbedRequest, Engine, EngineError, ScoreHandle, ScoreRequest};

use super::chat::ChatError;
use super::excerpt::excerpts;
use super::judge_config::{JudgeBy, JudgeConfig};
use super::prompt::{Calibration, JudgePrompt, TokenizedPrompt};
use crate::document::Document;
use crate::probe::{Probe, ProbeError, RubricScores, Target, described, mean};
use crate::student::Level;

/// The model could not judge.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The engine failed.
    #[error("the model could not judge a document")]
    Engine(#[from] EngineError),
    /// The prompt leaves no room in the engine's context.
    #[error(
        "the judge takes {needed} tokens with its longest excerpt, but the engine's sequences hold {available}; give it a longer context or shorter excerpts (`judge.excerpt_characters`, or a probe trained with fewer `--characters`)"
    )]
    ContextTooSmall {
        /// Tokens of the prompt with the longest excerpt.
        needed: usize,
        /// Tokens that a sequence can hold.
        available: usize,
    },
    /// The model's chat template can't be used.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// The probe can't be read.
    #[error(transparent)]
    Probe(#[from] ProbeError),
    /// The probe was trained with another model.
    #[error(
        "{probe} belongs to the model {expected:?}, the engine runs {found:?}; train one with: soju train-probe --model …, or judge by the prompt: `judge.by = \"prompt\"`"
    )]
    OtherModel {
        /// The probe: its file, or that it is the library's.
        probe: String,
        /// The model that it was trained with.
        expected: String,
        /// The engine's model.
        found: String,
    },
    /// The probe answers other questions only.
    #[error(
        "{probe} has no head for junk in documents; train it with labelled documents, see: soju train-probe --help"
    )]
    NoHead {
        /// The probe: its file, or that it is the library's.
        probe: String,
    },
}

/// Who decided where the model gave no answer in time, or none that is a number.
pub(crate) const UNANSWERED: &str = "unanswered";

/// What the levels before the model think of a document: probabilities of junk, 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Evidence {
    /// The rules' own score.
    pub rules: f32,
    /// Rules and student together, where the student was asked.
    pub student: Option<f32>,
}

impl Evidence {
    /// What is on record of a document; even odds where nothing is.
    pub fn of(doc: &Document) -> Self {
        Self { rules: doc.measured("junk").unwrap_or(0.5), student: doc.measured("student") }
    }

    /// Their opinion before the model was heard.
    pub fn prior(self) -> f32 {
        self.student.unwrap_or(self.rules)
    }
}

/// What the model thinks of a document.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Probability of junk, 0 to 1, of the model and the levels before it together.
    pub junk: f32,
    /// The model's own log-odds of junk, natural log. Of the prompt the mean over the excerpts, not calibrated.
    pub log_odds: f32,
    /// Tokens that the model read for it, a shared header not counted.
    pub tokens: usize,
    /// What a probe says of the rubric's questions; the prompt asks none of them.
    pub rubric: Option<Box<RubricScores>>,
}

/// Requests that judge a text, made by [`Judge::prepare`].
#[derive(Debug, Default)]
pub struct Prepared {
    score: Vec<ScoreRequest>,
    embed: Vec<EmbedRequest>,
}

#[derive(Debug)]
enum Means {
    Prompt(Box<(JudgePrompt, TokenizedPrompt)>),
    Probe { probe: Arc<Probe>, head: usize },
}

/// Asks an engine about documents.
#[derive(Debug, Clone)]
pub struct Judge {
    engine: Engine,
    means: Arc<Means>,
    config: JudgeConfig,
}

impl Judge {
    /// A judge as the configuration says, with the shipped prompt or the probe that it names.
    ///
    /// # Errors
    /// The probe can't be read or does not fit the engine's model, or the engine's sequences are too short.
    pub fn new(engine: Engine, config: JudgeConfig) -> Result<Self, JudgeError> {
        let by = match config.by {
            JudgeBy::Auto if Probe::named(&config.probe)?.model == engine.info().model => JudgeBy::Probe,
            JudgeBy::Auto => JudgeBy::Prompt,
            by => by,
        };
        match by {
            JudgeBy::Auto | JudgeBy::Prompt => Self::with_prompt(engine, config, JudgePrompt::builtin()),
            JudgeBy::Probe => {
                let probe = Probe::named(&config.probe)?;
                Self::with_probe(engine, config, probe)
            }
        }
    }

    /// A judge with a prompt of the caller's.
    ///
    /// # Errors
    /// The engine's sequences are too short for the prompt.
    pub fn with_prompt(engine: Engine, config: JudgeConfig, prompt: JudgePrompt) -> Result<Self, JudgeError> {
        let tokens = prompt.tokenize(engine.tokenizer())?;
        let labels: usize = tokens.labels.iter().map(Vec::len).sum();
        let needed = tokens.header.len() + max_excerpt_tokens(&config) + tokens.after.len() + labels;
        fits(&engine, needed)?;
        Ok(Self { engine, means: Arc::new(Means::Prompt(Box::new((prompt, tokens)))), config })
    }

    /// A judge with a probe of the caller's.
    ///
    /// # Errors
    /// The probe belongs to another model or has no head for documents, or the engine's sequences are too short.
    pub fn with_probe(engine: Engine, config: JudgeConfig, probe: Arc<Probe>) -> Result<Self, JudgeError> {
        probe.check_model(&engine, &config.probe)?;
        let junk = |h: &crate::probe::Head| h.level == Level::Document && h.target == Target::Junk;
        let Some(head) = probe.heads.iter().position(junk) else {
            return Err(JudgeError::NoHead { probe: described(&config.probe) });
        };
        fits(&engine, probe.shape.most_tokens())?;
        Ok(Self { engine, means: Arc::new(Means::Probe { probe, head }), config })
    }

    /// What the judge was told.
    pub fn config(&self) -> &JudgeConfig {
        &self.config
    }

    /// The version of the prompt, or the probe's fingerprint: two judges with the same one say the same.
    pub fn version(&self) -> String {
        match &*self.means {
            Means::Prompt(prompt) => prompt.0.version().to_owned(),
            Means::Probe { probe, .. } => format!("probe {:016x}", probe.fingerprint()),
        }
    }

    /// The requests that judge a text: tokenization, which any thread may do ahead of
    /// [`Judge::submit`]. Empty for a text without a visible character.
    pub fn prepare(&self, text: &str) -> Prepared {
        let tokenizer = self.engine.tokenizer();
        match &*self.means {
            Means::Probe { probe, .. } => {
                Prepared { embed: probe.shape.requests(tokenizer, text), ..Prepared::default() }
            }
            Means::Prompt(prompt) => {
                let tokens = &prompt.1;
                let request = |excerpt: &String| {
                    let mut prompt = tokens.header.clone();
                    let text = tokenizer.encode(&format!(" {excerpt}"));
                    prompt.extend(text.iter().take(max_excerpt_tokens(&self.config)));
                    prompt.extend_from_slice(&tokens.after);
                    ScoreRequest {
                        prompt,
                        shared_prefix: tokens.header.len(),
                        continuations: tokens.labels.to_vec(),
                    }
                };
                let shown = excerpts(text, self.config.excerpts, self.config.excerpt_characters);
                Prepared { score: shown.iter().map(request).collect(), ..Prepared::default() }
            }
        }
    }

    /// Hands the requests to the engine and waits for room there, not for the answer.
    ///
    /// # Errors
    /// The engine is shut down or broken, has no hidden states, or refuses a request.
    pub fn submit(&self, requests: Prepared, evidence: Evidence) -> Result<PendingJudgement, JudgeError> {
        let of_score = requests.score.iter().map(|r| r.prompt.len() - r.shared_prefix).sum::<usize>();
        let of_embed = requests.embed.iter().map(|r| r.tokens.len()).sum::<usize>();
        let score: Result<Vec<_>, _> =
            requests.score.into_iter().map(|r| self.engine.submit_score(r)).collect();
        let embed: Result<Vec<_>, EngineError> = requests
            .embed
            .into_iter()
            .map(|r| {
                let tokens = r.tokens.len();
                Ok((self.engine.submit_embed(r)?, tokens))
            })
            .collect();
        Ok(PendingJudgement {
            score: score?,
            embed: embed?,
            means: Arc::clone(&self.means),
            evidence,
            tokens: of_score + of_embed,
            timeout: Duration::from_secs(self.config.timeout_seconds),
        })
    }

    /// Judges one text and waits for the answer.
    ///
    /// # Errors
    /// As [`Judge::submit`].
    pub fn judge(&self, text: &str, evidence: Evidence) -> Result<Option<Judgement>, JudgeError> {
        self.submit(self.prepare(text), evidence)?.wait()
    }
}

fn fits(engine: &Engine, needed: usize) -> Result<(), JudgeError> {
    let available = engine.info().context_length;
    if needed > available { Err(JudgeError::ContextTooSmall { needed, available }) } else { Ok(()) }
}

/// The longest excerpt in tokens. Korean prose has about two characters a token, and a text of less
/// than two excerpts is shown whole; only text that falls apart into bytes is cut by this.
fn max_excerpt_tokens(config: &JudgeConfig) -> usize {
    2 * config.excerpt_characters
}

/// A judgement that the engine is still working on. Dropping it cancels.
#[derive(Debug)]
pub struct PendingJudgement {
    score: Vec<ScoreHandle>,
    embed: Vec<(EmbedHandle, usize)>,
    means: Arc<Means>,
    evidence: Evidence,
    tokens: usize,
    timeout: Duration,
}

impl PendingJudgement {
    /// Whether [`PendingJudgement::wait`] would return at once.
    pub fn is_ready(&self) -> bool {
        self.score.iter().all(ScoreHandle::is_ready) && self.embed.iter().all(|(h, _)| h.is_ready())
    }

    /// Blocks until the answer is there. `None` where it took too long ([`JudgeConfig::timeout_seconds`]), where there was
    /// nothing to read, and where the model's numbers are none.
    ///
    /// # Errors
    /// The engine failed or was shut down.
    pub fn wait(self) -> Result<Option<Judgement>, JudgeError> {
        let until = Instant::now() + self.timeout;
        let left = || until.saturating_duration_since(Instant::now());
        let (mut log_odds, count) = (0.0, self.score.len().max(1) as f32);
        for mut handle in self.score {
            let Ok(score) = handle.wait_timeout(left()) else { return Ok(None) };
            let score = score?;
            log_odds += (score.total(1) - score.total(0)) / count;
        }
        let mut parts = Vec::new();
        for (mut handle, tokens) in self.embed {
            let Ok(embedding) = handle.wait_timeout(left()) else { return Ok(None) };
            parts.push((embedding?, tokens));
        }
        let mut rubric = None;
        let z = match &*self.means {
            Means::Prompt(prompt) => of_prompt(prompt.0.calibration, log_odds, self.evidence),
            Means::Probe { probe, head } => {
                if parts.iter().any(|(e, _)| e.width != probe.width) {
                    return Ok(None);
                }
                if !parts.is_empty() {
                    let states = mean(&parts);
                    log_odds = probe.heads[*head].log_odds(&states);
                    rubric = probe.rubric(Level::Document, &states).map(Box::new);
                }
                of_probe(log_odds, self.evidence)
            }
        };
        let junk = 1.0 / (1.0 + (-z).exp());
        let heard = self.tokens > 0 && junk.is_finite() && log_odds.is_finite();
        Ok(heard.then_some(Judgement { junk, log_odds, tokens: self.tokens, rubric }))
    }
}

fn odds(p: f32) -> f32 {
    let p = p.clamp(0.001, 0.999);
    (p / (1.0 - p)).ln()
}

fn of_prompt(c: Calibration, log_odds: f32, evidence: Evidence) -> f32 {
    c.slope * log_odds + c.rules * odds(evidence.rules) + c.bias
}

/// Rules, student and probe are heard equally: the mean of their log-odds. Rules and student come as their mean.
fn of_probe(log_odds: f32, evidence: Evidence) -> f32 {
    let (prior, levels) = match evidence.student {
        Some(both) => (odds(both), 2.0),
        None => (odds(evidence.rules), 1.0),
    };
    (levels * prior + log_odds) / (levels + 1.0)
}

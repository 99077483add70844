//! How the model is asked to write passages anew, and what the guards let pass.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{GuardConfig, Guards};
use crate::language::LanguageConfig;

/// How the model is asked to write passages anew, and what the guards let pass.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RewriteConfig {
    /// Write kept documents anew. What is written is synthetic and marked so; a document of which no passage passes the
    /// guards is dropped.
    pub enabled: bool,
    /// Tokens of a passage, which ends at the end of a sentence. A sentence of more stays as it is.
    pub passage_tokens: usize,
    /// Passages of one document; what comes behind the last stays as it is.
    pub max_passages: usize,
    /// Compare the averaged hidden states of passage and answer, too. Needs an engine that gives them.
    pub embeddings: bool,
    /// Fewest letters and digits of a passage that is written anew ([`GuardConfig::min_letters`]).
    pub min_letters: usize,
    /// [`GuardConfig::min_length`].
    pub min_length: f32,
    /// [`GuardConfig::max_length`].
    pub max_length: f32,
    /// [`GuardConfig::min_overlap`].
    pub min_overlap: f32,
    /// [`GuardConfig::min_support`].
    pub min_support: f32,
    /// [`GuardConfig::min_cosine`].
    pub min_cosine: f32,
    /// [`GuardConfig::max_returning`].
    pub max_returning: f32,
    /// Documents under way at once.
    pub in_flight: usize,
    /// Seconds that a document's answers may take from the moment they are waited for; passages whose answers have not
    /// come by then stay as they are.
    pub timeout_seconds: u64,
}

impl Default for RewriteConfig {
    fn default() -> Self {
        let guards = GuardConfig::default();
        Self {
            enabled: false,
            passage_tokens: 192,
            max_passages: 64,
            embeddings: true,
            min_letters: guards.min_letters,
            min_length: guards.min_length,
            max_length: guards.max_length,
            min_overlap: guards.min_overlap,
            min_support: guards.min_support,
            min_cosine: guards.min_cosine,
            max_returning: guards.max_returning,
            in_flight: 8,
            timeout_seconds: 600,
        }
    }
}

impl RewriteConfig {
    /// The guards of these thresholds; `language` says what is Korean.
    pub fn guards(&self, language: LanguageConfig) -> Guards {
        Guards::new(GuardConfig {
            min_letters: self.min_letters,
            min_length: self.min_length,
            max_length: self.max_length,
            min_overlap: self.min_overlap,
            min_support: self.min_support,
            min_cosine: self.min_cosine,
            max_returning: self.max_returning,
            language,
        })
    }

    pub(crate) fn timeout(&self) -> Duration {
        Duration::from_secs(self.timeout_seconds)
    }
}

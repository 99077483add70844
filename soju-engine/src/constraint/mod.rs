//! Constrained decoding: which texts may a generation give?
//!
//! One type for all backends. On the CPU backend the constraint becomes an automaton over the vocabulary
//! (`llguidance`); on TensorRT-LLM it becomes the request's `GuidedDecodingParams`.
//!
//! The automaton knows nothing of llama.cpp: [`Vocabulary`] shows it the tokenizer, [`Guide`] walks through it
//! beside one generation and says before each choice which ids are allowed. What a constraint may cost is bounded:
//! its length, the work to compile it, the work of each step. What is beyond fails the request and no other.

#[cfg(feature = "cpu")]
mod compile;
#[cfg(feature = "cpu")]
mod grammar;
#[cfg(feature = "cpu")]
mod guide;
#[cfg(feature = "cpu")]
mod parse;
#[cfg(feature = "cpu")]
mod vocabulary;

#[cfg(feature = "cpu")]
pub(crate) use guide::{Guide, Next};
#[cfg(feature = "cpu")]
pub(crate) use vocabulary::Vocabulary;

use serde::{Deserialize, Serialize};

use crate::EngineError;

/// The texts that a generation may give. Whatever the sampling options, no token is chosen that leads out of
/// them, and the end is chosen only where the text is complete.
///
/// # What it costs on the CPU backend
/// - Where the text leaves **no choice** (the names and punctuation of a JSON object, the rest of a choice once it is
///   settled), tokens are computed as a prompt is: several in one step, without the output layer; those that stand
///   before the first choice together with the prompt, and if there is no choice at all, nothing is computed. (Not with
///   log-probabilities, which need the output layer.)
/// - Where there are **two choices or more**, be it two of 262,144, the output layer is computed whole. llama.cpp lets
///   nobody avoid it: its graph ends in one multiplication by the whole output matrix for each row that asks for logits,
///   a row without logits gives nothing, the hidden states before it come only from a context that multiplies all the
///   same, and the quantized matrix can't be read through its interface to multiply a few rows of it here. What that
///   layer is of a step is measured in `docs/engine.md`.
///
/// Masking itself costs microseconds; the first constraint of a backend also indexes the vocabulary, once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Constraint {
    /// Any JSON value.
    Json,
    /// A JSON value that this schema (JSON Schema 2020-12, as text) accepts.
    JsonSchema(String),
    /// A text that this regular expression matches as a whole.
    Regex(String),
    /// A text that this grammar derives from its rule `root`. The notation is the extended Backus-Naur form of
    /// llama.cpp (GBNF) and XGrammar: `root ::= "가" | item+`.
    Grammar(String),
    /// Exactly one of these texts.
    Choices(Vec<String>),
}

impl Constraint {
    /// Refuses what can be seen to be wrong without a vocabulary.
    pub(crate) fn check(&self) -> Result<(), EngineError> {
        let refuse = |sentence: String| Err(EngineError::InvalidRequest(sentence));
        match self {
            Self::Json => Ok(()),
            Self::JsonSchema(text) => match serde_json::from_str::<serde_json::Value>(text) {
                Ok(_) => Ok(()),
                Err(error) => refuse(format!("the JSON schema is not JSON: {error}")),
            },
            Self::Regex(text) if text.is_empty() => refuse("the regular expression is empty".into()),
            Self::Grammar(text) if text.trim().is_empty() => refuse("the grammar is empty".into()),
            Self::Regex(_) | Self::Grammar(_) => Ok(()),
            Self::Choices(choices) if choices.is_empty() => {
                refuse("the list of choices is empty; give at least one".into())
            }
            Self::Choices(choices) => match choices.iter().position(String::is_empty) {
                Some(place) => refuse(format!("choice {place} is an empty text")),
                None => Ok(()),
            },
        }
    }
}

/// The Lark grammar that a [`Constraint::Grammar`] becomes: for fuzzing.
///
/// # Errors
/// What is wrong with the grammar, with line and column.
#[cfg(all(feature = "cpu", feature = "testing"))]
pub fn translate_grammar(text: &str) -> Result<String, String> {
    grammar::translate(text)
}

//! Few-shot prompts: versioned files under `prompts/`, assembled from token ids so that no text of a
//! document can become a control token.

use serde::Deserialize;
use soju_engine::{TokenId, Tokenizer};

use super::chat::{ChatError, Frame};

/// A prompt that can't be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PromptError {
    /// The file is not what a prompt file looks like.
    #[error("the prompt {name} is not valid: {message}")]
    Invalid {
        /// The prompt.
        name: String,
        /// What is wrong.
        message: String,
    },
}

/// The file as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PromptFile {
    version: String,
    #[serde(default)]
    instruction: String,
    before: String,
    after: String,
    keep: String,
    drop: String,
    calibration: Calibration,
    shots: Vec<Shot>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    text: String,
    keep: bool,
}

/// How the model's answer becomes a probability:
/// `sigmoid(slope * log_odds + rules * logit(rule score) + bias)`.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calibration {
    /// Weight of the model's log-odds of "drop" over "keep", in natural log.
    pub(crate) slope: f32,
    /// Weight of the log-odds that the rules gave.
    pub(crate) rules: f32,
    /// What is added.
    pub(crate) bias: f32,
}

/// A few-shot prompt for keep-or-drop.
#[derive(Debug, Clone)]
pub struct JudgePrompt {
    version: String,
    header: String,
    after: String,
    labels: [String; 2],
    pub(crate) calibration: Calibration,
}

/// A prompt in token ids.
#[derive(Debug, Clone)]
pub(crate) struct TokenizedPrompt {
    /// Beginning of sequence, instruction and shots, up to where the text goes.
    pub(crate) header: Vec<TokenId>,
    /// Between the text and the label.
    pub(crate) after: Vec<TokenId>,
    /// The labels: keep, drop.
    pub(crate) labels: [Vec<TokenId>; 2],
}

impl JudgePrompt {
    /// The prompt that soju ships.
    pub fn builtin() -> Self {
        Self::from_toml(include_str!("../../prompts/judge-ko.toml"), "judge-ko")
            .expect("the shipped prompt is valid, as its test shows")
    }

    /// Reads a prompt file; `name` is only named in errors.
    ///
    /// # Errors
    /// The text is not a prompt file, has no shot of one of the two labels, or has equal labels.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, PromptError> {
        let invalid = |message: String| PromptError::Invalid { name: name.to_owned(), message };
        let file: PromptFile = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        if file.keep == file.drop || file.keep.is_empty() || file.drop.is_empty() {
            return Err(invalid("the labels must differ and not be empty".into()));
        }
        if !file.shots.iter().any(|s| s.keep) || file.shots.iter().all(|s| s.keep) {
            return Err(invalid("there must be a shot of each label".into()));
        }
        let label = |shot: &Shot| if shot.keep { &file.keep } else { &file.drop };
        let shots = file.shots.iter().map(|s| (s.text.as_str(), label(s).as_str()));
        let header = few_shot_header(&file.instruction, &file.before, &file.after, shots);
        Ok(Self {
            version: file.version,
            header,
            after: file.after,
            labels: [file.keep, file.drop],
            calibration: file.calibration,
        })
    }

    /// The version, as it stands in the report and in the job's identity.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// # Errors
    /// The model's chat template can't be used.
    pub(crate) fn tokenize(&self, tokenizer: &Tokenizer) -> Result<TokenizedPrompt, ChatError> {
        let frame = Frame::of(tokenizer)?;
        Ok(TokenizedPrompt {
            header: frame.open(tokenizer, &self.header),
            after: frame.close(tokenizer, &self.after),
            labels: self.labels.each_ref().map(|l| frame.answer(tokenizer, l)),
        })
    }
}

/// Instruction and shots, up to where the text goes.
pub(crate) fn few_shot_header<'a>(
    instruction: &str,
    before: &str,
    after: &str,
    shots: impl Iterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut header = instruction.to_owned();
    for (text, label) in shots {
        for part in [before, text, after, label, "\n\n"] {
            header.push_str(part);
        }
    }
    header.push_str(before);
    // A trailing space would be a token of its own, and no longer the start of the text's first one.
    header.truncate(header.trim_end_matches(' ').len());
    header
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_prompt_is_valid_and_balanced() {
        let prompt = JudgePrompt::builtin();
        assert!(prompt.version().starts_with("judge-ko-"));
        let keep = prompt.header.matches(&prompt.labels[0]).count();
        let drop = prompt.header.matches(&prompt.labels[1]).count();
        assert!(keep >= 4 && keep == drop, "{keep} {drop}");
        assert!(!prompt.header.ends_with(' '));
    }

    #[test]
    fn faults_are_named() {
        let base = include_str!("../../prompts/judge-ko.toml");
        let same = base.replace("drop = \" 삭제\"", "drop = \" 유지\"");
        assert_ne!(same, base);
        let error = JudgePrompt::from_toml(&same, "p").unwrap_err().to_string();
        assert!(error.contains("labels must differ"), "{error}");
        let one_sided = base.replace("keep = false", "keep = true");
        let error = JudgePrompt::from_toml(&one_sided, "p").unwrap_err().to_string();
        assert!(error.contains("a shot of each label"), "{error}");
        assert!(JudgePrompt::from_toml("version = 3", "p").is_err());
    }
}

//! The few-shot prompt under which a model writes an edit program: `prompts/edit-ko.toml`.

use serde::Deserialize;
use soju_engine::{TokenId, Tokenizer};

use super::Program;
use super::program::listed;
use crate::llm::{ChatError, Frame, PromptError};

/// Fewest shots: one of a program, one of `keep`.
const LEAST_SHOTS: usize = 2;

/// The file as it is written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PromptFile {
    version: String,
    #[serde(default)]
    instruction: String,
    before: String,
    after: String,
    shots: Vec<Shot>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    segments: Vec<String>,
    program: String,
}

/// A few-shot prompt for edit programs. Each segment is shown on a line of its own behind its number.
#[derive(Debug, Clone)]
pub struct EditPrompt {
    version: String,
    header: String,
    after: String,
}

/// An [`EditPrompt`] in the ids of one tokenizer.
#[derive(Debug, Clone)]
pub(super) struct EditTokens {
    /// Beginning of sequence, instruction and shots, up to the numbered segments.
    pub(super) header: Vec<TokenId>,
    /// Between the segments and the answer.
    pub(super) after: Vec<TokenId>,
}

impl EditPrompt {
    /// The prompt that soju ships.
    pub fn builtin() -> Self {
        Self::from_toml(include_str!("../../prompts/edit-ko.toml"), "edit-ko")
            .expect("the shipped prompt is valid, as its test shows")
    }

    /// Reads a prompt file; `name` is only named in errors.
    ///
    /// # Errors
    /// The text is not a prompt file, has too few shots, or one whose answer is no program about its segments.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, PromptError> {
        let invalid = |message: String| PromptError::Invalid { name: name.to_owned(), message };
        let file: PromptFile = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        if file.shots.len() < LEAST_SHOTS {
            return Err(invalid(format!("there must be at least {LEAST_SHOTS} shots")));
        }
        if !file.before.ends_with('\n') || !file.after.ends_with('\n') {
            return Err(invalid("`before` and `after` must end in a line feed".into()));
        }
        let mut header = file.instruction;
        for (i, Shot { segments, program }) in file.shots.iter().enumerate() {
            if segments.iter().any(|s| s.contains(['\n', '\r'])) {
                return Err(invalid(format!("shot {} has a segment of more than one line", i + 1)));
            }
            Program::parse(program, segments.len())
                .map_err(|error| invalid(format!("shot {}: {error}", i + 1)))?;
            let shown = listed(segments.iter().map(String::as_str));
            for part in [&file.before, &shown, &file.after, program, "\n\n"] {
                header.push_str(part);
            }
        }
        header.push_str(&file.before);
        Ok(Self { version: file.version, header, after: file.after })
    }

    /// The version, for a job's identity.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// # Errors
    /// The model's chat template can't be used.
    pub(super) fn tokenize(&self, tokenizer: &Tokenizer) -> Result<EditTokens, ChatError> {
        let frame = Frame::of(tokenizer)?;
        let (header, after) = (frame.open(tokenizer, &self.header), frame.close(tokenizer, &self.after));
        Ok(EditTokens { header, after })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../prompts/edit-ko.toml");

    #[test]
    fn faults_are_named() {
        let prompt = EditPrompt::builtin();
        assert!(prompt.version().starts_with("edit-ko-"));
        assert!(
            prompt.header.contains("[5] 무단전재 및 재배포 금지\n[6] 이전글 다음글 목록\n편집:\ndrop 1\n")
        );
        let fault = |from: &str, to: &str| {
            let changed = FILE.replace(from, to);
            assert_ne!(changed, FILE);
            EditPrompt::from_toml(&changed, "p").unwrap_err().to_string()
        };
        let error = fault("drop 5-6", "drop 5-7");
        assert!(error.contains("shot 1: line 3 of the edit program names segment 7"), "{error}");
        assert!(
            fault("drop 3-4", "rewrite 3").contains("shot 3: line 1 of the edit program is no instruction")
        );
        assert!(fault("편집:\\n", "편집:").contains("must end in a line feed"));
        assert!(
            fault("재배포 금지\"", "재배포\\n금지\"").contains("shot 1 has a segment of more than one line")
        );
        let first = FILE.match_indices("[[shots]]").nth(1).unwrap().0;
        assert!(EditPrompt::from_toml(&FILE[..first], "p").is_err());
    }
}

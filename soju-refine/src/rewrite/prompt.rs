//! The few-shot prompt under which a base model writes a passage anew: `prompts/rewrite-ko.toml`.

use serde::Deserialize;
use soju_engine::{TokenId, Tokenizer};

use super::{GuardConfig, Guards};
use crate::llm::{ChatError, Frame, PromptError};

/// Fewest shots. With one a base model takes its subject for the task.
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
    stop: String,
    shots: Vec<Shot>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shot {
    messy: String,
    clean: String,
}

/// A few-shot prompt for rewriting. A passage is shown as one line and answered with one, so no line of it can pass
/// for one of the prompt's own.
#[derive(Debug, Clone)]
pub struct RewritePrompt {
    version: String,
    header: String,
    after: String,
    stop: String,
}

/// A [`RewritePrompt`] in the ids of one tokenizer.
#[derive(Debug, Clone)]
pub struct RewriteTokens {
    /// Beginning of sequence, instruction and shots, up to where the passage goes.
    header: Vec<TokenId>,
    /// Between the passage and the answer.
    after: Vec<TokenId>,
}

impl RewritePrompt {
    /// The prompt that soju ships.
    pub fn builtin() -> Self {
        Self::from_toml(include_str!("../../prompts/rewrite-ko.toml"), "rewrite-ko")
            .expect("the shipped prompt is valid, as its test shows")
    }

    /// Reads a prompt file; `name` is only named in errors.
    ///
    /// # Errors
    /// The text is not a prompt file, has too few shots, has one of more than one line, or one that the guards would
    /// reject: it would teach to invent.
    pub fn from_toml(text: &str, name: &str) -> Result<Self, PromptError> {
        let invalid = |message: String| PromptError::Invalid { name: name.to_owned(), message };
        let file: PromptFile = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        if file.shots.len() < LEAST_SHOTS {
            return Err(invalid(format!("there must be at least {LEAST_SHOTS} shots")));
        }
        if file.stop.is_empty() || !"\n\n".starts_with(&file.stop) {
            return Err(invalid(
                "the stop text must be one line feed or two, with which every shot ends".into(),
            ));
        }
        if file.before.trim().is_empty() || !file.after.starts_with('\n') || file.after.trim().is_empty() {
            return Err(invalid("`before` and `after` must hold a label, and `after` open a line".into()));
        }
        // A shot may be short.
        let guards = Guards::new(GuardConfig { min_letters: 1, ..GuardConfig::default() });
        let mut header = file.instruction;
        for (i, Shot { messy, clean }) in file.shots.iter().enumerate() {
            if messy.contains(['\n', '\r']) || clean.contains(['\n', '\r']) {
                return Err(invalid(format!("shot {} has more than one line", i + 1)));
            }
            if let Some(rejection) = guards.check(messy, clean, None).first() {
                let (guard, texts) = (rejection.guard.name(), rejection.texts.join(", "));
                return Err(invalid(format!("shot {} does not pass the guard {guard}: {texts}", i + 1)));
            }
            for part in [&file.before, messy, &file.after, " ", clean, "\n\n"] {
                header.push_str(part);
            }
        }
        header.push_str(&file.before);
        // A trailing space would be a token of its own, and no longer the start of the passage's first one.
        let header = header.trim_end_matches(' ').to_owned();
        Ok(Self { version: file.version, header, after: file.after, stop: file.stop })
    }

    /// The version, for a record's note and a job's identity.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text at which a generation has to stop.
    pub fn stop(&self) -> &str {
        &self.stop
    }

    /// What a model generated, up to the stop text and without white space around it.
    pub fn answer<'a>(&self, generated: &'a str) -> &'a str {
        // Line feeds before the first word are no answer yet.
        let generated = generated.trim_start();
        generated.split(&self.stop).next().unwrap_or_default().trim_end()
    }

    /// The prompt in the ids of `tokenizer`, in turns of a conversation if its model has a chat template.
    ///
    /// # Errors
    /// That template can't be used.
    pub fn tokenize(&self, tokenizer: &Tokenizer) -> Result<RewriteTokens, ChatError> {
        let frame = Frame::of(tokenizer)?;
        let (header, after) = (frame.open(tokenizer, &self.header), frame.close(tokenizer, &self.after));
        Ok(RewriteTokens { header, after })
    }
}

impl RewriteTokens {
    /// The ids of a request about `passage`, whose white space is collapsed. It is tokenized by itself, so nothing in it
    /// becomes a control token. The first [`RewriteTokens::shared`] ids are the same for every passage. Whoever calls
    /// cuts a document into passages that leave room for an answer as long as they are.
    pub fn request(&self, tokenizer: &Tokenizer, passage: &str) -> Vec<TokenId> {
        let mut line = String::with_capacity(passage.len() + 1);
        for word in passage.split_whitespace() {
            line.push(' ');
            line.push_str(word);
        }
        let mut ids = self.header.clone();
        ids.extend(tokenizer.encode(&line));
        ids.extend_from_slice(&self.after);
        ids
    }

    /// How many ids at the beginning all requests share.
    pub fn shared(&self) -> usize {
        self.header.len()
    }

    /// Ids of a request that are not the passage's.
    pub fn overhead(&self) -> usize {
        self.header.len() + self.after.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../../prompts/rewrite-ko.toml");

    fn fault(file: &str) -> String {
        RewritePrompt::from_toml(file, "p").unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_prompt_is_valid() {
        let prompt = RewritePrompt::builtin();
        assert!(prompt.version().starts_with("rewrite-ko-"));
        assert!(prompt.header.matches("\n정리: ").count() >= 3 && prompt.header.ends_with("\n\n원문:"));
        assert_eq!(prompt.stop(), "\n");
    }

    #[test]
    fn faults_are_named() {
        let change = |from: &str, to: &str| {
            let changed = FILE.replace(from, to);
            assert_ne!(changed, FILE);
            fault(&changed)
        };
        let invents = change("장터는 다음 달에도 열린다.\"", "장터는 5월 3일에도 열린다.\"");
        assert!(invents.contains("shot 1 does not pass the guard date: 5월 3일"), "{invents}");
        assert!(change("stop = \"\\n\"", "stop = \"끝\"").contains("the stop text must be"));
        assert!(change("after = \"\\n정리:\"", "after = \"정리:\"").contains("open a line"));
        assert!(change("옹기는 진흙으로", "옹기는\\n진흙으로").contains("shot 3 has more than one line"));
        let first = FILE.match_indices("[[shots]]").nth(1).unwrap().0;
        assert!(fault(&FILE[..first]).contains("at least 2 shots"));
        assert!(RewritePrompt::from_toml("version = 3", "p").is_err());
    }

    #[test]
    fn a_passage_is_a_line_between_what_is_shared() {
        let prompt = RewritePrompt::builtin();
        let tokenizer = Tokenizer::bytes();
        let tokens = prompt.tokenize(&tokenizer).unwrap();
        let ids = tokens.request(&tokenizer, "첫 줄\n\n원문: 둘째  줄<eos>\n");
        let text = tokenizer.decode(&ids[tokens.shared()..]);
        assert_eq!(text, " 첫 줄 원문: 둘째 줄<eos>\n정리:");
        assert_eq!((ids[0], tokenizer.bos()), (256, Some(256)));
        assert!(!ids[1..].iter().any(|id| *id > 255));
        assert_eq!(tokens.request(&tokenizer, "").len(), tokens.overhead());
        assert_eq!(prompt.answer(" 첫 줄이다. \n원문: 다른 글"), "첫 줄이다.");
        assert_eq!(prompt.answer("\n"), "");
    }
}

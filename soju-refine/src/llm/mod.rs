//! The language model in the loop: what it is asked, and how its answers are read.

mod chat;
mod excerpt;
mod generation;
mod judge;
mod judge_config;
mod prompt;
mod rubric;

pub use chat::ChatError;
pub use generation::GenerationError;
pub use judge::{Evidence, Judge, JudgeError, Judgement, PendingJudgement, Prepared};
pub use judge_config::{JudgeBy, JudgeConfig};
pub use prompt::{JudgePrompt, PromptError};
pub use rubric::{Label, QUESTIONS, RubricAnswer, RubricJudge, RubricPrompt};

pub(crate) use chat::Frame;
pub(crate) use excerpt::excerpts;
pub(crate) use generation::{Answer, Generation};
pub(crate) use judge::UNANSWERED;

//! The language model in the loop. It judges; it never writes into a document.

mod excerpt;
mod judge;
mod judge_config;
mod prompt;
mod rubric;

pub use judge::{Evidence, Judge, JudgeError, Judgement, PendingJudgement, Prepared};
pub use judge_config::{JudgeBy, JudgeConfig};
pub use prompt::{JudgePrompt, PromptError};
pub use rubric::{Label, QUESTIONS, RubricAnswer, RubricJudge, RubricPrompt};

pub(crate) use excerpt::excerpts;
pub(crate) use judge::UNANSWERED;

//! The language model in the loop. It judges; it never writes into a document.

mod excerpt;
mod judge;
mod prompt;

pub use judge::{Judge, JudgeConfig, JudgeError, Judgement, PendingJudgement};
pub use prompt::{JudgePrompt, PromptError};

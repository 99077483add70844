//! Edit programs: what a language model may say about a document instead of writing it anew.
//!
//! The model sees numbered segments ([`numbered`]) and answers with instructions ([`Program`]), under a grammar
//! ([`grammar`]) from which each text parses. A checked interpreter ([`changes`]) turns them into cuts, placeholders
//! and spaces; whatever the model says, no other character gets into the text. Long documents go in overlapping
//! windows ([`windows`]) whose answers are brought together by [`Actions::agree`]. [`Editor`] does all of that with an
//! engine.

mod actions;
mod apply;
mod config;
mod counts;
mod editor;
mod program;
mod prompt;
mod window;

pub use actions::{Action, Actions};
pub use apply::{EditLimits, Edited, Refusal, changes};
pub use config::EditConfig;
pub use counts::EditCounts;
pub use editor::{Editor, PendingEdit};
pub use program::{Instruction, Program, ProgramError, grammar, numbered};
pub use prompt::EditPrompt;
pub use window::windows;

//! Stages and the order in which a document goes through them.

mod rules;
mod stage;

pub use rules::{RulesConfig, rules};
pub use stage::{Reason, Stage, Verdict};

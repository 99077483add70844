//! Stages and the order in which a document goes through them.

mod cleaner;
mod rules;
mod stage;
mod times;

pub use cleaner::Cleaner;
pub use rules::{RulesConfig, rules};
pub use stage::{Reason, Stage, Verdict};
pub use times::{StageTime, StageTimes};

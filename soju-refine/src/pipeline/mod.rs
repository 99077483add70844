//! Stages and the order in which a document goes through them.

mod stage;

pub use stage::{Reason, Stage, Verdict};

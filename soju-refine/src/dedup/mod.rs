//! Exact duplicates, in two steps.
//!
//! [`signature`] is pure and can run anywhere; [`ExactDedup`] sees the signatures of the whole corpus
//! in the order of the input. A cluster runs the first step where the text is, shuffles the pairs
//! (signature, number of the document) by signature, sorts each group by number, and resolves each
//! partition on its own: equal signatures meet in one partition, so the result is that of one process.

mod exact;
mod signature;

pub use exact::{DedupError, ExactDedup};
pub use signature::signature;

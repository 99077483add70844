//! Duplicates, in two steps.
//!
//! **Signatures** are pure: [`signature`] of a text for equal documents, and [`Signer`] for everything else (bands and
//! sketch for near-duplicates, line hashes, anchors of passages). They can be made anywhere.
//!
//! **Resolution** is global. [`ExactDedup`] does it within a stream, in memory. [`crate::job::DedupJob`] does it for
//! a whole corpus on disk: rows (signature, number of the document) are sorted with [`spill::Sorter`], equal signatures
//! become neighbours, and each group is decided by itself. A cluster shuffles the same rows by signature instead: equal
//! ones meet in one partition, so the result is that of one process.

pub mod anchors;
mod clusters;
mod exact;
pub mod fuzzy;
mod rules;
mod signature;
mod signer;
pub mod spill;
pub mod units;

pub use clusters::{Bucket, Clusters};
pub use exact::ExactDedup;
pub use rules::{DedupRules, FuzzyRules, Keep, LineRules, SubstringRules};
pub use signature::signature;
pub use signer::{Signatures, Signer};

//! Near-duplicates: MinHash over Korean-suited shingles, and locality-sensitive hashing.

mod banding;
mod fold;
mod shingle;
mod sketch;

pub use banding::Banding;
pub use fold::{GAP, fold};
pub(super) use shingle::mix;
pub use shingle::{ShingleUnit, Shingling, jaccard};
pub use sketch::{Sketcher, compact, similarity};

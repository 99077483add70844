//! Reading corpora and writing clean shards.

mod record;

pub use record::{Position, Record, RejectKind, Rejection};

//! Reading corpora and writing clean shards.
//!
//! [`inputs`] turns what the user named into files, [`lines`] reads them line by line with bounded
//! memory, [`mod@format`] parses a line into a [`Record`] or a [`Rejection`], and [`shard_writer`] and
//! [`rejects`] write what became of them.

mod compression;
mod error;
pub mod format;
pub mod hplt;
pub mod inputs;
mod json_object;
pub mod lines;
mod record;
pub mod rejects;
pub mod serialize;
pub mod shard_writer;
mod zstd_blocks;

pub use compression::{Compression, InputWarning};
pub use error::IoError;
pub use format::Format;
pub use hplt::{HpltMeta, Schema};
pub use inputs::{Input, Source};
pub use lines::{ByteCount, LineReader, LineStatus};
pub use record::{Position, Record, RejectKind, Rejection};
pub use rejects::RejectsWriter;
pub use shard_writer::{Shard, ShardWriter};

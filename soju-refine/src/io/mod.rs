//! Reading corpora and writing clean shards.
//!
//! [`inputs`] turns what the user named into files, [`reader`] is the seam that every [`Layout`] is read
//! through, [`mod@format`] parses a JSON line into a [`Record`] or a [`Rejection`], and [`shard_writer`] and
//! [`rejects`] write what became of them.

mod compression;
mod conllu;
pub mod datasets;
mod documents;
mod encoding;
mod error;
pub mod field_kinds;
pub mod format;
pub mod hplt;
mod hplt_stages;
pub mod inputs;
pub mod job_folder;
mod json_lines;
mod json_object;
mod json_values;
pub(crate) mod jsonl_shard;
pub mod kind;
mod layout;
pub mod lines;
mod mapping;
pub mod mojibake;
#[cfg(all(feature = "object-store", feature = "parquet"))]
mod object_ranges;
#[cfg(feature = "object-store")]
mod objects;
#[cfg(feature = "parquet")]
pub mod parquet_rows;
#[cfg(feature = "parquet")]
mod parquet_shard;
pub(crate) mod partial;
pub mod reader;
mod record;
pub mod rejects;
pub(crate) mod sent;
pub mod serialize;
pub mod shard_writer;
mod squad;
mod stream;
mod table;
#[cfg(feature = "object-store")]
pub mod upload;
mod warc;
mod zstd_blocks;

pub use compression::{Compression, InputWarning};
pub use conllu::Conllu;
pub use datasets::Dataset;
pub use documents::{Border, Documents};
pub use encoding::EncodingGuess;
pub(crate) use encoding::is_korean;
pub use error::IoError;
pub use field_kinds::FieldKinds;
pub use format::Format;
pub use hplt::{HpltMeta, Schema};
pub use hplt_stages::HpltStages;
pub use inputs::{Input, Source};
pub use json_lines::JsonLines;
pub use json_values::JsonValues;
pub use kind::Kind;
pub use layout::Layout;
pub use lines::{LineReader, LineStatus};
pub use mapping::{Fields, Mapping, TextField};
pub use reader::{Raw, RawRecord, ReadOptions, Reader};
pub use record::{Position, Reading, Record, RejectKind, Rejection};
pub use rejects::RejectsWriter;
pub use sent::ShardSink;
pub use shard_writer::{OutputFormat, Shard, ShardWriter};
pub use squad::Squad;
pub use stream::{ByteCount, ByteStream};
pub use table::Table;
pub use warc::Warc;

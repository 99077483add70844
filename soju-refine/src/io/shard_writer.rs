//! The seam behind a job's output: a shard of records, in one of several formats.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::field_kinds::FieldKinds;
use super::jsonl_shard::JsonlShard;
use super::{IoError, Record};

/// Of zstd: its own default, fast enough never to be what a job waits for.
pub(crate) const COMPRESSION_LEVEL: i32 = 3;

/// Writes one shard.
///
/// Records go to `NAME.partial` beside it; [`ShardWriter::finish`] gives it its name. Dropped without
/// that, the writer removes what it wrote.
pub trait ShardWriter: Send {
    /// Writes a record with the clean text and the object `soju`.
    ///
    /// # Errors
    /// When the file can't be written; the shard can't be finished then.
    fn write(&mut self, record: &Record, clean_text: &str, soju: &RawValue) -> Result<(), IoError>;

    /// Completes the shard: after this it is on disk under its name, in the place of an earlier file of
    /// that name, whatever happens to the machine.
    ///
    /// # Errors
    /// When the file can't be written, synced or renamed. What was written is then removed.
    fn finish(self: Box<Self>) -> Result<Shard, IoError>;
}

/// A finished shard.
#[derive(Debug, Clone, PartialEq)]
pub struct Shard {
    /// Where it is.
    pub path: PathBuf,
    /// Records in it.
    pub records: u64,
    /// Size before compression, in bytes.
    pub uncompressed_bytes: u64,
    /// Size on disk, in bytes.
    pub bytes: u64,
    /// Its fields with their kinds.
    pub fields: FieldKinds,
}

/// How shards are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum OutputFormat {
    /// Zstandard-compressed JSON lines, every field byte for byte.
    #[default]
    Jsonl,
    /// Parquet with zstd, fields as typed columns. Needs the feature `parquet`.
    Parquet,
}

impl fmt::Display for OutputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jsonl => "jsonl",
            Self::Parquet => "parquet",
        })
    }
}

impl FromStr for OutputFormat {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let known = || Self::ALL.map(|format| format.to_string()).join(" or ");
        Self::ALL
            .into_iter()
            .find(|format| format.to_string() == name)
            .ok_or_else(|| format!("give {}", known()))
    }
}

impl OutputFormat {
    /// Every format, whether this build can write it or not.
    pub const ALL: [Self; 2] = [Self::Jsonl, Self::Parquet];

    /// What the name of a shard ends in, without the leading dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Jsonl => "jsonl.zst",
            Self::Parquet => "parquet",
        }
    }

    /// Whether this build can write it.
    pub fn is_available(self) -> bool {
        self == Self::Jsonl || cfg!(feature = "parquet")
    }

    /// Starts a shard at `path`, whose folder must exist. A `NAME.partial` that an earlier run left is written over.
    ///
    /// `fields` are those of the shards before it. A format that fixes its columns takes them from there;
    /// where there are none yet, it finds its columns in the first records.
    ///
    /// # Errors
    /// When the file can't be created, or this build can't write the format.
    pub fn create(
        self,
        path: impl Into<PathBuf>,
        fields: &FieldKinds,
    ) -> Result<Box<dyn ShardWriter>, IoError> {
        match self {
            Self::Jsonl => Ok(Box::new(JsonlShard::create(path, COMPRESSION_LEVEL)?)),
            #[cfg(feature = "parquet")]
            Self::Parquet => {
                Ok(Box::new(super::parquet_shard::ParquetShard::create(path, COMPRESSION_LEVEL, fields)?))
            }
            #[cfg(not(feature = "parquet"))]
            Self::Parquet => {
                let _ = fields;
                Err(IoError::Unavailable { path: path.into(), format: self })
            }
        }
    }
}

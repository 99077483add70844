//! The bytes of a Parquet file, at any place of it.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

#[cfg(feature = "object-store")]
use crate::io::object_ranges::{RangeReader, Ranges};
use crate::io::stream::Counted;
use crate::io::{ByteCount, Input, IoError, Source};

const SEEK: &str = "parquet is read from its end: save it as a file and name that";

/// A file that says how much was read of it, and refuses what lies beyond its end before any memory is granted for it.
/// Clones are the same file.
#[derive(Clone)]
pub(super) struct Chunks {
    place: Place,
    bytes: u64,
    count: ByteCount,
}

#[derive(Clone)]
enum Place {
    File(Arc<File>),
    #[cfg(feature = "object-store")]
    Object(Arc<Ranges>),
}

impl Chunks {
    /// Opens a regular file or an object.
    ///
    /// # Errors
    /// When it can't be opened, and when it is neither.
    pub(super) fn open(input: &Input) -> Result<Self, IoError> {
        let foreign = |found| IoError::Foreign { path: PathBuf::from(&*input.name), found, remedy: SEEK };
        let (place, bytes) = match &input.source {
            Source::Stdin => return Err(foreign("a stream of Parquet")),
            Source::File(path) if !path.is_file() => return Err(foreign("no regular file")),
            Source::File(path) => {
                let open = || {
                    let file = File::open(path)?;
                    let bytes = file.metadata()?.len();
                    Ok((Place::File(Arc::new(file)), bytes))
                };
                open().map_err(|source| IoError::Open { path: path.clone(), source })?
            }
            #[cfg(feature = "object-store")]
            Source::Object(url) => {
                let ranges = Ranges::open(url)?;
                let bytes = ranges.size();
                (Place::Object(Arc::new(ranges)), bytes)
            }
            #[cfg(not(feature = "object-store"))]
            Source::Object(url) => return Err(IoError::Remote { path: url.into() }),
        };
        Ok(Self { place, bytes, count: ByteCount::default() })
    }

    pub(super) fn count(&self) -> &ByteCount {
        &self.count
    }

    /// Says how many columns will be read side by side.
    #[cfg(feature = "object-store")]
    pub(super) fn shared_by(&self, columns: usize) {
        if let Place::Object(ranges) = &self.place {
            ranges.shared_by(columns);
        }
    }

    /// The fault of the store, where that and not the bytes made reading fail.
    pub(super) fn take_lost(&self) -> Option<io::Error> {
        match &self.place {
            Place::File(_) => None,
            #[cfg(feature = "object-store")]
            Place::Object(ranges) => ranges.take_lost(),
        }
    }

    fn beyond(&self, start: u64, length: usize) -> ParquetError {
        ParquetError::EOF(format!("{length} bytes at {start} of a file of {}", self.bytes))
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = Counted<Box<dyn Read>>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        if start > self.bytes {
            return Err(self.beyond(start, 0));
        }
        let inner: Box<dyn Read> = match &self.place {
            Place::File(file) => Box::new(file.get_read(start)?),
            #[cfg(feature = "object-store")]
            Place::Object(ranges) => Box::new(RangeReader::new(Arc::clone(ranges), start)),
        };
        Ok(Counted { inner, count: self.count.clone() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(self.beyond(start, length));
        }
        let mut bytes = Vec::with_capacity(length);
        self.get_read(start)?.take(length as u64).read_to_end(&mut bytes)?;
        // A file may have been cut since.
        if bytes.len() < length { Err(self.beyond(start, length)) } else { Ok(bytes.into()) }
    }
}

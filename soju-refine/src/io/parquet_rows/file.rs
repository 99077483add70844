//! The bytes of a Parquet file, at any place of it.

use std::fs::File;
use std::io::{self, Read};

use bytes::Bytes;
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};

use crate::io::ByteCount;

/// A file that says how much was read of it, and refuses what lies beyond its end before any memory is granted for it.
pub(super) struct Chunks {
    file: File,
    bytes: u64,
    count: ByteCount,
}

impl Chunks {
    pub(super) fn new(file: File, count: ByteCount) -> io::Result<Self> {
        let bytes = file.metadata()?.len();
        Ok(Self { file, bytes, count })
    }
}

impl Length for Chunks {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for Chunks {
    type T = Counted<<File as ChunkReader>::T>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        if start > self.bytes {
            return Err(beyond(start, 0, self.bytes));
        }
        Ok(Counted { inner: self.file.get_read(start)?, count: self.count.clone() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        if start.checked_add(length as u64).is_none_or(|end| end > self.bytes) {
            return Err(beyond(start, length, self.bytes));
        }
        self.count.add(length as u64);
        self.file.get_bytes(start, length)
    }
}

fn beyond(start: u64, length: usize, bytes: u64) -> ParquetError {
    ParquetError::EOF(format!("{length} bytes at {start} of a file of {bytes}"))
}

pub(super) struct Counted<R> {
    inner: R,
    count: ByteCount,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.add(n as u64);
        Ok(n)
    }
}

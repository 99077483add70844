//! The bytes of an input, decompressed.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::compression::SNIFF_BYTES;
use super::{Compression, Input, InputWarning, IoError, Source};

/// Bytes that were read from an input so far, before decompression. Clones count the same input and may
/// be looked at from any thread.
#[derive(Debug, Clone, Default)]
pub struct ByteCount(Arc<AtomicU64>);

impl ByteCount {
    /// The count at this moment.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts bytes that a reader took in by itself.
    pub fn add(&self, bytes: u64) {
        self.0.fetch_add(bytes, Ordering::Relaxed);
    }
}

struct Counted<R> {
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

/// The decompressed bytes of one input, in order.
///
/// Compression is told by content, not by name. Memory: two buffers of 128 KB, plus at most 128 MB for a
/// zstd window.
pub struct ByteStream {
    name: Arc<str>,
    source: Box<dyn BufRead + Send>,
    compression: Compression,
    warning: Option<InputWarning>,
    count: ByteCount,
}

impl ByteStream {
    /// Opens an input.
    ///
    /// # Errors
    /// When it can't be opened or read, and when it is of a kind that is not read here.
    pub fn open(input: &Input) -> Result<Self, IoError> {
        match &input.source {
            Source::Stdin => Self::from_read(Arc::clone(&input.name), io::stdin()),
            Source::File(path) => {
                let file = File::open(path).map_err(|source| IoError::Open { path: path.clone(), source })?;
                Self::from_read(Arc::clone(&input.name), file)
            }
        }
    }

    /// Reads from anything; `name` stands in positions and messages.
    ///
    /// # Errors
    /// As [`ByteStream::open`].
    pub fn from_read(name: Arc<str>, inner: impl Read + Send + 'static) -> Result<Self, IoError> {
        let fault = |source| IoError::Read { path: PathBuf::from(&*name), line: 0, source };
        let count = ByteCount::default();
        let mut raw = Counted { inner, count: count.clone() };
        let mut head = Vec::with_capacity(SNIFF_BYTES);
        (&mut raw).take(SNIFF_BYTES as u64).read_to_end(&mut head).map_err(fault)?;
        let compression = Compression::of_content(&name, &head)?;
        let warning = InputWarning::check(&name, &head, compression);
        let source = compression.decode(io::Cursor::new(head).chain(raw)).map_err(fault)?;
        Ok(Self { name, source, compression, warning, count })
    }

    /// The input's name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// How the input is compressed.
    pub fn compression(&self) -> Compression {
        self.compression
    }

    /// What is odd about the input, to be shown to the user.
    pub fn warning(&self) -> Option<&InputWarning> {
        self.warning.as_ref()
    }

    /// The count of bytes read before decompression, for a progress bar.
    pub fn bytes_read(&self) -> ByteCount {
        self.count.clone()
    }

    /// The error for a failed read: whether the system, the end of the file or bad data is at fault.
    /// `line` is the last line or record that was reached, 0 before the first.
    pub fn fault(&self, source: io::Error, line: u64) -> IoError {
        let (path, compression) = (PathBuf::from(&*self.name), self.compression);
        // What the system reports has a number; what a decompressor reports has none.
        if compression == Compression::None || source.raw_os_error().is_some() {
            IoError::Read { path, line, source }
        } else if source.kind() == io::ErrorKind::UnexpectedEof {
            IoError::CutShort { path, line, compression }
        } else {
            IoError::BadData { path, line, compression, source }
        }
    }
}

impl Read for ByteStream {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        self.source.read(buf)
    }
}

impl BufRead for ByteStream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.source.consume(amount);
    }
}

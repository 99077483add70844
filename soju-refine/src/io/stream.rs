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

/// A reader whose bytes are counted.
pub(super) struct Counted<R> {
    pub(super) inner: R,
    pub(super) count: ByteCount,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let n = self.inner.read(buf)?;
        self.count.add(n as u64);
        Ok(n)
    }
}

/// Bytes of the head that readers may look at before they read.
const PEEK_BYTES: usize = 64 << 10;
/// Compressed files that expand more than this, once they have given [`FREE_BYTES`], are bombs: text
/// compresses to a tenth, and deflate can't do more than 1032.
const MAX_EXPANSION: u64 = 1000;
/// What every file may expand to.
const FREE_BYTES: u64 = 1 << 30;

/// A file gives so much more than it holds that it can't be text.
#[derive(Debug, thiserror::Error)]
#[error("it expands more than {0} times")]
pub(super) struct Expands(u64);

/// The decompressed bytes of one input, in order.
///
/// Compression is told by content, not by name. Text in UTF-16 with a byte order mark comes out as UTF-8. A
/// file that has given a gigabyte and more than a thousand times its size ends in an error. Memory: three
/// buffers of at most 128 KB, plus at most 128 MB for the window of zstd or xz.
pub struct ByteStream {
    name: Arc<str>,
    source: Box<dyn BufRead + Send>,
    compression: Compression,
    warning: Option<InputWarning>,
    count: ByteCount,
    expanded: u64,
    head: Vec<u8>,
    at: usize,
    peeked: bool,
    /// Met behind the head.
    fault: Option<io::Error>,
    transcoded: Option<&'static str>,
}

impl ByteStream {
    /// Opens an input.
    ///
    /// # Errors
    /// When it can't be opened or read, and when it is of a kind that is not read here.
    pub fn open(input: &Input) -> Result<Self, IoError> {
        match &input.source {
            Source::Stdin => Self::from_read(Arc::clone(&input.name), io::stdin()),
            #[cfg(feature = "object-store")]
            Source::Object(url) => Self::from_read(Arc::clone(&input.name), super::objects::read(url)?),
            #[cfg(not(feature = "object-store"))]
            Source::Object(url) => Err(IoError::Remote { path: url.into() }),
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
        let mut stream = Self {
            name,
            source,
            compression,
            warning,
            count,
            expanded: 0,
            head: Vec::new(),
            at: 0,
            peeked: false,
            fault: None,
            transcoded: None,
        };
        stream.transcode();
        Ok(stream)
    }

    /// Puts a decoder in front of UTF-16.
    fn transcode(&mut self) {
        let encoding = match self.peek() {
            [0xff, 0xfe, ..] => encoding_rs::UTF_16LE,
            [0xfe, 0xff, ..] => encoding_rs::UTF_16BE,
            _ => return,
        };
        let empty: Box<dyn BufRead + Send> = Box::new(io::empty());
        let rest = std::mem::replace(&mut self.source, empty);
        let head = std::mem::take(&mut self.head);
        let fault = FailsOnce(self.fault.take());
        let whole = io::Cursor::new(head).chain(fault).chain(rest);
        let decoder = encoding_rs_io::DecodeReaderBytesBuilder::new().encoding(Some(encoding)).build(whole);
        self.source = Box::new(io::BufReader::new(decoder));
        self.peeked = false;
        self.transcoded = Some(encoding.name());
    }

    /// The encoding that the bytes had, where it was UTF-16.
    pub fn transcoded(&self) -> Option<&'static str> {
        self.transcoded
    }

    /// The first 64 KB at most, decompressed, without taking them out. Empty once reading has begun.
    pub fn peek(&mut self) -> &[u8] {
        if !std::mem::replace(&mut self.peeked, true) {
            let mut head = (&mut self.source).take(PEEK_BYTES as u64);
            self.fault = head.read_to_end(&mut self.head).err();
        }
        if self.at == 0 { &self.head } else { &[] }
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
        // What the system reports has a number, and what a store reports is a lost connection; what a decompressor
        // reports is neither.
        let lost = source.raw_os_error().is_some() || source.kind() == io::ErrorKind::ConnectionAborted;
        if source.get_ref().is_some_and(|inner| inner.is::<Expands>()) {
            IoError::Expands { path, line, times: MAX_EXPANSION }
        } else if compression == Compression::None || lost {
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
        let available = self.fill_buf()?;
        let n = available.len().min(buf.len());
        buf[..n].copy_from_slice(&available[..n]);
        self.consume(n);
        Ok(n)
    }
}

impl BufRead for ByteStream {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.peeked = true;
        if self.at < self.head.len() {
            return Ok(&self.head[self.at..]);
        }
        if let Some(fault) = self.fault.take() {
            return Err(fault);
        }
        let compressed = self.compression != Compression::None;
        if compressed && self.expanded > FREE_BYTES.max(self.count.get().saturating_mul(MAX_EXPANSION)) {
            return Err(io::Error::other(Expands(MAX_EXPANSION)));
        }
        self.source.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        self.expanded += amount as u64;
        if self.at < self.head.len() {
            self.at += amount;
        } else {
            self.source.consume(amount);
        }
    }
}

/// Gives an error, then nothing.
struct FailsOnce(Option<io::Error>);

impl Read for FailsOnce {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut stream: ByteStream) -> String {
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn utf16_comes_out_as_utf8() {
        let text = "{\"text\":\"가나다\"}\n".repeat(20_000);
        let mut little = vec![0xff, 0xfe];
        little.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
        let mut big = vec![0xfe, 0xff];
        big.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        for (bytes, name) in [(little, "UTF-16LE"), (big, "UTF-16BE")] {
            for bytes in [zstd::encode_all(&bytes[..], 1).unwrap(), bytes] {
                let stream = ByteStream::from_read("a".into(), io::Cursor::new(bytes)).unwrap();
                assert_eq!(stream.transcoded(), Some(name));
                assert!(all(stream) == text);
            }
        }
        let plain = ByteStream::from_read("a".into(), io::Cursor::new(text.clone())).unwrap();
        assert_eq!(plain.transcoded(), None);
        assert!(all(plain) == text);
    }

    #[test]
    fn the_head_is_seen_and_still_read() {
        let text = "가나다\n".repeat(30_000);
        let mut stream = ByteStream::from_read("a".into(), io::Cursor::new(text.clone())).unwrap();
        assert_eq!(stream.peek(), &text.as_bytes()[..64 << 10]);
        assert_eq!(stream.peek().len(), 64 << 10);
        stream.consume(3);
        assert!(stream.peek().is_empty());
        assert!(all(stream) == text["가".len()..]);
    }

    #[test]
    fn a_bomb_is_an_error_and_not_an_endless_read() {
        let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
        io::copy(&mut io::repeat(b' ').take(FREE_BYTES + (64 << 20)), &mut encoder).unwrap();
        let bomb = encoder.finish().unwrap();
        let mut stream = ByteStream::from_read("a.zst".into(), io::Cursor::new(bomb)).unwrap();
        let error = io::copy(&mut stream, &mut io::sink()).unwrap_err();
        let error = stream.fault(error, 7).to_string();
        assert!(error.starts_with("a.zst expands to more than 1000 times its size after line 7"), "{error}");
    }
}

//! Lines of a file, decompressed on the way, with bounded memory.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::record::EXCERPT_BYTES;
use super::{
    ByteCount, ByteStream, Compression, Input, InputWarning, IoError, Position, RejectKind, Rejection,
};

/// What [`LineReader::next_line`] put into the buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineStatus {
    /// A whole line.
    Complete,
    /// The first bytes of a line that is longer than the limit. The rest was skipped.
    TooLong {
        /// Length of the whole line.
        bytes: u64,
    },
    /// The start of a line whose rest can't be read. The next call says why.
    Truncated,
}

/// Reads the lines of one input.
///
/// Compression is told by content, not by name: gzip of any number of members, zstd of any number of
/// frames, or none. Line ends (LF or CRLF) and a byte order mark are taken off. Blank lines are no
/// records: they are passed over, but counted as lines.
///
/// Memory: twice the longest line that is allowed, plus at most 128 MB for a zstd window.
pub struct LineReader {
    source: ByteStream,
    max_line_bytes: usize,
    line: u64,
    state: State,
}

enum State {
    Reading,
    /// The start of a broken line has been delivered and this has not.
    Failed(IoError),
    Ended,
}

/// How a line ended.
enum End {
    Newline,
    Eof,
    Fault(io::Error),
}

impl LineReader {
    /// Opens an input. `max_line_bytes` is the longest line that is handed out, without its line feed.
    ///
    /// # Errors
    /// When it can't be opened or read, and when it is of a kind that is not read here.
    pub fn open(input: &Input, max_line_bytes: usize) -> Result<Self, IoError> {
        Ok(Self::new(ByteStream::open(input)?, max_line_bytes))
    }

    /// Reads the lines of a stream that is at its start.
    pub fn new(source: ByteStream, max_line_bytes: usize) -> Self {
        Self { source, max_line_bytes, line: 0, state: State::Reading }
    }

    /// Reads from anything; `name` stands in positions and messages.
    ///
    /// # Errors
    /// As [`LineReader::open`].
    pub fn from_read(
        name: Arc<str>,
        inner: impl Read + Send + 'static,
        max_line_bytes: usize,
    ) -> Result<Self, IoError> {
        Ok(Self::new(ByteStream::from_read(name, inner)?, max_line_bytes))
    }

    /// The encoding of an input at its start, as far as it can be told.
    pub fn guess_encoding(&mut self) -> EncodingGuess {
        EncodingGuess::of_stream(&mut self.source)
    }

    /// How the input is compressed.
    pub fn compression(&self) -> Compression {
        self.source.compression()
    }

    /// What is odd about the input, to be shown to the user.
    pub fn warning(&self) -> Option<&InputWarning> {
        self.source.warning()
    }

    /// The count of bytes read before decompression, for a progress bar.
    pub fn compressed_bytes_read(&self) -> ByteCount {
        self.source.bytes_read()
    }

    /// Number of the last line that was delivered or passed over, from 1; 0 before the first.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Where the last line stands.
    pub fn position(&self) -> Position {
        Position { file: Arc::clone(self.source.name()), line: self.line }
    }

    /// Reads the next line that is not blank into `buf`, in the place of what it held.
    ///
    /// None is the end. Of a line that is too long, `buf` holds the start.
    ///
    /// # Errors
    /// When the input can't be read, ends in the middle of compressed data, or its compressed data is
    /// bad. Everything that could be decompressed before has been delivered by then, the incomplete last
    /// line as [`LineStatus::Truncated`]. After an error the reader is at its end.
    pub fn next_line(&mut self, buf: &mut Vec<u8>) -> Result<Option<LineStatus>, IoError> {
        loop {
            let status = self.next_line_or_blank(buf)?;
            if status != Some(LineStatus::Complete) || !buf.trim_ascii_start().is_empty() {
                return Ok(status);
            }
        }
    }

    /// Reads the next line as [`LineReader::next_line`] does, blank ones too.
    ///
    /// # Errors
    /// As [`LineReader::next_line`].
    pub fn next_line_or_blank(&mut self, buf: &mut Vec<u8>) -> Result<Option<LineStatus>, IoError> {
        match std::mem::replace(&mut self.state, State::Ended) {
            State::Reading => {}
            State::Failed(error) => return Err(error),
            State::Ended => return Ok(None),
        }
        let complete = self.line;
        let (bytes, end) = self.read_line(buf);
        if bytes > 0 || matches!(end, End::Newline) {
            self.line += 1;
        }
        let mut status = LineStatus::Complete;
        match end {
            End::Newline => self.state = State::Reading,
            // The end of the last line is no line.
            End::Eof if bytes == 0 => return Ok(None),
            End::Eof => {}
            End::Fault(error) => {
                let error = self.source.fault(error, complete);
                if bytes == 0 {
                    return Err(error);
                }
                self.state = State::Failed(error);
                status = LineStatus::Truncated;
            }
        }
        if bytes > self.max_line_bytes as u64 {
            status = LineStatus::TooLong { bytes };
        }
        Ok(Some(status))
    }

    /// Passes over `n` lines without looking into them, blank ones counted, and says how many there were.
    /// After `line()` lines of the same input, the reader goes on where it was.
    ///
    /// # Errors
    /// As [`LineReader::next_line`].
    pub fn skip_lines(&mut self, n: u64) -> Result<u64, IoError> {
        let before = self.line;
        let mut partial = false;
        while self.line - before < n {
            let chunk = match self.source.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.state = State::Ended;
                    return Err(self.source.fault(error, self.line));
                }
            };
            if chunk.is_empty() {
                self.line += u64::from(partial);
                break;
            }
            let mut used = chunk.len();
            for at in memchr::memchr_iter(b'\n', chunk) {
                self.line += 1;
                if self.line - before == n {
                    used = at + 1;
                    break;
                }
            }
            partial = chunk[used - 1] != b'\n';
            self.source.consume(used);
        }
        Ok(self.line - before)
    }

    /// The rejection for a line that could not be handed out whole; none for [`LineStatus::Complete`].
    /// `start` is what [`LineReader::next_line`] left in the buffer.
    pub fn rejection(&self, status: LineStatus, start: &[u8]) -> Option<Rejection> {
        let (kind, message) = match status {
            LineStatus::Complete => return None,
            LineStatus::TooLong { bytes } => (
                RejectKind::LineTooLong,
                format!(
                    "line of {bytes} bytes; the limit is {}, raise input.max_line_bytes to keep such lines",
                    self.max_line_bytes
                ),
            ),
            LineStatus::Truncated => (
                RejectKind::Truncated,
                "the readable part of the file ends in the middle of this line".into(),
            ),
        };
        Some(Rejection::new(self.position(), kind, message, start))
    }

    /// Reads up to the next line feed; gives the bytes before it and how the line ended.
    fn read_line(&mut self, buf: &mut Vec<u8>) -> (u64, End) {
        buf.clear();
        let mut bytes = 0;
        let end = loop {
            let chunk = match self.source.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => break End::Fault(error),
            };
            if chunk.is_empty() {
                break End::Eof;
            }
            let newline = memchr::memchr(b'\n', chunk);
            let part = &chunk[..newline.unwrap_or(chunk.len())];
            bytes += part.len() as u64;
            if bytes <= self.max_line_bytes as u64 {
                buf.extend_from_slice(part);
            } else {
                let wanted = EXCERPT_BYTES.saturating_sub(buf.len());
                buf.extend_from_slice(&part[..part.len().min(wanted)]);
                buf.truncate(EXCERPT_BYTES);
            }
            let used = part.len() + usize::from(newline.is_some());
            self.source.consume(used);
            if newline.is_some() {
                break End::Newline;
            }
        };
        if bytes <= self.max_line_bytes as u64 && buf.last() == Some(&b'\r') {
            buf.pop();
        }
        if self.line == 0 && buf.starts_with(b"\xef\xbb\xbf") {
            buf.drain(..3);
        }
        (bytes, end)
    }
}

#[cfg(test)]
#[path = "lines_tests.rs"]
mod tests;

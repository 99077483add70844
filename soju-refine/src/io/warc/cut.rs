//! Cuts a WARC file into its records (ISO 28500:2017), whatever stands between them.
//!
//! A record says how long it is, and nothing else marks its end. A length is believed only if two line ends, the next record
//! or the end of the file follow; otherwise the record ends where the next line begins one.

use std::io::{self, BufRead};

use super::super::record::EXCERPT_BYTES;
use super::super::{ByteStream, IoError, RejectKind};
use super::header::{Header, body_at};

/// What every record begins with; the version follows.
const MAGIC: &[u8] = b"WARC/";
const BOUNDARY: &[u8] = b"\nWARC/";
/// Bytes of a header at most; at least, where records of that size are too long.
const HEADER_BYTES: usize = 64 << 10;
const MIN_HEADER_BYTES: usize = 4 << 10;
/// Bytes behind a record that are looked at to see that it ends there: its two line ends and the next one's beginning.
const AFTER_BYTES: usize = 16;
/// Bytes of a record that is too long which are shown, so that one may tell whether it would have been of use.
const START_BYTES: usize = 8 << 10;

/// What stands at one place of a file.
#[derive(Debug)]
pub(super) enum Cut {
    Record {
        header: Header,
        block: Vec<u8>,
    },
    /// A record longer than the limit: its length as it says, and how it begins.
    TooLong {
        header: Header,
        bytes: u64,
        start: Vec<u8>,
    },
    /// Bytes that are no record: why, and how they begin.
    Bad {
        kind: RejectKind,
        message: String,
        start: Vec<u8>,
    },
}

/// Hands out records in order. Memory: twice the longest record that is allowed.
pub(super) struct Cutter {
    stream: ByteStream,
    buffer: Vec<u8>,
    at: usize,
    max_bytes: usize,
    ended: bool,
    fault: Option<io::Error>,
    /// Bytes up to the next record belong to one that was handed out as bad.
    lost: bool,
    records: u64,
}

impl Cutter {
    pub(super) fn new(stream: ByteStream, max_bytes: usize) -> Self {
        Self {
            stream,
            buffer: Vec::new(),
            at: 0,
            max_bytes,
            ended: false,
            fault: None,
            lost: false,
            records: 0,
        }
    }

    pub(super) fn stream(&self) -> &ByteStream {
        &self.stream
    }

    /// What was handed out, of every kind.
    pub(super) fn records(&self) -> u64 {
        self.records
    }

    /// The next record, or what stands in the place of one.
    ///
    /// # Errors
    /// The rest can't be read. What came before has been handed out, and there is nothing behind it.
    pub(super) fn next(&mut self) -> Result<Option<Cut>, IoError> {
        self.skip_space();
        let lost = self.lost || !self.fill(MAGIC.len()).starts_with(MAGIC);
        if lost && let Some(bad) = self.resync() {
            return Ok(Some(bad));
        }
        if self.rest().is_empty() {
            return match self.fault.take() {
                Some(fault) => Err(self.stream.fault(fault, self.records)),
                None => Ok(None),
            };
        }
        self.records += 1;
        Ok(Some(self.record()))
    }

    fn record(&mut self) -> Cut {
        let Some(body) = self.header() else {
            let limit = self.header_limit();
            if self.rest().len() < limit {
                return self.truncated();
            }
            return self.bad(format!("the header of this record has more than {limit} bytes"), MAGIC.len());
        };
        let header = Header::parse(&self.rest()[..body]);
        let length = header.get("content-length").map(str::parse::<u64>);
        let Some(Ok(length)) = length else {
            return self.bad("this record has no content-length that is a number".to_owned(), body);
        };
        if length > self.max_bytes as u64 {
            self.at += body;
            let start = self.fill(START_BYTES);
            let start = start[..start.len().min(START_BYTES)].to_vec();
            self.skip_long(length);
            return Cut::TooLong { header, bytes: length, start };
        }
        // It fits the memory that was just granted.
        let end = body + length as usize;
        let found = self.fill(end + AFTER_BYTES);
        if found.len() >= end && is_end(&found[end..]) {
            let block = found[body..end].to_vec();
            self.at += end;
            return Cut::Record { header, block };
        }
        // With the line end before the block: it may be empty.
        match next_record(&found[body - 1..found.len().min(end + AFTER_BYTES)]) {
            Some(at) => {
                let bytes = at - 1;
                let message =
                    format!("content-length says {length}, but the next record begins after {bytes} bytes");
                self.bad(message, body + bytes)
            }
            None if found.len() < end => self.truncated(),
            None => self.bad(format!("content-length says {length}, but no record begins there"), end),
        }
    }

    /// A record up to `end` that can't be used. What may follow of it is passed over.
    fn bad(&mut self, message: String, end: usize) -> Cut {
        let start = self.excerpt();
        self.at += end.min(self.rest().len());
        self.lost = true;
        Cut::Bad { kind: RejectKind::BadRecord, message, start }
    }

    fn truncated(&mut self) -> Cut {
        let start = self.excerpt();
        self.at = self.buffer.len();
        let message = "the readable part of the file ends in the middle of this record".to_owned();
        Cut::Bad { kind: RejectKind::Truncated, message, start }
    }

    fn excerpt(&self) -> Vec<u8> {
        let rest = self.rest();
        rest[..rest.len().min(EXCERPT_BYTES)].to_vec()
    }

    fn header_limit(&self) -> usize {
        self.max_bytes.clamp(MIN_HEADER_BYTES, HEADER_BYTES)
    }

    /// Where the block of the record begins that the rest of the buffer begins with.
    fn header(&mut self) -> Option<usize> {
        let limit = self.header_limit();
        let mut searched = 0;
        loop {
            let found = self.fill(searched + 1);
            let found = &found[..found.len().min(limit)];
            if let Some(body) = body_at(found, searched.saturating_sub(2)) {
                return Some(body);
            }
            if found.len() == searched || found.len() == limit {
                return None;
            }
            searched = found.len();
        }
    }

    /// Passes over what is no record. It is handed out, unless it belongs to one that was.
    fn resync(&mut self) -> Option<Cut> {
        let lost = std::mem::take(&mut self.lost);
        self.fill(EXCERPT_BYTES);
        let start = self.excerpt();
        let bytes = self.skip_to_record(u64::MAX);
        if lost || bytes == 0 {
            return None;
        }
        self.records += 1;
        let message = format!("{bytes} bytes that are no WARC record");
        Some(Cut::Bad { kind: RejectKind::BadRecord, message, start })
    }

    /// Passes over the block of a long record: as much as it says, or to where another begins.
    fn skip_long(&mut self, length: u64) {
        self.skip_to_record(length);
        self.skip_space();
        self.lost = !self.fill(MAGIC.len()).starts_with(MAGIC);
    }

    /// Passes over bytes up to the next record, at most `limit` of them. Gives how many.
    fn skip_to_record(&mut self, limit: u64) -> u64 {
        let mut skipped = 0u64;
        // At the very place, too.
        if self.fill(MAGIC.len() + 1).starts_with(MAGIC) && is_version(&self.rest()[MAGIC.len()..]) {
            return 0;
        }
        loop {
            let found = self.fill(BOUNDARY.len() + 1);
            let left = usize::try_from(limit - skipped).unwrap_or(usize::MAX);
            let window = &found[..found.len().min(left)];
            if let Some(at) = next_record(window) {
                self.at += at;
                return skipped + at as u64;
            }
            // A beginning that is not whole yet stays.
            let bytes = window.len();
            let whole = bytes == left || self.ended;
            let step = if whole { bytes } else { bytes - BOUNDARY.len() };
            self.at += step;
            skipped += step as u64;
            if whole {
                return skipped;
            }
        }
    }

    fn skip_space(&mut self) {
        loop {
            let found = self.fill(1);
            let space = found.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let all = space == found.len();
            self.at += space;
            if !all || space == 0 {
                return;
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.at..]
    }

    /// What is there, `bytes` of it if the file has as many.
    fn fill(&mut self, bytes: usize) -> &[u8] {
        // Only when less is moved than was done with, or a file of wrong lengths would be moved again and again.
        if self.buffer.len() - self.at < bytes.min(self.at) {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        while self.buffer.len() - self.at < bytes && !self.ended {
            match self.stream.fill_buf() {
                Ok([]) => self.ended = true,
                Ok(chunk) => {
                    let n = chunk.len();
                    self.buffer.extend_from_slice(chunk);
                    self.stream.consume(n);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.fault = Some(error);
                    self.ended = true;
                }
            }
        }
        self.rest()
    }
}

/// Whether a record may end in front of these bytes: its two line ends follow, or another record, or nothing.
fn is_end(after: &[u8]) -> bool {
    if after.starts_with(b"\r\n\r\n") {
        return true;
    }
    let next = after.trim_ascii_start();
    let n = next.len().min(MAGIC.len());
    next[..n] == MAGIC[..n]
}

/// Where the first line begins that begins a record.
fn next_record(bytes: &[u8]) -> Option<usize> {
    memchr::memmem::find_iter(bytes, BOUNDARY)
        .map(|at| at + 1)
        .find(|at| is_version(&bytes[at + MAGIC.len()..]))
}

fn is_version(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(u8::is_ascii_digit)
}

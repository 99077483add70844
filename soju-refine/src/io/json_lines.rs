//! Reads inputs with a JSON object per line.

use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::format::json_record;
use super::mapping::Mapping;
use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::{ByteCount, ByteStream, InputWarning, IoError, LineReader, Position, Record, Rejection};

/// A JSON object per line. A place is a number of lines, blank ones counted.
pub struct JsonLines {
    lines: LineReader,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
    warnings: Vec<InputWarning>,
}

impl JsonLines {
    /// Reads a stream that is at its start.
    pub fn new(stream: ByteStream, options: &ReadOptions) -> Self {
        let mut lines = LineReader::new(stream, options.max_record_bytes);
        let warnings = lines.warning().cloned().into_iter().collect();
        let guess = lines.guess_encoding();
        Self { lines, mapping: Arc::new(options.mapping(None)), guess, warnings }
    }
}

impl Reader for JsonLines {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        let mut bytes = Vec::new();
        let Some(status) = self.lines.next_line(&mut bytes)? else { return Ok(None) };
        if let Some(rejection) = self.lines.rejection(status, &bytes) {
            return Ok(Some(Raw::Rejected(rejection)));
        }
        let (position, mapping) = (self.lines.position(), Arc::clone(&self.mapping));
        Ok(Some(Raw::Record(Box::new(JsonRecord { bytes, position, mapping, guess: self.guess }))))
    }

    fn done(&self) -> u64 {
        self.lines.line()
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        self.lines.skip_lines(done).map(drop)
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.lines.compressed_bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

/// A JSON object, still as bytes.
#[derive(Debug)]
pub(super) struct JsonRecord {
    pub(super) bytes: Vec<u8>,
    pub(super) position: Position,
    pub(super) mapping: Arc<Mapping>,
    pub(super) guess: EncodingGuess,
}

impl RawRecord for JsonRecord {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.bytes.len()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        json_record(&self.bytes, self.position, &self.mapping, self.guess)
    }
}

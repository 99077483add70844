//! Reads inputs with a JSON object per line.

use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::{
    ByteCount, Format, Input, InputWarning, IoError, LineReader, LineStatus, Position, Record, Rejection,
};

/// A JSON object per line. A place is a number of lines, blank ones counted.
pub struct JsonLines {
    lines: LineReader,
    format: Format,
    warnings: Vec<InputWarning>,
}

impl JsonLines {
    /// Opens an input.
    ///
    /// # Errors
    /// As [`LineReader::open`].
    pub fn open(input: &Input, options: &ReadOptions) -> Result<Self, IoError> {
        Ok(Self::new(LineReader::open(input, options.max_record_bytes)?, options))
    }

    /// Reads what the line reader gives.
    pub fn new(lines: LineReader, options: &ReadOptions) -> Self {
        let format = match &options.text_field {
            Some(text_field) => Format::Jsonl { text_field: text_field.clone() },
            None => Format::Auto,
        };
        let warnings = lines.warning().cloned().into_iter().collect();
        Self { lines, format, warnings }
    }
}

impl Reader for JsonLines {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        let mut line = Vec::new();
        let Some(status) = self.lines.next_line(&mut line)? else { return Ok(None) };
        Ok(Some(match self.lines.rejection(status, &line) {
            Some(rejection) => Raw::Rejected(rejection),
            None => {
                debug_assert_eq!(status, LineStatus::Complete);
                let (position, format) = (self.lines.position(), self.format.clone());
                Raw::Record(Box::new(JsonLine { line, position, format }))
            }
        }))
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

#[derive(Debug)]
struct JsonLine {
    line: Vec<u8>,
    position: Position,
    format: Format,
}

impl RawRecord for JsonLine {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.line.len()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        self.format.parse(&self.line, self.position)
    }
}

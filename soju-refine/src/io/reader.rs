//! The seam that all formats are read through.
//!
//! A [`Reader`] runs on the one reading thread and only cuts an input into raw records; what costs time
//! is done in [`RawRecord::parse`], on any thread. [`open`] chooses the reader of an input.

use std::fmt;
use std::sync::Arc;

use super::json_lines::JsonLines;
use super::{ByteCount, Input, InputWarning, IoError, Layout, Position, Record, Rejection};

/// Reads the raw records of one input, in order, with memory bounded by the longest record that is allowed.
pub trait Reader: Send {
    /// The next record; none at the end.
    ///
    /// # Errors
    /// When the rest of the input can't be read. Everything before has been delivered by then, and the
    /// reader is at its end.
    fn next_record(&mut self) -> Result<Option<Raw>, IoError>;

    /// Where the input goes on after what was delivered, in a unit of the reader's own (lines, rows,
    /// records); 0 at the start. The journal keeps it, and every record moves it on.
    fn done(&self) -> u64;

    /// Passes over what an earlier reader of the same input had delivered when its [`Reader::done`] gave
    /// this number. Called once at most, before the first record.
    ///
    /// # Errors
    /// As [`Reader::next_record`].
    fn skip_to(&mut self, done: u64) -> Result<(), IoError>;

    /// The count of bytes read before decompression, for a progress bar.
    fn compressed_bytes_read(&self) -> ByteCount;

    /// What is odd about the input and was noticed since the last call. Asked for before the first record and after the last.
    fn take_warnings(&mut self) -> Vec<InputWarning>;
}

/// What stands at one place of an input.
#[derive(Debug)]
pub enum Raw {
    /// A record to parse.
    Record(Box<dyn RawRecord>),
    /// One that could not be read whole.
    Rejected(Rejection),
}

/// A record as it was cut out of an input. It becomes one [`Record`] or one [`Rejection`].
pub trait RawRecord: Send + fmt::Debug {
    /// Where it stands.
    fn position(&self) -> &Position;

    /// What it takes in memory, about, in bytes.
    fn size(&self) -> usize;

    /// Makes a record of it. The outcome depends on the record and the reader's options alone.
    ///
    /// # Errors
    /// A [`Rejection`] that quotes the record and names its position, for the rejects file.
    fn parse(self: Box<Self>) -> Result<Record, Rejection>;
}

/// How inputs are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The layout of every input; none chooses by name and content.
    pub layout: Option<Layout>,
    /// The field that holds the text; none is that of the layout.
    pub text_field: Option<Arc<str>>,
    /// Records of more bytes than this are rejected. They never are in memory whole.
    pub max_record_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { layout: None, text_field: None, max_record_bytes: 64 << 20 }
    }
}

/// Opens an input with the reader that its layout needs.
///
/// # Errors
/// When it can't be opened, and when it is of a kind that is not read here.
pub fn open(input: &Input, options: &ReadOptions) -> Result<Box<dyn Reader>, IoError> {
    let layout = options.layout.or_else(|| Layout::of_name(&input.name)).unwrap_or(Layout::JsonLines);
    match layout {
        Layout::JsonLines => Ok(Box::new(JsonLines::open(input, options)?)),
    }
}

//! One record of a corpus, and one that could not be read.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Where a record stands in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The input file as the user named it, or `-` for standard input.
    pub file: Arc<str>,
    /// Line in the decompressed file, counted from 1; in a layout that knows no lines the number of the record.
    pub line: u64,
}

impl std::fmt::Display for Position {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// A record as it was read: the text decoded, everything else byte for byte.
#[derive(Debug, Clone)]
pub struct Record {
    /// Where it stands.
    pub position: Position,
    /// The corpus's own identifier where it has one.
    pub id: Option<String>,
    /// The text. Lone surrogates of its JSON string have become U+FFFD.
    pub text: String,
    /// The name of the field that holds the text.
    pub text_field: Arc<str>,
    /// Every field in its order, the text included, each value as its original JSON.
    pub fields: Vec<(String, Box<RawValue>)>,
    /// What reading had to do to get at the text.
    pub reading: Reading,
}

/// What reading did to a record, beside cutting and decoding it as its layout says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Reading {
    /// The corpus or layout, where the reader knows it, such as `nsmc`.
    #[serde(skip)]
    pub schema: Option<&'static str>,
    /// The encoding of the bytes, by its name in the Encoding Standard, where it was not UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoding: Option<&'static str>,
    /// What was repaired in the text, in this order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub repairs: Vec<&'static str>,
}

impl Reading {
    /// Whether the text is that of the input, as it stands there.
    pub fn is_plain(&self) -> bool {
        self.encoding.is_none() && self.repairs.is_empty()
    }
}

/// Why a record was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectKind {
    /// The line is not JSON, or not a JSON object.
    BadJson,
    /// The line is not UTF-8.
    InvalidUtf8,
    /// The object has no field for the text, or it is not a string.
    MissingText,
    /// The text is empty or white space.
    EmptyText,
    /// The line is longer than the limit.
    LineTooLong,
    /// The file ends in the middle of this line.
    Truncated,
    /// A row of a table has more or fewer columns than the others.
    BadRow,
    /// A WARC record says nothing or something wrong of its length or type.
    BadRecord,
    /// What a WARC record holds is no HTTP response, or is compressed in a way that is not read.
    BadResponse,
}

/// A record that could not be read. It goes to the rejects file and the job goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rejection {
    /// Where it stands.
    #[serde(flatten)]
    pub position: Position,
    /// The kind of fault.
    pub reason: RejectKind,
    /// The fault in words, with the remedy where there is one.
    pub message: String,
    /// The first 200 bytes of the line at most, bad UTF-8 replaced.
    pub excerpt: String,
}

/// Bytes of a line that a rejection quotes.
pub(super) const EXCERPT_BYTES: usize = 200;

impl Rejection {
    /// A rejection that quotes the start of `line`.
    pub fn new(position: Position, reason: RejectKind, message: impl Into<String>, line: &[u8]) -> Self {
        let mut head = &line[..line.len().min(EXCERPT_BYTES)];
        // A character cut in two by the limit is left out; one that was broken before stays visible.
        if let Err(error) = std::str::from_utf8(head)
            && error.error_len().is_none()
            && head.len() < line.len()
        {
            head = &head[..error.valid_up_to()];
        }
        let excerpt = String::from_utf8_lossy(head).into_owned();
        Self { position, reason, message: message.into(), excerpt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excerpt(line: &[u8]) -> String {
        Rejection::new(Position { file: "f".into(), line: 1 }, RejectKind::BadJson, "m", line).excerpt
    }

    #[test]
    fn an_excerpt_ends_on_a_character_and_shows_bad_bytes() {
        assert_eq!(excerpt("\u{ac00}".repeat(100).as_bytes()), "\u{ac00}".repeat(66));
        assert_eq!(excerpt(b"ab\xffcd\xea"), "ab\u{fffd}cd\u{fffd}");
        assert_eq!(excerpt(b""), "");
    }

    #[test]
    fn a_rejection_is_one_flat_json_object() {
        let rejection =
            Rejection::new(Position { file: "f".into(), line: 3 }, RejectKind::LineTooLong, "m", b"x");
        let json = serde_json::to_string(&rejection).unwrap();
        assert_eq!(json, r#"{"file":"f","line":3,"reason":"line_too_long","message":"m","excerpt":"x"}"#);
        assert_eq!(serde_json::from_str::<Rejection>(&json).unwrap(), rejection);
    }
}

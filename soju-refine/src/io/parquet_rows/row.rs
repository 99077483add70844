//! A row as a record.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use arrow_json::writer::{EncoderOptions, make_encoder};
use serde_json::value::RawValue;

use crate::io::reader::RawRecord;
use crate::io::{Mapping, Position, Reading, Record, RejectKind, Rejection};

/// Members of a record, each as JSON.
type Fields = Vec<(String, Box<RawValue>)>;

/// A row of a batch.
pub(super) struct Row {
    pub(super) batch: Arc<RecordBatch>,
    pub(super) index: usize,
    pub(super) position: Position,
    pub(super) text_field: Arc<str>,
    /// The column of the text, which holds bytes.
    pub(super) text: usize,
    pub(super) max_bytes: usize,
    pub(super) mapping: Arc<Mapping>,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.position)
    }
}

impl Row {
    /// The bytes of the text; none for null.
    fn bytes(&self) -> Option<&[u8]> {
        let column = self.batch.column(self.text).as_binary_view();
        column.is_valid(self.index).then(|| column.value(self.index))
    }

    fn read(&self) -> Result<Record, (RejectKind, String)> {
        let name = &self.text_field;
        let Some(bytes) = self.bytes() else {
            return Err((RejectKind::MissingText, format!("`{name}` is null, not a string")));
        };
        if bytes.len() > self.max_bytes {
            let (bytes, limit) = (bytes.len(), self.max_bytes);
            let message = format!(
                "text of {bytes} bytes; the limit is {limit}, raise input.max_line_bytes to keep such rows"
            );
            return Err((RejectKind::LineTooLong, message));
        }
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let at = error.valid_up_to();
            (RejectKind::InvalidUtf8, format!("`{name}` is not UTF-8 at byte {at} (0x{:02X})", bytes[at]))
        })?;
        if text.trim().is_empty() {
            return Err((RejectKind::EmptyText, format!("`{name}` is empty")));
        }
        let fields = self.fields(text)?;
        let id = fields.iter().find(|(name, _)| *name == self.mapping.id);
        let id = id.and_then(|(_, value)| identifier(value));
        let mut reading = Reading { schema: self.mapping.schema, ..Reading::default() };
        let text = self.mapping.repaired(text.to_owned(), &mut reading);
        Ok(Record {
            position: self.position.clone(),
            id,
            text,
            text_field: Arc::clone(name),
            fields,
            reading,
        })
    }

    /// Every column as JSON.
    fn fields(&self, text: &str) -> Result<Fields, (RejectKind, String)> {
        let options = EncoderOptions::default().with_explicit_nulls(true);
        let schema = self.batch.schema_ref();
        let mut fields = Vec::with_capacity(schema.fields().len());
        let mut bytes = 0;
        for (i, (field, column)) in schema.fields().iter().zip(self.batch.columns()).enumerate() {
            let bad =
                |what: String| (RejectKind::BadJson, format!("`{}` can't become JSON: {what}", field.name()));
            let json = if i == self.text {
                serde_json::to_string(text).map_err(|e| bad(e.to_string()))?
            } else {
                let mut encoder = make_encoder(field, column, &options).map_err(|e| bad(e.to_string()))?;
                let mut json = Vec::new();
                if encoder.is_null(self.index) {
                    json.extend_from_slice(b"null");
                } else {
                    encoder.encode(self.index, &mut json);
                }
                String::from_utf8(json).map_err(|e| bad(e.to_string()))?
            };
            bytes += json.len();
            if i != self.text && bytes > self.max_bytes.saturating_mul(2) {
                let limit = self.max_bytes;
                let message = format!(
                    "a row of more than {bytes} bytes; the limit is {limit}, raise input.max_line_bytes to keep such rows"
                );
                return Err((RejectKind::LineTooLong, message));
            }
            let value = RawValue::from_string(json).map_err(|e| bad(e.to_string()))?;
            fields.push((field.name().clone(), value));
        }
        Ok(fields)
    }
}

/// A string or a number.
fn identifier(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'-' | b'0'..=b'9' => Some(value.get().to_owned()),
        b'"' => serde_json::from_str(value.get()).ok(),
        _ => None,
    }
}

impl RawRecord for Row {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.bytes().map_or(0, <[u8]>::len) + 16 * self.batch.num_columns()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        // The libraries check what they decode, but not to the last value of each type.
        let read = catch_unwind(AssertUnwindSafe(|| self.read())).unwrap_or_else(|panic| {
            Err((RejectKind::BadJson, format!("a value can't be read: {}", super::panic_message(&*panic))))
        });
        read.map_err(|(kind, message)| {
            Rejection::new(self.position.clone(), kind, message, self.bytes().unwrap_or_default())
        })
    }
}

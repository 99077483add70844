//! A record as a job wrote it.

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::ExplainError;
use crate::io::serialize::SOJU_FIELD;
use crate::io::{Position, Record};
use crate::job::EditNote;
use crate::pipeline::Reason;

/// The `soju` object of a record.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct WrittenNote {
    /// The version of soju that wrote it.
    pub version: String,
    /// `keep` or `drop`.
    pub verdict: String,
    /// Who settled it: `rules`, `dedup`, `judge`.
    pub decided_by: String,
    /// Why it fell.
    #[serde(default)]
    pub reason: Option<Reason>,
    /// What was measured.
    #[serde(default, deserialize_with = "scores")]
    pub scores: Map<String, Value>,
    /// Where it stood in the input.
    pub source: Position,
    /// What reading did to the text: encoding and repairs.
    #[serde(default)]
    pub reading: Option<Value>,
    /// What was cut and replaced.
    pub edits: Vec<EditNote<'static>>,
    /// The record that stays for this one.
    #[serde(default)]
    pub duplicate_of: Option<Value>,
    /// What an earlier job had written there.
    #[serde(default)]
    pub earlier: Option<Value>,
}

/// An object, or in Parquet its text or nothing.
fn scores<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map<String, Value>, D::Error> {
    let mut scores = match Value::deserialize(deserializer)? {
        Value::Object(scores) => scores,
        Value::String(text) => serde_json::from_str(&text).map_err(serde::de::Error::custom)?,
        _ => Map::new(),
    };
    scores.retain(|_, score| !score.is_null());
    Ok(scores)
}

/// A record of a job's output.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// Which one it is of the kept or of the dropped ones, counted from 1.
    pub number: u64,
    /// Where it stands in the output.
    pub position: Position,
    /// The corpus's own identifier.
    pub id: Option<String>,
    /// Whether the record is among the kept ones.
    pub kept: bool,
    /// The clean text of a kept record, the original text of a dropped one.
    pub text: String,
    /// What is on record.
    pub note: WrittenNote,
}

impl Written {
    pub(super) fn of(record: &Record, number: u64, kept: bool) -> Result<Self, ExplainError> {
        let field =
            |name: &str| record.fields.iter().rev().find(|(n, _)| n == name).map(|(_, value)| &**value);
        let no_record =
            |message: String| ExplainError::NoRecord { position: record.position.to_string(), message };
        let note = field(SOJU_FIELD).ok_or_else(|| no_record(format!("it has no field `{SOJU_FIELD}`")))?;
        let note = serde_json::from_str(note.get())
            .map_err(|error| no_record(format!("its field `{SOJU_FIELD}` can't be read: {error}")))?;
        // Not the text as a reader would repair it.
        let text = field(&record.text_field).and_then(string).unwrap_or_else(|| record.text.clone());
        Ok(Self { number, position: record.position.clone(), id: record.id.clone(), kept, text, note })
    }
}

fn string(value: &RawValue) -> Option<String> {
    serde_json::from_str(value.get()).ok()
}

//! From the fields of a record to the record: which of them hold its text and its identifier.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::json_object::{MAX_DEPTH, is_deeper_than, lossy_string};
use super::mojibake;
use super::{Position, Reading, Record, RejectKind};

/// Names with values, each as its JSON.
pub type Fields = Vec<(String, Box<RawValue>)>;

/// The field that a text takes which no single field held.
const TEXT: &str = "text";
/// Names of fields that an error message lists at most.
const LISTED_FIELDS: usize = 20;

/// What holds a record's text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TextField {
    /// `text`, or in a record without one what the corpus has that its fields give away.
    #[default]
    Auto,
    /// One field.
    Named(Arc<str>),
    /// Several, joined by line feeds under the name `text`. What was joined is no longer a field of its
    /// own: it would go out uncleaned beside the clean text.
    Joined(Arc<[Arc<str>]>),
}

impl TextField {
    /// A name, or several with commas between.
    pub fn named(names: &str) -> Self {
        match names.split(',').collect::<Vec<_>>().as_slice() {
            [one] => Self::Named((*one).into()),
            several => Self::Joined(several.iter().map(|name| Arc::from(*name)).collect()),
        }
    }
}

/// How the fields of a layout or corpus make a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// What holds the text: a string, or an array of strings, which become its lines.
    pub text: TextField,
    /// The field of the identifier.
    pub id: Cow<'static, str>,
    /// What the report calls the records; none tells it by their fields.
    pub schema: Option<&'static str>,
    /// Whether `\n` in the text, a backslash and a letter, stands for a line feed.
    pub newline_escapes: bool,
}

impl Default for Mapping {
    fn default() -> Self {
        Self { text: TextField::Auto, id: "id".into(), schema: None, newline_escapes: false }
    }
}

impl Mapping {
    /// A text in the field that is named so.
    pub fn named(text_field: &str) -> Self {
        Self { text: TextField::named(text_field), ..Self::default() }
    }

    /// Makes a record. Where a field stands twice, the last counts, as in Python and JavaScript.
    ///
    /// # Errors
    /// There is no text, or a value is nested more than 126 deep: the kind and the words of a rejection.
    pub fn record(&self, position: Position, fields: Fields) -> Result<Record, (RejectKind, String)> {
        self.with_reading(position, fields, Reading::default())
    }

    pub(super) fn with_reading(
        &self,
        position: Position,
        mut fields: Fields,
        mut reading: Reading,
    ) -> Result<Record, (RejectKind, String)> {
        if let Some((name, _)) = fields.iter().find(|(_, value)| is_deeper_than(value, MAX_DEPTH)) {
            let message = format!("`{}` is nested more than {MAX_DEPTH} deep", short(name));
            return Err((RejectKind::BadJson, message));
        }
        let (text_field, text) = match &self.text {
            TextField::Auto => {
                let name = auto_field(&fields);
                (name.into(), text_of(&fields, name)?)
            }
            TextField::Named(name) => (Arc::clone(name), text_of(&fields, name)?),
            TextField::Joined(names) => (TEXT.into(), join(&mut fields, names)?),
        };
        if text.trim().is_empty() {
            return Err((RejectKind::EmptyText, format!("`{text_field}` is empty")));
        }
        let id = last(&fields, &self.id).and_then(|value| match value.get().as_bytes()[0] {
            b'-' | b'0'..=b'9' => Some(value.get().to_owned()),
            _ => lossy_string(value),
        });
        reading.schema = reading.schema.or(self.schema);
        let text = self.repaired(text, &mut reading);
        Ok(Record { position, id, text, text_field, fields, reading })
    }

    /// The text with written line feeds and mojibake undone, which goes on record.
    pub(super) fn repaired(&self, mut text: String, reading: &mut Reading) -> String {
        if self.newline_escapes && text.contains("\\n") {
            text = text.replace("\\n", "\n");
            reading.repairs.push("newline_escapes");
        }
        if let Some(repaired) = mojibake::repair(&text) {
            reading.repairs.extend(repaired.repairs);
            text = repaired.text;
        }
        text
    }
}

/// The field of the text in a record that nobody has said anything about.
fn auto_field(fields: &Fields) -> &'static str {
    let has = |name: &str| fields.iter().any(|(n, _)| n == name);
    // OSCAR 22.01 and later, and the petitions to the Blue House.
    if !has(TEXT) && has("content") && (has("warc_headers") || has("petition_idx")) {
        return "content";
    }
    TEXT
}

fn text_of(fields: &Fields, name: &str) -> Result<String, (RejectKind, String)> {
    let Some(value) = last(fields, name) else {
        return Err((RejectKind::MissingText, no_text(fields, name)));
    };
    string_of(value)
        .ok_or_else(|| (RejectKind::MissingText, format!("`{name}` is {}, not a string", kind_of(value))))
}

/// A string, or strings as lines.
fn string_of(value: &RawValue) -> Option<String> {
    if !value.get().starts_with('[') {
        return lossy_string(value);
    }
    let lines: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
    Some(lines.into_iter().map(lossy_string).collect::<Option<Vec<_>>>()?.join("\n"))
}

/// Takes the named fields out and puts their text in the place of the first.
fn join(fields: &mut Fields, names: &[Arc<str>]) -> Result<String, (RejectKind, String)> {
    let mut parts = Vec::new();
    for name in names {
        parts.push(text_of(fields, name)?);
    }
    let is_part = |name: &str| names.iter().any(|n| **n == *name);
    let at = fields.iter().position(|(name, _)| is_part(name)).unwrap_or_default();
    let text = parts.join("\n");
    let value = serde_json::value::to_raw_value(&text)
        .map_err(|error| (RejectKind::MissingText, error.to_string()))?;
    fields.retain(|(name, _)| !is_part(name) && name != TEXT);
    fields.insert(at.min(fields.len()), (TEXT.to_owned(), value));
    Ok(text)
}

pub(super) fn no_text(fields: &Fields, name: &str) -> String {
    if fields.is_empty() {
        return format!("no field `{name}`; the object is empty");
    }
    let names = list_names(fields.iter().map(|(name, _)| name.as_str()));
    format!("no field `{name}`; there are {names}: name the right one with --text-field")
}

/// Names for a message, not too many of them.
pub(super) fn list_names<'a>(names: impl ExactSizeIterator<Item = &'a str>) -> String {
    let more = names.len().saturating_sub(LISTED_FIELDS);
    let mut listed: Vec<_> = names.take(LISTED_FIELDS).map(|name| format!("`{}`", short(name))).collect();
    if more > 0 {
        listed.push(format!("and {more} more"));
    }
    listed.join(", ")
}

/// The value that counts where a name stands more than once.
fn last<'a>(fields: &'a Fields, name: &str) -> Option<&'a RawValue> {
    fields.iter().rev().find(|(n, _)| n == name).map(|(_, value)| &**value)
}

/// A name fit for a message.
fn short(name: &str) -> String {
    let mut text: String = name.chars().take(40).flat_map(char::escape_debug).collect();
    if name.chars().nth(40).is_some() {
        text.push('…');
    }
    text
}

fn kind_of(value: &RawValue) -> &'static str {
    match value.get().as_bytes()[0] {
        b'{' => "an object",
        b'[' => "an array that holds something else than strings",
        b'"' => "a string",
        b't' | b'f' => "true or false",
        b'n' => "null",
        _ => "a number",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        super::super::json_object::fields(json).unwrap()
    }

    fn record(mapping: &Mapping, json: &str) -> Result<Record, (RejectKind, String)> {
        mapping.record(Position { file: "f".into(), line: 1 }, fields(json))
    }

    fn names(record: &Record) -> Vec<&str> {
        record.fields.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_corpus_is_known_by_its_fields() {
        let oscar = r#"{"content":"가","warc_headers":{},"metadata":{}}"#;
        let record = record(&Mapping::default(), oscar).unwrap();
        assert_eq!((record.text.as_str(), &*record.text_field), ("가", "content"));
        let bare = super::tests::record(&Mapping::default(), r#"{"content":"가"}"#).unwrap_err();
        assert_eq!(bare.0, RejectKind::MissingText);
        let both = r#"{"content":"가","warc_headers":{},"text":"나"}"#;
        assert_eq!(super::tests::record(&Mapping::default(), both).unwrap().text, "나");
    }

    #[test]
    fn several_fields_become_one_text_and_leave() {
        let mapping = Mapping::named("premise,hypothesis");
        let json = r#"{"guid":1,"premise":"가","label":0,"hypothesis":"나","text":"old"}"#;
        let record = record(&mapping, json).unwrap();
        assert_eq!((record.text.as_str(), &*record.text_field), ("가\n나", "text"));
        assert_eq!(names(&record), ["guid", "text", "label"]);
        assert_eq!(record.fields[1].1.get(), r#""가\n나""#);
        let (kind, message) = super::tests::record(&mapping, r#"{"premise":"가"}"#).unwrap_err();
        assert_eq!(kind, RejectKind::MissingText);
        assert!(message.starts_with("no field `hypothesis`; there are `premise`"), "{message}");
    }

    #[test]
    fn strings_in_an_array_are_lines() {
        let mapping = Mapping::named("sentences");
        let lines = record(&mapping, r#"{"sentences":["가.","\ud800","나."]}"#).unwrap();
        assert_eq!(lines.text, "가.\n\u{fffd}\n나.");
        assert_eq!(record(&mapping, r#"{"sentences":[]}"#).unwrap_err().0, RejectKind::EmptyText);
        let (_, message) = record(&mapping, r#"{"sentences":["가",1]}"#).unwrap_err();
        assert_eq!(message, "`sentences` is an array that holds something else than strings, not a string");
    }

    #[test]
    fn written_line_feeds_are_undone_where_the_corpus_has_them() {
        let json = r#"{"text":"가\\n나"}"#;
        let mapping = Mapping { newline_escapes: true, ..Mapping::default() };
        let undone = record(&mapping, json).unwrap();
        assert_eq!((undone.text.as_str(), undone.reading.repairs), ("가\n나", vec!["newline_escapes"]));
        let kept = record(&Mapping::default(), json).unwrap();
        assert_eq!(kept.text, "가\\n나");
        assert!(kept.reading.is_plain());
    }
}

//! The fields of many records and their kinds.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::Record;
use super::kind::{Kind, merge_members};
use super::serialize::SOJU_FIELD;

/// Fields that are told apart. What has more has no schema.
const MAX_FIELDS: usize = 256;

/// The fields of written records by their first appearance, each with the kind of its values.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FieldKinds {
    /// Name and kind of each.
    pub fields: Vec<(String, Kind)>,
    /// Whether there were more fields than are told apart.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overflow: bool,
}

impl FieldKinds {
    /// Whether no record was seen.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && !self.overflow
    }

    /// Takes in a record as it is written: its text is a string, `soju` stands in the place of a field of that name.
    pub fn observe(&mut self, record: &Record, soju: &RawValue) {
        for (name, value) in record.fields.iter().filter(|(name, _)| name != SOJU_FIELD) {
            let kind =
                if *name == *record.text_field { Kind::String } else { Kind::of(value).unwrap_or_default() };
            self.add(name, kind);
        }
        self.add(SOJU_FIELD, Kind::of(soju).unwrap_or_default());
    }

    /// Takes in the fields of other records.
    pub fn merge(&mut self, other: &Self) {
        merge_members(&mut self.fields, other.fields.clone());
        self.overflow |= other.overflow || self.fields.len() > MAX_FIELDS;
        self.fields.truncate(MAX_FIELDS);
    }

    fn add(&mut self, name: &str, kind: Kind) {
        match self.fields.iter().position(|(known, _)| known == name) {
            Some(i) => self.fields[i].1.merge(kind),
            None if self.fields.len() < MAX_FIELDS => self.fields.push((name.to_owned(), kind)),
            None => self.overflow = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::value::to_raw_value;

    use super::*;
    use crate::io::{Format, Position};

    fn observe(lines: &[String]) -> FieldKinds {
        let mut fields = FieldKinds::default();
        for line in lines {
            let record = Format::Auto.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap();
            fields.observe(&record, &to_raw_value(&serde_json::json!({"edits": []})).unwrap());
        }
        fields
    }

    #[test]
    fn parts_merge_to_the_whole() {
        let lines = [
            r#"{"id":1,"text":"가","soju":5}"#.to_owned(),
            r#"{"id":"a","text":"나"}"#.to_owned(),
            r#"{"id":2,"text":"다","n":[0.5],"bad":"\ud800"}"#.to_owned(),
        ];
        let whole = observe(&lines);
        let expected = [
            ("id", Kind::Mixed),
            ("text", Kind::String),
            ("soju", Kind::object([("edits", Kind::list(Kind::Null))])),
            ("n", Kind::list(Kind::Float)),
            ("bad", Kind::Null),
        ];
        assert_eq!(whole.fields, expected.map(|(name, kind)| (name.to_owned(), kind)));
        for cut in 0..=lines.len() {
            let mut parts = observe(&lines[..cut]);
            parts.merge(&observe(&lines[cut..]));
            assert_eq!(parts, whole);
        }
        let text = serde_json::to_string(&whole).unwrap();
        assert_eq!(serde_json::from_str::<FieldKinds>(&text).unwrap(), whole);
    }

    #[test]
    fn the_number_of_fields_is_bounded() {
        let many: Vec<String> = (0..10_000).map(|i| format!(r#""f{i}":1"#)).collect();
        let fields = observe(&[format!(r#"{{"text":"가",{}}}"#, many.join(","))]);
        assert_eq!((fields.fields.len(), fields.overflow), (MAX_FIELDS, true));
    }
}

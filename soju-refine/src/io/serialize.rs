//! A record as a line of JSON, with the clean text in the place of the original.

use serde::Serialize;

use super::Record;
use super::kind::Kind;

/// The field that soju adds.
pub const SOJU_FIELD: &str = "soju";

/// The kind of the object in that field. What it does not know is written all the same, but has no column of its own.
pub(crate) fn soju_kind() -> Kind {
    let reason = Kind::object([("stage", Kind::String), ("kind", Kind::String), ("score", Kind::Float)]);
    let edit = Kind::object([
        ("stage", Kind::String),
        ("kind", Kind::String),
        ("start", Kind::Int),
        ("end", Kind::Int),
        ("replacement", Kind::String),
        ("score", Kind::Float),
    ]);
    let rubric = Kind::object([
        ("kind", Kind::String),
        ("coherence", Kind::Float),
        ("information", Kind::Float),
        ("educational", Kind::Float),
    ]);
    let sentence = Kind::object([
        ("start", Kind::Int),
        ("end", Kind::Int),
        ("source_start", Kind::Int),
        ("source_end", Kind::Int),
        ("overlap", Kind::Float),
    ]);
    Kind::object([
        ("version", Kind::String),
        ("verdict", Kind::String),
        ("decided_by", Kind::String),
        ("reason", reason),
        // Their names are those of the stages that ran.
        ("scores", Kind::Null),
        ("source", Kind::object([("file", Kind::String), ("line", Kind::Int)])),
        ("reading", Kind::object([("encoding", Kind::String), ("repairs", Kind::list(Kind::String))])),
        ("rubric", rubric),
        ("edits", Kind::list(edit)),
        ("synthetic", Kind::Bool),
        ("rewrite", Kind::object([("synthetic", Kind::Bool), ("sentences", Kind::list(sentence))])),
    ])
}

/// Appends `record` to `line` as one line with a line feed.
///
/// The fields keep their order and their values byte for byte, but for two: the text becomes
/// `clean_text`, wherever its name stands, and a field `soju` that came with the record gives way to
/// `soju`, which stands last.
///
/// # Errors
/// When `soju` is not expressible in JSON. `line` is then as it was.
pub fn append_line(
    line: &mut Vec<u8>,
    record: &Record,
    clean_text: &str,
    soju: &impl Serialize,
) -> Result<(), serde_json::Error> {
    let start = line.len();
    let result = append(line, record, clean_text, soju);
    if result.is_err() {
        line.truncate(start);
    }
    result
}

fn append(
    line: &mut Vec<u8>,
    record: &Record,
    clean_text: &str,
    soju: &impl Serialize,
) -> Result<(), serde_json::Error> {
    line.push(b'{');
    for (name, value) in record.fields.iter().filter(|(name, _)| name != SOJU_FIELD) {
        serde_json::to_writer(&mut *line, name)?;
        line.push(b':');
        if *name == *record.text_field {
            serde_json::to_writer(&mut *line, clean_text)?;
        } else {
            append_value(line, value.get());
        }
        line.push(b',');
    }
    serde_json::to_writer(&mut *line, SOJU_FIELD)?;
    line.push(b':');
    serde_json::to_writer(&mut *line, soju)?;
    line.extend_from_slice(b"}\n");
    Ok(())
}

/// A record that did not come from a line may have line feeds between its tokens.
fn append_value(line: &mut Vec<u8>, json: &str) {
    let start = line.len();
    line.extend_from_slice(json.as_bytes());
    for byte in &mut line[start..] {
        if *byte == b'\n' {
            *byte = b' ';
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::io::{Format, Position};

    fn parse(format: &Format, line: &str) -> Record {
        format.parse(line.as_bytes(), Position { file: "f".into(), line: 1 }).unwrap()
    }

    fn written(line: &str, text: &str) -> String {
        let mut out = Vec::new();
        append_line(&mut out, &parse(&Format::Auto, line), text, &json!({"edits": []})).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn only_the_text_changes_and_soju_comes_last() {
        assert_eq!(
            written(
                r#"{"id":1.0,"text":"\uac00", "x":[1e5, "\ud800"],"z":12345678901234567890}"#,
                "나\n\"\0"
            ),
            "{\"id\":1.0,\"text\":\"나\\n\\\"\\u0000\",\"x\":[1e5, \"\\ud800\"],\"z\":12345678901234567890,\"soju\":{\"edits\":[]}}\n"
        );
    }

    #[test]
    fn no_original_text_survives_under_a_repeated_name() {
        assert_eq!(
            written(r#"{"text":"010-1234-5678","a":1,"a":2,"text":"b"}"#, "c"),
            "{\"text\":\"c\",\"a\":1,\"a\":2,\"text\":\"c\",\"soju\":{\"edits\":[]}}\n"
        );
    }

    #[test]
    fn an_earlier_soju_gives_way() {
        assert_eq!(
            written(r#"{"soju":{"old":1},"text":"a"}"#, "a"),
            "{\"text\":\"a\",\"soju\":{\"edits\":[]}}\n"
        );
    }

    #[test]
    fn a_record_of_several_lines_becomes_one() {
        assert_eq!(
            written("{\n \"text\":\"a\",\n \"x\":[\n1,\n2]\n}", "a"),
            "{\"text\":\"a\",\"x\":[ 1, 2],\"soju\":{\"edits\":[]}}\n"
        );
    }

    #[test]
    fn what_is_no_json_leaves_nothing_behind() {
        let mut out = b"before\n".to_vec();
        let bad = std::collections::BTreeMap::from([(vec![1], 2)]);
        let record = parse(&Format::Auto, r#"{"text":"a"}"#);
        assert!(append_line(&mut out, &record, "a", &bad).is_err());
        assert_eq!(out, b"before\n");
    }

    /// Any JSON, as text with its own spacing and number formats.
    fn json_value() -> impl Strategy<Value = String> {
        let string = "[^\"\\\\\\x00-\\x1f]{0,6}".prop_map(|s: String| format!("\"{s}\""));
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("1.0".to_owned()),
            Just("-1E+5".to_owned()),
            Just("12345678901234567890".to_owned()),
            Just("\"\\ud800\\u0000\\/\"".to_owned()),
            string,
        ];
        leaf.prop_recursive(3, 12, 3, |inner| {
            let list = prop::collection::vec(inner, 0..3);
            prop_oneof![
                list.clone().prop_map(|v| format!("[{}]", v.join(" , "))),
                list.prop_map(|v| {
                    let pairs: Vec<_> = v.iter().map(|v| format!("\"k\" :{v}")).collect();
                    format!("{{{}}}", pairs.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(
            fields in prop::collection::vec(("[a-c가\\n\"]{0,3}", json_value()), 0..6),
            at in 0usize..6,
            text in "[^ ]\\PC{0,20}",
        ) {
            let format = Format::Jsonl { text_field: "본문".into() };
            prop_assume!(!text.trim().is_empty());
            let mut pairs: Vec<_> =
                fields.iter().map(|(n, v)| format!("{}:{v}", serde_json::to_string(n).unwrap())).collect();
            pairs.insert(at.min(pairs.len()), format!("\"본문\":{}", serde_json::to_string(&text).unwrap()));
            let record = parse(&format, &format!("{{{}}}", pairs.join(",")));
            let mut line = Vec::new();
            append_line(&mut line, &record, &record.text, &7).unwrap();
            prop_assert_eq!(line.iter().filter(|b| **b == b'\n').count(), 1);
            let mut again = parse(&format, std::str::from_utf8(&line).unwrap());
            let (name, soju) = again.fields.pop().unwrap();
            prop_assert_eq!((name.as_str(), soju.get()), ("soju", "7"));
            prop_assert_eq!(&again.text, &record.text);
            prop_assert_eq!(&again.id, &record.id);
            let raw = |r: &Record| r.fields.iter().map(|(n, v)| (n.clone(), v.get().to_owned())).collect::<Vec<_>>();
            prop_assert_eq!(raw(&again), raw(&record));
        }
    }
}

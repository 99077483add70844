//! From a line to a record.

use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::json_object::fields;
use super::mapping::{Mapping, TextField};
use super::{Position, Reading, Record, RejectKind, Rejection};

/// How the lines of an input are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Format {
    /// A JSON object per line with the text in `text`, as in HPLT and most other corpora.
    #[default]
    Auto,
    /// HPLT v1.2, v2 or v3. Reads what [`Format::Auto`] reads, but a line without HPLT's fields gets a
    /// message that speaks of HPLT.
    Hplt,
    /// A JSON object per line with the text in a field of another name.
    Jsonl {
        /// The field, at the top of the object.
        text_field: Arc<str>,
    },
}

impl Format {
    /// The field that holds the text.
    pub fn text_field(&self) -> &str {
        match self {
            Self::Auto | Self::Hplt => "text",
            Self::Jsonl { text_field } => text_field,
        }
    }

    /// Parses one line.
    ///
    /// The identifier is the field `id`, a string or a number. Fields that mean nothing to soju are kept.
    /// Where a field stands twice, the last counts, as in Python and JavaScript. Values nested more than
    /// 126 deep are not read. A line in CP949 or another encoding that can be told is decoded, and mojibake
    /// in the text is undone; [`Record::reading`] says so.
    ///
    /// # Errors
    /// A [`Rejection`] that quotes the line and names its position, for the rejects file.
    pub fn parse(&self, line: &[u8], position: Position) -> Result<Record, Rejection> {
        let parsed = json_record(line, position, &self.mapping(), EncodingGuess::default());
        parsed.map_err(|mut rejection| {
            if *self == Self::Hplt && rejection.message.starts_with("no field") {
                rejection.message = format!("not an HPLT record, it has {}", rejection.message);
            }
            rejection
        })
    }

    fn mapping(&self) -> Mapping {
        match self {
            Self::Auto | Self::Hplt => Mapping::default(),
            Self::Jsonl { text_field } => {
                Mapping { text: TextField::Named(Arc::clone(text_field)), ..Mapping::default() }
            }
        }
    }
}

/// Makes a record of the bytes of a JSON object, which need not be UTF-8.
pub(super) fn json_record(
    bytes: &[u8],
    position: Position,
    mapping: &Mapping,
    guess: EncodingGuess,
) -> Result<Record, Rejection> {
    let outcome = match guess.decode(bytes) {
        None => Err((RejectKind::InvalidUtf8, not_utf8(bytes))),
        Some((json, encoding)) => match fields(&json) {
            Err(error) => Err((RejectKind::BadJson, explain(&error))),
            Ok(fields) => {
                let reading = Reading { encoding, ..Reading::default() };
                mapping.with_reading(position.clone(), fields, reading)
            }
        },
    };
    outcome.map_err(|(kind, message)| Rejection::new(position, kind, message, bytes))
}

/// What to say of bytes that no encoding fits.
pub(super) fn not_utf8(bytes: &[u8]) -> String {
    let at = std::str::from_utf8(bytes).err().map_or(0, |error| error.valid_up_to());
    format!(
        "not UTF-8 at byte {at} of the line (0x{:02X}); convert the file if it is in another encoding, such \
         as `iconv -f CP949 -t UTF-8 FILE`",
        bytes.get(at).copied().unwrap_or_default()
    )
}

fn explain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let (what, _) = text.rsplit_once(" at line ").unwrap_or((&text, ""));
    let what = what.strip_prefix("invalid type: ").unwrap_or(what);
    let cut = if error.is_eof() { "; the line was cut off" } else { "" };
    format!("not a JSON object: {what} at column {}{cut}", error.column())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at() -> Position {
        Position { file: "a.jsonl".into(), line: 7 }
    }

    fn auto(line: impl AsRef<[u8]>) -> Result<Record, Rejection> {
        Format::Auto.parse(line.as_ref(), at())
    }

    fn rejected(line: impl AsRef<[u8]>) -> (RejectKind, String) {
        let rejection = auto(line).unwrap_err();
        assert_eq!(rejection.position, at());
        (rejection.reason, rejection.message)
    }

    #[test]
    fn fields_stay_byte_for_byte_in_their_order() {
        let line = r#" { "z" : 1.0 ,"n":[1e5, -0, 12345678901234567890123],"text":"가\u0000나\ud800","s":"\udc00\/","text2":null , "id":17} "#;
        let record = auto(line).unwrap();
        let fields: Vec<_> = record.fields.iter().map(|(n, v)| (n.as_str(), v.get())).collect();
        let expected = [
            ("z", "1.0"),
            ("n", "[1e5, -0, 12345678901234567890123]"),
            ("text", r#""가\u0000나\ud800""#),
            ("s", r#""\udc00\/""#),
            ("text2", "null"),
            ("id", "17"),
        ];
        assert_eq!(fields, expected);
        assert_eq!(record.text, "가\0나\u{fffd}");
        assert_eq!(record.id.as_deref(), Some("17"));
    }

    #[test]
    fn the_id_is_a_string_or_a_number() {
        let id = |json: &str| auto(format!(r#"{{"text":"a","id":{json}}}"#)).unwrap().id;
        assert_eq!(id(r#""ab\u00e9""#).as_deref(), Some("abé"));
        assert_eq!(id("12345678901234567890123").as_deref(), Some("12345678901234567890123"));
        assert_eq!(id("null"), None);
        assert_eq!(id("[1]"), None);
        assert_eq!(auto(r#"{"text":"a"}"#).unwrap().id, None);
    }

    #[test]
    fn of_repeated_fields_the_last_counts_and_all_are_kept() {
        let record = auto(r#"{"text":"a","id":1,"text":"b","id":2}"#).unwrap();
        assert_eq!((record.text.as_str(), record.id.as_deref()), ("b", Some("2")));
        assert_eq!(record.fields.len(), 4);
    }

    #[test]
    fn another_text_field() {
        let format = Format::Jsonl { text_field: "본문".into() };
        let record = format.parse(r#"{"text":1,"본문":"가"}"#.as_bytes(), at()).unwrap();
        assert_eq!((record.text.as_str(), &*record.text_field), ("가", "본문"));
    }

    #[test]
    fn bad_json_says_what_and_where() {
        let cases = [
            ("", "not a JSON object: EOF while parsing a value at column 0; the line was cut off"),
            (
                r#"{"text":"a"#,
                "not a JSON object: EOF while parsing a string at column 10; the line was cut off",
            ),
            ("[1]", "not a JSON object: sequence, expected a JSON object at column 0"),
            (r#"{"text":"a"} x"#, "not a JSON object: trailing characters at column 14"),
            ("{'text':1}", "not a JSON object: key must be a string at column 2"),
        ];
        for (line, message) in cases {
            assert_eq!(rejected(line), (RejectKind::BadJson, message.to_owned()), "{line}");
        }
        assert_eq!(rejected("{\"text\":\"a\tb\"}").0, RejectKind::BadJson, "a raw tab in a string");
    }

    #[test]
    fn nesting_is_limited_without_a_deep_stack() {
        let nested = |n: usize| format!(r#"{{"text":"a","x":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(auto(nested(126)).is_ok());
        assert_eq!(rejected(nested(127)), (RejectKind::BadJson, "`x` is nested more than 126 deep".into()));
        assert_eq!(rejected(nested(1_000_000)).0, RejectKind::BadJson);
        assert_eq!(rejected("[".repeat(1_000_000)).0, RejectKind::BadJson);
        // What serde_json itself can read is what is let through.
        assert!(serde_json::from_str::<serde_json::Value>(&nested(126)).is_ok());
    }

    #[test]
    fn missing_text_lists_the_fields_that_are_there() {
        let (kind, message) = rejected(r#"{"content":"a","가\n":1}"#);
        assert_eq!(kind, RejectKind::MissingText);
        assert_eq!(
            message,
            "no field `text`; there are `content`, `가\\n`: name the right one with --text-field"
        );
        let many = (0..30).map(|i| format!(r#""f{i}":1"#)).collect::<Vec<_>>().join(",");
        assert!(rejected(format!("{{{many}}}")).1.contains("`f19`, and 10 more:"));
        assert_eq!(rejected("{}").1, "no field `text`; the object is empty");
        assert_eq!(
            rejected(r#"{"text":null}"#),
            (RejectKind::MissingText, "`text` is null, not a string".into())
        );
        let (_, message) = {
            let r = Format::Hplt.parse(br#"{"xml":"a"}"#, at()).unwrap_err();
            (r.reason, r.message)
        };
        assert!(message.starts_with("not an HPLT record, it has no field `text`; there are `xml`"));
    }

    #[test]
    fn empty_text() {
        for text in ["", " \\n\\t", "\u{3000}"] {
            let line = format!(r#"{{"text":"{text}"}}"#);
            assert_eq!(rejected(line), (RejectKind::EmptyText, "`text` is empty".into()));
        }
    }

    #[test]
    fn invalid_utf8_names_the_byte() {
        // "가" in CP949.
        let (kind, message) = rejected(b"{\"text\":\"\xb0\xa1\"}");
        assert_eq!(kind, RejectKind::InvalidUtf8);
        assert!(message.starts_with("not UTF-8 at byte 9 of the line (0xB0); convert"), "{message}");
        // A surrogate written as if it were a character (CESU-8).
        assert_eq!(rejected(b"{\"text\":\"\xed\xa0\x80\"}").0, RejectKind::InvalidUtf8);
    }

    #[test]
    fn decomposed_jamo_and_halfwidth_are_left_to_the_stages() {
        let text = "\u{1100}\u{1161}\u{11a8} ﾡ 가\u{200b}";
        assert_eq!(auto(format!(r#"{{"text":"{text}"}}"#)).unwrap().text, text);
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(line: Vec<u8>) {
            let _ = auto(line);
        }

        #[test]
        fn no_text_of_json_letters_makes_it_panic(line in r#"[{}\[\]":,\\ud8c0-9a-f가text \n-]{0,60}"#) {
            let _ = auto(&line);
            let _ = auto(format!(r#"{{"text":"{line}"}}"#));
        }

        #[test]
        fn text_comes_out_as_it_went_in(text in "\\PC{0,40}", escape: bool) {
            prop_assume!(!text.trim().is_empty());
            let json = serde_json::to_string(&text).unwrap();
            let json = if escape {
                let units = text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect::<String>();
                format!("\"{units}\"")
            } else { json };
            prop_assert_eq!(auto(format!(r#"{{"text":{json}}}"#)).unwrap().text, text);
        }
    }
}

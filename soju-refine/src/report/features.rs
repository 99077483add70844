//! The fields of JSON lines as the `datasets` library wants them described.
//!
//! Without a description the library takes the schema from the first lines, and fails at a later one that has
//! a field more, or a list that was empty so far.

use crate::io::serialize::{SOJU_FIELD, soju_kind};
use crate::io::{FieldKinds, Kind};

/// One line of YAML in flow style for each field; none where there is no description.
pub(super) fn features(fields: &FieldKinds) -> Vec<String> {
    if fields.overflow {
        return Vec::new();
    }
    let line = |(name, kind): &(String, Kind)| {
        let mut kind = kind.clone();
        if name == SOJU_FIELD {
            // What no record has had so far is described all the same.
            let seen = std::mem::replace(&mut kind, soju_kind());
            kind.merge(seen);
        }
        member(name, &kind)
    };
    fields.fields.iter().map(line).collect()
}

fn member(name: &str, kind: &Kind) -> String {
    let name = yaml_string(name);
    match kind {
        Kind::List(items) => format!("{{name: {name}, list: {}}}", item(items)),
        Kind::Object(members) if !members.is_empty() => {
            format!("{{name: {name}, struct: {}}}", list(members))
        }
        scalar => format!("{{name: {name}, dtype: {}}}", dtype(scalar)),
    }
}

fn item(kind: &Kind) -> String {
    match kind {
        Kind::List(items) => format!("{{list: {}}}", item(items)),
        Kind::Object(members) if !members.is_empty() => list(members),
        scalar => dtype(scalar).to_owned(),
    }
}

fn list(members: &[(String, Kind)]) -> String {
    let members: Vec<_> = members.iter().map(|(name, kind)| member(name, kind)).collect();
    format!("[{}]", members.join(", "))
}

fn dtype(kind: &Kind) -> &'static str {
    match kind {
        Kind::Null => "\"null\"",
        Kind::Bool => "bool",
        Kind::Int => "int64",
        Kind::Float => "float64",
        Kind::String => "string",
        Kind::List(_) | Kind::Object(_) | Kind::Mixed => "json",
    }
}

/// A string in double quotes that every version of YAML reads as it is.
pub(super) fn yaml_string(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if super::visible::is_hidden(c) || c == '\n' => {
                quoted.push_str(&format!("\\U{:08X}", u32::from(c)));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_its_form() {
        let fields = FieldKinds {
            fields: vec![
                ("text".to_owned(), Kind::String),
                ("pii".to_owned(), Kind::list(Kind::list(Kind::Int))),
                ("레지스터".to_owned(), Kind::object([("MT", Kind::Float), ("x", Kind::Mixed)])),
                ("who".to_owned(), Kind::list(Kind::object([("n", Kind::Bool)]))),
                ("no".to_owned(), Kind::Null),
            ],
            overflow: false,
        };
        let expected = [
            r#"{name: "text", dtype: string}"#,
            r#"{name: "pii", list: {list: int64}}"#,
            r#"{name: "레지스터", struct: [{name: "MT", dtype: float64}, {name: "x", dtype: json}]}"#,
            r#"{name: "who", list: [{name: "n", dtype: bool}]}"#,
            r#"{name: "no", dtype: "null"}"#,
        ];
        assert_eq!(features(&fields), expected);
        assert!(features(&FieldKinds { overflow: true, ..fields }).is_empty());
    }

    #[test]
    fn edits_are_described_before_there_are_any() {
        let soju = Kind::object([
            ("edits", Kind::list(Kind::Null)),
            ("scores", Kind::object([("junk", Kind::Float)])),
        ]);
        let fields = FieldKinds { fields: vec![(SOJU_FIELD.to_owned(), soju)], overflow: false };
        let line = &features(&fields)[0];
        assert!(line.contains(r#"{name: "replacement", dtype: string}"#), "{line}");
        assert!(line.contains(r#"{name: "scores", struct: [{name: "junk", dtype: float64}]}"#), "{line}");
    }

    #[test]
    fn a_name_cannot_leave_its_quotes() {
        assert_eq!(yaml_string("a\"\\\n\u{2028}가"), r#""a\"\\\U0000000A\U00002028가""#);
    }
}

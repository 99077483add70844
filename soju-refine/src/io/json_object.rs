//! The fields of a JSON object, each value as it stands in the input.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Levels of arrays and objects in one value, the value itself included. Readers further down the line
/// give up beyond it (serde_json at 128 for the whole record), and writers of corpora have no use for a tenth of it.
pub(super) const MAX_DEPTH: usize = 126;

/// Every field of the object in `json`, in its order, repeated names included.
///
/// Names are decoded, a lone surrogate in one becomes U+FFFD; values stay byte for byte.
pub(super) fn fields(json: &str) -> Result<Vec<(String, Box<RawValue>)>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let fields = deserializer.deserialize_map(Fields)?;
    deserializer.end()?;
    Ok(fields)
}

/// The string that `value` holds, each lone surrogate become U+FFFD; none if it is not a string.
pub(super) fn lossy_string(value: &RawValue) -> Option<String> {
    if !value.get().starts_with('"') {
        return None;
    }
    serde_json::Deserializer::from_str(value.get()).deserialize_bytes(LossyString).ok()
}

/// Whether arrays and objects in `value` are nested in each other more than `limit` deep.
pub(super) fn is_deeper_than(value: &RawValue, limit: usize) -> bool {
    if !value.get().starts_with(['[', '{']) {
        return false;
    }
    let (mut depth, mut in_string, mut escaped) = (0usize, false, false);
    for byte in value.get().bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                if depth > limit {
                    return true;
                }
            }
            b']' | b'}' if !in_string => depth -= 1,
            _ => {}
        }
    }
    false
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Vec<(String, Box<RawValue>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut fields = Vec::new();
        while let Some(name) = map.next_key_seed(LossyString)? {
            fields.push((name, map.next_value()?));
        }
        Ok(fields)
    }
}

/// Reads a string as bytes, which is how serde_json lets lone surrogates through (as WTF-8).
struct LossyString;

impl<'de> DeserializeSeed<'de> for LossyString {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_bytes(self)
    }
}

impl Visitor<'_> for LossyString {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_bytes<E>(self, bytes: &[u8]) -> Result<String, E> {
        Ok(match simdutf8::basic::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => replace_surrogates(bytes),
        })
    }
}

fn replace_surrogates(wtf8: &[u8]) -> String {
    let mut text = String::with_capacity(wtf8.len());
    let mut rest = wtf8;
    loop {
        match std::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                return text;
            }
            Err(error) => {
                let (valid, broken) = rest.split_at(error.valid_up_to());
                text.push_str(&String::from_utf8_lossy(valid));
                text.push(char::REPLACEMENT_CHARACTER);
                // A surrogate takes three bytes in WTF-8, and nothing else in it is not UTF-8.
                rest = broken.get(3..).unwrap_or_default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raw(json: &str) -> Box<RawValue> {
        RawValue::from_string(json.to_owned()).unwrap()
    }

    #[test]
    fn lone_surrogates_become_one_replacement_character_each() {
        let cases = [
            (r#""a\ud800b""#, "a\u{fffd}b"),
            (r#""\udc00""#, "\u{fffd}"),
            (r#""\ud800\ud800\udc00""#, "\u{fffd}\u{10000}"),
            (r#""\ud83d\ude00\ude00가""#, "😀\u{fffd}가"),
            (r#""\ud800\n\ud800""#, "\u{fffd}\n\u{fffd}"),
            (r#""\ud800\ud800""#, "\u{fffd}\u{fffd}"),
        ];
        for (json, text) in cases {
            assert_eq!(lossy_string(&raw(json)).unwrap(), text, "{json}");
        }
        assert_eq!(lossy_string(&raw("[97]")), None);
        assert_eq!(lossy_string(&raw("null")), None);
    }

    #[test]
    fn names_with_lone_surrogates_are_no_fault() {
        let fields = fields(r#"{"\ud800":"\udc00","가":1}"#).unwrap();
        assert_eq!(fields[0].0, "\u{fffd}");
        assert_eq!(fields[0].1.get(), r#""\udc00""#);
        assert_eq!(fields[1].0, "가");
    }

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert!(!is_deeper_than(&raw(r#"["[[[[\"[[", {"[": "\\"}]"#), 2));
        assert!(is_deeper_than(&raw("[[[]]]"), 2));
        assert!(!is_deeper_than(&raw("[[],[],[[]]]"), 3));
        assert!(!is_deeper_than(&raw("1"), 0));
    }
}

//! Of what kind the values of a field are, over many records.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// Members of an object that are told apart; an object of more is a dictionary, not a structure.
const MAX_MEMBERS: usize = 64;
/// Levels of lists and objects that are told apart.
const MAX_LEVELS: usize = 6;
/// Integers up to here are the same as 64-bit floating-point numbers (2 to the power of 53).
const EXACT_FLOAT: f64 = 9_007_199_254_740_992.0;

/// The kind of a JSON value, or the least kind that takes in several values.
///
/// [`Kind::merge`] is associative, and commutative but for the order of members.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Nothing but null.
    #[default]
    Null,
    /// True or false.
    Bool,
    /// A number without fraction and exponent, of 64 bits with its sign.
    Int,
    /// Another number, as far as 64 bits hold it without a loss that shows.
    Float,
    /// A string.
    String,
    /// An array of values of one kind.
    List(Box<Kind>),
    /// An object; its members by their first appearance. Each may be missing in some values.
    Object(Vec<(String, Kind)>),
    /// Anything: values of different kinds, or what no other kind describes.
    Mixed,
}

impl Kind {
    /// The kind of one value; none for what serde can't read: a lone surrogate in a string, a number out of range.
    pub fn of(value: &RawValue) -> Option<Self> {
        // Most values are strings, whose contents do not matter as long as no surrogate can be in them.
        let json = value.get();
        if json.starts_with('"') && memchr::memchr(b'\\', json.as_bytes()).is_none() {
            return Some(Self::String);
        }
        Level(MAX_LEVELS).deserialize(&mut serde_json::Deserializer::from_str(json)).ok()
    }

    /// An object with `members`.
    pub fn object<const N: usize>(members: [(&str, Kind); N]) -> Self {
        Self::Object(members.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect())
    }

    /// An array of `items`.
    pub fn list(items: Kind) -> Self {
        Self::List(Box::new(items))
    }

    /// Becomes the least kind that takes in both.
    pub fn merge(&mut self, other: Kind) {
        match (&mut *self, other) {
            (_, Self::Null) | (Self::Mixed, _) => {}
            (this @ Self::Null, other) => *this = other,
            (Self::Float, Self::Int) => {}
            (this @ Self::Int, Self::Float) => *this = Self::Float,
            (Self::List(items), Self::List(others)) => items.merge(*others),
            (Self::Object(members), Self::Object(others)) => {
                merge_members(members, others);
                if members.len() > MAX_MEMBERS {
                    *self = Self::Mixed;
                }
            }
            (this, other) if *this == other => {}
            (this, _) => *this = Self::Mixed,
        }
    }

    /// Whether a value of the kind `other` can stand where values of this kind stand, nothing of it lost.
    pub fn covers(&self, other: &Kind) -> bool {
        match (self, other) {
            (Self::Mixed, _) | (_, Self::Null) | (Self::Float, Self::Int) => true,
            (Self::List(items), Self::List(others)) => items.covers(others),
            (Self::Object(members), Self::Object(others)) => others.iter().all(|(name, other)| {
                members.iter().find(|(known, _)| known == name).is_some_and(|(_, kind)| kind.covers(other))
            }),
            (this, other) => this == other,
        }
    }

    /// Whether it is known to its leaves: no value of it is of any kind or of none.
    pub fn is_typed(&self) -> bool {
        match self {
            Self::Null | Self::Mixed => false,
            Self::Bool | Self::Int | Self::Float | Self::String => true,
            Self::List(items) => items.is_typed(),
            Self::Object(members) => !members.is_empty() && members.iter().all(|(_, kind)| kind.is_typed()),
        }
    }
}

/// Adds fields to those that are known, new ones behind.
pub(super) fn merge_members(members: &mut Vec<(String, Kind)>, others: Vec<(String, Kind)>) {
    for (name, kind) in others {
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => known.merge(kind),
            None => members.push((name, kind)),
        }
    }
}

/// Reads a value for its kind alone, so many levels deep.
struct Level(usize);

impl<'de> DeserializeSeed<'de> for Level {
    type Value = Kind;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Kind, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Kind, E> {
        Ok(Kind::Bool)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Kind, E> {
        Ok(Kind::Int)
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(if i64::try_from(value).is_ok() { Kind::Int } else { Kind::Mixed })
    }

    fn visit_f64<E>(self, value: f64) -> Result<Kind, E> {
        // An integer of more digits than 64 bits hold comes here too.
        Ok(if value.fract() == 0.0 && value.abs() >= EXACT_FLOAT { Kind::Mixed } else { Kind::Float })
    }

    fn visit_str<E>(self, _: &str) -> Result<Kind, E> {
        Ok(Kind::String)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> Result<Kind, A::Error> {
        let mut items = Kind::Null;
        while let Some(kind) = values.next_element_seed(Level(self.0.saturating_sub(1)))? {
            items.merge(kind);
        }
        Ok(if self.0 == 0 { Kind::Mixed } else { Kind::list(items) })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Kind, A::Error> {
        let mut members: Vec<(String, Kind)> = Vec::new();
        let mut structured = self.0 > 0;
        while let Some(name) = map.next_key::<String>()? {
            let kind = map.next_value_seed(Level(self.0.saturating_sub(1)))?;
            // A structure has each member once.
            structured &= members.len() < MAX_MEMBERS && members.iter().all(|(known, _)| *known != name);
            if structured {
                members.push((name, kind));
            }
        }
        Ok(if structured { Kind::Object(members) } else { Kind::Mixed })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn kind(json: &str) -> Option<Kind> {
        Kind::of(&RawValue::from_string(json.to_owned()).unwrap())
    }

    fn merged(values: &[&str]) -> Kind {
        values.iter().fold(Kind::Null, |mut all, json| {
            all.merge(kind(json).unwrap());
            all
        })
    }

    #[test]
    fn values_have_the_kind_that_keeps_them() {
        let cases = [
            ("null", Kind::Null),
            ("true", Kind::Bool),
            ("-12", Kind::Int),
            ("9223372036854775807", Kind::Int),
            ("9223372036854775808", Kind::Mixed),
            ("12345678901234567890123", Kind::Mixed),
            ("1.5", Kind::Float),
            ("1e5", Kind::Float),
            (r#""a""#, Kind::String),
            (r#""a\nb""#, Kind::String),
            ("[]", Kind::list(Kind::Null)),
            ("[[1,2],[3]]", Kind::list(Kind::list(Kind::Int))),
            (r#"[1,"a"]"#, Kind::list(Kind::Mixed)),
            (r#"{"a":1,"b":[null,0.5]}"#, Kind::object([("a", Kind::Int), ("b", Kind::list(Kind::Float))])),
            (r#"{"a":1,"a":2}"#, Kind::Mixed),
        ];
        for (json, expected) in cases {
            assert_eq!(kind(json), Some(expected), "{json}");
        }
        assert_eq!(kind(r#""\ud800""#), None);
        assert_eq!(kind("1e999"), None);
    }

    #[test]
    fn several_values_have_the_least_common_kind() {
        assert_eq!(merged(&["null", "1", "2.5"]), Kind::Float);
        assert_eq!(merged(&["1", r#""1""#]), Kind::Mixed);
        assert_eq!(merged(&["[]", "[[1,2]]"]), Kind::list(Kind::list(Kind::Int)));
        let both = merged(&[r#"{"a":1}"#, r#"{"b":true,"a":0.5}"#]);
        assert_eq!(both, Kind::object([("a", Kind::Float), ("b", Kind::Bool)]));
        assert!(both.is_typed() && !merged(&["[]"]).is_typed() && !merged(&["{}"]).is_typed());
        let many: Vec<String> = (0..65).map(|i| format!(r#"{{"k{i}":1}}"#)).collect();
        assert_eq!(merged(&many.iter().map(String::as_str).collect::<Vec<_>>()), Kind::Mixed);
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(matches!(kind(&nested(6)), Some(Kind::List(_))));
        assert!(!format!("{:?}", kind(&nested(6))).contains("Mixed"));
        assert!(format!("{:?}", kind(&nested(7))).contains("Mixed"));
        assert!(kind(&nested(126)).is_some());
    }

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            (-9i64..9).prop_map(|n| n.to_string()),
            Just("0.5".to_owned()),
            Just("\"가\"".to_owned()),
        ];
        leaf.prop_recursive(3, 20, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..3).prop_map(|v| format!("[{}]", v.join(","))),
                prop::collection::btree_map("[ab]", inner, 0..3).prop_map(|m| {
                    let members: Vec<_> = m.iter().map(|(k, v)| format!("\"{k}\":{v}")).collect();
                    format!("{{{}}}", members.join(","))
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_merged_covers_each_of_its_parts_and_reads_back(values in prop::collection::vec(json(), 1..6)) {
            let all = merged(&values.iter().map(String::as_str).collect::<Vec<_>>());
            for value in &values {
                prop_assert!(all.covers(&kind(value).unwrap()), "{:?} does not cover {}", all, value);
            }
            let text = serde_json::to_string(&all).unwrap();
            prop_assert_eq!(serde_json::from_str::<Kind>(&text).unwrap(), all);
        }

        #[test]
        fn no_text_of_json_letters_makes_it_panic(text in r#"[{}\[\]":,\\ud8c0-9a-f.eE+-]{0,60}"#) {
            if let Ok(value) = RawValue::from_string(text) {
                let _ = Kind::of(&value);
            }
        }
    }
}

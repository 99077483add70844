//! A configuration written out whole: every value with what it means, and where each threshold comes from.

use serde_json::Value as Json;
use toml_edit::{Array, DocumentMut, Item, Table, Value};

use super::{JobConfig, Preset};

/// Every value with its comment; a test holds it to be the default.
pub(super) const DEFAULT: &str = include_str!("../../../presets/default.toml");

const HEADER: &str = "\
# The pipeline of `soju clean` as it is by default. A file for --config needs only the values that differ.
# \"Source\" says where a threshold comes from: a paper, a published configuration, a measurement, or a choice by hand.";

impl JobConfig {
    /// The configuration as TOML with a comment for each value. What `preset` sets has the comments of its file.
    ///
    /// It reads back as the same configuration, but for `rules.pii.secret`, of which only a fingerprint is written.
    ///
    /// # Panics
    /// Never: the tests hold the file of comments to the fields of the configuration.
    pub fn to_annotated_toml(&self, preset: Option<&Preset>) -> String {
        let mut document: DocumentMut = DEFAULT.parse().expect("a test reads the file");
        let of_preset: Option<DocumentMut> =
            preset.map(|preset| preset.toml.parse().expect("the tests read every preset"));
        fill(document.as_table_mut(), &self.to_json(), of_preset.as_deref());
        format!("{}\n\n{document}", preset.map_or(HEADER, Preset::header))
    }
}

fn fill(table: &mut Table, values: &Json, preset: Option<&Table>) {
    for (mut key, item) in table.iter_mut() {
        let value = &values[key.get()];
        let name = key.get().to_owned();
        let of_preset = preset.and_then(|table| table.get_key_value(&name));
        match item {
            Item::Table(inner) => fill(inner, value, of_preset.and_then(|(_, item)| item.as_table())),
            Item::Value(written) => {
                let decor = written.decor().clone();
                *written = to_toml(value);
                *written.decor_mut() = decor;
                if let Some((of_preset, _)) = of_preset {
                    *key.leaf_decor_mut() = of_preset.leaf_decor().clone();
                }
            }
            Item::None | Item::ArrayOfTables(_) => {}
        }
    }
}

fn to_toml(value: &Json) -> Value {
    match value {
        Json::Bool(value) => (*value).into(),
        Json::String(value) => value.into(),
        Json::Array(values) => values.iter().map(to_toml).collect::<Array>().into(),
        Json::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        // A configuration has neither; the tests would see one.
        Json::Null | Json::Object(_) => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn keys(value: &Json, prefix: &str, found: &mut Vec<String>) {
        match value {
            Json::Object(table) => {
                table.iter().for_each(|(name, v)| keys(v, &format!("{prefix}.{name}"), found))
            }
            _ => found.push(prefix[1..].to_owned()),
        }
    }

    #[test]
    fn the_printed_default_is_the_default_and_says_so_value_for_value() {
        let printed = JobConfig::default().to_annotated_toml(None);
        assert_eq!(JobConfig::from_toml(&printed, Path::new("printed")).unwrap(), JobConfig::default());
        assert_eq!(printed, format!("{HEADER}\n\n{DEFAULT}"), "presets/default.toml is not the default");
    }

    /// A new field needs its line there: its comment and the source of its threshold.
    #[test]
    fn every_field_is_printed_with_a_comment_and_thresholds_with_their_source() {
        let (mut fields, mut printed) = (Vec::new(), Vec::new());
        keys(&JobConfig::default().to_json(), "", &mut fields);
        let given: Json = toml::from_str(DEFAULT).unwrap();
        keys(&given, "", &mut printed);
        fields.sort();
        printed.sort();
        assert_eq!(printed, fields, "presets/default.toml and the fields of the configuration differ");
        let document: DocumentMut = DEFAULT.parse().unwrap();
        for field in &fields {
            let mut table = document.as_table();
            let (path, name) = field.rsplit_once('.').unwrap();
            for part in path.split('.') {
                table = table[part].as_table().unwrap();
            }
            let comment = table.key(name).unwrap().leaf_decor().prefix().unwrap().as_str().unwrap();
            assert!(comment.starts_with("# "), "{field} has no comment: {comment:?}");
            let threshold = table[name].is_float() || table[name].is_integer() || table[name].is_array();
            let decides = !path.starts_with("input") && !path.starts_with("output") && name != "keep_kinds";
            assert!(
                !threshold || !decides || comment.contains("Source: "),
                "{field} has no source: {comment}"
            );
            assert!(comment.lines().all(|line| line.chars().count() <= 128), "{comment}");
        }
    }

    #[test]
    fn a_preset_prints_whole_with_its_own_comments() {
        for preset in Preset::ALL {
            let config = preset.config();
            let printed = config.to_annotated_toml(Some(preset));
            assert_eq!(
                JobConfig::from_toml(&printed, Path::new(preset.name)).unwrap(),
                config,
                "{}",
                preset.name
            );
            assert!(printed.starts_with(preset.header()), "{printed}");
            assert_ne!(config, JobConfig::default());
        }
        let strict = Preset::named("strict").unwrap();
        let printed = strict.config().to_annotated_toml(Some(strict));
        let expected =
            "# Fewest letters. Source: chosen by hand, about three sentences.\nmin_letters = 120\n";
        assert!(printed.contains(expected) && printed.contains("max_kana = 0.2\n"), "{printed}");
    }

    /// Whoever changes a preset says why, and does not repeat the default.
    #[test]
    fn a_preset_file_has_a_comment_for_each_value_and_nothing_of_the_default() {
        for preset in Preset::ALL {
            let given: Json = toml::from_str(preset.toml).unwrap();
            let mut set = Vec::new();
            keys(&given, "", &mut set);
            let at = |json: &Json, key: &str| key.split('.').fold(json.clone(), |v, name| v[name].clone());
            let default = JobConfig::default().to_json();
            for key in set {
                assert_ne!(at(&given, &key), at(&default, &key), "{} repeats {key}", preset.name);
            }
            assert!(preset.about().len() > 40 && !preset.about().contains('#'), "{}", preset.about());
        }
    }
}

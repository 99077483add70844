//! Values that have the right type and can't be meant.

use serde_json::Value;

use super::JobConfig;
use super::check::nearest;
use crate::junk::CUT_KINDS;

/// The range of every number with a point, most of them shares or probabilities.
const RANGES: &[(&str, f64, f64)] = &[
    ("metadata.min_document_score", 0.0, 10.0),
    ("rules.language.min_hangul", 0.0, 1.0),
    ("rules.language.max_kana", 0.0, 1.0),
    ("rules.language.max_hanja", 0.0, 1.0),
    ("rules.language.max_code", 0.0, 1.0),
    ("rules.language.max_translation", 0.0, 1.0),
    ("rules.heuristics.max_duplicate_lines", 0.0, 1.0),
    ("rules.heuristics.max_duplicate_line_characters", 0.0, 1.0),
    ("rules.heuristics.max_top_ngram", 0.0, 1.0),
    ("rules.heuristics.max_duplicate_ngrams", 0.0, 1.0),
    ("rules.heuristics.min_sentence_lines", 0.0, 1.0),
    ("rules.heuristics.max_new_lines", 0.0, f64::MAX),
    ("rules.heuristics.min_word_length", 0.0, f64::MAX),
    ("rules.heuristics.max_word_length", 0.0, f64::MAX),
    ("rules.heuristics.max_symbols", 0.0, f64::MAX),
    ("rules.heuristics.max_bullet_lines", 0.0, 1.0),
    ("rules.heuristics.max_ellipsis_lines", 0.0, 1.0),
    ("rules.heuristics.min_alphabetic_words", 0.0, 1.0),
    ("rules.junk.drop_above", 0.0, 1.0),
    ("rules.junk.unsure_above", 0.0, 1.0),
    ("rules.junk.max_profanity", 0.0, 1.0),
    ("student.ask_above", 0.0, 1.0),
    ("student.drop_above", 0.0, 1.0),
    ("student.unsure_above", 0.0, 1.0),
    ("student.sure_above", 0.0, 1.0),
    ("judge.drop_above", 0.0, 1.0),
    ("edit.max_cut", 0.0, 1.0),
    ("rewrite.min_length", 0.0, 1.0),
    ("rewrite.max_length", 0.0, f64::MAX),
    ("rewrite.min_overlap", 0.0, 1.0),
    ("rewrite.min_support", 0.0, 1.0),
    ("rewrite.min_cosine", -1.0, 1.0),
    ("rewrite.max_returning", 0.0, 1.0),
];

/// Numbers of which there is at least one.
const AT_LEAST_ONE: &[&str] = &[
    "input.max_line_bytes",
    "judge.excerpts",
    "judge.excerpt_characters",
    "judge.in_flight",
    "judge.timeout_seconds",
    "edit.window_tokens",
    "edit.max_windows",
    "edit.max_new_tokens",
    "edit.in_flight",
    "edit.timeout_seconds",
    "rewrite.passage_tokens",
    "rewrite.max_passages",
    "rewrite.in_flight",
    "rewrite.timeout_seconds",
    "output.shard_records",
];

/// What is wrong with values: the key, and a phrase to follow it.
pub(super) fn limits(config: &JobConfig) -> Vec<(&'static str, String)> {
    let json = config.to_json();
    let mut found = Vec::new();
    for (key, least, most) in RANGES {
        let value = at(&json, key);
        let numbers = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        // What is not a number or infinite is null in JSON.
        if !numbers.iter().all(|n| n.as_f64().is_some_and(|n| (*least..=*most).contains(&n))) {
            let range = if *most == f64::MAX {
                format!("{least} or more")
            } else {
                format!("from {least} to {most}")
            };
            found.push((*key, format!("is {value}, but must be {range}")));
        }
    }
    for key in AT_LEAST_ONE {
        if at(&json, key).as_u64() == Some(0) {
            found.push((*key, "is 0, but must be 1 or more".to_owned()));
        }
    }
    let heuristics = &config.rules.heuristics;
    if heuristics.min_words > heuristics.max_words {
        let message =
            format!("is {}, above `max_words`; no document has so many words", heuristics.min_words);
        found.push(("rules.heuristics.min_words", message));
    }
    if heuristics.min_word_length > heuristics.max_word_length {
        let message =
            format!("is {}, above `max_word_length`; no word is so long", heuristics.min_word_length);
        found.push(("rules.heuristics.min_word_length", message));
    }
    if config.edit.enabled && config.rewrite.enabled {
        let message =
            "is true beside `edit.enabled`; what is written anew is synthetic, so that is a job of its own";
        found.push(("rewrite.enabled", message.to_owned()));
    }
    found.extend(names(config));
    found
}

fn names(config: &JobConfig) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    if let Err(error) = config.input.read_options() {
        found.push(("input.format", format!("is not known: {error}")));
    }
    let delimiter = &config.input.delimiter;
    let fits = delimiter.is_empty() || delimiter.len() == 1 && delimiter.is_ascii();
    if !fits {
        found.push((
            "input.delimiter",
            format!("is {delimiter:?}, but must be one ASCII character, such as \"|\""),
        ));
    }
    for kind in config.rules.junk.keep_kinds.iter().filter(|kind| !CUT_KINDS.contains(&kind.as_str())) {
        let hint = match nearest(kind, CUT_KINDS.iter().copied()) {
            Some(near) => format!("did you mean {near:?}?"),
            None => format!("there are {}", CUT_KINDS.join(", ")),
        };
        found.push(("rules.junk.keep_kinds", format!("names {kind:?}, which is no kind of cut; {hint}")));
    }
    if let Some(fault) = config.rules.pii.fault() {
        found.push(("rules.pii.pseudonyms", format!("can't be: {fault}")));
    }
    found
}

fn at<'a>(json: &'a Value, key: &str) -> &'a Value {
    key.split('.').fold(json, |value, name| &value[name])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A number without a range would be taken whatever it is.
    #[test]
    fn every_number_with_a_point_has_its_range() {
        fn walk(value: &Value, prefix: &str, found: &mut Vec<String>) {
            let float = |v: &Value| v.is_f64();
            match value {
                Value::Object(table) => {
                    table.iter().for_each(|(name, v)| walk(v, &format!("{prefix}.{name}"), found));
                }
                Value::Array(values) if values.iter().any(float) => found.push(prefix[1..].to_owned()),
                value if float(value) => found.push(prefix[1..].to_owned()),
                _ => {}
            }
        }
        let json = JobConfig::default().to_json();
        let mut floats = Vec::new();
        walk(&json, "", &mut floats);
        floats.sort();
        let mut listed: Vec<_> = RANGES.iter().map(|(key, ..)| (*key).to_owned()).collect();
        listed.sort();
        assert_eq!(floats, listed);
        assert!(AT_LEAST_ONE.iter().all(|key| at(&json, key).is_u64()));
        assert!(limits(&JobConfig::default()).is_empty());
    }
}

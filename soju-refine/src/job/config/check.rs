//! What is wrong with a configuration file, all of it, each with its line and what to do.

use std::fmt;

use serde_json::Value;
use toml_edit::{Document, Item, TableLike, TomlError};

use super::JobConfig;
use super::limits::limits;

/// Something in a configuration that can't be used.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// The line, counted from 1; none where no line says it, as with a value that is missing.
    pub line: Option<usize>,
    /// The key with the tables that it stands in; empty where the file is no TOML.
    pub key: String,
    /// What is wrong, with the remedy.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "{line}: ")?;
        }
        f.write_str(&self.message)
    }
}

/// A configuration file that is TOML.
pub(super) struct Checked<'a> {
    text: &'a str,
    document: Document<&'a str>,
}

impl<'a> Checked<'a> {
    /// # Errors
    /// The text is not TOML.
    pub(super) fn parse(text: &'a str) -> Result<Self, Problem> {
        match Document::parse(text) {
            Ok(document) => Ok(Self { text, document }),
            Err(error) => Err(no_toml(text, &error)),
        }
    }

    /// Keys that nothing reads, and values of a wrong type or name.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut found = Vec::new();
        self.table(self.document.as_table(), &JobConfig::default().to_json(), "", &mut found);
        found
    }

    /// Values of `config` that can't be meant.
    pub(super) fn beyond_limits(&self, config: &JobConfig) -> Vec<Problem> {
        let problem = |(key, message): (&str, String)| Problem {
            line: self.line_of(key),
            key: key.to_owned(),
            message: format!("`{key}` {message}"),
        };
        limits(config).into_iter().map(problem).collect()
    }

    fn table(&self, given: &dyn TableLike, known: &Value, prefix: &str, found: &mut Vec<Problem>) {
        for (name, item) in given.iter() {
            let key = format!("{prefix}{name}");
            let message = match (known.get(name), item.as_table_like()) {
                (None, _) => unknown(&key, name, known, prefix),
                (Some(inner @ Value::Object(_)), Some(table)) => {
                    self.table(table, inner, &format!("{key}."), found);
                    continue;
                }
                (Some(_), _) => match of_wrong_type(&key, item) {
                    Some(message) => message,
                    None => continue,
                },
            };
            let line = given.key(name).and_then(toml_edit::Key::span).map(|span| line(self.text, span.start));
            found.push(Problem { line, key, message });
        }
    }

    /// The line of a key with dots, if the file has it.
    fn line_of(&self, key: &str) -> Option<usize> {
        let mut table: &dyn TableLike = self.document.as_table();
        let mut names = key.split('.').peekable();
        while let Some(name) = names.next() {
            let (key, item) = table.get_key_value(name)?;
            if names.peek().is_none() {
                return Some(line(self.text, key.span()?.start));
            }
            table = item.as_table_like()?;
        }
        None
    }
}

/// The nearest of `names`, if one is near.
pub(super) fn nearest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    names
        .map(|known| (strsim::jaro_winkler(name, known), known))
        .filter(|(likeness, _)| *likeness > 0.7)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known)
}

fn unknown(key: &str, name: &str, known: &Value, prefix: &str) -> String {
    let names = known.as_object().into_iter().flat_map(|table| table.keys());
    let hint = match nearest(name, names.clone().map(String::as_str)) {
        Some(near) => format!("did you mean `{prefix}{near}`?"),
        None => {
            let names: Vec<_> = names.map(|name| format!("`{name}`")).collect();
            format!("there are {}", names.join(", "))
        }
    };
    format!("unknown key `{key}`, {hint}")
}

/// What is said of a value when nothing else is given.
fn of_wrong_type(key: &str, item: &Item) -> Option<String> {
    let value = match item {
        Item::Value(value) => value.clone().decorated("", "").to_string(),
        Item::ArrayOfTables(_) => {
            return Some(format!("`{key}` can't be a list of tables; write single brackets"));
        }
        _ => return Some(format!("`{key}` is a value, not a table; write `{key} = …`")),
    };
    let error = toml::from_str::<JobConfig>(&format!("{key} = {value}")).err()?;
    let message = error.message().trim().replace('\n', "; ");
    Some(format!("`{key}` can't be {}: {message}", value.trim()))
}

fn no_toml(text: &str, error: &TomlError) -> Problem {
    let message = error.message().trim().replace('\n', "; ");
    Problem {
        line: error.span().map(|span| line(text, span.start)),
        key: String::new(),
        message: format!("not TOML: {message}"),
    }
}

fn line(text: &str, at: usize) -> usize {
    1 + text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count()
}

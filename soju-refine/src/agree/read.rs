//! Reading what a rater said: JSON lines, or tab-separated with a header.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::Value;

use super::{Key, Label, Opinion};
use crate::eval::{DocText, EvalError, text_lines, text_of, tsv_rows};
use crate::student::Level;

/// What was said of one text.
#[derive(Debug, Clone, PartialEq)]
pub struct Rating {
    /// Its line in the file, counted from 1.
    pub line: usize,
    /// The document's number.
    pub doc: Option<String>,
    /// Its name.
    pub id: Option<String>,
    /// The text, without space at its ends.
    pub text: Option<String>,
    /// What kind of text it is; may be empty.
    pub kind: String,
    /// Where it comes from; may be empty.
    pub source: String,
    /// Whether it is a segment or a document, where that was said.
    pub level: Option<Level>,
    /// What was said.
    pub opinion: Opinion,
}

/// A rater with everything that it said.
#[derive(Debug, Clone, PartialEq)]
pub struct Rater {
    /// Its name.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// In the file's order.
    pub ratings: Vec<Rating>,
}

/// A line of JSON.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    doc: Value,
    #[serde(default)]
    id: Value,
    text: Option<String>,
    label: Option<String>,
    p: Option<f64>,
    level: Option<Level>,
    source: Option<String>,
    kind: Option<String>,
}

impl Rating {
    /// What it is called by a key.
    pub fn key(&self, key: Key) -> Option<&str> {
        match key {
            Key::Doc => self.doc.as_deref(),
            Key::Id => self.id.as_deref(),
            Key::Text => self.text.as_deref(),
        }
    }
}

impl Rater {
    /// Reads a file: JSON lines (`.jsonl`, `.json`, `.ndjson`) with `label` (junk, keep, mask or mixed) or `p`, the
    /// probability of junk, and where known `text`, `doc`, `id`, `kind`, `source` and `level`; any other file is
    /// tab-separated with a header that names columns like these.
    ///
    /// # Errors
    /// The file can't be read, has no ratings, or a line is none.
    pub fn read(name: impl Into<String>, path: &Path) -> Result<Self, EvalError> {
        let json = path.extension().is_some_and(|e| e == "jsonl" || e == "json" || e == "ndjson");
        let ratings = if json { of_json(path)? } else { of_table(path)? };
        if ratings.is_empty() {
            let message = "no ratings; expected JSON lines (.jsonl), or tab-separated lines below a header";
            return Err(EvalError::malformed(path, 1, message));
        }
        Ok(Self { name: name.into(), path: path.to_owned(), ratings })
    }

    /// Gives ratings of documents without a text that of their number.
    ///
    /// # Errors
    /// There is none.
    pub fn give_texts(&mut self, docs: &[DocText]) -> Result<(), EvalError> {
        let texts: HashMap<i64, &str> = docs.iter().map(|d| (d.doc, d.text.as_str())).collect();
        for rating in self.ratings.iter_mut().filter(|r| r.text.is_none()) {
            let Some(doc) = rating.doc.as_deref() else { continue };
            let Some(text) = doc.parse().ok().and_then(|doc: i64| texts.get(&doc)) else {
                let message = format!("document {doc} has a label but no text in the documents");
                return Err(EvalError::malformed(&self.path, rating.line, message));
            };
            rating.text = filled(text);
        }
        Ok(())
    }
}

fn of_json(path: &Path) -> Result<Vec<Rating>, EvalError> {
    let text = text_of(path)?;
    let mut ratings = Vec::new();
    for (i, content) in text_lines(&text).enumerate().filter(|(_, content)| !content.trim().is_empty()) {
        let line = i + 1;
        let wrong = |message: String| EvalError::malformed(path, line, message);
        let row: Row = serde_json::from_str(content).map_err(|e| wrong(e.to_string()))?;
        if let Some(p) = row.p
            && !(0.0..=1.0).contains(&p)
        {
            return Err(wrong(format!("`p` is {p}, expected a probability of junk, 0 to 1")));
        }
        let label = row.label.as_deref().map(|label| named(label, path, line)).transpose()?;
        let opinion = match (label, row.p) {
            (Some(label), p) => Opinion::both(label, p),
            (None, Some(p)) => Opinion::probable(p),
            (None, None) => {
                return Err(wrong("neither `label` (keep, mask, mixed or junk) nor `p`".to_owned()));
            }
        };
        let called = |field: &str, value: Value| match value {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(Some(number.to_string())),
            Value::String(text) => Ok(filled(&text)),
            other => Err(wrong(format!("`{field}` is {other}, expected a number or a text"))),
        };
        ratings.push(Rating {
            line,
            doc: called("doc", row.doc)?.map(numbered),
            id: called("id", row.id)?,
            text: row.text.as_deref().and_then(filled),
            kind: row.kind.unwrap_or_default(),
            source: row.source.unwrap_or_default(),
            level: row.level,
            opinion,
        });
    }
    Ok(ratings)
}

fn of_table(path: &Path) -> Result<Vec<Rating>, EvalError> {
    let optional = ["doc", "id", "text", "kind", "source", "level"];
    tsv_rows(path, &["label"], &optional, |line, fields| {
        let [label, doc, id, text, kind, source, level] = fields else {
            unreachable!("seven columns were asked for")
        };
        let level = match level.trim() {
            "" => None,
            "segment" => Some(Level::Segment),
            "document" => Some(Level::Document),
            other => {
                let message = format!("unknown level {other:?}, expected segment or document");
                return Err(EvalError::malformed(path, line, message));
            }
        };
        Ok(Rating {
            line,
            doc: filled(doc).map(numbered),
            id: filled(id),
            text: filled(text),
            kind: kind.clone(),
            source: source.clone(),
            level,
            opinion: Opinion::labelled(named(label.trim(), path, line)?),
        })
    })
}

fn named(label: &str, path: &Path, line: usize) -> Result<Label, EvalError> {
    Label::named(label).ok_or_else(|| {
        let message = format!("unknown label {label:?}, expected keep, mask, mixed or junk");
        EvalError::malformed(path, line, message)
    })
}

/// A text without space at its ends, unless nothing is left.
fn filled(text: &str) -> Option<String> {
    Some(text.trim()).filter(|t| !t.is_empty()).map(str::to_owned)
}

/// The same for `7` and `007`, as different tools write a number.
fn numbered(doc: String) -> String {
    doc.parse::<i64>().map_or(doc, |number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, content: &str) -> Result<Rater, EvalError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(name);
        std::fs::write(&path, content).unwrap();
        Rater::read("a", &path)
    }

    #[test]
    fn both_forms_say_the_same() {
        let table = read("a.tsv", "doc\tlabel\tkind\ttext\n007\tmask\tad\t  가 \n\n8\tjunk\t\t\n").unwrap();
        let lines = "{\"doc\":7,\"label\":\"mask\",\"kind\":\"ad\",\"text\":\"가\",\"id\":null}\n\n\
                     {\"doc\":\"8\",\"label\":\"junk\",\"text\":\" \"}\n";
        let json = read("a.jsonl", lines).unwrap();
        let without_lines = |rater: &Rater| {
            rater.ratings.iter().cloned().map(|r| Rating { line: 0, ..r }).collect::<Vec<_>>()
        };
        assert_eq!(without_lines(&table), without_lines(&json));
        assert_eq!(json.ratings[1].line, 3);
        assert_eq!(json.ratings[0].doc.as_deref(), Some("7"));
        assert_eq!(json.ratings[1].text, None);
    }

    #[test]
    fn documents_get_their_texts() {
        let mut rater = read("a.tsv", "doc\tlabel\n1\tkeep\n").unwrap();
        let doc = |doc| DocText { doc, text: " 글\n".into() };
        rater.give_texts(&[doc(1)]).unwrap();
        assert_eq!(rater.ratings[0].text.as_deref(), Some("글"));
        let mut rater = read("a.tsv", "doc\tlabel\n1\tkeep\n").unwrap();
        let error = rater.give_texts(&[doc(2)]).unwrap_err().to_string();
        assert!(error.contains("a.tsv:2: document 1 has a label but no text"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let error = |name, content| read(name, content).unwrap_err().to_string();
        for (name, content, message) in [
            ("a.jsonl", "\n{\"text\":\"가\",\"p\":1.5}", "a.jsonl:2: `p` is 1.5"),
            ("a.jsonl", "{\"text\":\"가\"}", "a.jsonl:1: neither `label`"),
            ("a.jsonl", "{\"label\":\"good\"}", "a.jsonl:1: unknown label \"good\", expected keep"),
            ("a.jsonl", "{\"label\":\"keep\",\"id\":[1]}", "a.jsonl:1: `id` is [1], expected a number"),
            ("a.jsonl", "\n", "no ratings"),
            ("a.tsv", "label\ttext\ngood\t가\n", "a.tsv:2: unknown label \"good\""),
            ("a.tsv", "label\tlevel\nkeep\tline\n", "a.tsv:2: unknown level \"line\""),
            ("a.tsv", "text\n가\n", "a.tsv:1: no column `label`"),
        ] {
            let error = error(name, content);
            assert!(error.contains(message), "{error}");
        }
    }
}

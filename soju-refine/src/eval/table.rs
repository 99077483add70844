//! Reading labelled files: tab-separated with a header, or JSON lines.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::EvalError;

/// A labelled line: `label`, `kind` and `text` of a tab-separated file with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineLabel {
    /// `keep`, `junk` or `mask`.
    pub label: String,
    /// What kind of text it is.
    pub kind: String,
    /// Where it comes from; empty without such a column.
    pub source: String,
    /// The line; empty without such a column.
    pub text: String,
}

/// A labelled document: `doc` and `label` of a tab-separated file with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocLabel {
    /// The document's number.
    pub doc: i64,
    /// `keep`, `mixed` or `junk`.
    pub label: String,
    /// What kind of document it is; empty without such a column.
    pub kind: String,
}

/// A document: a JSON object with `doc` and `text`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DocText {
    /// The document's number.
    pub doc: i64,
    /// Its text.
    pub text: String,
}

/// What should happen inside a document: a JSON object with `doc`, `remove` and `keep`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpanLabel {
    /// The document's number.
    pub doc: i64,
    /// Texts that should go.
    pub remove: Vec<RemoveSpan>,
    /// Texts that must stay.
    pub keep: Vec<String>,
}

/// A text that should go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveSpan {
    /// The text as it stands in the document.
    pub text: String,
    /// What it is, such as `nav`.
    pub kind: String,
}

impl LineLabel {
    /// Reads a tab-separated file.
    ///
    /// # Errors
    /// The file can't be read, has no column `label` or `kind`, or a line has too few fields.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        tsv_rows(path, &["label", "kind"], &["source", "text"], |_, fields| {
            let [label, kind, source, text] = fields else { unreachable!("four columns were asked for") };
            Ok(Self { label: label.clone(), kind: kind.clone(), source: source.clone(), text: text.clone() })
        })
    }
}

impl DocLabel {
    /// Reads a tab-separated file.
    ///
    /// # Errors
    /// As [`LineLabel::read`], with the columns `doc` and `label`; or `doc` is not a number.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        tsv_rows(path, &["doc", "label"], &["kind"], |line, fields| {
            let [doc, label, kind] = fields else { unreachable!("three columns were asked for") };
            let doc = doc.trim().parse().map_err(|_| {
                EvalError::malformed(path, line, format!("`doc` is {doc:?}, expected a number"))
            })?;
            Ok(Self { doc, label: label.clone(), kind: kind.clone() })
        })
    }
}

/// Reads a file of JSON objects, one a line; blank lines are passed over.
pub(crate) fn json_lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, EvalError> {
    let text = read(path)?;
    lines(&text)
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(i, line)| {
            serde_json::from_str(line).map_err(|e| EvalError::malformed(path, i + 1, e.to_string()))
        })
        .collect()
}

pub(crate) fn read(path: &Path) -> Result<String, EvalError> {
    std::fs::read_to_string(path).map_err(|source| EvalError::Read { path: path.to_owned(), source })
}

/// Lines with any of the line ends LF, CRLF and CR, and without a byte order mark.
pub(crate) fn lines(text: &str) -> impl Iterator<Item = &str> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let text = text.strip_suffix('\n').unwrap_or(text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    text.split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'))
        .take(if text.is_empty() { 0 } else { usize::MAX })
}

/// The rows of a tab-separated file, as the columns named. Quotation marks mean nothing.
pub(crate) fn tsv_rows<T>(
    path: &Path,
    needed: &[&str],
    optional: &[&str],
    mut row: impl FnMut(usize, &[String]) -> Result<T, EvalError>,
) -> Result<Vec<T>, EvalError> {
    let text = read(path)?;
    let mut lines = lines(&text).enumerate().filter(|(_, line)| !line.is_empty());
    let header: Vec<&str> = lines.next().map(|(_, line)| line.split('\t').collect()).unwrap_or_default();
    let place = |name: &&str| header.iter().position(|h| h == name);
    let mut columns = Vec::new();
    for name in needed {
        let column = place(name).ok_or_else(|| {
            let message =
                format!("no column `{name}`; the first line must name the columns, separated by tabs");
            EvalError::malformed(path, 1, message)
        })?;
        columns.push(Some(column));
    }
    columns.extend(optional.iter().map(place));
    lines
        .map(|(i, line)| {
            let fields: Vec<&str> = line.split('\t').collect();
            let wanted: Vec<String> = columns
                .iter()
                .enumerate()
                .map(|(n, column)| match column.map(|c| fields.get(c)) {
                    None => Ok(String::new()),
                    Some(Some(field)) => Ok((*field).to_owned()),
                    Some(None) if n >= needed.len() => Ok(String::new()),
                    Some(None) => Err(EvalError::malformed(
                        path,
                        i + 1,
                        format!("{} fields, expected {}", fields.len(), header.len()),
                    )),
                })
                .collect::<Result<_, _>>()?;
            row(i + 1, &wanted)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_ends_a_line() {
        let split = |text| lines(text).collect::<Vec<_>>();
        assert_eq!(split("a\r\nb\rc\n\nd"), ["a", "b", "c", "", "d"]);
        assert_eq!(split("a\n"), ["a"]);
        assert_eq!(split("\u{feff}a"), ["a"]);
        assert!(split("").is_empty());
    }

    #[test]
    fn a_table_without_its_columns_says_which() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("labels.tsv");
        std::fs::write(&path, "kind\ttext\nad\t사세요\n").unwrap();
        let error = LineLabel::read(&path).unwrap_err().to_string();
        assert!(error.contains("labels.tsv:1: no column `label`"), "{error}");
        std::fs::write(&path, "doc\tlabel\n1\tkeep\nx\tjunk\n").unwrap();
        let error = DocLabel::read(&path).unwrap_err().to_string();
        assert!(error.contains("labels.tsv:3: `doc` is \"x\""), "{error}");
        std::fs::write(&path, "doc\tlabel\n1\n").unwrap();
        let error = DocLabel::read(&path).unwrap_err().to_string();
        assert!(error.contains("labels.tsv:2: 1 fields, expected 2"), "{error}");
    }
}

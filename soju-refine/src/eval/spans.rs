//! Spans that should go, and texts that must stay, inside documents.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::Path;

use serde::Serialize;

use super::table::{self, DocText, SpanLabel};
use super::{DocOutput, EvalError};

/// Spans of one kind in documents that were kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpanKind {
    /// The kind, such as `nav`.
    pub kind: String,
    /// Whose text no longer stands in the clean text.
    pub gone: usize,
    /// All of them.
    pub spans: usize,
}

/// Figures over spans.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanFigures {
    /// By kind, sorted.
    pub kinds: Vec<SpanKind>,
    /// Share of the spans to remove that are gone from documents that were kept.
    pub recall: f64,
    /// Share of the texts that must survive that still stand. A dropped document loses its own.
    pub survival: f64,
    /// Spans to remove in documents that were kept.
    pub spans: usize,
    /// Texts that must survive.
    pub survivors: usize,
}

/// Measures clean texts. White space counts as one space.
///
/// # Errors
/// A span does not stand in its document, or there is no such document.
pub fn score_spans(
    docs: &[DocText],
    labels: &[SpanLabel],
    outputs: &[DocOutput],
) -> Result<SpanFigures, EvalError> {
    let originals: HashMap<i64, &str> = docs.iter().map(|d| (d.doc, d.text.as_str())).collect();
    let outputs: HashMap<i64, &DocOutput> = outputs.iter().map(|o| (o.doc, o)).collect();
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let (mut alive, mut survivors) = (0, 0);
    for label in labels {
        let left = outputs.get(&label.doc).filter(|o| !o.dropped()).map_or(String::new(), |o| fold(&o.text));
        survivors += label.keep.len();
        alive += label.keep.iter().filter(|span| left.contains(&fold(span))).count();
        if left.is_empty() {
            continue;
        }
        for span in &label.remove {
            let original = originals.get(&label.doc).ok_or(EvalError::NoText { doc: label.doc })?;
            if !original.contains(&span.text) {
                return Err(EvalError::ForeignSpan { doc: label.doc, text: span.text.clone() });
            }
            let kind = kinds.entry(&span.kind).or_default();
            kind.0 += usize::from(!left.contains(&fold(&span.text)));
            kind.1 += 1;
        }
    }
    let gone: usize = kinds.values().map(|k| k.0).sum();
    let spans: usize = kinds.values().map(|k| k.1).sum();
    Ok(SpanFigures {
        kinds: kinds
            .into_iter()
            .map(|(kind, (gone, spans))| SpanKind { kind: kind.to_owned(), gone, spans })
            .collect(),
        recall: gone as f64 / spans.max(1) as f64,
        survival: alive as f64 / survivors.max(1) as f64,
        spans,
        survivors,
    })
}

impl DocText {
    /// Reads documents: JSON objects with `doc` and `text`, one a line.
    ///
    /// # Errors
    /// The file can't be read, or a line is no such object.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        table::json_lines(path)
    }
}

impl SpanLabel {
    /// Reads span labels: JSON objects with `doc`, `remove` and `keep`, one a line.
    ///
    /// # Errors
    /// The file can't be read, or a line is no such object.
    pub fn read(path: &Path) -> Result<Vec<Self>, EvalError> {
        table::json_lines(path)
    }
}

/// White space in runs becomes one space, at the ends none; with the separators that Python's `\s` knows, too.
fn fold(text: &str) -> String {
    let space = |c: char| c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}');
    let mut out = String::with_capacity(text.len());
    for word in text.split(space).filter(|w| !w.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

impl fmt::Display for SpanFigures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for k in &self.kinds {
            writeln!(f, "{:14} {:4} of {}", k.kind, k.gone, k.spans)?;
        }
        writeln!(
            f,
            "span recall {:.3} survival {:.3} (of {} and {})",
            self.recall, self.survival, self.spans, self.survivors
        )
    }
}

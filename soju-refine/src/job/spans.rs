//! The exact spans of personal data, which only a job that is told to writes.
//!
//! They are in a folder of their own, `pii-spans/`, that only its owner may enter: with them the masks of
//! the whole corpus can be undone.

use std::io;
use std::path::Path;

use serde::Serialize;

use crate::document::Document;
use crate::io::Position;

/// What was masked in a document that was kept.
#[derive(Debug, Serialize)]
pub(super) struct Spans<'a> {
    source: &'a Position,
    spans: Vec<Span<'a>>,
}

/// A value. Offsets are in Unicode code points of the text as it was read, as in the note of the record.
#[derive(Debug, PartialEq, Serialize)]
struct Span<'a> {
    kind: &'a str,
    start: usize,
    end: usize,
    text: &'a str,
    replacement: &'a str,
}

impl<'a> Spans<'a> {
    /// None for a document in which nothing was masked.
    pub(super) fn of(doc: &'a Document, source: &'a Position) -> Option<Self> {
        let (mut bytes, mut chars) = (0, 0);
        let mut at = |byte: usize| {
            chars += doc.original()[bytes..byte].chars().count();
            bytes = byte;
            chars
        };
        let spans: Vec<_> = doc
            .visible_edits()
            .filter(|edit| edit.stage == "pii")
            .map(|edit| Span {
                kind: &edit.kind,
                start: at(edit.span.start),
                end: at(edit.span.end),
                text: &doc.original()[edit.span.clone()],
                replacement: &edit.replacement,
            })
            .collect();
        (!spans.is_empty()).then_some(Self { source, spans })
    }
}

/// Makes the folder, for its owner alone where the system knows owners.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pii::{Pii, PiiConfig};
    use crate::pipeline::Stage;

    #[test]
    fn spans_have_text_and_code_points() {
        let position = Position { file: "f".into(), line: 3 };
        let mut doc = Document::new("1", "전화 010-2345-6789, 끝");
        assert!(Spans::of(&doc, &position).is_none());
        Pii::new(PiiConfig::default()).apply(&mut doc);
        let json = serde_json::to_value(Spans::of(&doc, &position)).unwrap();
        let span = serde_json::json!({
            "kind": "phone", "start": 3, "end": 16, "text": "010-2345-6789", "replacement": "<전화번호>",
        });
        assert_eq!(json, serde_json::json!({"source": {"file": "f", "line": 3}, "spans": [span]}));
    }
}

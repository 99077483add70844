//! Measures a cleaner's output on labelled Korean data: lines, documents, and spans inside documents.
//!
//! The figures are those of the development data's `score.py`, to the last digit: junk is the positive
//! class, a document that is a mixture counts as one to keep, and a span counts as removed when its text
//! no longer stands in the clean text. Any system's output can be measured, and [`System`] makes soju's own.

mod docs;
mod error;
mod f1;
mod judged;
mod lines;
mod ranks;
mod spans;
mod system;
mod table;

pub use docs::{DocFigures, LabelCounts, score_docs};
pub use error::EvalError;
pub use f1::PrecisionRecall;
pub use judged::{Judged, JudgedCost};
pub use lines::{KindShare, LineFigures, score_lines};
pub use ranks::{auc, spearman};
pub use spans::{SpanFigures, SpanKind, score_spans};
pub use system::{DocOutput, Outputs, System, Verdict, write_docs, write_lines};
pub use table::{DocLabel, DocText, LineLabel, RemoveSpan, SpanLabel};
pub(crate) use table::{json_lines, lines as text_lines, read as text_of, tsv_rows};

//! What can be wrong with labelled data and with what is measured on it.

use std::path::{Path, PathBuf};

/// A file that could not be measured.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EvalError {
    /// A file can't be read, or is not UTF-8.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line is not what the format asks for.
    #[error("{path}:{line}: {message}")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong, and what was expected.
        message: String,
    },
    /// There must be one prediction for each label.
    #[error("{labels} labels but {predictions} predictions; there must be one a line, in the labels' order")]
    Count {
        /// Lines of the labels, the header not counted.
        labels: usize,
        /// Lines of the predictions.
        predictions: usize,
    },
    /// A span to remove does not stand in its document.
    #[error(
        "document {doc}: the span to remove {text:?} does not stand in its text; are these the spans of these documents?"
    )]
    ForeignSpan {
        /// The document's number.
        doc: i64,
        /// The span.
        text: String,
    },
    /// Labels or outputs speak of a document that there is no text for.
    #[error("document {doc} has a label but no text")]
    NoText {
        /// The document's number.
        doc: i64,
    },
}

impl EvalError {
    pub(crate) fn malformed(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self::Malformed { path: path.to_owned(), line, message: message.into() }
    }
}

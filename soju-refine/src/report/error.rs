//! What can go wrong when a report is written.

use std::path::PathBuf;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReportError {
    /// The file could not be written; what stood there before still does.
    #[error("cannot write {}: {source}; make room or choose another output folder", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A fact has no JSON form.
    #[error("cannot express the report as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// The page's template and its data do not fit: a fault of soju.
    #[error("cannot render the report page: {0}")]
    Template(#[from] minijinja::Error),
}

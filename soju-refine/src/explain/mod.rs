//! Why a document fell or stayed, and what became of its text.
//!
//! [`Explainer`] runs the pipeline on a document and keeps what each stage said; [`JobFolder`] reads what a finished job
//! has on record of its documents, [`Originals`] finds the texts in its inputs again, [`replay()`] checks that the clean text
//! is the original with the edits on record, and [`hunks`] are the places of a text with edits, to be shown.

mod error;
mod explainer;
mod explanation;
mod folder;
mod hunk;
mod originals;
mod personal;
mod replay;
mod threshold;
mod written;

pub use error::ExplainError;
pub use explainer::Explainer;
pub use explanation::{EditReport, Explanation, FeatureReport, StageReport};
pub use folder::JobFolder;
pub use hunk::{Hunk, Part, hunks, hunks_of_clean};
pub use originals::Originals;
pub use personal::without_personal;
pub use replay::{Mismatch, replay, unlike_clean};
pub use threshold::{Side, Threshold, threshold};
pub use written::{Written, WrittenNote};

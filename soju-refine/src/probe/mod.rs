//! Linear probes: what a language model's hidden states tell of a text.
//!
//! A text goes through the model once ([`Shape`] says how much of it), the hidden states of its last layer are
//! averaged over the tokens, and a [`Head`] for each question weighs them: is it junk, of what kind, how coherent,
//! how informative, how educational. Nothing is generated and no prompt is needed, so that a text costs its own
//! tokens only. [`train`] fits the heads to labelled texts with figures held back by source, and a file of a few
//! kilobytes keeps them ([`Probe::load`]); the library has one for its default model ([`Probe::builtin`]). A probe fits the model that it was trained on and no other.
//!
//! Averages of all tokens generalize from one kind of text to another, the last token's state does not (measured in
//! `docs/judge.md`); on linear probes see Alain and Bengio 2016 (arXiv:1610.01644).

mod file;
mod head;
mod report;
mod sources;
mod states;
mod train;

pub use file::ProbeError;
pub(crate) use head::described;
pub use head::{Head, Probe, RubricScores, Target};
pub use report::{Held, KindFigures, ProbeFigures, ProbeReport};
pub use sources::{ProbeSample, ProbeSources, Rubric};
pub(crate) use states::mean;
pub use states::{Shape, embed_all};
pub use train::{ProbeConfig, train};

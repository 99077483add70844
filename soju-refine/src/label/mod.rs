//! Labels by the model: a sample of a corpus, judged text by text, to learn from.
//!
//! [`sample`] draws texts so that the same corpus and seed give the same sample whatever the order of the files,
//! [`LabelJob`] asks the model about them and writes a line each, with its log-odds beside the probability, and goes on
//! where it was stopped. What it writes `soju train-filter` and `soju agree` read.

mod job;
mod sample;

pub use job::{LabelError, LabelJob, Labelled};
pub use sample::{SampleConfig, Sampled, sample};

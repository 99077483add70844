//! What a cleaning job did: counted while it runs, written at the end as `report.json` and one
//! self-contained `report.html`.
//!
//! The job feeds each document's [`Outcome`] into a [`Tally`]. Tallies of shards merge in any order
//! to the same total, so a job that was interrupted reports what an uninterrupted one would have.
//! A [`Report`] adds the facts of the run and writes the files.

pub(crate) mod card;
mod chart;
mod error;
mod facts;
mod features;
#[cfg(test)]
mod fixture;
mod histogram;
mod html;
pub(crate) mod mask;
mod names;
mod numbers;
mod outcome;
mod piece;
mod sample;
mod table;
mod tally;
mod terminal;
pub(crate) mod visible;
mod write;

pub use card::CardFacts;
pub use error::ReportError;
pub use facts::{
    InputError, InputFacts, JudgeTokens, ModelFacts, OutputFacts, RunFacts, StageTime, Thresholds,
};
pub use histogram::{LengthHistogram, ScoreHistogram};
pub use names::korean;
pub use outcome::{Decision, Outcome};
pub use piece::Piece;
pub use sample::{Sample, SamplePool};
pub use tally::{Characters, DropCount, EditCount, RejectCount, Split, Tally};
pub use visible::visible;
pub use write::Report;

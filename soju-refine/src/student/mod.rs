//! The student: a small linear classifier of segments and documents, 0 for prose and 1 for junk.
//!
//! Two heads, one for a [`Level`] each. Both see hashed character n-grams ([`Grams`]), that of segments the features
//! that [`junk`](crate::junk) measures on a line, too. They are trained by [`train`] from labelled or model-labelled
//! texts, checked and calibrated on folds by source, and kept in one small file ([`Student::load`]). The one in
//! the library ([`Student::builtin`]) and its data are described in `models/README.md`.
//!
//! On documents the student is heard beside the rules' score ([`StudentStage`]): the two see different things, and
//! together they are wrong less often than either. On single lines the rules decide alone.
//!
//! Scoring looks a table up for each n-gram and allocates nothing but a thread's first buffers.

mod file;
mod grams;
mod head;
pub(crate) mod linear;
mod measures;
mod report;
mod sample;
mod sources;
mod stage;
mod train;

pub use file::StudentError;
pub use grams::Grams;
pub use head::{Level, Student, both};
pub use report::{HeadReport, HeldBack, KindReport, TrainReport};
pub use sample::Sample;
pub use sources::{Sources, TrainingData};
pub use stage::{StudentConfig, StudentStage};
pub use train::{TrainConfig, TrainError, TrainStep, train};

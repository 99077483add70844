//! Compares raters on the same texts: a teacher, a student, the rules, and people.
//!
//! [`Rater::read`] reads what one of them said, [`Pairing::of`] brings together what was said of the same text,
//! [`Pairing::ask`] lets soju's own levels ([`Own`]) rate the texts, and [`Agreement::of`] has the figures: for each
//! pair of raters the share told alike, Cohen's kappa with its interval and a confusion table, and the texts on which they
//! differ most.

mod coefficients;
mod error;
mod figures;
mod opinion;
mod own;
mod pairing;
mod probability;
mod read;
mod worst;

pub use coefficients::{Kappa, nominal_alpha};
pub use error::AgreeError;
pub use figures::{Agreement, ByLabel, Confusion, PairFigures};
pub use opinion::{Label, Opinion};
pub use own::Own;
pub use pairing::{Key, Pairing, RaterFacts, Unit};
pub use probability::{AgainstLabels, BothProbabilities};
pub use read::{Rater, Rating};
pub use worst::{Disagreement, Said};

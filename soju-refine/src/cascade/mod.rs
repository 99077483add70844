//! The cascade of rules, student and model: what each level costs and what it is worth.
//!
//! [`measure`] takes labelled documents through all levels and keeps what each says, whatever the thresholds; [`Curve`]
//! then works out, for every pair of thresholds, which level settles which document, how many tokens the model reads
//! for it and how often the verdict is right, and picks the best within a budget. The figures are of the documents
//! that the thresholds were chosen on; [`Curve::held_back`] chooses and judges on different ones.

mod curve;
mod measure;

pub use curve::{Curve, Point, Settled, Thresholds};
pub use measure::{Costs, MeasureError, Measured, Stand, measure};

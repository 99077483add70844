//! Logistic regression with what it takes to trust it: folds by source, and calibration.

pub(crate) mod calibration;
pub(crate) mod folds;
pub(crate) mod solver;

//! For tests: the conformance suite that every backend must pass, and a backend that answers by script.

mod conformance;
mod fake;

#[cfg(feature = "cpu")]
pub use crate::constraint::translate_grammar;
pub use conformance::{Subject, conformance};
pub use fake::{FakeBackend, FakeBuilder, fake_engine};

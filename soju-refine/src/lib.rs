//! Korean cleaning jobs on a language model engine.
#![forbid(unsafe_code)]

pub mod document;
pub mod io;
pub mod pipeline;
pub mod report;

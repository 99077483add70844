//! Korean cleaning jobs on a language model engine.
#![forbid(unsafe_code)]

pub mod dedup;
pub mod document;
pub mod io;
pub mod junk;
pub mod language;
pub mod normalize;
pub mod pii;
pub mod pipeline;
pub mod segment;

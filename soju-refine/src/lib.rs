//! Korean cleaning jobs on a language model engine.
//!
//! [`job::CleanJob`] is the whole job; [`pipeline::Cleaner`] and [`llm::Judge`] are its parts, for programs
//! that clean one document at a time. What all of them work on is a [`document::Document`].
#![forbid(unsafe_code)]

pub mod agree;
pub mod cascade;
pub mod dedup;
pub mod distill;
pub mod document;
pub mod edit;
pub mod eval;
pub mod explain;
pub mod heuristics;
pub mod html;
pub mod io;
pub mod job;
pub mod junk;
pub mod label;
pub mod language;
pub mod llm;
pub mod metadata;
pub mod normalize;
pub mod pii;
pub mod pipeline;
pub mod probe;
pub mod report;
pub mod rewrite;
pub mod segment;
pub mod student;

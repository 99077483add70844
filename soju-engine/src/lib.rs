//! Language model engine: one API for TensorRT-LLM on a GPU and llama.cpp on a CPU.
#![forbid(unsafe_code)]

pub mod models;

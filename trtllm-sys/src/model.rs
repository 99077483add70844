//! What an executor runs.

use std::path::PathBuf;

use crate::{ModelType, Tensor};

/// The engine or engines of an executor.
#[derive(Debug)]
#[non_exhaustive]
pub enum Model<'a> {
    /// The folder that `trtllm-build` wrote.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What it holds.
        model_type: ModelType,
    },
    /// An encoder and a decoder.
    EncoderDecoderFolders {
        /// The encoder's folder.
        encoder: PathBuf,
        /// The decoder's folder.
        decoder: PathBuf,
    },
    /// An engine in memory. Leader mode only.
    Buffer {
        /// The bytes of `rank0.engine`.
        engine: &'a [u8],
        /// The text of `config.json`.
        config_json: &'a str,
        /// What it holds.
        model_type: ModelType,
        /// Weights that are not in the engine, by name.
        managed_weights: Vec<(String, &'a Tensor)>,
    },
    /// An encoder and a decoder in memory.
    EncoderDecoderBuffers {
        /// The bytes of the encoder's engine.
        encoder_engine: &'a [u8],
        /// The text of its `config.json`.
        encoder_config_json: &'a str,
        /// The bytes of the decoder's engine.
        decoder_engine: &'a [u8],
        /// The text of its `config.json`.
        decoder_config_json: &'a str,
    },
}

impl Model<'_> {
    /// The folder of a decoder-only model, which most are.
    pub fn folder(path: impl Into<PathBuf>) -> Self {
        Self::Folder { path: path.into(), model_type: ModelType::DecoderOnly }
    }
}

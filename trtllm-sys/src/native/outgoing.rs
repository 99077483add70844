//! From the crate's types to those of the bridge, where no mirror does it: what borrows or holds native memory.

use std::borrow::Cow;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::Arc;

use cxx::SharedPtr;

use super::hook::Hook;
use crate::bridge::ffi;
use crate::cross::Cross as _;
use crate::{LogitsProcessors, Model, ModelType, Request, Tensor};

pub(super) fn entry<'a>(request: &'a Request<'_>) -> ffi::RequestEntry<'a> {
    let encoder: Option<&[i32]> = request.encoder_input_tokens.as_ref().map(Cow::as_ref);
    ffi::RequestEntry {
        input_tokens: &request.input_tokens,
        encoder_input_set: encoder.is_some(),
        encoder_input_tokens: encoder.unwrap_or_default(),
        spec: request.options.twin(),
        extras: extras(request),
    }
}

fn extras(request: &Request<'_>) -> ffi::RequestExtras {
    let shared =
        |tensor: Option<&Tensor>| tensor.map_or_else(SharedPtr::null, |tensor| tensor.native().shared());
    let tensors = &request.tensors;
    ffi::RequestExtras {
        embedding_bias: shared(tensors.embedding_bias),
        draft_logits: shared(tensors.draft_logits),
        prompt_table: shared(tensors.prompt_table),
        multimodal_embedding: shared(tensors.multimodal_embedding),
        mrope_rotary_cos_sin: shared(tensors.mrope_rotary_cos_sin),
        lora_weights: shared(tensors.lora_weights),
        lora_config: shared(tensors.lora_config),
        encoder_input_features: shared(tensors.encoder_input_features),
        cross_attention_mask: shared(tensors.cross_attention_mask),
        skip_cross_attn_blocks: shared(tensors.skip_cross_attn_blocks),
        logits_processor: request.logits_processor.iter().map(|code| Hook::One(Arc::clone(code))).collect(),
    }
}

pub(super) fn hooks(processors: &LogitsProcessors) -> ffi::Hooks {
    ffi::Hooks {
        set: !processors.is_empty(),
        names: processors.named.iter().map(|(name, _)| name.clone()).collect(),
        named: processors.named.iter().map(|(_, code)| Hook::One(Arc::clone(code))).collect(),
        batched: processors.batched.iter().map(|code| Hook::Batched(Arc::clone(code))).collect(),
        replicate: processors.replicate.to_ffi(),
    }
}

pub(super) fn source<'a>(model: &'a Model<'_>) -> ffi::ModelSource<'a> {
    let empty = ffi::ModelSource {
        from_buffers: false,
        path: &[],
        engine: &[],
        config_json: "",
        has_encoder: false,
        encoder_path: &[],
        encoder_engine: &[],
        encoder_config_json: "",
        model_type: ModelType::EncoderDecoder.to_raw(),
        weights: Vec::new(),
    };
    match model {
        Model::Folder { path, model_type } => {
            ffi::ModelSource { path: bytes(path), model_type: model_type.to_raw(), ..empty }
        }
        Model::EncoderDecoderFolders { encoder, decoder } => ffi::ModelSource {
            path: bytes(decoder),
            has_encoder: true,
            encoder_path: bytes(encoder),
            ..empty
        },
        Model::Buffer { engine, config_json, model_type, managed_weights } => ffi::ModelSource {
            from_buffers: true,
            engine,
            config_json,
            model_type: model_type.to_raw(),
            weights: managed_weights
                .iter()
                .map(|(name, tensor)| ffi::NamedTensor {
                    iter: 0,
                    name: name.clone(),
                    tensor: tensor.native().shared(),
                })
                .collect(),
            ..empty
        },
        Model::EncoderDecoderBuffers {
            encoder_engine,
            encoder_config_json,
            decoder_engine,
            decoder_config_json,
        } => ffi::ModelSource {
            from_buffers: true,
            engine: decoder_engine,
            config_json: decoder_config_json,
            has_encoder: true,
            encoder_engine,
            encoder_config_json,
            ..empty
        },
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

//! Knobs of the runtime, debugging, guided decoding and further outputs.

use crate::GuidedDecodingBackend;
use crate::cross::mirror;

mirror! {
    /// `ExtendedRuntimePerfKnobConfig`.
    pub struct ExtendedRuntimePerfKnobConfig <=> PerfKnobs {
        /// Several blocks per sequence in attention.
        pub multi_block_mode: Option<bool>,
        /// Accumulate prompt attention in single precision.
        pub enable_context_fmha_fp32_acc: Option<bool>,
        /// Capture CUDA graphs.
        pub cuda_graph_mode: Option<bool>,
        /// The number of graphs kept.
        pub cuda_graph_cache_size: Option<i32>,
    }
}

mirror! {
    /// `DebugConfig`: which tensors are kept.
    pub struct DebugConfig <=> DebugOutput {
        /// All inputs.
        pub input_tensors: Option<bool>,
        /// All outputs.
        pub output_tensors: Option<bool>,
        /// These only.
        pub tensor_names: Option<Vec<String>>,
        /// How many past iterations are kept for [`Executor::debug_tensors`](crate::Executor::debug_tensors); 0
        /// writes files instead.
        pub max_iterations: Option<i32>,
    }
}

mirror! {
    /// `GuidedDecodingConfig`.
    pub struct GuidedDecodingConfig <=> GuidedBackend {
        /// The library that masks tokens; XGrammar if unset.
        pub backend: Option<GuidedDecodingBackend>,
        /// The vocabulary in the order of the ids.
        pub encoded_vocab: Option<Vec<String>>,
        /// The tokenizer as the text of `tokenizer.json`.
        pub tokenizer: Option<String>,
        /// Ids that end the output.
        pub stop_token_ids: Option<Vec<i32>>,
    }
}

mirror! {
    /// `AdditionalModelOutput`: an output of the engine that a result shall carry.
    pub struct AdditionalModelOutput == AdditionalOutput {
        /// The name of the output.
        pub name: String,
        /// Whether it is gathered for the prompt as well.
        pub gather_context: bool,
    }
}

#[cfg(trtllm_native)]
impl crate::cross::Cross for Option<Vec<AdditionalModelOutput>> {
    type Ffi = crate::bridge::ffi::OptAdditionalOutputs;
    fn to_ffi(&self) -> Self::Ffi {
        match self {
            Some(outputs) => Self::Ffi { set: true, values: outputs.to_ffi() },
            None => Self::Ffi::default(),
        }
    }
    fn from_ffi(twin: Self::Ffi) -> Self {
        twin.set.then(|| Vec::from_ffi(twin.values))
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self.is_some() && self != effective).then(String::new)
    }
}

//! The enumerations of the executor API.
//!
//! Their numbers come from `bindings.rs`. A number that this version of the crate does not know becomes
//! `Unknown(number)`, so that a value that a later library adds is shown and not lost.

use crate::bindings;

macro_rules! native_enum {
    ($(#[$meta:meta])* $name:ident = $module:ident {
        $($(#[$variant_meta:meta])* $variant:ident = $constant:ident,)*
    }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$variant_meta])* $variant,)*
            /// A number that this version of the crate does not know.
            Unknown(i32),
        }

        impl $name {
            /// Every variant that has a name.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// From C++'s number.
            #[must_use]
            pub const fn from_raw(raw: i32) -> Self {
                match raw {
                    $(bindings::$module::$constant => Self::$variant,)*
                    other => Self::Unknown(other),
                }
            }

            /// C++'s number.
            #[must_use]
            pub const fn to_raw(self) -> i32 {
                match self {
                    $(Self::$variant => bindings::$module::$constant,)*
                    Self::Unknown(raw) => raw,
                }
            }
        }

        #[cfg(trtllm_native)]
        impl $crate::cross::Cross for Option<$name> {
            type Ffi = $crate::bridge::ffi::OptI32;
            fn to_ffi(&self) -> Self::Ffi {
                self.map($name::to_raw).to_ffi()
            }
            fn from_ffi(twin: Self::Ffi) -> Self {
                Option::<i32>::from_ffi(twin).map($name::from_raw)
            }
            fn drift(&self, effective: &Self) -> Option<String> {
                (self.is_some() && self != effective).then(String::new)
            }
        }

        #[cfg(trtllm_native)]
        impl $crate::cross::Cross for $name {
            type Ffi = i32;
            fn to_ffi(&self) -> i32 {
                self.to_raw()
            }
            fn from_ffi(twin: i32) -> Self {
                Self::from_raw(twin)
            }
            fn drift(&self, effective: &Self) -> Option<String> {
                (self != effective).then(String::new)
            }
        }
    };
}

native_enum! {
    /// The type of a tensor's elements.
    DataType = data_type {
        /// One byte, 0 or 1.
        Bool = BOOL,
        /// Unsigned, 8 bits.
        UInt8 = UINT8,
        /// Signed, 8 bits.
        Int8 = INT8,
        /// Signed, 32 bits.
        Int32 = INT32,
        /// Signed, 64 bits; also addresses.
        Int64 = INT64,
        /// bfloat16.
        BFloat16 = BF16,
        /// 8-bit float (e4m3), seen as bytes here.
        Float8 = FP8,
        /// IEEE 754 half precision.
        Float16 = FP16,
        /// IEEE 754 single precision.
        Float32 = FP32,
        /// The type of an empty tensor.
        Unspecified = UNKNOWN,
    }
}

native_enum! {
    /// Where a tensor's memory is.
    MemoryType = memory_type {
        /// Ordinary host memory.
        Cpu = CPU,
        /// Page-locked host memory.
        CpuPinned = CPU_PINNED,
        /// Page-locked host memory from the pool.
        CpuPinnedPool = CPU_PINNEDPOOL,
        /// Memory of a GPU: the host can't read it.
        Gpu = GPU,
        /// Managed memory: host and GPU share the address.
        Managed = UVM,
        /// The memory of an empty tensor.
        Unspecified = UNKNOWN,
    }
}

native_enum! {
    /// The kind of model in an engine.
    ModelType = model_type {
        /// GPT-like.
        DecoderOnly = DECODER_ONLY,
        /// BERT-like: the result is the encoder's output.
        EncoderOnly = ENCODER_ONLY,
        /// T5-like and Whisper-like.
        EncoderDecoder = ENCODER_DECODER,
    }
}

native_enum! {
    /// How requests are put into batches.
    BatchingType = batching_type {
        /// All requests of a batch start and end together.
        Static = STATIC,
        /// Requests join and leave between iterations.
        Inflight = INFLIGHT,
    }
}

native_enum! {
    /// Which requests run when the KV cache can't hold them all.
    CapacitySchedulerPolicy = capacity_scheduler_policy {
        /// As many as fit now; some may be paused and started again later.
        MaxUtilization = MAX_UTILIZATION,
        /// A request starts only if it can run to its end.
        GuaranteedNoEvict = GUARANTEED_NO_EVICT,
        /// No request starts before the whole batch is done.
        StaticBatch = STATIC_BATCH,
    }
}

native_enum! {
    /// How the chunks of several prompts share an iteration.
    ContextChunkingPolicy = context_chunking_policy {
        /// The oldest prompt first.
        FirstComeFirstServed = FIRST_COME_FIRST_SERVED,
        /// All prompts go on by equal steps.
        EqualProgress = EQUAL_PROGRESS,
    }
}

native_enum! {
    /// How the processes of a distributed model talk.
    CommunicationType = communication_type {
        /// MPI.
        Mpi = MPI,
    }
}

native_enum! {
    /// Who may enqueue requests of a distributed model.
    CommunicationMode = communication_mode {
        /// The first participant; every participant constructs the executor.
        Leader = LEADER,
        /// A process that starts the workers itself (`executorWorker`) and holds no part of the model.
        Orchestrator = ORCHESTRATOR,
    }
}

native_enum! {
    /// What part of a disaggregated generation a request is.
    RequestType = request_type {
        /// The whole of it.
        ContextAndGeneration = CONTEXT_AND_GENERATION,
        /// The prompt only; the response carries what the generation needs.
        ContextOnly = CONTEXT_ONLY,
        /// The generation only, with the context phase's parameters.
        GenerationOnly = GENERATION_ONLY,
    }
}

native_enum! {
    /// Why a sequence ended.
    FinishReason = finish_reason {
        /// It has not.
        NotFinished = NOT_FINISHED,
        /// The end id was generated.
        EndId = END_ID,
        /// A stop word was generated.
        StopWords = STOP_WORDS,
        /// The bound on new tokens was reached.
        Length = LENGTH,
        /// The allotted time was over.
        TimedOut = TIMED_OUT,
        /// The request was cancelled.
        Cancelled = CANCELLED,
    }
}

native_enum! {
    /// Where a request is on its way, for the statistics.
    RequestStage = request_stage {
        /// Waiting.
        Queued = QUEUED,
        /// In the encoder.
        EncoderInProgress = ENCODER_IN_PROGRESS,
        /// The prompt is being read.
        ContextInProgress = CONTEXT_IN_PROGRESS,
        /// Generating.
        GenerationInProgress = GENERATION_IN_PROGRESS,
        /// Done.
        GenerationComplete = GENERATION_COMPLETE,
    }
}

native_enum! {
    /// How blocks of the KV cache move to secondary memory.
    KvCacheTransferMode = kv_cache_transfer_mode {
        /// Copies to host memory.
        Dram = DRAM,
        /// GPUDirect Storage.
        Gds = GDS,
        /// Plain file reads and writes, for debugging.
        PosixDebugFallback = POSIX_DEBUG_FALLBACK,
    }
}

native_enum! {
    /// The language that guides a request's output.
    GuideType = guided_decoding_params_guide_type {
        /// Any JSON; no text is needed.
        Json = JSON,
        /// JSON of a schema.
        JsonSchema = JSON_SCHEMA,
        /// A regular expression.
        Regex = REGEX,
        /// A grammar in extended Backus-Naur form.
        EbnfGrammar = EBNF_GRAMMAR,
        /// XGrammar's structural tag.
        StructuralTag = STRUCTURAL_TAG,
    }
}

impl Default for GuideType {
    /// JSON, the only language that needs no text.
    fn default() -> Self {
        Self::Json
    }
}

native_enum! {
    /// The library that masks tokens for guided decoding.
    GuidedDecodingBackend = guided_decoding_config_guided_decoding_backend {
        /// XGrammar.
        XGrammar = XGRAMMAR,
        /// LLGuidance.
        LlGuidance = LLGUIDANCE,
    }
}

native_enum! {
    /// The transport of the KV cache between context and generation executors.
    CacheTransceiverBackend = cache_transceiver_config_backend_type {
        /// What the library was built for.
        Default = DEFAULT,
        /// MPI.
        Mpi = MPI,
        /// UCX.
        Ucx = UCX,
        /// NIXL.
        Nixl = NIXL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_value_goes_there_and_back() {
        for reason in FinishReason::ALL {
            assert_eq!(FinishReason::from_raw(reason.to_raw()), *reason);
        }
        for kind in DataType::ALL {
            assert_eq!(DataType::from_raw(kind.to_raw()), *kind);
        }
    }

    #[test]
    fn a_number_from_the_future_is_kept() {
        assert_eq!(FinishReason::from_raw(77), FinishReason::Unknown(77));
        assert_eq!(FinishReason::Unknown(77).to_raw(), 77);
    }
}

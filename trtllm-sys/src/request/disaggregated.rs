//! From a context executor to a generation executor.

use crate::cross::mirror;

mirror! {
    /// `ContextPhaseParams`: what the response to a context-only request carries and the generation-only request
    /// needs. All of it can be sent to another machine.
    pub struct ContextPhaseParams <=> ContextPhase {
        /// The first generated token of each beam.
        pub first_tokens: Vec<i32>,
        /// The id of the request in the context executor.
        pub request_id: u64,
        /// Draft tokens.
        pub draft_tokens: Option<Vec<i32>>,
        /// Where the KV cache is, as the library serializes it.
        pub state: Option<Vec<u8>>,
    }
}

#[cfg(trtllm_native)]
impl crate::cross::Cross for ContextPhaseParams {
    type Ffi = crate::bridge::ffi::ContextPhase;
    fn to_ffi(&self) -> Self::Ffi {
        self.twin()
    }
    fn from_ffi(twin: Self::Ffi) -> Self {
        Option::from_ffi(Self::Ffi { set: true, ..twin }).unwrap_or_default()
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self != effective).then(String::new)
    }
}

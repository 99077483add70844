//! Times and counts of a request.

use std::time::Duration;

use crate::cross::mirror;

/// A point in time of C++'s `steady_clock`, in nanoseconds since that clock's own epoch. Only differences mean anything.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SteadyTime(pub i64);

impl SteadyTime {
    /// The time from `earlier` to here; zero if that is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

#[cfg(trtllm_native)]
impl crate::cross::Cross for SteadyTime {
    type Ffi = i64;
    fn to_ffi(&self) -> i64 {
        self.0
    }
    fn from_ffi(twin: i64) -> Self {
        Self(twin)
    }
    fn drift(&self, effective: &Self) -> Option<String> {
        (self != effective).then(String::new)
    }
}

mirror! {
    /// `RequestPerfMetrics`, for requests that asked for it.
    pub struct RequestPerfMetrics == Perf {
        /// When the request arrived.
        pub arrival_ns: SteadyTime,
        /// When it was first scheduled.
        pub first_scheduled_ns: SteadyTime,
        /// When its first token was there.
        pub first_token_ns: SteadyTime,
        /// When its last token was there.
        pub last_token_ns: SteadyTime,
        /// When the transfer of its KV cache began.
        pub kv_transfer_start_ns: SteadyTime,
        /// When that transfer ended.
        pub kv_transfer_end_ns: SteadyTime,
        /// Bytes of that transfer.
        pub kv_transfer_bytes: u64,
        /// Blocks of the KV cache in all.
        pub total_allocated_blocks: i32,
        /// New blocks.
        pub new_allocated_blocks: i32,
        /// Reused blocks.
        pub reused_blocks: i32,
        /// Blocks that could have been reused and were not there.
        pub missed_blocks: i32,
        /// Reused blocks among those.
        pub kv_hit_rate: f32,
        /// Accepted draft tokens among those drafted.
        pub acceptance_rate: f32,
        /// Accepted draft tokens.
        pub accepted_draft_tokens: i32,
        /// Draft tokens.
        pub total_draft_tokens: i32,
        /// The first iteration that worked on the request.
        pub first_iter: Option<u64>,
        /// The iteration of its last token.
        pub last_iter: Option<u64>,
        /// The present iteration.
        pub iter: Option<u64>,
    }
}

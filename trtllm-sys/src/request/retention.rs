//! How long blocks of the KV cache are worth keeping.

use std::time::Duration;

use crate::KvCacheTransferMode;
use crate::cross::mirror;

mirror! {
    /// `KvCacheRetentionConfig`. Priorities: 0 (gone first) to 100, 35 by default.
    pub struct KvCacheRetentionConfig <=> KvRetention {
        /// Priorities of parts of the prompt; they must not overlap.
        pub ranges: Vec<TokenRangeRetention>,
        /// The priority of generated blocks.
        pub decode_priority: Option<i32>,
        /// How long that priority holds.
        pub decode_duration_ms: Option<Duration>,
        /// How blocks move to secondary memory.
        pub transfer_mode: Option<KvCacheTransferMode>,
        /// The folder for the modes that write files.
        pub directory: Option<String>,
    }
}

mirror! {
    /// `TokenRangeRetentionConfig`: the priority of a part of the prompt.
    pub struct TokenRangeRetention == RetentionRange {
        /// The first token.
        pub token_start: i32,
        /// The token after the last; the end of the sequence if unset.
        pub token_end: Option<i32>,
        /// The priority.
        pub priority: Option<i32>,
        /// How long it holds; for ever if unset.
        pub duration_ms: Option<Duration>,
    }
}

//! Which requests run in an iteration.

use crate::cross::mirror;
use crate::{CapacitySchedulerPolicy, ContextChunkingPolicy};

mirror! {
    /// `SchedulerConfig`.
    pub struct SchedulerConfig <=> Scheduler {
        /// Which requests run when the KV cache can't hold them all.
        pub capacity_policy: Option<CapacitySchedulerPolicy>,
        /// How prompts are cut into chunks.
        pub context_chunking_policy: Option<ContextChunkingPolicy>,
        /// Tuning of the batch size while running.
        pub dynamic_batch: Option<DynamicBatchConfig>,
    }
}

mirror! {
    /// `DynamicBatchConfig`: batch size and token budget follow the measured lengths of prompts and outputs.
    pub struct DynamicBatchConfig <=> DynamicBatch {
        /// Whether the batch size is tuned.
        pub batch_size_tuning: Option<bool>,
        /// Whether the token budget is tuned.
        pub max_num_tokens_tuning: Option<bool>,
        /// The number of requests that the moving averages look back on.
        pub moving_average_window: Option<i32>,
        /// Batch sizes by capacity.
        pub batch_size_table: Option<Vec<BatchSizeLimit>>,
    }
}

mirror! {
    /// A row of the batch size table: below this capacity, this batch size.
    pub struct BatchSizeLimit == BatchSizeRow {
        /// The capacity, in requests.
        pub limit: i32,
        /// The batch size.
        pub size: i32,
    }
}

#[cfg(trtllm_native)]
impl crate::cross::Cross for Option<Vec<BatchSizeLimit>> {
    type Ffi = crate::bridge::ffi::OptBatchSizes;
    fn to_ffi(&self) -> Self::Ffi {
        match self {
            Some(rows) => Self::Ffi { set: true, values: rows.to_ffi() },
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

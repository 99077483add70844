//! Events of the KV cache.

/// `KVCacheEvent`.
#[derive(Clone, Debug, PartialEq)]
pub struct KvCacheEvent {
    /// The number of the event.
    pub event_id: u64,
    /// The sliding window of the blocks, where the library says it.
    pub window_size: Option<i32>,
    /// The attention data parallel rank.
    pub attention_dp_rank: Option<i32>,
    /// What happened.
    pub data: KvCacheEventData,
}

/// What happened to the KV cache.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum KvCacheEventData {
    /// It was made: blocks at each cache level.
    Created(Vec<i32>),
    /// Blocks were stored, each the child of the one before.
    Stored {
        /// The parent of the first.
        parent_hash: Option<u64>,
        /// The blocks.
        blocks: Vec<StoredBlock>,
    },
    /// Blocks are gone.
    Removed(Vec<u64>),
    /// A block changed.
    Updated {
        /// The block.
        block_hash: u64,
        /// Its cache level, before and after.
        cache_level: Option<(i32, i32)>,
        /// Its priority, before and after.
        priority: Option<(i32, i32)>,
    },
}

/// `KVCacheStoredBlockData`.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredBlock {
    /// The hash of the block.
    pub hash: u64,
    /// Its tokens, each with its extra id.
    pub tokens: Vec<(i32, u64)>,
    /// The LoRA task.
    pub lora_id: Option<u64>,
    /// The cache level.
    pub cache_level: i32,
    /// The priority.
    pub priority: i32,
}

#[cfg(trtllm_native)]
mod cross {
    use super::{KvCacheEvent, KvCacheEventData, StoredBlock};
    use crate::bridge::ffi;
    use crate::cross::Cross;

    impl From<ffi::KvEvent> for KvCacheEvent {
        fn from(event: ffi::KvEvent) -> Self {
            let change = |change: ffi::Change| change.set.then_some((change.old_value, change.new_value));
            let data = match event.kind {
                0 => KvCacheEventData::Created(event.blocks_per_level),
                1 => KvCacheEventData::Stored {
                    parent_hash: Cross::from_ffi(event.parent_hash),
                    blocks: event.stored.into_iter().map(StoredBlock::from).collect(),
                },
                2 => KvCacheEventData::Removed(event.removed),
                _ => KvCacheEventData::Updated {
                    block_hash: event.updated_hash,
                    cache_level: change(event.cache_level),
                    priority: change(event.priority),
                },
            };
            Self {
                event_id: event.event_id,
                window_size: Cross::from_ffi(event.window_size),
                attention_dp_rank: Cross::from_ffi(event.attention_dp_rank),
                data,
            }
        }
    }

    impl From<ffi::StoredBlock> for StoredBlock {
        fn from(block: ffi::StoredBlock) -> Self {
            Self {
                hash: block.hash,
                tokens: block.tokens.iter().map(|token| (token.token_id, token.extra_id)).collect(),
                lora_id: Cross::from_ffi(block.lora_id),
                cache_level: block.cache_level,
                priority: block.priority,
            }
        }
    }
}

//! Which documents of a stream were seen before.

use std::collections::HashSet;
use std::hash::{BuildHasherDefault, Hasher};

/// Tables, by the highest byte of the signature. A table that grows holds its old and its new entries for a moment; of
/// one large table that would be half of the memory again.
const TABLES: usize = 256;

/// A signature is a hash already; its low half serves as the hash of the table.
#[derive(Default)]
struct Low(u64);

impl Hasher for Low {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            self.0 = chunk.iter().rev().fold(0, |n, b| (n << 8) | u64::from(*b));
        }
    }

    fn write_u128(&mut self, n: u128) {
        self.0 = n as u64;
    }
}

/// The signatures seen so far.
///
/// Memory: 19 to 39 bytes for each distinct document (16 for the signature and 1 for the table, at a fill between
/// 7/16 and 7/8), so about 0.3 GB for ten million. [`crate::job::DedupJob`] is for more than memory holds.
#[derive(Debug, Clone)]
pub struct ExactDedup {
    seen: Vec<HashSet<u128, BuildHasherDefault<Low>>>,
}

impl Default for ExactDedup {
    fn default() -> Self {
        Self { seen: vec![HashSet::default(); TABLES] }
    }
}

impl ExactDedup {
    /// Nothing seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a signature, and says whether it is new.
    pub fn insert(&mut self, signature: u128) -> bool {
        self.seen[(signature >> 120) as usize].insert(signature)
    }

    /// How many distinct signatures were seen.
    pub fn len(&self) -> usize {
        self.seen.iter().map(HashSet::len).sum()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.seen.iter().all(HashSet::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_of_each_is_new(keys in prop::collection::vec((0u128..4, 0u128..5), 0..60)) {
            let mut dedup = ExactDedup::new();
            let keys: Vec<_> = keys.into_iter().map(|(high, low)| high << 126 | low).collect();
            for (n, key) in keys.iter().enumerate() {
                prop_assert_eq!(dedup.insert(*key), !keys[..n].contains(key));
            }
            let distinct: HashSet<_> = keys.iter().collect();
            prop_assert_eq!((dedup.len(), dedup.is_empty()), (distinct.len(), keys.is_empty()));
        }
    }
}

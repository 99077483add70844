//! Which documents of the corpus were seen before.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasherDefault, Hasher};

/// First bytes of a saved state; the last one is the version of the layout.
const MAGIC: &[u8; 8] = b"sojudup\x01";
/// Bytes of one saved entry: signature and document number.
const ENTRY: usize = 16 + 8;

/// Why a saved state could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DedupError {
    /// The bytes do not start as a saved state does.
    #[error("not a saved duplicate index of this version; start the job afresh")]
    Foreign,
    /// The length does not fit the number of entries in the head.
    #[error(
        "saved duplicate index is cut short or damaged: {found} bytes, expected {expected}; start the job afresh"
    )]
    Length {
        /// Length in bytes.
        found: usize,
        /// Length that the head promises.
        expected: usize,
    },
    /// A signature stands there twice.
    #[error("saved duplicate index is damaged: entry {entry} repeats a signature; start the job afresh")]
    Repeated {
        /// Index of the second one, from 0.
        entry: usize,
    },
}

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

/// The signatures seen so far, each with the number of the first document that has it.
///
/// Memory: 37 to 74 bytes for each distinct document (32 for the entry and 1 for the table, at a fill
/// between 7/16 and 7/8), so about 0.5 GB for ten million; while the table grows, half as much again.
/// Partition by signature (see the module) where that is too much.
#[derive(Debug, Clone, Default)]
pub struct ExactDedup {
    seen: HashMap<u128, u64, BuildHasherDefault<Low>>,
}

impl ExactDedup {
    /// Nothing seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes document number `document` and returns the number of the earlier document with the same
    /// signature, if there is one. Numbers must come in the order of the input.
    pub fn insert(&mut self, signature: u128, document: u64) -> Option<u64> {
        match self.seen.entry(signature) {
            Entry::Occupied(first) => Some(*first.get()),
            Entry::Vacant(free) => {
                free.insert(document);
                None
            }
        }
    }

    /// How many distinct signatures were seen.
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// The state for a later [`ExactDedup::from_bytes`]: 16 bytes and 24 for each distinct document,
    /// the same bytes for the same state.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut entries: Vec<(u64, u128)> = self.seen.iter().map(|(s, d)| (*d, *s)).collect();
        entries.sort_unstable();
        let mut bytes = Vec::with_capacity(16 + entries.len() * ENTRY);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(entries.len() as u64).to_le_bytes());
        for (document, signature) in entries {
            bytes.extend_from_slice(&signature.to_le_bytes());
            bytes.extend_from_slice(&document.to_le_bytes());
        }
        bytes
    }

    /// Reads what [`ExactDedup::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`DedupError`] when the bytes are another file's, of another version, cut short or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DedupError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(DedupError::Foreign)?;
        let (count, entries) = rest.split_first_chunk::<8>().ok_or(DedupError::Foreign)?;
        let expected = usize::try_from(u64::from_le_bytes(*count))
            .ok()
            .and_then(|n| n.checked_mul(ENTRY)?.checked_add(16))
            .unwrap_or(usize::MAX);
        if bytes.len() != expected {
            return Err(DedupError::Length { found: bytes.len(), expected });
        }
        let mut state = Self::default();
        state.seen.reserve(entries.len() / ENTRY);
        for (index, entry) in entries.as_chunks::<ENTRY>().0.iter().enumerate() {
            let (mut signature, mut document) = ([0; 16], [0; 8]);
            signature.copy_from_slice(&entry[..16]);
            document.copy_from_slice(&entry[16..]);
            if state.insert(u128::from_le_bytes(signature), u64::from_le_bytes(document)).is_some() {
                return Err(DedupError::Repeated { entry: index });
            }
        }
        Ok(state)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn names_the_first_and_survives_a_restart(keys in prop::collection::vec(0u128..20, 0..60), cut in 0usize..60) {
            let mut whole = ExactDedup::new();
            let all: Vec<_> = keys.iter().enumerate().map(|(n, k)| whole.insert(*k << 64 | *k, n as u64)).collect();
            for (n, k) in keys.iter().enumerate() {
                let first = keys.iter().position(|x| x == k).unwrap();
                prop_assert_eq!(all[n], (first < n).then_some(first as u64));
            }
            let mut half = ExactDedup::new();
            let cut = cut.min(keys.len());
            let mut again: Vec<_> = keys[..cut].iter().enumerate().map(|(n, k)| half.insert(*k << 64 | *k, n as u64)).collect();
            let mut half = ExactDedup::from_bytes(&half.to_bytes()).unwrap();
            again.extend(keys[cut..].iter().enumerate().map(|(n, k)| half.insert(*k << 64 | *k, (cut + n) as u64)));
            prop_assert_eq!(&all, &again);
            prop_assert_eq!(half.to_bytes(), whole.to_bytes());
        }

        #[test]
        fn any_bytes_are_an_error_or_a_state(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            if let Ok(state) = ExactDedup::from_bytes(&bytes) {
                prop_assert!(state.len() * ENTRY + 16 == bytes.len());
            }
        }
    }

    #[test]
    fn damage_is_named() {
        let mut state = ExactDedup::new();
        state.insert(1, 0);
        let good = state.to_bytes();
        assert_eq!(ExactDedup::from_bytes(b"zip").unwrap_err(), DedupError::Foreign);
        assert_eq!(
            ExactDedup::from_bytes(&good[..39]).unwrap_err(),
            DedupError::Length { found: 39, expected: 40 }
        );
        let mut twice = good.clone();
        twice.extend_from_slice(&good[16..]);
        twice[8] = 2;
        assert_eq!(ExactDedup::from_bytes(&twice).unwrap_err(), DedupError::Repeated { entry: 1 });
    }
}

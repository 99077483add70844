//! Which documents of a stream were seen before.

/// Buckets, by the highest byte of the signature.
const BUCKETS: usize = 256;
/// New signatures of a bucket that wait to be merged: a part of the others, at least and at most so many.
const RECENT: (usize, usize) = (16, 1024);

/// The signatures seen so far.
///
/// Memory: 16 to 18 bytes for each distinct document beyond the first ten thousand, so about 0.2 GB for ten million. A hash
/// table would take 19 to 39. [`crate::job::DedupJob`] is for more than memory holds.
#[derive(Debug, Clone)]
pub struct ExactDedup {
    buckets: Vec<Bucket>,
}

/// Two sorted runs: nearly all, and the latest.
#[derive(Debug, Clone, Default)]
struct Bucket {
    sorted: Vec<u128>,
    recent: Vec<u128>,
}

impl Default for ExactDedup {
    fn default() -> Self {
        Self { buckets: vec![Bucket::default(); BUCKETS] }
    }
}

impl ExactDedup {
    /// Nothing seen.
    pub fn new() -> Self {
        Self::default()
    }

    /// Notes a signature, and says whether it is new.
    pub fn insert(&mut self, signature: u128) -> bool {
        self.buckets[(signature >> 120) as usize].insert(signature)
    }

    /// Whether a signature was noted.
    pub fn contains(&self, signature: u128) -> bool {
        self.buckets[(signature >> 120) as usize].contains(signature)
    }

    /// How many distinct signatures were seen.
    pub fn len(&self) -> usize {
        self.buckets.iter().map(|bucket| bucket.sorted.len() + bucket.recent.len()).sum()
    }

    /// Whether nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Bucket {
    fn contains(&self, signature: u128) -> bool {
        self.sorted.binary_search(&signature).is_ok() || self.recent.binary_search(&signature).is_ok()
    }

    fn insert(&mut self, signature: u128) -> bool {
        if self.sorted.binary_search(&signature).is_ok() {
            return false;
        }
        let Err(at) = self.recent.binary_search(&signature) else { return false };
        let most = (self.sorted.len() / 8).clamp(RECENT.0, RECENT.1);
        self.recent.reserve_exact(most.saturating_sub(self.recent.len()));
        self.recent.insert(at, signature);
        if self.recent.len() >= most {
            self.sorted.reserve_exact(self.recent.len());
            self.sorted.append(&mut self.recent);
            // A stable sort finds the two runs and merges them.
            self.sorted.sort();
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_first_of_each_is_new(keys in prop::collection::vec((0u128..4, 0u128..5), 0..60)) {
            let mut dedup = ExactDedup::new();
            let keys: Vec<_> = keys.into_iter().map(|(high, low)| high << 126 | low).collect();
            for (n, key) in keys.iter().enumerate() {
                prop_assert_eq!(dedup.contains(*key), keys[..n].contains(key));
                prop_assert_eq!(dedup.insert(*key), !keys[..n].contains(key));
            }
            let distinct: HashSet<_> = keys.iter().collect();
            prop_assert_eq!((dedup.len(), dedup.is_empty()), (distinct.len(), keys.is_empty()));
        }
    }

    #[test]
    fn runs_are_merged_and_stay_small() {
        // An odd factor makes of the numbers 0 to n all different ones.
        let key = |n: u128| n.wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835);
        let mut dedup = ExactDedup::new();
        assert!((0..100_000).all(|n| dedup.insert(key(n))));
        assert!((0..100_000).all(|n| !dedup.insert(key(n))));
        assert_eq!(dedup.len(), 100_000);
        let held: usize = dedup.buckets.iter().map(|b| b.sorted.capacity() + b.recent.capacity()).sum();
        assert!(held < 115_000, "{held}");
    }
}

//! How often hashes stand in a list.

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Hashes that stood in the list before.
    pub(super) repeated: usize,
    /// How often the most frequent one stands there.
    pub(super) most: usize,
}

/// A table of counts, used from text to text.
#[derive(Debug, Default)]
pub(super) struct Counter {
    /// Hash and count; a count of 0 is a free place. A power of two.
    table: Vec<(u64, u32)>,
}

/// Longest way through the table for one hash. Hashes that were made to collide are sorted instead.
const STEPS: usize = 64;

impl Counter {
    /// Counts a list. Linear, and n log n for one that was made to collide.
    pub(super) fn count(&mut self, hashes: impl ExactSizeIterator<Item = u64> + Clone) -> Tally {
        self.table.clear();
        self.table.resize((2 * hashes.len()).next_power_of_two().max(2), (0, 0));
        let shift = u64::BITS - self.table.len().trailing_zeros();
        let last = self.table.len() - 1;
        let mut tally = Tally::default();
        for hash in hashes.clone() {
            let mut at = (hash.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> shift) as usize;
            let mut steps = 0;
            while self.table[at].1 > 0 && self.table[at].0 != hash {
                at = (at + 1) & last;
                steps += 1;
                if steps == STEPS {
                    return sorted(hashes.collect());
                }
            }
            let place = &mut self.table[at];
            tally.repeated += usize::from(place.1 > 0);
            *place = (hash, place.1 + 1);
            tally.most = tally.most.max(place.1 as usize);
        }
        tally
    }
}

fn sorted(mut hashes: Vec<u64>) -> Tally {
    hashes.sort_unstable();
    hashes.chunk_by(|a, b| a == b).fold(Tally::default(), |tally, equal| Tally {
        repeated: tally.repeated + equal.len() - 1,
        most: tally.most.max(equal.len()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_table_counts_as_sorting_does(hashes in prop::collection::vec(0_u64..40, 0..200)) {
            let mut counter = Counter::default();
            prop_assert_eq!(counter.count(hashes.iter().copied()), sorted(hashes.clone()));
            // The table is used again.
            prop_assert_eq!(counter.count([7, 7, 8].into_iter()), Tally { repeated: 1, most: 2 });
        }
    }

    #[test]
    fn what_was_made_to_collide_is_counted_too() {
        // Multiples of a power of two share their place.
        let hashes: Vec<u64> = (0..1000).map(|i| (i % 500) << 54).collect();
        let hashes: Vec<u64> = hashes.iter().map(|h| h.wrapping_mul(inverse())).collect();
        assert_eq!(Counter::default().count(hashes.iter().copied()), sorted(hashes.clone()));
        let same: Vec<u64> = (0..1000).map(|i| (i % 500_u64).wrapping_mul(inverse())).collect();
        assert_eq!(Counter::default().count(same.iter().copied()), Tally { repeated: 500, most: 2 });
    }

    /// What undoes the multiplication by which places are chosen.
    fn inverse() -> u64 {
        let factor = 0x9e37_79b9_7f4a_7c15_u64;
        (0..6).fold(factor, |x, _| x.wrapping_mul(2_u64.wrapping_sub(factor.wrapping_mul(x))))
    }
}

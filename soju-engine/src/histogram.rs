//! How durations are spread, in a fixed number of buckets.

use std::time::Duration;

use serde::Serialize;

/// The first bucket holds durations of up to this many nanoseconds: 100 µs.
const FIRST_NS: u64 = 100_000;
/// Buckets with an upper bound. Each is twice as wide as the one before; the last ends at 104.8576 s.
const BOUNDED: usize = 21;

/// A histogram of durations. The upper bounds of its buckets are 100 µs, 200 µs, 400 µs and so on to 104.8576 s;
/// one more bucket holds what is longer. Recording costs a few instructions and never allocates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Histogram {
    /// How many durations fell into each bucket, the unbounded one last.
    counts: [u64; BOUNDED + 1],
    /// All durations together, in nanoseconds.
    sum_ns: u64,
}

impl Histogram {
    /// Adds a duration.
    pub fn record(&mut self, duration: Duration) {
        self.record_times(duration, 1);
    }

    /// Adds the same duration so many times.
    pub fn record_times(&mut self, duration: Duration, times: u64) {
        let ns = u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(ns)] += times;
        self.sum_ns = self.sum_ns.saturating_add(ns.saturating_mul(times));
    }

    /// How many durations were recorded.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// All durations together.
    #[must_use]
    pub fn sum(&self) -> Duration {
        Duration::from_nanos(self.sum_ns)
    }

    /// The mean, or `None` when nothing was recorded.
    #[must_use]
    pub fn mean(&self) -> Option<Duration> {
        self.sum_ns.checked_div(self.count()).map(Duration::from_nanos)
    }

    /// Estimates below which duration the share `q` (0 to 1) lies; `None` when nothing was recorded. The answer
    /// lies in the same bucket as the true one, so it is off by less than a factor of two; above 104.8576 s it is
    /// that bound.
    #[must_use]
    pub fn quantile(&self, q: f64) -> Option<Duration> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = (q.clamp(0.0, 1.0) * count as f64).ceil().max(1.0);
        let mut below = 0.0;
        for (index, &here) in self.counts.iter().enumerate() {
            let here = here as f64;
            if here > 0.0 && below + here >= rank {
                let end = upper_ns(index.min(BOUNDED - 1));
                if index == BOUNDED {
                    return Some(Duration::from_nanos(end));
                }
                let start = if index == 0 { 0 } else { upper_ns(index - 1) };
                let inside = (rank - below) / here;
                return Some(Duration::from_nanos(start + ((end - start) as f64 * inside) as u64));
            }
            below += here;
        }
        None
    }

    /// The upper bound of each bucket and how many durations lie at or below it; `None` is "no bound", where all
    /// lie.
    pub fn cumulative(&self) -> impl Iterator<Item = (Option<Duration>, u64)> {
        let mut sum = 0;
        self.counts.into_iter().enumerate().map(move |(index, count)| {
            sum += count;
            ((index < BOUNDED).then(|| Duration::from_nanos(upper_ns(index))), sum)
        })
    }
}

fn upper_ns(index: usize) -> u64 {
    FIRST_NS << index
}

fn bucket(ns: u64) -> usize {
    let units = ns.div_ceil(FIRST_NS).max(1);
    (units.next_power_of_two().trailing_zeros() as usize).min(BOUNDED)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn filled(durations: &[u64]) -> Histogram {
        let mut histogram = Histogram::default();
        durations.iter().for_each(|ns| histogram.record(Duration::from_nanos(*ns)));
        histogram
    }

    #[test]
    fn bounds_belong_to_their_bucket() {
        for index in 0..BOUNDED {
            assert_eq!(bucket(upper_ns(index)), index);
            assert_eq!(bucket(upper_ns(index) + 1), index + 1);
        }
        assert_eq!((bucket(0), bucket(u64::MAX)), (0, BOUNDED));
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!((Histogram::default().quantile(0.5), Histogram::default().mean()), (None, None));
    }

    proptest! {
        #[test]
        fn counts_and_sums_are_exact(durations in prop::collection::vec(0_u64..200_000_000_000, 1..200)) {
            let histogram = filled(&durations);
            prop_assert_eq!(histogram.count(), durations.len() as u64);
            prop_assert_eq!(histogram.sum(), Duration::from_nanos(durations.iter().sum()));
            for (bound, count) in histogram.cumulative() {
                let below = durations.iter().filter(|ns| bound.is_none_or(|b| Duration::from_nanos(**ns) <= b));
                prop_assert_eq!(count, below.count() as u64);
            }
        }

        #[test]
        fn a_quantile_lies_in_the_bucket_of_the_true_one(
            mut durations in prop::collection::vec(1_u64..100_000_000_000, 1..200),
            q in 0.0..=1.0_f64,
        ) {
            let estimate = filled(&durations).quantile(q).unwrap().as_nanos() as u64;
            durations.sort_unstable();
            let rank = ((q * durations.len() as f64).ceil() as usize).max(1);
            prop_assert_eq!(bucket(estimate.max(1)), bucket(durations[rank - 1]));
        }

        #[test]
        fn quantiles_do_not_fall(durations in prop::collection::vec(1_u64..100_000_000_000, 1..50)) {
            let histogram = filled(&durations);
            let quantiles: Vec<_> = (0..=20).map(|i| histogram.quantile(f64::from(i) / 20.0)).collect();
            prop_assert!(quantiles.is_sorted());
        }
    }
}

//! Counts by size, mergeable and small.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

/// Lower edges of the length bins: 0, then eight to a power of ten, up to 10^9.
static LENGTH_EDGES: LazyLock<Vec<u64>> = LazyLock::new(|| {
    let mut edges = vec![0];
    edges.extend((0..=72).map(|k| 10f64.powf(f64::from(k) / 8.0).round() as u64));
    edges.dedup();
    edges
});

/// Documents by number of characters, in bins that grow by a third (eight to a power of ten).
/// As JSON: the lower edge of each bin that is not empty, and its count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LengthHistogram(BTreeMap<u64, u64>);

impl LengthHistogram {
    /// Counts a document of `characters` characters.
    pub fn add(&mut self, characters: u64) {
        let next = LENGTH_EDGES.partition_point(|&edge| edge <= characters);
        *self.0.entry(LENGTH_EDGES[next - 1]).or_default() += 1;
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (&edge, count) in &other.0 {
            *self.0.entry(edge).or_default() += count;
        }
    }

    /// How many documents were counted.
    pub fn total(&self) -> u128 {
        self.0.values().copied().map(u128::from).sum()
    }

    /// The count of the bin that starts at `edge`.
    pub fn count(&self, edge: u64) -> u64 {
        self.0.get(&edge).copied().unwrap_or(0)
    }

    /// Lower edges of the bins to draw, from the first to the last that any of the histograms uses and
    /// at least `fewest` of them, and the upper edge of the last. Empty if none is used.
    pub(super) fn edges(histograms: &[&Self], fewest: usize) -> Vec<u64> {
        let used = || histograms.iter().flat_map(|h| h.0.keys().copied());
        let (Some(first), Some(last)) = (used().min(), used().max()) else {
            return Vec::new();
        };
        let mut start = LENGTH_EDGES.partition_point(|&edge| edge < first);
        let mut end = LENGTH_EDGES.partition_point(|&edge| edge <= last);
        while end - start < fewest.min(LENGTH_EDGES.len() - 1) {
            start = start.saturating_sub(1);
            end = (end + 1).min(LENGTH_EDGES.len() - 1);
        }
        let mut edges = LENGTH_EDGES[start..end].to_vec();
        edges.push(LENGTH_EDGES.get(end).copied().unwrap_or(u64::MAX));
        edges
    }
}

/// How many bins of equal width a score of 0 to 1 falls into.
pub(super) const SCORE_BINS: u8 = 20;

/// Documents by a score of 0 to 1, in twenty bins.
/// As JSON: the lower edge of each bin that is not empty, in hundredths, and its count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScoreHistogram(BTreeMap<u8, u64>);

impl ScoreHistogram {
    /// Counts a score. One outside 0 to 1 counts as the nearer border; one that is not a number does not count.
    pub fn add(&mut self, score: f32) {
        if score.is_nan() {
            return;
        }
        let bin = (score.clamp(0.0, 1.0) * f32::from(SCORE_BINS)) as u8;
        let bin = bin.min(SCORE_BINS - 1);
        *self.0.entry(bin * (100 / SCORE_BINS)).or_default() += 1;
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        for (&edge, count) in &other.0 {
            *self.0.entry(edge).or_default() += count;
        }
    }

    /// How many scores were counted.
    pub fn total(&self) -> u128 {
        self.0.values().copied().map(u128::from).sum()
    }

    /// The count of the bin that starts at `hundredths`.
    pub fn count(&self, hundredths: u8) -> u64 {
        self.0.get(&hundredths).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_fall_into_the_bin_whose_edges_enclose_them() {
        let mut h = LengthHistogram::default();
        for n in [0, 1, 999, 1000, 1333, u64::MAX] {
            h.add(n);
        }
        assert_eq!(serde_json::to_string(&h).unwrap(), r#"{"0":1,"1":1,"750":1,"1000":2,"1000000000":1}"#);
        assert_eq!(h.total(), 6);
    }

    #[test]
    fn edges_span_the_bins_in_use_and_close_the_last() {
        let (mut a, mut b) = (LengthHistogram::default(), LengthHistogram::default());
        a.add(100);
        b.add(200);
        assert_eq!(LengthHistogram::edges(&[&a, &b], 0), [100, 133, 178, 237]);
        assert_eq!(LengthHistogram::edges(&[&a, &b], 5), [75, 100, 133, 178, 237, 316]);
        assert!(LengthHistogram::edges(&[&LengthHistogram::default()], 9).is_empty());
    }

    #[test]
    fn odd_scores_do_no_harm() {
        let mut h = ScoreHistogram::default();
        for s in [0.0, 1.0, -3.0, 7.0, f32::NAN, f32::INFINITY, 0.5] {
            h.add(s);
        }
        assert_eq!((h.total(), h.count(0), h.count(50), h.count(95)), (6, 2, 1, 3));
    }
}

//! Counting which guesses are right, to make a table of accuracies.

use serde::{Deserialize, Serialize};

use super::{MAX_RANK, RankAccuracies, RankError};
use crate::TokenId;

/// Hits of each rank of each head, and misses: exact integers, so that counts of many workers add up whatever
/// their order.
///
/// # Examples
/// ```
/// use soju_engine::RankCounts;
///
/// let mut counts = RankCounts::new(2, 3)?;
/// // The heads' best guesses at one place, and the tokens that the model went on to choose there.
/// counts.observe(0, &[11, 12, 13], 12)?;
/// counts.observe(1, &[21, 22, 23], 99)?;
/// // The same by rank; `None` is a miss.
/// counts.record(0, Some(0))?;
/// counts.record(1, Some(0))?;
///
/// let table = counts.accuracies()?;
/// assert_eq!(table.ranks(0), [0.5, 0.5, 0.0]);
/// assert_eq!(table.ranks(1), [0.5, 0.0, 0.0]);
/// # Ok::<(), soju_engine::medusa::RankError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct RankCounts {
    /// `[head][rank]`.
    hits: Vec<Vec<u64>>,
    /// `[head]`.
    misses: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    hits: Vec<Vec<u64>>,
    misses: Vec<u64>,
}

impl TryFrom<Raw> for RankCounts {
    type Error = RankError;

    fn try_from(raw: Raw) -> Result<Self, RankError> {
        let Raw { hits, misses } = raw;
        check_shape(hits.iter().map(Vec::len))?;
        if misses.len() != hits.len() {
            let heads = hits.len().min(misses.len());
            return Err(RankError::UnknownHead { head: heads, heads });
        }
        Ok(Self { hits, misses })
    }
}

impl RankCounts {
    /// Nothing counted yet, for so many heads with so many ranks each.
    ///
    /// # Errors
    /// [`RankError::NoHeads`], [`RankError::NoRanks`], [`RankError::TooManyRanks`].
    pub fn new(heads: usize, ranks: usize) -> Result<Self, RankError> {
        check_shape((0..heads).map(|_| ranks))?;
        Ok(Self { hits: vec![vec![0; ranks]; heads], misses: vec![0; heads] })
    }

    /// Counts one guess: the rank that was right, or `None` if none was. A rank beyond the table is a miss.
    ///
    /// # Errors
    /// [`RankError::UnknownHead`], [`RankError::Overflow`]; then nothing is counted.
    pub fn record(&mut self, head: usize, rank: Option<usize>) -> Result<(), RankError> {
        let heads = self.heads();
        let Some(row) = self.hits.get_mut(head) else {
            return Err(RankError::UnknownHead { head, heads });
        };
        let count = match rank.and_then(|rank| row.get_mut(rank)) {
            Some(hits) => hits,
            None => &mut self.misses[head],
        };
        *count = count.checked_add(1).ok_or(RankError::Overflow { head })?;
        Ok(())
    }

    /// Counts one guess: the head's guesses, best first, and the token that the base model chose in their
    /// place.
    ///
    /// # Errors
    /// Those of [`record`](Self::record).
    pub fn observe(&mut self, head: usize, guesses: &[TokenId], truth: TokenId) -> Result<(), RankError> {
        self.record(head, guesses.iter().position(|guess| *guess == truth))
    }

    /// Adds another worker's counts.
    ///
    /// # Errors
    /// [`RankError::OtherShape`], [`RankError::Overflow`]; then nothing is added.
    pub fn merge(&mut self, other: &Self) -> Result<(), RankError> {
        let shape = |counts: &Self| counts.hits.iter().map(Vec::len).collect::<Vec<_>>();
        let (ours, theirs) = (shape(self), shape(other));
        if ours != theirs {
            return Err(RankError::OtherShape { ours, theirs });
        }
        let mut sum = self.clone();
        for head in 0..sum.heads() {
            let add = |count: &mut u64, more: u64| {
                *count = count.checked_add(more).ok_or(RankError::Overflow { head })?;
                Ok(())
            };
            for (count, more) in sum.hits[head].iter_mut().zip(&other.hits[head]) {
                add(count, *more)?;
            }
            add(&mut sum.misses[head], other.misses[head])?;
        }
        *self = sum;
        Ok(())
    }

    /// How many heads are counted. At least 1.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.hits.len()
    }

    /// How often each rank of a head was right; empty for a head that is not counted.
    #[must_use]
    pub fn hits(&self, head: usize) -> &[u64] {
        self.hits.get(head).map_or(&[], Vec::as_slice)
    }

    /// How often no rank of a head was right.
    #[must_use]
    pub fn misses(&self, head: usize) -> u64 {
        self.misses.get(head).copied().unwrap_or(0)
    }

    /// How many guesses of a head were counted, hits and misses.
    #[must_use]
    pub fn total(&self, head: usize) -> u128 {
        self.hits(head).iter().map(|hits| u128::from(*hits)).sum::<u128>() + u128::from(self.misses(head))
    }

    /// The shares of all guesses.
    ///
    /// # Errors
    /// [`RankError::NothingCounted`] for a head without counts.
    pub fn accuracies(&self) -> Result<RankAccuracies, RankError> {
        let row = |head| match self.total(head) {
            0 => Err(RankError::NothingCounted { head }),
            // Exact up to 2^53 guesses; beyond, off by less than 1e-15.
            total => Ok(self.hits(head).iter().map(|hits| *hits as f64 / total as f64).collect()),
        };
        RankAccuracies::new((0..self.heads()).map(row).collect::<Result<_, _>>()?)
    }
}

fn check_shape(rows: impl ExactSizeIterator<Item = usize>) -> Result<(), RankError> {
    if rows.len() == 0 {
        return Err(RankError::NoHeads);
    }
    for (head, ranks) in rows.enumerate() {
        match ranks {
            0 => return Err(RankError::NoRanks { head }),
            ranks if ranks > MAX_RANK + 1 => {
                return Err(RankError::TooManyRanks { head, ranks, max: MAX_RANK + 1 });
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn totals_are_exact() {
        let mut counts = RankCounts::new(1, 2).unwrap();
        for rank in [Some(0), Some(1), Some(0), None, Some(2), Some(usize::MAX)] {
            counts.record(0, rank).unwrap();
        }
        assert_eq!((counts.hits(0), counts.misses(0), counts.total(0)), (&[2, 1][..], 3, 6));
        assert_eq!(counts.accuracies().unwrap().ranks(0), [2.0 / 6.0, 1.0 / 6.0]);
    }

    #[test]
    fn faults_are_named_and_change_nothing() {
        assert_eq!(RankCounts::new(0, 1), Err(RankError::NoHeads));
        assert_eq!(RankCounts::new(1, 0), Err(RankError::NoRanks { head: 0 }));
        assert!(RankCounts::new(1, 1025).is_err());
        let mut counts = RankCounts::new(2, 1).unwrap();
        let error = counts.record(2, None).unwrap_err().to_string();
        assert_eq!(error, "there is no head 2; the table has 2, counted from 0");
        counts.record(0, Some(0)).unwrap();
        assert_eq!(counts.accuracies(), Err(RankError::NothingCounted { head: 1 }));
        let before = counts.clone();
        let other = RankCounts::new(2, 3).unwrap();
        let error = counts.merge(&other).unwrap_err().to_string();
        assert!(error.contains("counts of [3, 3] ranks can't be added to counts of [1, 1]"), "{error}");
        let full: RankCounts =
            serde_json::from_str(r#"{"hits": [[1], [1]], "misses": [0, 18446744073709551615]}"#).unwrap();
        let mut sum = full.clone();
        assert_eq!(sum.merge(&full), Err(RankError::Overflow { head: 1 }));
        assert_eq!(sum.record(1, None), Err(RankError::Overflow { head: 1 }));
        assert_eq!((sum, counts), (full.clone(), before));
        assert!(full.accuracies().unwrap().ranks(1)[0] < 1e-18);
    }

    #[test]
    fn merged_counts_are_those_of_all() {
        let mut left = RankCounts::new(1, 2).unwrap();
        left.record(0, Some(1)).unwrap();
        let mut right = RankCounts::new(1, 2).unwrap();
        right.record(0, None).unwrap();
        left.merge(&right).unwrap();
        assert_eq!(serde_json::to_string(&left).unwrap(), r#"{"hits":[[0,1]],"misses":[1]}"#);
    }

    #[test]
    fn serde_checks_the_shape() {
        for text in [
            r#"{"hits": [], "misses": []}"#,
            r#"{"hits": [[1]], "misses": []}"#,
            r#"{"hits": [[]], "misses": [1]}"#,
        ] {
            assert!(serde_json::from_str::<RankCounts>(text).is_err(), "{text}");
        }
    }
}

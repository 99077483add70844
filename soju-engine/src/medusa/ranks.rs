//! How often each guess of each head is right.

use serde::{Deserialize, Serialize};

use super::{MAX_RANK, MedusaTree};

/// What rounding may add to a row's sum.
const SUM_TOLERANCE: f64 = 1e-6;

/// Measured accuracies: for head `h` and rank `r` the probability that the token the base model goes on to
/// choose, `h + 1` places after the root, is the head's guess of that rank (both counted from 0).
///
/// A row need not fall from rank to rank, and what is missing from a sum of 1 are the misses. Rows may differ
/// in length. A tree's nodes beyond the table count as never right.
///
/// Products of these numbers are path probabilities only if heads are right or wrong independently of each
/// other, which is how the paper builds its trees (arXiv 2401.10774, section 2.3.3). In text they are not
/// quite: where the first head is right the second is so more often. Take the figures as a means to compare
/// trees, and measure the speed.
///
/// As JSON `{"heads": [[0.56, 0.11], [0.32]]}`, as TOML `heads = [[0.56, 0.11], [0.32]]`; both checked.
///
/// # Examples
/// ```
/// use soju_engine::RankAccuracies;
///
/// let table: RankAccuracies = serde_json::from_str(r#"{"heads": [[0.6, 0.2], [0.5]]}"#)?;
/// assert_eq!(table.accuracy(1, 0), 0.5);
/// assert_eq!(table.path_probability(&[1, 0]), 0.2 * 0.5);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct RankAccuracies {
    heads: Vec<Vec<f64>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    heads: Vec<Vec<f64>>,
}

impl TryFrom<Raw> for RankAccuracies {
    type Error = RankError;

    fn try_from(raw: Raw) -> Result<Self, RankError> {
        Self::new(raw.heads)
    }
}

/// What can be wrong with a table of accuracies or counts.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RankError {
    /// A table without heads.
    #[error("the table has no heads; give a row for each Medusa head")]
    NoHeads,
    /// A head without ranks.
    #[error(
        "head {head} has no ranks; give at least the accuracy of its best guess, or leave out the last heads"
    )]
    NoRanks {
        /// The head, counted from 0.
        head: usize,
    },
    /// More ranks than a tree can name.
    #[error("head {head} has {ranks} ranks; the most is {max}, cut the row")]
    TooManyRanks {
        /// The head.
        head: usize,
        /// Its ranks.
        ranks: usize,
        /// The most there may be.
        max: usize,
    },
    /// A number that is no probability.
    #[error("head {head} rank {rank} has accuracy {accuracy}; it must be between 0 and 1")]
    NotAProbability {
        /// The head.
        head: usize,
        /// The rank.
        rank: usize,
        /// The number.
        accuracy: f64,
    },
    /// Accuracies that can't all be true.
    #[error(
        "the accuracies of head {head} sum to {sum}, more than 1; if they are those of the best 1, 2, … guesses \
         together, use `from_cumulative`"
    )]
    SumAboveOne {
        /// The head.
        head: usize,
        /// The sum of its row.
        sum: f64,
    },
    /// Cumulative accuracies that fall.
    #[error("head {head} is right in {accuracy} of cases up to rank {rank}, less than up to the rank before")]
    Falling {
        /// The head.
        head: usize,
        /// The rank.
        rank: usize,
        /// The number.
        accuracy: f64,
    },
    /// A head that the table does not have.
    #[error("there is no head {head}; the table has {heads}, counted from 0")]
    UnknownHead {
        /// The head.
        head: usize,
        /// Heads of the table.
        heads: usize,
    },
    /// A head of which nothing was counted.
    #[error("head {head} has no counts; record its guesses, or make the table with fewer heads")]
    NothingCounted {
        /// The head.
        head: usize,
    },
    /// Counts of other heads or ranks.
    #[error(
        "counts of {theirs:?} ranks can't be added to counts of {ours:?} ranks; count both with the same shape"
    )]
    OtherShape {
        /// Ranks of each head here.
        ours: Vec<usize>,
        /// Ranks of each head there.
        theirs: Vec<usize>,
    },
    /// A count above what 64 bits hold.
    #[error("a count of head {head} is above {}; the counts are damaged", u64::MAX)]
    Overflow {
        /// The head.
        head: usize,
    },
}

impl RankAccuracies {
    /// Checks a table `[head][rank]` of probabilities from 0 to 1.
    ///
    /// # Errors
    /// [`RankError`] with the first faulty head.
    pub fn new(heads: Vec<Vec<f64>>) -> Result<Self, RankError> {
        if heads.is_empty() {
            return Err(RankError::NoHeads);
        }
        for (head, row) in heads.iter().enumerate() {
            check_row(head, row)?;
            let sum: f64 = row.iter().sum();
            if sum > 1.0 + SUM_TOLERANCE {
                return Err(RankError::SumAboveOne { head, sum });
            }
        }
        Ok(Self { heads })
    }

    /// From top-k accuracies, as training logs have them: entry `k` of a row says how often the true token is
    /// among the head's best `k + 1` guesses.
    ///
    /// # Errors
    /// [`RankError`] with the first faulty head.
    ///
    /// # Examples
    /// ```
    /// let table = soju_engine::RankAccuracies::from_cumulative(vec![vec![0.5, 0.75]])?;
    /// assert_eq!(table.accuracy(0, 1), 0.25);
    /// # Ok::<(), soju_engine::medusa::RankError>(())
    /// ```
    pub fn from_cumulative(mut heads: Vec<Vec<f64>>) -> Result<Self, RankError> {
        for (head, row) in heads.iter_mut().enumerate() {
            check_row(head, row)?;
            let mut before = 0.0;
            for (rank, accuracy) in row.iter_mut().enumerate() {
                if *accuracy < before {
                    return Err(RankError::Falling { head, rank, accuracy: *accuracy });
                }
                (*accuracy, before) = (*accuracy - before, *accuracy);
            }
        }
        Self::new(heads)
    }

    /// How many heads the table knows. At least 1.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.heads.len()
    }

    /// Accuracies of a head by rank; empty for a head that the table does not know.
    #[must_use]
    pub fn ranks(&self, head: usize) -> &[f64] {
        self.heads.get(head).map_or(&[], Vec::as_slice)
    }

    /// How often a head's guess of this rank is right, 0 to 1; 0 for what the table does not know.
    #[must_use]
    pub fn accuracy(&self, head: usize, rank: usize) -> f64 {
        self.ranks(head).get(rank).copied().unwrap_or(0.0)
    }

    /// How often all guesses of a path are right, 0 to 1: the product of their accuracies. 1 for the root's
    /// empty path.
    #[must_use]
    pub fn path_probability(&self, path: &[u16]) -> f64 {
        path.iter().enumerate().map(|(head, rank)| self.accuracy(head, usize::from(*rank))).product()
    }

    /// Tokens that a step with this tree brings on average, at least 1: the base model's own one, and the
    /// sum of the path probabilities of all nodes.
    ///
    /// That sum is the mean length of the longest accepted path: the node at depth `d` of that path is the
    /// one whose whole path is right, siblings hold different tokens, so at most one node of a depth is; the
    /// length is the number of such nodes, and expectations add up.
    #[must_use]
    pub fn expected_tokens_per_step(&self, tree: &MedusaTree) -> f64 {
        1.0 + tree.choices().map(|path| self.path_probability(path)).sum::<f64>()
    }
}

/// All but the sum.
fn check_row(head: usize, row: &[f64]) -> Result<(), RankError> {
    if row.is_empty() {
        return Err(RankError::NoRanks { head });
    }
    if row.len() > MAX_RANK + 1 {
        return Err(RankError::TooManyRanks { head, ranks: row.len(), max: MAX_RANK + 1 });
    }
    match row.iter().position(|accuracy| !(0.0..=1.0).contains(accuracy)) {
        Some(rank) => Err(RankError::NotAProbability { head, rank, accuracy: row[rank] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(heads: Vec<Vec<f64>>) -> String {
        RankAccuracies::new(heads).unwrap_err().to_string()
    }

    #[test]
    fn every_fault_is_named_with_its_place() {
        assert!(refusal(vec![]).contains("no heads"));
        assert!(refusal(vec![vec![0.1], vec![]]).contains("head 1 has no ranks"));
        assert!(refusal(vec![vec![0.0; 1025]]).contains("head 0 has 1025 ranks"));
        assert!(refusal(vec![vec![0.1, f64::NAN]]).contains("head 0 rank 1 has accuracy NaN"));
        assert!(refusal(vec![vec![f64::INFINITY]]).contains("accuracy inf"));
        assert!(refusal(vec![vec![0.1], vec![-0.5]]).contains("head 1 rank 0 has accuracy -0.5"));
        assert!(refusal(vec![vec![0.5, 0.7]]).contains("head 0 sum to 1.2"));
        let error = RankAccuracies::from_cumulative(vec![vec![0.5, 0.4]]).unwrap_err().to_string();
        assert!(error.contains("head 0 is right in 0.4 of cases up to rank 1"), "{error}");
    }

    #[test]
    fn rows_may_rise_and_round() {
        assert!(RankAccuracies::new(vec![vec![0.1, 0.8], vec![0.3; 3]]).is_ok());
        assert!(RankAccuracies::new(vec![vec![1.0 / 3.0 + 1e-8; 3]]).is_ok());
    }

    #[test]
    fn cumulative_rows_become_single_ones() {
        let table = RankAccuracies::from_cumulative(vec![vec![0.5, 0.5, 1.0]]).unwrap();
        assert_eq!(table.ranks(0), [0.5, 0.0, 0.5]);
    }

    #[test]
    fn a_path_beyond_the_table_is_never_right() {
        let table = RankAccuracies::new(vec![vec![0.5, 0.25]]).unwrap();
        assert_eq!(table.path_probability(&[]), 1.0);
        assert_eq!(table.path_probability(&[1]), 0.25);
        assert_eq!(table.path_probability(&[2]), 0.0);
        assert_eq!(table.path_probability(&[0, 0]), 0.0);
        assert_eq!(table.ranks(7), [0.0; 0]);
        assert_eq!(table.expected_tokens_per_step(&MedusaTree::chain(3).unwrap()), 1.5);
    }

    #[test]
    fn json_and_toml_are_checked() {
        let table: RankAccuracies = toml::from_str("heads = [[0.5, 0.25], [0.125]]").unwrap();
        let json = serde_json::to_string(&table).unwrap();
        assert_eq!(json, r#"{"heads":[[0.5,0.25],[0.125]]}"#);
        assert_eq!(serde_json::from_str::<RankAccuracies>(&json).unwrap(), table);
        let error = toml::from_str::<RankAccuracies>("heads = [[0.9, 0.9]]").unwrap_err().to_string();
        assert!(error.contains("head 0 sum to 1.8"), "{error}");
        let error = toml::from_str::<RankAccuracies>("rows = [[0.9]]").unwrap_err().to_string();
        assert!(error.contains("unknown field `rows`"), "{error}");
    }
}

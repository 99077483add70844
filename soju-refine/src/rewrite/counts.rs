//! What became of rewritten texts, counted by guard.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::guards::{Guard, Rejection};

/// Counts of rewritten texts, mergeable over shards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct GuardCounts {
    /// Texts that the guards looked at: the kept and the rejected.
    pub checked: u64,
    /// Texts that no guard spoke against.
    pub kept: u64,
    /// Rejected texts by guard. One that several guards reject counts with each of them.
    pub rejected: BTreeMap<Guard, u64>,
}

impl GuardCounts {
    /// Counts a text against which these guards spoke.
    pub fn add(&mut self, rejections: &[Rejection]) {
        self.checked += 1;
        self.kept += u64::from(rejections.is_empty());
        let mut guards: Vec<_> = rejections.iter().map(|rejection| rejection.guard).collect();
        guards.sort_unstable();
        guards.dedup();
        for guard in guards {
            *self.rejected.entry(guard).or_default() += 1;
        }
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.checked += other.checked;
        self.kept += other.kept;
        for (guard, count) in &other.rejected {
            *self.rejected.entry(*guard).or_default() += count;
        }
    }
}

/// Counts of a rewriting job, mergeable over shards.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RewriteCounts {
    /// Documents that were to be written anew.
    pub documents: u64,
    /// Passages of them that the model was asked about: those that the guards looked at, `cut_short` and `unanswered`.
    pub passages: u64,
    /// Passages that stayed as they are without asking: too short, or too many.
    pub left: u64,
    /// Answers that the longest length ended.
    pub cut_short: u64,
    /// Answers that did not come in time.
    pub unanswered: u64,
    /// Documents whose passages passed, and which did not pass as a whole.
    pub whole_rejected: u64,
    /// Tokens that the model read, the shared header not counted.
    pub tokens_read: u64,
    /// Tokens of its answers, without those that end them.
    pub tokens_written: u64,
    /// What the guards said of passages.
    pub guards: GuardCounts,
}

impl RewriteCounts {
    /// Whether nothing was asked.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Adds what was counted elsewhere.
    pub fn merge(&mut self, other: &Self) {
        self.documents += other.documents;
        self.passages += other.passages;
        self.left += other.left;
        self.cut_short += other.cut_short;
        self.unanswered += other.unanswered;
        self.whole_rejected += other.whole_rejected;
        self.tokens_read += other.tokens_read;
        self.tokens_written += other.tokens_written;
        self.guards.merge(&other.guards);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Guards;
    use super::*;

    #[test]
    fn counts_add_up_and_merge() {
        let guards = Guards::default();
        let mut counts = GuardCounts::default();
        counts.add(&guards.check("짧은 글이다.", "", None));
        counts.add(&guards.check("짧은 글이다.", "글은 5월 3일이다.", None));
        counts.add(&[]);
        let json = serde_json::to_value(&counts).unwrap();
        assert_eq!((&json["checked"], &json["kept"]), (&3.into(), &1.into()));
        assert_eq!((&json["rejected"]["empty"], &json["rejected"]["date"]), (&1.into(), &1.into()));
        assert_eq!(serde_json::from_value::<GuardCounts>(json).unwrap(), counts);
        let mut both = counts.clone();
        both.merge(&counts);
        assert_eq!((both.checked, both.kept, both.rejected[&Guard::Date]), (6, 2, 2));
    }

    #[test]
    fn names_are_those_of_serde() {
        for pair in Guard::ALL.windows(2) {
            assert!(pair[0] < pair[1]);
        }
        for guard in Guard::ALL {
            assert_eq!(serde_json::to_value(guard).unwrap(), guard.name());
        }
    }
}

//! Medusa from outside: properties, naive references, and the picture of the public tree.

mod acceptance;
mod search;
mod tree;

use std::collections::BTreeSet;

use proptest::collection::{btree_set, vec};
use proptest::prelude::*;
use soju_engine::RankAccuracies;

pub(crate) type Path = Vec<i32>;

/// Random paths with all their ancestors, in random order.
pub(crate) fn choices() -> impl Strategy<Value = Vec<Path>> {
    btree_set(vec(0..6i32, 1..6), 1..16)
        .prop_map(|paths| {
            let ancestors =
                paths.iter().flat_map(|path| (1..=path.len()).map(|length| path[..length].to_vec()));
            ancestors.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        })
        .prop_shuffle()
}

pub(crate) fn depth(choices: &[Path]) -> usize {
    choices.iter().map(Vec::len).max().unwrap_or(0)
}

/// Rows of accuracies that sum to 1 at most; with zeros and equal ones, in any order.
pub(crate) fn table(heads: usize, ranks: usize) -> impl Strategy<Value = RankAccuracies> {
    vec((vec(0..8u32, ranks), 0..8u32), heads).prop_map(|rows| {
        let row = |(hits, misses): (Vec<u32>, u32)| {
            let total = f64::from((hits.iter().sum::<u32>() + misses).max(1));
            hits.into_iter().map(|hits| f64::from(hits) / total).collect()
        };
        RankAccuracies::new(rows.into_iter().map(row).collect()).expect("rows sum to 1 at most")
    })
}

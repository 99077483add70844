//! The search against brute force.

use proptest::collection::vec;
use proptest::prelude::*;
use soju_engine::{MedusaTree, RankAccuracies, TreeSearch};

use crate::{Path, table};

fn naive_probability(table: &RankAccuracies, path: &[i32]) -> f64 {
    let mut product = 1.0;
    for (head, rank) in path.iter().enumerate() {
        product *= table.accuracy(head, *rank as usize);
    }
    product
}

/// Every node that a table of so many heads and ranks can have.
fn universe(heads: usize, ranks: i32) -> Vec<Path> {
    let mut all: Vec<Path> = Vec::new();
    let mut level: Vec<Path> = vec![vec![]];
    for _ in 0..heads {
        level =
            level.iter().flat_map(|path| (0..ranks).map(move |rank| [&path[..], &[rank]].concat())).collect();
        all.extend(level.iter().cloned());
    }
    all
}

proptest! {
    /// The first nodes of all by gain, depth and ranks, sorted in full.
    #[test]
    fn the_search_takes_the_best_of_all_nodes(table in table(3, 4), nodes in 0..90usize) {
        let mut all = universe(3, 4);
        all.retain(|path| naive_probability(&table, path) > 0.0);
        all.sort_by(|a, b| {
            let gain = |path: &Path| naive_probability(&table, path);
            gain(b).total_cmp(&gain(a)).then_with(|| (a.len(), a).cmp(&(b.len(), b)))
        });
        all.truncate(nodes);
        let expected = MedusaTree::new(&all).ok();
        prop_assert_eq!(TreeSearch::new().best(&table, nodes), expected);
    }

    /// No tree of as many nodes does better: all of them, one by one.
    #[test]
    fn no_other_tree_brings_more(table in table(3, 2), nodes in 1..8usize) {
        let all = universe(3, 2);
        let mut most = 0.0f64;
        for set in 0u32..1 << all.len() {
            let chosen = (0..all.len()).filter(|i| set & 1 << i != 0);
            let chosen: Vec<_> = chosen.map(|i| all[i].clone()).collect();
            if chosen.len() == nodes
                && let Ok(tree) = MedusaTree::new(&chosen)
            {
                most = most.max(table.expected_tokens_per_step(&tree));
            }
        }
        let found = TreeSearch::new().best(&table, nodes);
        let found = found.map_or(1.0, |tree| table.expected_tokens_per_step(&tree));
        prop_assert!((found - most).abs() < 1e-12, "found {}, there is {}", found, most);
    }

    #[test]
    fn bounds_hold_and_cost_nothing_where_they_do_not_bind(
        table in table(4, 5),
        nodes in 1..40usize,
        (depth, children, rank) in (1..5usize, 1..6usize, 0..5usize),
    ) {
        let search = TreeSearch::new().max_depth(depth).max_children(children).max_rank(rank);
        if let Some(tree) = search.best(&table, nodes) {
            prop_assert!(tree.depth() <= depth && tree.nodes() <= nodes);
            for position in tree.positions() {
                prop_assert!(tree.children(position).len() <= children);
                prop_assert!(tree.path(position).iter().all(|found| usize::from(*found) <= rank));
            }
        }
        let loose = TreeSearch::new().max_depth(4).max_children(5).max_rank(4);
        prop_assert_eq!(loose.best(&table, nodes), TreeSearch::new().best(&table, nodes));
    }

    #[test]
    fn the_best_for_costs_is_the_best_of_all_sizes(
        table in table(3, 3),
        costs in vec((0..20usize, (50..400u32).prop_map(|percent| f64::from(percent) / 100.0)), 0..8),
    ) {
        let search = TreeSearch::new();
        let speedups = costs.iter().filter_map(|(nodes, cost)| {
            let tree = search.best(&table, *nodes)?;
            Some(table.expected_tokens_per_step(&tree) / cost)
        });
        let most = speedups.fold(1.0, f64::max);
        match search.best_for_costs(&table, &costs).unwrap() {
            None => prop_assert!(most < 1.0 + 1e-12, "{}", most),
            Some(found) => {
                prop_assert!((found.speedup - most).abs() < 1e-12 && found.speedup > 1.0);
                let expected = table.expected_tokens_per_step(&found.tree);
                prop_assert!((found.expected_tokens - expected).abs() < 1e-12);
                prop_assert_eq!(search.best(&table, found.tree.nodes()), Some(found.tree));
            }
        }
    }
}

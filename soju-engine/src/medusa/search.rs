//! The best tree for a table of accuracies.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::{MedusaError, MedusaLimits, MedusaTree, RankAccuracies};

/// Searches trees, optionally within bounds.
///
/// The tree of `n` nodes with the most expected tokens a step, for accuracies that are independent of each
/// other: as in the paper (arXiv 2401.10774, section 2.3.3), the node with the largest gain is added again and
/// again. A node's gain is its path probability, the product of the accuracies along its path.
///
/// # Examples
/// How large a tree pays when verifying more tokens takes longer:
/// ```
/// use soju_engine::{RankAccuracies, TreeSearch};
///
/// let table = RankAccuracies::new(vec![vec![0.6, 0.2, 0.1], vec![0.4, 0.1]])?;
/// // A step with 2 nodes takes 1.05 times as long as one without a tree, and so on.
/// let costs = [(2, 1.05), (4, 1.3), (8, 2.5)];
/// let best = TreeSearch::new().best_for_costs(&table, &costs)?.expect("drafts pay here");
/// assert_eq!(best.tree.nodes(), 2);
/// assert!((best.speedup - (1.0 + 0.6 + 0.24) / 1.05).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TreeSearch {
    max_depth: Option<usize>,
    max_children: Option<usize>,
    max_rank: Option<usize>,
}

/// A tree, and what it is expected to bring at the cost of its step.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CostedTree {
    /// The tree. May have fewer nodes than its point of the cost curve where the table has no more.
    pub tree: MedusaTree,
    /// Expected tokens a step, at least 1.
    pub expected_tokens: f64,
    /// Time of a step over that of a step without a tree.
    pub cost: f64,
    /// `expected_tokens / cost`: tokens in a given time, over those without a tree. Above 1.
    pub speedup: f64,
}

impl TreeSearch {
    /// Without bounds but those of the table.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Only trees that an engine can run: its ranks and its depth. Its number of nodes is for
    /// [`best`](Self::best) to be given, and its room for guesses matters only for tables with gaps:
    /// [`MedusaConfig::check`](super::MedusaConfig::check) tells.
    #[must_use]
    pub fn within(limits: &MedusaLimits) -> Self {
        Self::new().max_depth(limits.max_depth).max_rank(limits.max_rank)
    }

    /// No path longer than this.
    #[must_use]
    pub fn max_depth(self, depth: usize) -> Self {
        Self { max_depth: Some(depth), ..self }
    }

    /// No node with more children than this, the root included.
    #[must_use]
    pub fn max_children(self, children: usize) -> Self {
        Self { max_children: Some(children), ..self }
    }

    /// No rank above this.
    #[must_use]
    pub fn max_rank(self, rank: usize) -> Self {
        Self { max_rank: Some(rank), ..self }
    }

    /// The best tree of so many nodes. Fewer where there are no more nodes that are ever right; `None` where
    /// there are none at all, or `nodes` is 0.
    ///
    /// Of equally probable nodes the shallower comes first, then the one whose ranks are smaller, so equal
    /// tables give equal trees. Takes O(n log n) for n nodes.
    #[must_use]
    pub fn best(&self, table: &RankAccuracies, nodes: usize) -> Option<MedusaTree> {
        let paths: Vec<_> = self.by_gain(table).take(nodes).map(|found| found.path.into()).collect();
        // The paths are whole: a node is found after its parent, and once.
        MedusaTree::from_valid(paths).ok()
    }

    /// The tree that brings most tokens in a given time. Of equally good ones, the one with fewest nodes.
    ///
    /// `costs`: points `(nodes, cost)` in any order, cost being the time of a step that verifies so many
    /// nodes over the time of a step without a tree. Nothing is assumed between the points. `None`: no tree
    /// beats 1, so decode without one.
    ///
    /// # Errors
    /// [`MedusaError::BadCost`] for a cost that is not finite and above 0.
    pub fn best_for_costs(
        &self,
        table: &RankAccuracies,
        costs: &[(usize, f64)],
    ) -> Result<Option<CostedTree>, MedusaError> {
        if let Some(&(nodes, cost)) = costs.iter().find(|(_, cost)| !(cost.is_finite() && *cost > 0.0)) {
            return Err(MedusaError::BadCost { nodes, cost });
        }
        let mut costs = costs.to_vec();
        costs.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.total_cmp(&b.1)));
        let mut found = self.by_gain(table);
        let mut paths: Vec<Box<[u16]>> = Vec::new();
        let mut expected = 1.0;
        let mut best: Option<(usize, f64, f64)> = None;
        for (nodes, cost) in costs {
            while paths.len() < nodes
                && let Some(node) = found.next()
            {
                expected += node.probability;
                paths.push(node.path.into());
            }
            if !paths.is_empty() && expected / cost > best.map_or(1.0, |(_, tokens, cost)| tokens / cost) {
                best = Some((paths.len(), expected, cost));
            }
        }
        let Some((nodes, expected_tokens, cost)) = best else {
            return Ok(None);
        };
        paths.truncate(nodes);
        let tree = MedusaTree::from_valid(paths)?;
        Ok(Some(CostedTree { tree, expected_tokens, cost, speedup: expected_tokens / cost }))
    }

    /// All nodes within the bounds that are ever right, by falling gain, each after its parent.
    ///
    /// Why its first `n` are the best tree of `n` nodes: the tokens that a tree brings are the sum of its
    /// nodes' gains, so no set of `n` nodes brings more than the `n` largest gains. A gain is its parent's
    /// times a number of at most 1, so never above its parent's, and with ties going to the shallower node
    /// the `n` largest hold the parents of all their nodes: they are a tree. `max_children` keeps the best
    /// children of each node, which the same argument covers.
    ///
    /// Why the heap need not hold all nodes: a node enters it when the one before it among its siblings, or
    /// if it is the first of them its parent, leaves it. That one's gain is at least as large, and on ties it
    /// comes before; so what leaves the heap is always the first of all nodes that have not left it. Rounding
    /// does not break this, for it is monotone.
    fn by_gain(&self, table: &RankAccuracies) -> impl Iterator<Item = Found> {
        let heads = table.heads().min(self.max_depth.unwrap_or(usize::MAX));
        let guesses: Vec<_> = (0..heads).map(|head| self.guesses(table.ranks(head))).collect();
        let mut heap = BinaryHeap::new();
        let child = move |parent: &[u16], probability: f64, place: usize| {
            let (rank, accuracy) = *guesses.get(parent.len())?.get(place)?;
            let path = [parent, &[rank]].concat();
            // A product of tiny numbers can be 0 though none of them is.
            Some(Found { probability: probability * accuracy, parent: probability, place, path })
                .filter(|found| found.probability > 0.0)
        };
        heap.extend(child(&[], 1.0, 0));
        std::iter::from_fn(move || {
            let found: Found = heap.pop()?;
            heap.extend(child(&found.path, found.probability, 0));
            heap.extend(child(&found.path[..found.path.len() - 1], found.parent, found.place + 1));
            Some(found)
        })
    }

    /// A head's guesses that may be used, best first.
    fn guesses(&self, ranks: &[f64]) -> Vec<(u16, f64)> {
        let mut guesses: Vec<_> = (0..=u16::MAX)
            .zip(ranks.iter().copied())
            .take(self.max_rank.map_or(usize::MAX, |rank| rank.saturating_add(1)))
            .filter(|(_, accuracy)| *accuracy > 0.0)
            .collect();
        guesses.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        guesses.truncate(self.max_children.unwrap_or(usize::MAX));
        guesses
    }
}

/// A node that the search has come to.
#[derive(Debug, PartialEq)]
struct Found {
    probability: f64,
    /// The parent's probability.
    parent: f64,
    /// Which of its head's guesses its last rank is, by falling accuracy.
    place: usize,
    path: Vec<u16>,
}

impl Eq for Found {}

impl Ord for Found {
    /// The better node is the greater one.
    fn cmp(&self, other: &Self) -> Ordering {
        self.probability
            .total_cmp(&other.probability)
            .then_with(|| other.path.len().cmp(&self.path.len()))
            .then_with(|| other.path.cmp(&self.path))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(heads: &[&[f64]]) -> RankAccuracies {
        RankAccuracies::new(heads.iter().map(|row| row.to_vec()).collect()).unwrap()
    }

    fn best(search: TreeSearch, table: &RankAccuracies, nodes: usize) -> String {
        search.best(table, nodes).map_or("none".to_owned(), |tree| tree.one_line().to_string())
    }

    #[test]
    fn nodes_come_by_falling_gain() {
        let table = table(&[&[0.6, 0.3], &[0.5, 0.4]]);
        // Gains: 0: 0.6, 1: 0.3, 0 0: 0.3, 0 1: 0.24, 1 0: 0.15, 1 1: 0.12.
        let trees: Vec<_> = (0..8).map(|nodes| best(TreeSearch::new(), &table, nodes)).collect();
        let all = "0(0 1) 1(0 1)";
        assert_eq!(trees, ["none", "0", "0 1", "0(0) 1", "0(0 1) 1", "0(0 1) 1(0)", all, all]);
    }

    #[test]
    fn a_rank_that_is_better_than_the_one_before_comes_first() {
        let table = table(&[&[0.1, 0.0, 0.6], &[0.5]]);
        assert_eq!(best(TreeSearch::new(), &table, 2), "2(0)");
        assert_eq!(best(TreeSearch::new(), &table, 9), "0(0) 2(0)");
    }

    #[test]
    fn ties_go_to_the_shallower_then_to_the_smaller_ranks() {
        let table = table(&[&[0.25; 4], &[1.0]]);
        assert_eq!(best(TreeSearch::new(), &table, 3), "0 1 2");
        assert_eq!(best(TreeSearch::new(), &table, 6), "0(0) 1(0) 2 3");
    }

    #[test]
    fn bounds_hold() {
        let table = table(&[&[0.5, 0.3, 0.2], &[0.6, 0.4], &[0.9]]);
        assert_eq!(best(TreeSearch::new().max_depth(1), &table, 9), "0 1 2");
        assert_eq!(best(TreeSearch::new().max_children(1), &table, 9), "0(0(0))");
        assert_eq!(best(TreeSearch::new().max_rank(0), &table, 9), "0(0(0))");
        assert_eq!(best(TreeSearch::new().max_depth(0), &table, 9), "none");
        assert_eq!(best(TreeSearch::new().max_children(0), &table, 9), "none");
        let limits = MedusaLimits { max_depth: 2, max_rank: 1, ..MedusaLimits::new(9) };
        assert_eq!(best(TreeSearch::within(&limits), &table, 9), "0(0 1) 1(0 1)");
    }

    #[test]
    fn products_that_vanish_end_the_search() {
        let table = table(&[&[1e-300], &[1e-300], &[1.0]]);
        assert_eq!(best(TreeSearch::new(), &table, 9), "0");
        assert_eq!(best(TreeSearch::new(), &RankAccuracies::new(vec![vec![0.0]]).unwrap(), 9), "none");
    }

    #[test]
    fn the_cost_decides_how_many_nodes() {
        let table = table(&[&[0.5, 0.25], &[0.5]]);
        let pick = |costs: &[(usize, f64)]| TreeSearch::new().best_for_costs(&table, costs).unwrap();
        // Expected tokens: 1.5, 1.75, 2.0, 2.125.
        assert_eq!(pick(&[(4, 1.0), (1, 1.0)]).unwrap().tree.nodes(), 4);
        assert_eq!(pick(&[(1, 1.0), (4, 1.5)]).unwrap().tree.nodes(), 1);
        let found = pick(&[(3, 4.0 / 3.0), (1, 1.0)]).unwrap();
        assert_eq!((found.tree.nodes(), found.speedup), (1, 1.5), "a tie goes to the smaller tree");
        assert_eq!(pick(&[(1, 1.5), (4, 3.0)]), None);
        assert_eq!(pick(&[(0, 0.5)]), None, "no nodes are no tree");
        assert_eq!(pick(&[]), None);
        let found = pick(&[(99, 1.25)]).unwrap();
        assert_eq!((found.tree.nodes(), found.expected_tokens, found.cost), (4, 2.125, 1.25));
        for cost in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let error = TreeSearch::new().best_for_costs(&table, &[(7, cost)]).unwrap_err().to_string();
            assert!(error.contains("the step of 7 nodes has cost"), "{error}");
        }
    }
}

//! Pictures of trees: one line a node, or all in one line.

use std::fmt;

use super::{MedusaTree, RankAccuracies};

/// A tree as text, a line for each node: [`MedusaTree::picture`].
#[derive(Debug, Clone, Copy)]
pub struct Picture<'a> {
    tree: &'a MedusaTree,
    heads: Option<usize>,
    table: Option<&'a RankAccuracies>,
}

/// A tree in one line: [`MedusaTree::one_line`].
#[derive(Debug, Clone, Copy)]
pub struct OneLine<'a>(&'a MedusaTree);

impl MedusaTree {
    /// The tree drawn with box characters: a heading with its measures, then a line for each node with its
    /// rank, children below parents. Ends with a line break. The same as the tree's `Display`.
    ///
    /// # Examples
    /// ```
    /// use soju_engine::{MedusaTree, RankAccuracies};
    ///
    /// let tree = MedusaTree::new(&[vec![0], vec![0, 0], vec![0, 1], vec![2]])?;
    /// assert_eq!(tree.picture().to_string(), "\
    /// Medusa tree: 4 nodes, depth 2, 3 leaves
    /// root
    /// ├─ 0
    /// │  ├─ 0
    /// │  └─ 1
    /// └─ 2
    /// ");
    ///
    /// let table = RankAccuracies::new(vec![vec![0.5, 0.2, 0.1], vec![0.4, 0.1]])?;
    /// assert!(tree.picture().accuracies(&table).to_string().contains("├─ 0  20.0 %\n"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn picture(&self) -> Picture<'_> {
        Picture { tree: self, heads: None, table: None }
    }

    /// The tree in one line, without a heading: ranks, each followed by its children in parentheses.
    ///
    /// # Examples
    /// ```
    /// let tree = soju_engine::MedusaTree::new(&[vec![0], vec![0, 0], vec![0, 1], vec![2]])?;
    /// assert_eq!(tree.one_line().to_string(), "0(0 1) 2");
    /// # Ok::<(), soju_engine::MedusaError>(())
    /// ```
    #[must_use]
    pub fn one_line(&self) -> OneLine<'_> {
        OneLine(self)
    }

    /// Positions of the nodes, each before its children. Paths in the order of words are just that.
    fn preorder(&self) -> Vec<usize> {
        let mut positions: Vec<_> = self.positions().skip(1).collect();
        positions.sort_unstable_by(|a, b| self.path(*a).cmp(self.path(*b)));
        positions
    }

    fn is_last_child(&self, position: usize) -> bool {
        self.parent(position).is_none_or(|parent| self.children(parent).end == position + 1)
    }

    /// The rank by which a node hangs on its parent.
    fn rank(&self, position: usize) -> u16 {
        self.path(position).last().copied().unwrap_or(0)
    }
}

impl<'a> Picture<'a> {
    /// With the number of heads in the heading.
    #[must_use]
    pub fn heads(self, heads: usize) -> Self {
        Self { heads: Some(heads), ..self }
    }

    /// With each node's probability of being accepted, and in the heading the tokens of a step.
    #[must_use]
    pub fn accuracies(self, table: &'a RankAccuracies) -> Self {
        Self { table: Some(table), ..self }
    }
}

impl fmt::Display for Picture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tree = self.tree;
        let (nodes, depth, leaves) = (tree.nodes(), tree.depth(), tree.leaves().count());
        let node = if nodes == 1 { "node" } else { "nodes" };
        let leaf = if leaves == 1 { "leaf" } else { "leaves" };
        write!(f, "Medusa tree: {nodes} {node}, depth {depth}, {leaves} {leaf}")?;
        if let Some(heads) = self.heads {
            write!(f, ", {heads} {}", if heads == 1 { "head" } else { "heads" })?;
        }
        if let Some(table) = self.table {
            write!(f, ", {:.3} tokens a step expected", table.expected_tokens_per_step(tree))?;
        }
        f.write_str("\nroot\n")?;
        for position in tree.preorder() {
            let mut above: Vec<_> =
                tree.lineage(position).skip(1).take_while(|ancestor| *ancestor > 0).collect();
            above.reverse();
            for ancestor in above {
                f.write_str(if tree.is_last_child(ancestor) { "   " } else { "│  " })?;
            }
            let branch = if tree.is_last_child(position) { "└─" } else { "├─" };
            write!(f, "{branch} {}", tree.rank(position))?;
            if let Some(table) = self.table {
                write!(f, "  {:.1} %", 100.0 * table.path_probability(tree.path(position)))?;
            }
            f.write_str("\n")?;
        }
        Ok(())
    }
}

impl fmt::Display for OneLine<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut depth = 0;
        for position in self.0.preorder() {
            let here = self.0.depth_of(position);
            if here > depth {
                // One deeper at most, for a parent comes right before its first child.
                f.write_str(if depth == 0 { "" } else { "(" })?;
            } else {
                for _ in here..depth {
                    f.write_str(")")?;
                }
                f.write_str(" ")?;
            }
            write!(f, "{}", self.0.rank(position))?;
            depth = here;
        }
        for _ in 1..depth {
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl fmt::Display for MedusaTree {
    /// [`MedusaTree::picture`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.picture().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_end_where_siblings_do() {
        let tree =
            MedusaTree::new(&[&[0][..], &[10], &[0, 0], &[0, 3], &[10, 0], &[0, 3, 1], &[10, 0, 0]]).unwrap();
        let picture = "\
Medusa tree: 7 nodes, depth 3, 3 leaves
root
├─ 0
│  ├─ 0
│  └─ 3
│     └─ 1
└─ 10
   └─ 0
      └─ 0
";
        assert_eq!(tree.to_string(), picture);
        assert_eq!(tree.one_line().to_string(), "0(0 3(1)) 10(0(0))");
    }

    #[test]
    fn one_of_each_is_singular() {
        let tree = MedusaTree::chain(1).unwrap();
        let picture = tree.picture().heads(1).to_string();
        assert_eq!(picture, "Medusa tree: 1 node, depth 1, 1 leaf, 1 head\nroot\n└─ 0\n");
        assert_eq!(tree.one_line().to_string(), "0");
    }

    #[test]
    fn accuracies_stand_beside_the_nodes() {
        let table = RankAccuracies::new(vec![vec![0.5], vec![0.25]]).unwrap();
        let picture = MedusaTree::chain(3).unwrap().picture().accuracies(&table).to_string();
        assert!(picture.contains(", 1.625 tokens a step expected\n"), "{picture}");
        assert!(picture.ends_with("└─ 0  50.0 %\n   └─ 0  12.5 %\n      └─ 0  0.0 %\n"), "{picture}");
    }
}

//! The tree as index arrays and mask rows, for a batch that verifies it.
//!
//! A step's batch holds the root and then the nodes: `nodes() + 1` positions. Position `p` gets the place
//! `depth_of(p)` after the root in the text and sees itself, its ancestors and everything before the root.

use std::iter;
use std::ops::Range;

use super::MedusaTree;

impl MedusaTree {
    /// Positions of a step's batch: the root and the nodes.
    #[must_use]
    pub fn positions(&self) -> Range<usize> {
        0..self.nodes() + 1
    }

    /// The parent's position; `None` for the root.
    ///
    /// # Panics
    /// If there is no such position.
    #[must_use]
    pub fn parent(&self, position: usize) -> Option<usize> {
        let parent = self.parent_array()[position];
        (position > 0).then_some(parent)
    }

    /// Positions of the children, which are consecutive.
    ///
    /// # Panics
    /// If there is no such position.
    #[must_use]
    pub fn children(&self, position: usize) -> Range<usize> {
        self.children_of(position)
    }

    /// Tokens between the root and this position, itself included; 0 for the root.
    ///
    /// # Panics
    /// If there is no such position.
    #[must_use]
    pub fn depth_of(&self, position: usize) -> usize {
        self.path(position).len()
    }

    /// The position itself, its parent, and so on up to the root.
    ///
    /// # Panics
    /// If there is no such position.
    pub fn lineage(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        assert!(position <= self.nodes(), "position {position} is outside the tree");
        iter::successors(Some(position), |position| self.parent(*position))
    }

    /// Which positions of the batch a position may attend to: itself and its ancestors, root included.
    /// `nodes() + 1` flags.
    ///
    /// # Panics
    /// If there is no such position.
    ///
    /// # Examples
    /// ```
    /// let tree = soju_engine::MedusaTree::new(&[vec![0], vec![1], vec![1, 0]])?;
    /// assert_eq!(tree.mask_row(3), [true, false, true, true]);
    /// # Ok::<(), soju_engine::MedusaError>(())
    /// ```
    #[must_use]
    pub fn mask_row(&self, position: usize) -> Vec<bool> {
        let mut row = vec![false; self.nodes() + 1];
        for seen in self.lineage(position) {
            row[seen] = true;
        }
        row
    }

    /// Positions without children, in order. At least one.
    pub fn leaves(&self) -> impl Iterator<Item = usize> + '_ {
        self.positions().filter(|position| self.children(*position).is_empty())
    }

    /// The positions from the root to each leaf, both included, in the order of [`leaves`](Self::leaves).
    ///
    /// An engine without masks, such as llama.cpp, gives each of these a sequence number, and a token those of
    /// all the paths it is on.
    #[must_use]
    pub fn leaf_paths(&self) -> Vec<Vec<usize>> {
        let path = |leaf| {
            let mut path: Vec<_> = self.lineage(leaf).collect();
            path.reverse();
            path
        };
        self.leaves().map(path).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> MedusaTree {
        MedusaTree::new(&[&[0][..], &[1], &[2], &[0, 0], &[0, 3], &[2, 0], &[0, 3, 1]]).unwrap()
    }

    #[test]
    fn parents_children_and_depths_agree() {
        let tree = tree();
        let parents: Vec<_> = tree.positions().map(|position| tree.parent(position)).collect();
        assert_eq!(parents, [None, Some(0), Some(0), Some(0), Some(1), Some(1), Some(3), Some(5)]);
        let children: Vec<_> = tree.positions().map(|position| tree.children(position)).collect();
        assert_eq!(children, [1..4, 4..6, 6..6, 6..7, 7..7, 7..8, 8..8, 8..8]);
        let depths: Vec<_> = tree.positions().map(|position| tree.depth_of(position)).collect();
        assert_eq!(depths, [0, 1, 1, 1, 2, 2, 2, 3]);
    }

    #[test]
    fn a_row_shows_the_way_to_the_root() {
        let tree = tree();
        let row = tree.mask_row(7);
        let seen: Vec<_> = (0..row.len()).filter(|position| row[*position]).collect();
        assert_eq!(seen, [0, 1, 5, 7]);
        assert_eq!(tree.mask_row(0).iter().filter(|seen| **seen).count(), 1);
    }

    #[test]
    fn every_leaf_has_its_path() {
        let tree = tree();
        assert_eq!(tree.leaves().collect::<Vec<_>>(), [2, 4, 6, 7]);
        assert_eq!(tree.leaf_paths(), [vec![0, 2], vec![0, 1, 4], vec![0, 3, 6], vec![0, 1, 5, 7]]);
    }

    #[test]
    #[should_panic(expected = "outside the tree")]
    fn a_position_past_the_end_is_refused() {
        let _ = tree().mask_row(8);
    }
}

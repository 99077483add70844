//! The choice tree: validated, in order, with its parents.

use std::collections::HashSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::MedusaError;
use super::error::wide;

/// The largest rank there can be: TensorRT-LLM's kernels draw from at most 1,024 guesses.
///
/// Engines take less: see [`MedusaLimits`](super::MedusaLimits).
pub const MAX_RANK: usize = 1023;

/// A choice tree: which combinations of the heads' guesses one step verifies.
///
/// A node is the path of ranks that leads to it. `[0]` is the first head's best guess, `[0, 2]` the second
/// head's third guess after it. Every node is listed, the root (the token that the base model has already
/// chosen) is not. That is the form of TensorRT-LLM's `MedusaChoices`.
///
/// # What is an error, and what is not
/// - A **gap in depth**, a node whose parent is not listed, is one: TensorRT-LLM would hang it on the root.
/// - A **gap among siblings**, such as rank 2 without ranks 0 and 1, is none: a table whose ranks are not
///   sorted by accuracy gives such trees, and the paper's construction allows them. The public trees have no
///   such gaps. They cost an engine unused guesses, which
///   [`MedusaLimits::max_guesses`](super::MedusaLimits::max_guesses) bounds.
///
/// # Order
/// By depth, then by ranks. TensorRT-LLM sorts what it gets the same way. *Position* `i + 1` is the node of
/// the `i`-th choice; position 0 is the root. The methods that take or give indices mean positions.
///
/// # Examples
/// ```
/// use soju_engine::MedusaTree;
///
/// let tree = MedusaTree::new(&[vec![0], vec![0, 0], vec![1]])?;
/// assert_eq!(tree.choices().collect::<Vec<_>>(), [&[0][..], &[1], &[0, 0]]);
/// assert_eq!(tree.parent(3), Some(1));
///
/// let error = MedusaTree::new(&[vec![0], vec![1, 0]]).unwrap_err();
/// assert!(error.to_string().starts_with("choice [1, 0] has no parent; add [1]"));
/// # Ok::<(), soju_engine::MedusaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Vec<Vec<i32>>", into = "Vec<Vec<u16>>")]
pub struct MedusaTree {
    paths: Vec<Box<[u16]>>,
    /// By position; the root is its own parent here.
    parents: Vec<usize>,
    /// By position: where its children begin. One more at the end.
    children: Vec<usize>,
}

impl MedusaTree {
    /// Checks a list of choices, in any order.
    ///
    /// # Errors
    /// [`MedusaError::EmptyTree`], else for the first faulty choice in the order given
    /// [`MedusaError::EmptyPath`] or [`MedusaError::RankOutOfRange`], else [`MedusaError::Duplicate`] or
    /// [`MedusaError::MissingParent`].
    pub fn new<P: AsRef<[i32]>>(choices: &[P]) -> Result<Self, MedusaError> {
        let mut paths = Vec::with_capacity(choices.len());
        for (index, choice) in choices.iter().enumerate() {
            paths.push(narrow(index, choice.as_ref())?);
        }
        let mut seen = HashSet::with_capacity(paths.len());
        if let Some(twice) = paths.iter().find(|path| !seen.insert(&path[..])) {
            return Err(MedusaError::Duplicate { path: wide(twice) });
        }
        for path in &paths {
            let parent = &path[..path.len() - 1];
            if !parent.is_empty() && !seen.contains(parent) {
                return Err(MedusaError::MissingParent { path: wide(path), parent: wide(parent) });
            }
        }
        Self::from_valid(paths)
    }

    /// One guess after the other: the best guess of each of `depth` heads.
    ///
    /// # Errors
    /// [`MedusaError::EmptyTree`] for 0.
    pub fn chain(depth: usize) -> Result<Self, MedusaError> {
        Self::from_valid((1..=depth).map(|length| vec![0; length].into()).collect())
    }

    /// From paths that are whole: no duplicate, every parent there. Any order.
    pub(super) fn from_valid(mut paths: Vec<Box<[u16]>>) -> Result<Self, MedusaError> {
        if paths.is_empty() {
            return Err(MedusaError::EmptyTree);
        }
        paths.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        // In this order the parents come in the order of their children, so one walk finds them all.
        let path_of = |position: usize| position.checked_sub(1).map_or(&[][..], |index| &paths[index]);
        let mut parents = vec![0];
        let mut parent = 0;
        for path in &paths {
            while path_of(parent) != &path[..path.len() - 1] {
                parent += 1;
            }
            parents.push(parent);
        }
        let mut children = vec![1];
        for position in 0..parents.len() {
            let start = children[position];
            let count = parents[start..].iter().take_while(|parent| **parent == position).count();
            children.push(start + count);
        }
        Ok(Self { paths, parents, children })
    }

    /// The nodes as paths of ranks, by depth and then by ranks. The `i`-th is position `i + 1`.
    pub fn choices(&self) -> impl ExactSizeIterator<Item = &[u16]> + DoubleEndedIterator + Clone {
        self.paths.iter().map(|path| &path[..])
    }

    /// How many nodes there are, without the root: the draft tokens of a step. At least 1.
    #[must_use]
    pub fn nodes(&self) -> usize {
        self.paths.len()
    }

    /// Length of the longest path: the most drafts that one step can accept. At least 1.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.paths.last().map_or(0, |path| path.len())
    }

    /// How many guesses each head must make: the largest rank at each depth, plus 1.
    #[must_use]
    pub fn guesses_per_head(&self) -> Vec<usize> {
        let mut guesses = vec![0; self.depth()];
        for path in &self.paths {
            let depth = path.len() - 1;
            guesses[depth] = guesses[depth].max(usize::from(path[depth]) + 1);
        }
        guesses
    }

    /// The path of a position; empty for the root.
    ///
    /// # Panics
    /// If there is no such position.
    #[must_use]
    pub fn path(&self, position: usize) -> &[u16] {
        match position.checked_sub(1) {
            Some(index) => &self.paths[index],
            None => &[],
        }
    }

    pub(super) fn parent_array(&self) -> &[usize] {
        &self.parents
    }

    pub(super) fn children_of(&self, position: usize) -> Range<usize> {
        self.children[position]..self.children[position + 1]
    }
}

impl TryFrom<Vec<Vec<i32>>> for MedusaTree {
    type Error = MedusaError;

    fn try_from(choices: Vec<Vec<i32>>) -> Result<Self, MedusaError> {
        Self::new(&choices)
    }
}

impl From<MedusaTree> for Vec<Vec<u16>> {
    fn from(tree: MedusaTree) -> Self {
        tree.paths.into_iter().map(Vec::from).collect()
    }
}

fn narrow(index: usize, choice: &[i32]) -> Result<Box<[u16]>, MedusaError> {
    if choice.is_empty() {
        return Err(MedusaError::EmptyPath { index });
    }
    let rank = |rank: &i32| {
        u16::try_from(*rank)
            .ok()
            .filter(|rank| usize::from(*rank) <= MAX_RANK)
            .ok_or_else(|| MedusaError::RankOutOfRange { path: choice.to_vec(), rank: *rank, max: MAX_RANK })
    };
    choice.iter().map(rank).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(choices: &[&[i32]]) -> String {
        MedusaTree::new(choices).unwrap_err().to_string()
    }

    #[test]
    fn every_fault_is_named_with_its_path_and_a_remedy() {
        assert!(refusal(&[]).contains("no nodes; leave Medusa out"));
        assert!(refusal(&[&[0], &[]]).contains("choice 1 is the empty path []"));
        assert!(refusal(&[&[0], &[0, -1]]).contains("choice [0, -1] has rank -1; ranks count"));
        assert!(refusal(&[&[0], &[1024]]).contains("choice [1024] has rank 1024"));
        assert!(refusal(&[&[0], &[i32::MAX]]).contains("from 0 (its best) to 1023"));
        assert!(refusal(&[&[0], &[1, 0]]).contains("choice [1, 0] has no parent; add [1] to the choices"));
        assert!(refusal(&[&[0], &[0, 0, 0]]).contains("add [0, 0]"));
        assert!(refusal(&[&[0], &[0, 0], &[0]]).contains("choice [0] is listed more than once"));
    }

    #[test]
    fn ranks_may_have_gaps_and_reach_their_end() {
        let tree = MedusaTree::new(&[&[2][..], &[2, 1023]]).unwrap();
        assert_eq!((tree.nodes(), tree.depth()), (2, 2));
        assert_eq!(tree.guesses_per_head(), [3, 1024]);
    }

    #[test]
    fn the_order_is_by_depth_then_by_ranks_whatever_came_in() {
        let tree = MedusaTree::new(&[&[0][..], &[1, 0], &[0, 10], &[1], &[0, 2]]).unwrap();
        assert_eq!(tree.choices().collect::<Vec<_>>(), [&[0][..], &[1], &[0, 2], &[0, 10], &[1, 0]]);
        assert_eq!(tree.parent_array(), [0, 0, 0, 1, 1, 2]);
        assert_eq!(tree.path(0), [0u16; 0]);
        assert_eq!(tree.path(5), [1, 0]);
    }

    #[test]
    fn a_chain_has_one_node_a_head() {
        let chain = MedusaTree::chain(3).unwrap();
        assert_eq!(chain, MedusaTree::new(&[&[0][..], &[0, 0], &[0, 0, 0]]).unwrap());
        assert_eq!(MedusaTree::chain(0), Err(MedusaError::EmptyTree));
    }

    #[test]
    fn serde_checks_what_it_reads() {
        let tree: MedusaTree = serde_json::from_str("[[1], [0], [0, 0]]").unwrap();
        assert_eq!(serde_json::to_string(&tree).unwrap(), "[[0],[1],[0,0]]");
        let error = serde_json::from_str::<MedusaTree>("[[0, 0]]").unwrap_err().to_string();
        assert!(error.contains("choice [0, 0] has no parent"), "{error}");
    }
}

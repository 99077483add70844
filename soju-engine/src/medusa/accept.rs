//! Verification: which drafts the base model agrees with.

use super::{MedusaError, MedusaTree};
use crate::TokenId;

/// What a step brings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Acceptance {
    /// Positions of the accepted nodes from the root on, without the root. Their keys and values are worth
    /// keeping; those of all other positions but the root's are not.
    pub positions: Vec<usize>,
    /// The accepted drafts, one for each of `positions`.
    pub drafts: Vec<TokenId>,
    /// The base model's own choice after the last accepted node: the root of the next step.
    pub bonus: TokenId,
}

impl Acceptance {
    /// The new tokens of the text: the accepted drafts and the bonus token. At least one.
    pub fn tokens(&self) -> impl Iterator<Item = TokenId> + '_ {
        self.drafts.iter().copied().chain([self.bonus])
    }
}

/// The longest path of drafts that the base model would have chosen itself (greedy, hence lossless:
/// what the acceptance of arXiv 2401.10774, section 2.3.1, comes to at temperature 0).
///
/// - `drafted`: the token at each node, in the order of [`MedusaTree::choices`]; `nodes()` of them.
/// - `greedy`: the base model's most probable token after each position: first after the root, then after
///   each node; `nodes() + 1` of them.
///
/// A draft is accepted when its parent is and it equals the base model's choice after its parent. Of several
/// longest paths, which only equal drafts among siblings can give, the first in order is taken. Tokens that
/// end the text are not looked for: cut [`Acceptance::tokens`] after the first.
///
/// # Errors
/// [`MedusaError::WrongLength`] when a list does not fit the tree.
///
/// # Examples
/// ```
/// use soju_engine::{MedusaTree, medusa::accept};
///
/// let tree = MedusaTree::new(&[vec![0], vec![1], vec![1, 0]])?;
/// // The model says 8 after the root; node [1] drafted that; after it the model says 9, as [1, 0] drafted.
/// let step = accept(&tree, &[7, 8, 9], &[8, 1, 9, 4])?;
/// assert_eq!(step.positions, [2, 3]);
/// assert_eq!(step.tokens().collect::<Vec<_>>(), [8, 9, 4]);
/// # Ok::<(), soju_engine::MedusaError>(())
/// ```
pub fn accept(tree: &MedusaTree, drafted: &[TokenId], greedy: &[TokenId]) -> Result<Acceptance, MedusaError> {
    let nodes = tree.nodes();
    let fits = |what, found, expected| {
        if found == expected {
            Ok(())
        } else {
            Err(MedusaError::WrongLength { what, found, nodes, expected })
        }
    };
    fits("drafted", drafted.len(), nodes)?;
    fits("greedy", greedy.len(), nodes + 1)?;

    let parents = tree.parent_array();
    let mut accepted = vec![false; nodes + 1];
    accepted[0] = true;
    let mut last = 0;
    for position in 1..=nodes {
        let parent = parents[position];
        accepted[position] = accepted[parent] && drafted[position - 1] == greedy[parent];
        // Positions go by depth, so the first one that is deeper starts the longest path so far.
        if accepted[position] && tree.depth_of(position) > tree.depth_of(last) {
            last = position;
        }
    }
    let mut positions: Vec<_> = tree.lineage(last).take_while(|position| *position > 0).collect();
    positions.reverse();
    let drafts = positions.iter().map(|position| drafted[position - 1]).collect();
    Ok(Acceptance { positions, drafts, bonus: greedy[last] })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree() -> MedusaTree {
        MedusaTree::new(&[&[0][..], &[1], &[0, 0], &[0, 1], &[0, 1, 0]]).unwrap()
    }

    #[test]
    fn nothing_right_still_brings_the_models_own_token() {
        let step = accept(&tree(), &[1, 2, 3, 4, 5], &[9; 6]).unwrap();
        assert_eq!(step, Acceptance { positions: vec![], drafts: vec![], bonus: 9 });
        assert_eq!(step.tokens().count(), 1);
    }

    #[test]
    fn a_right_draft_under_a_wrong_parent_is_not_accepted() {
        // Position 3 drafts 3, which is what the model says after position 1, but position 1 itself is wrong.
        let step = accept(&tree(), &[1, 2, 3, 4, 5], &[2, 3, 7, 0, 0, 0]).unwrap();
        assert_eq!((step.positions, step.bonus), (vec![2], 7));
    }

    #[test]
    fn the_longest_path_wins() {
        let step = accept(&tree(), &[1, 2, 3, 4, 5], &[1, 4, 0, 0, 5, 6]).unwrap();
        assert_eq!(step.positions, [1, 4, 5]);
        assert_eq!(step.tokens().collect::<Vec<_>>(), [1, 4, 5, 6]);
    }

    #[test]
    fn equal_drafts_among_siblings_do_not_hide_the_longer_path() {
        let tree = MedusaTree::new(&[&[0][..], &[1], &[1, 0]]).unwrap();
        let step = accept(&tree, &[5, 5, 6], &[5, 1, 6, 7]).unwrap();
        assert_eq!(step.positions, [2, 3]);
    }

    #[test]
    fn lists_that_do_not_fit_are_refused() {
        let error = accept(&tree(), &[1], &[9; 6]).unwrap_err().to_string();
        assert_eq!(error, "1 drafted tokens do not fit a tree of 5 nodes; give 5");
        let error = accept(&tree(), &[1; 5], &[9; 5]).unwrap_err().to_string();
        assert_eq!(error, "5 greedy tokens do not fit a tree of 5 nodes; give 6");
    }
}

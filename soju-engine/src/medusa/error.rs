//! What can be wrong with a choice tree, its use, or a request in Medusa mode, each with its remedy.

use std::fmt;

use crate::EngineError;

/// Errors of choice trees and of what is done with them.
///
/// Paths are given as they were in the input: ranks from the root on.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MedusaError {
    /// A configuration without heads.
    #[error("heads is 0; give the number of Medusa heads that the model has")]
    NoHeads,
    /// A tree without nodes.
    #[error("the choice tree has no nodes; leave Medusa out, or take a preset such as `nodes-16`")]
    EmptyTree,
    /// A choice without ranks.
    #[error("choice {index} is the empty path []; the root is implied, leave it out")]
    EmptyPath {
        /// Where it stands in the list of choices, counted from 0.
        index: usize,
    },
    /// A rank that is negative or larger than any head's list of guesses.
    #[error("choice {path:?} has rank {rank}; ranks count the guesses of a head from 0 (its best) to {max}")]
    RankOutOfRange {
        /// The choice.
        path: Vec<i32>,
        /// The first such rank in it.
        rank: i32,
        /// The largest allowed.
        max: usize,
    },
    /// A choice whose parent is not listed: a gap in its depths.
    #[error(
        "choice {path:?} has no parent; add {parent:?} to the choices (every node has to be listed, TensorRT-LLM \
         would hang this one on the root without a word)"
    )]
    MissingParent {
        /// The choice.
        path: Vec<i32>,
        /// Its path without the last rank.
        parent: Vec<i32>,
    },
    /// The same choice more than once.
    #[error("choice {path:?} is listed more than once; list it once")]
    Duplicate {
        /// The choice.
        path: Vec<i32>,
    },
    /// A choice that no head drafts: head `d` drafts the nodes of depth `d`.
    #[error(
        "choice {path:?} has depth {} but there are only {heads} heads; cut the path or raise `heads`",
        path.len()
    )]
    TooDeep {
        /// The choice.
        path: Vec<i32>,
        /// Heads of the model.
        heads: usize,
    },
    /// More nodes than an engine verifies in a step.
    #[error(
        "the choice tree has {nodes} nodes but the engine takes {limit} draft tokens, which leaves out {path:?} and \
         what follows; take a smaller tree or build the engine with `--max_draft_len {nodes}`"
    )]
    TooManyNodes {
        /// Nodes of the tree.
        nodes: usize,
        /// The most the engine takes.
        limit: usize,
        /// The first choice without room.
        path: Vec<i32>,
    },
    /// A choice deeper than the engine's runtime can tell apart from others.
    #[error("choice {path:?} has depth {} but the engine's runtime takes {limit}; cut the path", path.len())]
    TooDeepForEngine {
        /// The choice.
        path: Vec<i32>,
        /// The deepest allowed.
        limit: usize,
    },
    /// The ranks in use, counted per head as largest rank + 1, overflow the engine's buffer of guesses.
    #[error(
        "up to choice {path:?} the heads must make {guesses} guesses but the engine has room for {limit}; fill the \
         gaps among the ranks, take a smaller tree, or build the engine with a larger `--max_draft_len`"
    )]
    TooManyGuesses {
        /// The choice that needs more guesses than there is room for.
        path: Vec<i32>,
        /// Guesses of all heads together, up to that choice.
        guesses: usize,
        /// The most the engine holds.
        limit: usize,
    },
    /// Lists of tokens that do not fit the tree.
    #[error("{found} {what} tokens do not fit a tree of {nodes} nodes; give {expected}")]
    WrongLength {
        /// Which list: `drafted` or `greedy`.
        what: &'static str,
        /// Its length.
        found: usize,
        /// Nodes of the tree.
        nodes: usize,
        /// The length it must have.
        expected: usize,
    },
    /// A step cost that is no cost.
    #[error(
        "the step of {nodes} nodes has cost {cost}; give its time over that of a step without a tree, above 0"
    )]
    BadCost {
        /// Nodes of the tree it was measured with.
        nodes: usize,
        /// The cost.
        cost: f64,
    },
    /// A name that no preset has.
    #[error("no Medusa preset {name}; the presets are {known}")]
    UnknownPreset {
        /// The name.
        name: String,
        /// The names there are, separated by commas.
        known: String,
    },
    /// Options of a request that have no effect, or a wrong one, in Medusa mode.
    #[error(
        "in Medusa mode the engine takes no {}: tokens are the most probable ones; leave it out, or let the engine \
         drop such options (policy `drop`)",
        list(options)
    )]
    IgnoredOptions {
        /// The options, in the order temperature, top_k, top_p, seed, log_probs.
        options: Vec<IgnoredOption>,
    },
}

impl From<MedusaError> for EngineError {
    fn from(error: MedusaError) -> Self {
        match error {
            MedusaError::IgnoredOptions { .. } => Self::InvalidRequest(error.to_string()),
            other => Self::InvalidConfig(other.to_string()),
        }
    }
}

/// An option of a request that Medusa mode does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredOption {
    /// Its name, as the request's builder calls it.
    pub name: &'static str,
    /// The value that was given.
    pub value: String,
}

impl fmt::Display for IgnoredOption {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.value)
    }
}

fn list(options: &[IgnoredOption]) -> String {
    options.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A path as errors carry it.
pub(super) fn wide(path: &[u16]) -> Vec<i32> {
    path.iter().map(|rank| i32::from(*rank)).collect()
}

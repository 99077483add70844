//! Medusa decoding: choice trees, where they come from, and how their drafts are accepted.
//!
//! A model with Medusa heads guesses several tokens ahead in one step: head 1 the token after the next, head 2
//! the one after that, each with its best, second best, … guess (its *ranks*). A [`MedusaTree`] says which
//! combinations of guesses the next step verifies, all in one pass of the base model. Accepted is only what
//! the base model would have said itself, so the text does not change, only the number of steps
//! (Cai et al. 2024, *Medusa: Simple LLM Inference Acceleration Framework with Multiple Decoding Heads*,
//! arXiv 2401.10774).
//!
//! | type | what |
//! | --- | --- |
//! | [`MedusaConfig`] | heads and choice tree, as an engine wants them |
//! | [`MedusaTree`] | the tree: choices in order, parents, children, mask, picture |
//! | [`MedusaPreset`] | trees that are ready |
//! | [`RankCounts`], [`RankAccuracies`] | how often each rank of each head is right, as measured |
//! | [`TreeSearch`] | the best tree for such a table, and its size for a cost curve |
//! | [`accept`] | the longest path that the base model agrees with |
//! | [`MedusaOptionsPolicy`] | what to do with options of a request that Medusa does not know |
//!
//! Nothing here names a backend or holds a token's text.
//!
//! # Examples
//! From measured accuracies to a tree, and what it promises:
//! ```
//! use soju_engine::{MedusaConfig, RankAccuracies, TreeSearch};
//!
//! let table = RankAccuracies::new(vec![vec![0.6, 0.2, 0.1], vec![0.4, 0.1]])?;
//! let tree = TreeSearch::new().best(&table, 4).expect("the table has guesses");
//! assert_eq!(tree.one_line().to_string(), "0(0) 1 2");
//! assert!((table.expected_tokens_per_step(&tree) - (1.0 + 0.6 + 0.2 + 0.1 + 0.6 * 0.4)).abs() < 1e-12);
//!
//! let config = MedusaConfig::from_tree(2, tree)?;
//! config.check_limits(63)?; // an engine built with `--max_draft_len 63`
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod accept;
mod config;
mod counts;
mod error;
mod layout;
mod options;
mod picture;
mod presets;
mod ranks;
mod search;
mod tree;

pub use accept::{Acceptance, accept};
pub use config::{MedusaConfig, MedusaLimits};
pub use counts::RankCounts;
pub use error::{IgnoredOption, MedusaError};
pub use options::{MedusaOptionsPolicy, check_sampling};
pub use picture::{OneLine, Picture};
pub use presets::MedusaPreset;
pub use ranks::{RankAccuracies, RankError};
pub use search::{CostedTree, TreeSearch};
pub use tree::{MAX_RANK, MedusaTree};

//! Heads and tree together, and what an engine can take of them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::error::wide;
use super::{MAX_RANK, MedusaError, MedusaPreset, MedusaTree};

/// Ranks that TensorRT-LLM can tell apart: it packs a path into 4 bits a rank.
const TENSORRT_MAX_RANK: usize = 15;
/// Depth to which it can: it shifts 32-bit numbers while packing.
const TENSORRT_MAX_DEPTH: usize = 8;

/// Medusa's settings: how many heads the model has, and the choice tree.
///
/// There is none that is not valid: all constructors and deserialization check. As JSON or TOML:
/// `{"heads": 4, "choices": [[0], [1], [0, 0]]}`, choices in any order.
///
/// # Examples
/// ```
/// use soju_engine::{MedusaConfig, MedusaPreset};
///
/// let config = MedusaConfig::new(2, &[vec![0], vec![0, 0], vec![1]])?;
/// assert_eq!(config.to_string(), "\
/// Medusa tree: 3 nodes, depth 2, 2 leaves, 2 heads
/// root
/// ├─ 0
/// │  └─ 0
/// └─ 1
/// ");
///
/// let config = MedusaConfig::from(MedusaPreset::Nodes63);
/// let error = config.check_limits(32).unwrap_err();
/// assert!(error.to_string().contains("`--max_draft_len 63`"));
/// # Ok::<(), soju_engine::MedusaError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "Raw")]
pub struct MedusaConfig {
    heads: usize,
    #[serde(rename = "choices")]
    tree: MedusaTree,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    heads: usize,
    choices: MedusaTree,
}

impl TryFrom<Raw> for MedusaConfig {
    type Error = MedusaError;

    fn try_from(raw: Raw) -> Result<Self, MedusaError> {
        Self::from_tree(raw.heads, raw.choices)
    }
}

impl MedusaConfig {
    /// Checks choices as [`MedusaTree::new`] does, and that the heads reach as deep.
    ///
    /// # Errors
    /// Those of [`MedusaTree::new`] and [`MedusaConfig::from_tree`].
    pub fn new<P: AsRef<[i32]>>(heads: usize, choices: &[P]) -> Result<Self, MedusaError> {
        Self::from_tree(heads, MedusaTree::new(choices)?)
    }

    /// Takes a tree for a model of so many heads. A tree may use fewer than there are.
    ///
    /// # Errors
    /// [`MedusaError::NoHeads`], [`MedusaError::TooDeep`].
    pub fn from_tree(heads: usize, tree: MedusaTree) -> Result<Self, MedusaError> {
        if heads == 0 {
            return Err(MedusaError::NoHeads);
        }
        if let Some(path) = tree.choices().find(|path| path.len() > heads) {
            return Err(MedusaError::TooDeep { path: wide(path), heads });
        }
        Ok(Self { heads, tree })
    }

    /// Medusa heads of the model.
    #[must_use]
    pub fn heads(&self) -> usize {
        self.heads
    }

    /// The choice tree.
    #[must_use]
    pub fn tree(&self) -> &MedusaTree {
        &self.tree
    }

    /// The nodes as paths of ranks; see [`MedusaTree::choices`].
    pub fn choices(&self) -> impl ExactSizeIterator<Item = &[u16]> + DoubleEndedIterator + Clone {
        self.tree.choices()
    }

    /// Whether a TensorRT-LLM engine built with `--max_draft_len max_draft_tokens` can run this tree:
    /// [`check`](Self::check) with [`MedusaLimits::tensorrt_llm`].
    ///
    /// # Errors
    /// Those of [`check`](Self::check).
    pub fn check_limits(&self, max_draft_tokens: usize) -> Result<(), MedusaError> {
        self.check(&MedusaLimits::tensorrt_llm(max_draft_tokens))
    }

    /// Whether an engine with such limits can run this tree.
    ///
    /// # Errors
    /// [`MedusaError::TooManyNodes`], [`MedusaError::RankOutOfRange`], [`MedusaError::TooDeepForEngine`] or
    /// [`MedusaError::TooManyGuesses`], in this order.
    pub fn check(&self, limits: &MedusaLimits) -> Result<(), MedusaError> {
        let tree = &self.tree;
        if let Some(path) = tree.choices().nth(limits.max_draft_tokens) {
            let (nodes, limit) = (tree.nodes(), limits.max_draft_tokens);
            return Err(MedusaError::TooManyNodes { nodes, limit, path: wide(path) });
        }
        let above = |rank: &&u16| usize::from(**rank) > limits.max_rank;
        if let Some((path, rank)) =
            tree.choices().find_map(|path| path.iter().find(above).map(|rank| (path, *rank)))
        {
            let (path, rank, max) = (wide(path), i32::from(rank), limits.max_rank);
            return Err(MedusaError::RankOutOfRange { path, rank, max });
        }
        if let Some(path) = tree.choices().find(|path| path.len() > limits.max_depth) {
            return Err(MedusaError::TooDeepForEngine { path: wide(path), limit: limits.max_depth });
        }
        let limit = limits.max_guesses;
        let mut used = vec![0; tree.depth()];
        for path in tree.choices() {
            let last = path.len() - 1;
            used[last] = used[last].max(usize::from(path[last]) + 1);
            let guesses = used.iter().sum();
            if guesses > limit {
                return Err(MedusaError::TooManyGuesses { path: wide(path), guesses, limit });
            }
        }
        Ok(())
    }
}

impl From<MedusaPreset> for MedusaConfig {
    /// For a model with the usual 4 heads; for others [`MedusaConfig::from_tree`] with [`MedusaPreset::tree`].
    fn from(preset: MedusaPreset) -> Self {
        Self { heads: MedusaPreset::HEADS, tree: preset.tree() }
    }
}

impl fmt::Display for MedusaConfig {
    /// The picture of [`MedusaTree`], with the heads in its first line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.tree.picture().heads(self.heads).fmt(f)
    }
}

/// What an engine can take of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct MedusaLimits {
    /// The most nodes.
    pub max_draft_tokens: usize,
    /// The largest rank.
    pub max_rank: usize,
    /// The longest path.
    pub max_depth: usize,
    /// The most guesses of all heads together, where a head makes as many as its largest rank + 1.
    pub max_guesses: usize,
}

impl MedusaLimits {
    /// Nothing limited but the nodes.
    #[must_use]
    pub fn new(max_draft_tokens: usize) -> Self {
        Self { max_draft_tokens, max_rank: MAX_RANK, max_depth: usize::MAX, max_guesses: usize::MAX }
    }

    /// TensorRT-LLM 0.20 to 1.2. `max_draft_tokens` is the engine's `max_draft_len`.
    ///
    /// Read from its source, not seen to happen:
    /// - `runtime/utils/speculativeChoicesUtils.cpp` packs a path into 4 bits a rank but lets rank 16 pass,
    ///   which then is taken for another node, and shifts 32-bit numbers, so that paths of more than 8 ranks
    ///   run into each other. Hence rank 15 and depth 8.
    /// - `layers/medusaDecodingLayer.cpp` writes the guesses of all heads of a request, one head after the
    ///   other, into a buffer of `max_draft_tokens + 1` without a check. Trees with gaps among their ranks can
    ///   overflow it, others can't.
    #[must_use]
    pub fn tensorrt_llm(max_draft_tokens: usize) -> Self {
        Self {
            max_draft_tokens,
            max_rank: TENSORRT_MAX_RANK,
            max_depth: TENSORRT_MAX_DEPTH,
            max_guesses: max_draft_tokens.saturating_add(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(heads: usize, choices: &[&[i32]], limits: &MedusaLimits) -> String {
        MedusaConfig::new(heads, choices).unwrap().check(limits).unwrap_err().to_string()
    }

    #[test]
    fn heads_bound_the_depth() {
        let error = MedusaConfig::new(1, &[&[0][..], &[0, 1]]).unwrap_err().to_string();
        assert_eq!(
            error,
            "choice [0, 1] has depth 2 but there are only 1 heads; cut the path or raise `heads`"
        );
        assert_eq!(MedusaConfig::new(0, &[&[0]]), Err(MedusaError::NoHeads));
        assert_eq!(MedusaConfig::new(9, &[&[0]]).unwrap().heads(), 9);
    }

    #[test]
    fn an_engines_limits_are_named_with_the_choice_that_breaks_them() {
        let limits = MedusaLimits::tensorrt_llm;
        let text = refusal(1, &[&[0], &[1], &[2]], &limits(2));
        assert!(text.contains("3 nodes but the engine takes 2 draft tokens, which leaves out [2]"), "{text}");
        assert!(text.ends_with("`--max_draft_len 3`"), "{text}");
        let text = refusal(2, &[&[0], &[0, 16]], &limits(63));
        assert!(text.contains("choice [0, 16] has rank 16; ranks count"), "{text}");
        assert!(text.ends_with("to 15"), "{text}");
        let deep = MedusaConfig::from_tree(9, MedusaTree::chain(9).unwrap()).unwrap();
        let text = deep.check_limits(63).unwrap_err().to_string();
        assert!(text.contains("has depth 9 but the engine's runtime takes 8"), "{text}");
        let text = refusal(2, &[&[4], &[4, 0]], &limits(4));
        assert!(
            text.contains("up to choice [4, 0] the heads must make 6 guesses but the engine has room for 5")
        );
        assert_eq!(deep.check(&MedusaLimits::new(9)), Ok(()));
    }

    #[test]
    fn serde_checks_and_refuses_unknown_keys() {
        let config: MedusaConfig = toml::from_str("heads = 2\nchoices = [[0], [0, 1]]").unwrap();
        assert_eq!(serde_json::to_string(&config).unwrap(), r#"{"heads":2,"choices":[[0],[0,1]]}"#);
        assert_eq!(toml::from_str::<MedusaConfig>(&toml::to_string(&config).unwrap()).unwrap(), config);
        for (text, part) in [
            (r#"{"heads": 1, "choices": [[0], [0, 1]]}"#, "only 1 heads"),
            (r#"{"heads": 1, "choices": []}"#, "no nodes"),
            (r#"{"heads": 1, "choices": [[0]], "depth": 1}"#, "unknown field `depth`"),
            (r#"{"heads": -1, "choices": [[0]]}"#, "invalid value"),
        ] {
            let error = serde_json::from_str::<MedusaConfig>(text).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }

    #[test]
    fn an_error_becomes_one_of_the_engine() {
        let error = crate::EngineError::from(MedusaError::NoHeads);
        assert!(error.to_string().starts_with("invalid engine configuration: heads is 0"));
    }
}

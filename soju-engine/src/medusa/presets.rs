//! Trees that are ready.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{MedusaError, MedusaTree, RankAccuracies};

/// Trees by their number of nodes, which are the draft tokens that an engine must be built for.
///
/// A large tree brings more tokens a step and makes the step longer. Where the device has nothing else to do
/// (one request at a time), that costs little; in large batches each node costs as much as another request's
/// token. The small ones are what [`TreeSearch`](super::TreeSearch) finds in
/// [`RankAccuracies::vicuna_7b`]. For heads of your own, count their accuracies
/// ([`RankCounts`](super::RankCounts)) and search.
///
/// # Examples
/// ```
/// use soju_engine::{MedusaConfig, MedusaPreset};
///
/// let preset: MedusaPreset = "nodes-16".parse()?;
/// assert_eq!(preset.tree().nodes(), 16);
/// let config = MedusaConfig::from_tree(3, preset.tree())?; // a model with 3 heads
/// # Ok::<(), soju_engine::MedusaError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
#[non_exhaustive]
pub enum MedusaPreset {
    /// 3 nodes, 2 deep. For batches that nearly fill the device.
    Nodes3,
    /// 8 nodes, 3 deep. This and the smallest are also the nodes that the public tree's search found first.
    Nodes8,
    /// 16 nodes, 3 deep. The table ends at the fifth guess; with a longer one, up to 5 of its least probable
    /// nodes might be others.
    Nodes16,
    /// 63 nodes, 4 deep: the tree of the Medusa repository (`mc_sim_7b_63` in `medusa/model/medusa_choices.py`
    /// of FasterDecoding/Medusa) and of TensorRT-LLM's examples (`examples/medusa/README.md`). Made for
    /// Vicuna 7B and one request at a time.
    Nodes63,
}

impl MedusaPreset {
    /// All, the smallest first.
    pub const ALL: [Self; 4] = [Self::Nodes3, Self::Nodes8, Self::Nodes16, Self::Nodes63];

    /// Heads of the public models that the presets were made for.
    pub const HEADS: usize = 4;

    /// `nodes-3`, `nodes-8`, `nodes-16` or `nodes-63`: how it is written in files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Nodes3 => "nodes-3",
            Self::Nodes8 => "nodes-8",
            Self::Nodes16 => "nodes-16",
            Self::Nodes63 => "nodes-63",
        }
    }

    /// The tree.
    #[must_use]
    pub fn tree(self) -> MedusaTree {
        let children: &[(&[i32], i32)] = match self {
            Self::Nodes3 => NODES_3,
            Self::Nodes8 => NODES_8,
            Self::Nodes16 => NODES_16,
            Self::Nodes63 => NODES_63,
        };
        let choices: Vec<_> = children
            .iter()
            .flat_map(|(parent, count)| (0..*count).map(move |rank| [parent, &[rank][..]].concat()))
            .collect();
        MedusaTree::new(&choices).expect("presets are valid")
    }
}

/// Nodes with children, and how many of the best ranks they have as such: in none of these trees is a gap.
const NODES_3: &[(&[i32], i32)] = &[(&[], 2), (&[0], 1)];

const NODES_8: &[(&[i32], i32)] = &[(&[], 3), (&[0], 3), (&[1], 1), (&[0, 0], 1)];

const NODES_16: &[(&[i32], i32)] = &[(&[], 5), (&[0], 5), (&[1], 2), (&[2], 1), (&[0, 0], 2), (&[0, 1], 1)];

const NODES_63: &[(&[i32], i32)] = &[
    (&[], 10),
    (&[0], 10),
    (&[1], 7),
    (&[2], 3),
    (&[3], 2),
    (&[4], 1),
    (&[5], 1),
    (&[6], 1),
    (&[7], 1),
    (&[8], 1),
    (&[9], 1),
    (&[0, 0], 10),
    (&[0, 1], 3),
    (&[0, 2], 2),
    (&[0, 3], 1),
    (&[0, 4], 1),
    (&[0, 5], 1),
    (&[0, 6], 1),
    (&[0, 7], 1),
    (&[1, 0], 2),
    (&[2, 0], 1),
    (&[0, 0, 0], 2),
];

impl RankAccuracies {
    /// Accuracies of the best 5 guesses of the first 4 heads that the Medusa repository's authors logged at
    /// the end of training heads for Vicuna 7B v1.3 (`assets/medusa_acc.csv` in FasterDecoding/Medusa, the run
    /// `7b`, columns `medusa0_top1` to `medusa3_top5`), rounded to 4 places.
    ///
    /// They were measured on English chats while training, not while decoding: a first guess for heads of
    /// which nothing is known yet.
    #[must_use]
    pub fn vicuna_7b() -> Self {
        let top_k = [
            [0.5604, 0.6717, 0.7271, 0.7599, 0.7799],
            [0.3164, 0.4236, 0.4851, 0.5282, 0.5625],
            [0.2010, 0.2879, 0.3475, 0.3834, 0.4169],
            [0.1474, 0.2250, 0.2737, 0.3109, 0.3397],
        ];
        Self::from_cumulative(top_k.map(Vec::from).to_vec()).expect("the table is valid")
    }
}

impl fmt::Display for MedusaPreset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl From<MedusaPreset> for &'static str {
    fn from(preset: MedusaPreset) -> Self {
        preset.name()
    }
}

impl FromStr for MedusaPreset {
    type Err = MedusaError;

    fn from_str(name: &str) -> Result<Self, MedusaError> {
        Self::ALL.into_iter().find(|preset| preset.name() == name).ok_or_else(|| MedusaError::UnknownPreset {
            name: name.to_owned(),
            known: Self::ALL.map(Self::name).join(", "),
        })
    }
}

impl TryFrom<String> for MedusaPreset {
    type Error = MedusaError;

    fn try_from(name: String) -> Result<Self, MedusaError> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::super::{MedusaConfig, TreeSearch};
    use super::*;

    #[test]
    fn each_is_named_by_its_nodes_and_fits_the_public_models() {
        for preset in MedusaPreset::ALL {
            let nodes = preset.tree().nodes();
            assert_eq!(preset.to_string(), format!("nodes-{nodes}"));
            assert_eq!(MedusaConfig::from(preset).check_limits(nodes), Ok(()));
            assert_eq!(MedusaConfig::from_tree(4, preset.tree()), Ok(MedusaConfig::from(preset)));
            let json = serde_json::to_string(&preset).unwrap();
            assert_eq!(serde_json::from_str::<MedusaPreset>(&json).unwrap(), preset);
        }
        let error = "nodes-5".parse::<MedusaPreset>().unwrap_err().to_string();
        assert_eq!(error, "no Medusa preset nodes-5; the presets are nodes-3, nodes-8, nodes-16, nodes-63");
    }

    #[test]
    fn the_small_ones_are_what_the_search_finds() {
        let table = RankAccuracies::vicuna_7b();
        for preset in [MedusaPreset::Nodes3, MedusaPreset::Nodes8, MedusaPreset::Nodes16] {
            let nodes = preset.tree().nodes();
            let found = TreeSearch::new().best(&table, nodes).unwrap();
            assert_eq!(preset.tree(), found, "{}", found.picture().accuracies(&table));
        }
    }

    #[test]
    fn the_table_reaches_as_far_as_the_docs_say() {
        // Sixth guesses, which the table lacks, are at most as good as fifth ones.
        let table = RankAccuracies::vicuna_7b();
        let unknown = table.accuracy(0, 4).max(table.accuracy(0, 0) * table.accuracy(1, 4));
        let below = |preset: MedusaPreset| {
            preset.tree().choices().filter(|path| table.path_probability(path) < unknown).count()
        };
        assert_eq!(MedusaPreset::ALL.map(below)[..3], [0, 0, 5]);
    }

    #[test]
    fn the_public_tree_is_the_published_one() {
        // `mc_sim_7b_63` in its own order, which is the order in which its search found the nodes.
        let published = "[[0], [0, 0], [1], [0, 1], [2], [0, 0, 0], [1, 0], [0, 2], [3], [0, 3], [4], [0, 4], \
            [2, 0], [0, 5], [0, 0, 1], [5], [0, 6], [6], [0, 7], [0, 1, 0], [1, 1], [7], [0, 8], [0, 0, 2], \
            [3, 0], [0, 9], [8], [9], [1, 0, 0], [0, 2, 0], [1, 2], [0, 0, 3], [4, 0], [2, 1], [0, 0, 4], \
            [0, 0, 5], [0, 0, 0, 0], [0, 1, 1], [0, 0, 6], [0, 3, 0], [5, 0], [1, 3], [0, 0, 7], [0, 0, 8], \
            [0, 0, 9], [6, 0], [0, 4, 0], [1, 4], [7, 0], [0, 1, 2], [2, 0, 0], [3, 1], [2, 2], [8, 0], \
            [0, 5, 0], [1, 5], [1, 0, 1], [0, 2, 1], [9, 0], [0, 6, 0], [0, 0, 0, 1], [1, 6], [0, 7, 0]]";
        let published: Vec<Vec<i32>> = serde_json::from_str(published).unwrap();
        for preset in [MedusaPreset::Nodes3, MedusaPreset::Nodes8] {
            let first = MedusaTree::new(&published[..preset.tree().nodes()]).unwrap();
            assert_eq!(preset.tree(), first);
        }
        let tree = MedusaPreset::Nodes63.tree();
        assert_eq!(tree, MedusaTree::new(&published).unwrap());
        assert_eq!((tree.nodes(), tree.depth(), tree.leaves().count()), (63, 4, 42));
        assert_eq!(tree.guesses_per_head(), [10, 10, 10, 2]);
    }
}

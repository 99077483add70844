//! What counts as a duplicate, and which one stays.

use serde::{Deserialize, Serialize};

use super::fuzzy::{Banding, Shingling};

/// Which duplicates of a corpus are looked for, in the order in which they are resolved: a later step counts only
/// documents that the earlier ones have left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DedupRules {
    /// Documents whose texts are equal, white space aside.
    pub exact: bool,
    /// Near-duplicates.
    pub fuzzy: Option<FuzzyRules>,
    /// Lines of templates, and repeated paragraphs.
    pub lines: Option<LineRules>,
    /// Repeated passages.
    pub substring: Option<SubstringRules>,
    /// Which document of equal or similar ones stays.
    pub keep: Keep,
}

impl Default for DedupRules {
    fn default() -> Self {
        Self {
            exact: true,
            fuzzy: Some(FuzzyRules::default()),
            lines: None,
            substring: None,
            keep: Keep::Longest,
        }
    }
}

/// Which document of a cluster stays. Of equally good ones it is the first of the input.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keep {
    /// The first of the input.
    First,
    /// The one with the most characters.
    #[default]
    Longest,
    /// The one with the highest number in this field of the record; one without a number comes last.
    Score(String),
}

/// Near-duplicates by MinHash.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct FuzzyRules {
    /// What the texts are compared by.
    pub shingling: Shingling,
    /// Jaccard similarity from which two documents are near-duplicates, 0 to 1. It is estimated from their sketches.
    pub threshold: f32,
    /// Positions of a sketch. More make the estimate sharper and the job slower.
    pub hashes: usize,
    /// How candidates are found; by default as the threshold asks for.
    pub banding: Option<Banding>,
}

impl Default for FuzzyRules {
    fn default() -> Self {
        Self { shingling: Shingling::default(), threshold: 0.7, hashes: 112, banding: None }
    }
}

impl FuzzyRules {
    /// The banding that is used.
    pub fn banding(&self) -> Banding {
        self.banding.unwrap_or_else(|| Banding::for_threshold(self.threshold.into(), self.hashes))
    }

    /// Positions of a sketch that are computed: those asked for, or as many as the banding needs.
    pub fn size(&self) -> usize {
        self.hashes.max(self.banding().size()).clamp(1, 1 << 16)
    }
}

/// Lines that stand in many documents, and paragraphs that stand in more than one.
///
/// Lines are compared by their letters and digits; in lines shorter than a paragraph all digits are alike, so that
/// `조회 12` and `조회 345` are one line. Where a text has no line ends, its sentences and list items take their place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LineRules {
    /// A line that stands in at least so many documents is part of a template and cut from all of them.
    pub documents: u32,
    /// A line that ends like a sentence needs this many times as many: proverbs and set phrases are no template.
    pub sentence_factor: u32,
    /// Lines of fewer letters and digits are spared by `documents`: `네, 감사합니다.` is no template either.
    pub short: u32,
    /// A line that stands in this share of a host's documents (0 to 1) is part of the host's template, however short.
    pub host_share: f32,
    /// A host with fewer documents has no template.
    pub host_documents: u32,
    /// Of equal paragraphs of at least so many letters and digits only the first stays; 0 leaves them.
    pub paragraph: u32,
}

impl Default for LineRules {
    fn default() -> Self {
        Self {
            documents: 20,
            sentence_factor: 5,
            short: 10,
            host_share: 0.5,
            host_documents: 5,
            paragraph: 100,
        }
    }
}

/// Passages that stand in the corpus more than once.
///
/// A run of `characters` characters is repeated when an equal run begins earlier in the corpus (white space and
/// punctuation count); what repeated runs cover is cut. That is what a suffix array over the whole corpus finds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct SubstringRules {
    /// Length of a passage in characters, at least 8.
    pub characters: usize,
}

impl Default for SubstringRules {
    fn default() -> Self {
        Self { characters: 100 }
    }
}

impl SubstringRules {
    /// The length that is used.
    pub fn length(&self) -> usize {
        self.characters.max(8)
    }
}

//! The stages that need no model, in their order.

use serde::{Deserialize, Serialize};

use super::Stage;
use crate::heuristics::{Heuristics, HeuristicsConfig};
use crate::junk::{Junk, JunkConfig};
use crate::language::{Language, LanguageConfig};
use crate::normalize::{Normalize, NormalizeConfig};
use crate::pii::{Pii, PiiConfig};

/// Configuration of the stages of [`rules`].
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RulesConfig {
    /// Unicode, invisible characters, spaces.
    pub normalize: NormalizeConfig,
    /// Script and length.
    pub language: LanguageConfig,
    /// The heuristics of Gopher and FineWeb2. Off unless told.
    pub heuristics: HeuristicsConfig,
    /// Page furniture and junk documents.
    pub junk: JunkConfig,
    /// Personal data: what is looked for, and what takes its place.
    pub pii: PiiConfig,
}

/// The stages `normalize`, `language`, `heuristics`, `junk` and `pii`, in that order: the later ones rely on
/// normalized text, and personal data is masked last so that contact blocks go whole.
pub fn rules(config: RulesConfig) -> Vec<Box<dyn Stage>> {
    let mut stages: Vec<Box<dyn Stage>> =
        vec![Box::new(Normalize::new(config.normalize)), Box::new(Language::new(config.language))];
    if config.heuristics.enabled {
        stages.push(Box::new(Heuristics::new(config.heuristics)));
    }
    stages.push(Box::new(Junk::new(config.junk)));
    stages.push(Box::new(Pii::new(config.pii)));
    stages
}

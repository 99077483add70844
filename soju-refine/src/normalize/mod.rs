//! Unicode normalization: one canonical form per syllable, no invisible characters, plain spaces.
//!
//! Only what is listed in [`NormalizeConfig`] changes; quotation marks, full-width forms, repeated
//! characters and everything else stay as they are. Running the stage twice changes nothing more.

mod canonical;
mod class;
mod jamo;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pipeline::{Stage, Verdict};

/// What [`Normalize`] does. Every switch is on by default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NormalizeConfig {
    /// Composes to NFC, syllable by syllable (kind `nfc`). Korean from macOS is often NFD.
    pub compose: bool,
    /// Cuts control characters (kind `control`) and zero-width characters, byte-order marks, soft
    /// hyphens, direction marks and U+FFFD (kind `invisible`). Joiners inside emoji stay.
    pub strip: bool,
    /// Makes every run of spaces one space and every run of line breaks one or two line feeds, and
    /// trims both ends (kinds `space` and `newline`).
    pub spaces: bool,
    /// Composes half-width jamo, and runs of compatibility jamo that spell at least two whole
    /// syllables, such as `ㅎㅏㄴㄱㅡㄹ` (kind `jamo`). `ㅋㅋㅋ`, `ㅠㅠ` and `ㅇㅅㅇ` stay.
    pub jamo: bool,
}

impl Default for NormalizeConfig {
    fn default() -> Self {
        Self { compose: true, strip: true, spaces: true, jamo: true }
    }
}

/// The stage `normalize`. Never objects to a document.
#[derive(Debug, Clone, Default)]
pub struct Normalize {
    config: NormalizeConfig,
}

impl Normalize {
    /// A stage with this configuration.
    pub fn new(config: NormalizeConfig) -> Self {
        Self { config }
    }
}

impl Stage for Normalize {
    fn name(&self) -> &'static str {
        "normalize"
    }

    fn apply(&self, doc: &mut Document) -> Verdict {
        let changes = canonical::changes(doc.text(), &self.config);
        doc.apply("normalize", changes);
        if self.config.jamo {
            // A second batch, because jamo may only become neighbours once invisible characters are gone.
            let changes = jamo::changes(doc.text());
            doc.apply("normalize", changes);
        }
        Verdict::Keep
    }
}

#[cfg(test)]
mod tests;

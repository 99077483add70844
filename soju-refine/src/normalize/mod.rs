//! Unicode normalization: one canonical form per syllable, no invisible characters, plain spaces.
//!
//! Only what is listed in [`NormalizeConfig`] changes; quotation marks, bullets, case and everything
//! else stay as they are. Every change is a small [`Change`](crate::document::Change), a syllable or a
//! run, so that offsets map back to the original. Running the stage twice changes nothing more.
//!
//! A text with nothing to change costs one scan a switch and no allocation.

mod canonical;
mod class;
mod entities;
mod jamo;
mod repeats;
mod scan;
mod width;

pub(crate) use class::invisible;

use serde::{Deserialize, Serialize};

use crate::document::Document;
use crate::pipeline::{Stage, Verdict};

/// What [`Normalize`] does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NormalizeConfig {
    /// Composes to NFC, syllable by syllable (kind `nfc`; Unicode Standard Annex #15). Korean from macOS
    /// is often NFD. Default on.
    pub compose: bool,
    /// Cuts control characters and noncharacters (kind `control`). Default on.
    pub control: bool,
    /// Cuts zero-width characters, byte-order marks, soft hyphens, direction marks, tag characters and
    /// stray variation selectors (kind `invisible`). Joiners and selectors inside emoji and selectors behind
    /// hanja stay. Default on.
    pub invisible: bool,
    /// Cuts U+FFFD and U+FFFC, which stand where a decoder or an extractor lost something (kind
    /// `replacement`), and keeps their share of the characters as the measure `replacement`. Default on.
    pub replacement: bool,
    /// Cuts private-use characters, which are bullets of symbol fonts and damaged old Hangul (kind
    /// `private_use`). Default on.
    pub private_use: bool,
    /// Most combining marks on one character; more are cut (kind `marks`). 0 leaves them. Default 8: no
    /// orthography needs as many, and stream-safe text (UAX #15) allows 30.
    pub max_marks: usize,
    /// Which full-width, half-width and mathematical forms become plain ones (kind `width`). Default
    /// `alphanumeric`.
    pub width: Width,
    /// Makes every run of spaces one space and every run of line breaks one or two line feeds, and
    /// trims both ends (kinds `space` and `newline`). Default on.
    pub spaces: bool,
    /// Composes half-width jamo, and runs of compatibility jamo that spell at least two whole
    /// syllables, such as `ㅎㅏㄴㄱㅡㄹ` (kind `jamo`). `ㅋㅋㅋ`, `ㅎㅠㅎㅠ` and `ㅇㅅㅇ` stay. Default on.
    pub jamo: bool,
    /// Decodes HTML entities that an extractor left, however often they were escaped: `&nbsp;`, `&amp;quot;`
    /// (kind `entity`). Only with their semicolon. Default on.
    pub entities: bool,
    /// Most jamo in a row, such as `ㅋㅋㅋㅋ` or `ㅠㅠㅠㅠ`; the rest is cut (kind `repeat`). What stands
    /// before the run is never touched. 0 leaves runs alone. Default 3.
    pub repeat_jamo: usize,
    /// Most equal syllables in a row, such as `하하하하하` (kind `repeat`); 0 leaves them. Default 3: no word
    /// has more.
    pub repeat_syllables: usize,
    /// Most equal symbols in a row, such as `!!!!`, `....`, `====` or `~~~~`, and most pairs such as
    /// `=-=-=-` or `. . . .` (kind `repeat`); 0 leaves them. Default 3. Brackets stay, and five stars are
    /// a rating. Runs of digits and letters are never cut: they are amounts and names.
    pub repeat_symbols: usize,
}

impl Default for NormalizeConfig {
    fn default() -> Self {
        Self {
            compose: true,
            control: true,
            invisible: true,
            replacement: true,
            private_use: true,
            max_marks: 8,
            width: Width::Alphanumeric,
            spaces: true,
            jamo: true,
            entities: true,
            repeat_jamo: 3,
            repeat_syllables: 3,
            repeat_symbols: 3,
        }
    }
}

/// Which characters are replaced by their plain form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Width {
    /// None.
    Keep,
    /// Full-width letters and digits (`Ｆ１`) and mathematical ones (`𝐅𝟏`).
    #[default]
    Alphanumeric,
    /// Those, full-width punctuation and signs (`！`, `￦`) and half-width katakana.
    All,
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

    /// Up to five batches of changes, because one makes room for the next: an entity may be a space, jamo
    /// become neighbours once an invisible character is gone, and composed syllables may repeat.
    fn apply(&self, doc: &mut Document) -> Verdict {
        let config = &self.config;
        if config.replacement {
            let share = lost(doc.text());
            if share > 0.0 {
                doc.measure("replacement", share);
            }
        }
        doc.apply("normalize", canonical::changes(doc.text(), config));
        if config.entities {
            let changes = entities::changes(doc.text(), config);
            if !changes.is_empty() {
                doc.apply("normalize", changes);
                doc.apply("normalize", canonical::changes(doc.text(), config));
            }
        }
        if config.jamo {
            doc.apply("normalize", jamo::changes(doc.text()));
        }
        doc.apply("normalize", repeats::changes(doc.text(), config));
        Verdict::Keep
    }
}

/// Share of the characters that stand for something lost.
fn lost(text: &str) -> f32 {
    let Some(at) = memchr::memmem::find(text.as_bytes(), &[0xEF, 0xBF]) else { return 0.0 };
    let lost = text[at..].chars().filter(|c| class::replacement(*c)).count();
    lost as f32 / text.chars().count() as f32
}

#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

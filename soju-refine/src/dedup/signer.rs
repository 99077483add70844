//! The pure step: everything about a text that finding its duplicates takes.

use super::anchors::anchors;
use super::fuzzy::{Banding, Sketcher, compact};
use super::rules::DedupRules;
use super::signature;
use super::units::{UnitSignature, UnitSigner, units};

/// What is known of a text. It depends on the text and the rules only, so it can be made anywhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Signatures {
    /// Of the whole text, white space folded; 0 where equal texts are not looked for.
    pub exact: u128,
    /// Length in characters, ASCII white space left out.
    pub characters: u32,
    /// A key for each band, as [`Banding::keys`] makes them; none for a text without letters or digits.
    pub bands: Vec<u64>,
    /// The sketch, as [`compact`] makes it; empty where there are no bands.
    pub sketch: Vec<u16>,
    /// The lines by their place, those without letters or digits left out.
    pub lines: Vec<(u32, UnitSignature)>,
    /// The anchors of passages: hash, and the character at which it begins.
    pub anchors: Vec<(u64, u32)>,
}

/// Makes signatures. Holds scratch space; one for each thread.
#[derive(Debug, Clone)]
pub struct Signer {
    rules: DedupRules,
    banding: Banding,
    sketcher: Option<Sketcher>,
    units: UnitSigner,
}

impl Signer {
    /// A signer for these rules.
    pub fn new(rules: &DedupRules) -> Self {
        let fuzzy = rules.fuzzy.as_ref();
        Self {
            banding: fuzzy.map_or(Banding::FINEWEB2, |f| f.banding()),
            sketcher: fuzzy.map(|f| Sketcher::new(f.shingling, f.size())),
            units: UnitSigner::default(),
            rules: rules.clone(),
        }
    }

    /// The signatures of a text. Linear in its length.
    pub fn sign(&mut self, text: &str) -> Signatures {
        // Wider spacing makes no better document.
        let spaces = text.bytes().filter(|b| matches!(b, b' ' | b'\n' | b'\r' | b'\t')).count();
        let characters = (text.chars().count() - spaces).try_into().unwrap_or(u32::MAX);
        let mut out = Signatures { characters, ..Signatures::default() };
        if self.rules.exact {
            out.exact = signature(text);
        }
        if let Some(sketch) = self.sketcher.as_mut().and_then(|s| s.sketch(text)) {
            out.bands.extend(self.banding.keys(sketch));
            out.sketch.extend(compact(sketch));
        }
        if let Some(rules) = &self.rules.lines {
            let signed = units(text)
                .into_iter()
                .zip(0..)
                .filter_map(|(unit, number)| Some((number, self.units.sign(&text[unit.span], rules)?)));
            out.lines.extend(signed);
        }
        if let Some(rules) = &self.rules.substring {
            out.anchors = anchors(text, rules.length());
        }
        out
    }
}

//! The texts on which raters differ most.

use serde::Serialize;

use super::{Label, Pairing, Unit};

/// What one rater said of a text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Said {
    /// The rater.
    pub rater: String,
    /// Its label, or what its probability makes of the text.
    pub label: Label,
    /// Its probability of junk, where it gave one.
    pub p: Option<f64>,
}

/// A text with what was said of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The greatest difference of two probabilities of junk; a label alone is 1 or 0.
    pub difference: f64,
    /// Its number or name, where it has one.
    pub name: Option<String>,
    /// What kind of text it is; may be empty.
    pub kind: String,
    /// Where it comes from; may be empty.
    pub source: String,
    /// The text as it stands, personal data and all, where it is at hand.
    pub text: Option<String>,
    /// In the raters' order, without those that did not rate it.
    pub said: Vec<Said>,
}

/// The first `most` texts by difference; of equal ones those that stand first.
pub(super) fn worst(pairing: &Pairing, threshold: f64, most: usize) -> Vec<Disagreement> {
    let mut order: Vec<(f64, &Unit)> =
        pairing.units.iter().map(|unit| (difference(unit), unit)).filter(|(d, _)| *d > 0.0).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    order.truncate(most);
    order.into_iter().map(|(difference, unit)| told(pairing, threshold, difference, unit)).collect()
}

fn difference(unit: &Unit) -> f64 {
    let p = || unit.opinions.iter().flatten().map(super::Opinion::probability);
    p().fold(0.0, f64::max) - p().fold(1.0, f64::min)
}

fn told(pairing: &Pairing, threshold: f64, difference: f64, unit: &Unit) -> Disagreement {
    let said = pairing.raters.iter().zip(&unit.opinions).filter_map(|(rater, opinion)| {
        opinion.map(|o| Said { rater: rater.name.clone(), label: o.decision(threshold), p: o.p() })
    });
    Disagreement {
        difference,
        name: (pairing.key != super::Key::Text).then(|| unit.key.clone()),
        kind: unit.kind.clone(),
        source: unit.source.clone(),
        text: unit.text.clone(),
        said: said.collect(),
    }
}

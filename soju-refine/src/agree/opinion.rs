//! What a rater says of a text.

use serde::Serialize;

/// What a text is to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Out.
    Junk,
    /// Prose.
    Keep,
    /// Prose with personal data to mask.
    Mask,
    /// A document with prose and much else.
    Mixed,
}

impl Label {
    /// All of them, in the order of tables.
    pub const ALL: [Self; 4] = [Self::Junk, Self::Keep, Self::Mask, Self::Mixed];

    /// Its name in files and tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Junk => "junk",
            Self::Keep => "keep",
            Self::Mask => "mask",
            Self::Mixed => "mixed",
        }
    }

    /// The label of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

/// A label, a probability of junk, or both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Opinion {
    label: Option<Label>,
    p: Option<f64>,
}

impl Opinion {
    /// A label.
    pub fn labelled(label: Label) -> Self {
        Self { label: Some(label), p: None }
    }

    /// A probability of junk, 0 to 1.
    pub fn probable(p: f64) -> Self {
        Self { label: None, p: Some(p) }
    }

    /// A label, with a probability where there is one.
    pub fn both(label: Label, p: Option<f64>) -> Self {
        Self { label: Some(label), p }
    }

    /// The label that was given.
    pub fn label(&self) -> Option<Label> {
        self.label
    }

    /// The probability that was given.
    pub fn p(&self) -> Option<f64> {
        self.p
    }

    /// The label, or else junk above the threshold and keep up to it.
    pub fn decision(&self, threshold: f64) -> Label {
        match (self.label, self.p) {
            (Some(label), _) => label,
            (None, Some(p)) if p > threshold => Label::Junk,
            (None, _) => Label::Keep,
        }
    }

    /// Whether the text is junk.
    pub fn is_junk(&self, threshold: f64) -> bool {
        self.decision(threshold) == Label::Junk
    }

    /// The probability, or else 1 for the label junk and 0 for the others.
    pub fn probability(&self) -> f64 {
        self.p.unwrap_or(if self.label == Some(Label::Junk) { 1.0 } else { 0.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_goes_before_the_threshold() {
        let both = Opinion::both(Label::Mask, Some(0.9));
        assert_eq!((both.decision(0.5), both.probability()), (Label::Mask, 0.9));
        let p = Opinion::probable(0.5);
        assert_eq!((p.decision(0.5), p.decision(0.4)), (Label::Keep, Label::Junk));
        assert_eq!(Opinion::labelled(Label::Junk).probability(), 1.0);
        assert_eq!(Opinion::labelled(Label::Mixed).probability(), 0.0);
    }
}

//! The figures of each pair of raters, and of all of them.

use serde::Serialize;

use super::coefficients::{Kappa, nominal_alpha};
use super::worst::worst;
use super::{
    AgainstLabels, AgreeError, BothProbabilities, Disagreement, Key, Label, Opinion, Pairing, RaterFacts,
};

/// How often the second rater gave each label where the first gave each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Confusion {
    /// The labels that occur.
    pub labels: Vec<Label>,
    /// A row for each label of the first rater, a column for each of the second.
    pub counts: Vec<Vec<u64>>,
}

/// Agreement on the labels themselves.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ByLabel {
    /// Share of texts with the same label.
    pub agreement: f64,
    /// Cohen's kappa.
    pub kappa: Option<Kappa>,
}

/// Figures of two raters on the texts that both rated.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairFigures {
    /// The names of the two.
    pub raters: [String; 2],
    /// Texts that both rated.
    pub texts: usize,
    /// Texts that only the one or the other rated.
    pub only: [usize; 2],
    /// Share of texts that both call junk or both do not; `None` without texts.
    pub agreement: Option<f64>,
    /// Share of texts that each calls junk.
    pub junk: [Option<f64>; 2],
    /// Cohen's kappa of junk against the rest; `None` where it is undefined: both call everything junk, or nothing.
    pub kappa: Option<Kappa>,
    /// The same for the labels as they were given, where both gave them throughout and there are more than two.
    pub by_label: Option<ByLabel>,
    /// The labels, or what a probability makes of the text.
    pub confusion: Confusion,
    /// The probabilities of the one against the labels of the other.
    pub against_labels: Vec<AgainstLabels>,
    /// The probabilities of both.
    pub probabilities: Option<BothProbabilities>,
}

/// How raters agree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// What the ratings were paired by.
    pub paired_by: Key,
    /// Probability above which a text without a label is junk.
    pub threshold: f64,
    /// The raters.
    pub raters: Vec<RaterFacts>,
    /// Texts paired by number or name for which two raters have different texts.
    pub different_texts: usize,
    /// Each pair of them.
    pub pairs: Vec<PairFigures>,
    /// Krippendorff's alpha of junk against the rest over all raters; for three or more, where it is defined.
    pub krippendorff_alpha: Option<f64>,
    /// Texts that one calls junk and another does not.
    pub disputed: usize,
    /// The texts on which they differ most.
    pub worst: Vec<Disagreement>,
}

impl Confusion {
    fn of(pairs: &[(Label, Label)]) -> Self {
        let mut labels = Label::ALL.to_vec();
        labels.retain(|label| pairs.iter().any(|(a, b)| a == label || b == label));
        let place =
            |label| labels.iter().position(|l| *l == label).expect("labels that occur are in the list");
        let mut counts = vec![vec![0; labels.len()]; labels.len()];
        for (a, b) in pairs {
            counts[place(*a)][place(*b)] += 1;
        }
        Self { labels, counts }
    }

    fn agreement(&self) -> f64 {
        let all: u64 = self.counts.iter().flatten().sum();
        let same: u64 = self.counts.iter().enumerate().map(|(i, row)| row[i]).sum();
        same as f64 / all as f64
    }
}

impl PairFigures {
    fn of(pairing: &Pairing, [a, b]: [usize; 2], threshold: f64) -> Self {
        let raters = [a, b].map(|i| pairing.raters[i].name.clone());
        let pairs: Vec<(&Opinion, &Opinion)> = pairing
            .units
            .iter()
            .filter_map(|unit| unit.opinions[a].as_ref().zip(unit.opinions[b].as_ref()))
            .collect();
        let decided: Vec<_> =
            pairs.iter().map(|(a, b)| (a.decision(threshold), b.decision(threshold))).collect();
        let rest = |label| if label == Label::Junk { Label::Junk } else { Label::Keep };
        let junk: Vec<_> = decided.iter().map(|(a, b)| (rest(*a), rest(*b))).collect();
        let of_junk = Confusion::of(&junk);
        let confusion = Confusion::of(&decided);
        let share = |is: fn(&(Label, Label)) -> Label| {
            let called = junk.iter().filter(|pair| is(pair) == Label::Junk).count();
            (!junk.is_empty()).then(|| called as f64 / junk.len() as f64)
        };
        let labelled = pairs.iter().all(|(a, b)| a.label().is_some() && b.label().is_some());
        let back = || pairs.iter().map(|(a, b)| (*b, *a));
        let [first, second] = [&raters[0], &raters[1]].map(String::as_str);
        let against_labels = [
            AgainstLabels::of([first, second], pairs.iter().copied()),
            AgainstLabels::of([second, first], back()),
        ];
        Self {
            texts: pairs.len(),
            only: [a, b].map(|i| pairing.raters[i].rated - pairs.len()),
            agreement: (!pairs.is_empty()).then(|| of_junk.agreement()),
            junk: [share(|pair| pair.0), share(|pair| pair.1)],
            kappa: Kappa::of(&of_junk.counts),
            by_label: (labelled && confusion.labels.len() > 2)
                .then(|| ByLabel { agreement: confusion.agreement(), kappa: Kappa::of(&confusion.counts) }),
            against_labels: against_labels.into_iter().flatten().collect(),
            probabilities: BothProbabilities::of(pairs.iter().copied()),
            confusion,
            raters,
        }
    }
}

impl Agreement {
    /// Compares every pair of raters and finds the `most` texts on which they differ most. Texts without a label are junk
    /// above the threshold.
    ///
    /// # Errors
    /// No two raters rated the same text.
    pub fn of(pairing: &Pairing, threshold: f64, most: usize) -> Result<Self, AgreeError> {
        let count = pairing.raters.len();
        let pairs: Vec<_> = (0..count)
            .flat_map(|a| (a + 1..count).map(move |b| [a, b]))
            .map(|pair| PairFigures::of(pairing, pair, threshold))
            .collect();
        if pairs.iter().all(|pair| pair.texts == 0) {
            return Err(AgreeError::NothingShared { raters: beginnings(pairing), key: pairing.key });
        }
        let counts = || {
            pairing.units.iter().map(|unit| {
                let mut counts = [0_u32; 2];
                for opinion in unit.opinions.iter().flatten() {
                    counts[usize::from(opinion.is_junk(threshold))] += 1;
                }
                counts
            })
        };
        Ok(Self {
            paired_by: pairing.key,
            threshold,
            raters: pairing.raters.clone(),
            different_texts: pairing.different_texts,
            pairs,
            krippendorff_alpha: if count > 2 { nominal_alpha(counts()) } else { None },
            disputed: counts().filter(|[rest, junk]| *rest > 0 && *junk > 0).count(),
            worst: worst(pairing, threshold, most),
        })
    }
}

/// The raters with the first number or name of each. Texts may hold personal data and are not shown.
fn beginnings(pairing: &Pairing) -> Vec<String> {
    let first = |i: usize| pairing.units.iter().find(|unit| unit.opinions[i].is_some());
    let named = |(i, rater): (usize, &RaterFacts)| match first(i).filter(|_| pairing.key != Key::Text) {
        Some(unit) => format!("{} ({} {:?} and on)", rater.name, pairing.key.name(), unit.key),
        None => rater.name.clone(),
    };
    pairing.raters.iter().enumerate().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agree::Unit;

    /// A text for each row, an opinion for each rater.
    fn pairing(rows: &[&[Option<Opinion>]]) -> Pairing {
        let raters = rows[0].len();
        let rated = |i: usize| rows.iter().filter(|row| row[i].is_some()).count();
        let facts = |i| RaterFacts { name: format!("r{i}"), rated: rated(i), repeated: 0, contradicting: 0 };
        let unit = |(i, row): (usize, &&[Option<Opinion>])| Unit {
            key: i.to_string(),
            numbered: true,
            text: None,
            kind: String::new(),
            source: String::new(),
            level: None,
            opinions: row.to_vec(),
        };
        Pairing {
            key: Key::Doc,
            raters: (0..raters).map(facts).collect(),
            units: rows.iter().enumerate().map(unit).collect(),
            different_texts: 0,
        }
    }

    fn label(label: Label) -> Option<Opinion> {
        Some(Opinion::labelled(label))
    }

    fn p(p: f64) -> Option<Opinion> {
        Some(Opinion::probable(p))
    }

    #[test]
    fn labels_against_probabilities() {
        let rows: &[&[_]] = &[
            &[label(Label::Junk), p(0.9)],
            &[label(Label::Mask), p(0.2)],
            &[label(Label::Keep), p(0.7)],
            &[label(Label::Keep), p(0.5)],
            &[label(Label::Keep), None],
            &[None, p(1.0)],
        ];
        let found = Agreement::of(&pairing(rows), 0.5, 2).unwrap();
        let pair = &found.pairs[0];
        assert_eq!((pair.texts, pair.only, pair.agreement), (4, [1, 1], Some(0.75)));
        assert_eq!(pair.junk, [Some(0.25), Some(0.5)]);
        assert_eq!(pair.confusion.labels, [Label::Junk, Label::Keep, Label::Mask]);
        assert_eq!(pair.confusion.counts, [[1, 0, 0], [1, 1, 0], [0, 1, 0]]);
        // Observed .75, by chance .25 · .5 + .75 · .5 = .5.
        assert!((pair.kappa.unwrap().kappa - 0.5).abs() < 1e-12);
        assert_eq!(pair.by_label, None, "one of them gave no labels");
        assert_eq!(pair.against_labels.len(), 1);
        assert_eq!(pair.against_labels[0].probabilities, "r1");
        assert_eq!((found.disputed, found.krippendorff_alpha), (1, None));
        let worst: Vec<_> = found.worst.iter().map(|d| (d.name.as_deref(), d.difference)).collect();
        assert_eq!(worst, [(Some("2"), 0.7), (Some("3"), 0.5)]);
        let lower = Agreement::of(&pairing(rows), 0.1, 0).unwrap();
        assert_eq!((lower.pairs[0].agreement, lower.disputed, lower.worst.len()), (Some(0.25), 3, 0));
    }

    #[test]
    fn labels_of_more_than_two_kinds_have_figures_of_their_own() {
        let rows: &[&[_]] = &[
            &[label(Label::Junk), label(Label::Junk)],
            &[label(Label::Mask), label(Label::Keep)],
            &[label(Label::Keep), label(Label::Keep)],
            &[label(Label::Mask), label(Label::Mask)],
        ];
        let pair = Agreement::of(&pairing(rows), 0.5, 9).unwrap().pairs.remove(0);
        assert_eq!((pair.agreement, pair.kappa.map(|k| k.kappa)), (Some(1.0), Some(1.0)));
        let by_label = pair.by_label.unwrap();
        // Observed 3 of 4, by chance (1 · 1 + 1 · 2 + 2 · 1) / 16.
        assert_eq!(by_label.agreement, 0.75);
        assert!((by_label.kappa.unwrap().kappa - (12.0 - 5.0) / (16.0 - 5.0)).abs() < 1e-12);
    }

    #[test]
    fn one_class_leaves_kappa_undefined() {
        let rows: &[&[_]] = &[&[label(Label::Keep), p(0.1)], &[label(Label::Mask), p(0.2)]];
        let found = Agreement::of(&pairing(rows), 0.5, 9).unwrap();
        assert_eq!((found.pairs[0].agreement, found.pairs[0].kappa), (Some(1.0), None));
        assert_eq!(found.pairs[0].against_labels[0].auc, None);
        let json = serde_json::to_value(&found).unwrap();
        assert!(json["pairs"][0]["kappa"].is_null(), "{json}");
    }

    #[test]
    fn three_raters_make_three_pairs() {
        let rows: &[&[_]] = &[
            &[label(Label::Junk), p(0.9), p(0.8)],
            &[label(Label::Keep), p(0.1), None],
            &[label(Label::Keep), p(0.8), p(0.6)],
        ];
        let found = Agreement::of(&pairing(rows), 0.5, 1).unwrap();
        let names: Vec<_> = found.pairs.iter().map(|p| p.raters.join(" ")).collect();
        assert_eq!(names, ["r0 r1", "r0 r2", "r1 r2"]);
        assert_eq!(found.pairs[2].probabilities.as_ref().unwrap().texts, 2);
        // Of 8 ratings 5 are junk: by chance 5 · 3 + 3 · 5 pairs of 8 · 7 differ, and 2 of 8 do, in the third text.
        assert!((found.krippendorff_alpha.unwrap() - (1.0 - 7.0 * 2.0 / 30.0)).abs() < 1e-12);
        assert_eq!(found.worst[0].said.len(), 3);
        assert!((found.worst[0].difference - 0.8).abs() < 1e-12);
    }

    #[test]
    fn nothing_in_common_is_an_error() {
        let rows: &[&[_]] = &[&[label(Label::Junk), None], &[None, p(0.1)]];
        let mut pairing = pairing(rows);
        let error = Agreement::of(&pairing, 0.5, 1).unwrap_err().to_string();
        for part in ["r0 (doc \"0\" and on)", "r1 (doc \"1\" and on)", "--by text"] {
            assert!(error.contains(part), "{error}");
        }
        pairing.key = Key::Text;
        let error = Agreement::of(&pairing, 0.5, 1).unwrap_err().to_string();
        assert!(error.contains("r0, r1 rated the same text") && error.contains("`doc` or `id`"), "{error}");
    }
}

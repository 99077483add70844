//! Heads: weights on averaged hidden states.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};

use soju_engine::Engine;

use super::file::ProbeError;
use super::states::Shape;
use crate::llm::JudgeError;
use crate::student::Level;

/// What a head answers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Target {
    /// Probability of junk, 0 to 1.
    Junk,
    /// Probability that the text is of this kind, 0 to 1.
    Kind(String),
    /// A score of the rubric by its name, 0 to 5.
    Score(String),
}

impl Target {
    /// The greatest answer.
    pub fn most(&self) -> f32 {
        match self {
            Self::Score(_) => 5.0,
            Self::Junk | Self::Kind(_) => 1.0,
        }
    }

    /// Its name in records and reports, such as `junk`, `kind/spam` or `educational`.
    pub fn name(&self) -> String {
        match self {
            Self::Junk => "junk".to_owned(),
            Self::Kind(kind) => format!("kind/{kind}"),
            Self::Score(name) => name.clone(),
        }
    }
}

/// The weights for one question at one level.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// What it answers.
    pub target: Target,
    /// Of what it answers it.
    pub level: Level,
    /// What is added.
    pub bias: f32,
    /// One weight for each number of a hidden state; calibration and scaling are in them.
    pub weights: Vec<f32>,
}

impl Head {
    /// The answer in natural log-odds of its greatest value: calibrated for junk and kinds.
    ///
    /// # Panics
    /// If `states` has not the width of the probe.
    pub fn log_odds(&self, states: &[f32]) -> f32 {
        assert_eq!(states.len(), self.weights.len(), "states of the probe's width are asked for");
        let products = states.iter().zip(&self.weights).map(|(s, w)| f64::from(*s) * f64::from(*w));
        (f64::from(self.bias) + products.sum::<f64>()) as f32
    }

    /// The answer, 0 to [`Target::most`].
    ///
    /// # Panics
    /// As [`Head::log_odds`].
    pub fn answer(&self, states: &[f32]) -> f32 {
        self.target.most() / (1.0 + (-self.log_odds(states)).exp())
    }
}

/// Heads that read one model's hidden states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Probe {
    /// The model, as its backend describes it.
    pub model: String,
    /// Numbers of a hidden state.
    pub width: usize,
    /// How much of a text is read.
    pub shape: Shape,
    /// What it was trained on, as its maker wrote it.
    pub statement: String,
    /// The heads.
    pub heads: Vec<Head>,
}

/// What a probe says of a text by the rubric; `None` where it has no head for a question.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RubricScores {
    /// The most probable kind.
    pub kind: Option<String>,
    /// From 0, unreadable, to 5.
    pub coherence: Option<f32>,
    /// How much it tells, 0 to 5.
    pub information: Option<f32>,
    /// What it is worth for learning, 0 to 5.
    pub educational: Option<f32>,
}

/// A probe in words: its file, or that it is the one in the library.
pub(crate) fn described(file: &Path) -> String {
    if file.as_os_str().is_empty() {
        "the probe in the library".to_owned()
    } else {
        format!("the probe {}", file.display())
    }
}

impl Probe {
    /// The probe that soju ships, for Gemma 3 270M; `models/README.md` has its recipe, its figures and its data
    /// statement.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Probe>> = LazyLock::new(|| {
            let probe = Probe::from_json(include_str!("../../models/probe-ko.json"));
            Arc::new(probe.expect("the shipped probe is valid, as its test shows"))
        });
        Arc::clone(&BUILTIN)
    }

    /// The probe in a file, or the library's where the path is empty.
    ///
    /// # Errors
    /// The file can't be read or holds no probe.
    pub fn named(file: &Path) -> Result<Arc<Self>, ProbeError> {
        if file.as_os_str().is_empty() { Ok(Self::builtin()) } else { Self::load(file).map(Arc::new) }
    }

    /// Whether the probe belongs to the engine's model. `file` is only named in the error.
    pub(crate) fn check_model(&self, engine: &Engine, file: &Path) -> Result<(), JudgeError> {
        let found = &engine.info().model;
        if *found == self.model {
            return Ok(());
        }
        Err(JudgeError::OtherModel {
            probe: described(file),
            expected: self.model.clone(),
            found: found.clone(),
        })
    }

    /// The head for a question, if there is one.
    pub fn head(&self, level: Level, target: &Target) -> Option<&Head> {
        self.heads.iter().find(|h| h.level == level && h.target == *target)
    }

    /// The most probable kind of a text at a level, with its share of all kinds.
    pub fn kind(&self, level: Level, states: &[f32]) -> Option<(&str, f32)> {
        let kinds: Vec<(&str, f32)> = self
            .heads
            .iter()
            .filter(|h| h.level == level)
            .filter_map(|h| match &h.target {
                Target::Kind(kind) => Some((kind.as_str(), h.answer(states))),
                _ => None,
            })
            .collect();
        let all: f32 = kinds.iter().map(|(_, p)| p).sum();
        let (kind, p) = kinds.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
        Some((kind, p / all.max(1e-9)))
    }

    /// What the heads for the rubric's questions say, if there is one.
    pub fn rubric(&self, level: Level, states: &[f32]) -> Option<RubricScores> {
        let mut rubric =
            RubricScores { kind: self.kind(level, states).map(|k| k.0.to_owned()), ..Default::default() };
        for (name, score) in self.scores(level, states) {
            match name {
                "coherence" => rubric.coherence = Some(score),
                "information" => rubric.information = Some(score),
                "educational" => rubric.educational = Some(score),
                _ => {}
            }
        }
        (rubric != RubricScores::default()).then_some(rubric)
    }

    /// The scores of the rubric at a level by their names, 0 to 5.
    pub fn scores(&self, level: Level, states: &[f32]) -> Vec<(&str, f32)> {
        let of_level = self.heads.iter().filter(|h| h.level == level);
        of_level
            .filter_map(|h| match &h.target {
                Target::Score(name) => Some((name.as_str(), h.answer(states))),
                _ => None,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_probe_answers_every_question() {
        let probe = Probe::builtin();
        assert!(probe.head(Level::Document, &Target::Junk).is_some());
        assert!(probe.head(Level::Segment, &Target::Junk).is_some());
        let rubric = probe.rubric(Level::Document, &vec![0.0; probe.width]).unwrap();
        assert!(rubric.kind.is_some() && rubric.educational.is_some_and(|s| (0.0..=5.0).contains(&s)));
        assert!(rubric.coherence.is_some() && rubric.information.is_some());
    }

    fn head(target: Target, weights: [f32; 2]) -> Head {
        Head { target, level: Level::Document, bias: 0.0, weights: weights.to_vec() }
    }

    #[test]
    fn answers_are_in_their_ranges() {
        let junk = head(Target::Junk, [1.0, 0.0]);
        assert_eq!(junk.answer(&[0.0, 9.0]), 0.5);
        assert!(junk.answer(&[100.0, 0.0]) <= 1.0 && junk.answer(&[-200.0, 0.0]) >= 0.0);
        assert_eq!(head(Target::Score("information".into()), [0.0, 0.0]).answer(&[3.0, 1.0]), 2.5);
    }

    #[test]
    fn the_rubric_names_the_most_probable_kind() {
        let probe = Probe {
            model: "m".into(),
            width: 2,
            shape: Shape::default(),
            statement: String::new(),
            heads: vec![
                head(Target::Junk, [9.0, 9.0]),
                head(Target::Kind("spam".into()), [2.0, 0.0]),
                head(Target::Kind("prose".into()), [0.0, 2.0]),
                head(Target::Score("coherence".into()), [1.0, 0.0]),
            ],
        };
        let (kind, share) = probe.kind(Level::Document, &[1.0, -1.0]).unwrap();
        assert_eq!(kind, "spam");
        assert!(share > 0.8 && share < 1.0);
        let scores = probe.scores(Level::Document, &[1.0, -1.0]);
        assert_eq!((scores.len(), scores[0].0), (1, "coherence"));
        assert!(scores[0].1 > 2.5);
        assert!(probe.kind(Level::Segment, &[1.0, -1.0]).is_none());
        assert!(probe.scores(Level::Segment, &[1.0, -1.0]).is_empty());
    }
}

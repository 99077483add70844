//! Training: a logistic regression for each question, its figures held back by source.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{Held, ProbeFigures, ProbeReport};
use super::states::Shape;
use super::{Head, Probe, ProbeSample, Target};
use crate::student::linear::calibration::Calibration;
use crate::student::linear::folds;
use crate::student::linear::solver::{self, Example, Row, Weights};
use crate::student::{Level, TrainError};

/// How a probe is trained. The defaults are those of the probe in the library.
#[derive(Debug, Clone, PartialEq)]
pub struct ProbeConfig {
    /// Quadratic penalty on the weights of standardized states for junk. Default 30, of 3, 10, 30, 100 and 300.
    pub penalty: f64,
    /// The same for kinds and scores, which have fewer samples.
    pub rubric_penalty: f64,
    /// Folds that held-back figures and the calibration come from. Default 10.
    pub folds: usize,
    /// The model, as its backend describes it.
    pub model: String,
    /// How much of a text was read.
    pub shape: Shape,
    /// What the probe says it was trained on.
    pub statement: String,
}

impl Default for ProbeConfig {
    fn default() -> Self {
        Self {
            penalty: 30.0,
            rubric_penalty: 100.0,
            folds: 10,
            model: String::new(),
            shape: Shape::default(),
            statement: String::new(),
        }
    }
}

/// Trains a head for each level and question that has samples. `states` are those of `samples`, in their order; a
/// sample without is left out.
///
/// # Errors
/// There are no samples, or a question lacks a class or a second source.
///
/// # Panics
/// If there are not as many states as samples, or they differ in width.
pub fn train(
    samples: &[ProbeSample],
    states: &[Option<Vec<f32>>],
    config: &ProbeConfig,
    progress: &mut dyn FnMut(Level, &Target),
) -> Result<(Probe, ProbeReport), TrainError> {
    assert_eq!(samples.len(), states.len(), "a state for each sample");
    let width = states.iter().flatten().map(Vec::len).next().ok_or(TrainError::NoSamples)?;
    let mut probe = Probe {
        model: config.model.clone(),
        width,
        shape: config.shape,
        statement: config.statement.clone(),
        heads: Vec::new(),
    };
    let mut report = ProbeReport::default();
    for level in [Level::Segment, Level::Document] {
        let known: Vec<(&ProbeSample, &[f32])> = samples
            .iter()
            .zip(states)
            .filter(|(s, _)| s.level == level)
            .filter_map(|(s, states)| Some((s, states.as_deref()?)))
            .collect();
        let targets: BTreeSet<&Target> =
            known.iter().flat_map(|(s, _)| s.targets.iter().map(|t| &t.0)).collect();
        for target in targets {
            progress(level, target);
            let (head, figures) = head(level, target, &known, config)?;
            probe.heads.push(head);
            report.figures.push(figures);
        }
    }
    report.judge_kinds();
    Ok((probe, report))
}

/// What a sample says to a question; a document of one kind is of no other.
fn answer(sample: &ProbeSample, target: &Target) -> Option<f32> {
    let said = sample.targets.iter().find(|(t, _)| t == target).map(|(_, v)| *v);
    let of_kind =
        matches!(target, Target::Kind(_)) && sample.targets.iter().any(|(t, _)| matches!(t, Target::Kind(_)));
    said.or(of_kind.then_some(0.0))
}

struct Scaled {
    means: Vec<f64>,
    factors: Vec<f64>,
    rows: Vec<Row>,
}

impl Scaled {
    /// Every number of a state to mean 0 and deviation 1: a few are hundreds of times as large as the others.
    fn of(states: &[&[f32]]) -> Self {
        let (count, width) = (states.len() as f64, states[0].len());
        let mut means = vec![0.0; width];
        let mut squares = vec![0.0; width];
        for (i, v) in states.iter().flat_map(|s| s.iter().enumerate()) {
            means[i] += f64::from(*v) / count;
            squares[i] += f64::from(*v) * f64::from(*v) / count;
        }
        let deviation = |i: usize| (squares[i] - means[i] * means[i]).max(0.0).sqrt();
        let factors: Vec<f64> =
            (0..width).map(|i| if deviation(i) > 1e-9 { 1.0 / deviation(i) } else { 0.0 }).collect();
        let columns: Vec<u32> = (0..width as u32).collect();
        let row = |s: &[f32]| Row {
            columns: columns.clone(),
            values: s
                .iter()
                .enumerate()
                .map(|(i, v)| ((f64::from(*v) - means[i]) * factors[i]) as f32)
                .collect(),
        };
        let rows = states.iter().map(|s| row(s)).collect();
        Self { means, factors, rows }
    }

    fn head(&self, level: Level, target: &Target, fit: &Weights, calibration: Calibration) -> Head {
        let weights: Vec<f64> =
            fit.columns.iter().zip(&self.factors).map(|(w, f)| w * f * calibration.slope).collect();
        let shift: f64 = weights.iter().zip(&self.means).map(|(w, m)| w * m).sum();
        Head {
            target: target.clone(),
            level,
            bias: (fit.bias * calibration.slope + calibration.offset - shift) as f32,
            weights: weights.into_iter().map(|w| w as f32).collect(),
        }
    }
}

fn head(
    level: Level,
    target: &Target,
    known: &[(&ProbeSample, &[f32])],
    config: &ProbeConfig,
) -> Result<(Head, ProbeFigures), TrainError> {
    let asked: Vec<(&ProbeSample, &[f32], f32)> =
        known.iter().filter_map(|(s, states)| Some((*s, *states, answer(s, target)?))).collect();
    let of_class = asked.iter().filter(|a| a.2 > 0.5).count();
    if !matches!(target, Target::Score(_)) && (of_class == 0 || of_class == asked.len()) {
        return Err(TrainError::OneClass {
            level: level.name(),
            junk: of_class,
            prose: asked.len() - of_class,
        });
    }
    let judged = asked.iter().filter(|a| a.0.judged);
    let fold_of = folds::assign(judged.map(|a| a.0.group.as_str()), config.folds);
    if fold_of.len() < 2 {
        return Err(TrainError::OneSource { level: level.name(), sources: fold_of.len() });
    }
    let folds = config.folds.min(fold_of.len());
    let states: Vec<&[f32]> = asked.iter().map(|a| a.1).collect();
    let scaled = Scaled::of(&states);
    let penalty = if *target == Target::Junk { config.penalty } else { config.rubric_penalty };
    let balance = balance(&asked, target);
    let fit = |learn: &dyn Fn(&ProbeSample) -> bool| {
        let examples: Vec<Example<'_>> = asked
            .iter()
            .zip(&scaled.rows)
            .filter(|((s, ..), _)| learn(s))
            .map(|((s, _, value), row)| Example {
                row,
                target: f64::from(*value),
                weight: f64::from(s.weight) * balance[usize::from(*value > 0.5)],
            })
            .collect();
        solver::fit(&examples, states[0].len(), penalty)
    };
    let fits: BTreeMap<usize, Weights> =
        (0..=folds).map(|fold| (fold, fit(&|s| fold_of.get(s.group.as_str()) != Some(&fold)))).collect();
    let logits: Vec<(&ProbeSample, f32, f64)> = asked
        .iter()
        .zip(&scaled.rows)
        .filter(|(a, _)| a.0.judged)
        .map(|(a, row)| (a.0, a.2, fits[&fold_of[a.0.group.as_str()]].logit(row)))
        .collect();
    let calibration = Calibration::fit(
        &logits.iter().map(|(s, v, logit)| (*logit, f64::from(*v), f64::from(s.weight))).collect::<Vec<_>>(),
    );
    let held = logits.iter().map(|(s, value, logit)| Held {
        group: s.group.clone(),
        kind: s.kind.clone(),
        target: f64::from(*value),
        answer: solver::sigmoid(calibration.slope * logit + calibration.offset),
    });
    let figures = ProbeFigures::of(level, target.clone(), asked.len(), folds, held.collect());
    Ok((scaled.head(level, target, &fits[&folds], calibration), figures))
}

/// Factors that give both classes the same weight; scores have none.
fn balance(asked: &[(&ProbeSample, &[f32], f32)], target: &Target) -> [f64; 2] {
    if matches!(target, Target::Score(_)) {
        return [1.0; 2];
    }
    let mut sums = [1e-9; 2];
    asked.iter().for_each(|(s, _, v)| sums[usize::from(*v > 0.5)] += f64::from(s.weight));
    let all = sums[0] + sums[1];
    sums.map(|s| all / (2.0 * s))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(i: usize, target: Target, value: f32) -> ProbeSample {
        ProbeSample {
            level: Level::Document,
            text: String::new(),
            targets: vec![(target, value)],
            weight: 1.0,
            group: format!("g{}", i % 7),
            kind: String::new(),
            judged: true,
        }
    }

    /// The second number tells; the first is large and says nothing.
    fn data(target: &Target, levels: usize) -> (Vec<ProbeSample>, Vec<Option<Vec<f32>>>) {
        (0..140)
            .map(|i| {
                let value = (i / 7 % levels) as f32 / (levels - 1) as f32;
                let noise = ((i * 37) % 11) as f32 / 11.0 - 0.5;
                (
                    sample(i, target.clone(), value),
                    Some(vec![5000.0 + (i % 13) as f32, value + 0.2 * noise, 1.0]),
                )
            })
            .unzip()
    }

    #[test]
    fn what_tells_is_found_and_calibrated() {
        let (samples, states) = data(&Target::Junk, 2);
        let config = ProbeConfig { penalty: 0.1, ..ProbeConfig::default() };
        let (probe, report) = train(&samples, &states, &config, &mut |_, _| ()).unwrap();
        let head = probe.head(Level::Document, &Target::Junk).unwrap();
        assert!(head.answer(&[5003.0, 1.0, 1.0]) > 0.9 && head.answer(&[5003.0, 0.0, 1.0]) < 0.1);
        assert!(report.figures[0].auc.unwrap() > 0.99);
        let again = train(&samples, &states, &config, &mut |_, _| ()).unwrap().0;
        assert_eq!(again, probe);
    }

    #[test]
    fn scores_keep_their_order() {
        let target = Target::Score("information".into());
        let (samples, states) = data(&target, 6);
        let config = ProbeConfig { rubric_penalty: 0.01, ..ProbeConfig::default() };
        let (probe, report) = train(&samples, &states, &config, &mut |_, _| ()).unwrap();
        let head = probe.head(Level::Document, &target).unwrap();
        let answers: Vec<f32> = (0..6).map(|i| head.answer(&[5003.0, i as f32 / 5.0, 1.0])).collect();
        assert!(answers.is_sorted() && answers[0] < 0.8 && answers[5] > 4.2, "{answers:?}");
        assert!(report.figures[0].spearman.unwrap() > 0.9);
    }

    #[test]
    fn a_document_of_one_kind_is_of_no_other() {
        let of = |kind: &str| Target::Kind(kind.into());
        let samples: Vec<_> = (0..42).map(|i| sample(i, of(["a", "b", "c"][i / 7 % 3]), 1.0)).collect();
        let states: Vec<_> = (0..42)
            .map(|i| {
                let mut state = vec![0.0; 3];
                state[i / 7 % 3] = 1.0 + (i % 5) as f32 * 0.01;
                Some(state)
            })
            .collect();
        let config = ProbeConfig { rubric_penalty: 0.1, ..ProbeConfig::default() };
        let (probe, report) = train(&samples, &states, &config, &mut |_, _| ()).unwrap();
        assert_eq!(probe.heads.len(), 3);
        assert_eq!(probe.kind(Level::Document, &[0.0, 1.0, 0.0]).unwrap().0, "b");
        assert_eq!(report.kinds[0].right, 42);
    }

    #[test]
    fn one_class_or_one_source_teaches_nothing() {
        let (mut samples, states) = data(&Target::Junk, 2);
        samples.iter_mut().for_each(|s| s.group = "g".into());
        let config = ProbeConfig::default();
        let error = train(&samples, &states, &config, &mut |_, _| ()).unwrap_err();
        assert!(matches!(error, TrainError::OneSource { .. }));
        let one: Vec<_> = samples.iter().filter(|s| s.targets[0].1 > 0.5).cloned().collect();
        let error = train(&one, &states[..one.len()], &config, &mut |_, _| ()).unwrap_err();
        assert!(matches!(error, TrainError::OneClass { .. }));
        assert!(matches!(train(&[], &[], &config, &mut |_, _| ()), Err(TrainError::NoSamples)));
    }
}

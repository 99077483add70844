//! Training: rows out of samples, folds by source, calibration, the final weights.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::head::Head;
use super::linear::calibration::Calibration;
use super::linear::folds;
use super::linear::solver::{self, Example, Row, Weights, sigmoid};
use super::report::{HeadReport, HeldBack, TrainReport};
use super::{Grams, Level, Sample, Student, measures};

/// How a student is trained. The defaults are those of the student in the library.
#[derive(Debug, Clone, PartialEq)]
pub struct TrainConfig {
    /// The n-grams.
    pub grams: Grams,
    /// Quadratic penalty on the weights for segments. Default 0.1, of 0.03, 0.1, 0.3 and 1.
    pub penalty: f64,
    /// The same for documents, of which each has so many n-grams that they bear less of it. Default 0.01, of 0.003,
    /// 0.01, 0.03 and 0.1.
    pub document_penalty: f64,
    /// How loud the measured features are beside the n-grams: each is scaled to this standard deviation.
    /// Louder ones are penalized less. Default 0.3.
    pub feature_scale: f64,
    /// Folds that held-back figures and the calibration come from. Default 10.
    pub folds: usize,
    /// Threads; the result does not depend on them.
    pub threads: usize,
    /// What the student says it was trained on.
    pub statement: String,
}

impl Default for TrainConfig {
    fn default() -> Self {
        Self {
            grams: Grams::default(),
            penalty: 0.1,
            document_penalty: 0.01,
            feature_scale: 0.3,
            folds: 10,
            threads: 1,
            statement: String::new(),
        }
    }
}

/// How far a training is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrainStep {
    /// The level's samples are being measured.
    Measuring {
        /// The level.
        level: Level,
        /// Its samples.
        samples: usize,
    },
    /// Folds are being fitted, and after them the final weights.
    Fitting {
        /// The level.
        level: Level,
        /// Fits to come.
        fits: usize,
    },
    /// One of the fits is done.
    Fitted,
}

/// Why nothing could be trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A classifier needs both classes.
    #[error("{level}: {junk} samples of junk and {prose} of prose; there must be some of each")]
    OneClass {
        /// The level.
        level: &'static str,
        /// Samples with a target above 0.5.
        junk: usize,
        /// The others.
        prose: usize,
    },
    /// There is no sample at all.
    #[error("no labelled text to learn from")]
    NoSamples,
    /// Nothing can be held back.
    #[error("{level}: the labelled texts come from {sources} source; held-back figures need two")]
    OneSource {
        /// The level.
        level: &'static str,
        /// Sources of samples that the figures would count.
        sources: usize,
    },
    /// A number of the configuration makes no sense.
    #[error("{name} is {value}, expected {expected}")]
    Config {
        /// The value's name.
        name: &'static str,
        /// The value.
        value: f64,
        /// What it may be.
        expected: &'static str,
    },
}

/// Trains a head for each level that has samples.
///
/// # Errors
/// There are no samples, or a level lacks a class or a second source.
pub fn train(
    samples: &[Sample],
    config: &TrainConfig,
    progress: &(dyn Fn(TrainStep) + Sync),
) -> Result<(Student, TrainReport), TrainError> {
    check(config)?;
    if samples.is_empty() {
        return Err(TrainError::NoSamples);
    }
    let mut student = Student { statement: config.statement.clone(), heads: Vec::new() };
    let mut report = TrainReport { heads: Vec::new() };
    for level in [Level::Segment, Level::Document] {
        let of_level: Vec<&Sample> = samples.iter().filter(|s| s.level == level).collect();
        if of_level.is_empty() {
            continue;
        }
        let (head, figures) = train_head(level, &of_level, config, progress)?;
        student.heads.push(head);
        report.heads.push(figures);
    }
    Ok((student, report))
}

fn check(config: &TrainConfig) -> Result<(), TrainError> {
    let bad = |name, value, expected| Err(TrainError::Config { name, value, expected });
    for (name, penalty) in
        [("the penalty", config.penalty), ("the document penalty", config.document_penalty)]
    {
        if !(penalty > 0.0 && penalty.is_finite()) {
            return bad(name, penalty, "a number above 0");
        }
    }
    if !(config.feature_scale > 0.0 && config.feature_scale.is_finite()) {
        return bad("the feature scale", config.feature_scale, "a number above 0");
    }
    if config.folds < 2 {
        return bad("the number of folds", config.folds as f64, "2 or more");
    }
    if !config.grams.valid() {
        return bad("the logarithm of the number of buckets", config.grams.bits.into(), "8 to 22");
    }
    Ok(())
}

/// What the features of the samples are like.
struct Scaling {
    means: Vec<f64>,
    /// What a feature is multiplied with; 0 for one that never changes.
    factors: Vec<f64>,
}

fn train_head(
    level: Level,
    samples: &[&Sample],
    config: &TrainConfig,
    progress: &(dyn Fn(TrainStep) + Sync),
) -> Result<(Head, HeadReport), TrainError> {
    let junk = samples.iter().filter(|s| s.target > 0.5).count();
    if junk == 0 || junk == samples.len() {
        return Err(TrainError::OneClass { level: level.name(), junk, prose: samples.len() - junk });
    }
    let judged = || samples.iter().filter(|s| s.judged);
    let fold_of = folds::assign(judged().map(|s| s.group.as_str()), config.folds);
    if fold_of.len() < 2 {
        return Err(TrainError::OneSource { level: level.name(), sources: fold_of.len() });
    }
    let folds = config.folds.min(fold_of.len());

    progress(TrainStep::Measuring { level, samples: samples.len() });
    let measured = parallel(config.threads, samples.len(), |i| measure(level, samples[i], config.grams));
    let scaling = Scaling::of(measured.iter().map(|m| m.1.as_slice()), config.feature_scale);
    let rows: Vec<Row> =
        measured.into_iter().map(|(grams, features)| scaling.row(grams, &features, config)).collect();
    let columns = config.grams.buckets() + scaling.means.len();
    let penalty = match level {
        Level::Segment => config.penalty,
        Level::Document => config.document_penalty,
    };
    let fit = |learn: &dyn Fn(&Sample) -> bool| {
        let picked = || samples.iter().zip(&rows).filter(|(s, _)| learn(s));
        let balance = balance(picked().map(|(s, _)| *s));
        let examples: Vec<Example<'_>> = picked()
            .map(|(s, row)| Example {
                row,
                target: s.target.into(),
                weight: f64::from(s.weight) * balance[usize::from(s.target > 0.5)],
            })
            .collect();
        let weights = solver::fit(&examples, columns, penalty);
        progress(TrainStep::Fitted);
        weights
    };

    progress(TrainStep::Fitting { level, fits: folds + 1 });
    // The last one is the final one.
    let fits: Vec<Weights> = parallel(config.threads, folds + 1, |fold| {
        fit(&|s: &Sample| fold_of.get(s.group.as_str()) != Some(&fold))
    });
    let held: Vec<(usize, &Sample, f64)> = samples
        .iter()
        .zip(&rows)
        .filter(|(s, _)| s.judged)
        .map(|(s, row)| {
            let fold = fold_of[s.group.as_str()];
            (fold, *s, fits[fold].logit(row))
        })
        .collect();
    let calibration = Calibration::fit(
        &held.iter().map(|(_, s, logit)| (*logit, s.target.into(), s.weight.into())).collect::<Vec<_>>(),
    );
    let held: Vec<HeldBack> = held
        .into_iter()
        .map(|(fold, s, logit)| HeldBack {
            p: sigmoid(calibration.slope * logit + calibration.offset),
            junk: s.target > 0.5,
            kind: s.kind.clone(),
            group: s.group.clone(),
            fold,
            text: s.text.clone(),
        })
        .collect();
    let report = HeadReport::of(level, samples.len(), folds, held);
    Ok((scaling.head(level, &fits[folds], config.grams, calibration), report))
}

/// The n-grams, and the measured features: of segments only. What is measured on documents decides in the rules'
/// score already, which the student's opinion is joined with; learned once more from a few hundred documents they
/// make the two mistake the same ones.
fn measure(level: Level, sample: &Sample, grams: Grams) -> (Row, Vec<f32>) {
    match level {
        Level::Segment => (grams.row(&sample.text), measures::segment(&sample.text).values().to_vec()),
        Level::Document => (grams.row(&measures::document(&sample.text).0), Vec::new()),
    }
}

/// Factors that give the classes prose and junk the same weight, and the samples their number.
fn balance<'a>(samples: impl Iterator<Item = &'a Sample>) -> [f64; 2] {
    let mut sums = [1e-9; 2];
    samples.for_each(|s| sums[usize::from(s.target > 0.5)] += f64::from(s.weight));
    let all = sums[0] + sums[1];
    sums.map(|s| all / (2.0 * s))
}

impl Scaling {
    fn of<'a>(features: impl Iterator<Item = &'a [f32]> + Clone, scale: f64) -> Self {
        let count = features.clone().count().max(1) as f64;
        let width = features.clone().next().map_or(0, <[f32]>::len);
        let mut means = vec![0.0; width];
        let mut squares = vec![0.0; width];
        for values in features {
            for (i, v) in values.iter().enumerate() {
                means[i] += f64::from(*v) / count;
                squares[i] += f64::from(*v) * f64::from(*v) / count;
            }
        }
        let deviation = |i: usize| (squares[i] - means[i] * means[i]).max(0.0).sqrt();
        let factors =
            (0..width).map(|i| if deviation(i) > 1e-6 { scale / deviation(i) } else { 0.0 }).collect();
        Self { means, factors }
    }

    fn row(&self, mut grams: Row, features: &[f32], config: &TrainConfig) -> Row {
        let first = config.grams.buckets() as u32;
        for (i, value) in features.iter().enumerate() {
            grams.columns.push(first + i as u32);
            grams.values.push(((f64::from(*value) - self.means[i]) * self.factors[i]) as f32);
        }
        grams
    }

    /// The weights as a head: on unscaled features, the n-grams in 16 bits.
    fn head(&self, level: Level, weights: &Weights, grams: Grams, calibration: Calibration) -> Head {
        let (of_grams, of_features) = weights.columns.split_at(grams.buckets());
        let most = of_grams.iter().fold(0.0_f64, |m, w| m.max(w.abs()));
        let scale = (most / f64::from(i16::MAX)).max(f64::from(f32::MIN_POSITIVE));
        let features: Vec<(usize, f32)> =
            of_features.iter().zip(&self.factors).map(|(w, f)| (w * f) as f32).enumerate().collect();
        let shift: f64 =
            of_features.iter().zip(&self.factors).zip(&self.means).map(|((w, f), m)| w * f * m).sum();
        Head {
            level,
            grams,
            weights: of_grams.iter().map(|w| (w / scale).round() as i16).collect(),
            scale: scale as f32,
            bias: (weights.bias - shift) as f32,
            features,
            calibration,
        }
    }
}

/// `work` on 0 to `count`, in any order on several threads, the answers in order.
fn parallel<T: Send>(threads: usize, count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let mut answers: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads.clamp(1, count.max(1)))
            .map(|_| {
                scope.spawn(|| {
                    let mut mine = Vec::new();
                    loop {
                        let i = next.fetch_add(1, Ordering::Relaxed);
                        if i >= count {
                            break mine;
                        }
                        mine.push((i, work(i)));
                    }
                })
            })
            .collect();
        workers
            .into_iter()
            .flat_map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    answers.sort_unstable_by_key(|a| a.0);
    answers.into_iter().map(|a| a.1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Sample> {
        let prose = ["비가 내려서 우산을 썼다", "책을 읽고 나서 잠들었다", "그는 학교에 가지 않았다"];
        let junk = ["무료 쿠폰 지급 클릭", "최저가 할인 문의", "당일 대출 상담 클릭"];
        let sample = |i: usize, text: &str, target| Sample {
            level: Level::Segment,
            text: format!("{text} {}", ["가", "나", "다", "라"][i % 4]),
            target,
            weight: 1.0,
            group: format!("source {}", i % 4),
            kind: "k".into(),
            judged: true,
        };
        (0..12).flat_map(|i| [sample(i, prose[i % 3], 0.0), sample(i, junk[i % 3], 1.0)]).collect()
    }

    fn config(threads: usize) -> TrainConfig {
        TrainConfig {
            grams: Grams { bits: 12, ..Grams::default() },
            folds: 4,
            threads,
            ..TrainConfig::default()
        }
    }

    #[test]
    fn it_learns_whatever_the_threads() {
        let (student, report) = train(&samples(), &config(1), &|_| {}).unwrap();
        assert!(student.segment("무료 쿠폰 문의 클릭").unwrap() > 0.6);
        // As long as the prose it has seen: here, as on the web, what is shorter is more often junk.
        assert!(student.segment("그는 우산을 쓰고 책을 읽었다").unwrap() < 0.4);
        assert!(report.heads[0].auc > 0.9, "{report}");
        let (again, _) = train(&samples(), &config(3), &|_| {}).unwrap();
        assert_eq!(student.to_bytes(), again.to_bytes());
        assert_eq!(Student::from_bytes(&student.to_bytes()).unwrap(), student);
        assert!(!student.judges(Level::Document));
    }

    #[test]
    fn what_can_not_be_learned_is_refused() {
        let error = |samples: &[Sample]| train(samples, &config(1), &|_| {}).unwrap_err().to_string();
        let prose: Vec<Sample> = samples().into_iter().filter(|s| s.target < 0.5).collect();
        assert_eq!(error(&prose), "segment: 0 samples of junk and 12 of prose; there must be some of each");
        let one: Vec<Sample> = samples().into_iter().filter(|s| s.group == "source 1").collect();
        assert!(error(&one).contains("come from 1 source"));
        assert_eq!(error(&[]), "no labelled text to learn from");
    }
}

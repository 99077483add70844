//! Quality against cost, for every choice of thresholds.

use serde::Serialize;

use super::measure::{Measured, Stand};
use crate::eval::PrecisionRecall;

/// What the cascade is steered by: probabilities of junk.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Thresholds {
    /// `student.unsure_above`: documents above, up to `sure_above`, go to the model.
    pub unsure_above: f32,
    /// `student.sure_above`: documents above go out without asking it.
    pub sure_above: f32,
    /// `judge.drop_above`: documents that the model puts above go out.
    pub drop_above: f32,
}

/// How many documents each level settled.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Settled {
    /// The rules.
    pub rules: usize,
    /// The student.
    pub student: usize,
    /// The model.
    pub model: usize,
}

/// What a choice of thresholds costs and gives.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Point {
    /// The choice; none of rules and student alone.
    pub thresholds: Option<Thresholds>,
    /// `student.drop_above` where no model is asked.
    pub student_drop_above: Option<f32>,
    /// Tokens that the model reads, per document of all.
    pub tokens_per_document: f64,
    /// Mean of the F1 of junk and of the rest.
    pub macro_f1: f64,
    /// Good documents that go.
    pub lost: usize,
    /// Junk documents that stay.
    pub missed: usize,
    /// Who settled them.
    pub settled: Settled,
}

/// Every choice worth a look: none costs less and gives as much.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Curve {
    /// Rules and student alone, at their best threshold.
    pub without_model: Point,
    /// From cheap to dear, each better than the ones before.
    pub points: Vec<Point>,
}

/// The thresholds that are tried.
fn grid() -> impl Iterator<Item = f32> + Clone {
    [0.02, 0.05].into_iter().chain((1..20).map(|i| i as f32 / 20.0)).chain([0.98])
}

impl Thresholds {
    /// Which level settles a document, and whether it goes. Where the model gave no answer the student decides.
    fn settle(self, stand: Stand) -> (Level, bool) {
        match stand {
            Stand::Settled { drop } => (Level::Rules, drop),
            Stand::Doubted { student, .. } if student > self.sure_above => (Level::Student, true),
            Stand::Doubted { student, .. } if student <= self.unsure_above => (Level::Student, false),
            Stand::Doubted { model: Some(model), .. } => (Level::Model, model > self.drop_above),
            Stand::Doubted { student, .. } => (Level::Student, student > 0.5),
        }
    }

    /// What these thresholds give on documents.
    pub fn point(self, documents: &[Measured]) -> Point {
        let outcome = |m: &Measured| {
            let (level, drop) = self.settle(m.stand);
            let tokens = match m.stand {
                Stand::Doubted { tokens, .. } if level == Level::Model => tokens,
                _ => 0,
            };
            (level, drop, tokens)
        };
        Point { thresholds: Some(self), ..Point::of(documents, outcome) }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Level {
    Rules,
    Student,
    Model,
}

impl Point {
    fn of(documents: &[Measured], outcome: impl Fn(&Measured) -> (Level, bool, usize)) -> Self {
        let all: Vec<_> = documents.iter().map(|m| (m.junk, outcome(m))).collect();
        let pairs = |junk: bool| all.iter().map(move |(is, (_, drop, _))| (*is == junk, *drop == junk));
        let count = |level: Level| all.iter().filter(|(_, (l, ..))| *l == level).count();
        let tokens: usize = all.iter().map(|(_, (.., tokens))| tokens).sum();
        Self {
            thresholds: None,
            student_drop_above: None,
            tokens_per_document: tokens as f64 / all.len().max(1) as f64,
            macro_f1: (PrecisionRecall::of(pairs(true)).f1 + PrecisionRecall::of(pairs(false)).f1) / 2.0,
            lost: all.iter().filter(|(junk, (_, drop, _))| !junk && *drop).count(),
            missed: all.iter().filter(|(junk, (_, drop, _))| *junk && !drop).count(),
            settled: Settled {
                rules: count(Level::Rules),
                student: count(Level::Student),
                model: count(Level::Model),
            },
        }
    }

    /// Rules and student alone.
    pub fn without_model(documents: &[Measured], drop_above: f32) -> Self {
        let outcome = |m: &Measured| match m.stand {
            Stand::Settled { drop } => (Level::Rules, drop, 0),
            Stand::Doubted { student, .. } => (Level::Student, student > drop_above, 0),
        };
        Self { student_drop_above: Some(drop_above), ..Self::of(documents, outcome) }
    }
}

impl Curve {
    /// Tries every choice.
    pub fn of(documents: &[Measured]) -> Self {
        let mut without_model = Point::without_model(documents, 0.5);
        for drop_above in grid() {
            let point = Point::without_model(documents, drop_above);
            if point.macro_f1 > without_model.macro_f1 {
                without_model = point;
            }
        }
        let mut all = Vec::new();
        for unsure_above in grid() {
            for sure_above in grid().filter(|s| *s > unsure_above) {
                all.extend(
                    grid().map(|drop_above| {
                        Thresholds { unsure_above, sure_above, drop_above }.point(documents)
                    }),
                );
            }
        }
        all.sort_by(|a, b| {
            let border = |p: &Point| p.thresholds.map_or(0.0, |t| (t.drop_above - 0.5).abs());
            a.tokens_per_document
                .total_cmp(&b.tokens_per_document)
                .then(b.macro_f1.total_cmp(&a.macro_f1))
                .then(border(a).total_cmp(&border(b)))
        });
        let mut points: Vec<Point> = Vec::new();
        for point in all {
            if points.last().is_none_or(|best| point.macro_f1 > best.macro_f1 + 1e-9) {
                points.push(point);
            }
        }
        Self { without_model, points }
    }

    /// The best choice that reads no more tokens than this per document.
    pub fn within(&self, tokens_per_document: f64) -> Option<&Point> {
        self.points.iter().rev().find(|p| p.tokens_per_document <= tokens_per_document)
    }

    /// The choice within a budget, made on all folds but one and judged on that one: what new documents of this kind
    /// may expect. With the same of rules and student alone. Folds go by the document's number.
    pub fn held_back(documents: &[Measured], tokens_per_document: f64, folds: usize) -> (Point, Point) {
        let mut with = Vec::new();
        let mut without = Vec::new();
        for fold in 0..folds {
            let (out, rest): (Vec<_>, Vec<_>) =
                documents.iter().cloned().partition(|m| m.doc.rem_euclid(folds as i64) == fold as i64);
            let curve = Self::of(&rest);
            let alone = curve.without_model.student_drop_above.unwrap_or(0.5);
            let chosen = curve.within(tokens_per_document).and_then(|p| p.thresholds);
            for m in out {
                let (level, drop) = match (chosen, m.stand) {
                    (Some(t), stand) => t.settle(stand),
                    (None, Stand::Settled { drop }) => (Level::Rules, drop),
                    (None, Stand::Doubted { student, .. }) => (Level::Student, student > alone),
                };
                let by_student = match m.stand {
                    Stand::Settled { drop } => (Level::Rules, drop),
                    Stand::Doubted { student, .. } => (Level::Student, student > alone),
                };
                let tokens = match m.stand {
                    Stand::Doubted { tokens, .. } if level == Level::Model => tokens,
                    _ => 0,
                };
                with.push((m.clone(), (level, drop, tokens)));
                without.push((m, (by_student.0, by_student.1, 0)));
            }
        }
        let point = |said: Vec<(Measured, (Level, bool, usize))>| {
            let outcomes: std::collections::HashMap<i64, _> = said.iter().map(|(m, o)| (m.doc, *o)).collect();
            let documents: Vec<Measured> = said.into_iter().map(|(m, _)| m).collect();
            Point::of(&documents, |m| outcomes[&m.doc])
        };
        (point(with), point(without))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn doubted(doc: i64, junk: bool, student: f32, model: f32) -> Measured {
        Measured { doc, junk, stand: Stand::Doubted { student, model: Some(model), tokens: 100 } }
    }

    /// The student can't tell the middle apart, the model can.
    fn documents() -> Vec<Measured> {
        let mut all = Vec::new();
        for i in 0..40 {
            all.push(doubted(i, false, 0.1, 0.1));
            all.push(doubted(100 + i, true, 0.96, 0.9));
            all.push(doubted(200 + i, i % 2 == 0, 0.5, if i % 2 == 0 { 0.8 } else { 0.2 }));
            all.push(Measured { doc: 300 + i, junk: false, stand: Stand::Settled { drop: false } });
        }
        all
    }

    #[test]
    fn the_model_is_asked_where_it_pays() {
        let curve = Curve::of(&documents());
        let best = curve.points.last().unwrap();
        assert_eq!((best.macro_f1, best.lost, best.missed), (1.0, 0, 0));
        // The forty in the middle and no others.
        assert_eq!(best.settled, Settled { rules: 40, student: 80, model: 40 });
        assert!((best.tokens_per_document - 25.0).abs() < 1e-9);
        assert!(curve.without_model.macro_f1 < 0.95);
        assert!(curve.within(1.0).is_none_or(|p| p.settled.model == 0));
        let (with, without) = Curve::held_back(&documents(), 30.0, 5);
        assert_eq!(with.macro_f1, 1.0);
        assert!(without.macro_f1 < 0.95);
    }

    proptest! {
        /// A dearer point is better, each document is settled once, and the budget holds.
        #[test]
        fn the_curve_rises(
            said in prop::collection::vec((any::<bool>(), 0.0f32..1.0, 0.0f32..1.0, any::<bool>()), 1..40),
            budget in 0.0f64..120.0,
        ) {
            let documents: Vec<_> = said.iter().enumerate().map(|(i, (junk, s, m, answered))| Measured {
                doc: i as i64,
                junk: *junk,
                stand: Stand::Doubted { student: *s, model: answered.then_some(*m), tokens: 100 },
            }).collect();
            let curve = Curve::of(&documents);
            for pair in curve.points.windows(2) {
                prop_assert!(pair[0].macro_f1 < pair[1].macro_f1);
                prop_assert!(pair[0].tokens_per_document <= pair[1].tokens_per_document);
            }
            for p in &curve.points {
                prop_assert_eq!(p.settled.rules + p.settled.student + p.settled.model, documents.len());
            }
            if let Some(p) = curve.within(budget) {
                prop_assert!(p.tokens_per_document <= budget);
            }
        }
    }
}

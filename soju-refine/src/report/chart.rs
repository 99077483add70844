//! Histograms as SVG that takes its colours from the page.

use std::fmt::Write as _;

use serde::Serialize;

use super::facts::Thresholds;
use super::histogram::{LengthHistogram, SCORE_BINS, ScoreHistogram};
use super::numbers::{counted, grouped};
use super::tally::{Split, Tally};

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 58.0;
const RIGHT: f64 = 26.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 52.0;
/// Fewest bins of a length chart, so that equal documents do not make one huge bar.
const FEWEST_BINS: usize = 10;
/// Most labels on the axis of lengths.
const MOST_LABELS: usize = 6;

/// A chart and its title.
#[derive(Debug, Serialize)]
pub(super) struct Figure {
    pub(super) title: &'static str,
    pub(super) svg: String,
}

/// Stacked bars of equal width.
struct Chart {
    title: &'static str,
    axis: &'static str,
    bars: Vec<Bar>,
    /// Where along the axis, from 0 to 1, and the label.
    ticks: Vec<(f64, String)>,
    /// Vertical lines: where, and the label.
    marks: Vec<(f64, String)>,
}

struct Bar {
    range: String,
    kept: u64,
    dropped: u64,
}

/// Documents by length; none if there are no documents.
pub(super) fn lengths(tally: &Tally) -> Option<Figure> {
    let Split { kept, dropped } = &tally.lengths;
    let edges = LengthHistogram::edges(&[kept, dropped], FEWEST_BINS);
    let bars: Vec<Bar> = edges
        .windows(2)
        .map(|w| Bar {
            range: format!("{} to {} characters", grouped(w[0]), grouped(w[1] - 1)),
            kept: kept.count(w[0]),
            dropped: dropped.count(w[0]),
        })
        .collect();
    if bars.is_empty() {
        return None;
    }
    // Powers of ten where there are enough; otherwise every so many edges, so that a power of ten is one.
    let powers: Vec<usize> = (0..edges.len()).filter(|&i| is_power_of_ten(edges[i])).collect();
    let every = edges.len().div_ceil(MOST_LABELS);
    let first = powers.first().map_or(0, |i| i % every);
    let labelled = edges.iter().enumerate().filter(|(i, _)| match powers.len() {
        0..=2 => i % every == first,
        _ => powers.contains(i),
    });
    let ticks = labelled.map(|(i, e)| (i as f64 / bars.len() as f64, grouped(*e))).collect();
    Some(
        Chart {
            title: "Documents by length",
            axis: "characters (logarithmic)",
            bars,
            ticks,
            marks: Vec::new(),
        }
        .figure(),
    )
}

/// Documents by the score of the rules; none if they gave none.
pub(super) fn rule_scores(tally: &Tally, thresholds: &Thresholds) -> Option<Figure> {
    let marks = [(thresholds.rules_unsure, "ask the model"), (thresholds.rules_drop, "drop")];
    scores("Documents by the score of the rules", &tally.rule_scores, &marks)
}

/// Documents by the model's probability of junk; none if it was not asked.
pub(super) fn judge_scores(tally: &Tally, thresholds: &Thresholds) -> Option<Figure> {
    scores("Documents by the answer of the model", &tally.judge_scores, &[(thresholds.judge_drop, "drop")])
}

fn scores(title: &'static str, of: &Split<ScoreHistogram>, marks: &[(Option<f32>, &str)]) -> Option<Figure> {
    if of.kept.total() + of.dropped.total() == 0 {
        return None;
    }
    let step = 100 / SCORE_BINS;
    let bars = (0..SCORE_BINS).map(|bin| {
        let (from, to) = (bin * step, (bin + 1) * step);
        Bar {
            range: format!("{:.2} to {:.2}", f64::from(from) / 100.0, f64::from(to) / 100.0),
            kept: of.kept.count(from),
            dropped: of.dropped.count(from),
        }
    });
    let ticks = (0..=5).map(|i| (f64::from(i) / 5.0, format!("{:.1}", f64::from(i) / 5.0))).collect();
    let marks =
        marks.iter().filter_map(|(at, label)| at.map(|at| (f64::from(at), format!("{label} &gt; {at:.2}"))));
    let axis = "0 good – 1 junk";
    Some(Chart { title, axis, bars: bars.collect(), ticks, marks: marks.collect() }.figure())
}

fn is_power_of_ten(n: u64) -> bool {
    n > 0 && 10u64.pow(n.ilog10()) == n
}

/// A step of 1, 2 or 5 times a power of ten that divides `most` into at most five parts.
fn nice_step(most: u64) -> u64 {
    let mut power = 1u64;
    loop {
        for factor in [1, 2, 5] {
            let step = power.saturating_mul(factor);
            if most.div_ceil(step) <= 5 {
                return step;
            }
        }
        power = power.saturating_mul(10);
    }
}

impl Chart {
    fn figure(&self) -> Figure {
        Figure { title: self.title, svg: self.svg() }
    }

    fn svg(&self) -> String {
        let most = self.bars.iter().map(|b| b.kept + b.dropped).max().unwrap_or(0).max(1);
        let step = nice_step(most);
        let top = most.div_ceil(step) * step;
        let x = |share: f64| LEFT + share.clamp(0.0, 1.0) * (WIDTH - LEFT - RIGHT);
        let y = |n: u64| HEIGHT - BOTTOM - n as f64 / top as f64 * (HEIGHT - TOP - BOTTOM);
        let (base, middle) = (y(0), (TOP + HEIGHT - BOTTOM) / 2.0);
        let mut svg = format!(
            "<svg class=\"chart\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{}\">\n",
            self.title
        );
        for n in (0..=top).step_by(step as usize) {
            let (class, at) = (if n == 0 { "axis" } else { "grid" }, y(n));
            let _ = writeln!(
                svg,
                "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\"/>\
                 <text class=\"tick\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                WIDTH - RIGHT,
                LEFT - 8.0,
                at + 4.5,
                grouped(n)
            );
        }
        let width = (WIDTH - LEFT - RIGHT) / self.bars.len() as f64;
        for (i, bar) in self.bars.iter().enumerate().filter(|(_, b)| b.kept + b.dropped > 0) {
            let left = LEFT + i as f64 * width + 1.0;
            let (kept, all) = (y(bar.kept), y(bar.kept + bar.dropped));
            let _ = write!(
                svg,
                "<g><title>{}: {} kept, {} dropped</title>",
                bar.range,
                counted(bar.kept, "document"),
                grouped(bar.dropped)
            );
            for (class, from, to, n) in [("kept", base, kept, bar.kept), ("dropped", kept, all, bar.dropped)]
            {
                if n > 0 {
                    let (w, h) = (width - 2.0, from - to);
                    let _ = write!(
                        svg,
                        "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{to:.1}\" width=\"{w:.1}\" height=\"{h:.1}\"/>"
                    );
                }
            }
            svg.push_str("</g>\n");
        }
        for (at, label) in &self.ticks {
            let at = x(*at);
            let _ = writeln!(
                svg,
                "<line class=\"axis\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{base:.1}\" y2=\"{:.1}\"/>\
                 <text class=\"tick\" x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{label}</text>",
                base + 5.0,
                base + 20.0
            );
        }
        for (i, (share, label)) in self.marks.iter().enumerate() {
            let (at, height) = (x(*share), 14.0 + 17.0 * (i % 2) as f64);
            // The label stands on the side where there is room.
            let (anchor, beside) = if *share > 0.7 { ("end", -5.0) } else { ("start", 5.0) };
            let _ = writeln!(
                svg,
                "<line class=\"mark\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{:.1}\" y2=\"{base:.1}\"/>\
                 <text class=\"mark\" x=\"{:.1}\" y=\"{height:.1}\" text-anchor=\"{anchor}\">{label}</text>",
                height - 10.0,
                at + beside
            );
        }
        let _ = write!(
            svg,
            "<text class=\"label\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text class=\"label\" x=\"14\" y=\"{middle:.1}\" text-anchor=\"middle\" \
             transform=\"rotate(-90 14 {middle:.1})\">documents</text>\n</svg>",
            (LEFT + WIDTH - RIGHT) / 2.0,
            HEIGHT - 8.0,
            self.axis
        );
        svg
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_few() {
        for (most, step) in [(1, 1), (5, 1), (6, 2), (11, 5), (51, 20), (1234, 500)] {
            assert_eq!(nice_step(most), step, "{most}");
        }
        assert!(nice_step(u64::MAX) > u64::MAX / 10);
    }

    #[test]
    fn bars_stack_to_the_count_they_stand_for() {
        let mut tally = Tally::default();
        assert!(rule_scores(&tally, &Thresholds::default()).is_none());
        for score in [0.1, 0.11, 0.9] {
            tally.rule_scores.kept.add(score);
        }
        tally.rule_scores.dropped.add(0.12);
        let thresholds = Thresholds { rules_drop: Some(0.8), ..Thresholds::default() };
        let svg = rule_scores(&tally, &thresholds).unwrap().svg;
        // Three documents of at most three: the stack of 2 + 1 is as high as the axis, 188 units.
        assert!(svg.contains("<title>0.10 to 0.15: 2 documents kept, 1 dropped</title>"), "{svg}");
        assert!(svg.contains(r#"class="kept" x="106.6" y="102.7" width="21.8" height="125.3""#), "{svg}");
        assert!(svg.contains(r#"class="dropped" x="106.6" y="40.0" width="21.8" height="62.7""#), "{svg}");
        assert!(svg.contains("drop &gt; 0.80"));
    }

    #[test]
    fn lengths_are_labelled_at_powers_of_ten_or_evenly() {
        let mut tally = Tally::default();
        tally.lengths.kept.add(1000);
        assert!(lengths(&tally).unwrap().svg.contains(">1,000</text>"));
        tally.lengths.kept.add(9);
        tally.lengths.dropped.add(2_000_000);
        let svg = lengths(&tally).unwrap().svg;
        assert!(svg.contains(">1,000,000</text>") && !svg.contains(">1,334</text>"), "{svg}");
        tally.lengths.kept.add(u64::MAX);
        assert!(lengths(&tally).is_some());
    }
}

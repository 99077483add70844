//! What was measured, and its medians.

use std::time::Duration;

use serde_json::{Value, json};

use super::drive::{Run, Timing};

/// One measurement on one side, over all rounds.
#[derive(Debug)]
pub(super) struct Figures {
    /// What was done, for instance `tokens/s, 8 clients`.
    pub(super) label: String,
    /// Who did it.
    pub(super) side: &'static str,
    /// One rate for each round, in the unit of the label.
    rates: Vec<f64>,
    timings: Vec<Timing>,
}

/// All measurements, in the order they were made first.
#[derive(Debug, Default)]
pub(super) struct Results(Vec<Figures>);

impl Results {
    pub(super) fn add(&mut self, label: &str, side: &'static str, rate: f64, run: Run) {
        let at = self.0.iter().position(|f| f.label == label && f.side == side);
        let at = at.unwrap_or_else(|| {
            let (rates, timings) = (Vec::new(), Vec::new());
            self.0.push(Figures { label: label.to_owned(), side, rates, timings });
            self.0.len() - 1
        });
        self.0[at].rates.push(rate);
        self.0[at].timings.extend(run.timings);
    }

    pub(super) fn all(&self) -> &[Figures] {
        &self.0
    }

    /// The measurement of the same label on another side.
    pub(super) fn find(&self, label: &str, side: &str) -> Option<&Figures> {
        self.0.iter().find(|f| f.label == label && f.side == side)
    }

    pub(super) fn to_json(&self) -> Value {
        self.0.iter().map(Figures::to_json).collect()
    }
}

impl Figures {
    pub(super) fn rate(&self) -> f64 {
        quantile(&mut self.rates.clone(), 0.5)
    }

    /// Seconds until the first token that so great a part of the requests did not exceed.
    pub(super) fn first(&self, part: f64) -> f64 {
        self.seconds(part, |t| t.first)
    }

    /// Seconds until the whole answer that so great a part of the requests did not exceed.
    pub(super) fn whole(&self, part: f64) -> f64 {
        self.seconds(part, |t| t.whole)
    }

    fn seconds(&self, part: f64, of: impl Fn(&Timing) -> Duration) -> f64 {
        quantile(&mut self.timings.iter().map(|t| of(t).as_secs_f64()).collect::<Vec<_>>(), part)
    }

    fn to_json(&self) -> Value {
        json!({
            "what": self.label, "side": self.side, "median": self.rate(), "rounds": self.rates,
            "requests": self.timings.len(),
            "first_token_s": { "p50": self.first(0.5), "p99": self.first(0.99) },
            "whole_answer_s": { "p50": self.whole(0.5), "p99": self.whole(0.99) },
        })
    }
}

/// The least value that is not exceeded by so great a part; the middle of two for the median.
pub(in crate::cli) fn quantile(values: &mut [f64], part: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let count = values.len();
    if count == 0 {
        return 0.0;
    }
    if part == 0.5 && count.is_multiple_of(2) {
        return f64::midpoint(values[count / 2 - 1], values[count / 2]);
    }
    values[((count as f64 * part).ceil() as usize).clamp(1, count) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_those_of_the_sorted_values() {
        assert_eq!(quantile(&mut [3.0, 1.0, 2.0], 0.5), 2.0);
        assert_eq!(quantile(&mut [4.0, 1.0, 2.0, 3.0], 0.5), 2.5);
        let mut many: Vec<f64> = (1..=200).rev().map(f64::from).collect();
        assert_eq!(quantile(&mut many, 0.99), 198.0);
        assert_eq!(quantile(&mut [7.0], 0.99), 7.0);
    }
}

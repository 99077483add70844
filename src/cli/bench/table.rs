//! The figures for a person to read.

use super::figures::{Figures, Results};

/// The side that others are compared with.
pub(super) const OURS: &str = "soju";

/// A line for each measurement and side; beneath ours the other's and the ratio of their medians.
pub(super) fn table(results: &Results) -> String {
    let labels = results.all().iter().map(|f| f.label.chars().count());
    let width = labels.max().unwrap_or(0).max("MEASURED".len());
    let mut table = format!(
        "{:width$}  {:12}  {:>8}  {:>11}  {:>17}  {:>17}\n",
        "MEASURED", "SIDE", "MEDIAN", "OURS/THEIRS", "FIRST p50/p99 s", "WHOLE p50/p99 s"
    );
    for figures in results.all() {
        table += &format!(
            "{:width$}  {:12}  {:>8.1}  {:>11}  {:>17}  {:>17}\n",
            figures.label,
            figures.side,
            figures.rate(),
            ratio(results, figures),
            format!("{:.3}/{:.3}", figures.first(0.5), figures.first(0.99)),
            format!("{:.3}/{:.3}", figures.whole(0.5), figures.whole(0.99)),
        );
    }
    table
}

fn ratio(results: &Results, figures: &Figures) -> String {
    match results.find(&figures.label, OURS) {
        Some(ours) if figures.side != OURS => format!("{:.2}", ours.rate() / figures.rate()),
        _ => String::new(),
    }
}

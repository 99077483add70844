//! The rows of the report's tables.

use serde::Serialize;

use super::facts::StageTime;
use super::names;
use super::numbers::share;
use super::tally::{EditCount, Tally, flat};
use super::write::Report;

/// A bar's length in percent of its column, as CSS wants it.
#[derive(Serialize)]
#[serde(transparent)]
pub(super) struct BarWidth(String);

impl BarWidth {
    pub(super) fn of(part: u64, most: u64) -> Self {
        Self(format!("{:.2}", share(part, most) * 100.0))
    }
}

/// Documents dropped for one reason.
#[derive(Serialize)]
pub(super) struct DropRow<'a> {
    stage: &'a str,
    kind: &'a str,
    documents: u64,
    bar: BarWidth,
}

/// Records rejected for one reason.
#[derive(Serialize)]
pub(super) struct RejectRow<'a> {
    kind: String,
    records: u64,
    first: Vec<RejectedRow<'a>>,
}

#[derive(Serialize)]
pub(super) struct RejectedRow<'a> {
    position: String,
    message: &'a str,
}

/// Edits of one kind.
#[derive(Serialize)]
pub(super) struct EditRow<'a> {
    stage: &'a str,
    kind: &'a str,
    #[serde(flatten)]
    count: EditCount,
    bar: BarWidth,
}

/// Documents that one level settled.
#[derive(Serialize)]
pub(super) struct LevelRow<'a> {
    level: &'a str,
    kept: u64,
    dropped: u64,
    kept_bar: BarWidth,
    dropped_bar: BarWidth,
}

/// The time of one stage.
#[derive(Serialize)]
pub(super) struct StageRow<'a> {
    stage: &'a str,
    documents: u64,
    seconds: f64,
    per_second: f64,
    bar: BarWidth,
}

/// The main reason first.
pub(super) fn drops(tally: &Tally) -> Vec<DropRow<'_>> {
    let most = flat(&tally.dropped_by).map(|(.., c)| c.documents).max().unwrap_or(0);
    let mut rows: Vec<_> = flat(&tally.dropped_by)
        .map(|(stage, kind, c)| DropRow {
            stage,
            kind,
            documents: c.documents,
            bar: BarWidth::of(c.documents, most),
        })
        .collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.documents));
    rows
}

pub(super) fn rejects(tally: &Tally) -> Vec<RejectRow<'_>> {
    let mut rows: Vec<RejectRow<'_>> = Vec::new();
    for (kind, count) in &tally.rejected_by {
        let first = count.first().map(|(at, message)| RejectedRow { position: at.to_string(), message });
        rows.push(RejectRow {
            kind: names::reject_kind(*kind),
            records: count.records,
            first: first.collect(),
        });
    }
    rows.sort_by_key(|r| std::cmp::Reverse(r.records));
    rows
}

/// What took most characters first.
pub(super) fn edits(tally: &Tally) -> Vec<EditRow<'_>> {
    let most = flat(&tally.edits).map(|(.., c)| c.removed).max().unwrap_or(0);
    let mut rows: Vec<_> = flat(&tally.edits)
        .map(|(stage, kind, &count)| EditRow { stage, kind, count, bar: BarWidth::of(count.removed, most) })
        .collect();
    rows.sort_by_key(|r| std::cmp::Reverse(r.count.removed));
    rows
}

/// In the order in which a document meets them.
pub(super) fn levels(tally: &Tally) -> Vec<LevelRow<'_>> {
    let all = tally.kept + tally.dropped;
    let mut rows: Vec<_> = tally
        .decided_by
        .iter()
        .map(|(level, n)| LevelRow {
            level,
            kept: n.kept,
            dropped: n.dropped,
            kept_bar: BarWidth::of(n.kept, all),
            dropped_bar: BarWidth::of(n.dropped, all),
        })
        .collect();
    let order = ["rules", "dedup", "student", "judge"];
    rows.sort_by_key(|r| order.iter().position(|o| *o == r.level).unwrap_or(order.len()));
    rows
}

pub(super) fn stages<'a>(report: &'a Report) -> Vec<StageRow<'a>> {
    let millis = |seconds: f64| (seconds.max(0.0) * 1000.0) as u64;
    let most = report.run.stages.iter().map(|s| millis(s.seconds)).max().unwrap_or(0);
    let row = |s: &'a StageTime| StageRow {
        stage: &s.stage,
        documents: s.documents,
        seconds: s.seconds,
        per_second: s.documents as f64 / s.seconds,
        bar: BarWidth::of(millis(s.seconds), most),
    };
    report.run.stages.iter().map(row).collect()
}

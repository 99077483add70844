//! The main figures for a terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::names;
use super::numbers::{bytes, counted, duration, grouped, percent, rate};
use super::tally::{Tally, flat};
use super::visible::visible;
use super::write::Report;

/// How many reasons are named.
const REASONS: usize = 5;
/// How many kinds of cuts are named.
const KINDS: usize = 5;

pub(super) fn summary(report: &Report) -> String {
    let (run, tally) = (&report.run, &report.tally);
    let mut rows: Vec<(String, String)> = Vec::new();
    let width = grouped(tally.input).len();
    let mut row = |label: &str, n: u64, rest: &str| {
        let line = format!("{:>width$}  {:>6}{rest}", grouped(n), percent(n, tally.input));
        rows.push((label.to_owned(), line));
    };
    let clean = format!("  {} clean", counted(tally.characters.kept_after, "character"));
    row("kept", tally.kept, &clean);
    row("dropped", tally.dropped, "");
    let mut reasons: Vec<_> = flat(&tally.dropped_by).collect();
    reasons.sort_by_key(|(.., count)| std::cmp::Reverse(count.documents));
    for (stage, kind, count) in reasons.iter().take(REASONS) {
        let name = format!("  {stage}/{kind}");
        row(&name, count.documents, &names::korean(kind).map(|k| format!("  {k}")).unwrap_or_default());
    }
    if reasons.len() > REASONS {
        let rest = reasons[REASONS..].iter().map(|(.., c)| c.documents).sum();
        row("  other reasons", rest, "");
    }
    if tally.rejected > 0 {
        row("rejected", tally.rejected, "  see rejects.jsonl");
    }
    let removed: u64 = flat(&tally.edits).map(|(.., c)| c.removed).sum();
    if removed > 0 {
        let line = format!(
            "{} of the kept text: {}",
            percent(removed, tally.characters.kept_before),
            main_edits(report)
        );
        rows.push(("cut or masked".to_owned(), line));
    }
    if let Some(model) = &run.model {
        let asked = format!("asked about {}", counted(tally.judged(), "document"));
        rows.push(("model".to_owned(), format!("{}, {asked}", model.name)));
    }
    rows.extend(generated(tally).into_iter().map(|(label, line)| (label.to_owned(), line)));
    let speed = report.documents_per_second().map_or_else(|| "–".to_owned(), rate);
    rows.push(("time".to_owned(), format!("{}, {speed} documents/s", duration(run.wall_seconds))));
    if !run.output.folder.is_empty() {
        let shards = counted(run.output.shards, "shard");
        rows.push((
            "output".to_owned(),
            format!("{} ({shards}, {})", run.output.folder, bytes(run.output.bytes)),
        ));
    }
    for error in &run.input_errors {
        rows.push(("input error".to_owned(), format!("{}: {}", error.file, error.message)));
    }
    if !report.is_balanced() {
        rows.push(("warning".to_owned(), "the counts do not add up; run again with --overwrite".to_owned()));
    }
    let head = if run.complete { "" } else { " (interrupted)" };
    let mut text = format!("{}{head}\n", counted(tally.input, "record"));
    let labels = rows.iter().map(|(label, _)| visible(label).width()).max().unwrap_or(0);
    for (label, line) in &rows {
        let label = visible(label);
        let pad = labels - label.width();
        let line = visible(line).replace('\n', " ");
        let _ = writeln!(text, "  {label}{:pad$}  {line}", "");
    }
    text
}

/// What the model wrote: programs, or passages.
pub(super) fn generated(tally: &Tally) -> Vec<(&'static str, String)> {
    let named = |counts: &mut dyn Iterator<Item = (&str, u64)>| {
        let named: Vec<_> =
            counts.filter(|(_, n)| *n > 0).map(|(k, n)| format!("{k} {}", grouped(n))).collect();
        if named.is_empty() { String::new() } else { format!("; {}", named.join(", ")) }
    };
    let mut rows = Vec::new();
    let programs = &tally.edit_programs;
    if !programs.is_empty() {
        let refused: Vec<_> = programs
            .refused
            .iter()
            .map(|(name, n)| (format!("refused {}", names::english(name)), *n))
            .collect();
        let of = [
            ("cut short", programs.cut_short),
            ("unreadable", programs.unreadable),
            ("unanswered", programs.unanswered),
        ];
        let rest = named(&mut of.into_iter().chain(refused.iter().map(|(k, n)| (k.as_str(), *n))));
        let (windows, documents) =
            (counted(programs.windows, "window"), counted(programs.documents, "document"));
        rows.push(("edit programs", format!("{windows} of {documents}{rest}")));
    }
    let rewrites = &tally.rewrites;
    if !rewrites.is_empty() {
        let by_guard = rewrites.guards.rejected.iter().map(|(guard, n)| (guard.name(), *n));
        let of = [("cut short", rewrites.cut_short), ("unanswered", rewrites.unanswered)];
        let rest = named(&mut of.into_iter().chain(by_guard));
        let passages = counted(rewrites.passages, "passage");
        rows.push(("rewritten", format!("{} of {passages}{rest}", grouped(rewrites.guards.kept))));
    }
    rows
}

/// The kinds of edits that took most, the normalization aside.
fn main_edits(report: &Report) -> String {
    let mut edits: Vec<_> = flat(&report.tally.edits).filter(|(stage, ..)| *stage != "normalize").collect();
    if edits.is_empty() {
        return "normalization only".to_owned();
    }
    edits.sort_by_key(|(.., count)| std::cmp::Reverse(count.edits));
    let more = if edits.len() > KINDS { ", …" } else { "" };
    let named: Vec<String> = edits
        .iter()
        .take(KINDS)
        .map(|(_, kind, count)| format!("{} {}", names::english(kind), grouped(count.edits)))
        .collect();
    named.join(", ") + more
}

#[cfg(test)]
mod tests {
    use super::super::fixture::tiny;
    use super::super::{InputError, OutputFacts};

    #[test]
    fn figures_stand_in_columns() {
        let mut report = tiny();
        report.run.output = OutputFacts { folder: "출력/demo".to_owned(), shards: 1, bytes: 2048 };
        let summary = report.terminal_summary();
        assert_eq!(
            summary,
            "\
5 records
  kept             2   40.0%  33 characters clean
  dropped          2   40.0%
    judge/junk     1   20.0%  쓰레기 글
    junk/gambling  1   20.0%  도박
  rejected         1   20.0%  see rejects.jsonl
  cut or masked    48.1% of the kept text: navigation 1, phone 1
  time             2.00 s, 2.5 documents/s
  output           출력/demo (1 shard, 2.0 kB)
"
        );
    }

    #[test]
    fn hostile_names_cannot_steer_the_terminal() {
        let mut report = tiny();
        report.run.input_errors =
            vec![InputError { file: "a\x1b[2J\nb".to_owned(), message: "\u{202e}gone".to_owned() }];
        let summary = report.terminal_summary();
        assert!(summary.contains("input error") && summary.contains("a␛[2J b: ‹U+202E›gone"), "{summary}");
    }
}

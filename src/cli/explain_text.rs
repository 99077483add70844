//! An explanation as a person reads it.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value};
use soju_refine::explain::{Explanation, StageReport};
use soju_refine::pipeline::Reason;
use soju_refine::report::korean;
use unicode_width::UnicodeWidthStr;

use super::paint;

/// Where what a stage did begins, in columns.
const INDENT: usize = 14;

/// Characters of a cut that are shown whole.
const LONG: usize = 240;

/// A paragraph about the document and one for each stage, with at most `edits` of its edits; 0 is all.
pub(crate) fn text_of(told: &Explanation, edits: usize) -> String {
    let mut out = String::new();
    let named = told.id.as_deref().map_or_else(|| "the text".to_owned(), |id| format!("document {id}"));
    let _ = write!(out, "{}", paint::head(&named));
    if let Some(source) = &told.source {
        let _ = write!(out, "  {}", paint::faint(&source.to_string()));
    }
    out.push('\n');
    let verdict = match told.verdict.as_str() {
        "keep" => paint::name("keep"),
        other => paint::bad(other),
    };
    let _ = write!(out, "{verdict}, decided by {}", paint::one_line(&told.decided_by));
    if let Some(reason) = &told.reason {
        let _ = write!(out, ": {}", named_reason(reason));
    }
    out.push('\n');
    if let Some(threshold) = &told.threshold {
        let _ = writeln!(out, "  {}", paint::one_line(&threshold.to_string()));
    }
    if let Some(other) = &told.duplicate_of {
        let _ = writeln!(out, "  in its place stays {}", paint::one_line(&other.to_string()));
    }
    match (told.characters, told.clean_characters) {
        (Some(read), Some(clean)) => {
            let _ = writeln!(out, "  {read} characters as read, {clean} clean");
        }
        (Some(read), None) => {
            let _ = writeln!(out, "  {read} characters as read");
        }
        (None, Some(clean)) => {
            let _ = writeln!(out, "  {clean} characters clean");
        }
        (None, None) => {}
    }
    let mut others = told.scores.clone();
    others.retain(|name, _| !told.stages.iter().any(|stage| stage.scores.contains_key(name)));
    if !others.is_empty() {
        let _ = writeln!(out, "  {}", values(&others));
    }
    for stage in &told.stages {
        out.push_str(&of_stage(stage, edits));
    }
    for remark in &told.remarks {
        let _ = writeln!(out, "  note: {}", paint::one_line(remark));
    }
    out
}

fn named_reason(reason: &Reason) -> String {
    let korean = korean(&reason.kind).map(|name| format!(" {name}")).unwrap_or_default();
    let score = reason.score.map(|score| format!(" {score:.4}")).unwrap_or_default();
    let score = score.trim_end_matches('0').trim_end_matches('.');
    paint::one_line(&format!("{}/{}{korean}{score}", reason.stage, reason.kind))
}

fn of_stage(stage: &StageReport, most: usize) -> String {
    let mut out = format!("  {}", paint::name(&stage.stage));
    let pad = INDENT.saturating_sub(2 + stage.stage.width());
    let _ = write!(out, "{:pad$}", "");
    let mut said = Vec::new();
    if let Some(verdict) = stage.verdict {
        said.push(verdict.to_owned());
    }
    if let Some(reason) = &stage.reason {
        said.push(named_reason(reason));
    }
    if let Some(threshold) = &stage.threshold {
        said.push(paint::one_line(&threshold.to_string()));
    } else if !stage.scores.is_empty() {
        said.push(values(&stage.scores));
    }
    if !stage.edits.is_empty() {
        said.push(kinds(stage));
    }
    let _ = writeln!(out, "{}", said.join("; "));
    let indent = " ".repeat(INDENT);
    if !stage.features.is_empty() {
        let named = stage.features.iter().map(|f| format!("{} {} ({:+.2})", f.name, f.value, f.adds));
        let _ = writeln!(out, "{indent}weighs most: {}", named.collect::<Vec<_>>().join(", "));
    }
    let most = if most == 0 { usize::MAX } else { most };
    for report in stage.edits.iter().take(most) {
        let place = format!("{}..{}", report.edit.start, report.edit.end);
        let shown = paint::edit(&report.edit, report.text.as_deref().map(shortened).as_deref());
        let _ = writeln!(out, "{indent}{} {shown}", paint::faint(&place));
    }
    if stage.edits.len() > most {
        let _ = writeln!(out, "{indent}and {} more, which --edits 0 shows", stage.edits.len() - most);
    }
    out
}

/// A long text by its ends.
fn shortened(text: &str) -> Cow<'_, str> {
    let characters = text.chars().count();
    if characters <= LONG {
        return text.into();
    }
    let at = |n| text.char_indices().nth(n).map_or(text.len(), |(byte, _)| byte);
    let (first, last) = (at(LONG / 2), at(characters - LONG / 4));
    format!("{} …{}… {}", &text[..first], characters - LONG / 2 - LONG / 4, &text[last..]).into()
}

fn kinds(stage: &StageReport) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for report in &stage.edits {
        *counts.entry(&report.edit.kind).or_default() += 1;
    }
    let named: Vec<_> = counts.into_iter().map(|(kind, count)| format!("{kind} {count}")).collect();
    paint::one_line(&named.join(", "))
}

fn values(scores: &Map<String, Value>) -> String {
    let named: Vec<_> = scores.iter().map(|(name, value)| format!("{name} {value}")).collect();
    paint::one_line(&named.join(", "))
}

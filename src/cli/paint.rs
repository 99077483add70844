//! Text for a terminal: colours where there is one and NO_COLOR does not forbid them, and nothing that could steer it.

use std::fmt::Write as _;
use std::io::{self, Write};

use anstyle::{AnsiColor, Effects, Style};
use soju_refine::explain::{Hunk, Part};
use soju_refine::job::EditNote;
use soju_refine::report::visible;

const CUT: Style = AnsiColor::Red.on_default();
const PUT: Style = AnsiColor::Green.on_default();
const NAME: Style = AnsiColor::Cyan.on_default();
const HEAD: Style = Style::new().effects(Effects::BOLD);
const FAINT: Style = Style::new().effects(Effects::DIMMED);

/// Prints a line, without its colours where these are not wanted.
pub(crate) fn line(text: &str) -> io::Result<()> {
    writeln!(anstream::stdout().lock(), "{text}")
}

/// Prints text as it is: figures and JSON, which have line feeds and no colours of their own.
pub(crate) fn plain(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    // The last line may have no line feed, and what is written at exit has nobody to report to.
    out.flush()
}

pub(crate) fn head(text: &str) -> String {
    painted(HEAD, text)
}

pub(crate) fn faint(text: &str) -> String {
    painted(FAINT, text)
}

pub(crate) fn name(text: &str) -> String {
    painted(NAME, text)
}

pub(crate) fn bad(text: &str) -> String {
    painted(CUT, text)
}

fn painted(style: Style, text: &str) -> String {
    format!("{style}{}{style:#}", visible(text))
}

/// An edit in the way of `git diff --word-diff`: `[-removed-]{+put there+}`, then stage, kind and score.
pub(crate) fn edit(edit: &EditNote<'_>, text: Option<&str>) -> String {
    let removed = match text {
        Some(text) => one_line(text),
        None => format!("{} characters, not at hand", edit.end.saturating_sub(edit.start)),
    };
    let mut shown = format!("{CUT}[-{removed}-]{CUT:#}");
    if !edit.replacement.is_empty() {
        let _ = write!(shown, "{PUT}{{+{}+}}{PUT:#}", one_line(&edit.replacement));
    }
    let score = edit.score.map(|score| format!(" {score}")).unwrap_or_default();
    let _ = write!(shown, "{FAINT}‹{}/{}{score}›{FAINT:#}", visible(&edit.stage), visible(&edit.kind));
    shown
}

/// A place with edits as one line; line feeds show as ⏎.
pub(crate) fn hunk(hunk: &Hunk<'_>) -> String {
    let mut shown = String::new();
    if hunk.skipped > 0 {
        let _ = write!(shown, "{FAINT}…{}…{FAINT:#} ", hunk.skipped);
    }
    for part in &hunk.parts {
        match part {
            Part::Kept(text) => shown.push_str(&one_line(text)),
            Part::Edit { edit: note, text } => shown.push_str(&edit(note, text.as_deref())),
            _ => {}
        }
    }
    shown
}

pub(crate) fn one_line(text: &str) -> String {
    visible(text).replace('\n', "⏎")
}

//! How raters agree, as a person reads it.

use std::fmt::Write as _;

use soju_refine::agree::{Agreement, Disagreement, Kappa, Label, PairFigures, RaterFacts};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::paint;

/// Columns of a name, a kind or an identifier at most.
const NAME: usize = 20;

/// Columns of a text at least, however narrow the terminal is.
const TEXT: usize = 20;

/// The raters, a paragraph and a table for each pair, and the texts on which they differ most.
pub(crate) fn text_of(told: &Agreement, width: usize) -> String {
    let mut out = String::new();
    for rater in &told.raters {
        let _ = writeln!(out, "{}  {}", paint::head(&short_name(&rater.name)), facts(rater));
    }
    let _ = writeln!(out, "paired by {}", told.paired_by.name());
    if told.different_texts > 0 {
        let said = format!(
            "{} of them have another text in another file; do the files mean the same by {}?",
            told.different_texts,
            told.paired_by.name()
        );
        let _ = writeln!(out, "{}", paint::bad(&said));
    }
    for pair in &told.pairs {
        out.push('\n');
        of_pair(&mut out, pair);
    }
    if let Some(alpha) = told.krippendorff_alpha {
        let _ = writeln!(out, "\nKrippendorff's alpha of all raters, junk against the rest: {alpha:.3}");
    }
    if !told.worst.is_empty() {
        out.push('\n');
        of_worst(&mut out, told, width);
    }
    out
}

fn facts(rater: &RaterFacts) -> String {
    let mut said = format!("{} texts", rater.rated);
    if rater.repeated > 0 {
        let _ = write!(said, ", {} ratings of a text rated before left out", rater.repeated);
    }
    if rater.contradicting > 0 {
        let _ = write!(said, ", {} of them unlike the first", rater.contradicting);
    }
    said
}

fn of_pair(out: &mut String, pair: &PairFigures) {
    let [a, b] = pair.raters.each_ref().map(|name| short_name(name));
    let only = format!("{} texts; {} only by {a}, {} only by {b}", pair.texts, pair.only[0], pair.only[1]);
    let _ = writeln!(out, "{}  {only}", paint::head(&format!("{a} and {b}")));
    let Some(agreement) = pair.agreement else { return };
    let [of_a, of_b] = pair.junk.map(Option::unwrap_or_default);
    let mut row = |name: &str, value: String, said: String| {
        let _ = writeln!(out, "{}", format!("  {name:13} {value:>9}  {said}").trim_end());
    };
    row("agreement", format!("{agreement:.3}"), "junk against the rest".to_owned());
    match pair.kappa {
        Some(kappa) => row("Cohen's kappa", format!("{:.3}", kappa.kappa), interval(kappa, agreement)),
        None => {
            let said = if of_a > 0.0 { "both call everything junk" } else { "neither calls anything junk" };
            row("Cohen's kappa", "undefined".to_owned(), said.to_owned());
        }
    }
    row("junk", format!("{of_a:.3}"), format!("by {a}, {of_b:.3} by {b}"));
    if let Some(by_label) = &pair.by_label {
        let kappa = match by_label.kappa {
            Some(kappa) => format!("kappa {:.3}, {}", kappa.kappa, interval(kappa, by_label.agreement)),
            None => "kappa undefined: both give everything the same label".to_owned(),
        };
        row("by label", format!("{:.3}", by_label.agreement), kappa);
    }
    for against in &pair.against_labels {
        let [p, labels] = [&against.probabilities, &against.labels].map(|name| short_name(name));
        let said = format!(
            "probabilities of {p} against labels of {labels}, Brier score {:.3} ({} texts)",
            against.brier, against.texts
        );
        row("AUC", against.auc.map_or_else(|| "undefined".to_owned(), |auc| format!("{auc:.3}")), said);
    }
    if let Some(both) = &pair.probabilities {
        let said = format!(
            "of both probabilities, mean squared difference {:.3} ({} texts)",
            both.squared_difference, both.texts
        );
        row("correlation", both.pearson.map_or_else(|| "undefined".to_owned(), |r| format!("{r:.3}")), said);
    }
    confusion(out, pair, &format!("{a} \\ {b}"));
}

fn interval(kappa: Kappa, agreement: f64) -> String {
    match kappa.interval {
        Some([low, high]) => format!("95 % interval {low:.3} to {high:.3}"),
        None if agreement == 1.0 => "no interval: they always agree".to_owned(),
        None => "no interval: its formula knows no spread here".to_owned(),
    }
}

/// The table, without the rows and columns of labels that the one rater never gives.
fn confusion(out: &mut String, pair: &PairFigures, corner: &str) {
    let table = &pair.confusion;
    let columns: Vec<usize> =
        (0..table.labels.len()).filter(|j| table.counts.iter().any(|row| row[*j] > 0)).collect();
    let first = corner.width().max(6);
    let _ = write!(out, "  {}", paint::faint(&padded(corner, first)));
    for column in &columns {
        let _ = write!(out, "  {:>7}", table.labels[*column].name());
    }
    out.push('\n');
    for (label, row) in table.labels.iter().zip(&table.counts).filter(|(_, row)| row.iter().any(|n| *n > 0)) {
        let _ = write!(out, "  {}", padded(label.name(), first));
        for column in &columns {
            let _ = write!(out, "  {:>7}", row[*column]);
        }
        out.push('\n');
    }
}

fn of_worst(out: &mut String, told: &Agreement, width: usize) {
    let said = format!("the {} texts on which they differ most", told.worst.len());
    let disputed = format!("{} are junk by one and not by another", told.disputed);
    let _ = writeln!(out, "{}  {disputed}", paint::head(&said));
    let mut names: Vec<String> = told.raters.iter().map(|rater| short_name(&rater.name)).collect();
    let raters = names.len();
    let has = |value: fn(&Disagreement) -> bool| told.worst.iter().any(value);
    let (named, kinds) = (has(|shown| shown.name.is_some()), has(|shown| !shown.kind.is_empty()));
    names.extend(named.then(|| told.paired_by.name().to_owned()));
    names.extend(kinds.then(|| "kind".to_owned()));
    let rows: Vec<Vec<String>> = told
        .worst
        .iter()
        .map(|shown| {
            let mut cells: Vec<_> = told.raters.iter().map(|rater| opinion(shown, &rater.name)).collect();
            cells.extend(named.then(|| short_name(shown.name.as_deref().unwrap_or_default())));
            cells.extend(kinds.then(|| short_name(&shown.kind)));
            cells
        })
        .collect();
    let widest = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..names.len()).map(|i| widest(i).max(names[i].width())).collect();
    let left = width.saturating_sub(widths.iter().map(|w| w + 2).sum::<usize>()).max(TEXT);
    let heads: String = names.iter().zip(&widths).map(|(name, width)| padded(name, width + 2)).collect();
    let _ = writeln!(out, "{}", paint::faint(&format!("{heads}text")));
    for (shown, row) in told.worst.iter().zip(&rows) {
        for (i, (cell, width)) in row.iter().zip(&widths).enumerate() {
            let cell = padded(cell, *width);
            let junk = i < raters && cell.starts_with(Label::Junk.name());
            let _ = write!(out, "{}  ", if junk { paint::bad(&cell) } else { cell });
        }
        let _ = match &shown.text {
            Some(text) => writeln!(out, "{}", shortened(&paint::one_line(text), left)),
            None => writeln!(out, "{}", paint::faint("no text: --docs FILE")),
        };
    }
}

fn opinion(shown: &Disagreement, rater: &str) -> String {
    match shown.said.iter().find(|said| said.rater == rater) {
        Some(said) => match said.p {
            Some(p) => format!("{} {p:.2}", said.label.name()),
            None => said.label.name().to_owned(),
        },
        None => "-".to_owned(),
    }
}

fn short_name(name: &str) -> String {
    shortened(&paint::one_line(name), NAME)
}

fn padded(text: &str, width: usize) -> String {
    format!("{text}{:pad$}", "", pad = width.saturating_sub(text.width()))
}

/// The beginning of a text that fits into so many columns, with … where something is left out.
fn shortened(text: &str, width: usize) -> String {
    let mut used = 0;
    let mut fits = 0;
    for (at, c) in text.char_indices() {
        let columns = c.width().unwrap_or(0);
        if used + columns > width {
            return format!("{}…", &text[..fits]);
        }
        used += columns;
        if used < width {
            fits = at + c.len_utf8();
        }
    }
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shortened_fits() {
        for text in ["가나다라마바사", "abcdefghijk", "e\u{301}e\u{301}e\u{301}", "", "👩🏽‍🔬👩🏽‍🔬👩🏽‍🔬"]
        {
            for width in 1..20 {
                let shown = shortened(text, width);
                assert!(shown.width() <= width, "{shown:?} is wider than {width}");
                assert_eq!(shown == text, !shown.contains('…'), "{shown:?}");
            }
        }
        assert_eq!(shortened("가나다", 6), "가나다");
        assert_eq!(shortened("가나다", 5), "가나…");
        assert_eq!(shortened("가나다", 4), "가…");
    }
}

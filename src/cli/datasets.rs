//! `soju datasets`: the corpora that soju reads by their names.

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use soju_refine::io::Dataset;
use unicode_width::UnicodeWidthStr;

use super::exit::Usage;

/// Arguments of `soju datasets`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  soju datasets list
  soju datasets show nsmc
  soju clean ratings_train.txt --format nsmc --out clean

soju fetches no corpus; get it from its address and read its terms. `unconfirmed` means that no licence was
found, not that there is none.")]
pub(crate) struct DatasetsArgs {
    #[command(subcommand)]
    command: DatasetsCommand,
}

#[derive(Debug, Subcommand)]
enum DatasetsCommand {
    /// Show every corpus with its format, text field, licence and address
    List {
        /// Print a JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Show all that is known of one corpus
    Show {
        /// A name of `soju datasets list`
        name: String,
        /// Print a JSON object instead of lines
        #[arg(long)]
        json: bool,
    },
}

/// Runs `soju datasets`.
///
/// # Errors
/// There is no such corpus, or standard output is closed.
pub(crate) fn run(args: DatasetsArgs) -> anyhow::Result<ExitCode> {
    match args.command {
        DatasetsCommand::List { json: true } => print(&serde_json::to_string_pretty(Dataset::all())?)?,
        DatasetsCommand::List { json: false } => print(&table(Dataset::all()))?,
        DatasetsCommand::Show { name, json } => {
            let Some(dataset) = Dataset::named(&name) else {
                let hint = Dataset::nearest(&name).map(|near| format!(", did you mean `{near}`?"));
                let hint = hint.unwrap_or_default();
                return Err(
                    Usage(format!("no corpus is called `{name}`{hint}; see `soju datasets list`")).into()
                );
            };
            print(&if json { serde_json::to_string_pretty(dataset)? } else { lines(dataset) })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn print(text: &str) -> io::Result<()> {
    writeln!(io::stdout(), "{}", text.trim_end())
}

fn table(datasets: &[Dataset]) -> String {
    let mut rows = vec![["name", "format", "text", "licence", "address"].map(str::to_owned)];
    rows.extend(datasets.iter().map(|d| {
        [d.name.clone(), d.layout.name().to_owned(), text_of(d), d.licence.clone(), d.address.clone()]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].width()).max().unwrap_or_default();
    let widths: Vec<_> = (0..4).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        for (cell, width) in row.iter().zip(&widths) {
            out.push_str(cell);
            out.extend(std::iter::repeat_n(' ', width - cell.width() + 2));
        }
        out.push_str(&row[4]);
        out.push('\n');
    }
    out
}

fn text_of(dataset: &Dataset) -> String {
    if dataset.text.is_empty() { "text".to_owned() } else { dataset.text.join(" + ") }
}

fn lines(dataset: &Dataset) -> String {
    let mut lines = vec![
        ("name", dataset.name.clone()),
        ("title", dataset.title.clone()),
        ("format", dataset.layout.name().to_owned()),
        ("text", text_of(dataset)),
        ("licence", dataset.licence.clone()),
        ("address", dataset.address.clone()),
    ];
    if !dataset.columns.is_empty() {
        let from = if dataset.header { "" } else { " (the files do not name them)" };
        lines.push(("columns", format!("{}{from}", dataset.columns.join(", "))));
    }
    if !dataset.files.is_empty() {
        lines.push(("files", format!("known by the names {}", dataset.files.join(", "))));
    }
    if !dataset.note.is_empty() {
        lines.push(("note", dataset.note.clone()));
    }
    lines.push(("use", format!("soju clean FILE --format {} --out DIR", dataset.name)));
    lines.into_iter().map(|(name, value)| format!("{name:<9}{value}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_a_line_for_each_and_columns_that_stand_in_line() {
        let text = table(Dataset::all());
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), Dataset::all().len() + 1);
        let at = |line: &str, part: &str| line[..line.find(part).unwrap()].width();
        for line in &lines[1..] {
            assert_eq!(at(line, "https://"), at(lines[0], "address"), "{line}");
        }
    }

    #[test]
    fn one_corpus_in_full() {
        let text = lines(Dataset::named("curse-detection").unwrap());
        assert!(text.contains("columns  text, label (the files do not name them)"), "{text}");
        assert!(text.contains("licence  unconfirmed") && text.contains("--format curse-detection"), "{text}");
    }
}

//! The dataset card: a `README.md` with which the Hugging Face hub and its `datasets` library know the output folder.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use minijinja::{AutoEscape, Environment};
use serde::Serialize;

use super::error::ReportError;
use super::facts::{self, RunFacts};
use super::features::{features, yaml_string};
use super::tally::Tally;
use super::visible::visible;
use super::write::{Report, write_whole};
use super::{numbers, table};
use crate::io::serialize::SOJU_FIELD;
use crate::io::{FieldKinds, OutputFormat};

/// A comment in the front matter by which soju knows a card of its own.
const MARKER: &str =
    "# Written by soju, and written again by the next run. Without this line soju leaves the file alone.";
/// Lines in which the marker is looked for, and how much of the file they may be.
const MARKER_LINES: usize = 5;
const MARKER_BYTES: u64 = 4096;

/// Licences that the hub knows by an identifier and corpora are given under. Any other is `other` with a name.
const LICENSES: [&str; 22] = [
    "afl-3.0",
    "apache-2.0",
    "bsd-3-clause",
    "c-uda",
    "cc",
    "cc-by-2.0",
    "cc-by-3.0",
    "cc-by-4.0",
    "cc-by-nc-4.0",
    "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-4.0",
    "cc-by-nd-4.0",
    "cc-by-sa-3.0",
    "cc-by-sa-4.0",
    "cc0-1.0",
    "gfdl",
    "mit",
    "odbl",
    "odc-by",
    "other",
    "pddl",
    "unknown",
];

/// What a card says beside the report.
#[derive(Debug, Clone, Copy)]
pub struct CardFacts<'a> {
    /// How the shards are written.
    pub format: OutputFormat,
    /// The licence of the data as it was given, `unknown` where it was not.
    pub license: &'a str,
    /// The field that holds the text.
    pub text_field: &'a str,
    /// The fields of the kept records.
    pub fields: &'a FieldKinds,
}

#[derive(Serialize)]
struct Page<'a> {
    marker: &'static str,
    license: License<'a>,
    size: &'static str,
    pattern: String,
    features: Vec<String>,
    json_columns: Option<String>,
    text_field: &'a str,
    title: String,
    run: &'a RunFacts,
    started: String,
    tally: &'a Tally,
    drops: Vec<table::DropRow<'a>>,
    rejects: Vec<table::RejectRow<'a>>,
    edits: Vec<table::EditRow<'a>>,
    inputs: Vec<InputRow<'a>>,
    config: Option<String>,
}

#[derive(Serialize)]
struct License<'a> {
    id: &'a str,
    name: Option<&'a str>,
    given: Option<&'a str>,
}

#[derive(Serialize)]
struct InputRow<'a> {
    file: &'a str,
    bytes: String,
    modified: String,
    schema: &'a str,
    records: String,
}

impl Report {
    /// Writes the dataset card. The file appears whole or not at all. A card that somebody has made their
    /// own by removing soju's line from it is left alone; whether it was written.
    ///
    /// # Errors
    /// When the file can't be read or written.
    pub fn write_card(&self, path: impl AsRef<Path>, facts: &CardFacts<'_>) -> Result<bool, ReportError> {
        let path = path.as_ref();
        match is_ours(path) {
            Ok(Some(false)) => return Ok(false),
            Ok(_) => {}
            Err(source) => return Err(ReportError::Write { path: path.to_owned(), source }),
        }
        write_whole(path, self.card(facts)?.as_bytes())?;
        Ok(true)
    }

    fn card(&self, facts: &CardFacts<'_>) -> Result<String, ReportError> {
        let (run, tally) = (&self.run, &self.tally);
        let typed = facts.format == OutputFormat::Parquet;
        let page = Page {
            marker: MARKER,
            license: License::new(facts.license),
            size: size(tally.kept),
            pattern: format!("part-*.{}", facts.format.extension()),
            features: if typed { Vec::new() } else { features(facts.fields) },
            json_columns: typed.then(|| json_columns(facts.fields)),
            text_field: facts.text_field,
            title: title(&run.output.folder),
            run,
            started: facts::rfc3339_text(run.started),
            tally,
            drops: table::drops(tally),
            rejects: table::rejects(tally),
            edits: table::edits(tally),
            inputs: run.inputs.iter().map(InputRow::new).collect(),
            config: (!run.config.is_null()).then(|| format!("{:#}", run.config)),
        };
        let mut env = Environment::new();
        env.set_trim_blocks(true);
        env.set_lstrip_blocks(true);
        env.set_keep_trailing_newline(true);
        env.set_auto_escape_callback(|_| AutoEscape::None);
        env.add_filter("grouped", numbers::grouped);
        env.add_filter("counted", |n: u64, noun: &str| numbers::counted(n, noun));
        env.add_filter("yaml", yaml_string);
        env.add_filter("cell", cell);
        env.add_template("card.md", include_str!("templates/card.md"))?;
        Ok(env.get_template("card.md")?.render(page)?)
    }
}

/// Whether the card at `path` is one that soju may replace or remove; none where there is no file.
pub(crate) fn is_ours(path: &Path) -> io::Result<Option<bool>> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(e),
    };
    let lines = BufReader::new(file.take(MARKER_BYTES)).split(b'\n').take(MARKER_LINES);
    for line in lines {
        if line?.trim_ascii_end() == MARKER.as_bytes() {
            return Ok(Some(true));
        }
    }
    Ok(Some(false))
}

impl<'a> License<'a> {
    fn new(given: &'a str) -> Self {
        let given = given.trim();
        let known = LICENSES.into_iter().find(|id| id.eq_ignore_ascii_case(given));
        let given = (!given.is_empty() && known != Some("unknown")).then_some(given);
        match (known, given) {
            (Some(id), _) => Self { id, name: None, given },
            (None, None) => Self { id: "unknown", name: None, given },
            (None, Some(_)) => Self { id: "other", name: given, given },
        }
    }
}

impl<'a> InputRow<'a> {
    fn new(input: &'a facts::InputFacts) -> Self {
        Self {
            file: &input.file,
            bytes: input.bytes.map(numbers::grouped).unwrap_or_default(),
            modified: input.modified.map(facts::rfc3339_text).unwrap_or_default(),
            schema: input.schema.as_deref().unwrap_or_default(),
            records: input.records.map(numbers::grouped).unwrap_or_default(),
        }
    }
}

/// The hub's classes of sizes.
fn size(documents: u64) -> &'static str {
    match documents {
        0..1_000 => "n<1K",
        1_000..10_000 => "1K<n<10K",
        10_000..100_000 => "10K<n<100K",
        100_000..1_000_000 => "100K<n<1M",
        1_000_000..10_000_000 => "1M<n<10M",
        10_000_000..100_000_000 => "10M<n<100M",
        100_000_000..1_000_000_000 => "100M<n<1B",
        _ => "n>1B",
    }
}

/// The name of the output folder.
fn title(folder: &str) -> String {
    let name = folder.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if name.is_empty() || name.starts_with('.') { "Cleaned Korean text".to_owned() } else { name.to_owned() }
}

/// The columns of Parquet that hold JSON as text.
fn json_columns(fields: &FieldKinds) -> String {
    let columns = fields.fields.iter().filter(|(name, kind)| name != SOJU_FIELD && !kind.is_typed());
    let mut names: Vec<String> = columns.map(|(name, _)| format!("`{}`", code(name))).collect();
    names.extend(["`soju.scores`", "`soju.other_fields`"].map(str::to_owned));
    names.join(", ")
}

/// Text that can't leave a code span in a table or a line.
fn code(text: &str) -> String {
    visible(text).replace(['`', '|', '\n'], " ")
}

/// Text that stays in its cell and means nothing to Markdown.
fn cell(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\n' => shown.push(' '),
            '|' | '`' | '<' | '>' | '[' | ']' | '*' | '\\' | '#' | '&' => shown.extend(['\\', c]),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::super::fixture::tiny;
    use super::super::{InputFacts, OutputFacts};
    use super::*;
    use crate::io::Kind;

    fn fields() -> FieldKinds {
        let fields = [("text", Kind::String), ("id", Kind::Mixed), ("soju", Kind::Null)];
        FieldKinds { fields: fields.map(|(n, k)| (n.to_owned(), k)).into(), overflow: false }
    }

    fn facts<'a>(format: OutputFormat, license: &'a str, fields: &'a FieldKinds) -> CardFacts<'a> {
        CardFacts { format, license, text_field: "text", fields }
    }

    fn report() -> Report {
        let mut report = tiny();
        report.run.output = OutputFacts { folder: "out/clean".to_owned(), ..OutputFacts::default() };
        report.run.inputs = vec![InputFacts {
            file: "a|b\n.jsonl".to_owned(),
            bytes: Some(1234),
            modified: Some(UNIX_EPOCH + Duration::from_secs(1_700_000_000)),
            records: Some(5),
            ..InputFacts::default()
        }];
        report
    }

    #[test]
    fn the_front_matter_names_the_kept_shards_alone() {
        let fields = fields();
        let card = report().card(&facts(OutputFormat::Jsonl, "ODC-By", &fields)).unwrap();
        let (front, body) = card.strip_prefix("---\n").unwrap().split_once("\n---\n").unwrap();
        let expected = r##"# Written by soju, and written again by the next run. Without this line soju leaves the file alone.
license: "odc-by"
language:
- ko
size_categories:
- n<1K
task_categories:
- text-generation
tags:
- soju
configs:
- config_name: default
  data_files:
  - split: train
    path: "part-*.jsonl.zst"
dataset_info:
- config_name: default
  features:
  - {name: "text", dtype: string}
  - {name: "id", dtype: json}
"##;
        assert!(front.starts_with(expected), "{front}");
        assert!(
            front
                .lines()
                .last()
                .unwrap()
                .starts_with(r#"  - {name: "soju", struct: [{name: "version", dtype: string}"#)
        );
        for part in [
            "# clean\n\n2 documents of Korean text with 33 characters, cleaned by soju 0.0.0.",
            "\n| dropped | 2 |\n",
            "\n| junk | gambling | 1 |\n",
            "\n| bad_json | 1 |\n",
            "\n| phone | 1 | 1 |\n",
            "\n| junk | navigation | 1 | 1 |\n",
            "\n| a\\|b .jsonl | 1,234 | 2023-11-14T22:13:20Z |  | 5 |\n",
            "ODC-By, as whoever ran the job stated it.",
        ] {
            assert!(body.contains(part), "{part:?} is not in {body}");
        }
        assert!(!body.contains("\n\n\n"), "{body}");
    }

    #[test]
    fn parquet_needs_no_description_of_its_fields() {
        let fields = fields();
        let card = report().card(&facts(OutputFormat::Parquet, "unknown", &fields)).unwrap();
        assert!(card.contains("path: \"part-*.parquet\"\n---\n"), "{card}");
        assert!(card.contains("JSON as text: `id`, `soju.scores`, `soju.other_fields`."), "{card}");
        assert!(card.contains("license: \"unknown\"\nlanguage"), "{card}");
    }

    #[test]
    fn a_licence_without_an_identifier_goes_by_its_name() {
        let fields = fields();
        let card = report().card(&facts(OutputFormat::Jsonl, "KOGL \"1\"", &fields)).unwrap();
        assert!(card.contains("license: \"other\"\nlicense_name: \"KOGL \\\"1\\\"\"\n"), "{card}");
        let mut empty = report();
        empty.tally = Tally::default();
        let card = empty.card(&facts(OutputFormat::Jsonl, "", &fields)).unwrap();
        assert!(card.contains("license: \"unknown\"") && !card.contains("configs:"), "{card}");
    }

    #[test]
    fn a_card_that_somebody_made_their_own_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("README.md");
        let fields = fields();
        let facts = facts(OutputFormat::Jsonl, "mit", &fields);
        assert!(report().write_card(&path, &facts).unwrap());
        assert!(report().write_card(&path, &facts).unwrap());
        let card = std::fs::read_to_string(&path).unwrap();
        let theirs = card.replace(MARKER, "pretty_name: 내 자료");
        std::fs::write(&path, &theirs).unwrap();
        assert!(!report().write_card(&path, &facts).unwrap());
        assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);
    }
}

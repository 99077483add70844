//! What a cleaning job can be told, as a TOML file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

mod annotated;
mod check;
mod limits;
mod preset;

pub use check::Problem;
pub use preset::Preset;

use check::Checked;

use crate::edit::EditConfig;
use crate::io::{IoError, OutputFormat, ReadOptions};
use crate::llm::{Evidence, JudgeConfig};
use crate::metadata::MetadataConfig;
use crate::pipeline::{Cleaner, RulesConfig};
use crate::rewrite::RewriteConfig;
use crate::student::{Student, StudentConfig, StudentError, StudentStage};

/// A file that could not be used as a job's configuration.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file can't be read.
    #[error("cannot read the configuration {path}: {source}")]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not TOML, has keys that nothing reads, or values that can't be used.
    #[error("{}", listed(path, problems))]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Everything that is wrong, never empty.
        problems: Vec<Problem>,
    },
    /// A preset that there is not.
    #[error("no preset is called `{name}`{}; there are {known}", suggestion.map(|s| format!(", did you mean `{s}`?")).unwrap_or_default())]
    UnknownPreset {
        /// As the user named it.
        name: String,
        /// The nearest name.
        suggestion: Option<&'static str>,
        /// The names that there are.
        known: String,
    },
}

/// A line for each problem, with the file in front.
fn listed(path: &Path, problems: &[Problem]) -> String {
    let line = |problem: &Problem| match problem.line {
        Some(_) => format!("{}:{problem}", path.display()),
        None => format!("{}: {problem}", path.display()),
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How a cleaning job reads, decides and writes. Every value has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobConfig {
    /// Reading.
    pub input: InputConfig,
    /// What the source says of a record.
    pub metadata: MetadataConfig,
    /// The rules and the masking of personal data.
    pub rules: RulesConfig,
    /// The small classifier behind the rules.
    pub student: StudentConfig,
    /// Duplicates.
    pub dedup: DedupConfig,
    /// The language model.
    pub judge: JudgeConfig,
    /// Its edit programs about what stays.
    pub edit: EditConfig,
    /// What stays, written anew: synthetic data.
    pub rewrite: RewriteConfig,
    /// Writing.
    pub output: OutputConfig,
}

/// How records are read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct InputConfig {
    /// How the inputs are laid out: a name of [`Layout`](crate::io::Layout) or of a corpus
    /// ([`datasets`](crate::io::datasets)); empty chooses for each input by name and content.
    pub format: String,
    /// The field that holds the text, or several with commas between, which are joined by line feeds; empty is the
    /// format's own, `text` in most.
    pub text_field: String,
    /// The columns of tables whose first line does not name them; empty where it does.
    pub columns: Vec<String>,
    /// What stands between the columns of tables, one ASCII character; empty is what the format says.
    pub delimiter: String,
    /// Stop after this many records; 0 reads all.
    pub limit: u64,
    /// Records of more bytes than this, a line in most formats, are rejected. They never are in memory whole.
    pub max_line_bytes: usize,
}

impl Default for InputConfig {
    fn default() -> Self {
        Self {
            format: String::new(),
            text_field: String::new(),
            columns: Vec::new(),
            delimiter: String::new(),
            limit: 0,
            max_line_bytes: 64 << 20,
        }
    }
}

impl InputConfig {
    /// What readers are told.
    ///
    /// # Errors
    /// [`IoError::UnknownFormat`].
    pub fn read_options(&self) -> Result<ReadOptions, IoError> {
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let options = ReadOptions {
            text_field: given(&self.text_field).map(Into::into),
            columns: self.columns.clone(),
            delimiter: self.delimiter.bytes().next(),
            max_record_bytes: self.max_line_bytes,
            ..ReadOptions::default()
        };
        if self.format.is_empty() { Ok(options) } else { options.format(&self.format) }
    }
}

/// How duplicates are found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct DedupConfig {
    /// Drop a document whose clean text equals that of an earlier one, white space aside.
    pub exact: bool,
}

impl Default for DedupConfig {
    fn default() -> Self {
        Self { exact: true }
    }
}

/// What is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct OutputConfig {
    /// Input records per shard. A shard is what a job can lose at most when the machine dies.
    pub shard_records: u64,
    /// Keep dropped documents, whole, under `dropped/`. They hold text that nobody has cleaned.
    pub keep_dropped: bool,
    /// How shards are written: `jsonl` (with zstd) or `parquet`.
    pub format: OutputFormat,
    /// Licence of the data for the dataset card: an identifier of the Hugging Face hub such as `odc-by`, or any name.
    pub license: String,
}

impl Default for OutputConfig {
    fn default() -> Self {
        Self {
            shard_records: 10_000,
            keep_dropped: true,
            format: OutputFormat::Jsonl,
            license: "unknown".into(),
        }
    }
}

impl JobConfig {
    /// Reads a TOML file over the default.
    ///
    /// # Errors
    /// The file is missing, is not TOML, or has a key or value that can't be used.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        Self::load(None, Some(path))
    }

    /// The default, what `preset` changes of it, and what the file changes of that.
    ///
    /// # Errors
    /// As [`JobConfig::from_file`].
    pub fn load(preset: Option<&Preset>, file: Option<&Path>) -> Result<Self, ConfigError> {
        let Some(path) = file else { return Ok(preset.map_or_else(Self::default, Preset::config)) };
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::over(preset, &text, path)
    }

    /// The student that is asked, if one is.
    ///
    /// # Errors
    /// Its file can't be used.
    pub fn student(&self) -> Result<Option<Arc<Student>>, StudentError> {
        if self.student.enabled { self.student.student().map(Some) } else { Ok(None) }
    }

    /// The stages that need no model. `model` tells whether there is one to leave doubts to.
    pub fn cleaner(&self, student: Option<Arc<Student>>, model: bool) -> Cleaner {
        let cleaner = Cleaner::new(self.rules.clone());
        match student {
            Some(student) => cleaner.with_student(StudentStage::new(student, self.student.clone(), model)),
            None => cleaner,
        }
    }

    /// The key that has the model write something, be it a program or a text; `None` where it only judges.
    pub fn generates(&self) -> Option<&'static str> {
        match (self.edit.enabled, self.rewrite.enabled) {
            (_, true) => Some("rewrite.enabled"),
            (true, false) => Some("edit.enabled"),
            (false, false) => None,
        }
    }

    /// Whether a document goes that the model gave no answer on: the levels before it decide, as without a model.
    pub(crate) fn drops_unanswered(&self, evidence: Evidence) -> bool {
        match evidence.student {
            Some(both) => both > self.student.drop_above,
            None => evidence.rules > self.judge.drop_above,
        }
    }

    /// The configuration as JSON, with numbers as short as they are written in TOML.
    pub fn to_json(&self) -> Value {
        // Straight to a value, an f32 of 0.3 would become the f64 0.30000001192092896.
        let text =
            serde_json::to_string(self).expect("a configuration holds no map with keys that JSON lacks");
        serde_json::from_str(&text).expect("it was just written")
    }

    /// Reads TOML text; `path` is only named in errors.
    ///
    /// # Errors
    /// The text is not TOML, or has keys or values that can't be used: all of them are named.
    pub fn from_toml(text: &str, path: &Path) -> Result<Self, ConfigError> {
        Self::over(None, text, path)
    }

    fn over(preset: Option<&Preset>, text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid = |problems| ConfigError::Invalid { path: path.to_owned(), problems };
        let checked = Checked::parse(text).map_err(|problem| invalid(vec![problem]))?;
        let problems = checked.problems();
        if !problems.is_empty() {
            return Err(invalid(problems));
        }
        let whole = |message: String| invalid(vec![Problem { line: None, key: String::new(), message }]);
        let mut layers = preset.map_or_else(|| Ok(toml::Table::new()), |p| toml::from_str(p.toml));
        let given = toml::from_str(text);
        let config: Result<Self, _> = layers.as_mut().map_err(|e| e.clone()).and_then(|layers| {
            lay_over(layers, given?);
            std::mem::take(layers).try_into()
        });
        let config = config.map_err(|e| whole(e.to_string()))?;
        let problems = checked.beyond_limits(&config);
        if problems.is_empty() { Ok(config) } else { Err(invalid(problems)) }
    }
}

/// Puts the values of `upper` over those of `lower`, table by table.
fn lay_over(lower: &mut toml::Table, upper: toml::Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(toml::Value::Table(lower)), toml::Value::Table(upper)) => lay_over(lower, upper),
            (_, value) => {
                lower.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<JobConfig, ConfigError> {
        JobConfig::from_toml(text, Path::new("job.toml"))
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(read("").unwrap(), JobConfig::default());
    }

    #[test]
    fn the_default_written_out_reads_back() {
        let text = toml::to_string(&JobConfig::default()).unwrap();
        assert_eq!(read(&text).unwrap(), JobConfig::default());
    }

    fn problems(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_key_names_its_line_and_its_nearest() {
        assert_eq!(
            problems("[output]\nshard_record = 5\n"),
            "job.toml:2: unknown key `output.shard_record`, did you mean `output.shard_records`?"
        );
        assert_eq!(
            problems("[zzz]\n"),
            "job.toml:1: unknown key `zzz`, there are `input`, `metadata`, `rules`, `student`, `dedup`, `judge`, \
             `edit`, `rewrite`, `output`"
        );
    }

    #[test]
    fn everything_that_is_wrong_is_named_with_its_line() {
        let text = "[rules.language]\nmin_letters = \"many\"\ncode = \"keep\"\n\n[rules]\njunk = { drop_abov = 1 }\n\
                    pii.phone = 3\n[judge]\nexcerpts = -1\n";
        let problems = problems(text);
        let lines: Vec<_> = problems.lines().collect();
        assert_eq!(lines.len(), 5, "{problems}");
        assert!(
            lines[0].starts_with("job.toml:2: `rules.language.min_letters` can't be \"many\": "),
            "{problems}"
        );
        assert!(lines[1].starts_with("job.toml:3: `rules.language.code` can't be \"keep\": "), "{problems}");
        assert!(lines[1].contains("`drop`, `unsure`, `label`"), "{problems}");
        assert!(lines[2].contains(
            "job.toml:6: unknown key `rules.junk.drop_abov`, did you mean `rules.junk.drop_above`?"
        ));
        assert!(lines[3].starts_with("job.toml:7: `rules.pii.phone` can't be 3"), "{problems}");
        assert!(lines[4].starts_with("job.toml:9: `judge.excerpts` can't be -1"), "{problems}");
    }

    #[test]
    fn values_that_cannot_be_meant_are_named_with_their_line() {
        for (text, expected) in [
            (
                "[rules.junk]\n\ndrop_above = 85\n",
                "job.toml:3: `rules.junk.drop_above` is 85.0, but must be from 0 to 1",
            ),
            ("judge.drop_above = nan\n", "job.toml:1: `judge.drop_above` is null, but must be from 0 to 1"),
            (
                "[output]\nshard_records = 0\n",
                "job.toml:2: `output.shard_records` is 0, but must be 1 or more",
            ),
            (
                "[input]\ndelimiter = \"||\"\n",
                "job.toml:2: `input.delimiter` is \"||\", but must be one ASCII character, such as \"|\"",
            ),
            (
                "[rules.junk]\nkeep_kinds = [\"bylines\"]",
                "job.toml:2: `rules.junk.keep_kinds` names \"bylines\", which is no kind of cut; did you mean \"byline\"?",
            ),
            (
                "[rules.heuristics]\nmin_words = 60000",
                "job.toml:2: `rules.heuristics.min_words` is 60000, above `max_words`; no document has so many words",
            ),
            (
                "rules.heuristics.max_top_ngram = [0.1, 0.2, 3]",
                "job.toml:1: `rules.heuristics.max_top_ngram` is [0.1,0.2,3.0], but must be from 0 to 1",
            ),
        ] {
            assert_eq!(problems(text), expected);
        }
        assert!(
            problems("input.format = \"nsmd\"")
                .starts_with("job.toml:1: `input.format` is not known: no format is called `nsmd`")
        );
        let error = problems("[rules]\nrules = 1\n= 2\n");
        assert!(error.starts_with("job.toml:3: not TOML: "), "{error}");
    }

    proptest::proptest! {
        /// Whatever stands there: problems are named within the file, and nothing panics.
        #[test]
        fn any_text_is_read_or_refused(text in "[a-z_.=\\[\\]{}\"0-9 \n가-힣\\PC]{0,80}", key in 0usize..4) {
            let key = ["rules.junk.", "[rules.pii]\nphone = ", "judge.drop_above = ", ""][key];
            let text = format!("{key}{text}");
            if let Err(ConfigError::Invalid { problems, .. }) = read(&text) {
                assert!(!problems.is_empty());
                assert!(problems.iter().all(|p| p.line.is_none_or(|line| line <= 1 + text.matches('\n').count())));
            }
        }
    }

    #[test]
    fn a_file_changes_single_values_of_a_preset() {
        let preset = Preset::named("strict").unwrap();
        let config = JobConfig::over(Some(preset), "[rules.junk]\nlist_items = 9\n", Path::new("f")).unwrap();
        let expected = {
            let mut strict = preset.config();
            strict.rules.junk.list_items = 9;
            strict
        };
        assert_eq!(config, expected);
        assert_eq!(JobConfig::load(None, None).unwrap(), JobConfig::default());
        let error = Preset::named("strickt").unwrap_err().to_string();
        assert!(error.contains("did you mean `strict`?") && error.contains("fineweb2-kor"), "{error}");
    }

    #[test]
    fn pseudonyms_need_a_secret_that_is_not_written_out() {
        let error = problems("[rules.pii]\npseudonyms = true\nsecret = \"short\"\n");
        assert!(
            error.starts_with("job.toml:2: ") && error.contains("at least 16 bytes and it has 5"),
            "{error}"
        );
        let secret = "a key that nobody knows";
        let config = read(&format!("[rules.pii]\npseudonyms = true\nsecret = \"{secret}\"\n")).unwrap();
        let written = config.to_json().to_string() + &config.to_annotated_toml(None);
        assert!(written.contains("sha256:") && !written.contains(secret), "{written}");
        assert!(!format!("{config:?}").contains(secret));
    }
}

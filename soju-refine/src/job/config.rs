//! What a cleaning job can be told, as a TOML file.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::io::{IoError, OutputFormat, ReadOptions};
use crate::llm::JudgeConfig;
use crate::pipeline::RulesConfig;

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
    /// The file is not TOML, or a value has the wrong type.
    #[error("{path} is not a valid configuration: {message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, with line and column.
        message: String,
    },
    /// A key that nothing reads.
    #[error("{path}: unknown key `{key}`{}", suggestion.as_ref().map(|s| format!(", did you mean `{s}`?")).unwrap_or_default())]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// The key with the tables it stands in.
        key: String,
        /// The nearest key that exists in that table.
        suggestion: Option<String>,
    },
}

/// How a cleaning job reads, decides and writes. Every value has a default.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct JobConfig {
    /// Reading.
    pub input: InputConfig,
    /// The rules and the masking of personal data.
    pub rules: RulesConfig,
    /// Duplicates.
    pub dedup: DedupConfig,
    /// The language model.
    pub judge: JudgeConfig,
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
    /// Reads a TOML file.
    ///
    /// # Errors
    /// The file is missing, is not TOML, has a value of the wrong type or a key that does not exist.
    pub fn from_file(path: &Path) -> Result<Self, ConfigError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        Self::from_toml(&text, path)
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
    /// As [`JobConfig::from_file`].
    pub fn from_toml(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let invalid = |message: String| ConfigError::Invalid { path: path.to_owned(), message };
        let given: Value = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        if let Some((key, suggestion)) = unknown_key(&given, &Self::default().to_json(), "") {
            return Err(ConfigError::UnknownKey { path: path.to_owned(), key, suggestion });
        }
        let config: Self = toml::from_str(text).map_err(|e| invalid(e.to_string()))?;
        match config.rules.pii.fault() {
            Some(fault) => Err(invalid(format!("[rules.pii] {fault}"))),
            None => Ok(config),
        }
    }
}

/// The first key of `given` that `known` has not, with the nearest one it has.
fn unknown_key(given: &Value, known: &Value, prefix: &str) -> Option<(String, Option<String>)> {
    let (Value::Object(given), Value::Object(known)) = (given, known) else { return None };
    given.iter().find_map(|(key, value)| match known.get(key) {
        Some(inner) => unknown_key(value, inner, &format!("{prefix}{key}.")),
        None => {
            let nearest = known
                .keys()
                .map(|k| (strsim::jaro_winkler(key, k), k))
                .filter(|(likeness, _)| *likeness > 0.7)
                .max_by(|a, b| a.0.total_cmp(&b.0));
            Some((format!("{prefix}{key}"), nearest.map(|(_, k)| format!("{prefix}{k}"))))
        }
    })
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

    #[test]
    fn an_unknown_key_names_its_nearest() {
        let error = read("[output]\nshard_record = 5\n").unwrap_err().to_string();
        assert_eq!(
            error,
            "job.toml: unknown key `output.shard_record`, did you mean `output.shard_records`?"
        );
        let error = read("[zzz]\n").unwrap_err().to_string();
        assert_eq!(error, "job.toml: unknown key `zzz`");
    }

    #[test]
    fn pseudonyms_need_a_secret_that_is_not_written_out() {
        let error = read("[rules.pii]\npseudonyms = true\nsecret = \"short\"\n").unwrap_err().to_string();
        assert!(error.contains("at least 16 bytes and it has 5"), "{error}");
        let secret = "a key that nobody knows";
        let config = read(&format!("[rules.pii]\npseudonyms = true\nsecret = \"{secret}\"\n")).unwrap();
        let written = config.to_json().to_string();
        assert!(written.contains("sha256:") && !written.contains(secret), "{written}");
        assert!(!format!("{config:?}").contains(secret));
    }

    #[test]
    fn a_wrong_type_names_its_line() {
        let error = read("\n[output]\nshard_records = \"many\"\n").unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("u64"), "{error}");
    }
}

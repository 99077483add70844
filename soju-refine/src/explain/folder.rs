//! The output folder of a finished job.

use std::path::{Path, PathBuf};

use super::{ExplainError, Written};
use crate::io::job_folder::{DROPPED, IDENTITY, STATE, is_job, parts};
use crate::io::sent::{Sent, first_gone};
use crate::io::{Dataset, Input, IoError, Layout, Raw, ReadOptions, reader};
use crate::job::{Identity, JobConfig};

/// What a job left behind.
#[derive(Debug)]
pub struct JobFolder {
    path: PathBuf,
    /// What the job was.
    pub identity: Identity,
    /// The configuration of `soju clean`; none of other jobs, and of one that this version can't read.
    pub config: Option<JobConfig>,
    text_field: Option<String>,
}

impl JobFolder {
    /// Opens the folder that was given to `--out`.
    ///
    /// # Errors
    /// No job wrote there, or its state can't be read.
    pub fn open(path: &Path) -> Result<Self, ExplainError> {
        if !is_job(path) {
            return Err(ExplainError::NoJob { path: path.to_owned() });
        }
        let file = path.join(STATE).join(IDENTITY);
        let state = |message| ExplainError::State { path: file.clone(), message };
        let text = std::fs::read(&file).map_err(|error| state(error.to_string()))?;
        let identity: Identity = serde_json::from_slice(&text).map_err(|error| state(error.to_string()))?;
        let of_clean = identity.config.get("job").is_none();
        let config = if of_clean { serde_json::from_value(identity.config.clone()).ok() } else { None };
        let text_field = text_field(&identity);
        Ok(Self { path: path.to_owned(), identity, config, text_field })
    }

    /// The field that holds the text in the job's records, where it is not the one that the job's configuration says.
    #[must_use]
    pub fn text_field(mut self, name: Option<String>) -> Self {
        self.text_field = name.or(self.text_field);
        self
    }

    /// How the job's inputs were read.
    ///
    /// # Errors
    /// The layout is one that this version does not know.
    pub fn read_options(&self) -> Result<ReadOptions, ExplainError> {
        let input = self.identity.config.get("input").cloned().unwrap_or_default();
        let input: crate::job::InputConfig = serde_json::from_value(input).map_err(|error| {
            ExplainError::State { path: self.path.join(STATE).join(IDENTITY), message: error.to_string() }
        })?;
        Ok(input.read_options()?)
    }

    /// The records of a kind, in the order of the input. `each` may stop it with false.
    ///
    /// # Errors
    /// A shard can't be read, or a record in it is not one of a job; and what `each` fails with.
    pub fn each<E: From<ExplainError>>(
        &self,
        kept: bool,
        mut each: impl FnMut(Written) -> Result<bool, E>,
    ) -> Result<(), E> {
        let folder = if kept { self.path.clone() } else { self.path.join(DROPPED) };
        if kept && let Some(Sent { file, to, .. }) = first_gone(&folder).map_err(ExplainError::from)? {
            let gone = IoError::SentElsewhere { path: folder.join(file), place: to };
            return Err(ExplainError::from(gone).into());
        }
        let shards = parts(&folder).map_err(|source| ExplainError::List { path: folder, source })?;
        let options = ReadOptions {
            text_field: self.text_field.as_deref().map(Into::into),
            // They were within the job's own limit, and are longer by the record of edits.
            max_record_bytes: usize::MAX,
            ..ReadOptions::default()
        };
        let mut number = 0;
        for shard in shards {
            let layout = Layout::of_name(&shard.to_string_lossy()).unwrap_or(Layout::JsonLines);
            let input = Input::file(shard).map_err(ExplainError::from)?;
            let options = ReadOptions { layout: Some(layout), ..options.clone() };
            let mut reader = reader::open(&input, &options).map_err(ExplainError::from)?;
            while let Some(raw) = reader.next_record().map_err(ExplainError::from)? {
                let parsed = match raw {
                    Raw::Record(raw) => raw.parse(),
                    Raw::Rejected(rejection) => Err(rejection),
                };
                number += 1;
                let record = parsed.map_err(|rejection| ExplainError::NoRecord {
                    position: rejection.position.to_string(),
                    message: rejection.message,
                })?;
                if !each(Written::of(&record, number, kept)?)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

/// The one field that the texts are in, going by what the job was told and what its inputs are called.
fn text_field(identity: &Identity) -> Option<String> {
    let told = |name: &str| identity.config["input"][name].as_str().filter(|value| !value.is_empty());
    if let Some(names) = told("text_field") {
        return (!names.contains(',')).then(|| names.to_owned());
    }
    let dataset = match told("format") {
        Some("squad") => return Some("context".to_owned()),
        Some(format) => Dataset::named(format),
        None => identity.inputs.iter().find_map(|input| Dataset::of_file(&input.name)),
    };
    match dataset?.text.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

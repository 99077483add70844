//! The texts that a job had read, found in its inputs again.

use std::collections::HashMap;
use std::path::Path;

use super::{ExplainError, JobFolder};
use crate::io::{Input, Position, Raw, ReadOptions, Reader, Record, reader};
use crate::job::InputIdentity;

/// Finds records of a job's inputs by their positions. Fast where these ascend, as they do in a job's output.
pub struct Originals {
    options: ReadOptions,
    /// By the names that the job knew them under.
    inputs: HashMap<String, Input>,
    open: Option<Open>,
    /// Inputs of the job that are not at hand, and why.
    missing: Vec<String>,
}

struct Open {
    file: String,
    reader: Box<dyn Reader>,
    ahead: Option<Raw>,
    /// The last position that was passed.
    line: u64,
}

impl Originals {
    /// Originals in `given` inputs, by their whole names, else by the names of the files, else by their order; without
    /// any in the job's own inputs, those that are still there as they were.
    ///
    /// # Errors
    /// The job's way of reading is not known here.
    pub fn of(job: &JobFolder, given: &[Input]) -> Result<Self, ExplainError> {
        let known = &job.identity.inputs;
        let mut inputs = HashMap::new();
        let mut missing = Vec::new();
        for (index, of_job) in known.iter().enumerate() {
            let found = if given.is_empty() {
                still_there(of_job)
            } else {
                named_alike(&of_job.name, index, known.len(), given)
                    .cloned()
                    .ok_or_else(|| format!("{} is not among the inputs that were given", of_job.name))
            };
            match found {
                Ok(input) => {
                    inputs.insert(of_job.name.clone(), input);
                }
                Err(why) => missing.push(why),
            }
        }
        Ok(Self { options: job.read_options()?, inputs, open: None, missing })
    }

    /// Inputs that are not at hand, each with the reason in words.
    pub fn missing(&self) -> &[String] {
        &self.missing
    }

    /// The record that stands there; none where the input is not at hand or has no such record.
    ///
    /// # Errors
    /// The input can't be read.
    pub fn find(&mut self, position: &Position) -> Result<Option<Record>, ExplainError> {
        let Some(input) = self.inputs.get(&*position.file) else { return Ok(None) };
        let at_hand =
            self.open.take().filter(|open| open.file == *position.file && open.line < position.line);
        let mut open = match at_hand {
            Some(open) => open,
            None => Open {
                file: position.file.to_string(),
                reader: reader::open(input, &self.options)?,
                ahead: None,
                line: 0,
            },
        };
        let found = open.advance(position.line);
        self.open = Some(open);
        found
    }
}

impl Open {
    fn advance(&mut self, line: u64) -> Result<Option<Record>, ExplainError> {
        loop {
            let raw = match self.ahead.take() {
                Some(raw) => raw,
                None => match self.reader.next_record()? {
                    Some(raw) => raw,
                    None => return Ok(None),
                },
            };
            let at = match &raw {
                Raw::Record(record) => record.position().line,
                Raw::Rejected(rejection) => rejection.position.line,
            };
            if at > line {
                self.ahead = Some(raw);
                return Ok(None);
            }
            self.line = at;
            if at == line {
                let Raw::Record(record) = raw else { return Ok(None) };
                return Ok(record.parse().ok());
            }
        }
    }
}

fn still_there(of_job: &InputIdentity) -> Result<Input, String> {
    let name = &of_job.name;
    if name == "-" {
        return Err("the job read standard input, which is gone".to_owned());
    }
    let input = Input::file(name).map_err(|_| format!("{name} is not there any more"))?;
    if InputIdentity::of(&input) != *of_job {
        return Err(format!("{name} has changed since"));
    }
    Ok(input)
}

fn named_alike<'a>(name: &str, index: usize, known: usize, given: &'a [Input]) -> Option<&'a Input> {
    let file = |name: &str| Path::new(name).file_name().map(ToOwned::to_owned);
    given
        .iter()
        .find(|input| *input.name == *name)
        .or_else(|| given.iter().find(|input| file(&input.name).is_some_and(|f| Some(f) == file(name))))
        .or_else(|| given.get(index).filter(|_| given.len() == known))
}

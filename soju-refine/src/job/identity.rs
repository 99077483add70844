//! What makes two runs the same job, so that one may go on where the other stopped.

use std::time::UNIX_EPOCH;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::config::JobConfig;
use crate::io::inputs::Input;
use crate::student::Student;

/// The facts that decide the output of a job. Two runs with equal identities write the same documents.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// soju's version.
    pub soju: String,
    /// The configuration, as JSON.
    pub config: Value,
    /// The inputs in their order.
    pub inputs: Vec<InputIdentity>,
    /// The model with its prompt, where there is one.
    pub model: Option<String>,
    /// The student's fingerprint, where it is asked.
    #[serde(default)]
    pub student: Option<String>,
}

/// One input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct InputIdentity {
    /// Its name.
    pub name: String,
    /// Its size in bytes, unknown for standard input.
    pub bytes: Option<u64>,
    /// Its last change, seconds since 1970.
    pub modified: Option<u64>,
}

impl Identity {
    pub(super) fn new(config: &JobConfig, inputs: &[Input], model: Option<String>) -> Self {
        Self {
            soju: env!("CARGO_PKG_VERSION").to_owned(),
            config: config.to_json(),
            inputs: inputs.iter().map(InputIdentity::of).collect(),
            model,
            student: None,
        }
    }

    pub(super) fn with_student(mut self, student: Option<&Student>) -> Self {
        self.student = student.map(|s| format!("{:016x}", s.fingerprint()));
        self
    }

    /// A job of another kind, by its configuration.
    pub(super) fn of(config: Value, inputs: &[Input]) -> Self {
        let inputs = inputs.iter().map(InputIdentity::of).collect();
        Self { soju: env!("CARGO_PKG_VERSION").to_owned(), config, inputs, model: None, student: None }
    }

    /// The first thing in which the other differs, in words; `None` when they are the same.
    pub fn difference(&self, other: &Self) -> Option<String> {
        if self.soju != other.soju {
            return Some(format!("soju's version: {} there, {} here", other.soju, self.soju));
        }
        if self.model != other.model {
            let name = |m: &Option<String>| m.clone().unwrap_or_else(|| "none".into());
            return Some(format!("the model: {} there, {} here", name(&other.model), name(&self.model)));
        }
        if self.student != other.student && self.config.get("student") == other.config.get("student") {
            return Some("the student: it has changed since".to_owned());
        }
        if let Some((key, there, here)) = difference(&other.config, &self.config, "") {
            return Some(format!("`{key}`: {there} there, {here} here"));
        }
        if self.inputs.len() != other.inputs.len() {
            return Some(format!("the inputs: {} there, {} here", other.inputs.len(), self.inputs.len()));
        }
        let (here, there) = self.inputs.iter().zip(&other.inputs).find(|(here, there)| here != there)?;
        Some(if here.name == there.name {
            format!("the input {}: it has changed since", here.name)
        } else {
            format!("the inputs: {} there, {} here", there.name, here.name)
        })
    }
}

impl InputIdentity {
    /// What tells an input from one that was changed since.
    pub fn of(input: &Input) -> Self {
        let modified = input.modified.and_then(|m| m.duration_since(UNIX_EPOCH).ok());
        Self { name: input.name.to_string(), bytes: input.bytes, modified: modified.map(|d| d.as_secs()) }
    }
}

/// The path of the first value that differs, with both values.
fn difference(there: &Value, here: &Value, prefix: &str) -> Option<(String, Value, Value)> {
    if let (Value::Object(a), Value::Object(b)) = (there, here) {
        return a.keys().chain(b.keys()).find_map(|key| {
            let null = Value::Null;
            let (a, b) = (a.get(key).unwrap_or(&null), b.get(key).unwrap_or(&null));
            let path = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
            difference(a, b, &path)
        });
    }
    (there != here).then(|| (prefix.to_owned(), there.clone(), here.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        let mut identity = Identity::new(&JobConfig::default(), &[], Some("m".into()));
        identity.inputs.push(InputIdentity { name: "a".into(), bytes: Some(3), modified: Some(1) });
        identity
    }

    #[test]
    fn what_was_written_is_the_same_job_when_read_back() {
        let text = serde_json::to_string(&identity()).unwrap();
        assert_eq!(identity().difference(&serde_json::from_str(&text).unwrap()), None);
        assert!(text.contains("0.3,"), "{text}");
    }

    #[test]
    fn each_difference_is_named() {
        let here = identity();
        assert_eq!(here.difference(&identity()), None);
        let mut there = identity();
        there.config["output"]["shard_records"] = 7.into();
        assert_eq!(here.difference(&there).unwrap(), "`output.shard_records`: 7 there, 10000 here");
        let mut there = identity();
        there.model = None;
        assert_eq!(here.difference(&there).unwrap(), "the model: none there, m here");
        let mut there = identity();
        there.inputs[0].bytes = Some(4);
        assert_eq!(here.difference(&there).unwrap(), "the input a: it has changed since");
        let mut there = identity();
        there.student = Some("1".into());
        assert_eq!(here.difference(&there).unwrap(), "the student: it has changed since");
        let mut there = identity();
        there.soju = "0.0.1".into();
        assert!(here.difference(&there).unwrap().contains("0.0.1 there"));
    }
}

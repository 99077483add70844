//! The record of a search, so that an error can tell every step of it.

use std::fmt;
use std::path::{Path, PathBuf};

/// One step of the search: where, for what, and with what outcome.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// There was nothing to look at.
    Absent {
        /// What was missing, as a sentence: `TRTLLM_ROOT is not set`.
        reason: String,
    },
    /// The file was found.
    Found {
        /// Who named the folder: a variable, Python, the container.
        place: String,
        /// The file looked for.
        file: String,
        /// The folder that holds it.
        folder: PathBuf,
    },
    /// The file was in none of the folders.
    Missing {
        /// Who named the folders.
        place: String,
        /// The file looked for.
        file: String,
        /// The folders.
        folders: Vec<PathBuf>,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent { reason } => f.write_str(reason),
            Self::Found { place, file, folder } => write!(f, "{place}: {file} is in {}", folder.display()),
            Self::Missing { place, file, folders } => {
                write!(f, "{place}: no {file} in ")?;
                for (position, folder) in folders.iter().enumerate() {
                    let comma = if position == 0 { "" } else { ", " };
                    write!(f, "{comma}{}", folder.display())?;
                }
                Ok(())
            }
        }
    }
}

/// All steps of a search in their order; shown as one indented line each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail(Vec<Step>);

impl Trail {
    /// The steps, the first one first.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Notes that there was nothing to look at; once, though headers and library are searched for apart.
    pub(super) fn absent(&mut self, reason: impl Into<String>) {
        let step = Step::Absent { reason: reason.into() };
        if !self.0.contains(&step) {
            self.0.push(step);
        }
    }

    /// The first of `folders` that holds `file`; either way the trail has a step more.
    pub(super) fn search(&mut self, place: &str, folders: &[PathBuf], file: &str) -> Option<PathBuf> {
        let found = folders.iter().find(|folder| Path::new(folder).join(file).is_file());
        let (place, file) = (place.to_owned(), file.to_owned());
        self.0.push(match found {
            Some(folder) => Step::Found { place, file, folder: folder.clone() },
            None => Step::Missing { place, file, folders: folders.to_vec() },
        });
        found.cloned()
    }
}

impl fmt::Display for Trail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.0 {
            write!(f, "\n  {step}")?;
        }
        Ok(())
    }
}

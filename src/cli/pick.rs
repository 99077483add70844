//! Which documents of a job or file are meant.

use clap::Args;
use soju_refine::explain::{ExplainError, JobFolder, Written};

use super::exit::Usage;

/// A choice of documents.
#[derive(Debug, Args)]
pub(crate) struct PickArgs {
    /// Documents with this identifier, of the kept and the dropped ones; may be given several times
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Only the document of this number, counted from 1
    #[arg(long, value_name = "N", conflicts_with = "id", value_parser = clap::value_parser!(u64).range(1..))]
    index: Option<u64>,
    /// At most so many documents; 0 is all
    #[arg(long, value_name = "N", default_value_t = 10)]
    limit: u64,
}

impl PickArgs {
    /// Whether single documents were named.
    pub(crate) fn names(&self) -> bool {
        !self.id.is_empty() || self.index.is_some()
    }

    /// Whether there are identifiers to look for.
    pub(crate) fn has_ids(&self) -> bool {
        !self.id.is_empty()
    }

    /// Whether a document is one of those meant.
    pub(crate) fn takes(&self, id: Option<&str>, number: u64) -> bool {
        match self.index {
            Some(index) => number == index,
            None => self.id.is_empty() || id.is_some_and(|id| self.id.iter().any(|wanted| wanted == id)),
        }
    }

    /// Whether `seen` documents are enough; after that nothing more is read.
    pub(crate) fn is_enough(&self, seen: u64) -> bool {
        self.limit > 0 && seen >= self.limit || self.index.is_some() && seen >= 1
    }

    /// Gives the documents of a job that are meant: of the kept ones, the dropped ones or both, in that order.
    /// How many there were.
    pub(crate) fn each(
        &self,
        job: &JobFolder,
        sets: &[bool],
        mut each: impl FnMut(Written) -> anyhow::Result<()>,
    ) -> anyhow::Result<u64> {
        let mut seen = 0;
        for kept in sets {
            if self.is_enough(seen) {
                break;
            }
            job.each(*kept, |written| {
                if self.takes(written.id.as_deref(), written.number) {
                    seen += 1;
                    each(written).map_err(Failed::Here)?;
                }
                Ok(!self.is_enough(seen))
            })
            .map_err(Failed::into_error)?;
        }
        Ok(seen)
    }

    /// What to say when nothing was found; fine where nothing was named.
    pub(crate) fn none_found(&self, place: &str) -> anyhow::Result<()> {
        if !self.names() {
            return Ok(());
        }
        let wanted = match self.index {
            Some(index) => format!("number {index}"),
            None => format!("the identifier {}", self.id.join(" or ")),
        };
        Err(Usage(format!(
            "no document of {place} has {wanted}; records that could not be read are in rejects.jsonl"
        ))
        .into())
    }
}

/// Of the folder, or of what was done with its records.
enum Failed {
    Folder(ExplainError),
    Here(anyhow::Error),
}

impl From<ExplainError> for Failed {
    fn from(error: ExplainError) -> Self {
        Self::Folder(error)
    }
}

impl Failed {
    fn into_error(self) -> anyhow::Error {
        match self {
            Self::Folder(error) => error.into(),
            Self::Here(error) => error,
        }
    }
}

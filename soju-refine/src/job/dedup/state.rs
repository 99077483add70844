//! The files of a dedup job beside its output.
//!
//! All are in `.soju/dedup/`. The first passes leave four tables there, and `resolved.json` last, which says that the tables are
//! whole. A job that goes on without it starts over; with it, it goes on writing after the last shard of the
//! journal. A finished job keeps none of them but `resolved.json`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::super::error::JobError;
use super::super::identity::Identity;
use crate::io::job_folder::CLUSTERS;

/// What the resolution found, for the report and for a job that goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resolved {
    /// Records of all inputs, rejected ones included.
    pub records: u64,
    /// Documents that equal another one.
    pub exact: u64,
    /// Documents that resemble another one.
    pub near: u64,
    /// Clusters of two or more documents.
    pub clusters: u64,
    /// The size of the largest cluster.
    pub largest: u64,
    /// Clusters by the power of two under their size: index 1 for sizes 2 and 3, 2 for 4 to 7, and so on.
    pub sizes: Vec<u64>,
    /// Lines to cut because many documents have them.
    pub boilerplate: u64,
    /// Lines to cut because their host's documents have them.
    pub host_boilerplate: u64,
    /// Paragraphs to cut because an earlier one is equal.
    pub paragraphs: u64,
    /// Begins of repeated passages.
    pub passages: u64,
}

/// What `resolved.json` holds.
#[derive(Serialize, Deserialize)]
struct Decided {
    job: Identity,
    resolved: Resolved,
}

/// Paths within an output folder.
#[derive(Debug, Clone)]
pub(super) struct State {
    out: PathBuf,
    folder: PathBuf,
}

impl State {
    pub(super) fn new(out: &Path) -> Self {
        Self { out: out.to_owned(), folder: out.join(".soju").join("dedup") }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The list of clusters, which is part of the output.
    pub(super) fn clusters(&self) -> PathBuf {
        self.out.join(CLUSTERS)
    }

    pub(super) fn records(&self) -> PathBuf {
        self.path("records.rows")
    }

    pub(super) fn ids(&self) -> PathBuf {
        self.path("ids.bin")
    }

    pub(super) fn drops(&self) -> PathBuf {
        self.path("drops.rows")
    }

    pub(super) fn cuts(&self) -> PathBuf {
        self.path("cuts.rows")
    }

    pub(super) fn sketches(&self) -> PathBuf {
        self.path("sketches.bin")
    }

    /// The folder, which is new and empty after this.
    pub(super) fn start(&self) -> Result<&Path, JobError> {
        self.remove(&self.folder)?;
        self.remove(&self.clusters())?;
        fs::create_dir_all(&self.folder).map_err(self.fault(&self.folder))?;
        Ok(&self.folder)
    }

    /// What an earlier run found, if it came that far.
    pub(super) fn resolved(&self, identity: &Identity) -> Result<Option<Resolved>, JobError> {
        let path = self.path("resolved.json");
        match fs::read(&path) {
            Ok(bytes) => {
                let known: Decided = serde_json::from_slice(&bytes)
                    .map_err(|e| JobError::State { path, message: e.to_string() })?;
                // What another job left there says nothing about this one.
                Ok((known.job == *identity).then_some(known.resolved))
            }
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(JobError::Output { path, source }),
        }
    }

    /// Says that the tables are whole, and removes what is not needed for writing.
    pub(super) fn finish(&self, resolved: &Resolved, job: &Identity) -> Result<(), JobError> {
        self.remove(&self.sketches())?;
        let path = self.path("resolved.json");
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            serde_json::to_writer_pretty(
                &mut file,
                &Decided { job: job.clone(), resolved: resolved.clone() },
            )?;
            file.as_file().sync_all()?;
            file.persist(&path)?;
            Ok(())
        };
        write().map_err(self.fault(&path))
    }

    /// Removes the tables of a job that is done.
    pub(super) fn clear(&self) -> Result<(), JobError> {
        [self.records(), self.ids(), self.drops(), self.cuts()].iter().try_for_each(|path| self.remove(path))
    }

    fn remove(&self, path: &Path) -> Result<(), JobError> {
        let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        match removed {
            Err(e) if e.kind() != io::ErrorKind::NotFound => Err(self.fault(path)(e)),
            _ => Ok(()),
        }
    }

    pub(super) fn fault(&self, path: &Path) -> impl FnOnce(io::Error) -> JobError + use<> {
        let path = path.to_owned();
        move |source| JobError::Output { path, source }
    }
}

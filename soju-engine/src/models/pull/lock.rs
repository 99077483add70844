//! One pull of a model at a time, across processes.

use std::fs::{File, TryLockError};
use std::io;
use std::path::PathBuf;

use super::super::ModelError;
use super::{PullProgress, PullStep};

/// Held while a model is pulled. The operating system lets go of it when the process ends, however
/// it ends. The file stays: removing it would let two processes lock two files of the same name.
pub(super) struct PullLock {
    _file: File,
}

impl PullLock {
    /// Takes the lock, waiting for whoever has it.
    pub(super) fn take(path: PathBuf, progress: &mut dyn PullProgress) -> Result<Self, ModelError> {
        let file = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path)
            .map_err(ModelError::io("create", &path))?;
        let locked = match file.try_lock() {
            Ok(()) => Ok(()),
            Err(TryLockError::WouldBlock) => {
                progress.begin(PullStep::Wait, None);
                progress.note("another process is pulling this model; waiting for it");
                file.lock()
            }
            Err(TryLockError::Error(e)) => Err(e),
        };
        match locked {
            // Some network file systems know no locks. Two pulls at once would then still not put a
            // wrong file in place, as the checksum is of what was written.
            Err(e) if e.kind() != io::ErrorKind::Unsupported => Err(ModelError::io("lock", &path)(e)),
            _ => Ok(Self { _file: file }),
        }
    }
}

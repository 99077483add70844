//! Finished shards on their way to another place while the job goes on.
//!
//! A shard is taken to its place, then named in the list of those that are there, then removed from the folder. A job
//! that goes on takes what is still in the folder first, so whatever happens in between costs a shard that is sent twice at most.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use super::error::JobError;
use super::work::panic_message;
use crate::io::sent::{self, Sent, SentList, ShardSink};
use crate::io::{IoError, job_folder};

/// Shards that wait. A job faster than its sink waits for it, and the disk does not fill up.
const WAITING: usize = 1;

type Outcome = Result<bool, IoError>;

/// The thread that takes shards away.
#[derive(Debug)]
pub(super) struct Shipper {
    queue: Option<Sender<PathBuf>>,
    worker: Option<JoinHandle<Outcome>>,
}

impl Shipper {
    /// Begins with the shards that are in `out`. `None` without a sink.
    ///
    /// # Errors
    /// Shards of this job went elsewhere, or the folder can't be read.
    pub(super) fn start(
        out: &Path,
        sink: Option<&Arc<dyn ShardSink>>,
        stop: &Arc<AtomicBool>,
    ) -> Result<Option<Self>, JobError> {
        let place = sink.map(|sink| sink.place());
        if let Some(Sent { to, .. }) = sent::shards(out)?.into_iter().find(|shard| place != Some(&*shard.to))
        {
            return Err(JobError::Elsewhere { out: out.to_owned(), place: to });
        }
        let Some(sink) = sink else { return Ok(None) };
        let left =
            job_folder::parts(out).map_err(|source| JobError::Output { path: out.to_owned(), source })?;
        let (queue, coming) = bounded(WAITING);
        let (list, sink, stop) = (SentList::open(out)?, Arc::clone(sink), Arc::clone(stop));
        let worker = thread::Builder::new()
            .name("soju-shipper".into())
            .spawn(move || ship(left, &coming, &*sink, list, &stop))
            .map_err(|source| JobError::Output { path: out.to_owned(), source })?;
        Ok(Some(Self { queue: Some(queue), worker: Some(worker) }))
    }

    /// Hands a shard over; waits while others wait. One that was stopped leaves it where it is.
    ///
    /// # Errors
    /// What an earlier shard failed with.
    pub(super) fn take(&mut self, shard: PathBuf) -> Result<(), JobError> {
        let gone = self.queue.as_ref().is_some_and(|queue| queue.send(shard).is_err());
        if gone { self.finish().map(|_| ()) } else { Ok(()) }
    }

    /// Waits until everything is there that was handed over; whether it is.
    ///
    /// # Errors
    /// What a shard failed with.
    pub(super) fn finish(&mut self) -> Result<bool, JobError> {
        self.queue = None;
        // Asked a second time, it has been told already that it was stopped.
        let Some(worker) = self.worker.take() else { return Ok(false) };
        let outcome = worker.join().map_err(|panic| JobError::Worker {
            position: "sending a shard".into(),
            message: panic_message(&*panic),
        })?;
        Ok(outcome?)
    }
}

impl Drop for Shipper {
    fn drop(&mut self) {
        // The folder is locked as long as somebody writes to it. An error came before, whatever this ends with.
        let _ = self.finish();
    }
}

fn ship(
    left: Vec<PathBuf>,
    coming: &Receiver<PathBuf>,
    sink: &dyn ShardSink,
    mut list: SentList,
    stop: &Arc<AtomicBool>,
) -> Outcome {
    for path in left.into_iter().chain(coming) {
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let bytes = fs::metadata(&path).map_err(|source| IoError::Open { path: path.clone(), source })?.len();
        if !sink.take(&path, &file, stop)? {
            return Ok(false);
        }
        list.add(Sent { file, bytes, to: sink.place().to_owned() })?;
        fs::remove_file(&path).map_err(|source| IoError::Write { path: path.clone(), source })?;
    }
    Ok(true)
}

//! The shard that is being written.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::Serialize;
use serde_json::value::to_raw_value;

use super::error::JobError;
use super::finished::{Cursor, Fault, InputCount, Shard, WrittenFields};
use super::journal::Journal;
use super::spans::{self, Spans};
use crate::dedup::ExactDedup;
use crate::document::Document;
use crate::io::jsonl_shard::JsonlShard;
use crate::io::shard_writer::COMPRESSION_LEVEL;
use crate::io::{FieldKinds, IoError, OutputFormat, Record, Rejection, RejectsWriter, ShardWriter};
use crate::pipeline::StageTimes;
use crate::report::Tally;

/// The files that grow over the whole job.
pub(super) struct Appended {
    rejects: RejectsWriter,
    signatures: File,
    signatures_path: PathBuf,
}

/// Writers and counts of one shard. Its files have their names only after [`OpenShard::finish`].
pub(super) struct OpenShard {
    number: usize,
    format: OutputFormat,
    /// Of the shards before it.
    pub(super) known: WrittenFields,
    kept: Option<Box<dyn ShardWriter>>,
    dropped: Option<Box<dyn ShardWriter>>,
    spans: Option<JsonlShard>,
    rejections: Vec<Rejection>,
    signatures: Vec<u8>,
    started: Instant,
    pub(super) records: u64,
    pub(super) inputs: BTreeMap<String, InputCount>,
    pub(super) next: Cursor,
    pub(super) tally: Tally,
    pub(super) times: StageTimes,
    pub(super) faults: Vec<Fault>,
}

impl Appended {
    /// Opens both files at the lengths that the journal promises, and reads the signatures back.
    pub(super) fn open(journal: &Journal) -> Result<(Self, ExactDedup), JobError> {
        let rejects = RejectsWriter::open_truncated(journal.rejects_path(), journal.finished.rejects_bytes)?;
        let path = journal.signatures_path();
        let promised = journal.finished.signatures_bytes;
        let output = |source| JobError::Output { path: path.clone(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(output)?;
        if file.metadata().map_err(output)?.len() < promised {
            let message = "shorter than the journal says".into();
            return Err(JobError::State { path: path.clone(), message });
        }
        file.set_len(promised).map_err(output)?;
        let mut known = Vec::new();
        io::Read::read_to_end(&mut file, &mut known).map_err(output)?;
        let mut dedup = ExactDedup::new();
        for signature in known.as_chunks::<16>().0 {
            dedup.insert(u128::from_le_bytes(*signature));
        }
        file.seek(SeekFrom::End(0)).map_err(output)?;
        Ok((Self { rejects, signatures: file, signatures_path: path.clone() }, dedup))
    }
}

impl OpenShard {
    pub(super) fn new(number: usize, next: Cursor, format: OutputFormat, known: WrittenFields) -> Self {
        Self {
            number,
            format,
            known,
            kept: None,
            dropped: None,
            spans: None,
            rejections: Vec::new(),
            signatures: Vec::new(),
            started: Instant::now(),
            records: 0,
            inputs: BTreeMap::new(),
            next,
            tally: Tally::default(),
            times: StageTimes::default(),
            faults: Vec::new(),
        }
    }

    /// Whether there is nothing in it that would have to be kept.
    pub(super) fn is_empty(&self) -> bool {
        self.records == 0 && self.faults.is_empty()
    }

    /// Remembers the signature of a document that later ones may duplicate.
    pub(super) fn sign(&mut self, signature: u128) {
        self.signatures.extend_from_slice(&signature.to_le_bytes());
    }

    /// Counts a record under its input.
    pub(super) fn count(&mut self, input: &str, schema: Option<&'static str>) {
        self.records += 1;
        let count = match self.inputs.get_mut(input) {
            Some(count) => count,
            None => self.inputs.entry(input.to_owned()).or_default(),
        };
        count.records += 1;
        if count.schema.is_none() {
            count.schema = schema.map(str::to_owned);
        }
    }

    pub(super) fn reject(&mut self, rejection: Rejection) {
        self.count(&rejection.position.file, None);
        self.tally.rejected(&rejection);
        self.rejections.push(rejection);
    }

    pub(super) fn keep(
        &mut self,
        journal: &Journal,
        record: &Record,
        doc: &Document,
        note: &impl Serialize,
    ) -> Result<(), JobError> {
        let path = journal.shard_paths(self.number, self.format).0;
        write(&mut self.kept, (self.format, &path, &self.known.kept), record, doc.text(), note)
    }

    pub(super) fn set_aside(
        &mut self,
        journal: &Journal,
        record: &Record,
        doc: &Document,
        note: &impl Serialize,
    ) -> Result<(), JobError> {
        let path = journal.shard_paths(self.number, self.format).1;
        write(&mut self.dropped, (self.format, &path, &self.known.dropped), record, doc.original(), note)
    }

    /// Writes what was masked in a document, into the folder that is apart from the others.
    pub(super) fn keep_spans(&mut self, journal: &Journal, spans: &Spans<'_>) -> Result<(), JobError> {
        let writer = match &mut self.spans {
            Some(writer) => writer,
            none => {
                let path = journal.spans_path(self.number);
                if let Some(folder) = path.parent() {
                    spans::create_folder(folder)
                        .map_err(|source| JobError::Output { path: folder.to_owned(), source })?;
                }
                none.insert(JsonlShard::create(path, COMPRESSION_LEVEL)?)
            }
        };
        Ok(writer.write_value(spans)?)
    }

    /// Makes the shard last, in the order that the journal describes.
    pub(super) fn finish(
        self,
        last: bool,
        journal: &mut Journal,
        appended: &mut Appended,
    ) -> Result<(), JobError> {
        let finish = |writer: Option<Box<dyn ShardWriter>>| match writer {
            Some(writer) => writer.finish().map(|shard| shard.fields),
            None => Ok(FieldKinds::default()),
        };
        let fields = WrittenFields { kept: finish(self.kept)?, dropped: finish(self.dropped)? };
        if let Some(spans) = self.spans {
            Box::new(spans).finish()?;
        }
        for rejection in &self.rejections {
            appended.rejects.write(rejection)?;
        }
        let output = |source| JobError::Output { path: appended.signatures_path.clone(), source };
        appended.signatures.write_all(&self.signatures).map_err(output)?;
        appended.signatures.sync_all().map_err(output)?;
        let shard = Shard {
            next: self.next,
            last,
            rejects_bytes: appended.rejects.sync()?,
            signatures_bytes: appended.signatures.stream_position().map_err(output)?,
            tally: self.tally,
            times: self.times,
            inputs: self.inputs,
            seconds: self.started.elapsed().as_secs_f64(),
            faults: self.faults,
            fields,
        };
        journal.finish(shard)?;
        journal.ship_shard(self.number, self.format)
    }
}

fn write(
    writer: &mut Option<Box<dyn ShardWriter>>,
    (format, path, known): (OutputFormat, &Path, &FieldKinds),
    record: &Record,
    text: &str,
    note: &impl Serialize,
) -> Result<(), JobError> {
    let writer = match writer {
        Some(writer) => writer,
        None => {
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)
                    .map_err(|source| JobError::Output { path: folder.to_owned(), source })?;
            }
            writer.insert(format.create(path, known)?)
        }
    };
    let note = to_raw_value(note).map_err(|source| IoError::Encode { path: path.to_owned(), source })?;
    Ok(writer.write(record, text, &note)?)
}

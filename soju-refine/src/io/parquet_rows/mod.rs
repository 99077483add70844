//! Rows of Parquet files as records: FineWeb2, CulturaX, KOREAN-WEBTEXT, and any file with a column of strings.
//!
//! A row group at a time is decoded, a batch of rows at a time, so memory is bounded by the pages of the file
//! and not by its size; of an object in a store, 64 MB are held besides. A place is a number of rows; rows that were
//! done with are not decoded again.

mod depth;
mod file;
mod row;
mod schema;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::DataType;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;

use super::reader::{Raw, ReadOptions, Reader};
use super::{ByteCount, Input, InputWarning, IoError, Mapping, Position};
use file::Chunks;
use row::Row;

/// Rows that are decoded at once, and bytes that they should make at most, going by the average of their row group.
const BATCH_ROWS: u64 = 1024;
const BATCH_BYTES: u64 = 4 << 20;

/// The rows of one Parquet file.
pub struct ParquetRows {
    name: Arc<str>,
    path: PathBuf,
    chunks: Chunks,
    metadata: ArrowReaderMetadata,
    text_field: Arc<str>,
    text: usize,
    max_bytes: usize,
    mapping: Arc<Mapping>,
    /// Rows of each row group.
    groups: Vec<u64>,
    /// None before the first row and at the end.
    batches: Option<ParquetRecordBatchReader>,
    batch: Arc<RecordBatch>,
    /// The next row of the batch.
    index: usize,
    /// Rows that are done with.
    rows: u64,
    /// Rows up to here are read one by one, because some of them can't be read.
    careful: u64,
    ended: bool,
}

impl ParquetRows {
    /// Opens a file.
    ///
    /// # Errors
    /// When it can't be opened, is no regular file, is not Parquet, is damaged, or has no column of strings
    /// with the name of the text.
    pub fn open(input: &Input, options: &ReadOptions) -> Result<Self, IoError> {
        let path = PathBuf::from(&*input.name);
        let text_field = options.text_field.clone().unwrap_or_else(|| {
            options.dataset.and_then(|dataset| dataset.text.first()).map_or("text", String::as_str).into()
        });
        let chunks = Chunks::open(input)?;
        let fault = |message: String| fault(&chunks, &path, 0, message);
        guarded(|| depth::check(&chunks)).and_then(|checked| checked).map_err(fault)?;
        let metadata = guarded(|| load(&chunks, &text_field)).map_err(fault)?;
        let metadata = metadata.map_err(|names| IoError::NoTextColumn {
            path: path.clone(),
            column: text_field.to_string(),
            columns: names.join(", "),
        })?;
        let text = metadata.schema().index_of(&text_field).map_err(|e| fault(e.to_string()))?;
        let groups = metadata.metadata().row_groups().iter();
        let groups = groups
            .map(|group| u64::try_from(group.num_rows()))
            .collect::<Result<_, _>>()
            .map_err(|_| fault("a row group of a negative number of rows".into()))?;
        #[cfg(feature = "object-store")]
        chunks.shared_by(metadata.metadata().file_metadata().schema_descr().num_columns());
        let mut mapping = options.mapping(None);
        mapping.schema = mapping.schema.or_else(|| Some(schema_name(&metadata)));
        let batch = Arc::new(RecordBatch::new_empty(Arc::clone(metadata.schema())));
        Ok(Self {
            name: Arc::clone(&input.name),
            path,
            chunks,
            metadata,
            text_field,
            text,
            max_bytes: options.max_record_bytes,
            mapping: Arc::new(mapping),
            groups,
            batches: None,
            batch,
            index: 0,
            rows: 0,
            careful: 0,
            ended: false,
        })
    }

    /// Starts to decode after the rows that are done with. False at the end of the file.
    fn start(&mut self) -> Result<bool, IoError> {
        let (mut first, mut before) = (0, 0u64);
        while let Some(rows) = self.groups.get(first)
            && before.saturating_add(*rows) <= self.rows
        {
            before += rows;
            first += 1;
        }
        let Some(group) = self.metadata.metadata().row_groups().get(first) else { return Ok(false) };
        let (rows, bytes) = (self.groups[first].max(1), u64::try_from(group.total_byte_size()).unwrap_or(0));
        let mut batch = (BATCH_BYTES / (bytes / rows).max(1)).clamp(1, BATCH_ROWS);
        if self.rows < self.careful {
            batch = 1;
        }
        let (skip, last) = (self.rows - before, self.groups.len());
        let (chunks, metadata) = (self.chunks.clone(), self.metadata.clone());
        let built = guarded(|| {
            ParquetRecordBatchReaderBuilder::new_with_metadata(chunks, metadata)
                .with_row_groups((first..last).collect())
                .with_offset(usize::try_from(skip).unwrap_or(usize::MAX))
                .with_batch_size(usize::try_from(batch).unwrap_or(1))
                .build()
        });
        self.batches = Some(built.map_err(|message| self.fault(message))?);
        Ok(true)
    }

    /// Decodes the next batch. False at the end of the file.
    fn decode(&mut self) -> Result<bool, IoError> {
        loop {
            if self.batches.is_none() && !self.start()? {
                return Ok(false);
            }
            let Some(batches) = &mut self.batches else { return Ok(false) };
            match guarded(|| batches.next().transpose().map_err(ParquetError::from)) {
                Ok(Some(batch)) => {
                    (self.batch, self.index) = (Arc::new(batch), 0);
                    // Past the bad place after all: on in larger steps.
                    if self.careful > 0 && self.rows + 1 >= self.careful {
                        (self.batches, self.careful) = (None, 0);
                    }
                    return Ok(true);
                }
                Ok(None) => return Ok(false),
                Err(message) => {
                    let fault = self.fault(message);
                    if self.rows < self.careful || !matches!(fault, IoError::Parquet { .. }) {
                        return Err(fault);
                    }
                    // The rows before the bad one in the same batch can be had one by one.
                    (self.batches, self.careful) = (None, self.rows + BATCH_ROWS);
                }
            }
        }
    }

    fn fault(&self, message: String) -> IoError {
        fault(&self.chunks, &self.path, self.rows, message)
    }
}

impl Reader for ParquetRows {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        while self.index >= self.batch.num_rows() {
            if self.ended {
                return Ok(None);
            }
            match self.decode() {
                Ok(true) => {}
                other => {
                    self.ended = true;
                    self.batches = None;
                    return other.map(|_| None);
                }
            }
        }
        self.rows += 1;
        self.index += 1;
        Ok(Some(Raw::Record(Box::new(Row {
            batch: Arc::clone(&self.batch),
            index: self.index - 1,
            position: Position { file: Arc::clone(&self.name), line: self.rows },
            text_field: Arc::clone(&self.text_field),
            text: self.text,
            max_bytes: self.max_bytes,
            mapping: Arc::clone(&self.mapping),
        }))))
    }

    fn done(&self) -> u64 {
        self.rows
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        self.rows = done;
        Ok(())
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.chunks.count().clone()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        Vec::new()
    }
}

/// The error for rows that can't be read: whether the store or what stands in the file is at fault.
fn fault(chunks: &Chunks, path: &Path, row: u64, message: String) -> IoError {
    match chunks.take_lost() {
        Some(source) => IoError::Read { path: path.to_owned(), line: row, source },
        None => IoError::Parquet { path: path.to_owned(), row, message },
    }
}

/// Reads what stands at the end of the file. Without a column for the text: the names of the columns that could be it.
fn load(chunks: &Chunks, text_field: &str) -> Result<Result<ArrowReaderMetadata, Vec<String>>, ParquetError> {
    let options = || ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(chunks, options())?;
    let Some(bytes) = schema::with_bytes(plain.parquet_schema(), text_field)? else {
        let strings = plain.schema().fields().iter().filter(|f| *f.data_type() == DataType::Utf8);
        return Ok(Err(strings.map(|f| format!("`{}`", f.name())).collect()));
    };
    let options = || options().with_parquet_schema(Arc::new(bytes.clone()));
    let metadata = ArrowReaderMetadata::load(chunks, options())?;
    let views = schema::with_views(metadata.schema());
    ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options().with_schema(views)).map(Ok)
}

/// The corpus, by the columns that only it has.
fn schema_name(metadata: &ArrowReaderMetadata) -> &'static str {
    let has = |name: &str| metadata.schema().index_of(name).is_ok();
    match () {
        () if has("language_script") && has("minhash_cluster_size") => "fineweb2",
        () if has("timestamp") && has("url") && has("source") => "culturax",
        () if has("source") && has("token_count") => "korean-webtext",
        () => "parquet",
    }
}

/// Runs what decodes bytes of others. A panic in it is an error of the file.
fn guarded<T>(decode: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(result) => result.map_err(|e| e.to_string()),
        Err(panic) => Err(panic_message(&*panic)),
    }
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_else(|| "no message".into())
}

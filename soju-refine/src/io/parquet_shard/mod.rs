//! Output shards in Parquet: fields as typed columns, what fits none of them as JSON.
//!
//! The columns are found in the first records of a job and stay as they are for the rest of it, so that all
//! shards have one schema. A field whose values had one kind there gets a column of that type; any other
//! gets a column of JSON text. A later value of another kind, and a field that came later, go into
//! `soju.other_fields`: nothing is lost, and no record ends the job.

mod columns;
#[cfg(test)]
mod tests;

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_json::ReaderBuilder;
use arrow_json::reader::Decoder;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use serde_json::value::RawValue;

use super::field_kinds::FieldKinds;
use super::partial::PartialFile;
use super::shard_writer::{Shard, ShardWriter};
use super::{IoError, Record};
use columns::Columns;

/// Records that are looked at to find the columns, and bytes after which fewer are enough.
const SAMPLE_RECORDS: usize = 1000;
const SAMPLE_BYTES: usize = 32 << 20;
/// Key of the file's metadata under which stand the names of the columns that hold JSON as text, as a JSON array.
const JSON_COLUMNS: &str = "soju.json_columns";
/// Rows and bytes of JSON that are turned into columns at once.
const BATCH_ROWS: usize = 512;
const BATCH_BYTES: usize = 8 << 20;
/// Encoded bytes after which a row group is closed. They are what a writer keeps in memory.
const ROW_GROUP_BYTES: usize = 64 << 20;

/// Writes one shard; see [`ShardWriter`].
pub(super) struct ParquetShard {
    // Before the file's place: the file is closed when that is removed.
    state: State,
    partial: PartialFile,
    level: i32,
    text_field: Arc<str>,
    /// Records that wait before the columns are decided.
    sample: usize,
    records: u64,
    text_bytes: u64,
    fields: FieldKinds,
}

enum State {
    /// The columns are not decided yet.
    Sampling {
        file: File,
        rows: Vec<Row>,
        bytes: usize,
    },
    Writing(Box<Table>),
    /// An earlier write failed.
    Broken,
}

/// A record that waits for its columns.
struct Row {
    fields: Vec<(String, Box<RawValue>)>,
    text_field: Arc<str>,
    text: String,
    soju: Box<RawValue>,
}

/// The file, once its columns are decided.
struct Table {
    columns: Columns,
    decoder: Decoder,
    writer: ArrowWriter<File>,
    /// The same file: the writer does not give its own back without turning an error of the system into text.
    file: File,
    line: Vec<u8>,
    rows: usize,
    bytes: usize,
}

impl ParquetShard {
    /// Starts a shard at `path`, whose folder must exist. `level` is zstd's, 1 to 22. `fields` are those of
    /// earlier shards, none for the first.
    pub(super) fn create(path: impl Into<PathBuf>, level: i32, fields: &FieldKinds) -> Result<Self, IoError> {
        let (partial, file) = PartialFile::create(path.into())?;
        Ok(Self {
            state: State::Sampling { file, rows: Vec::new(), bytes: 0 },
            partial,
            level,
            text_field: "text".into(),
            sample: if fields.is_empty() { SAMPLE_RECORDS } else { 0 },
            records: 0,
            text_bytes: 0,
            fields: fields.clone(),
        })
    }

    /// Writes a record and says how many bytes of JSON it made; 0 as long as it waits.
    fn append(&mut self, record: &Record, text: &str, soju: &RawValue) -> io::Result<usize> {
        match std::mem::replace(&mut self.state, State::Broken) {
            State::Broken => Err(io::Error::other("an earlier write failed")),
            State::Writing(mut table) => {
                let bytes = table.append(&record.fields, &record.text_field, text, soju)?;
                self.state = State::Writing(table);
                Ok(bytes)
            }
            State::Sampling { file, mut rows, mut bytes } => {
                if rows.is_empty() {
                    self.text_field = Arc::clone(&record.text_field);
                }
                if self.sample > 0 {
                    self.fields.observe(record, soju);
                }
                let row = Row::new(record, text, soju);
                bytes += row.bytes();
                rows.push(row);
                if rows.len() < self.sample && bytes < SAMPLE_BYTES {
                    self.state = State::Sampling { file, rows, bytes };
                    return Ok(0);
                }
                let (table, bytes) = self.open(file, rows)?;
                self.state = State::Writing(table);
                Ok(bytes)
            }
        }
    }

    fn complete(&mut self) -> io::Result<u64> {
        let table = match std::mem::replace(&mut self.state, State::Broken) {
            State::Broken => return Err(io::Error::other("an earlier write failed")),
            State::Writing(table) => table,
            State::Sampling { file, rows, .. } => {
                let (table, bytes) = self.open(file, rows)?;
                self.text_bytes += bytes as u64;
                table
            }
        };
        self.partial.finish(table.finish()?)
    }

    /// Decides the columns, and writes what waited for them; gives the bytes of that, too.
    fn open(&self, file: File, rows: Vec<Row>) -> io::Result<(Box<Table>, usize)> {
        let mut table =
            Table::new(file, Columns::new(&self.fields, Arc::clone(&self.text_field)), self.level)?;
        let mut bytes = 0;
        for row in rows {
            bytes += table.append(&row.fields, &row.text_field, &row.text, &row.soju)?;
        }
        Ok((Box::new(table), bytes))
    }
}

impl ShardWriter for ParquetShard {
    fn write(&mut self, record: &Record, clean_text: &str, soju: &RawValue) -> Result<(), IoError> {
        let bytes = self.append(record, clean_text, soju).map_err(|e| self.partial.fault(e))?;
        self.records += 1;
        self.text_bytes += bytes as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Shard, IoError> {
        let bytes = self.complete().map_err(|e| self.partial.fault(e))?;
        Ok(Shard {
            path: self.partial.path().to_owned(),
            records: self.records,
            uncompressed_bytes: self.text_bytes,
            bytes,
            fields: std::mem::take(&mut self.fields),
        })
    }
}

impl Row {
    fn new(record: &Record, text: &str, soju: &RawValue) -> Self {
        let others = record.fields.iter().filter(|(name, _)| *name != *record.text_field);
        Self {
            fields: others.cloned().collect(),
            text_field: Arc::clone(&record.text_field),
            text: text.to_owned(),
            soju: soju.to_owned(),
        }
    }

    fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(|(name, value)| name.len() + value.get().len()).sum();
        fields + self.text.len() + self.soju.get().len()
    }
}

impl Table {
    fn new(file: File, columns: Columns, level: i32) -> io::Result<Self> {
        let schema = columns.schema();
        let decoder = ReaderBuilder::new(Arc::clone(&schema)).with_batch_size(BATCH_ROWS).build_decoder();
        let mut properties = WriterProperties::builder()
            .set_created_by(concat!("soju ", env!("CARGO_PKG_VERSION")).to_owned())
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(level).map_err(io_error)?))
            .set_max_row_group_bytes(Some(ROW_GROUP_BYTES))
            .set_key_value_metadata(Some(vec![KeyValue::new(
                JSON_COLUMNS.to_owned(),
                serde_json::to_string(&columns.json_columns())?,
            )]));
        // Texts do not repeat, and of what use is the least of them?
        let text = ColumnPath::new(vec![columns.text_field().to_owned()]);
        properties = properties
            .set_column_dictionary_enabled(text.clone(), false)
            .set_column_statistics_enabled(text, EnabledStatistics::None);
        let writer =
            ArrowWriter::try_new(file.try_clone()?, schema, Some(properties.build())).map_err(io_error)?;
        let decoder = decoder.map_err(io::Error::other)?;
        Ok(Self { columns, decoder, writer, file, line: Vec::new(), rows: 0, bytes: 0 })
    }

    fn append(
        &mut self,
        fields: &[(String, Box<RawValue>)],
        from: &str,
        text: &str,
        soju: &RawValue,
    ) -> io::Result<usize> {
        self.line.clear();
        self.columns.append(&mut self.line, fields, from, text, soju)?;
        let mut rest = &self.line[..];
        while !rest.is_empty() {
            let read = self.decoder.decode(rest).map_err(io::Error::other)?;
            rest = &rest[read..];
            if read == 0 {
                return Err(io::Error::other("the decoder of rows does not go on"));
            }
        }
        self.rows += 1;
        self.bytes += self.line.len();
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES {
            self.flush()?;
        }
        Ok(self.line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        (self.rows, self.bytes) = (0, 0);
        if let Some(batch) = self.decoder.flush().map_err(io::Error::other)? {
            self.writer.write(&batch).map_err(io_error)?;
        }
        Ok(())
    }

    /// The file with its footer.
    fn finish(mut self) -> io::Result<File> {
        self.flush()?;
        self.writer.finish().map_err(io_error)?;
        Ok(self.file)
    }
}

/// What lies behind an error of the library, where the system said something.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(source) => match source.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(source) => io::Error::other(source),
        },
        other => io::Error::other(other),
    }
}

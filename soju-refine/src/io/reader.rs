//! The seam that all formats are read through.
//!
//! A [`Reader`] runs on the one reading thread and only cuts an input into raw records; what costs time
//! is done in [`RawRecord::parse`], on any thread. [`open`] chooses the reader of an input.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::conllu::Conllu;
use super::datasets::Dataset;
use super::documents::{Border, Documents};
use super::hplt_stages::HpltStages;
use super::json_lines::JsonLines;
use super::json_values::JsonValues;
use super::mapping::{Mapping, TextField};
use super::squad::Squad;
use super::table::Table;
use super::warc::Warc;
use super::{
    ByteCount, ByteStream, Input, InputWarning, IoError, Layout, Position, Record, Rejection, Source,
};

/// Reads the raw records of one input, in order, with memory bounded by the longest record that is allowed.
pub trait Reader: Send {
    /// The next record; none at the end.
    ///
    /// # Errors
    /// When the rest of the input can't be read. Everything before has been delivered by then, and the
    /// reader is at its end.
    fn next_record(&mut self) -> Result<Option<Raw>, IoError>;

    /// Where the input goes on after what was delivered, in a unit of the reader's own (lines, rows,
    /// records); 0 at the start. The journal keeps it, and every record moves it on.
    fn done(&self) -> u64;

    /// Passes over what an earlier reader of the same input had delivered when its [`Reader::done`] gave
    /// this number. Called once at most, before the first record.
    ///
    /// # Errors
    /// As [`Reader::next_record`].
    fn skip_to(&mut self, done: u64) -> Result<(), IoError>;

    /// The count of bytes read before decompression, for a progress bar.
    fn compressed_bytes_read(&self) -> ByteCount;

    /// What is odd about the input and was noticed since the last call. Asked for before the first record and after the last.
    fn take_warnings(&mut self) -> Vec<InputWarning>;
}

/// What stands at one place of an input.
#[derive(Debug)]
pub enum Raw {
    /// A record to parse.
    Record(Box<dyn RawRecord>),
    /// One that could not be read whole.
    Rejected(Rejection),
}

/// A record as it was cut out of an input. It becomes one [`Record`] or one [`Rejection`].
pub trait RawRecord: Send + fmt::Debug {
    /// Where it stands.
    fn position(&self) -> &Position;

    /// What it takes in memory, about, in bytes.
    fn size(&self) -> usize;

    /// Makes a record of it. The outcome depends on the record and the reader's options alone.
    ///
    /// # Errors
    /// A [`Rejection`] that quotes the record and names its position, for the rejects file.
    fn parse(self: Box<Self>) -> Result<Record, Rejection>;
}

/// How inputs are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadOptions {
    /// The layout of every input; none chooses by name and content.
    pub layout: Option<Layout>,
    /// The corpus of every input; none tells some by the names of files.
    pub dataset: Option<&'static Dataset>,
    /// The field that holds the text, or several with commas between; none is that of the corpus or layout.
    pub text_field: Option<Arc<str>>,
    /// The columns of tables whose first line does not name them.
    pub columns: Vec<String>,
    /// What stands between the columns of tables; none is what the layout says.
    pub delimiter: Option<u8>,
    /// Records of more bytes than this are rejected. They never are in memory whole.
    pub max_record_bytes: usize,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            layout: None,
            dataset: None,
            text_field: None,
            columns: Vec::new(),
            delimiter: None,
            max_record_bytes: 64 << 20,
        }
    }
}

impl ReadOptions {
    /// Sets layout or corpus by a name.
    ///
    /// # Errors
    /// [`IoError::UnknownFormat`].
    pub fn format(mut self, name: &str) -> Result<Self, IoError> {
        self.dataset = Dataset::named(name);
        if self.dataset.is_none() {
            self.layout = Some(Layout::named(name)?);
        }
        Ok(self)
    }

    /// How fields become records of a layout; none is JSON lines, whose schema their fields tell.
    pub(super) fn mapping(&self, layout: Option<Layout>) -> Mapping {
        let of_corpus = self.dataset.map(Dataset::mapping).unwrap_or_default();
        let text = self.text_field.as_ref().map_or(of_corpus.text, |names| TextField::named(names));
        let schema = of_corpus.schema.or(layout.map(Layout::name));
        Mapping { text, schema, ..of_corpus }
    }
}

/// Opens an input with the reader that its layout needs.
///
/// # Errors
/// When it can't be opened, and when it is of a kind that is not read here.
pub fn open(input: &Input, options: &ReadOptions) -> Result<Box<dyn Reader>, IoError> {
    let mut options = options.clone();
    if options.layout.is_none() && options.dataset.is_none() {
        options.dataset = Dataset::of_file(&input.name);
    }
    let named = options.layout.or(options.dataset.map(|d| d.layout)).or_else(|| Layout::of_name(&input.name));
    if named == Some(Layout::HpltStages) || named.is_none() && is_stage(input)? {
        return Ok(Box::new(HpltStages::open(input, &options)?));
    }
    if named == Some(Layout::Parquet) {
        return parquet(input, &options);
    }
    let mut stream = ByteStream::open(input)?;
    let layout = named.unwrap_or(Layout::JsonLines).confirmed_by(stream.peek(), options.layout.is_some());
    of_stream(stream, layout, &options)
}

fn is_stage(input: &Input) -> Result<bool, IoError> {
    let Some(metadata) = HpltStages::metadata_of(&input.name) else { return Ok(false) };
    match &input.source {
        Source::File(_) => Ok(Path::new(&metadata).is_file()),
        #[cfg(feature = "object-store")]
        Source::Object(_) => super::objects::is_there(&metadata),
        #[cfg(not(feature = "object-store"))]
        Source::Object(_) => Ok(false),
        Source::Stdin => Ok(false),
    }
}

/// The reader for a stream that is at its start. Layouts of several files are read as the lines of the one.
///
/// # Errors
/// The head of a table can't be read, or names no column for the text.
pub fn of_stream(
    stream: ByteStream,
    layout: Layout,
    options: &ReadOptions,
) -> Result<Box<dyn Reader>, IoError> {
    Ok(match layout {
        Layout::JsonLines | Layout::HpltStages => Box::new(JsonLines::new(stream, options)),
        Layout::Json => Box::new(JsonValues::new(stream, options)),
        Layout::Squad => Box::new(Squad::new(stream, options)),
        Layout::Csv | Layout::Tsv => Box::new(Table::new(stream, layout, options)?),
        Layout::Text => Box::new(Documents::new(stream, Border::File, layout, options)),
        Layout::Lines => Box::new(Documents::new(stream, Border::Line, layout, options)),
        Layout::Paragraphs => Box::new(Documents::new(stream, Border::Blank, layout, options)),
        Layout::Headings => Box::new(Documents::new(stream, Border::Heading, layout, options)),
        Layout::Conllu => Box::new(Conllu::new(stream, options)),
        Layout::Wet | Layout::Warc => Box::new(Warc::new(stream, layout, options)),
        Layout::Parquet => {
            return Err(IoError::Foreign {
                path: stream.name().as_ref().into(),
                found: "a stream of parquet",
                remedy: "parquet is read from its end: save it as a file and name that",
            });
        }
    })
}

#[cfg(feature = "parquet")]
fn parquet(input: &Input, options: &ReadOptions) -> Result<Box<dyn Reader>, IoError> {
    Ok(Box::new(super::parquet_rows::ParquetRows::open(input, options)?))
}

#[cfg(not(feature = "parquet"))]
fn parquet(input: &Input, _: &ReadOptions) -> Result<Box<dyn Reader>, IoError> {
    Err(IoError::Foreign {
        path: std::path::PathBuf::from(&*input.name),
        found: "a parquet file",
        remedy: "this soju was built without the feature `parquet`, build it with `--features parquet`",
    })
}

/// What the tests of all readers share.
#[cfg(test)]
pub(super) mod testing {
    use super::*;

    pub(crate) type Outcome = Result<Record, Rejection>;

    /// Every record, then the error if there is one.
    pub(crate) fn drain(reader: &mut dyn Reader) -> (Vec<Outcome>, Option<IoError>) {
        let mut outcomes = Vec::new();
        loop {
            let before = reader.done();
            match reader.next_record() {
                Ok(None) => return (outcomes, None),
                Ok(Some(raw)) => {
                    assert!(reader.done() > before, "every record moves the place on");
                    outcomes.push(match raw {
                        Raw::Rejected(rejection) => Err(rejection),
                        Raw::Record(record) => {
                            let position = record.position().clone();
                            let outcome = record.parse();
                            let of_outcome = outcome.as_ref().map_or_else(|r| &r.position, |r| &r.position);
                            assert_eq!(of_outcome, &position);
                            outcome
                        }
                    });
                }
                Err(error) => {
                    assert!(matches!(reader.next_record(), Ok(None)), "an error is the end");
                    return (outcomes, Some(error));
                }
            }
        }
    }

    fn stream(bytes: &[u8]) -> ByteStream {
        ByteStream::from_read("f".into(), std::io::Cursor::new(bytes.to_vec())).unwrap()
    }

    pub(crate) fn read_all<R: Reader>(bytes: &[u8], make: impl Fn(ByteStream) -> R) -> Vec<Outcome> {
        let (outcomes, error) = drain(&mut make(stream(bytes)));
        assert!(error.is_none(), "{error:?}");
        outcomes
    }

    /// From every place that a reader gives, another goes on with the records that the first gave behind it.
    pub(crate) fn resumes_everywhere<R: Reader>(bytes: &[u8], make: impl Fn(ByteStream) -> R) {
        resumes(|| make(stream(bytes)));
    }

    pub(crate) fn resumes<R: Reader>(open: impl Fn() -> R) {
        let summary = |outcome: &Outcome| match outcome {
            Ok(record) => format!("{} {}", record.position, record.text),
            Err(rejection) => format!("{} {:?}", rejection.position, rejection.reason),
        };
        let all: Vec<_> = drain(&mut open()).0.iter().map(summary).collect();
        assert!(!all.is_empty(), "nothing to go on with");
        let mut first = open();
        for n in 1..=all.len() {
            assert!(first.next_record().unwrap().is_some());
            let mut second = open();
            second.skip_to(first.done()).unwrap();
            let rest: Vec<_> = drain(&mut second).0.iter().map(summary).collect();
            assert_eq!(rest, all[n..], "after record {n}");
        }
    }
}

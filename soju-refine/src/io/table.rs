//! Reads tables: CSV with quoted fields, and TSV or other lines that are split at a character.

use std::io::BufRead;
use std::path::PathBuf;
use std::sync::Arc;

use csv_core::ReadRecordResult;

use super::documents::string_field;
use super::encoding::EncodingGuess;
use super::format::not_utf8;
use super::mapping::{Mapping, TextField, list_names};
use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::record::EXCERPT_BYTES;
use super::{
    ByteCount, ByteStream, InputWarning, IoError, Layout, LineReader, Position, Reading, Record, RejectKind,
    Rejection,
};

/// Columns of a row at most; more are a row that is too long.
const MAX_COLUMNS: usize = 1 << 16;

/// Rows of a table. In CSV a place is a number of rows, in split lines one of lines.
///
/// The first row names the columns, unless the options do. Every value becomes a string field.
pub struct Table {
    rows: Rows,
    columns: Arc<Columns>,
    guess: EncodingGuess,
    warnings: Vec<InputWarning>,
}

/// How rows are cut.
enum Rows {
    /// RFC 4180: a quoted field may hold delimiters and line feeds.
    Quoted(Box<Quoted>),
    /// A row a line.
    Lines(Box<LineReader>),
}

/// What the rows have in common.
#[derive(Debug)]
struct Columns {
    names: Vec<String>,
    delimiter: u8,
    /// Split at the last delimiter only, for texts that may hold it.
    last_only: bool,
    mapping: Mapping,
}

struct Quoted {
    stream: ByteStream,
    parser: csv_core::Reader,
    max_bytes: usize,
    rows: u64,
    ended: bool,
}

/// A row as it was cut out: its bytes, and where each field ends in them.
#[derive(Debug, Clone, Default)]
struct Row {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    line: u64,
    too_long: Option<u64>,
}

impl Table {
    /// Reads a stream that is at its start, as [`Layout::Csv`] or [`Layout::Tsv`].
    ///
    /// # Errors
    /// The first row can't be read, or names no column for the text.
    pub fn new(mut stream: ByteStream, layout: Layout, options: &ReadOptions) -> Result<Self, IoError> {
        let warnings = stream.warning().cloned().into_iter().collect();
        let guess = EncodingGuess::of_stream(&mut stream);
        let dataset = options.dataset;
        let delimiter = options.delimiter.or_else(|| dataset.and_then(|d| d.delimiter_byte()));
        let delimiter = delimiter.unwrap_or(if layout == Layout::Csv { b',' } else { b'\t' });
        let last_only = dataset.is_some_and(|d| d.split_last);
        let name = Arc::clone(stream.name());
        let mut rows = match layout {
            Layout::Csv => Rows::Quoted(Box::new(Quoted::new(stream, delimiter, options.max_record_bytes))),
            _ => Rows::Lines(Box::new(LineReader::new(stream, options.max_record_bytes))),
        };
        let given = dataset.filter(|d| !d.header).map(|d| d.columns.clone());
        let names = match given.unwrap_or_else(|| options.columns.clone()) {
            given if !given.is_empty() => given,
            _ => rows.header(delimiter, guess)?,
        };
        let mapping = options.mapping(Some(layout)).for_columns(&names);
        if let Some(missing) = mapping.missing_column(&names) {
            let there = list_names(names.iter().map(String::as_str));
            let message = format!(
                "has no column `{missing}`; there are {there}: name the right one with --text-field, or the \
                 columns with input.columns if the first line does not"
            );
            // An empty file has its warning already.
            if !names.is_empty() {
                return Err(IoError::Unsuited { path: PathBuf::from(&*name), message });
            }
        }
        let columns = Arc::new(Columns { names, delimiter, last_only, mapping });
        Ok(Self { rows, columns, guess, warnings })
    }
}

impl Rows {
    /// The names in the first row; empty ones are numbered.
    fn header(&mut self, delimiter: u8, guess: EncodingGuess) -> Result<Vec<String>, IoError> {
        let fields: Vec<Vec<u8>> = match self {
            Self::Quoted(quoted) => {
                let Some(row) = quoted.next()? else { return Ok(Vec::new()) };
                quoted.rows = 0;
                row.fields().map(<[u8]>::to_vec).collect()
            }
            Self::Lines(lines) => {
                let mut line = Vec::new();
                if lines.next_line(&mut line)?.is_none() {
                    return Ok(Vec::new());
                }
                line.split(|b| *b == delimiter).map(<[u8]>::to_vec).collect()
            }
        };
        let names = fields.iter().enumerate().map(|(number, field)| {
            let name = guess.decode(field).map_or_else(|| String::from_utf8_lossy(field), |(name, _)| name);
            let name = name.trim().trim_matches('"');
            if name.is_empty() { format!("column_{}", number + 1) } else { name.to_owned() }
        });
        Ok(names.collect())
    }
}

impl Row {
    fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

impl Quoted {
    fn new(stream: ByteStream, delimiter: u8, max_bytes: usize) -> Self {
        let parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        Self { stream, parser, max_bytes, rows: 0, ended: false }
    }

    /// The next row. Of one that is too long only the start is kept.
    fn next(&mut self) -> Result<Option<Row>, IoError> {
        if self.ended {
            return Ok(None);
        }
        let (mut row, mut out, mut ends) = (Row::default(), vec![0; 1024], vec![0; 64]);
        let (mut bytes, mut fields, mut dropped) = (0, 0, 0u64);
        row.line = self.parser.line();
        loop {
            let chunk = match self.stream.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    return Err(self.stream.fault(error, self.parser.line() - 1));
                }
            };
            let (result, read, written, ended) =
                self.parser.read_record(chunk, &mut out[bytes..], &mut ends[fields..]);
            self.stream.consume(read);
            bytes += written;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    if bytes >= self.max_bytes || fields >= MAX_COLUMNS {
                        // Ends are counted from the start of the record, which is now lost.
                        dropped += (bytes - bytes.min(EXCERPT_BYTES)) as u64;
                        bytes = bytes.min(EXCERPT_BYTES);
                        fields = 0;
                        row.too_long = Some(0);
                    } else if result == ReadRecordResult::OutputFull {
                        out.resize((out.len() * 2).min(self.max_bytes.max(1024)), 0);
                    } else {
                        ends.resize(ends.len() * 2, 0);
                    }
                }
                ReadRecordResult::Record => break,
                ReadRecordResult::End => {
                    self.ended = true;
                    return Ok(None);
                }
            }
        }
        if row.too_long.is_some() || bytes > self.max_bytes {
            row.too_long = Some(dropped + bytes as u64);
            bytes = bytes.min(EXCERPT_BYTES);
            fields = 0;
        }
        self.rows += 1;
        out.truncate(bytes);
        ends.truncate(fields);
        (row.bytes, row.ends) = (out, ends);
        Ok(Some(row))
    }
}

impl Reader for Table {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        let (row, position) = match &mut self.rows {
            Rows::Quoted(quoted) => {
                let Some(row) = quoted.next()? else { return Ok(None) };
                let position = Position { file: Arc::clone(quoted.stream.name()), line: row.line };
                if let Some(bytes) = row.too_long {
                    let message = format!(
                        "row of {bytes} bytes; the limit is {}, raise input.max_line_bytes to keep such rows, or \
                         close the quote if one is open",
                        quoted.max_bytes
                    );
                    let kind = RejectKind::LineTooLong;
                    return Ok(Some(Raw::Rejected(Rejection::new(position, kind, message, &row.bytes))));
                }
                (row, position)
            }
            Rows::Lines(lines) => {
                let mut row = Row::default();
                let Some(status) = lines.next_line(&mut row.bytes)? else { return Ok(None) };
                if let Some(rejection) = lines.rejection(status, &row.bytes) {
                    return Ok(Some(Raw::Rejected(rejection)));
                }
                (row, lines.position())
            }
        };
        let (columns, guess) = (Arc::clone(&self.columns), self.guess);
        Ok(Some(Raw::Record(Box::new(TableRow { row, position, columns, guess }))))
    }

    fn done(&self) -> u64 {
        match &self.rows {
            Rows::Quoted(quoted) => quoted.rows,
            Rows::Lines(lines) => lines.line(),
        }
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        match &mut self.rows {
            Rows::Quoted(quoted) => {
                while quoted.rows < done && quoted.next()?.is_some() {}
                Ok(())
            }
            Rows::Lines(lines) => lines.skip_lines(done.saturating_sub(lines.line())).map(drop),
        }
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        match &self.rows {
            Rows::Quoted(quoted) => quoted.stream.bytes_read(),
            Rows::Lines(lines) => lines.compressed_bytes_read(),
        }
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

/// A row, still as bytes.
#[derive(Debug)]
struct TableRow {
    row: Row,
    position: Position,
    columns: Arc<Columns>,
    guess: EncodingGuess,
}

impl RawRecord for TableRow {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.row.bytes.len() + self.row.ends.len() * size_of::<usize>()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        let position = self.position.clone();
        self.record().map_err(|(kind, message)| Rejection::new(position, kind, message, &self.row.bytes))
    }
}

impl TableRow {
    fn record(&self) -> Result<Record, (RejectKind, String)> {
        let Columns { names, delimiter, last_only, mapping } = &*self.columns;
        let bytes = &self.row.bytes;
        // A row as a whole tells its encoding better than its fields do; a delimiter is no part of a letter
        // in any encoding that comes here.
        let Some((_, encoding)) = self.guess.decode(bytes) else {
            return Err((RejectKind::InvalidUtf8, not_utf8(bytes)));
        };
        let guess = match encoding {
            Some(name) => EncodingGuess::named(name),
            None => self.guess,
        };
        let fields: Vec<&[u8]> = if !self.row.ends.is_empty() {
            self.row.fields().collect()
        } else if *last_only {
            let parts = bytes.rsplitn(names.len().max(1), |b| b == delimiter).collect::<Vec<_>>();
            parts.into_iter().rev().collect()
        } else {
            bytes.split(|b| b == delimiter).collect()
        };
        if fields.len() != names.len() {
            let message = format!("{} columns where there should be {}", fields.len(), names.len());
            return Err((RejectKind::BadRow, message));
        }
        let split = self.row.ends.is_empty();
        let values = names.iter().zip(fields).map(|(name, field)| {
            let value = guess.decode(field).map_or_else(|| String::from_utf8_lossy(field), |(text, _)| text);
            match unquoted(&value).filter(|_| split) {
                Some(value) => string_field(name, &value),
                None => string_field(name, &value),
            }
        });
        let reading = Reading { encoding, ..Reading::default() };
        mapping.with_reading(self.position.clone(), values.collect(), reading)
    }
}

/// The content of a field in quotes with doubled quotes in it, as some writers of TSV leave it. Quotes around a field
/// without any inside are the text's own.
fn unquoted(field: &str) -> Option<String> {
    let inner = field.strip_prefix('"')?.strip_suffix('"')?;
    let singles = inner.replace("\"\"", "");
    (inner.contains("\"\"") && !singles.contains('"')).then(|| inner.replace("\"\"", "\""))
}

impl Mapping {
    /// With a text column of tables whose header says nothing else.
    fn for_columns(mut self, names: &[String]) -> Self {
        if self.text == TextField::Auto
            && let [only] = names
        {
            self.text = TextField::Named(only.as_str().into());
        }
        self
    }

    /// The first column that the text needs and that is not there.
    fn missing_column(&self, names: &[String]) -> Option<Arc<str>> {
        let wanted: Vec<Arc<str>> = match &self.text {
            TextField::Auto => vec!["text".into()],
            TextField::Named(name) => vec![Arc::clone(name)],
            TextField::Joined(names) => names.to_vec(),
        };
        wanted.into_iter().find(|wanted| !names.iter().any(|name| **name == **wanted))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::io::reader::testing::{self, Outcome};

    fn options(text: &str) -> ReadOptions {
        ReadOptions { text_field: Some(text.into()), max_record_bytes: 2000, ..ReadOptions::default() }
    }

    fn read(layout: Layout, options: &ReadOptions, bytes: &[u8]) -> Vec<Outcome> {
        testing::read_all(bytes, |stream| Table::new(stream, layout, options).unwrap())
    }

    fn fields(outcome: &Outcome) -> Vec<(String, String)> {
        let record = outcome.as_ref().unwrap();
        record.fields.iter().map(|(n, v)| (n.clone(), serde_json::from_str(v.get()).unwrap())).collect()
    }

    #[test]
    fn quoted_fields_hold_commas_quotes_and_line_feeds() {
        let csv =
            "\u{feff}Q,A,label\n\"안녕, 하세요\",\"그는 \"\"네\"\" 했다\r\n둘째 줄\",0\r\n\r\n잘 가,\"\",1\n";
        let outcomes = read(Layout::Csv, &options("Q"), csv.as_bytes());
        assert_eq!(outcomes.len(), 2);
        let expected = [("Q", "안녕, 하세요"), ("A", "그는 \"네\" 했다\r\n둘째 줄"), ("label", "0")];
        assert_eq!(fields(&outcomes[0]), expected.map(|(n, v)| (n.to_owned(), v.to_owned())));
        let lines: Vec<_> = outcomes.iter().map(|o| o.as_ref().unwrap().position.line).collect();
        assert_eq!(lines[0], 2);
        let joined = read(Layout::Csv, &options("Q,A"), csv.as_bytes());
        assert_eq!(joined[1].as_ref().unwrap().text, "잘 가\n");
    }

    #[test]
    fn tsv_leaves_quotes_alone_unless_they_are_doubled() {
        let tsv =
            "id\tdocument\tlabel\n1\t\"좋다\"\t1\n2\t\"그는 \"\"네\"\" 했다\"\t0\n3\t\"열린\t1\n4\t\t0\n";
        let outcomes = read(Layout::Tsv, &options("document"), tsv.as_bytes());
        let texts: Vec<_> = outcomes.iter().map(|o| o.as_ref().ok().map(|r| r.text.as_str())).collect();
        assert_eq!(texts, [Some("\"좋다\""), Some("그는 \"네\" 했다"), Some("\"열린"), None]);
        assert_eq!(outcomes[0].as_ref().unwrap().id.as_deref(), Some("1"));
        assert_eq!(outcomes[3].as_ref().unwrap_err().reason, RejectKind::EmptyText);
    }

    #[test]
    fn rows_of_another_length_are_rejected() {
        let outcomes = read(Layout::Csv, &options("a"), b"a,b\n1,2,3\n4\n5,6\n");
        let kinds: Vec<_> = outcomes.iter().map(|o| o.as_ref().err().map(|r| r.reason)).collect();
        assert_eq!(kinds, [Some(RejectKind::BadRow), Some(RejectKind::BadRow), None]);
        let rejection = outcomes[0].as_ref().unwrap_err();
        assert_eq!(rejection.message, "3 columns where there should be 2");
    }

    #[test]
    fn an_open_quote_rejects_one_row_and_ends() {
        let csv = format!("a,b\n1,2\n\"open,{}", "x,y\n".repeat(5000));
        let outcomes = read(Layout::Csv, &options("a"), csv.as_bytes());
        assert_eq!(outcomes.len(), 2);
        let rejection = outcomes[1].as_ref().unwrap_err();
        assert_eq!(rejection.reason, RejectKind::LineTooLong);
        assert!(rejection.message.contains("close the quote"), "{}", rejection.message);
        let wide = format!("a\n{}\n가\n", ",".repeat(200_000));
        let outcomes = read(Layout::Csv, &options("a"), wide.as_bytes());
        assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn a_table_without_the_column_is_an_error_that_lists_what_is_there() {
        let stream = || ByteStream::from_read("t.csv".into(), std::io::Cursor::new("a,b\n1,2\n")).unwrap();
        let error = Table::new(stream(), Layout::Csv, &options("본문")).err().unwrap().to_string();
        assert!(error.starts_with("t.csv has no column `본문`; there are `a`, `b`: name"), "{error}");
        let columns = vec!["x".to_owned(), "본문".to_owned()];
        let given = ReadOptions { columns, ..options("본문") };
        let outcomes = read(Layout::Csv, &given, b"a,b\n1,2\n");
        assert_eq!(outcomes.len(), 2);
    }

    #[test]
    fn rows_in_cp949_are_decoded() {
        let (bytes, ..) = encoding_rs::EUC_KR.encode("번호,문장\n1,안녕하세요 반갑습니다\n2,네\n");
        for outcome in read(Layout::Csv, &options("문장"), &bytes) {
            let record = outcome.unwrap();
            assert_eq!(record.reading.encoding, Some("EUC-KR"));
            assert!(["안녕하세요 반갑습니다", "네"].contains(&record.text.as_str()));
            assert_eq!(record.fields[0].0, "번호");
        }
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let csv = "text,b\n\"1\n\n2\",3\n\n4,5\n6\n7,8";
        testing::resumes_everywhere(csv.as_bytes(), |stream| {
            Table::new(stream, Layout::Csv, &options("text")).unwrap()
        });
        let tsv = "text\tb\n1\t3\n\n4\t5\n6\n7\t8";
        testing::resumes_everywhere(tsv.as_bytes(), |stream| {
            Table::new(stream, Layout::Tsv, &options("text")).unwrap()
        });
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic(text in "[ab\",\n\r\t가]{0,80}", bytes: Vec<u8>) {
            for layout in [Layout::Csv, Layout::Tsv] {
                let given = ReadOptions { columns: vec!["a".into(), "text".into()], ..options("text") };
                read(layout, &given, text.as_bytes());
                read(layout, &given, &[b"a", &bytes[..]].concat());
            }
        }

        #[test]
        fn what_is_written_as_csv_reads_back(rows in prop::collection::vec(("[a\",\n 가]{0,9}", "[a\",\n\r가]{1,9}x"), 1..9)) {
            let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
            let csv: String = rows.iter().map(|(a, b)| format!("{},{}\n", quote(a), quote(b))).collect();
            let outcomes = read(Layout::Csv, &options("t"), format!("a,t\n{csv}").as_bytes());
            let texts: Vec<_> = outcomes.iter().map(fields).collect();
            let expected: Vec<_> = rows.into_iter()
                .map(|(a, b)| vec![("a".to_owned(), a), ("t".to_owned(), b)]).collect();
            prop_assert_eq!(texts, expected);
        }
    }
}

//! Reads plain text: a file, a line, a block of lines or a section under a heading is a document.

use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::format::not_utf8;
use super::mapping::{Fields, Mapping};
use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::record::EXCERPT_BYTES;
use super::{
    ByteCount, ByteStream, InputWarning, IoError, Layout, LineReader, LineStatus, Position, Reading, Record,
    RejectKind, Rejection,
};

/// What makes lines a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// All of the input is one.
    File,
    /// Each line is one.
    Line,
    /// A blank line stands between two, as in CC-100.
    Blank,
    /// Each begins with a heading of the first level, ` = title = `, as in kowikitext.
    Heading,
}

/// Documents of lines. A place is a number of lines. Line ends become line feeds; blank lines at both ends of a document do
/// not belong to it.
pub struct Documents {
    lines: LineReader,
    border: Border,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
    max_bytes: usize,
    /// A heading that has been read and begins the next document.
    ahead: Option<Vec<u8>>,
    warnings: Vec<InputWarning>,
}

/// A document on its way out.
#[derive(Debug, Default)]
struct Open {
    text: Vec<u8>,
    title: Option<Vec<u8>>,
    /// The line it begins with; 0 as long as there is none.
    first: u64,
    /// Bytes with those that found no room.
    bytes: u64,
    truncated: bool,
}

impl Documents {
    /// Reads a stream that is at its start.
    pub fn new(stream: ByteStream, border: Border, layout: Layout, options: &ReadOptions) -> Self {
        let mut lines = LineReader::new(stream, options.max_record_bytes);
        let warnings = lines.warning().cloned().into_iter().collect();
        let guess = lines.guess_encoding();
        let mapping = Arc::new(options.mapping(Some(layout)));
        let max_bytes = options.max_record_bytes;
        Self { lines, border, mapping, guess, max_bytes, ahead: None, warnings }
    }

    /// Reads lines up to the next border. None when there was none but blank ones.
    fn read(&mut self) -> Result<Option<Open>, IoError> {
        let mut open = Open::default();
        if let Some(title) = self.ahead.take() {
            open.first = self.lines.line();
            open.title = Some(title);
        }
        let mut line = Vec::new();
        while let Some(status) = self.lines.next_line_or_blank(&mut line)? {
            let blank = status == LineStatus::Complete && line.trim_ascii().is_empty();
            if blank && open.first == 0 {
                continue;
            }
            if blank && self.border == Border::Blank {
                break;
            }
            if self.border == Border::Heading
                && status == LineStatus::Complete
                && let Some(title) = heading(&line)
            {
                if open.first > 0 {
                    self.ahead = Some(title.to_vec());
                    break;
                }
                open.first = self.lines.line();
                open.title = Some(title.to_vec());
                continue;
            }
            self.add(&mut open, status, &line);
            if open.truncated || self.border == Border::Line {
                break;
            }
        }
        Ok((open.first > 0).then_some(open))
    }

    fn add(&self, open: &mut Open, status: LineStatus, line: &[u8]) {
        if open.first == 0 {
            open.first = self.lines.line();
        } else if !open.text.is_empty() || open.bytes > 0 {
            open.bytes += 1;
            if open.bytes <= self.max_bytes as u64 {
                open.text.push(b'\n');
            }
        }
        open.truncated |= status == LineStatus::Truncated;
        open.bytes += match status {
            LineStatus::TooLong { bytes } => bytes,
            LineStatus::Complete | LineStatus::Truncated => line.len() as u64,
        };
        if open.bytes <= self.max_bytes as u64 {
            open.text.extend_from_slice(line);
        } else {
            let wanted = EXCERPT_BYTES.saturating_sub(open.text.len());
            open.text.extend_from_slice(&line[..line.len().min(wanted)]);
            open.text.truncate(EXCERPT_BYTES);
        }
    }

    fn close(&self, open: Open) -> Raw {
        let position = Position { line: open.first, ..self.lines.position() };
        if open.bytes > self.max_bytes as u64 {
            let remedy = match self.border {
                Border::File => {
                    "raise input.max_line_bytes, or read it with --format lines or --format paragraphs"
                }
                _ => "raise input.max_line_bytes to keep such documents",
            };
            let message =
                format!("document of {} bytes; the limit is {}, {remedy}", open.bytes, self.max_bytes);
            return Raw::Rejected(Rejection::new(position, RejectKind::LineTooLong, message, &open.text));
        }
        if open.truncated {
            let message = "the readable part of the file ends in the middle of this document";
            return Raw::Rejected(Rejection::new(position, RejectKind::Truncated, message, &open.text));
        }
        let Open { text, title, .. } = open;
        let (mapping, guess) = (Arc::clone(&self.mapping), self.guess);
        Raw::Record(Box::new(TextRecord { position, text, title, mapping, guess }))
    }
}

/// The title in a line such as ` = title = `; none in ` == section == `.
fn heading(line: &[u8]) -> Option<&[u8]> {
    let inner = line.trim_ascii().strip_prefix(b"= ")?.strip_suffix(b" =")?.trim_ascii();
    (!inner.is_empty() && !inner.starts_with(b"=")).then_some(inner)
}

impl Reader for Documents {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        Ok(self.read()?.map(|open| self.close(open)))
    }

    fn done(&self) -> u64 {
        self.lines.line() - u64::from(self.ahead.is_some())
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        self.lines.skip_lines(done).map(drop)
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.lines.compressed_bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

/// A text, still as bytes.
#[derive(Debug)]
struct TextRecord {
    position: Position,
    text: Vec<u8>,
    title: Option<Vec<u8>>,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
}

impl RawRecord for TextRecord {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.text.len()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        let reject =
            |kind, message: String| Err(Rejection::new(self.position.clone(), kind, message, &self.text));
        let Some((text, encoding)) = self.guess.decode(&self.text) else {
            return reject(RejectKind::InvalidUtf8, not_utf8(&self.text));
        };
        let mut fields = Fields::new();
        if let Some(title) = &self.title {
            let title = self.guess.decode(title).map_or_else(|| String::from_utf8_lossy(title), |t| t.0);
            fields.push(string_field("title", &title));
        }
        fields.push(string_field("text", text.trim_end_matches('\n')));
        let reading = Reading { encoding, ..Reading::default() };
        match self.mapping.with_reading(self.position.clone(), fields, reading) {
            Ok(record) => Ok(record),
            Err((kind, message)) => reject(kind, message),
        }
    }
}

/// A field with a string.
pub(super) fn string_field(name: &str, value: &str) -> (String, Box<serde_json::value::RawValue>) {
    let value = serde_json::value::to_raw_value(value).expect("a string is JSON");
    (name.to_owned(), value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::reader::testing::{self, Outcome};

    fn read(border: Border, bytes: &[u8]) -> Vec<Outcome> {
        let options = ReadOptions { max_record_bytes: 40, ..ReadOptions::default() };
        testing::read_all(bytes, |stream| Documents::new(stream, border, Layout::Lines, &options))
    }

    fn texts(border: Border, bytes: &[u8]) -> Vec<(u64, String)> {
        read(border, bytes).into_iter().map(|o| o.map(|r| (r.position.line, r.text)).unwrap()).collect()
    }

    fn pairs(expected: &[(u64, &str)]) -> Vec<(u64, String)> {
        expected.iter().map(|(line, text)| (*line, (*text).to_owned())).collect()
    }

    #[test]
    fn each_border_cuts_where_it_says() {
        let text = "\n가\r\n나\n\n\n다\n라\n".as_bytes();
        assert_eq!(texts(Border::File, text), pairs(&[(2, "가\n나\n\n\n다\n라")]));
        assert_eq!(texts(Border::Line, text), pairs(&[(2, "가"), (3, "나"), (6, "다"), (7, "라")]));
        assert_eq!(texts(Border::Blank, text), pairs(&[(2, "가\n나"), (6, "다\n라")]));
        assert!(texts(Border::File, b"\n\n").is_empty());
        assert!(texts(Border::Blank, b"").is_empty());
    }

    #[test]
    fn headings_of_the_first_level_begin_documents() {
        let text = " = 지미 카터 = \n가\n == 생애 == \n나\n\n = 수학 =\n다\n = = = \n";
        let outcomes = read(Border::Heading, text.as_bytes());
        let records: Vec<_> = outcomes.into_iter().map(Result::unwrap).collect();
        assert_eq!(records[0].text, "가\n == 생애 == \n나");
        assert_eq!((records[1].position.line, records[1].text.as_str()), (6, "다\n = = = "));
        assert_eq!(records[0].fields[0].0, "title");
        assert_eq!(records[0].fields[0].1.get(), "\"지미 카터\"");
        assert_eq!(records.len(), 2);
        // What stands in front of the first heading is a document without a title; a heading alone is rejected.
        let outcomes = read(Border::Heading, " 가\n = 나 = \n = 다 = \n라".as_bytes());
        let kinds: Vec<_> = outcomes.iter().map(|o| o.as_ref().err().map(|r| r.reason)).collect();
        assert_eq!(kinds, [None, Some(RejectKind::EmptyText), None]);
    }

    #[test]
    fn a_document_over_the_limit_is_rejected_whole() {
        let text = format!("{}\n{}\n\n짧다\n", "가".repeat(10), "나".repeat(10));
        let outcomes = read(Border::Blank, text.as_bytes());
        let rejection = outcomes[0].as_ref().unwrap_err();
        assert_eq!(rejection.reason, RejectKind::LineTooLong);
        assert!(rejection.message.starts_with("document of 61 bytes; the limit is 40"), "{rejection:?}");
        assert_eq!(outcomes[1].as_ref().unwrap().text, "짧다");
        let long = format!("{}\n\n다", "가".repeat(1000));
        assert_eq!(read(Border::Blank, long.as_bytes()).len(), 2);
        assert!(
            read(Border::File, long.as_bytes())[0].as_ref().unwrap_err().message.contains("--format lines")
        );
    }

    #[test]
    fn a_document_in_cp949_is_decoded_and_says_so() {
        let (bytes, ..) = encoding_rs::EUC_KR.encode("안녕하세요 여러분\n반갑습니다");
        let record = read(Border::File, &bytes).remove(0).unwrap();
        assert_eq!(record.text, "안녕하세요 여러분\n반갑습니다");
        assert_eq!(record.reading.encoding, Some("EUC-KR"));
        let bad = read(Border::File, b"ab\xff\xfe").remove(0).unwrap_err();
        assert_eq!(bad.reason, RejectKind::InvalidUtf8);
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let text = " = 가 = \n나\n\n다\n = 라 = \n마\n\n\n = 바 = \n사\n".repeat(2);
        let options = ReadOptions::default();
        for border in [Border::File, Border::Line, Border::Blank, Border::Heading] {
            testing::resumes_everywhere(text.as_bytes(), |stream| {
                Documents::new(stream, border, Layout::Lines, &options)
            });
        }
    }
}

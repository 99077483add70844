//! Reads WARC files (ISO 28500:2017): Common Crawl's extracted text (WET), and pages as they were fetched.
//!
//! A place is a number of records, of every kind. Records that are no documents, such as requests, are passed over; those that
//! break the format are rejected, and reading goes on with the next.

mod cut;
mod header;
mod http;
mod page;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use super::mapping::Mapping;
use super::reader::{Raw, ReadOptions, Reader};
use super::{ByteCount, ByteStream, InputWarning, IoError, Layout, Position, RejectKind, Rejection};
use cut::{Cut, Cutter};
use header::Header;
use http::Head;
use page::{About, Page};

/// Documents of a WARC file: of [`Layout::Wet`] the `conversion` records of plain text, else the `response` records
/// that are HTML.
pub struct Warc {
    cutter: Cutter,
    pages: bool,
    mapping: Arc<Mapping>,
    max_bytes: usize,
    warnings: Vec<InputWarning>,
    passed_over: u64,
    ended: bool,
}

/// What a record is good for.
enum Use {
    Text,
    Page(Head),
    /// Something else than a document, as files of this kind have it.
    None,
    /// A document of another kind.
    Other,
    Bad(RejectKind, &'static str),
}

impl Warc {
    /// Reads a stream that is at its start.
    pub fn new(stream: ByteStream, layout: Layout, options: &ReadOptions) -> Self {
        let warnings = stream.warning().cloned().into_iter().collect();
        let max_bytes = options.max_record_bytes;
        Self {
            cutter: Cutter::new(stream, max_bytes),
            pages: layout != Layout::Wet,
            mapping: Arc::new(options.mapping(Some(layout))),
            max_bytes,
            warnings,
            passed_over: 0,
            ended: false,
        }
    }

    fn position(&self) -> Position {
        Position { file: Arc::clone(self.cutter.stream().name()), line: self.cutter.records() }
    }

    fn use_of(&self, header: &Header, block: &[u8]) -> Use {
        let Some(kind) = header.get("warc-type") else {
            return Use::Bad(RejectKind::BadRecord, "this record has no warc-type");
        };
        match (kind.to_ascii_lowercase().as_str(), self.pages) {
            ("conversion", false) => match header.get("content-type") {
                Some(kind) if !kind.to_ascii_lowercase().starts_with("text/plain") => Use::Other,
                _ => Use::Text,
            },
            ("response", true) => match Head::parse(block) {
                Some(head) if head.is_page(block) => Use::Page(head),
                Some(_) => Use::Other,
                // Answers of name servers and the like are responses, too.
                None if is_http(header) => {
                    Use::Bad(RejectKind::BadResponse, "this record holds no HTTP response")
                }
                None => Use::Other,
            },
            _ => Use::None,
        }
    }

    /// The document of a record; none if it holds no document.
    fn document(&mut self, mut header: Header, block: Vec<u8>) -> Option<Raw> {
        let head = match self.use_of(&header, &block) {
            Use::Text => None,
            Use::Page(head) => Some(head),
            Use::Bad(kind, message) => {
                return Some(Raw::Rejected(Rejection::new(self.position(), kind, message, &block)));
            }
            other => {
                self.pass_over(&other);
                return None;
            }
        };
        Some(Raw::Record(Box::new(Page {
            position: self.position(),
            about: About::take(&mut header),
            block,
            head,
            mapping: Arc::clone(&self.mapping),
            max_bytes: self.max_bytes,
        })))
    }

    fn pass_over(&mut self, what: &Use) {
        self.passed_over += u64::from(matches!(what, Use::Other));
    }

    /// The rejection of a record that is too long; none if it would hold no document.
    fn too_long(&mut self, header: &Header, bytes: u64, start: &[u8]) -> Option<Raw> {
        let wanted = self.use_of(header, start);
        if matches!(wanted, Use::None | Use::Other) {
            self.pass_over(&wanted);
            return None;
        }
        let limit = self.max_bytes;
        let message = format!(
            "record of {bytes} bytes; the limit is {limit}, raise input.max_line_bytes to keep such records"
        );
        Some(Raw::Rejected(Rejection::new(self.position(), RejectKind::LineTooLong, message, start)))
    }

    fn warn_of_others(&mut self) {
        if std::mem::replace(&mut self.ended, true) || self.passed_over == 0 {
            return;
        }
        self.warnings.push(InputWarning::PassedOver {
            name: Arc::clone(self.cutter.stream().name()),
            records: self.passed_over,
            what: if self.pages {
                "responses without success or not HTML"
            } else {
                "conversions not to plain text"
            },
        });
    }
}

fn is_http(header: &Header) -> bool {
    let said = |name: &str, start: &str| {
        header.get(name).is_some_and(|v| v.trim_start_matches('<').starts_with(start))
    };
    said("content-type", "application/http") || said("warc-target-uri", "http")
}

impl Reader for Warc {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        loop {
            let Some(cut) = self.cutter.next()? else {
                self.warn_of_others();
                return Ok(None);
            };
            let raw = match cut {
                Cut::Record { header, block } => self.document(header, block),
                Cut::TooLong { header, bytes, start } => self.too_long(&header, bytes, &start),
                Cut::Bad { kind, message, start } => {
                    Some(Raw::Rejected(Rejection::new(self.position(), kind, message, &start)))
                }
            };
            if raw.is_some() {
                return Ok(raw);
            }
        }
    }

    fn done(&self) -> u64 {
        self.cutter.records()
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        while self.cutter.records() < done && self.cutter.next()?.is_some() {}
        Ok(())
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.cutter.stream().bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

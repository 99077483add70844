//! From a WARC record to a record with text.

use std::sync::Arc;

use super::super::documents::string_field;
use super::super::encoding::EncodingGuess;
use super::super::format::not_utf8;
use super::super::mapping::{Fields, Mapping};
use super::super::reader::RawRecord;
use super::super::{Position, Reading, Record, RejectKind, Rejection};
use super::header::Header;
use super::http::{BadBody, Head};
use crate::html;

/// What a record says of its document.
#[derive(Debug)]
pub(super) struct About {
    id: Option<String>,
    url: Option<String>,
    date: Option<String>,
    language: Option<String>,
}

impl About {
    pub(super) fn take(header: &mut Header) -> Self {
        // Some writers put the address in brackets, which the first version of the format asked for.
        let bare = |url: String| url.trim_start_matches('<').trim_end_matches('>').to_owned();
        Self {
            id: header.take("warc-record-id"),
            url: header.take("warc-target-uri").map(bare),
            date: header.take("warc-date"),
            language: header.take("warc-identified-content-language"),
        }
    }

    fn size(&self) -> usize {
        [&self.id, &self.url, &self.date, &self.language].into_iter().flatten().map(String::len).sum()
    }

    fn fields(self, text: &str) -> Fields {
        let said =
            [("id", self.id), ("url", self.url), ("date", self.date), ("content_language", self.language)];
        let mut fields: Fields =
            said.into_iter().filter_map(|(name, value)| Some(string_field(name, &value?))).collect();
        fields.push(string_field("text", text));
        fields
    }
}

/// A record of text or of a page, still as bytes.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) position: Position,
    pub(super) about: About,
    pub(super) block: Vec<u8>,
    /// What stands in front of a page; none for text.
    pub(super) head: Option<Head>,
    pub(super) mapping: Arc<Mapping>,
    pub(super) max_bytes: usize,
}

impl RawRecord for Page {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.block.len() + self.about.size()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        let Self { position, mut about, block, head, mapping, max_bytes } = *self;
        let text = match &head {
            None => plain_text(&block),
            Some(head) => page_text(head, &block, max_bytes),
        };
        about.language = about.language.or_else(|| Some(head.as_ref()?.language()?.to_owned()));
        let made = text.and_then(|(text, encoding)| {
            let reading = Reading { encoding, ..Reading::default() };
            mapping.with_reading(position.clone(), about.fields(&text), reading)
        });
        made.map_err(|(kind, message)| Rejection::new(position, kind, message, &block))
    }
}

/// The text, with the name of its encoding if it was not UTF-8, or why there is none.
type Text = Result<(String, Option<&'static str>), (RejectKind, String)>;

fn plain_text(block: &[u8]) -> Text {
    match EncodingGuess::default().decode(block) {
        Some((text, encoding)) => Ok((text.trim_end().to_owned(), encoding)),
        None => Err((RejectKind::InvalidUtf8, not_utf8(block))),
    }
}

fn page_text(head: &Head, block: &[u8], max_bytes: usize) -> Text {
    let body = head.body(block, max_bytes).map_err(|bad| match bad {
        BadBody::Unknown(coding) => (
            RejectKind::BadResponse,
            format!("the content-encoding `{coding}` is not read; gzip and deflate are"),
        ),
        BadBody::Damaged => (RejectKind::BadResponse, "the compressed body is damaged".to_owned()),
        BadBody::TooLong(limit) => {
            let message = format!(
                "the body unpacks to more than the limit of {limit} bytes; raise input.max_line_bytes"
            );
            (RejectKind::LineTooLong, message)
        }
    })?;
    let Some((page, encoding)) = html::decode(&body, head.charset()) else {
        let message =
            "the encoding of this page can't be told: neither the response nor the page name one that fits";
        return Err((RejectKind::InvalidUtf8, message.to_owned()));
    };
    let text = html::main_text(&page);
    if text.is_empty() {
        return Err((RejectKind::EmptyText, "there is no text in this page".to_owned()));
    }
    Ok((text, encoding))
}

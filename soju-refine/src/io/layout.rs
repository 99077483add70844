//! How the bytes of an input make records.

use serde::{Deserialize, Serialize};

use super::json_values::has_data;
use super::{Compression, IoError};

/// A way in which files hold records. A new one goes into [`Layout::ALL`], gets its name and extensions
/// here and its reader in [`reader::open`](super::reader::open).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Layout {
    /// A JSON object per line.
    #[serde(rename = "jsonl")]
    JsonLines,
    /// A JSON array of objects, an object with such an array under `data`, or objects over several lines.
    Json,
    /// SQuAD's JSON: articles with paragraphs, each of which is a document.
    Squad,
    /// Comma-separated values with quotes (RFC 4180).
    Csv,
    /// Tab-separated values, a row a line.
    Tsv,
    /// Plain text, a file a document.
    Text,
    /// Plain text, a line a document.
    Lines,
    /// Plain text, blank lines between documents, as CC-100 has them.
    Paragraphs,
    /// Plain text, a heading ` = title = ` in front of each document, as in kowikitext.
    Headings,
    /// Treebanks: a block of lines is a sentence.
    Conllu,
    /// HPLT v4's folders of files whose lines belong together.
    HpltStages,
    /// Parquet with the text in a column of strings. Needs the feature `parquet`.
    Parquet,
    /// Common Crawl's extracted text: the `conversion` records of WARC files.
    Wet,
    /// Pages as they were fetched: the HTML `response` records of WARC files.
    Warc,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 14] = [
        Self::JsonLines,
        Self::Json,
        Self::Squad,
        Self::Csv,
        Self::Tsv,
        Self::Text,
        Self::Lines,
        Self::Paragraphs,
        Self::Headings,
        Self::Conllu,
        Self::HpltStages,
        Self::Parquet,
        Self::Wet,
        Self::Warc,
    ];

    /// Its name on the command line and in configurations.
    pub fn name(self) -> &'static str {
        match self {
            Self::JsonLines => "jsonl",
            Self::Json => "json",
            Self::Squad => "squad",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Text => "text",
            Self::Lines => "lines",
            Self::Paragraphs => "paragraphs",
            Self::Headings => "headings",
            Self::Conllu => "conllu",
            Self::HpltStages => "hplt-stages",
            Self::Parquet => "parquet",
            Self::Wet => "wet",
            Self::Warc => "warc",
        }
    }

    /// Extensions of files, without those of compression.
    pub fn extensions(self) -> &'static [&'static str] {
        match self {
            Self::JsonLines => &["jsonl", "ndjson"],
            Self::Json => &["json"],
            Self::Csv => &["csv"],
            Self::Tsv => &["tsv"],
            Self::Text => &["txt"],
            Self::Conllu => &["conllu"],
            Self::Squad | Self::Lines | Self::Paragraphs | Self::Headings | Self::HpltStages => &[],
            Self::Parquet => &["parquet"],
            Self::Wet => &["wet"],
            Self::Warc => &["warc"],
        }
    }

    /// The layout of that name.
    ///
    /// # Errors
    /// [`IoError::UnknownFormat`], with the names that there are.
    pub fn named(name: &str) -> Result<Self, IoError> {
        let known = Self::ALL.into_iter().find(|layout| layout.name() == name);
        known.ok_or_else(|| IoError::UnknownFormat {
            name: name.to_owned(),
            known: format!(
                "{}, and the corpora of `soju datasets list`",
                Self::ALL.map(Self::name).join(", ")
            ),
        })
    }

    /// The layout that a file's name promises, `a.jsonl.zst` as well as `a.jsonl`.
    pub fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        let base = match name.rsplit_once('.') {
            Some((base, extension)) if Compression::of_extension(extension).is_some() => base,
            _ => &name,
        };
        let (_, extension) = base.rsplit_once('.')?;
        Self::ALL.into_iter().find(|layout| layout.extensions().contains(&extension))
    }

    /// The layout after a look at the first bytes. JSON comes under wrong names: lines as `.json`, arrays as `.jsonl`.
    /// What the user named stays.
    pub(super) fn confirmed_by(self, head: &[u8], named: bool) -> Self {
        if named || !matches!(self, Self::JsonLines | Self::Json) {
            return self;
        }
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
        if text.starts_with(b"WARC/") {
            let extracted = memchr::memmem::find(text, b"conversion").is_some();
            return if extracted { Self::Wet } else { Self::Warc };
        }
        if text.starts_with(b"[") {
            // An array of one line is no object of JSON lines; an array in the place of the first object is.
            return if self == Self::Json || !is_array_line(text) { Self::Json } else { Self::JsonLines };
        }
        if !text.starts_with(b"{") {
            return self;
        }
        if has_data(head) {
            let articles = memchr::memmem::find(head, b"\"paragraphs\"").is_some();
            return if articles { Self::Squad } else { Self::Json };
        }
        // A line that is a whole object makes lines; one that ends inside makes values.
        match memchr::memchr(b'\n', text) {
            Some(end) if is_object(&text[..end]) => Self::JsonLines,
            Some(end) if text[..end].trim_ascii() == b"{" || self == Self::Json => Self::Json,
            _ => Self::JsonLines,
        }
    }
}

fn is_object(line: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(line).is_ok()
}

/// Whether the first line is an array that ends on it while more follows, as a bad record of JSON lines may be.
fn is_array_line(text: &[u8]) -> bool {
    memchr::memchr(b'\n', text)
        .is_some_and(|end| is_object(&text[..end]) && !text[end..].trim_ascii().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_promise_layouts_under_any_compression() {
        for name in ["a.jsonl", "dir.x/A.JSONL.zst", "a.b.ndjson.gz"] {
            assert_eq!(Layout::of_name(name), Some(Layout::JsonLines), "{name}");
        }
        for (name, layout) in [
            ("a.csv.xz", Layout::Csv),
            ("a.TSV", Layout::Tsv),
            ("CC-MAIN-1.warc.wet.gz", Layout::Wet),
            ("a.warc.gz", Layout::Warc),
        ] {
            assert_eq!(Layout::of_name(name), Some(layout), "{name}");
        }
        for name in ["-", "jsonl", "a.zst", "a.jsonl.partial", ".gz", ""] {
            assert_eq!(Layout::of_name(name), None, "{name}");
        }
    }

    #[test]
    fn every_name_is_known_and_others_are_not() {
        for layout in Layout::ALL {
            assert_eq!(Layout::named(layout.name()).unwrap(), layout);
            assert_eq!(serde_json::to_value(layout).unwrap(), layout.name());
        }
        let error = Layout::named("jsonk").unwrap_err();
        assert!(error.is_usage());
        assert!(
            error.to_string().starts_with("no format is called `jsonk`; there are jsonl, json,"),
            "{error}"
        );
    }

    #[test]
    fn json_is_told_by_its_head() {
        use Layout::{Json, JsonLines, Squad, Text, Warc, Wet};
        let line = "{\"text\":\"a\"}\n";
        let cases = [
            (Json, line.repeat(2), JsonLines),
            (JsonLines, line.repeat(2), JsonLines),
            (JsonLines, format!("[{line},{line}]"), Json),
            (JsonLines, format!("[1, 2]\n{line}"), JsonLines),
            (JsonLines, "{\n  \"text\": \"a\"\n}\n".to_owned(), Json),
            (JsonLines, "{\"text\": \n{\"text\":\"b\"}\n".to_owned(), JsonLines),
            (Json, "{\"a\": 1,\n \"text\": \"b\"}".to_owned(), Json),
            (JsonLines, "{\"version\":\"1\", \"data\" : [{\"x\":1}]}".to_owned(), Json),
            (Json, "{\"data\":[{\"paragraphs\":[]}]}".to_owned(), Squad),
            (Text, "[a]".to_owned(), Text),
            (JsonLines, "WARC/1.0\r\nWARC-Type: response\r\n".to_owned(), Warc),
            (JsonLines, "WARC/1.0\r\nWARC-Type: conversion\r\n".to_owned(), Wet),
            (JsonLines, String::new(), JsonLines),
        ];
        for (promised, head, layout) in cases {
            assert_eq!(promised.confirmed_by(head.as_bytes(), false), layout, "{head}");
            assert_eq!(promised.confirmed_by(head.as_bytes(), true), promised);
        }
    }
}

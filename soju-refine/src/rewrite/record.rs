//! A rewritten text as it is kept: marked, and with the place of each sentence in its source.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::align::Support;
use crate::document::Document;
use crate::job::rounded;

/// The member of a record's note that says that its text was written by a model. It is always `true`: a text
/// that is not synthetic has no such member.
pub const SYNTHETIC: &str = "synthetic";
/// The member of a record's note that holds [`Rewritten`] without its text.
pub const REWRITE: &str = "rewrite";

/// A text that passed the guards. It is synthetic, and says so wherever it is written.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rewritten {
    /// Always true; a record that says otherwise can't be read as one of these.
    synthetic: Synthetic,
    /// The text. A record has it in the field of its text, so it is not written here.
    #[serde(skip)]
    pub text: String,
    /// Its sentences, in order; those without a letter or digit are left out.
    pub sentences: Vec<SourceSpan>,
}

/// A sentence of a rewritten text with the part of the source that it comes from. Offsets are in Unicode code
/// points, as those of a record's edits are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SourceSpan {
    /// The sentence's first code point in the text.
    pub start: usize,
    /// The first behind it.
    pub end: usize,
    /// The first code point of its part of the source: of the text that the guards compared it with, or, in a record, of
    /// the text as it was read ([`Rewritten::in_original`]).
    pub source_start: usize,
    /// The first behind that.
    pub source_end: usize,
    /// Share of its letters that stand in runs of three which that part has, too, 0 to 1.
    pub overlap: f64,
}

impl Rewritten {
    /// `text` with its sentences' places in `source`. Sentences that have none are left out; the guards let none pass.
    pub(super) fn new(source: &str, text: &str, supports: &[Support]) -> Self {
        let (source, points) = (Points::of(source), Points::of(text));
        let sentences = supports.iter().filter_map(|support| {
            let from = support.source.as_ref()?;
            Some(SourceSpan {
                start: points.at(support.output.start),
                end: points.at(support.output.end),
                source_start: source.at(from.start),
                source_end: source.at(from.end),
                overlap: rounded(support.overlap),
            })
        });
        Self { synthetic: Synthetic, text: text.to_owned(), sentences: sentences.collect() }
    }

    /// The same with the sources of sentences in `source`'s text as it was read, where they were in its text as it is.
    #[must_use]
    pub fn in_original(mut self, source: &Document) -> Self {
        let (now, read) = (Points::of(source.text()), Points::of(source.original()));
        for sentence in &mut self.sentences {
            let bytes =
                now.byte(sentence.source_start, source.text())..now.byte(sentence.source_end, source.text());
            let original = source.original_span(bytes);
            sentence.source_start = read.at(original.start);
            sentence.source_end = read.at(original.end);
        }
        self
    }
}

/// Code points of a text by their bytes.
struct Points(Vec<usize>);

impl Points {
    fn of(text: &str) -> Self {
        Self(text.char_indices().map(|(at, _)| at).collect())
    }

    fn at(&self, byte: usize) -> usize {
        self.0.partition_point(|at| *at < byte)
    }

    /// The byte at which a code point of `text` begins; its length behind the last.
    fn byte(&self, point: usize, text: &str) -> usize {
        self.0.get(point).copied().unwrap_or(text.len())
    }
}

/// `true`, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Synthetic;

impl Serialize for Synthetic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bool(true)
    }
}

impl<'de> Deserialize<'de> for Synthetic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match bool::deserialize(deserializer)? {
            true => Ok(Self),
            false => Err(serde::de::Error::custom("a rewritten text is always synthetic")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{GuardConfig, Guards};
    use super::*;

    #[test]
    fn offsets_are_code_points_and_the_mark_can_not_be_lost() {
        let source = "홈 > 뉴스 😀\n비가 온다고 한다. 우산을 챙긴다.";
        let guards = Guards::new(GuardConfig { min_letters: 1, ..GuardConfig::default() });
        let kept = guards.pass(source, "우산을 챙긴다.", None).unwrap();
        let json = serde_json::to_value(&kept).unwrap();
        let expected = serde_json::json!({
            "synthetic": true,
            "sentences": [{"start": 0, "end": 8, "source_start": 20, "source_end": 28, "overlap": 1.0}],
        });
        assert_eq!(json, expected);
        assert_eq!(json[SYNTHETIC], true);
        let part: String = source.chars().skip(20).take(8).collect();
        assert_eq!(part, "우산을 챙긴다.");
        let read: Rewritten = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read.sentences, kept.sentences);
        let mut denied = json;
        denied[SYNTHETIC] = false.into();
        let error = serde_json::from_value::<Rewritten>(denied).unwrap_err().to_string();
        assert!(error.contains("always synthetic"), "{error}");
    }
}

//! Reads question answering corpora in SQuAD's layout: each paragraph of each article is a record.

use std::collections::VecDeque;
use std::sync::Arc;

use serde_json::value::RawValue;

use super::encoding::EncodingGuess;
use super::json_object::fields;
use super::json_values::Values;
use super::mapping::{Fields, Mapping, TextField};
use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::{
    ByteCount, ByteStream, InputWarning, IoError, Layout, Position, Reading, Record, RejectKind, Rejection,
};

/// Paragraphs of the articles under `data`. A place is a number of paragraphs; an article that can't be read counts as one.
///
/// A record has the paragraph's fields (`context`, the text, and `qas`) and those of its article, such as `title`.
pub struct Squad {
    articles: Values,
    waiting: VecDeque<Waiting>,
    done: u64,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
    warnings: Vec<InputWarning>,
}

type Waiting = Result<(Fields, Reading), (RejectKind, String, Vec<u8>)>;

impl Squad {
    /// Reads a stream that is at its start.
    pub fn new(mut stream: ByteStream, options: &ReadOptions) -> Self {
        let warnings = stream.warning().cloned().into_iter().collect();
        let guess = EncodingGuess::of_stream(&mut stream);
        let mut mapping = options.mapping(Some(Layout::Squad));
        if mapping.text == TextField::Auto {
            mapping.text = TextField::Named("context".into());
        }
        let articles = Values::new(stream, Some("data"), options.max_record_bytes);
        Self { articles, waiting: VecDeque::new(), done: 0, mapping: Arc::new(mapping), guess, warnings }
    }

    /// The paragraphs of an article, with the article's other fields in front of their own.
    fn split(&self, article: &[u8]) -> Result<Vec<(Fields, Reading)>, (RejectKind, String)> {
        let bad = |message: String| (RejectKind::BadJson, message);
        let Some((json, encoding)) = self.guess.decode(article) else {
            return Err((RejectKind::InvalidUtf8, "the article is not UTF-8".into()));
        };
        let whole = fields(&json).map_err(|error| bad(format!("not a JSON object: {error}")))?;
        let (paragraphs, shared): (Fields, Fields) =
            whole.into_iter().partition(|(name, _)| name == "paragraphs");
        let Some((_, paragraphs)) = paragraphs.last() else {
            return Err((RejectKind::MissingText, "the article has no `paragraphs`".into()));
        };
        let paragraphs: Vec<Box<RawValue>> =
            serde_json::from_str(paragraphs.get()).map_err(|error| bad(format!("`paragraphs`: {error}")))?;
        let split = paragraphs.iter().map(|paragraph| {
            let own = fields(paragraph.get()).map_err(|error| bad(format!("a paragraph: {error}")))?;
            let mut all = shared.clone();
            all.extend(own);
            Ok((all, Reading { encoding, ..Reading::default() }))
        });
        split.collect()
    }

    fn fill(&mut self) -> Result<bool, IoError> {
        while self.waiting.is_empty() {
            match self.articles.next()? {
                None => return Ok(false),
                Some(Err(Rejection { reason, message, excerpt, .. })) => {
                    self.waiting.push_back(Err((reason, message, excerpt.into_bytes())));
                }
                Some(Ok(article)) => match self.split(&article) {
                    Ok(paragraphs) => self.waiting.extend(paragraphs.into_iter().map(Ok)),
                    Err((kind, message)) => self.waiting.push_back(Err((kind, message, article))),
                },
            }
        }
        Ok(true)
    }
}

impl Reader for Squad {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        if !self.fill()? {
            return Ok(None);
        }
        self.done += 1;
        let position = Position { line: self.done, ..self.articles.position() };
        Ok(self.waiting.pop_front().map(|waiting| match waiting {
            Err((kind, message, bytes)) => Raw::Rejected(Rejection::new(position, kind, message, &bytes)),
            Ok((fields, reading)) => {
                let mapping = Arc::clone(&self.mapping);
                Raw::Record(Box::new(FieldsRecord { position, fields, reading, mapping }))
            }
        }))
    }

    fn done(&self) -> u64 {
        self.done
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        while self.done < done && self.next_record()?.is_some() {}
        Ok(())
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.articles.stream().bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

/// A record whose fields are known.
#[derive(Debug)]
pub(super) struct FieldsRecord {
    pub(super) position: Position,
    pub(super) fields: Fields,
    pub(super) reading: Reading,
    pub(super) mapping: Arc<Mapping>,
}

impl RawRecord for FieldsRecord {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.fields.iter().map(|(name, value)| name.len() + value.get().len()).sum()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        let Self { position, fields, reading, mapping } = *self;
        // The longest field is what a person would want to see of a record without a text.
        let quote = fields.iter().max_by_key(|(_, value)| value.get().len()).map(|(_, value)| value.clone());
        mapping.with_reading(position.clone(), fields, reading).map_err(|(kind, message)| {
            let quote = quote.map_or_else(Vec::new, |value| value.get().as_bytes().to_vec());
            Rejection::new(position, kind, message, &quote)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::reader::testing::{self, Outcome};

    const KORQUAD: &str = r#"{"version": "KorQuAD_v1.0_dev", "data": [
        {"paragraphs": [{"qas": [{"id": "1", "question": "누구?"}], "context": "가는 나다."},
                        {"qas": [], "context": "나는 다다."}], "title": "임종석"},
        {"title": "빈 글", "paragraphs": []},
        {"title": "없는 글"},
        {"title": "수학", "paragraphs": [{"context": "다는 라다.", "qas": []}, {"qas": []}]}]}"#;

    fn read(text: &str) -> Vec<Outcome> {
        testing::read_all(text.as_bytes(), |stream| Squad::new(stream, &ReadOptions::default()))
    }

    #[test]
    fn a_paragraph_is_a_record_with_its_title() {
        let outcomes = read(KORQUAD);
        let texts: Vec<_> = outcomes.iter().map(|o| o.as_ref().ok().map(|r| r.text.as_str())).collect();
        assert_eq!(texts, [Some("가는 나다."), Some("나는 다다."), None, Some("다는 라다."), None]);
        let first = outcomes[0].as_ref().unwrap();
        let names: Vec<_> = first.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["title", "qas", "context"]);
        assert_eq!((first.position.line, &*first.text_field), (1, "context"));
        let missing = outcomes[2].as_ref().unwrap_err();
        assert_eq!((missing.reason, missing.position.line), (RejectKind::MissingText, 3));
        assert_eq!(outcomes[4].as_ref().unwrap_err().position.line, 5);
    }

    #[test]
    fn damage_ends_nothing_before_it() {
        let outcomes = read(&KORQUAD[..KORQUAD.find("는 라다").unwrap()]);
        assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 2);
        assert_eq!(outcomes.last().unwrap().as_ref().unwrap_err().reason, RejectKind::Truncated);
        assert!(read("{\"data\": {}}").is_empty());
        assert_eq!(read("{\"data\": [1, [], \"x\", {\"paragraphs\": 7}]}").len(), 4);
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let options = ReadOptions::default();
        testing::resumes_everywhere(KORQUAD.as_bytes(), |stream| Squad::new(stream, &options));
    }
}

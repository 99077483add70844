//! Reads treebanks in CoNLL-U and its relatives: a block of lines is a sentence.
//!
//! Universal Dependencies give the sentence as a comment, `# text = …`. KLUE writes `## identifier<TAB>sentence`,
//! for named entities with marks in the sentence and one character a line below, which then are the text.

use std::sync::Arc;

use super::documents::string_field;
use super::encoding::EncodingGuess;
use super::mapping::{Fields, Mapping};
use super::reader::{Raw, ReadOptions, Reader};
use super::record::EXCERPT_BYTES;
use super::squad::FieldsRecord;
use super::{
    ByteCount, ByteStream, InputWarning, IoError, Layout, LineReader, LineStatus, Position, Reading,
    RejectKind, Rejection,
};

/// Sentences of a treebank. A place is a number of lines.
pub struct Conllu {
    lines: LineReader,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
    max_bytes: usize,
    warnings: Vec<InputWarning>,
}

#[derive(Debug, Default)]
struct Sentence {
    first: u64,
    bytes: usize,
    id: Option<String>,
    text: Option<String>,
    /// The first columns one after the other, as long as each is one character.
    characters: String,
    words: bool,
    encoding: Option<&'static str>,
    bad: Option<(RejectKind, String)>,
    excerpt: Vec<u8>,
}

impl Conllu {
    /// Reads a stream that is at its start.
    pub fn new(stream: ByteStream, options: &ReadOptions) -> Self {
        let mut lines = LineReader::new(stream, options.max_record_bytes);
        let warnings = lines.warning().cloned().into_iter().collect();
        let guess = lines.guess_encoding();
        let mapping = Arc::new(options.mapping(Some(Layout::Conllu)));
        Self { lines, mapping, guess, max_bytes: options.max_record_bytes, warnings }
    }

    fn add(&self, sentence: &mut Sentence, status: LineStatus, line: &[u8]) {
        sentence.bytes += line.len();
        let wanted = EXCERPT_BYTES.saturating_sub(sentence.excerpt.len());
        sentence.excerpt.extend_from_slice(&line[..line.len().min(wanted)]);
        if sentence.bytes > self.max_bytes || matches!(status, LineStatus::TooLong { .. }) {
            let message = format!("sentence of more than {} bytes, the limit", self.max_bytes);
            sentence.bad = Some((RejectKind::LineTooLong, message));
        } else if status == LineStatus::Truncated {
            let message = "the readable part of the file ends in the middle of this sentence".into();
            sentence.bad = Some((RejectKind::Truncated, message));
        }
        if sentence.bad.is_some() {
            return;
        }
        let Some((line, encoding)) = self.guess.decode(line) else {
            sentence.bad = Some((RejectKind::InvalidUtf8, "a line of the sentence is not UTF-8".into()));
            return;
        };
        sentence.encoding = sentence.encoding.or(encoding);
        if let Some(klue) = line.strip_prefix("## ") {
            if let Some((id, text)) = klue.split_once('\t') {
                sentence.id = Some(id.to_owned());
                sentence.text = Some(text.to_owned());
            }
        } else if let Some(comment) = line.strip_prefix('#') {
            let Some((name, value)) = comment.split_once('=') else { return };
            match name.trim() {
                "text" => sentence.text = Some(value.trim().to_owned()),
                "sent_id" => sentence.id = Some(value.trim().to_owned()),
                _ => {}
            }
        } else {
            sentence.token(&line);
        }
    }
}

impl Sentence {
    fn token(&mut self, line: &str) {
        let Some((form, _)) = line.split_once('\t') else { return };
        self.words |= form.chars().nth(1).is_some();
        if !self.words {
            self.characters.push_str(form);
        }
    }

    fn fields(self) -> (Fields, Reading) {
        // The marks of entities, as in <이순신:PS>.
        let marked = self.text.as_deref().is_some_and(|text| text.contains('<') && text.contains(':'));
        let letters = marked && !self.words && !self.characters.is_empty();
        let text = if letters { self.characters } else { self.text.unwrap_or_default() };
        let mut fields = Fields::new();
        fields.extend(self.id.map(|id| string_field("id", &id)));
        fields.push(string_field("text", &text));
        (fields, Reading { encoding: self.encoding, ..Reading::default() })
    }
}

impl Reader for Conllu {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        let mut line = Vec::new();
        let mut sentence = Sentence::default();
        // KLUE's files begin with comments that belong to no sentence; a blank line ends them too.
        while let Some(status) = self.lines.next_line_or_blank(&mut line)? {
            if status == LineStatus::Complete && line.trim_ascii().is_empty() {
                if sentence.first > 0 {
                    break;
                }
                continue;
            }
            if sentence.first == 0 {
                sentence.first = self.lines.line();
            }
            self.add(&mut sentence, status, &line);
            if status == LineStatus::Truncated {
                break;
            }
        }
        if sentence.first == 0 {
            return Ok(None);
        }
        let position = Position { line: sentence.first, ..self.lines.position() };
        if let Some((kind, message)) = sentence.bad {
            return Ok(Some(Raw::Rejected(Rejection::new(position, kind, message, &sentence.excerpt))));
        }
        if sentence.text.is_none() {
            let message = "no line such as `# text = …` or `## identifier<TAB>sentence`";
            let kind = RejectKind::MissingText;
            return Ok(Some(Raw::Rejected(Rejection::new(position, kind, message, &sentence.excerpt))));
        }
        let (fields, reading) = sentence.fields();
        let mapping = Arc::clone(&self.mapping);
        Ok(Some(Raw::Record(Box::new(FieldsRecord { position, fields, reading, mapping }))))
    }

    fn done(&self) -> u64 {
        self.lines.line()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::reader::testing::{self, Outcome};

    const UD: &str = "# sent_id = train-1\n# text = 그는 갔다.\n1\t그는\t그\tPRON\n2\t갔다\t가\tVERB\n3\t.\t.\tPUNCT\n\n\
                      # sent_id = train-2\n1\t네\t네\tINTJ\n\n\
                      ## klue-ner-v1_dev_00000\t<이순신:PS>은 장군\n이\tB-PS\n순\tI-PS\n신\tI-PS\n은\tO\n \tO\n장\tO\n군\tO\n\n\
                      ## klue-dp-v1_dev_00001\t해운대 바다\n1\t해운대\tNNP\n2\t바다\tNNG\n";

    fn read(bytes: &[u8]) -> Vec<Outcome> {
        let options = ReadOptions { max_record_bytes: 200, ..ReadOptions::default() };
        testing::read_all(bytes, |stream| Conllu::new(stream, &options))
    }

    #[test]
    fn sentences_of_universal_dependencies_and_klue() {
        let outcomes = read(UD.as_bytes());
        let got: Vec<_> = outcomes
            .iter()
            .map(|o| o.as_ref().ok().map(|r| (r.id.as_deref().unwrap(), r.text.as_str())))
            .collect();
        let expected = [
            Some(("train-1", "그는 갔다.")),
            None,
            Some(("klue-ner-v1_dev_00000", "이순신은 장군")),
            Some(("klue-dp-v1_dev_00001", "해운대 바다")),
        ];
        assert_eq!(got, expected);
        let rejection = outcomes[1].as_ref().unwrap_err();
        assert_eq!((rejection.reason, rejection.position.line), (RejectKind::MissingText, 7));
    }

    #[test]
    fn bad_sentences_are_rejected_alone() {
        let long = format!("# text = {}\n\n# text = 가\n\n# text = \u{fffd}\n", "나".repeat(100));
        let outcomes = read(long.as_bytes());
        assert_eq!(outcomes.iter().map(Result::is_ok).collect::<Vec<_>>(), [false, true, true]);
        let outcomes = read(b"# text = \xff\xfe\n\n# text = a\n");
        assert_eq!(outcomes[0].as_ref().unwrap_err().reason, RejectKind::InvalidUtf8);
        assert!(outcomes[1].is_ok());
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let options = ReadOptions::default();
        testing::resumes_everywhere(UD.as_bytes(), |stream| Conllu::new(stream, &options));
    }
}

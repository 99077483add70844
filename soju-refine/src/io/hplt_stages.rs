//! Reads the stage layout of HPLT v4: files in one folder whose lines belong together.
//!
//! `text.zst` holds `{"text": …}`, `metadata.zst` the other fields, `md.zst` and `xml.zst` the text with its
//! structure; line n of each is document n. Source: the README of HPLT-textpipes.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::json_object::fields;
use super::mapping::{Mapping, TextField};
use super::reader::{Raw, RawRecord, ReadOptions, Reader};
use super::{
    ByteCount, ByteStream, Input, InputWarning, IoError, LineReader, LineStatus, Position, Reading, Record,
    RejectKind, Rejection, Source,
};

/// The file whose name stands for the whole.
const TEXT: &str = "text.zst";
const METADATA: &str = "metadata.zst";

/// Documents of a stage. A place is a number of lines.
///
/// The text is that of `text.zst`, or of `md.zst` or `xml.zst` where the text field is `md` or `xml`. What is not the
/// text is not read: it would go out uncleaned.
pub struct HpltStages {
    text: LineReader,
    metadata: LineReader,
    text_path: PathBuf,
    metadata_path: PathBuf,
    mapping: Arc<Mapping>,
    ended: bool,
    warnings: Vec<InputWarning>,
}

impl HpltStages {
    /// The `metadata.zst` that makes a file of this name the `text.zst` of a stage, where it is there.
    pub(super) fn metadata_of(name: &str) -> Option<String> {
        let folder = name.strip_suffix(TEXT)?;
        let whole = folder.is_empty() || folder.ends_with(['/', std::path::MAIN_SEPARATOR]);
        whole.then(|| format!("{folder}{METADATA}"))
    }

    /// Opens the files beside `text.zst`.
    ///
    /// # Errors
    /// The input is standard input, or what belongs to it is not there.
    pub fn open(input: &Input, options: &ReadOptions) -> Result<Self, IoError> {
        let mut mapping = options.mapping(None);
        mapping.schema = mapping.schema.or(Some("hplt-v4"));
        let main = match &mapping.text {
            TextField::Named(name) if **name == *"md" => "md.zst",
            TextField::Named(name) if **name == *"xml" => "xml.zst",
            _ => TEXT,
        };
        let open = |name: &str| {
            let beside = beside(input, name)?;
            let stream = ByteStream::open(&beside)?;
            let path = PathBuf::from(&*beside.name);
            Ok::<_, IoError>((LineReader::new(stream, options.max_record_bytes), path))
        };
        let ((text, text_path), (metadata, metadata_path)) = (open(main)?, open(METADATA)?);
        let warnings = [&text, &metadata].iter().filter_map(|lines| lines.warning().cloned()).collect();
        let mapping = Arc::new(mapping);
        Ok(Self { text, metadata, text_path, metadata_path, mapping, ended: false, warnings })
    }

    /// The error for files of different length: which line belongs to which is no longer sure.
    fn apart(&self, shorter: &Path, longer: &Path) -> IoError {
        let lines = self.done();
        let message = format!(
            "ends after line {lines} while {} goes on; the documents before were read, fetch both again",
            longer.display()
        );
        IoError::Unsuited { path: shorter.to_owned(), message }
    }
}

impl Reader for HpltStages {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        if self.ended {
            return Ok(None);
        }
        let (mut text, mut metadata) = (Vec::new(), Vec::new());
        self.ended = true;
        let one = self.text.next_line_or_blank(&mut text)?;
        let other = self.metadata.next_line_or_blank(&mut metadata)?;
        let (one, other) = match (one, other) {
            (None, None) => return Ok(None),
            (Some(_), None) => return Err(self.apart(&self.metadata_path, &self.text_path)),
            (None, Some(_)) => return Err(self.apart(&self.text_path, &self.metadata_path)),
            (Some(one), Some(other)) => (one, other),
        };
        self.ended = false;
        let position = self.text.position();
        for (lines, status, line) in [(&self.text, one, &text), (&self.metadata, other, &metadata)] {
            if status != LineStatus::Complete
                && let Some(rejection) = lines.rejection(status, line)
            {
                return Ok(Some(Raw::Rejected(Rejection { position, ..rejection })));
            }
        }
        let mapping = Arc::clone(&self.mapping);
        Ok(Some(Raw::Record(Box::new(Pair { text, metadata, position, mapping }))))
    }

    fn done(&self) -> u64 {
        self.text.line().min(self.metadata.line())
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        self.text.skip_lines(done)?;
        self.metadata.skip_lines(done).map(drop)
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.text.compressed_bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

/// The file of that name in the folder of an input.
fn beside(input: &Input, name: &str) -> Result<Input, IoError> {
    match &input.source {
        Source::File(path) => Input::file(path.with_file_name(name)),
        Source::Object(url) => {
            let folder = url.rfind('/').map_or("", |slash| &url[..=slash]);
            let url = format!("{folder}{name}");
            Ok(Input { name: url.as_str().into(), source: Source::Object(url), bytes: None, modified: None })
        }
        Source::Stdin => {
            let message = "is no file; this layout is several in one folder, name their text.zst";
            Err(IoError::Unsuited { path: PathBuf::from(&*input.name), message: message.into() })
        }
    }
}

/// The lines of a document.
#[derive(Debug)]
struct Pair {
    text: Vec<u8>,
    metadata: Vec<u8>,
    position: Position,
    mapping: Arc<Mapping>,
}

impl RawRecord for Pair {
    fn position(&self) -> &Position {
        &self.position
    }

    fn size(&self) -> usize {
        self.text.len() + self.metadata.len()
    }

    fn parse(self: Box<Self>) -> Result<Record, Rejection> {
        let Self { text, metadata, position, mapping } = *self;
        let read = |line: &[u8], file: &str| {
            let Some((json, encoding)) = EncodingGuess::default().decode(line) else {
                let message = format!("the line of {file} is not UTF-8");
                return Err((RejectKind::InvalidUtf8, message));
            };
            match fields(&json) {
                Ok(fields) => Ok((fields, encoding)),
                Err(error) => {
                    Err((RejectKind::BadJson, format!("the line of {file} is not a JSON object: {error}")))
                }
            }
        };
        let record = read(&metadata, METADATA).and_then(|(mut all, _)| {
            let (own, encoding) = read(&text, "the text")?;
            all.extend(own);
            let reading = Reading { encoding, ..Reading::default() };
            mapping.with_reading(position.clone(), all, reading)
        });
        record.map_err(|(kind, message)| Rejection::new(position, kind, message, &text))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::io::reader::{self, testing};

    struct Stage(tempfile::TempDir);

    impl Stage {
        /// Files of several frames each.
        fn with(files: &[(&str, &str)]) -> Self {
            let dir = tempfile::tempdir().unwrap();
            for (name, text) in files {
                let frames = text.split_inclusive('\n');
                let bytes = frames.flat_map(|line| zstd::encode_all(line.as_bytes(), 1).unwrap());
                fs::write(dir.path().join(name), bytes.collect::<Vec<u8>>()).unwrap();
            }
            Self(dir)
        }

        fn read(&self, options: &ReadOptions) -> (Vec<testing::Outcome>, Option<IoError>) {
            let input = Input::file(self.0.path().join(TEXT)).unwrap();
            testing::drain(&mut *reader::open(&input, options).unwrap())
        }
    }

    const META: &str = "{\"u\":\"http://a.kr\",\"openlid-v3\":{\"lang\":[\"kor_Hang\"]}}\n{\"u\":\"b\"}\n{\"u\":\n{\"u\":\"d\"}\n";
    const LINES: &str = "{\"text\":\"가\"}\n\n{\"text\":\"다\"}\n{\"text\":\"라\"}\n";

    #[test]
    fn lines_of_both_files_make_a_document() {
        let stage = Stage::with(&[(TEXT, LINES), (METADATA, META), ("md.zst", "{\"md\":\"# 가\"}\n\n\n\n")]);
        let (outcomes, error) = stage.read(&ReadOptions::default());
        assert!(error.is_none(), "{error:?}");
        let texts: Vec<_> = outcomes.iter().map(|o| o.as_ref().ok().map(|r| r.text.as_str())).collect();
        assert_eq!(texts, [Some("가"), None, None, Some("라")]);
        let first = outcomes[0].as_ref().unwrap();
        let names: Vec<_> = first.fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["u", "openlid-v3", "text"]);
        assert_eq!(first.reading.schema, Some("hplt-v4"));
        let places: Vec<_> =
            outcomes.iter().filter_map(|o| o.as_ref().err()).map(|r| r.position.line).collect();
        assert_eq!(places, [2, 3]);

        let options = ReadOptions { text_field: Some("md".into()), ..ReadOptions::default() };
        let markdown = stage.read(&options).0.remove(0).unwrap();
        assert_eq!((markdown.text.as_str(), markdown.fields.len()), ("# 가", 3));
    }

    #[test]
    fn files_of_different_length_end_in_an_error() {
        let stage =
            Stage::with(&[(TEXT, "{\"text\":\"가\"}\n{\"text\":\"나\"}\n"), (METADATA, "{\"u\":\"a\"}\n")]);
        let (outcomes, error) = stage.read(&ReadOptions::default());
        assert_eq!(outcomes.len(), 1);
        let error = error.unwrap().to_string();
        assert!(error.contains("metadata.zst ends after line 1 while") && error.contains(TEXT), "{error}");
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let stage = Stage::with(&[(TEXT, LINES), (METADATA, META)]);
        let input = Input::file(stage.0.path().join(TEXT)).unwrap();
        testing::resumes(|| HpltStages::open(&input, &ReadOptions::default()).unwrap());
    }

    #[test]
    fn stages_are_told_by_two_names_and_are_no_stream() {
        assert_eq!(HpltStages::metadata_of("s3://a/b/text.zst").as_deref(), Some("s3://a/b/metadata.zst"));
        assert_eq!(HpltStages::metadata_of(TEXT).as_deref(), Some(METADATA));
        assert_eq!(HpltStages::metadata_of("a/context.zst"), None);
        let options = ReadOptions { layout: Some(crate::io::Layout::HpltStages), ..ReadOptions::default() };
        let error = reader::open(&Input::stdin(), &options).err().unwrap().to_string();
        assert!(error.contains("name their text.zst"), "{error}");
    }

    #[test]
    fn without_its_metadata_it_is_a_text_of_another_kind() {
        let stage = Stage::with(&[(TEXT, LINES)]);
        let (outcomes, _) = stage.read(&ReadOptions::default());
        assert_eq!(outcomes.iter().filter(|o| o.is_ok()).count(), 3);
    }
}

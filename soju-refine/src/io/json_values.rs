//! Reads the values of a JSON file one by one: the elements of an array, or objects over several lines.

use std::io::BufRead;
use std::sync::Arc;

use super::encoding::EncodingGuess;
use super::json_lines::JsonRecord;
use super::mapping::Mapping;
use super::reader::{Raw, ReadOptions, Reader};
use super::record::EXCERPT_BYTES;
use super::{ByteCount, ByteStream, InputWarning, IoError, Layout, Position, RejectKind, Rejection};

/// What a cut gave.
enum Cut {
    /// A value is in the buffer.
    Whole,
    /// One that is longer than the limit; its start is in the buffer.
    TooLong(u64),
    /// The input ends in the middle of one.
    Truncated,
    End,
}

/// Cuts the values out of a stream, with memory bounded by the longest that is allowed.
///
/// Values are those of the array that the file is, or of the array under a key of the object that the file
/// is, or else those that stand one after the other. Brackets are counted, nothing is parsed: a value that is no JSON
/// gets its rejection later.
pub(super) struct Values {
    stream: ByteStream,
    key: Option<&'static [u8]>,
    max_bytes: usize,
    /// Values delivered or passed over.
    pub(super) count: u64,
    /// How many brackets are open around the values; none before they begin.
    base: Option<usize>,
    ended: bool,
}

impl Values {
    /// `key` names the array in the object that the file is.
    pub(super) fn new(mut stream: ByteStream, key: Option<&'static str>, max_bytes: usize) -> Self {
        if stream.peek().starts_with(b"\xef\xbb\xbf") {
            stream.consume(3);
        }
        let key = key.map(str::as_bytes);
        Self { stream, key, max_bytes, count: 0, base: None, ended: false }
    }

    pub(super) fn stream(&self) -> &ByteStream {
        &self.stream
    }

    pub(super) fn position(&self) -> Position {
        Position { file: Arc::clone(self.stream.name()), line: self.count }
    }

    fn peek(&mut self) -> Result<Option<u8>, IoError> {
        loop {
            match self.stream.fill_buf() {
                Ok(chunk) => return Ok(chunk.first().copied()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(self.stream.fault(error, self.count));
                }
            }
        }
    }

    /// The next byte that is no white space and no comma, left in place.
    fn next_byte(&mut self) -> Result<Option<u8>, IoError> {
        while let Some(byte) = self.peek()? {
            if !(byte.is_ascii_whitespace() || byte == b',') {
                return Ok(Some(byte));
            }
            self.stream.consume(1);
        }
        Ok(None)
    }

    /// Goes to the first value.
    fn begin(&mut self) -> Result<(), IoError> {
        let first = self.next_byte()?;
        self.base = Some(0);
        match (first, self.key) {
            (Some(b'['), _) => {
                self.stream.consume(1);
                self.base = Some(1);
            }
            (Some(b'{'), Some(key)) => {
                self.stream.consume(1);
                self.base = Some(1);
                self.find_array(key)?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Goes into the array under `key`; to the end where there is none.
    fn find_array(&mut self, key: &[u8]) -> Result<(), IoError> {
        let mut name = Vec::new();
        loop {
            match self.next_byte()? {
                None | Some(b'}') => {
                    self.ended = true;
                    return Ok(());
                }
                Some(b':') => self.stream.consume(1),
                Some(b'[') if name == key => {
                    self.stream.consume(1);
                    return Ok(());
                }
                Some(byte) => {
                    let string = byte == b'"';
                    name.clear();
                    self.value(&mut name, key.len() + 2)?;
                    // Only a name is followed by a colon; a value that looks like it is followed by a comma.
                    let is_name = string && self.next_byte()? == Some(b':');
                    if is_name && name.len() >= 2 {
                        name = name[1..name.len() - 1].to_vec();
                    } else {
                        name.clear();
                    }
                }
            }
        }
    }

    /// Takes the next value into `buf`, or no more than its start.
    fn cut(&mut self, buf: &mut Vec<u8>, max_bytes: usize) -> Result<Cut, IoError> {
        buf.clear();
        if self.ended {
            return Ok(Cut::End);
        }
        if self.base.is_none() {
            self.begin()?;
        }
        match self.next_byte()? {
            _ if self.ended => return Ok(Cut::End),
            None => {
                self.ended = true;
                return Ok(Cut::End);
            }
            Some(b']' | b'}') if self.base != Some(0) => {
                self.ended = true;
                return Ok(Cut::End);
            }
            Some(_) => {}
        }
        self.count += 1;
        let (bytes, whole) = self.value(buf, max_bytes)?;
        if !whole {
            self.ended = true;
            return Ok(Cut::Truncated);
        }
        Ok(if bytes > max_bytes as u64 { Cut::TooLong(bytes) } else { Cut::Whole })
    }

    /// Reads one value; gives its length and whether it has an end.
    fn value(&mut self, buf: &mut Vec<u8>, max_bytes: usize) -> Result<(u64, bool), IoError> {
        let mut scan = Scan::default();
        let mut bytes = 0u64;
        let number = self.count;
        loop {
            let chunk = match self.stream.fill_buf() {
                Ok(chunk) => chunk,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.ended = true;
                    return Err(self.stream.fault(error, number.saturating_sub(1)));
                }
            };
            if chunk.is_empty() {
                return Ok((bytes, scan.may_end()));
            }
            let (used, done) = scan.run(chunk);
            bytes += used as u64;
            let part = &chunk[..used];
            if bytes <= max_bytes as u64 {
                buf.extend_from_slice(part);
            } else {
                let wanted = EXCERPT_BYTES.saturating_sub(buf.len());
                buf.extend_from_slice(&part[..part.len().min(wanted)]);
                buf.truncate(EXCERPT_BYTES);
            }
            self.stream.consume(used);
            if done {
                return Ok((bytes, true));
            }
        }
    }

    /// The next value, or a rejection in its place.
    pub(super) fn next(&mut self) -> Result<Option<Result<Vec<u8>, Rejection>>, IoError> {
        let mut bytes = Vec::new();
        let (kind, message) = match self.cut(&mut bytes, self.max_bytes)? {
            Cut::End => return Ok(None),
            Cut::Whole => return Ok(Some(Ok(bytes))),
            Cut::TooLong(length) => (
                RejectKind::LineTooLong,
                format!(
                    "value of {length} bytes; the limit is {}, raise input.max_line_bytes to keep such values",
                    self.max_bytes
                ),
            ),
            Cut::Truncated => (RejectKind::Truncated, "the file ends in the middle of this value".into()),
        };
        Ok(Some(Err(Rejection::new(self.position(), kind, message, &bytes))))
    }

    /// Passes over values.
    pub(super) fn skip(&mut self, n: u64) -> Result<(), IoError> {
        let mut start = Vec::new();
        while self.count < n && !matches!(self.cut(&mut start, 0)?, Cut::End) {}
        Ok(())
    }
}

/// How far a value goes.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    in_string: bool,
    escaped: bool,
    begun: bool,
    scalar: bool,
}

impl Scan {
    /// How many bytes of the chunk belong to the value, and whether it ends with them.
    fn run(&mut self, chunk: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while at < chunk.len() {
            if self.in_string && !self.escaped {
                match memchr::memchr2(b'"', b'\\', &chunk[at..]) {
                    Some(ahead) => at += ahead,
                    None => return (chunk.len(), false),
                }
            }
            let byte = chunk[at];
            if self.in_string {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    _ => self.in_string = false,
                }
                at += 1;
                if !self.in_string && self.depth == 0 {
                    return (at, true);
                }
                continue;
            }
            if self.scalar && (byte.is_ascii_whitespace() || matches!(byte, b',' | b':' | b']' | b'}')) {
                return (at, true);
            }
            match byte {
                b'"' if !self.scalar => self.in_string = true,
                b'[' | b'{' if !self.scalar => self.depth += 1,
                b']' | b'}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return (at + 1, true);
                    }
                }
                _ if self.depth == 0 => self.scalar = true,
                _ => {}
            }
            self.begun = true;
            at += 1;
        }
        (at, false)
    }

    /// Whether the end of the input may be that of the value.
    fn may_end(&self) -> bool {
        self.scalar || !self.begun
    }
}

/// Values of a JSON file. A place is a number of values.
pub struct JsonValues {
    values: Values,
    mapping: Arc<Mapping>,
    guess: EncodingGuess,
    warnings: Vec<InputWarning>,
}

impl JsonValues {
    /// Reads a stream that is at its start. An object with an array under `data` stands for that array.
    pub fn new(mut stream: ByteStream, options: &ReadOptions) -> Self {
        let warnings = stream.warning().cloned().into_iter().collect();
        let guess = EncodingGuess::of_stream(&mut stream);
        let key = has_data(stream.peek()).then_some("data");
        let values = Values::new(stream, key, options.max_record_bytes);
        Self { values, mapping: Arc::new(options.mapping(Some(Layout::Json))), guess, warnings }
    }
}

/// Whether the head is that of an object which holds its records under `data`.
pub(super) fn has_data(head: &[u8]) -> bool {
    let Some(at) = memchr::memmem::find(head, b"\"data\"") else { return false };
    let rest = head[at + 6..].trim_ascii_start();
    head.trim_ascii_start().starts_with(b"{")
        && rest.strip_prefix(b":").is_some_and(|rest| rest.trim_ascii_start().starts_with(b"["))
}

impl Reader for JsonValues {
    fn next_record(&mut self) -> Result<Option<Raw>, IoError> {
        Ok(self.values.next()?.map(|value| match value {
            Err(rejection) => Raw::Rejected(rejection),
            Ok(bytes) => {
                let (position, mapping) = (self.values.position(), Arc::clone(&self.mapping));
                Raw::Record(Box::new(JsonRecord { bytes, position, mapping, guess: self.guess }))
            }
        }))
    }

    fn done(&self) -> u64 {
        self.values.count
    }

    fn skip_to(&mut self, done: u64) -> Result<(), IoError> {
        self.values.skip(done)
    }

    fn compressed_bytes_read(&self) -> ByteCount {
        self.values.stream.bytes_read()
    }

    fn take_warnings(&mut self) -> Vec<InputWarning> {
        std::mem::take(&mut self.warnings)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::io::reader::testing::{self, Outcome};

    fn read(bytes: &[u8]) -> Vec<Outcome> {
        let options = ReadOptions { max_record_bytes: 60, ..ReadOptions::default() };
        testing::read_all(bytes, |stream| JsonValues::new(stream, &options))
    }

    fn texts(text: &str) -> Vec<(u64, String)> {
        let all = read(text.as_bytes()).into_iter();
        all.map(|o| o.map(|r| (r.position.line, r.text)).unwrap()).collect()
    }

    #[test]
    fn arrays_objects_and_what_is_under_data() {
        let two = vec![(1, "가".to_owned()), (2, "나]}\"".to_owned())];
        let (a, b) = (r#"{"text":"가","n":[1,{"x":2}]}"#, r#"{"text":"나]}\"" }"#);
        for text in [
            format!("[{a},{b}]"),
            format!("\u{feff} [ {a}\n ,\n{b} ]\n"),
            format!("{a}\n{b}"),
            format!("{a}{b}\n"),
            format!(r#"{{"version":"1","data":[{a},{b}],"more":[1]}}"#),
            format!(r#"{{"x":{{"data":[1]}},"y":"data","z":["data"], "data" : [ {a} , {b} ] }}"#),
        ] {
            assert_eq!(texts(&text), two, "{text}");
        }
        assert!(texts("").is_empty() && texts("[]").is_empty() && texts("{\"data\":[]}").is_empty());
    }

    #[test]
    fn what_is_no_object_is_rejected_and_the_next_is_read() {
        let outcomes = read(r#"[1, "a", [2], {"text":"가"}, {"text":}, tru, {"text":"나"}]"#.as_bytes());
        let good: Vec<_> = outcomes.iter().map(Result::is_ok).collect();
        assert_eq!(good, [false, false, false, true, false, false, true]);
        let rejection = outcomes[4].as_ref().unwrap_err();
        assert_eq!((rejection.reason, rejection.position.line), (RejectKind::BadJson, 5));
    }

    #[test]
    fn long_and_cut_off_values_are_rejected() {
        let text = format!(r#"[{{"text":"{}"}},{{"text":"가"}},{{"text":"나"#, "x".repeat(100));
        let outcomes = read(text.as_bytes());
        let kinds: Vec<_> = outcomes.iter().map(|o| o.as_ref().err().map(|r| r.reason)).collect();
        assert_eq!(kinds, [Some(RejectKind::LineTooLong), None, Some(RejectKind::Truncated)]);
        assert_eq!(read("[".repeat(1_000_000).as_bytes()).len(), 1);
    }

    #[test]
    fn every_place_is_one_to_go_on_from() {
        let text = r#"[{"text":"가"},{"text":"나"}, 7, {"text":"다"}]"#;
        let options = ReadOptions::default();
        testing::resumes_everywhere(text.as_bytes(), |stream| JsonValues::new(stream, &options));
    }

    proptest! {
        #[test]
        fn no_bytes_make_it_panic_or_hang(text in r#"[\[\]{}:,"\\ 0-9a-z]{0,60}"#, bytes: Vec<u8>) {
            prop_assert!(read(text.as_bytes()).len() <= text.len() + 1);
            let bytes = [b" ", &bytes[..]].concat();
            prop_assert!(read(&bytes).len() <= bytes.len() + 1);
        }
    }
}

//! The named fields that begin a WARC record or an HTTP message.

/// Named fields, in their order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Header(Vec<(String, String)>);

impl Header {
    /// Reads lines such as `Name: value`; a line that begins with white space goes on with the value before it. What is no
    /// field is passed over.
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        for line in bytes.split(|b| *b == b'\n') {
            let text = String::from_utf8_lossy(line.trim_ascii());
            if line.starts_with(b" ") || line.starts_with(b"\t") {
                if let Some((_, value)) = fields.last_mut() {
                    value.push(' ');
                    value.push_str(&text);
                }
            } else if let Some((name, value)) = text.split_once(':') {
                fields.push((name.trim_end().to_owned(), value.trim_start().to_owned()));
            }
        }
        Self(fields)
    }

    /// The value of a field, whatever the case of its name; the first where it stands more than once.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Takes a value out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let field = self.0.iter_mut().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(std::mem::take(&mut field.1))
    }
}

/// Where the body begins, behind the first empty line at or behind `from`.
pub(super) fn body_at(bytes: &[u8], from: usize) -> Option<usize> {
    memchr::memchr_iter(b'\n', bytes.get(from..)?).find_map(|at| match bytes.get(from + at + 1..)? {
        [b'\n', ..] => Some(from + at + 2),
        [b'\r', b'\n', ..] => Some(from + at + 3),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_whatever_their_case_and_over_several_lines() {
        let header = Header::parse(
            b"WARC-Type: response\r\nnonsense\r\nA :  1\r\n\tand 2\r\na: 3\r\nurl: http://b:80/\r\n",
        );
        assert_eq!(header.get("warc-TYPE"), Some("response"));
        assert_eq!(header.get("a"), Some("1 and 2"));
        assert_eq!(header.get("url"), Some("http://b:80/"));
        assert_eq!(header.get("nonsense"), None);
        assert_eq!(Header::parse(b" x\n:\xff\n").get(""), Some("\u{fffd}"));
    }

    #[test]
    fn the_body_begins_behind_an_empty_line() {
        assert_eq!(body_at(b"A: 1\r\n\r\nbody", 0), Some(8));
        assert_eq!(body_at(b"A: 1\n\nbody", 0), Some(6));
        assert_eq!(body_at(b"A: 1\r\n\n\nbody", 0), Some(7));
        assert_eq!(body_at(b"A: 1\r\n", 0), None);
        assert_eq!(body_at(b"", 3), None);
    }
}

//! An HTTP response as a WARC record holds it (RFC 9112).
//!
//! Crawlers differ in what they store: Common Crawl undoes the transfer encoding and the compression and renames the fields
//! that spoke of them, others store what came, others again undo it and leave the fields. So each is undone where the bytes
//! say so, too. The length is that of the record; `content-length` may be that of the compressed body.

use std::borrow::Cow;
use std::io::{self, Read};

use super::header::{Header, body_at};

/// Bytes in which a page without a content type is looked for a tag.
const SNIFF_BYTES: usize = 1024;

/// A response up to its body.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) status: u16,
    header: Header,
    /// Where the body begins.
    body: usize,
}

/// Why a body can't be had.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum BadBody {
    /// It is compressed in another way than by gzip or deflate.
    Unknown(String),
    /// Its compressed data is damaged from its beginning.
    Damaged,
    /// It would have more bytes than this.
    TooLong(usize),
}

impl Head {
    /// Reads the status line and the fields. None if this is no response.
    pub(super) fn parse(block: &[u8]) -> Option<Self> {
        let line = block.strip_prefix(b"HTTP/")?;
        let end = memchr::memchr(b'\n', line).unwrap_or(line.len());
        let status = line[..end].split(u8::is_ascii_whitespace).nth(1)?;
        let status = std::str::from_utf8(status).ok()?.parse().ok()?;
        let first = block.len() - line.len() + end;
        let body = body_at(block, first).unwrap_or(block.len());
        Some(Self { status, header: Header::parse(&block[first.min(body)..body]), body })
    }

    /// Whether the body is HTML that was asked for, by the status and the content type or, where there is none, by how
    /// it begins.
    pub(super) fn is_page(&self, block: &[u8]) -> bool {
        if !(200..300).contains(&self.status) {
            return false;
        }
        let Some(kind) = self.header.get("content-type") else {
            let start = &block[self.body..];
            let start = start[..start.len().min(SNIFF_BYTES)].to_ascii_lowercase();
            return ["<!doctype html", "<html", "<head", "<body"]
                .iter()
                .any(|tag| memchr::memmem::find(&start, tag.as_bytes()).is_some());
        };
        let kind = kind.split([';', ',']).next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    }

    /// The encoding of the text that the content type names.
    pub(super) fn charset(&self) -> Option<&str> {
        let kind = self.header.get("content-type")?;
        kind.split(';').skip(1).find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("charset").then(|| value.trim())
        })
    }

    /// The language that the server names.
    pub(super) fn language(&self) -> Option<&str> {
        self.header.get("content-language")
    }

    /// The body as it is meant, of `max_bytes` at most.
    pub(super) fn body<'a>(&self, block: &'a [u8], max_bytes: usize) -> Result<Cow<'a, [u8]>, BadBody> {
        let mut body = Cow::Borrowed(&block[self.body..]);
        if self.header.get("transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked"))
            && let Some(whole) = dechunk(&body)
        {
            body = Cow::Owned(whole);
        }
        let Some(coding) = self.header.get("content-encoding") else { return Ok(body) };
        match coding.trim().to_ascii_lowercase().as_str() {
            "" | "identity" | "none" => Ok(body),
            "gzip" | "x-gzip" if !body.starts_with(b"\x1f\x8b") => Ok(body),
            "gzip" | "x-gzip" => unpack(flate2::read::MultiGzDecoder::new(&*body), max_bytes).map(Cow::Owned),
            "deflate" => inflate(&body, max_bytes).map(Cow::Owned),
            // Undone already, if it begins with a tag.
            _ if body.trim_ascii_start().starts_with(b"<") => Ok(body),
            other => Err(BadBody::Unknown(other.chars().take(40).collect())),
        }
    }
}

/// Undoes the transfer encoding. None if this is not in it. What is cut off is given as far as it goes.
fn dechunk(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut whole = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    loop {
        let Some((size, after)) = chunk_size(rest) else {
            return (rest.len() < bytes.len()).then_some(whole);
        };
        let n = after.len().min(size);
        whole.extend_from_slice(&after[..n]);
        if size == 0 || n < size {
            return Some(whole);
        }
        rest = &after[n..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

/// The size of a chunk, and what follows its line.
fn chunk_size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    /// A line with extensions; longer ones are none.
    const LINE_BYTES: usize = 1024;
    let end = memchr::memchr(b'\n', &bytes[..bytes.len().min(LINE_BYTES)])?;
    let line = bytes[..end].split(|b| *b == b';').next()?.trim_ascii();
    let size = usize::from_str_radix(std::str::from_utf8(line).ok()?, 16).ok()?;
    (!line.starts_with(b"+")).then_some((size, &bytes[end + 1..]))
}

/// `deflate` is data with zlib's header by its standard, and bare by the habit of some servers.
fn inflate(body: &[u8], max_bytes: usize) -> Result<Vec<u8>, BadBody> {
    match unpack(flate2::read::ZlibDecoder::new(body), max_bytes) {
        Err(BadBody::Damaged) => unpack(flate2::read::DeflateDecoder::new(body), max_bytes),
        other => other,
    }
}

/// Decompresses, as far as the data is good.
fn unpack(decoder: impl Read, max_bytes: usize) -> Result<Vec<u8>, BadBody> {
    let mut whole = Vec::new();
    let read: io::Result<usize> = decoder.take(max_bytes as u64 + 1).read_to_end(&mut whole);
    if whole.len() > max_bytes {
        return Err(BadBody::TooLong(max_bytes));
    }
    if read.is_err() && whole.is_empty() {
        return Err(BadBody::Damaged);
    }
    Ok(whole)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn body(block: &[u8]) -> Result<String, BadBody> {
        let head = Head::parse(block).unwrap();
        head.body(block, 10_000).map(|body| String::from_utf8(body.into_owned()).unwrap())
    }

    fn response(fields: &str, body: &[u8]) -> Vec<u8> {
        [format!("HTTP/1.1 200 OK\r\n{fields}\r\n").as_bytes(), body].concat()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn pages_are_told_from_other_responses() {
        let is_page =
            |block: &str| Head::parse(block.as_bytes()).is_some_and(|head| head.is_page(block.as_bytes()));
        assert!(is_page("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"));
        assert!(is_page("HTTP/2 200\r\ncontent-type: Application/XHTML+xml\r\n\r\n"));
        assert!(is_page("HTTP/1.0 203 x\n\n\n <!DOCTYPE HTML>"));
        for other in [
            "HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\n\r\n<html>",
            "HTTP/1.1 200 OK\r\n\r\n%PDF",
            "HTTP/1.1 OK\r\n\r\n",
            "GET / HTTP/1.1\r\n\r\n",
            "",
        ] {
            assert!(!is_page(other), "{other}");
        }
        let head =
            Head::parse(b"HTTP/1.1 200 OK\r\nContent-Type: text/html; a=b; Charset = \"EUC-KR\"\r\n\r\n")
                .unwrap();
        assert_eq!(head.charset(), Some("\"EUC-KR\""));
    }

    #[test]
    fn chunks_are_put_together() {
        let chunked = "Transfer-Encoding: chunked\r\n";
        let whole = response(chunked, "6;x=y\r\n가나\r\n4\r\n<p>!\r\n0\r\n\r\n".as_bytes());
        assert_eq!(body(&whole).unwrap(), "가나<p>!");
        assert_eq!(body(&response(chunked, b"3\nabc\n5\nde")).unwrap(), "abcde");
        assert_eq!(body(&response(chunked, b"3\r\nabc\r\nzz\r\n")).unwrap(), "abc");
        // Undone already, though the field is still there.
        for plain in ["<html>a", "", "+3\r\nabc", "ffffffffffffffffffff\r\na"] {
            assert_eq!(body(&response(chunked, plain.as_bytes())).unwrap(), plain);
        }
    }

    #[test]
    fn compressed_bodies_are_unpacked_within_the_limit() {
        let text = "가나다 ".repeat(50);
        assert_eq!(body(&response("Content-Encoding: gzip\r\n", &gzip(text.as_bytes()))).unwrap(), text);
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        assert_eq!(
            body(&response("Content-Encoding: deflate\r\n", &encoder.finish().unwrap())).unwrap(),
            text
        );
        let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        assert_eq!(
            body(&response("Content-Encoding: Deflate\r\n", &encoder.finish().unwrap())).unwrap(),
            text
        );
        assert_eq!(body(&response("Content-Encoding: gzip\r\n", b"<html>")).unwrap(), "<html>");
        assert_eq!(body(&response("Content-Encoding: br\r\n", b" <html>")).unwrap(), " <html>");
        let bomb = gzip(&vec![b' '; 1 << 20]);
        assert_eq!(body(&response("Content-Encoding: gzip\r\n", &bomb)), Err(BadBody::TooLong(10_000)));
        assert_eq!(
            body(&response("Content-Encoding: gzip\r\n", b"\x1f\x8bxxxxxxxxxxxx")),
            Err(BadBody::Damaged)
        );
        assert_eq!(body(&response("Content-Encoding: br\r\n", b"\x0b")), Err(BadBody::Unknown("br".into())));
        // What is cut off is read as far as it goes.
        let cut = gzip("가나다라".repeat(500).as_bytes());
        assert!(
            body(&response("Content-Encoding: gzip\r\n", &cut[..cut.len() - 8]))
                .unwrap()
                .starts_with("가나다라")
        );
    }
}

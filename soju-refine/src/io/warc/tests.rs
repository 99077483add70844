use std::io::Write;

use proptest::prelude::*;

use super::*;
use crate::io::reader::testing::{self, Outcome};
use crate::io::{Compression, Input, reader};

const ARTICLE: &str = "대한민국의 수도는 서울이다. 서울은 한강을 끼고 있으며, 오랜 역사를 가진 도시이다. 조선이 이곳을 도읍으로 삼은 \
    뒤 육백 년 동안 나라의 중심이었고, 지금은 천만에 가까운 사람이 산다.";

fn page() -> String {
    let menu = "<li><a href=/a>메뉴</a></li>".repeat(10);
    format!("<html><body><ul>{menu}</ul><div id=content><p>{ARTICLE}</p><p>{ARTICLE}</p></div></body></html>")
}

fn record(kind: &str, fields: &str, block: &[u8]) -> Vec<u8> {
    let header = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: http://a.kr/1\r\n\
         WARC-Date: 2024-01-02T03:04:05Z\r\n{fields}Content-Length: {}\r\n\r\n",
        block.len()
    );
    [header.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn text(text: &str) -> Vec<u8> {
    let fields = "WARC-Identified-Content-Language: kor,eng\r\nContent-Type: text/plain\r\n";
    record("conversion", fields, text.as_bytes())
}

fn response(http: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{http}\r\n");
    record(
        "response",
        "Content-Type: application/http; msgtype=response\r\n",
        &[head.as_bytes(), body].concat(),
    )
}

fn warcinfo() -> Vec<u8> {
    record("warcinfo", "Content-Type: application/warc-fields\r\n", b"software: a\r\n")
}

fn options() -> ReadOptions {
    ReadOptions { max_record_bytes: 20_000, ..ReadOptions::default() }
}

fn read(layout: Layout, parts: &[Vec<u8>]) -> Vec<Outcome> {
    testing::read_all(&parts.concat(), |stream| Warc::new(stream, layout, &options()))
}

fn kinds(outcomes: &[Outcome]) -> Vec<Option<RejectKind>> {
    outcomes.iter().map(|o| o.as_ref().err().map(|r| r.reason)).collect()
}

fn gzip(parts: &[Vec<u8>]) -> Vec<u8> {
    let member = |part: &Vec<u8>| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(part).unwrap();
        encoder.finish().unwrap()
    };
    parts.iter().flat_map(member).collect()
}

#[test]
fn extracted_text_comes_with_what_the_record_says() {
    let outcomes = read(Layout::Wet, &[warcinfo(), text("가나다\n라마바\n"), text("사")]);
    assert_eq!(outcomes.len(), 2);
    let record = outcomes[0].as_ref().unwrap();
    assert_eq!((record.text.as_str(), record.position.line), ("가나다\n라마바", 2));
    assert_eq!(record.id.as_deref(), Some("<urn:uuid:1>"));
    assert_eq!(record.reading.schema, Some("wet"));
    let fields: Vec<_> = record.fields.iter().map(|(n, v)| format!("{n}={}", v.get())).collect();
    let expected = [
        "id=\"<urn:uuid:1>\"",
        "url=\"http://a.kr/1\"",
        "date=\"2024-01-02T03:04:05Z\"",
        "content_language=\"kor,eng\"",
        "text=\"가나다\\n라마바\"",
    ];
    assert_eq!(fields, expected);
}

#[test]
fn pages_of_every_encoding_come_out_right() {
    let cp949 = encoding_rs::EUC_KR.encode(&page()).0.into_owned();
    let meta =
        encoding_rs::EUC_KR.encode(&page().replace("<body>", "<meta charset=euc-kr><body>")).0.into_owned();
    let chunked: Vec<u8> = cp949
        .chunks(7)
        .flat_map(|c| [format!("{:x}\r\n", c.len()).as_bytes(), c, b"\r\n"].concat())
        .collect();
    let html = "Content-Type: text/html\r\n";
    let cases = [
        (response("Content-Type: text/html; charset=EUC-KR\r\n", &cp949), Some("EUC-KR")),
        (response("Content-Type: text/html; charset=ISO-8859-1\r\n", &cp949), Some("EUC-KR")),
        (response(html, &meta), Some("EUC-KR")),
        (response(html, &cp949), Some("EUC-KR")),
        (response(html, page().as_bytes()), None),
        (
            response(
                &format!("{html}Transfer-Encoding: chunked\r\n"),
                &[&chunked[..], b"0\r\n\r\n"].concat(),
            ),
            Some("EUC-KR"),
        ),
        (
            response(&format!("{html}Content-Encoding: gzip\r\n"), &gzip(std::slice::from_ref(&cp949))),
            Some("EUC-KR"),
        ),
        (response(&format!("{html}Content-Length: 7\r\nContent-Language: ko\r\n"), page().as_bytes()), None),
    ];
    for (record, encoding) in cases {
        let record = read(Layout::Warc, &[warcinfo(), record]).remove(0).unwrap();
        assert_eq!(record.text, format!("{ARTICLE}\n{ARTICLE}"));
        assert_eq!(record.reading.encoding, encoding);
    }
}

#[test]
fn what_is_no_page_is_passed_over_and_counted() {
    let html = "Content-Type: text/html\r\n";
    let not_found = record("response", "", b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>x");
    let parts = [
        warcinfo(),
        record("request", "", b"GET / HTTP/1.1\r\n\r\n"),
        response("Content-Type: image/png\r\n", b"\x89PNG"),
        not_found,
        response(html, page().as_bytes()),
        record("metadata", "", b"a: b"),
        record("response", "", b"no response"),
        response(html, b"<html><script>x</script></html>"),
        response(&format!("{html}Content-Encoding: br\r\n"), b"\x1b\x00"),
    ]
    .concat();
    let stream = ByteStream::from_read("f".into(), std::io::Cursor::new(parts)).unwrap();
    let mut reader = Warc::new(stream, Layout::Warc, &options());
    assert!(reader.take_warnings().is_empty());
    let (outcomes, error) = testing::drain(&mut reader);
    assert!(error.is_none());
    use RejectKind::{BadResponse, EmptyText};
    assert_eq!(kinds(&outcomes), [None, Some(BadResponse), Some(EmptyText), Some(BadResponse)]);
    assert_eq!(outcomes[2].as_ref().unwrap_err().position.line, 8);
    let warnings: Vec<_> = reader.take_warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["in f responses without success or not HTML were passed over: 2"]);
}

#[test]
fn records_that_break_the_format_are_rejected_alone() {
    let with = |from: &str, to: &str| {
        let record = String::from_utf8(text("가나다라")).unwrap();
        assert!(record.contains(from));
        record.replace(from, to).into_bytes()
    };
    let length = "Content-Length: 12";
    let cases = [
        (with("WARC-Type: conversion\r\n", ""), "this record has no warc-type"),
        (
            with(length, "Content-Length: 7"),
            "content-length says 7, but the next record begins after 16 bytes",
        ),
        (with("가나다라", &"가나다라".repeat(9)), "content-length says 12, but no record begins there"),
        (
            with(length, "Content-Length: 40"),
            "content-length says 40, but the next record begins after 16 bytes",
        ),
        (
            with(length, "Content-Length: 9000"),
            "content-length says 9000, but the next record begins after 16 bytes",
        ),
        (with(length, "Content-Length: -1"), "this record has no content-length that is a number"),
        (with(length, "X: y"), "this record has no content-length that is a number"),
        (with(length, "Content-Length: 99999999999"), "record of 99999999999 bytes; the limit is 20000"),
        (b"garbage\nWARC\n\n".to_vec(), "14 bytes that are no WARC record"),
        (
            with("WARC-Date: ", &format!("X: {}\r\nWARC-Date: ", "y".repeat(30_000))),
            "the header of this record has more",
        ),
    ];
    for (bad, message) in cases {
        let outcomes = read(Layout::Wet, &[text("앞"), bad.clone(), text("뒤"), text("끝")]);
        let good: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().ok()).map(|r| r.text.as_str()).collect();
        assert_eq!(good, ["앞", "뒤", "끝"], "{message}");
        let rejections: Vec<_> = outcomes.iter().filter_map(|o| o.as_ref().err()).collect();
        assert_eq!(rejections.len(), 1, "{message}: {rejections:?}");
        assert!(rejections[0].message.starts_with(message), "{}", rejections[0].message);
        assert_eq!(rejections[0].position.line, 2);
        testing::resumes_everywhere(&[text("앞"), bad, text("뒤")].concat(), |stream| {
            Warc::new(stream, Layout::Wet, &options())
        });
    }
}

#[test]
fn a_long_record_is_passed_over_without_being_held() {
    let long = text(&"가".repeat(100_000));
    let image = response("Content-Type: image/png\r\n", &[b'x'; 300_000]);
    let outcomes = read(Layout::Wet, &[long.clone(), text("뒤")]);
    assert_eq!(kinds(&outcomes), [Some(RejectKind::LineTooLong), None]);
    assert!(
        outcomes[0].as_ref().unwrap_err().message.starts_with("record of 300000 bytes; the limit is 20000")
    );
    let outcomes = read(Layout::Warc, &[image, response("", page().as_bytes())]);
    assert_eq!(kinds(&outcomes), [None]);
}

#[test]
fn files_that_are_cut_off_give_what_they_have() {
    let whole = [warcinfo(), text("가나다"), text("라마바")];
    let bytes = whole.concat();
    let outcomes = read(Layout::Wet, &[bytes[..bytes.len() - 8].to_vec()]);
    assert_eq!(kinds(&outcomes), [None, Some(RejectKind::Truncated)]);
    let outcomes = read(Layout::Wet, &[bytes[..bytes.len() - 60].to_vec()]);
    assert_eq!(kinds(&outcomes), [None, Some(RejectKind::Truncated)]);
    assert_eq!(kinds(&read(Layout::Wet, &[bytes[..bytes.len() - 4].to_vec()])), [None, None]);
    // The last member is not whole: what it gave is rejected, then the file is an error.
    let packed = gzip(&whole);
    let stream =
        ByteStream::from_read("f".into(), std::io::Cursor::new(packed[..packed.len() - 30].to_vec()))
            .unwrap();
    let (outcomes, error) = testing::drain(&mut Warc::new(stream, Layout::Wet, &options()));
    assert!(outcomes[0].is_ok());
    assert!(matches!(error, Some(IoError::CutShort { compression: Compression::Gzip, .. })), "{error:?}");
}

#[test]
fn a_file_is_told_by_its_name_and_by_its_first_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let parts = [warcinfo(), text("가나다"), response("Content-Type: text/html\r\n", page().as_bytes())];
    for (name, schema, expected) in [
        ("CC-MAIN-1-00000.warc.wet.gz", "common-crawl-wet", "가나다".to_owned()),
        ("a.wet.gz", "wet", "가나다".to_owned()),
        ("a.warc.gz", "warc", format!("{ARTICLE}\n{ARTICLE}")),
        ("CC-NEWS-1.warc.gz", "common-crawl-warc", format!("{ARTICLE}\n{ARTICLE}")),
        ("unknown", "wet", "가나다".to_owned()),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, gzip(&parts)).unwrap();
        let mut reader = reader::open(&Input::file(&path).unwrap(), &ReadOptions::default()).unwrap();
        let (outcomes, _) = testing::drain(&mut *reader);
        assert_eq!(outcomes.len(), 1, "{name}");
        let record = outcomes[0].as_ref().unwrap();
        assert_eq!(
            (record.text.as_str(), record.reading.schema),
            (expected.as_str(), Some(schema)),
            "{name}"
        );
    }
}

/// Each record claims to be as long as may be, and the buffer that this fills is not moved for each.
#[test]
fn many_wrong_lengths_cost_no_more_than_one() {
    let record = "WARC/1.0\r\nContent-Length: 9000000\r\n\r\n";
    let options = ReadOptions { max_record_bytes: 10 << 20, ..ReadOptions::default() };
    let bytes = record.repeat(300_000);
    let outcomes = testing::read_all(bytes.as_bytes(), |stream| Warc::new(stream, Layout::Wet, &options));
    assert_eq!(outcomes.len(), 300_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_damage_makes_it_panic_or_lose_its_place(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in prop::option::of((any::<prop::sample::Index>(), any::<prop::sample::Index>())),
    ) {
        let parts = [warcinfo(), text("가나다"), response("Content-Type: text/html\r\n", "<p>글".as_bytes()), text("라"), text("마")];
        let mut bytes = parts.concat();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some((a, b)) = cut {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            bytes.drain(a.min(b)..a.max(b));
        }
        for layout in [Layout::Wet, Layout::Warc] {
            let options = ReadOptions { max_record_bytes: 300, ..ReadOptions::default() };
            let outcomes = testing::read_all(&bytes, |stream| Warc::new(stream, layout, &options));
            if !outcomes.is_empty() {
                testing::resumes_everywhere(&bytes, |stream| Warc::new(stream, layout, &options));
            }
        }
    }
}

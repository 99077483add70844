//! The main job on files of Common Crawl's kinds.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::{Scratch, prose};

fn record(kind: &str, number: usize, block: &[u8]) -> Vec<u8> {
    let header = format!(
        "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{number}>\r\nWARC-Target-URI: http://a.kr/{number}\r\n\
         WARC-Date: 2024-01-02T03:04:05Z\r\nContent-Length: {}\r\n\r\n",
        block.len()
    );
    [header.as_bytes(), block, b"\r\n\r\n"].concat()
}

fn page(number: usize) -> String {
    let items = ["처음", "소식", "자료실", "사진첩", "모임", "책방", "회원가입", "로그인", "사이트맵"];
    let menu: String = items.iter().map(|item| format!("<li><a href=/a>{item}</a></li>")).collect();
    format!(
        "<html><head><title>도서관</title><script>var x = 1;</script></head><body><ul>{menu}</ul>\
         <div id=content><p>{}</p></div><div id=footer>Copyright</div></body></html>",
        prose(number)
    )
}

fn response(number: usize, kind: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n");
    record("response", number, &[head.as_bytes(), body].concat())
}

/// A member for each record, as Common Crawl has it.
fn gzip(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for record in records {
        let mut encoder = GzEncoder::new(&mut bytes, Compression::fast());
        encoder.write_all(record).unwrap();
        encoder.finish().unwrap();
    }
    bytes
}

#[test]
fn pages_and_extracted_texts_are_cleaned() {
    let scratch = Scratch::new();
    let cp949 = encoding_rs::EUC_KR.encode(&page(2)).0.into_owned();
    let pages = [
        record("warcinfo", 0, b"software: a\r\n"),
        record("request", 1, b"GET / HTTP/1.1\r\n\r\n"),
        response(1, "text/html; charset=utf-8", page(1).as_bytes()),
        response(2, "text/html; charset=ISO-8859-1", &cp949),
        response(3, "image/png", b"\x89PNG"),
        response(4, "text/html", b"<html><body></body></html>"),
    ];
    scratch.write("a.warc.gz", gzip(&pages));
    let mut bad = String::from_utf8(record("conversion", 6, prose(6).as_bytes())).unwrap();
    bad = bad.replace("Content-Length: ", "Content-Length: 9");
    let texts = [
        record("conversion", 5, prose(5).as_bytes()),
        bad.into_bytes(),
        record("conversion", 7, prose(7).as_bytes()),
    ];
    scratch.write("b.warc.wet.gz", gzip(&texts));
    scratch
        .clean("out", &["a.warc.gz", "b.warc.wet.gz"], &[])
        .expect(0, &["in a.warc.gz responses without success or not HTML were passed over: 1"]);
    let out = scratch.out("out");
    assert_eq!(out.counts(), [6, 4, 0, 2]);
    let kept = out.kept();
    for (record, number) in kept.iter().zip([1, 2, 5, 7]) {
        // Of a page as short as this the menu may stay, but nothing of the script and the footer.
        let text = record["text"].as_str().unwrap();
        assert!(text.ends_with(&prose(number)) && !text.contains("var x"), "{text}");
        assert_eq!(record["url"], format!("http://a.kr/{number}"));
        assert_eq!(record["id"], format!("<urn:uuid:{number}>"));
    }
    assert_eq!(kept[1]["soju"]["reading"]["encoding"], "EUC-KR");
    let rejected: Vec<_> =
        out.rejects().iter().map(|r| format!("{}@{}", r["reason"].as_str().unwrap(), r["line"])).collect();
    assert_eq!(rejected, ["empty_text@6", "bad_record@2"]);
}

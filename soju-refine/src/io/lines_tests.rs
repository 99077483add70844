use std::io::Write;

use super::*;
use crate::io::Source;

const LIMIT: usize = 1 << 20;

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn zstd(data: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.include_checksum(true).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn xz(data: &[u8]) -> Vec<u8> {
    let options = lzma_rust2::XzOptions::with_preset(1);
    let mut encoder = lzma_rust2::XzWriter::new(Vec::new(), options).unwrap();
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn bzip2(data: &[u8]) -> Vec<u8> {
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

fn reader(name: &str, data: impl Into<Vec<u8>>) -> LineReader {
    LineReader::from_read(name.into(), io::Cursor::new(data.into()), LIMIT).unwrap()
}

/// Everything that a reader gives: lines with number and status, then the error if there is one.
fn read_all(mut reader: LineReader) -> (Vec<(u64, LineStatus, String)>, Option<IoError>) {
    let (mut lines, mut buf) = (Vec::new(), Vec::new());
    loop {
        match reader.next_line(&mut buf) {
            Ok(Some(status)) => {
                lines.push((reader.line(), status, String::from_utf8_lossy(&buf).into_owned()))
            }
            Ok(None) => return (lines, None),
            Err(error) => {
                assert!(matches!(reader.next_line(&mut buf), Ok(None)), "an error is the end");
                return (lines, Some(error));
            }
        }
    }
}

fn complete(data: impl Into<Vec<u8>>) -> Vec<(u64, String)> {
    let (lines, error) = read_all(reader("f", data));
    assert!(error.is_none(), "{error:?}");
    assert!(lines.iter().all(|l| l.1 == LineStatus::Complete));
    lines.into_iter().map(|(n, _, text)| (n, text)).collect()
}

/// Lines that compress badly, so that a file of them has many blocks.
fn noise(lines: usize) -> String {
    let mut state = 1u64;
    (0..lines).fold(String::new(), |mut text, _| {
        for _ in 0..8 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(&format!("{state:016x}"));
        }
        text.push('\n');
        text
    })
}

#[test]
fn line_ends_byte_order_mark_and_blank_lines() {
    let text = "\u{feff}가\r\n\n \t\r\n나\r다\n라";
    let lines = [(1, "가".into()), (4, "나\r다".into()), (5, "라".into())];
    for data in [text.as_bytes().to_vec(), gzip(text.as_bytes()), zstd(text.as_bytes())] {
        assert_eq!(complete(data), lines);
    }
    assert_eq!(complete("a\n\u{feff}b\n"), [(1, "a".into()), (2, "\u{feff}b".into())]);
}

#[test]
fn nothing_and_next_to_nothing() {
    assert!(complete("").is_empty());
    assert!(complete(gzip(b"")).is_empty());
    assert!(complete(zstd(b"")).is_empty());
    assert!(complete("\u{feff}").is_empty());
    assert!(complete("\r\n\n").is_empty());
    assert_eq!(reader("a.jsonl", "").warning().unwrap().to_string(), "a.jsonl is empty");
}

#[test]
fn several_members_and_frames() {
    let skippable = [&b"\x5a\x2a\x4d\x18\x04\0\0\0"[..], b"skip"].concat();
    let frames =
        [&skippable[..], &zstd(b"a\nb"), &skippable, &zstd(b"c\n"), &zstd(b""), &zstd(b"d")].concat();
    let lines = [(1, "a".into()), (2, "bc".into()), (3, "d".into())];
    assert_eq!(complete(frames), lines);
    for pack in [gzip, xz, bzip2] {
        assert_eq!(complete([pack(b"a\nb"), pack(b""), pack(b"c\nd")].concat()), lines);
    }
}

#[test]
fn content_is_believed_over_the_name() {
    let warning = |name: &str, data: Vec<u8>| {
        let reader = reader(name, data);
        let warning = reader.warning().map(ToString::to_string);
        assert_eq!(read_all(reader).0[0].2, "a");
        warning
    };
    assert_eq!(
        warning("a.jsonl.zst", b"a\n".to_vec()).unwrap(),
        "a.jsonl.zst is named like a file of zstd data but is uncompressed; reading it as uncompressed"
    );
    assert!(warning("a.jsonl", gzip(b"a\n")).unwrap().ends_with("is gzip; reading it as gzip"));
    assert!(warning("a.gz", zstd(b"a\n")).is_some());
    for (name, data) in
        [("a.jsonl", b"a".to_vec()), ("a.GZ", gzip(b"a")), ("a.zst", zstd(b"a")), ("-", gzip(b"a"))]
    {
        assert_eq!(warning(name, data), None, "{name}");
    }
}

#[test]
fn every_truncation_gives_a_prefix_and_an_error() {
    let text = noise(6000);
    let whole: Vec<_> = text.lines().collect();
    for data in [gzip(text.as_bytes()), zstd(text.as_bytes())] {
        for cut in [4, 12, data.len() / 3, data.len() / 2, data.len() - 9, data.len() - 1] {
            let (lines, error) = read_all(reader("dir/a", &data[..cut]));
            let (partial, done): (Vec<_>, Vec<_>) =
                lines.iter().partition(|(_, status, _)| *status == LineStatus::Truncated);
            assert!(done.iter().zip(&whole).all(|(line, text)| line.2 == *text));
            assert!(partial.len() <= 1);
            if let Some((number, _, start)) = partial.first() {
                assert!(whole[done.len()].starts_with(start.as_str()));
                assert_eq!(*number, done.len() as u64 + 1);
            }
            assert!(cut < data.len() / 2 || done.len() > 1900, "{cut}: {}", done.len());
            match error {
                Some(IoError::CutShort { path, line, .. }) => {
                    assert_eq!((path.to_str(), line), (Some("dir/a"), done.len() as u64));
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn damage_is_reported_with_file_line_and_remedy() {
    let text = noise(9000);
    for (data, kind) in [(gzip(text.as_bytes()), "gzip"), (zstd(text.as_bytes()), "zstd")] {
        let mut data = data;
        let middle = data.len() / 2;
        data[middle..middle + 64].fill(0xff);
        let (lines, error) = read_all(reader("a", data));
        assert!(lines.len() > 1000, "{kind}: {}", lines.len());
        let error = error.unwrap();
        assert!(matches!(error, IoError::BadData { .. }), "{error:?}");
        assert!(error.to_string().starts_with(&format!("a has bad {kind} data after line ")), "{error}");
        assert!(error.to_string().contains("fetch or write the file again"), "{error}");
    }
}

#[test]
fn a_wrong_checksum_at_the_very_end_is_damage_and_no_line_is_lost() {
    for mut data in [gzip(b"a\nb\n"), zstd(b"a\nb\n")] {
        // The last four bytes are the length in gzip, whose checksum stands before, and the checksum in zstd.
        let last = data.len() - 1;
        data[last] ^= 1;
        let (lines, error) = read_all(reader("a", data));
        assert_eq!(lines.len(), 2, "{error:?}");
        assert!(matches!(error, Some(IoError::BadData { line: 2, .. })), "{error:?}");
    }
}

#[test]
fn rubbish_behind_compressed_data_is_damage_after_the_last_line() {
    for data in [gzip(b"a\nb\n"), zstd(b"a\nb\n")] {
        let (lines, error) = read_all(reader("a", [&data[..], b"rubbish, and more of it"].concat()));
        assert_eq!(lines.len(), 2);
        assert!(matches!(error, Some(IoError::BadData { line: 2, .. })), "{error:?}");
    }
}

#[test]
fn a_window_beyond_the_limit_names_the_way_out() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.window_log(28).unwrap();
    encoder.write_all(b"a\n").unwrap();
    let (_, error) = read_all(reader("a", encoder.finish().unwrap()));
    assert!(error.unwrap().to_string().contains("`zstd -d --long=31"));
}

#[test]
fn a_line_of_100_mb_is_skipped_with_bounded_memory() {
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).unwrap();
    encoder.write_all(b"first\n").unwrap();
    io::copy(&mut io::repeat(b'x').take(100 << 20), &mut encoder).unwrap();
    encoder.write_all(b"\nlast\n").unwrap();
    let mut reader = reader("f", encoder.finish().unwrap());
    let mut buf = Vec::new();
    assert_eq!(reader.next_line(&mut buf).unwrap(), Some(LineStatus::Complete));
    let status = reader.next_line(&mut buf).unwrap().unwrap();
    assert_eq!(status, LineStatus::TooLong { bytes: 100 << 20 });
    let rejection = reader.rejection(status, &buf).unwrap();
    assert_eq!((rejection.reason, rejection.position.line), (RejectKind::LineTooLong, 2));
    assert_eq!(
        rejection.message,
        "line of 104857600 bytes; the limit is 1048576, raise input.max_line_bytes to keep such lines"
    );
    assert_eq!(rejection.excerpt, "x".repeat(200));
    assert!(buf.capacity() <= 2 * LIMIT, "{}", buf.capacity());
    assert_eq!(reader.next_line(&mut buf).unwrap(), Some(LineStatus::Complete));
    assert_eq!((reader.line(), &buf[..]), (3, &b"last"[..]));
}

#[test]
fn the_limit_is_inclusive() {
    let read = |data: &str| {
        let mut reader = LineReader::from_read("f".into(), io::Cursor::new(data.to_owned()), 3).unwrap();
        reader.next_line(&mut Vec::new()).unwrap().unwrap()
    };
    assert_eq!(read("abc\n"), LineStatus::Complete);
    assert_eq!(read("abc"), LineStatus::Complete);
    assert_eq!(read("abcd\n"), LineStatus::TooLong { bytes: 4 });
    assert_eq!(read("abcd"), LineStatus::TooLong { bytes: 4 });
}

#[test]
fn skipping_and_reading_on_gives_what_reading_through_gives() {
    let text = "\u{feff}a\n\nb\r\nc\n \nd";
    let all = complete(text);
    for skip in 0..=8 {
        let mut reader = reader("f", gzip(text.as_bytes()));
        assert_eq!(reader.skip_lines(skip).unwrap(), skip.min(6));
        assert_eq!(reader.line(), skip.min(6));
        let rest: Vec<_> = read_all(reader).0.into_iter().map(|(n, _, text)| (n, text)).collect();
        assert_eq!(rest, all.iter().filter(|(n, _)| *n > skip).cloned().collect::<Vec<_>>());
    }
    let cut = gzip(noise(1500).as_bytes());
    assert!(matches!(
        reader("f", &cut[..cut.len() / 2]).skip_lines(9999),
        Err(IoError::CutShort { line: 400.., .. })
    ));
}

#[test]
fn compressed_bytes_are_counted_as_they_are_read() {
    let data = zstd(noise(20_000).as_bytes());
    let length = data.len() as u64;
    let mut reader = reader("f", data);
    let count = reader.compressed_bytes_read();
    reader.next_line(&mut Vec::new()).unwrap();
    assert!((1..length).contains(&count.get()));
    read_all(reader);
    assert_eq!(count.get(), length);
}

#[test]
fn files_that_cannot_be_opened_or_read() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gone.jsonl");
    let input = Input { source: Source::File(path.clone()), ..Input::stdin() };
    assert!(matches!(LineReader::open(&input, LIMIT), Err(IoError::Open { path: p, .. }) if p == path));
    let folder = Input::file(dir.path()).unwrap();
    assert!(LineReader::open(&folder, LIMIT).is_err());
    std::fs::write(&path, "{}\n").unwrap();
    assert_eq!(read_all(LineReader::open(&Input::file(&path).unwrap(), LIMIT).unwrap()).0.len(), 1);
}

proptest::proptest! {
    /// Whatever the bytes and however they arrive, plain text gives the lines that splitting gives.
    #[test]
    fn plain_bytes_give_the_lines_that_splitting_gives(data: Vec<u8>, limit in 0usize..40) {
        let Ok(mut reader) = LineReader::from_read("f".into(), io::Cursor::new(data.clone()), limit) else {
            return Ok(());
        };
        // UTF-16 is decoded before lines are cut.
        let utf16 = data.starts_with(b"\xFE\xFF") || data.starts_with(b"\xFF\xFE");
        if utf16 || reader.compression() != Compression::None { return Ok(()); }
        let (mut buf, mut last) = (Vec::new(), 0);
        let raw: Vec<&[u8]> = data.split(|b| *b == b'\n').collect();
        while let Some(status) = reader.next_line(&mut buf).unwrap() {
            let line = raw[reader.line() as usize - 1];
            proptest::prop_assert!(reader.line() > last);
            last = reader.line();
            match status {
                LineStatus::TooLong { bytes } => proptest::prop_assert_eq!(bytes, line.len() as u64),
                _ => proptest::prop_assert!(line.strip_suffix(b"\r").unwrap_or(line).ends_with(&buf)),
            }
        }
    }
}

//! Any bytes as WARC: every record parses or is rejected, in order, and every place is one to go on from.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{ByteStream, Layout, Raw, ReadOptions, Reader, Warc};

const LIMIT: usize = 2000;

fn open(layout: Layout, bytes: &[u8]) -> Option<Warc> {
    let options = ReadOptions { max_record_bytes: LIMIT, ..ReadOptions::default() };
    let stream = ByteStream::from_read("fuzz".into(), Cursor::new(bytes.to_vec())).ok()?;
    Some(Warc::new(stream, layout, &options))
}

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let layout = if first % 2 == 0 { Layout::Wet } else { Layout::Warc };
    let Some(mut reader) = open(layout, bytes) else { return };
    let mut places = vec![0];
    while let Ok(Some(raw)) = reader.next_record() {
        assert!(reader.done() > *places.last().expect("it begins with one"));
        places.push(reader.done());
        if let Raw::Record(record) = raw {
            assert_eq!(record.position().line, reader.done());
            if let Ok(record) = record.parse() {
                assert!(!record.text.trim().is_empty());
            }
        }
    }
    assert!(matches!(reader.next_record(), Ok(None)), "a reader goes on after its end");
    let middle = usize::from(*first) % places.len();
    let mut second = open(layout, bytes).expect("it could be opened before");
    if second.skip_to(places[middle]).is_err() {
        return;
    }
    for place in &places[middle + 1..] {
        assert!(matches!(second.next_record(), Ok(Some(_))));
        assert_eq!(second.done(), *place);
    }
});

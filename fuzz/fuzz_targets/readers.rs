//! Any bytes in any layout: every record parses or is rejected, every place is one to go on from.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{ByteStream, IoError, Layout, Raw, ReadOptions, Reader, reader};

const LIMIT: usize = 1000;

fn open(layout: Layout, bytes: &[u8]) -> Result<Box<dyn Reader>, IoError> {
    let options = ReadOptions {
        columns: vec!["a".into(), "text".into()],
        max_record_bytes: LIMIT,
        ..ReadOptions::default()
    };
    reader::of_stream(ByteStream::from_read("fuzz".into(), Cursor::new(bytes.to_vec()))?, layout, &options)
}

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let layout = Layout::ALL[usize::from(*first) % Layout::ALL.len()];
    let Ok(mut reader) = open(layout, bytes) else { return };
    let mut places = vec![0];
    while let Ok(Some(raw)) = reader.next_record() {
        assert!(reader.done() > *places.last().expect("it begins with one"));
        places.push(reader.done());
        if let Raw::Record(record) = raw {
            assert!(record.size() <= 20 * LIMIT);
            let _ = record.parse();
        }
    }
    assert!(matches!(reader.next_record(), Ok(None)));
    let middle = places.len() / 2;
    let mut second = open(layout, bytes).expect("it could be opened before");
    if second.skip_to(places[middle]).is_err() {
        return;
    }
    let mut rest = 0;
    while let Ok(Some(_)) = second.next_record() {
        rest += 1;
    }
    assert_eq!(rest, places.len() - 1 - middle);
});

//! Any bytes, compressed or not, give lines with rising numbers and then an end, in bounded memory.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{LineReader, LineStatus};

const LIMIT: usize = 1000;

fuzz_target!(|data: &[u8]| {
    let Ok(mut reader) = LineReader::from_read("fuzz".into(), Cursor::new(data.to_vec()), LIMIT) else {
        return;
    };
    let (mut buf, mut last) = (Vec::new(), 0);
    while let Ok(Some(status)) = reader.next_line(&mut buf) {
        assert!(reader.line() > last);
        last = reader.line();
        assert!(buf.len() <= LIMIT);
        if let LineStatus::TooLong { bytes } = status {
            assert!(bytes > LIMIT as u64);
        }
    }
    assert!(matches!(reader.next_line(&mut buf), Ok(None)));
});

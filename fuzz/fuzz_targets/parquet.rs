//! Any file is read as Parquet to its end, or to an error; no row makes a panic that leaves the reader.
#![no_main]

use std::io::Write;

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{Input, Layout, Raw, ReadOptions, reader};

fuzz_target!(|data: (u8, &[u8])| {
    let (skip, bytes) = data;
    let mut file = tempfile::NamedTempFile::new().expect("the folder for temporary files can be written");
    file.write_all(bytes).expect("a file can be written");
    let input = Input::file(file.path()).expect("it was just written");
    let options = ReadOptions { layout: Some(Layout::Parquet), max_record_bytes: 1 << 20, ..ReadOptions::default() };
    let Ok(mut rows) = reader::open(&input, &options) else { return };
    let _ = rows.skip_to(skip.into());
    let mut done = rows.done();
    while let Ok(Some(raw)) = rows.next_record() {
        assert!(rows.done() > done, "a record does not move the reader on");
        done = rows.done();
        if let Raw::Record(raw) = raw {
            let _ = raw.parse();
        }
    }
    assert!(matches!(rows.next_record(), Ok(None)), "a reader goes on after its end");
});

//! Any line parses or is rejected, and what parses is written and read back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{Format, HpltMeta, Position, Schema, serialize};

fuzz_target!(|line: &[u8]| {
    let position = Position { file: "fuzz".into(), line: 1 };
    let Ok(record) = Format::Auto.parse(line, position.clone()) else { return };
    let _ = (Schema::of(&record), HpltMeta::of(&record));

    let mut written = Vec::new();
    serialize::append_line(&mut written, &record, &record.text, &1).expect("a number is JSON");
    assert_eq!(written.iter().filter(|byte| **byte == b'\n').count(), 1);
    // The field that is added makes no record unreadable.
    let again = Format::Auto.parse(&written, position).expect("what was written can be read");
    assert_eq!(again.text, record.text);
});

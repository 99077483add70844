//! HPLT v4's stages: any bytes in both files make records or rejections in step, every place is one to go on from.
#![no_main]

use std::fs;

use libfuzzer_sys::fuzz_target;
use soju_refine::io::{HpltStages, Input, Raw, ReadOptions, Reader};

const LIMIT: usize = 1000;

fuzz_target!(|data: (bool, &[u8], &[u8])| {
    let (markdown, text, metadata) = data;
    let folder = tempfile::tempdir().expect("the folder for temporary files can be written");
    let name = if markdown { "md.zst" } else { "text.zst" };
    for (name, bytes) in [("text.zst", text), (name, text), ("metadata.zst", metadata)] {
        fs::write(folder.path().join(name), bytes).expect("a file can be written");
    }
    let input = Input::file(folder.path().join("text.zst")).expect("it was just written");
    let text_field = markdown.then(|| "md".into());
    let options = ReadOptions { text_field, max_record_bytes: LIMIT, ..ReadOptions::default() };
    let Ok(mut reader) = HpltStages::open(&input, &options) else { return };
    let mut places = vec![0];
    while let Ok(Some(raw)) = reader.next_record() {
        assert!(reader.done() > *places.last().expect("it begins with one"));
        places.push(reader.done());
        if let Raw::Record(record) = raw {
            assert!(record.size() <= 2 * LIMIT);
            let _ = record.parse();
        }
    }
    assert!(matches!(reader.next_record(), Ok(None)));
    let middle = places.len() / 2;
    let mut second = HpltStages::open(&input, &options).expect("it could be opened before");
    if second.skip_to(places[middle]).is_err() {
        return;
    }
    let mut rest = 0;
    while let Ok(Some(_)) = second.next_record() {
        rest += 1;
    }
    assert_eq!(rest, places.len() - 1 - middle);
});

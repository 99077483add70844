//! Any text: what is repaired is no longer, line by line the same or Korean; text without the letters of mojibake stays.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::io::mojibake::repair;

fn is_syllable(c: char) -> bool {
    matches!(c, '가'..='힣')
}

fuzz_target!(|data: &[u8]| {
    // What is no text is one that was read as Latin-1.
    let text = match std::str::from_utf8(data) {
        Ok(text) => text.to_owned(),
        Err(_) => data.iter().map(|byte| char::from(*byte)).collect(),
    };
    if let Some(repaired) = repair(&text) {
        assert!(!repaired.repairs.is_empty() && repaired.text.len() < text.len());
        let (before, after) = (text.split('\n'), repaired.text.split('\n'));
        assert_eq!(before.clone().count(), after.clone().count());
        for (before, after) in before.zip(after) {
            assert!(before == after || after.chars().any(is_syllable));
        }
    }
    let plain: String =
        text.chars().filter(|c| !matches!(c, '\u{80}'..='\u{ff}' | '\u{4000}'..='\u{9fff}')).collect();
    assert_eq!(repair(&plain), None);
});

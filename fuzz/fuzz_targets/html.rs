//! Any bytes as a page: it is decoded or not, and what is taken for its text has no empty lines and is not longer than it.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::html;

const LABELS: [Option<&str>; 6] =
    [None, Some("euc-kr"), Some("utf-8"), Some("iso-8859-1"), Some("shift_jis"), Some("\u{ac00}")];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let Some((page, encoding)) = html::decode(bytes, LABELS[usize::from(*first) % LABELS.len()]) else { return };
    if std::str::from_utf8(bytes).is_ok_and(|text| !text.starts_with('\u{feff}')) {
        assert_eq!((page.as_bytes(), encoding), (bytes, None));
    }
    let text = html::main_text(&page);
    assert!(text.lines().all(|line| !line.trim().is_empty()));
    // A NUL comes out as U+FFFD, which has three bytes.
    assert!(text.len() <= 4 * page.len(), "{} of {}", text.len(), page.len());
});

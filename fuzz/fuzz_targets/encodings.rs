//! Any bytes: decoding gives text or nothing, and UTF-8 stays as it is.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::io::EncodingGuess;

fuzz_target!(|data: &[u8]| {
    let half = data.len() / 2;
    let decoded = EncodingGuess::of_head(&data[..half]).decode(data);
    if let Ok(text) = std::str::from_utf8(data) {
        let (same, encoding) = decoded.expect("UTF-8 decodes");
        assert_eq!((&*same, encoding), (text, None));
    } else if let Some((_, encoding)) = decoded {
        assert!(encoding.is_some());
    }
});

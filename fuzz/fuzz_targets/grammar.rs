//! Any text is translated as a grammar, or refused.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_engine::testing::translate_grammar;

fuzz_target!(|text: &str| {
    if let Ok(lark) = translate_grammar(text) {
        assert!(lark.starts_with("start: r"));
    }
});

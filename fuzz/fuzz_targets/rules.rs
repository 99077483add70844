//! Any text goes through the rules, and what comes out is the original with the recorded edits and nothing else.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::document::Document;
use soju_refine::pipeline::{Cleaner, RulesConfig};

fuzz_target!(|text: &str| {
    let cleaner = Cleaner::new(RulesConfig::default());
    let mut doc = Document::new("fuzz", text);
    cleaner.clean_with(&mut doc, |_, _, _| {});
    let (mut replayed, mut at) = (String::new(), 0);
    for edit in doc.visible_edits() {
        replayed.push_str(&text[at..edit.span.start]);
        replayed.push_str(&edit.replacement);
        at = edit.span.end;
    }
    replayed.push_str(&text[at..]);
    assert_eq!(replayed, doc.text());
});

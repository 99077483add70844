//! Personal data in any text: values are in order, whole, within a line's length of their number, and gone once masked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use soju_refine::document::Document;
use soju_refine::pii::{Kind, Pii, PiiConfig, PublicNumbers, Secret};
use soju_refine::pipeline::Stage;

fuzz_target!(|text: &str| {
    let pii = Pii::new(PiiConfig { public_numbers: PublicNumbers::Mask, ..PiiConfig::default() });
    let found = pii.find(text);
    let mut end = 0;
    for value in &found {
        assert!(value.span.start >= end && !value.span.is_empty());
        end = value.span.end;
        let masked = &text[value.span.clone()];
        // Only a web address may be long.
        assert!(value.kind == Kind::Url || masked.chars().count() <= 400, "{value:?} {masked:?}");
        assert!(!masked.contains('\n'), "{value:?} {masked:?}");
    }
    for config in [
        PiiConfig::default(),
        PiiConfig { pseudonyms: true, secret: Secret::new("a key for the fuzzer"), ..PiiConfig::default() },
    ] {
        let mut doc = Document::new("fuzz", text);
        Pii::new(config).apply(&mut doc);
        let (mut replayed, mut at) = (String::new(), 0);
        for edit in doc.visible_edits() {
            replayed.push_str(&text[at..edit.span.start]);
            replayed.push_str(&edit.replacement);
            at = edit.span.end;
        }
        replayed.push_str(&text[at..]);
        assert_eq!(replayed, doc.text());
    }
});

//! The invariant: clean text is the original with spans cut out or replaced by what a rule may put
//! there, and nothing else.

#![allow(clippy::unwrap_used)]

use std::io::Read;
use std::path::Path;

use proptest::prelude::*;
use soju_refine::document::Document;
use soju_refine::pii::Kind;
use soju_refine::pipeline::{RulesConfig, Stage, Verdict, rules};
use soju_refine::student::{Student, StudentConfig, StudentStage};
use unicode_normalization::UnicodeNormalization;

/// The default, and one that does more: pseudonyms, all widths, heuristics, sentences with swearing cut.
fn configs() -> [RulesConfig; 2] {
    let more = "[normalize]\nwidth = \"all\"\n[heuristics]\nenabled = true\n[junk]\ncut_profanity = true\n\
        [pii]\npseudonyms = true\nsecret = \"0123456789abcdef\"\n";
    [RulesConfig::default(), toml::from_str(more).unwrap()]
}

/// Runs the rules and the student, through drops as well, and checks the document after each stage.
fn check(text: &str) {
    for config in configs() {
        check_with(text, config);
    }
}

fn check_with(text: &str, config: RulesConfig) {
    let pseudonyms = config.pii.pseudonyms;
    let mut doc = Document::new("t", text);
    let student = StudentStage::new(Student::builtin(), StudentConfig::default(), false);
    for stage in rules(config).into_iter().chain([Box::new(student) as Box<dyn Stage>]) {
        let before = doc.edits().len();
        let verdict = stage.apply(&mut doc);
        assert_eq!(doc.original(), text);
        assert_eq!(derived(&doc), doc.text(), "{text:?} after {}", stage.name());
        for edit in &doc.edits()[before..] {
            assert_eq!(edit.stage, stage.name());
            assert!(!edit.kind.is_empty());
            let before = &text[edit.span.clone()];
            let named = pseudonyms && edit.stage == "pii" && !edit.replacement.is_empty();
            assert!(named || allowed(edit.stage, before, &edit.replacement), "{text:?}: {edit:?}");
        }
        match &verdict {
            Verdict::Keep => {}
            Verdict::Unsure(reason) | Verdict::Drop(reason) => assert_eq!(reason.stage, stage.name()),
        }
    }
}

/// The original with the visible edits, put together here and not by [`Document`].
fn derived(doc: &Document) -> String {
    let (mut out, mut at) = (String::new(), 0);
    for edit in doc.visible_edits() {
        assert!(at <= edit.span.start && edit.span.start < edit.span.end);
        out.push_str(&doc.original()[at..edit.span.start]);
        out.push_str(&edit.replacement);
        at = edit.span.end;
    }
    out + &doc.original()[at..]
}

fn allowed(stage: &str, before: &str, after: &str) -> bool {
    match stage {
        "junk" => after.is_empty(),
        "pii" => Kind::ALL.iter().any(|kind| kind.placeholder() == after),
        // Normalization may cut, put one space or up to two line feeds, decode an entity, or compose the same letters.
        "normalize" => {
            after.chars().all(char::is_whitespace) && after.len() <= 2
                || before.starts_with('&') && before.ends_with(';') && after.chars().count() <= 2
                || letters(before) == letters(after)
        }
        _ => false,
    }
}

/// Compatibility-decomposed letters: a composed syllable and its jamo, wide or narrow, are the same.
fn letters(text: &str) -> Vec<char> {
    text.nfkd()
        .filter(|c| c.is_alphanumeric() && !matches!(c, '\u{115F}' | '\u{1160}'))
        .map(initial)
        .collect()
}

/// A final consonant as the initial one of the same shape, for jamo that were written apart.
fn initial(c: char) -> char {
    const FINALS: [(char, char); 16] = [
        ('\u{11A8}', '\u{1100}'),
        ('\u{11A9}', '\u{1101}'),
        ('\u{11AB}', '\u{1102}'),
        ('\u{11AE}', '\u{1103}'),
        ('\u{11AF}', '\u{1105}'),
        ('\u{11B7}', '\u{1106}'),
        ('\u{11B8}', '\u{1107}'),
        ('\u{11BA}', '\u{1109}'),
        ('\u{11BB}', '\u{110A}'),
        ('\u{11BC}', '\u{110B}'),
        ('\u{11BD}', '\u{110C}'),
        ('\u{11BE}', '\u{110E}'),
        ('\u{11BF}', '\u{110F}'),
        ('\u{11C0}', '\u{1110}'),
        ('\u{11C1}', '\u{1111}'),
        ('\u{11C2}', '\u{1112}'),
    ];
    FINALS.iter().find(|(f, _)| *f == c).map_or(c, |(_, i)| *i)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn holds_for_any_text(text in any::<String>()) {
        check(&text);
    }

    #[test]
    fn holds_for_text_made_of_what_the_rules_look_for(text in "(가나다라마바사|했다\\. |습니다 |\\[우리일보 홍길동 기자\\]|010-1234-5678|02\\)555-1234| 골뱅이 |a@b\\.com|800101-1234567|ⓒ 우리일보 무단전재 금지|2012\\.01\\.02 12:30|홈 > 가 > 나|씨발 |１|- |\\| |\n|\r\n|\u{A0}|\u{200B}|\u{FEFF}|\u{1112}\u{1161}\u{11AB}|ㅎㅏㄴㄱㅡㄹ|ﾡￂ|ㅋㅋㅋㅋㅋ|하하하하하|!!!!!|=-=-=-=-|&nbsp;|&amp;lt;|１２３|\u{E000}|\u{FFFD}|\u{FE0F}|목차|본문내용|관련기사|👨\u{200D}👩|\u{301}|\\x00){0,60}") {
        check(&text);
    }
}

#[test]
fn holds_for_text_that_was_bytes_of_something_else() {
    let (korean, _) = ("전화 010-1234-5678 로 연락 주세요.", ());
    let bytes = korean.as_bytes();
    for cut in 0..bytes.len() {
        check(&String::from_utf8_lossy(&bytes[cut..]));
        check(&String::from_utf8_lossy(&bytes[..cut]));
    }
    // CP949 read as UTF-8, NULs, NFD.
    check(&String::from_utf8_lossy(&[0xb0, 0xa1, 0xb3, 0xaa, 0x20, 0xb4, 0xd9, 0x2e, 0x00]));
    check(&"\0".repeat(1000));
    check(&"한글 문서입니다. 전화는 02-123-4567입니다.".nfd().collect::<String>());
}

/// The sample in the repository.
#[test]
fn holds_for_the_sample() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/data");
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mut text = String::new();
        let file = std::fs::File::open(&path).unwrap();
        match path.to_string_lossy() {
            p if p.ends_with(".jsonl.zst") => {
                zstd::Decoder::new(file).unwrap().read_to_string(&mut text).unwrap();
            }
            p if p.ends_with(".jsonl") => text = std::fs::read_to_string(&path).unwrap(),
            _ => continue,
        }
        for line in text.lines() {
            let record: serde_json::Value = serde_json::from_str(line).unwrap();
            check(record["text"].as_str().unwrap());
            checked += 1;
        }
    }
    assert!(checked > 100, "{checked}");
}

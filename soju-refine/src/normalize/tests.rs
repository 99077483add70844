use std::time::{Duration, Instant};

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn normal(text: &str) -> Document {
    let mut doc = Document::new("t", text);
    assert_eq!(Normalize::default().apply(&mut doc), Verdict::Keep);
    doc
}

#[test]
fn golden_forms() {
    for (before, after) in [
        ("\u{1112}\u{1161}\u{11AB}국\u{110B}\u{1165}", "한국어"),
        ("가\u{11A8}", "각"),
        ("\u{1100}\u{200B}\u{1161}", "가"),
        ("카\u{AD}페\u{FEFF} \u{FFFD}서울", "카페 서울"),
        ("가\u{A0}\u{3000} \t나", "가 나"),
        ("가 \u{200B} 나", "가 나"),
        ("  가\r\n\r\n \r\n나\u{2028}다\n", "가\n\n나\n다"),
        ("가\r나", "가\n나"),
        ("가\0\u{7}나\u{FFFE}", "가나"),
        ("ㅎㅏㄴㄱㅡㄹ ㅋㅋㅋ ㅠㅠ ㅇㅅㅇ ㅇㅠㅇ ㄱㅏ", "한글 ㅋㅋㅋ ㅠㅠ ㅇㅅㅇ ㅇㅠㅇ ㄱㅏ"),
        ("ㄱㅏ\u{200B}ㄴㅏ", "가나"),
        ("ￊ\u{FFBE}ￂ", "ㅕㅎㅏ"),
        ("ﾾￂﾤ ﾡￜﾩ", "한 길"),
        ("ﾻﾻ", "ㅋㅋ"),
        ("👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥", "👨\u{200D}👩\u{200D}👧 ❤\u{FE0F}\u{200D}🔥"),
        ("가\u{200D}나", "가나"),
        ("Ｆｕｌｌ １２３ “따옴표” …… ㅋㅋㅋㅋ!!!!", "Ｆｕｌｌ １２３ “따옴표” …… ㅋㅋㅋㅋ!!!!"),
        ("\u{F90A}", "金"),
        ("", ""),
    ] {
        assert_eq!(normal(before).text(), after, "{before:?}");
    }
}

#[test]
fn changes_stay_within_a_syllable_and_name_their_kind() {
    let doc = normal("\u{1112}\u{1161}\u{11AB} \u{1100}\u{116E}\u{11A8}\u{200B}어");
    let kinds: Vec<_> =
        doc.edits().iter().map(|e| (e.kind.as_ref(), &doc.original()[e.span.clone()])).collect();
    assert_eq!(kinds, [("nfc", "\u{1112}\u{1161}\u{11AB}"), ("nfc", "\u{1100}\u{116E}\u{11A8}\u{200B}"),]);
}

#[test]
fn switches_switch() {
    let off = NormalizeConfig { compose: false, strip: false, spaces: false, jamo: false };
    let text = "한 \u{200B}\u{A0}ㅎㅏㄴㄱㅡㄹ\r\n";
    let mut doc = Document::new("t", text);
    Normalize::new(off).apply(&mut doc);
    assert_eq!(doc.text(), text);
}

#[test]
fn hostile_text_takes_linear_time() {
    let marks: String =
        std::iter::once('a').chain("\u{301}\u{323}".chars().cycle().take(1_000_000)).collect();
    let joiners = "\u{200D}".repeat(1_000_000);
    let jamo = "ㄱㅏ".repeat(300_000);
    let solid = "가".repeat(350_000);
    let start = Instant::now();
    for text in [marks, joiners, jamo, solid, " \u{A0}".repeat(500_000)] {
        normal(&text);
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

proptest! {
    #[test]
    fn twice_is_once(text in "[가각한\\u{1100}-\\u{1112}\\u{1161}-\\u{1175}\\u{11A8}-\\u{11C2}ㄱ-ㅣ\\u{FFA0}-\\u{FFDC}a\\u{301}\\u{323}\\u{F73}\\u{F71}\\u{9BE}\\u{9C7}\\u{1F600}\\u{FE0F}\\u{200B}-\\u{200D}\\u{FFFD} \\u{A0}\r\n\\u{85}\\x00-]{0,24}") {
        let once = normal(&text).text().to_owned();
        let twice = normal(&once);
        prop_assert_eq!(twice.text(), once.as_str());
        prop_assert!(twice.edits().is_empty());
        prop_assert_eq!(once.nfc().collect::<String>(), once.clone());
    }

    #[test]
    fn any_text_twice_is_once(text in any::<String>()) {
        let once = normal(&text).text().to_owned();
        let twice = normal(&once);
        prop_assert_eq!(twice.text(), once.as_str());
    }
}

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::*;

fn normal(text: &str) -> Document {
    let mut doc = Document::new("t", text);
    assert_eq!(Normalize::default().apply(&mut doc), Verdict::Keep);
    doc
}

fn off() -> NormalizeConfig {
    NormalizeConfig {
        compose: false,
        control: false,
        invisible: false,
        replacement: false,
        private_use: false,
        max_marks: 0,
        width: Width::Keep,
        spaces: false,
        jamo: false,
        entities: false,
        repeat_jamo: 0,
        repeat_syllables: 0,
        repeat_symbols: 0,
    }
}

#[test]
fn changes_stay_within_a_syllable_and_name_their_kind() {
    let doc = normal("\u{1112}\u{1161}\u{11AB} \u{1100}\u{116E}\u{11A8}\u{200B}어");
    let kinds: Vec<_> =
        doc.edits().iter().map(|e| (e.kind.as_ref(), &doc.original()[e.span.clone()])).collect();
    assert_eq!(kinds, [("nfc", "\u{1112}\u{1161}\u{11AB}"), ("nfc", "\u{1100}\u{116E}\u{11A8}\u{200B}"),]);
}

/// Each switch changes its own kind of thing and nothing else.
#[test]
fn each_switch_works_alone() {
    let text = "\u{1100}\u{1161} 가\u{7}나\u{200B}다\u{FFFD}라\u{F06C}마 １ ㅎㅏㄴㄱㅡㄹ &lt; ㅋㅋㅋㅋ 하하하하 !!!! a\u{301}\u{301}  끝";
    let run = |config: NormalizeConfig| {
        let mut doc = Document::new("t", text);
        Normalize::new(config).apply(&mut doc);
        let mut kinds: Vec<_> = doc.edits().iter().map(|e| e.kind.to_string()).collect();
        kinds.dedup();
        (kinds.join(" "), doc.text().to_owned())
    };
    let with = |change: fn(&mut NormalizeConfig)| {
        let mut config = off();
        change(&mut config);
        run(config)
    };
    assert_eq!(run(off()), (String::new(), text.to_owned()));
    for (change, kind, before, after) in [
        ((|c| c.compose = true) as fn(&mut NormalizeConfig), "nfc", "\u{1100}\u{1161} 가", "가 가"),
        (|c| c.control = true, "control", "\u{7}", ""),
        (|c| c.invisible = true, "invisible", "\u{200B}", ""),
        (|c| c.replacement = true, "replacement", "\u{FFFD}", ""),
        (|c| c.private_use = true, "private_use", "\u{F06C}", ""),
        (|c| c.max_marks = 1, "marks", "a\u{301}\u{301}", "a\u{301}"),
        (|c| c.width = Width::Alphanumeric, "width", "１", "1"),
        (|c| c.spaces = true, "space", "  끝", " 끝"),
        (|c| c.jamo = true, "jamo", "ㅎㅏㄴㄱㅡㄹ", "한글"),
        (|c| c.entities = true, "entity", "&lt;", "<"),
        (|c| c.repeat_jamo = 2, "repeat", "ㅋㅋㅋㅋ", "ㅋㅋ"),
        (|c| c.repeat_syllables = 2, "repeat", "하하하하", "하하"),
        (|c| c.repeat_symbols = 2, "repeat", "!!!!", "!!"),
    ] {
        let (kinds, out) = with(change);
        assert_eq!(kinds, kind);
        let expected = text.replace(before, after);
        let expected =
            if kind == "nfc" { expected.replace("a\u{301}\u{301}", "\u{E1}\u{301}") } else { expected };
        assert_eq!(out, expected, "{kind}");
    }
}

#[test]
fn what_was_lost_is_measured() {
    let doc = normal("가\u{FFFD}나\u{FFFD}");
    assert_eq!(doc.measured("replacement"), Some(0.5));
    assert_eq!(normal("가나").measured("replacement"), None);
}

#[test]
fn settings_come_from_toml_and_unknown_keys_are_errors() {
    let config: NormalizeConfig = toml::from_str("width = \"all\"\nrepeat_jamo = 2").unwrap();
    assert_eq!(config, NormalizeConfig { width: Width::All, repeat_jamo: 2, ..NormalizeConfig::default() });
    assert!(toml::from_str::<NormalizeConfig>("strip = true").is_err());
}

/// Long runs of everything that is looked at as one thing: a quadratic step would not end in the life of a test.
#[test]
fn hostile_text_takes_linear_time() {
    let marks: String =
        std::iter::once('a').chain("\u{301}\u{323}".chars().cycle().take(1_000_000)).collect();
    let vowels = format!("가{}", "\u{1161}".repeat(300_000));
    for (text, left) in [
        (marks, 8),
        (vowels, 300_001),
        ("\u{200D}".repeat(1_000_000), 0),
        ("ㄱㅏ".repeat(300_000), 3),
        ("가".repeat(350_000), 3),
        (" \u{A0}".repeat(500_000), 0),
        ("&amp;".repeat(200_000), 3),
        ("&".repeat(1_000_000), 3),
        (format!("&{}lt;", "amp;".repeat(300_000)), 1),
        ("&#".repeat(500_000), 6),
        ("=-".repeat(500_000), 6),
        ("ㅋㅎㅋㅋ".repeat(100_000), 400_000),
    ] {
        let doc = normal(&text);
        assert_eq!(doc.text().chars().count(), left, "{:?}", text.chars().take(8).collect::<String>());
    }
}

#[test]
fn without_marks_bounded_a_million_of_them_stay() {
    let text: String = std::iter::once('a').chain("\u{323}\u{301}".chars().cycle().take(1_000_000)).collect();
    let mut doc = Document::new("t", text);
    Normalize::new(NormalizeConfig { max_marks: 0, ..NormalizeConfig::default() }).apply(&mut doc);
    assert_eq!(doc.text().chars().count(), 1_000_000);
}

/// What the stage looks for, in every order.
const PARTS: &str = "(가|각|한|하|\u{1112}|\u{1161}|\u{11AB}|\u{11A8}|ㅎ|ㅏ|ㄴ|ㅋ|ㅠ|\u{FFBB}|\u{FFC2}|a|1|á|ｱ|ﾞ|Ａ|𝐀|！|\u{301}|\u{323}|\u{344}|\u{F73}|\u{F71}|\u{9BE}|\u{9C7}|\u{37E}|\u{1F600}|❤|👩|\u{1F3F4}|\u{E0067}|\u{E007F}|\u{FE0F}|\u{200B}|\u{200D}|\u{FEFF}|\u{FFFD}|\u{E000}|\u{3164}| |\u{A0}|\u{3000}|\r|\n|\u{85}|\\x00|-|=|!|&|&amp;|amp;|#|lt|x3b|59|;|&#8203;|&#768;|&#x1100;|&nbsp;|&#12354;|\u{5B57}|\u{E0100}){0,24}";

#[test]
fn a_later_pass_leaves_no_half_of_what_an_earlier_one_put_there() {
    let doc = normal("A\u{344}&#8203;\u{F73}");
    assert_eq!(doc.text(), "Ä\u{F71}\u{F72}\u{301}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn twice_is_once(text in PARTS) {
        let once = normal(&text).text().to_owned();
        let twice = normal(&once);
        prop_assert_eq!(twice.text(), once.as_str());
        prop_assert!(twice.edits().is_empty());
        prop_assert_eq!(once.nfc().collect::<String>(), once.clone());
    }

    #[test]
    fn twice_is_once_with_everything_folded(text in PARTS) {
        let stage = Normalize::new(NormalizeConfig { width: Width::All, ..NormalizeConfig::default() });
        let run = |text: &str| {
            let mut doc = Document::new("t", text);
            stage.apply(&mut doc);
            doc.text().to_owned()
        };
        let once = run(&text);
        prop_assert_eq!(run(&once), once);
    }

    #[test]
    fn any_text_twice_is_once(text in any::<String>()) {
        let once = normal(&text).text().to_owned();
        let twice = normal(&once);
        prop_assert_eq!(twice.text(), once.as_str());
    }

    /// Syllables, letters and digits come through, in their order, as they are.
    #[test]
    fn no_syllable_is_eaten(text in "(안녕|하세요|가나|123|abc|ㅋㅋㅋㅋㅋ|ㅠㅠㅠㅠ|!!!!|\\.\\.\\.\\.|~~~~|  |\u{200B}|\n){0,30}") {
        let solid = |text: &str| text.chars().filter(|c| matches!(c, '가'..='힣' | '0'..='9' | 'a'..='z')).collect::<String>();
        prop_assert_eq!(solid(normal(&text).text()), solid(&text));
    }
}

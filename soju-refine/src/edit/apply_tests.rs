use proptest::prelude::*;

use super::super::Program;
use super::*;
use crate::document::Document;
use crate::segment::segments;

fn run(text: &str, program: &str) -> (String, Vec<Refusal>) {
    let segments = segments(text);
    let actions = Actions::of(Program::parse(program, segments.len()).unwrap(), segments.len());
    let edited = changes(text, &segments, &actions, EditLimits::default());
    let mut doc = Document::new("t", text);
    doc.apply("edit", edited.changes);
    (doc.text().to_owned(), edited.refusals)
}

const PAGE: &str =
    "첫 문장은 꽤 길게 남는다.\n둘째 문장도 남는다.\n광고이다.\n연락은 010 1234 오육칠팔 로\n끝이 온다.";

#[test]
fn each_instruction_does_its_part() {
    assert_eq!(run(PAGE, "keep"), (PAGE.to_owned(), vec![]));
    let (text, refusals) = run(PAGE, "drop 3\njoin 1-2\nmask 4 phone");
    let expected = "첫 문장은 꽤 길게 남는다. 둘째 문장도 남는다.\n연락은 <전화번호> 로\n끝이 온다.";
    assert_eq!((text.as_str(), refusals), (expected, vec![]));
    // White space goes on one side, and a paragraph's end stays.
    let page = "하나가 있다. 둘이 있다.\n\n셋이 있다. 넷이 있다. ";
    assert_eq!(run(page, "drop 1").0, "둘이 있다.\n\n셋이 있다. 넷이 있다. ");
    assert_eq!(run(page, "drop 2").0, "하나가 있다.\n\n셋이 있다. 넷이 있다. ");
    assert_eq!(run(page, "drop 3").0, "하나가 있다. 둘이 있다.\n\n넷이 있다. ");
    assert_eq!(run(page, "drop 4").0, "하나가 있다. 둘이 있다.\n\n셋이 있다.");
    let (text, refusals) = run("한국어문장 을띄어 쓴다.", "fix_spacing 1 한국어 문장을 띄어 쓴다.");
    assert_eq!((text.as_str(), refusals), ("한국어 문장을 띄어 쓴다.", vec![]));
    // A value that the rules do not know.
    assert_eq!(run("등록은 9-77-1234567 로 한다.", "mask 1 account").0, "등록은 <계좌번호> 로 한다.");
}

#[test]
fn what_may_not_be_is_refused() {
    let (text, refusals) = run(PAGE, "drop 1-4");
    assert_eq!(text, PAGE);
    assert!(matches!(refusals[..], [Refusal::TooMuch(share)] if share > 0.5));
    let (text, refusals) = run(PAGE, "fix_spacing 1 새 축제가 5월 3일에 열린다.\nmask 2 phone");
    assert_eq!(text, PAGE);
    assert_eq!(refusals, [Refusal::NotOnlySpaces(0), Refusal::NothingToMask(1, Kind::Phone)]);
}

/// Texts without their white space and placeholders.
fn bare(text: &str) -> String {
    let text = Kind::ALL.iter().fold(text.to_owned(), |t, kind| t.replace(kind.placeholder(), ""));
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    /// A hostile model: any text as answer, most of it close to the language, about any text.
    #[test]
    fn nothing_is_invented(
        text in "(가나다 |했다\\. |\n|010-1234-5678|a@b\\.com|- |\\| |ㅋㅋ|\u{301}|라\u{3000}마){0,30}|\\PC{0,60}",
        lines in prop::collection::vec(
            ("(drop|join|mask|fix_spacing|write)", 0usize..9, 0usize..9, "(phone|email|account|address|url)", "\\PC{0,20}"), 0..6),
        spaces in prop::collection::vec(any::<bool>(), 60),
    ) {
        let segments = segments(&text);
        let program: Vec<String> = lines.iter().map(|(verb, a, b, kind, any)| match verb.as_str() {
            "drop" | "join" => format!("{verb} {}-{}", a + 1, b + 1),
            "mask" => format!("mask {} {kind}", a + 1),
            "fix_spacing" => {
                // Half of them say the same letters with other spaces.
                let body = segments.get(*a).map_or("", |s| &text[s.span.clone()]);
                let respaced: String = body.chars().filter(|c| !c.is_whitespace()).zip(spaces.iter().cycle())
                    .flat_map(|(c, space)| [Some(c), space.then_some(' ')]).flatten().collect();
                format!("fix_spacing {} {}", a + 1, if b % 2 == 0 { &respaced } else { any })
            }
            _ => any.clone(),
        }).collect();
        // What does not parse changes nothing; here each line is heard by itself.
        let heard: Vec<_> = program.iter().filter_map(|l| Program::parse(l, segments.len()).ok()).flat_map(|p| p.0).collect();
        let actions = Actions::of(Program(heard), segments.len());
        let limits = EditLimits::default();
        let edited = changes(&text, &segments, &actions, limits);
        for change in &edited.changes {
            let old = &text[change.span.clone()];
            let new = &*change.replacement;
            prop_assert!(
                new.is_empty()
                    || Kind::ALL.iter().any(|k| k.placeholder() == new && k.name() == change.kind)
                    || new == " " && old.trim().is_empty()
                    || new.strip_suffix(' ') == Some(old),
                "{:?}", change
            );
        }
        let cut: usize = edited.changes.iter().filter(|c| c.kind == "drop").map(|c| bare(&text[c.span.clone()]).chars().count()).sum();
        let visible = text.chars().filter(|c| !c.is_whitespace()).count();
        prop_assert!(cut as f32 <= limits.max_cut * visible as f32 + 0.5);
        let mut doc = Document::new("p", text.clone());
        doc.apply("edit", edited.changes);
        // What is left is a subsequence of what was there.
        let source = bare(&text);
        let mut rest = source.chars();
        prop_assert!(bare(doc.text()).chars().all(|c| rest.any(|s| s == c)), "{:?}", doc.text());
    }
}

use std::time::Duration;

use proptest::prelude::*;
use soju_engine::Tokenizer;
use soju_engine::testing::{FakeBackend, FakeBuilder};

use super::*;
use crate::pii::Kind;

const PAGE: &str = "홈 > 뉴스 > 지역\n시장은 축제를 연다고 밝혔다.\n축제는 사흘 동안 이어진다.\n문의는 010-1234-5678 로 한다.\n이전글 다음글 목록";

/// A model that answers each prompt with `answer(number of segments shown)`, and takes no notice of grammars.
fn answering(answer: impl Fn(usize) -> String + Send + Sync + Clone + 'static) -> FakeBuilder {
    let end = Tokenizer::bytes().end_ids()[0];
    let next = move |tokens: &[i32]| {
        let bytes: Vec<u8> = tokens.iter().filter_map(|t| u8::try_from(*t).ok()).collect();
        let marker = "편집:\n".as_bytes();
        let at = bytes.windows(marker.len()).rposition(|w| w == marker).expect("the prompt ends in it");
        let shown = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let last = shown.rsplit("글:\n").next().unwrap_or_default().lines().count();
        let said = bytes.len() - at - marker.len();
        let next = answer(last).as_bytes().get(said).map_or(end, |b| i32::from(*b));
        (next, -1.0)
    };
    FakeBackend::generating(next).breaks_constraints()
}

fn config() -> EditConfig {
    // The byte tokenizer has three tokens for a syllable.
    EditConfig { enabled: true, window_tokens: 400, max_new_tokens: 80, ..EditConfig::default() }
}

fn run(builder: FakeBuilder, config: EditConfig, text: &str) -> (String, EditCounts) {
    let editor = Editor::new(builder.engine().unwrap(), config).unwrap();
    let mut doc = Document::new("t", text);
    let counts = editor.edit(&mut doc).unwrap();
    (doc.text().to_owned(), counts)
}

#[test]
fn a_program_is_carried_out_and_counted() {
    let (text, counts) = run(answering(|_| "drop 1\nmask 4 phone\ndrop 5\n\n".into()), config(), PAGE);
    assert_eq!(text, "시장은 축제를 연다고 밝혔다.\n축제는 사흘 동안 이어진다.\n문의는 <전화번호> 로 한다.");
    assert_eq!((counts.documents, counts.windows, counts.whole), (1, 1, 1));
    assert!(counts.tokens_read > 150 && counts.tokens_written > 20, "{counts:?}");
}

#[test]
fn windows_must_agree() {
    // Five segments and more, so that there are several windows; every model wants the first of its window gone.
    let text = [PAGE, PAGE].join("\n");
    let config = EditConfig { max_cut: 1.0, window_tokens: 300, ..config() };
    let (edited, counts) = run(answering(|_| "drop 1\n\n".into()), config, &text);
    assert!(counts.windows >= 2, "{counts:?}");
    // Only the first window's is not shown by another one that keeps it.
    assert_eq!(edited.trim_start(), text.strip_prefix("홈 > 뉴스 > 지역\n").unwrap());
}

#[test]
fn whatever_is_no_program_changes_nothing_and_is_counted() {
    let (text, counts) = run(answering(|_| "새 축제는 5월 3일에 열린다.\n\n".into()), config(), PAGE);
    assert_eq!((&*text, counts.unreadable), (PAGE, 1));
    let (text, counts) = run(answering(|n| format!("drop 1-{n}\n\n")), config(), PAGE);
    assert_eq!((&*text, counts.refused["too_much"]), (PAGE, 1));
    // It never ends: the line that is not complete could be `drop 12`.
    let cut = EditConfig { max_new_tokens: 13, ..config() };
    let (text, counts) = run(answering(|_| "drop 5\ndrop 1".into()), cut, PAGE);
    assert_eq!((text.contains("홈 >"), text.contains("이전글"), counts.cut_short), (true, false, 1));
}

#[test]
fn a_slow_model_changes_nothing_a_dead_one_is_an_error() {
    let slow = answering(|_| "drop 1\n\n".into()).pause(Duration::from_secs(5));
    let (text, counts) = run(slow, EditConfig { timeout_seconds: 0, ..config() }, PAGE);
    assert_eq!((&*text, counts.unanswered, counts.whole), (PAGE, 1, 0));
    let dying = answering(|_| "drop 1\n\n".into()).dies_after(3).engine().unwrap();
    let mut doc = Document::new("t", PAGE);
    assert!(Editor::new(dying, config()).unwrap().edit(&mut doc).is_err());
    assert_eq!(doc.text(), PAGE);
}

#[test]
fn what_does_not_fit_is_said_or_left_alone() {
    let engine = answering(|_| "keep\n\n".into()).engine().unwrap();
    let error = Editor::new(engine, EditConfig { window_tokens: 1 << 20, ..config() }).unwrap_err();
    assert!(error.to_string().contains("lower `edit.window_tokens`"), "{error}");
    // One sentence without an end, longer than any window.
    let long = "가나다라마바사".repeat(100);
    let (text, counts) = run(answering(|_| "drop 1\n\n".into()), config(), &long);
    assert_eq!((&*text, counts.windows), (&*long, 0));
    let (_, counts) = run(
        answering(|_| "keep\n\n".into()),
        EditConfig { max_windows: 2, ..config() },
        &[PAGE; 9].join("\n"),
    );
    assert_eq!(counts.windows, 2);
}

fn bare(text: &str) -> String {
    let text = Kind::ALL.iter().fold(text.to_owned(), |t, kind| t.replace(kind.placeholder(), ""));
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut whole = whole.chars();
    part.chars().all(|c| whole.any(|w| w == c))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A hostile model: any bytes as its answer, most of them close to the language.
    #[test]
    fn nothing_is_invented(
        text in "(가나다 했다\\. |\n|010-1234-5678 |홈 > 메뉴|문장이 이어진다\\.\n){1,20}|\\PC{0,60}",
        answer in "((drop|join|mask|fix_spacing|keep) ?[0-9]{0,2}(-[0-9])? ?(phone|email|가 나 다)?\n?){0,6}|\\PC{0,40}",
        max_cut in 0.0f32..1.0,
    ) {
        let config = EditConfig { max_cut, window_tokens: 200, ..config() };
        let (edited, counts) = run(answering(move |_| answer.clone()), config, &text);
        prop_assert!(is_subsequence(&bare(&edited), &bare(&text)), "{edited:?}");
        prop_assert_eq!(counts.windows, counts.whole + counts.cut_short + counts.unreadable + counts.unanswered);
    }
}

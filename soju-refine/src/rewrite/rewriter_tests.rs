use std::time::Duration;

use proptest::prelude::*;
use soju_engine::Tokenizer;
use soju_engine::testing::{FakeBackend, FakeBuilder};

use super::*;

const PAGE: &str = "홈 > 뉴스\n시청 앞 광장에서 열린 책 나눔 장터에 시민 삼백여 명이 다녀갔다고 구청이 오늘 밝혔다. 장터는 다음 달에도 같은 곳에서 열릴 예정이라고 한다.\n이전글 다음글";
const CLEAN: &str = "시청 앞 광장에서 열린 책 나눔 장터에 시민 삼백여 명이 다녀갔다고 구청이 오늘 밝혔다. 장터는 다음 달에도 같은 곳에서 열릴 예정이라고 한다.";

/// A model that answers a passage with `answer(passage)`.
fn answering(answer: impl Fn(&str) -> String + Send + Sync + Clone + 'static) -> FakeBuilder {
    let end = Tokenizer::bytes().end_ids()[0];
    let next = move |tokens: &[i32]| {
        let bytes: Vec<u8> = tokens.iter().filter_map(|t| u8::try_from(*t).ok()).collect();
        let marker = "\n정리:".as_bytes();
        let at = bytes.windows(marker.len()).rposition(|w| w == marker).expect("the prompt ends in it");
        let shown = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let passage = shown.rsplit("원문:").next().unwrap_or_default().trim();
        let said = bytes.len() - at - marker.len();
        let next = format!(" {}\n", answer(passage)).as_bytes().get(said).map_or(end, |b| i32::from(*b));
        (next, -1.0)
    };
    FakeBackend::generating(next)
}

fn config() -> RewriteConfig {
    // The byte tokenizer has three tokens for a syllable, and the fake's hidden states are ids and positions.
    RewriteConfig { enabled: true, passage_tokens: 600, min_cosine: 0.5, ..RewriteConfig::default() }
}

fn run(builder: FakeBuilder, config: RewriteConfig, text: &str) -> (Document, Outcome) {
    let rewriter = Rewriter::new(builder.engine().unwrap(), config, LanguageConfig::default()).unwrap();
    let mut doc = Document::new("t", text);
    let outcome = rewriter.rewrite(&mut doc).unwrap();
    (doc, outcome)
}

#[test]
fn what_passes_takes_the_place_of_its_passage() {
    let (doc, outcome) = run(answering(|_| CLEAN.into()), config(), PAGE);
    assert_eq!(doc.text(), CLEAN);
    let rewritten = outcome.rewritten.unwrap();
    let places: Vec<String> = rewritten
        .sentences
        .iter()
        .map(|s| PAGE.chars().skip(s.source_start).take(s.source_end - s.source_start).collect())
        .collect();
    assert_eq!(places.join(" "), CLEAN);
    assert_eq!((outcome.counts.passages, outcome.counts.guards.kept), (1, 1));
    assert!(doc.edits().iter().all(|e| e.stage == STAGE && e.kind == "passage"));
}

/// Offsets are those of the text as it was read, whatever the stages before have cut.
#[test]
fn places_are_in_the_text_as_it_was_read() {
    let rewriter =
        Rewriter::new(answering(|_| CLEAN.into()).engine().unwrap(), config(), LanguageConfig::default())
            .unwrap();
    let mut doc = Document::new("t", PAGE);
    doc.apply("junk", vec![Change::cut("navigation", 0.."홈 > 뉴스\n".len())]);
    let outcome = rewriter.rewrite(&mut doc).unwrap();
    let first = outcome.rewritten.unwrap().sentences[0].clone();
    assert_eq!(first.source_start, "홈 > 뉴스\n".chars().count());
}

#[test]
fn what_does_not_pass_stays_as_it_was_and_is_counted() {
    let (doc, outcome) = run(answering(|_| CLEAN.replace("오늘", "5월 3일")), config(), PAGE);
    assert_eq!((doc.text(), outcome.reason), (PAGE, "date"));
    assert_eq!(outcome.counts.guards.rejected[&Guard::Date], 1);
    let (doc, outcome) =
        run(answering(|_| CLEAN.into()), RewriteConfig { min_cosine: 1.0, ..config() }, PAGE);
    assert_eq!((doc.text(), outcome.reason), (PAGE, "meaning"));
    let (_, outcome) = run(answering(|_| "끝없이 이어지는 말 ".repeat(400)), config(), PAGE);
    assert_eq!((outcome.reason, outcome.counts.cut_short), ("cut_short", 1));
    let (_, outcome) = run(answering(|_| CLEAN.into()), config(), "짧다.");
    assert_eq!((outcome.reason, outcome.counts.left), ("nothing_to_rewrite", 1));
}

#[test]
fn a_passage_that_passes_saves_its_document_and_no_other_passage() {
    let second = "시립 도서관은 올해 새 책을 천 권이나 들여놓고 시민에게 밤 열 시까지 문을 열기로 하였다고 관장이 오늘 아침에 알렸다.";
    let text = format!("{PAGE}\n{second}");
    let config = RewriteConfig { passage_tokens: 340, ..config() };
    let answer = |passage: &str| match passage.contains("도서관") {
        true => "시립 박물관은 올해 새 그림을 들여놓았다고 김가람 관장이 말하였다.".into(),
        false => CLEAN.to_owned(),
    };
    let (doc, outcome) = run(answering(answer), config, &text);
    assert_eq!(doc.text(), format!("{CLEAN}\n{second}"));
    assert_eq!((outcome.counts.passages, outcome.counts.guards.kept), (2, 1));
}

#[test]
fn a_slow_model_changes_nothing_a_dead_one_is_an_error() {
    let slow = answering(|_| CLEAN.into()).pause(Duration::from_secs(5));
    let (doc, outcome) = run(slow, RewriteConfig { timeout_seconds: 0, ..config() }, PAGE);
    assert_eq!((doc.text(), outcome.reason, outcome.counts.unanswered), (PAGE, "unanswered", 1));
    let dying = answering(|_| CLEAN.into()).dies_after(3).engine().unwrap();
    let mut doc = Document::new("t", PAGE);
    let rewriter = Rewriter::new(dying, config(), LanguageConfig::default()).unwrap();
    assert!(rewriter.rewrite(&mut doc).is_err());
    assert_eq!(doc.text(), PAGE);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// A hostile model: whatever it answers, a document is as it was or passes every guard.
    #[test]
    fn nothing_passes_but_by_the_guards(answer in "\\PC{0,60}|(시청 앞|광장에서|장터는|열린다|[0-9]{1,3}명|김가람 씨|다녀갔다\\.| ){0,30}") {
        let (doc, outcome) = run(answering(move |_| answer.clone()), config(), PAGE);
        match outcome.rewritten {
            None => prop_assert_eq!(doc.text(), PAGE),
            Some(_) => {
                let guards = config().guards(LanguageConfig::default());
                prop_assert!(guards.check(PAGE, doc.text(), None).is_empty());
            }
        }
        let counts = outcome.counts;
        prop_assert_eq!(counts.passages, counts.guards.checked + counts.cut_short + counts.unanswered);
    }
}

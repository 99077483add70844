//! The job whose model edits or rewrites: with a model that answers whatever it likes, dies, or is too slow.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proptest::prelude::*;
use serde_json::Value;
use soju_engine::testing::{FakeBackend, FakeBuilder};
use soju_engine::{Engine, Tokenizer};
use soju_refine::io::inputs;
use soju_refine::job::{CleanJob, EditNote, JobConfig, JobEnd, JobError, OutputMode};
use soju_refine::pii::Kind;
use soju_refine::report::ModelFacts;

fn prose(i: usize) -> String {
    format!(
        "지난 {i}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. \
         담당자 연락처는 010-1234-56{:02} 이다. 주민들은 낡은 시설을 손수 고쳤다. 올해로 {i}년째 이어진 모임이다.",
        i % 100
    )
}

/// A model that answers what is behind the last `marker` with `answer(how often it was asked before)`, and takes no
/// notice of grammars. `asked` counts.
fn answering(
    marker: &'static str,
    asked: Arc<AtomicUsize>,
    answer: impl Fn(&str, usize) -> String + Send + Sync + Clone + 'static,
) -> FakeBuilder {
    let end = Tokenizer::bytes().end_ids()[0];
    let next = move |tokens: &[i32]| {
        let bytes: Vec<u8> = tokens.iter().filter_map(|t| u8::try_from(*t).ok()).collect();
        let at =
            bytes.windows(marker.len()).rposition(|w| w == marker.as_bytes()).expect("the prompt ends in it");
        let shown = String::from_utf8_lossy(&bytes[..at]).into_owned();
        let said = bytes.len() - at - marker.len();
        let before = if said == 0 { asked.fetch_add(1, Ordering::Relaxed) } else { 0 };
        let text = answer(shown.rsplit("\n\n").next().unwrap_or_default(), before);
        (text.as_bytes().get(said).map_or(end, |b| i32::from(*b)), -1.0)
    };
    FakeBackend::generating(next).breaks_constraints()
}

fn edits() -> JobConfig {
    let mut config = JobConfig::default();
    config.judge.enabled = false;
    config.student.enabled = false;
    config.output.shard_records = 7;
    config.edit.enabled = true;
    config.edit.window_tokens = 1500;
    config
}

fn rewrites() -> JobConfig {
    let mut config = edits();
    config.edit.enabled = false;
    config.rewrite.enabled = true;
    config.rewrite.passage_tokens = 1500;
    // The fake's hidden states are ids and positions.
    config.rewrite.min_cosine = -1.0;
    config
}

fn run(
    folder: &Path,
    out: &str,
    config: JobConfig,
    texts: &[String],
    engine: Engine,
    mode: OutputMode,
) -> Result<JobEnd, JobError> {
    let input = folder.join("in.jsonl");
    let lines = texts
        .iter()
        .enumerate()
        .map(|(i, text)| serde_json::json!({"id": i.to_string(), "text": text}).to_string() + "\n");
    std::fs::write(&input, lines.collect::<String>()).unwrap();
    let inputs = inputs::expand(&[input.display().to_string()]).unwrap();
    let facts = ModelFacts { name: "scripted".into(), file: "none".into(), bytes: 0 };
    CleanJob::new(config, inputs, folder.join(out)).mode(mode).model(engine, facts).run()
}

fn records(folder: &Path) -> Vec<Value> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut parts: Vec<_> = entries.map(|e| e.unwrap().path()).collect();
    parts.retain(|p| p.extension().is_some_and(|e| e == "zst"));
    parts.sort();
    let text = |p| String::from_utf8(zstd::decode_all(std::fs::File::open(p).unwrap()).unwrap()).unwrap();
    parts
        .iter()
        .flat_map(|p| text(p).lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<_>>())
        .collect()
}

/// The record's text put together from the one that was read and the edits that it lists.
fn derived(original: &str, record: &Value) -> String {
    let edits: Vec<EditNote<'_>> = serde_json::from_value(record["soju"]["edits"].clone()).unwrap();
    let chars: Vec<char> = original.chars().collect();
    let (mut out, mut at) = (String::new(), 0);
    for edit in &edits {
        out.extend(&chars[at..edit.start]);
        out.push_str(&edit.replacement);
        at = edit.end;
    }
    out.extend(&chars[at..]);
    out
}

fn bare(text: &str) -> String {
    let text = Kind::ALL.iter().fold(text.to_owned(), |t, kind| t.replace(kind.placeholder(), ""));
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn is_subsequence(part: &str, whole: &str) -> bool {
    let mut whole = whole.chars();
    part.chars().all(|c| whole.any(|w| w == c))
}

#[test]
fn programs_are_carried_out_recorded_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<String> = (1..20).map(prose).collect();
    let engine = answering("편집:\n", Arc::default(), |_, _| "drop 5\n\n".into()).engine().unwrap();
    let end = run(folder.path(), "out", edits(), &texts, engine, OutputMode::New).unwrap();
    let tally = &end.report.tally;
    assert!(end.complete && tally.is_balanced());
    assert_eq!((tally.kept, tally.edit_programs.documents, tally.edit_programs.whole), (19, 19, 19));
    assert_eq!(tally.edits["edit"]["drop"].documents, 19);
    for (record, text) in records(&folder.path().join("out")).iter().zip(&texts) {
        let kept = record["text"].as_str().unwrap();
        assert!(kept.ends_with("시설을 손수 고쳤다."), "{kept}");
        assert_eq!(derived(text, record), kept);
        assert!(record["soju"].get("synthetic").is_none());
    }
    assert!(end.report.terminal_summary().contains("19 windows of 19 documents"));
}

#[test]
fn what_is_written_anew_is_marked() {
    let folder = tempfile::tempdir().unwrap();
    let mut texts: Vec<String> = (1..9).map(prose).collect();
    texts.push(
        "짧은 글이다. 아주 짧은 글이지만 규칙이 남길 만큼은 길다. 그래도 사실은 지켜야 한다는 것을 보인다."
            .into(),
    );
    // It says the passage again without its first sentence, and invents about the last document.
    let answer = |shown: &str, _: usize| {
        let passage = shown.rsplit("원문:").next().unwrap_or_default().trim();
        match passage.split_once("다. ") {
            Some((first, rest)) if !first.contains("짧은") => format!(" {rest}\n"),
            _ => {
                " 새 축제가 5월 3일에 부산에서 열린다고 김가람 시장이 말했다는 소식이 있었다고 한다.\n".into()
            }
        }
    };
    let engine = answering("\n정리:", Arc::default(), answer).engine().unwrap();
    let end = run(folder.path(), "out", rewrites(), &texts, engine, OutputMode::New).unwrap();
    let tally = &end.report.tally;
    assert!(end.complete && tally.is_balanced());
    assert_eq!((tally.kept, tally.dropped, tally.rewrites.guards.kept), (8, 1, 8), "{:?}", tally.rewrites);
    for (record, text) in records(&folder.path().join("out")).iter().zip(&texts) {
        let note = &record["soju"];
        assert_eq!((&note["synthetic"], &note["rewrite"]["synthetic"]), (&true.into(), &true.into()));
        let written = record["text"].as_str().unwrap();
        assert!(written.starts_with("아이들은"), "{written}");
        assert_eq!(derived(text, record), written);
        // Each sentence names its place in the text as it was read.
        let first = &note["rewrite"]["sentences"][0];
        let at = |name: &str| first[name].as_u64().unwrap() as usize;
        let source: String =
            text.chars().skip(at("source_start")).take(at("source_end") - at("source_start")).collect();
        assert_eq!(source, "아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다.");
    }
    let dropped = records(&folder.path().join("out/dropped"));
    assert_eq!(dropped[0]["soju"]["reason"]["stage"], "rewrite");
    assert_eq!(dropped[0]["text"].as_str(), texts.last().map(String::as_str));
    assert!(end.report.terminal_summary().contains("8 of 9 passages"), "{}", end.report.terminal_summary());
}

#[test]
fn a_model_that_dies_costs_nothing_that_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<String> = (1..41).map(prose).collect();
    let answer = |_: &str, _: usize| "drop 1\n\n".to_owned();
    let healthy =
        |asked: &Arc<AtomicUsize>| answering("편집:\n", Arc::clone(asked), answer).engine().unwrap();
    let whole =
        run(folder.path(), "whole", edits(), &texts, healthy(&Arc::default()), OutputMode::New).unwrap();

    let mut config = edits();
    config.edit.in_flight = 2;
    let dying = answering("편집:\n", Arc::default(), answer).dies_after(60).engine().unwrap();
    let error = run(folder.path(), "out", config.clone(), &texts, dying, OutputMode::New).unwrap_err();
    assert!(matches!(error, JobError::Generation(_)), "{error}");
    let before = records(&folder.path().join("out")).len();
    assert!(before > 0 && before < 40, "{before} were written before it died");

    let asked = Arc::default();
    let end = run(folder.path(), "out", config, &texts, healthy(&asked), OutputMode::Resume).unwrap();
    assert!(end.complete && end.report.tally.is_balanced());
    assert_eq!(
        asked.load(Ordering::Relaxed),
        whole.report.tally.kept as usize - before,
        "a document was edited twice, or not at all"
    );
    assert_eq!(end.report.tally.edit_programs, whole.report.tally.edit_programs);
    let [a, b] = ["whole", "out"].map(|o| records(&folder.path().join(o)));
    assert_eq!(a, b);
}

#[test]
fn a_slow_model_changes_nothing_and_holds_up_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let texts: Vec<String> = (1..3).map(prose).collect();
    let mut config = edits();
    config.edit.timeout_seconds = 1;
    let slow =
        answering("편집:\n", Arc::default(), |_, _| "drop 1\n\n".into()).pause(Duration::from_secs(20));
    let end = run(folder.path(), "out", config, &texts, slow.engine().unwrap(), OutputMode::New).unwrap();
    assert_eq!((end.report.tally.kept, end.report.tally.edit_programs.unanswered), (2, 2));
    assert!(!end.report.tally.edits.contains_key("edit"));
}

#[test]
fn without_a_model_there_is_nothing_to_edit_with() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jsonl");
    std::fs::write(&input, "{\"text\":\"가\"}\n").unwrap();
    let inputs = inputs::expand(&[input.display().to_string()]).unwrap();
    let error = CleanJob::new(rewrites(), inputs, folder.path().join("out")).run().unwrap_err();
    assert_eq!(error.to_string(), "`rewrite.enabled` is on, which needs a model; name one, or switch it off");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// A hostile model that emits programs and texts at will: what is written is what was read, less what was cut, and
    /// placeholders.
    #[test]
    fn nothing_is_invented(
        texts in prop::collection::vec("(가나다 했다\\. |\n|010-1234-5678 |홈 > 메뉴\n|문장이 길게 이어진다\\.\n|ㅋㅋ|한\u{1112}\u{1161}\u{11ab}글이다\\. ){4,40}", 1..8),
        answers in prop::collection::vec("((drop|join|mask|fix_spacing|keep) ?[0-9]{0,2}(-[0-9])? ?(phone|email|가 나 다)?\n?){0,6}|\\PC{0,40}", 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut config = edits();
        config.rules.language.min_letters = 1;
        config.edit.spacing = true;
        config.edit.max_cut = 0.9;
        let engine = answering("편집:\n", Arc::default(), move |shown, _| answers[shown.len() % answers.len()].clone());
        let end = run(folder.path(), "out", config, &texts, engine.engine().unwrap(), OutputMode::New).unwrap();
        prop_assert!(end.complete && end.report.tally.is_balanced());
        for record in records(&folder.path().join("out")) {
            let text = &texts[record["id"].as_str().unwrap().parse::<usize>().unwrap()];
            let kept = record["text"].as_str().unwrap();
            prop_assert_eq!(&derived(text, &record), kept);
            // The text as the stages before leave it has the same letters, composed.
            let composed = text.replace("\u{1112}\u{1161}\u{11ab}", "한");
            prop_assert!(is_subsequence(&bare(kept), &bare(&composed)), "{kept:?} of {text:?}");
        }
    }
}

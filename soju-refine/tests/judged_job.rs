//! The job with a scripted model: what it is asked, what becomes of its answers, and what happens when it dies.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use soju_engine::testing::FakeBackend;
use soju_engine::{BackendError, Engine, Score, ScoreRequest};
use soju_refine::io::inputs;
use soju_refine::job::{CleanJob, JobConfig, JobEnd, JobError, OutputMode};
use soju_refine::llm::JudgeBy;
use soju_refine::report::ModelFacts;

const MARK: &str = "헬스장";

fn prose(i: usize) -> String {
    let mark = if i.is_multiple_of(3) { MARK } else { "도서관" };
    format!(
        "지난 {i}월 마을 {mark}이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. \
         담당자는 방법을 천천히 가르쳐 주었고, 주민들은 낡은 시설을 손수 고쳤다. 올해로 {i}년째 이어진 모임이다."
    )
}

fn text_of(request: &ScoreRequest) -> String {
    let bytes = |ids: &[i32]| ids.iter().filter_map(|id| u8::try_from(*id).ok()).collect::<Vec<u8>>();
    String::from_utf8_lossy(&bytes(&request.prompt[request.shared_prefix..])).into_owned()
}

/// Says "drop" of every text with the mark.
fn answer(request: &ScoreRequest) -> Score {
    let drop = text_of(request).contains(MARK);
    let (keep, drop) = if drop { (-20.0, -0.1) } else { (-0.1, -20.0) };
    let per_token = |total: f32, i: usize| {
        vec![total / request.continuations[i].len() as f32; request.continuations[i].len()]
    };
    Score { log_probs: vec![per_token(keep, 0), per_token(drop, 1)] }
}

/// A configuration under which the model is asked about everything.
fn all_unsure() -> JobConfig {
    let mut config = JobConfig::default();
    config.rules.junk.unsure_above = -1.0;
    config.rules.junk.drop_above = 2.0;
    config.student.enabled = false;
    config.judge.by = JudgeBy::Prompt;
    config.output.shard_records = 10;
    config
}

fn run(
    folder: &Path,
    out: &str,
    records: usize,
    engine: Engine,
    mode: OutputMode,
) -> Result<JobEnd, JobError> {
    let input = folder.join("in.jsonl");
    if !input.exists() {
        let lines = (0..records)
            .map(|i| serde_json::json!({"id": i.to_string(), "text": prose(i)}).to_string() + "\n");
        std::fs::write(&input, lines.collect::<String>()).unwrap();
    }
    let inputs = inputs::expand(&[input.display().to_string()]).unwrap();
    let facts = ModelFacts { name: "scripted".into(), file: "none".into(), bytes: 0 };
    CleanJob::new(all_unsure(), inputs, folder.join(out)).mode(mode).model(engine, facts).run()
}

fn records(folder: &Path) -> Vec<Value> {
    let mut parts: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    parts.retain(|p| p.extension().is_some_and(|e| e == "zst"));
    parts.sort();
    let text = |p| String::from_utf8(zstd::decode_all(std::fs::File::open(p).unwrap()).unwrap()).unwrap();
    parts
        .iter()
        .flat_map(|p| text(p).lines().map(|l| serde_json::from_str(l).unwrap()).collect::<Vec<_>>())
        .collect()
}

#[test]
fn the_model_decides_what_the_rules_leave_open() {
    let folder = tempfile::tempdir().unwrap();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let engine = FakeBackend::scoring(move |request| {
        seen.lock().unwrap().push(request.clone());
        Ok(answer(request))
    });
    let end = run(folder.path(), "out", 60, engine.engine().unwrap(), OutputMode::New).unwrap();
    assert!(end.complete && end.report.tally.is_balanced());
    assert_eq!((end.report.tally.kept, end.report.tally.dropped), (40, 20));
    assert_eq!(end.report.tally.judged(), 60);
    for record in records(&folder.path().join("out/dropped")) {
        let note = &record["soju"];
        assert_eq!((&note["decided_by"], &note["reason"]["stage"]), (&"judge".into(), &"judge".into()));
        assert!(note["scores"]["judge_log_odds"].as_f64().unwrap() > 4.0, "{note}");
    }
    let asked = asked.lock().unwrap();
    let header = &asked[0].prompt[..asked[0].shared_prefix];
    assert!(header.len() > 500);
    for request in asked.iter() {
        assert_eq!(&request.prompt[..request.shared_prefix], header, "the header is shared");
        assert_eq!(request.continuations.len(), 2);
        assert!(text_of(request).ends_with("\n판정:"));
    }
}

#[test]
fn a_model_that_dies_costs_nothing_that_was_done() {
    let folder = tempfile::tempdir().unwrap();
    let healthy = || FakeBackend::scoring(|r| Ok(answer(r))).engine().unwrap();
    run(folder.path(), "whole", 100, healthy(), OutputMode::New).unwrap();

    let answered = AtomicUsize::new(0);
    let dying = FakeBackend::scoring(move |r| {
        if answered.fetch_add(1, Ordering::Relaxed) < 45 {
            Ok(answer(r))
        } else {
            Err(BackendError::Failed("out of memory".into()))
        }
    });
    let error = run(folder.path(), "out", 100, dying.engine().unwrap(), OutputMode::New).unwrap_err();
    assert!(matches!(error, JobError::Judge(_)), "{error}");
    let before = records(&folder.path().join("out")).len();
    assert!(before > 0, "nothing of what was judged before was kept");

    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let engine = FakeBackend::scoring(move |r| {
        count.fetch_add(1, Ordering::Relaxed);
        Ok(answer(r))
    });
    let end = run(folder.path(), "out", 100, engine.engine().unwrap(), OutputMode::Resume).unwrap();
    assert!(end.complete && end.report.tally.input == 100);
    assert!(asked.load(Ordering::Relaxed) < 100, "documents were judged twice");
    for part in ["", "dropped"] {
        let [whole, resumed] = ["whole", "out"].map(|o| records(&folder.path().join(o).join(part)));
        assert_eq!(whole, resumed);
    }
}

#[test]
fn another_model_is_another_job() {
    let folder = tempfile::tempdir().unwrap();
    let engine = || FakeBackend::scoring(|r| Ok(answer(r))).engine().unwrap();
    run(folder.path(), "out", 5, engine(), OutputMode::New).unwrap();
    let inputs = inputs::expand(&[folder.path().join("in.jsonl").display().to_string()]).unwrap();
    let facts = ModelFacts { name: "other".into(), file: "none".into(), bytes: 0 };
    let job = CleanJob::new(all_unsure(), inputs, folder.path().join("out"))
        .mode(OutputMode::Resume)
        .model(engine(), facts);
    let error = job.run().unwrap_err().to_string();
    assert!(error.contains("scripted") && error.contains("other"), "{error}");
}

#[test]
fn an_answer_that_is_late_or_no_number_leaves_the_decision_to_the_rules() {
    for slow in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let mut fake = FakeBackend::scoring(|request| {
            let nan = |tokens: &Vec<i32>| vec![f32::NAN; tokens.len()];
            Ok(Score { log_probs: request.continuations.iter().map(nan).collect() })
        });
        if slow {
            fake = fake.pause(std::time::Duration::from_secs(20));
        }
        let input = folder.path().join("in.jsonl");
        let lines = (1..3).map(|i| serde_json::json!({"text": prose(i)}).to_string() + "\n");
        std::fs::write(&input, lines.collect::<String>()).unwrap();
        let inputs = inputs::expand(&[input.display().to_string()]).unwrap();
        let facts = ModelFacts { name: "scripted".into(), file: "none".into(), bytes: 0 };
        let mut config = all_unsure();
        config.judge.timeout_seconds = 1;
        let job =
            CleanJob::new(config, inputs, folder.path().join("out")).model(fake.engine().unwrap(), facts);
        let end = job.run().unwrap();
        assert!(end.complete && end.report.tally.is_balanced());
        assert_eq!(end.report.tally.decided_by["unanswered"].kept, 2);
        assert_eq!(end.report.tally.judged(), 0);
    }
}

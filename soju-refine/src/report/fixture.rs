//! A small job for the tests of the report.

use std::borrow::Cow;
use std::time::{Duration, UNIX_EPOCH};

use super::{Decision, Outcome, Report, RunFacts, Tally};
use crate::document::{Change, Document};
use crate::io::{Position, RejectKind, Rejection};
use crate::pipeline::Reason;

pub(super) fn at(line: u64) -> Position {
    Position { file: "a.jsonl".into(), line }
}

pub(super) fn kept(line: u64) -> Outcome {
    Outcome {
        decision: Decision::Kept,
        decided_by: Cow::Borrowed("rules"),
        rule_score: Some(0.1),
        judge_score: None,
        url: None,
        position: at(line),
    }
}

pub(super) fn dropped(line: u64, stage: &'static str, kind: &'static str) -> Outcome {
    let decision = Decision::Dropped(Reason::new(stage, kind).with_score(0.9));
    Outcome { decision, rule_score: Some(0.9), ..kept(line) }
}

pub(super) fn judged(outcome: Outcome, score: f32) -> Outcome {
    Outcome { decided_by: Cow::Borrowed("judge"), judge_score: Some(score), ..outcome }
}

pub(super) fn rejection(line: u64) -> Rejection {
    Rejection {
        position: at(line),
        reason: RejectKind::BadJson,
        message: "not a JSON object".to_owned(),
        excerpt: "비밀 [1,".to_owned(),
    }
}

/// A document with a menu that is cut and a phone number that is masked.
pub(super) fn with_cuts(id: &str) -> Document {
    let mut doc = Document::new(id, "홈 > 뉴스 > 사회 오늘 비가 온다. 문의 010-1234-5678 끝.");
    let end = doc.text().find("오늘").unwrap();
    doc.apply("junk", vec![Change::cut("navigation", 0..end).with_score(0.97)]);
    let start = doc.text().find("010").unwrap();
    doc.apply("pii", vec![Change::replace("phone", start..start + 13, "<전화번호>")]);
    doc
}

/// Four documents and a record that could not be read.
pub(super) fn tiny() -> Report {
    let mut tally = Tally::default();
    tally.outcome(&with_cuts("cut"), &kept(1));
    tally.outcome(&Document::new("whole", "그대로 남는 글이다."), &kept(2));
    tally.outcome(&Document::new("spam", "바카라 바카라 031-123-4567"), &dropped(3, "junk", "gambling"));
    tally.outcome(&Document::new("ad", "좋은 상품을 소개한다."), &judged(dropped(4, "judge", "junk"), 0.75));
    tally.rejected(&rejection(5));
    let mut run = RunFacts::new(UNIX_EPOCH + Duration::from_secs(1_800_000_000));
    run.soju_version = "0.0.0".to_owned();
    run.wall_seconds = 2.0;
    Report { run, tally }
}

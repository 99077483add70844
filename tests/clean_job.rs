//! `soju clean` on real documents, rules only: what is written, and that it can be checked.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;

use serde_json::Value;
use support::{Ended, Scratch, line, lines, prose, sample, soju};

/// The clean text from the original and the record of edits: what a reader of the output can do.
fn replay(original: &str, edits: &[Value]) -> String {
    let chars: Vec<char> = original.chars().collect();
    let (mut text, mut at) = (String::new(), 0);
    for edit in edits {
        let offset = |name: &str| edit[name].as_u64().unwrap() as usize;
        text.extend(&chars[at..offset("start")]);
        text.push_str(edit["replacement"].as_str().unwrap_or(""));
        at = offset("end");
    }
    text.extend(&chars[at..]);
    text
}

#[test]
fn real_documents_come_out_clean_and_accounted_for() {
    let scratch = Scratch::new();
    let input = sample();
    let ended = scratch.clean("out", &[input.to_str().unwrap()], &[]).expect(0, &[]);
    assert!(ended.stdout.contains("report: out/report.html"), "{}", ended.stdout);
    let out = scratch.out("out");
    let originals = lines(&input);
    let [read, kept, dropped, rejected] = out.counts();
    assert_eq!((read, rejected), (originals.len() as u64, 0));
    assert!(kept > read / 3 && dropped > 3, "{kept} kept, {dropped} dropped");
    let find = |record: &Value| originals.iter().find(|o| o["id"] == record["id"]).unwrap();
    let mut changed = 0;
    for record in out.kept() {
        let original = find(&record);
        let edits = record["soju"]["edits"].as_array().unwrap();
        let text = original["text"].as_str().unwrap();
        assert_eq!(record["text"].as_str().unwrap(), replay(text, edits), "{}", record["id"]);
        changed += usize::from(record["text"] != original["text"]);
        for (field, value) in original.as_object().unwrap() {
            assert!(field == "text" || record[field] == *value, "{field} of {}", record["id"]);
        }
        assert_eq!(record["soju"]["verdict"], "keep");
    }
    assert!(changed > 0, "no document was changed");
    for record in out.dropped() {
        assert_eq!(record["text"], find(&record)["text"]);
        assert!(record["soju"]["reason"]["kind"].is_string(), "{record}");
    }
    assert_eq!(out.dropped().len() as u64, dropped);
    let html = fs::read_to_string(scratch.path("out/report.html")).unwrap();
    assert!(html.contains("<del") && html.contains("<svg"));
}

#[test]
fn personal_data_is_masked_and_duplicates_are_dropped() {
    let scratch = Scratch::new();
    let with_number =
        prose(3) + " 자세한 내용은 010-1234-5678 또는 help@example.com 으로 물어보면 된다고 한다.";
    let text = line(1, &with_number) + &line(2, &prose(4)) + &line(3, &(prose(4) + "  \n"));
    scratch.write("in.jsonl", text);
    scratch.clean("out", &["in.jsonl"], &[]).expect(0, &[]);
    let out = scratch.out("out");
    let kept = out.kept();
    let masked = kept[0]["text"].as_str().unwrap();
    assert!(masked.contains("<전화번호>") && masked.contains("<이메일>"), "{masked}");
    let everything = kept[0].to_string() + &fs::read_to_string(scratch.path("out/report.html")).unwrap();
    assert!(!everything.contains("1234-5678") && !everything.contains("help@example"));
    let dropped = out.dropped();
    assert_eq!(dropped.len(), 1);
    assert_eq!(dropped[0]["id"], "3");
    assert_eq!(dropped[0]["soju"]["reason"]["kind"], "exact_duplicate");
    assert_eq!(out.counts(), [3, 2, 1, 0]);
}

#[test]
fn other_json_lines_and_standard_input() {
    let scratch = Scratch::new();
    let posts: String =
        (1..4).map(|i| serde_json::json!({"body": prose(i), "n": i}).to_string() + "\n").collect();
    let mut command = soju();
    command
        .args(["clean", "-", "--no-model", "--text-field", "body", "--out"])
        .arg(scratch.path("out"))
        .write_stdin(posts);
    Ended::of(&mut command).expect(0, &[]);
    let out = scratch.out("out");
    assert_eq!(out.counts(), [3, 3, 0, 0]);
    assert_eq!(out.kept()[2]["n"], 3);
    assert!(out.kept()[0]["body"].as_str().unwrap().contains("도서관"));
}

#[test]
fn the_number_of_threads_changes_nothing() {
    let scratch = Scratch::new();
    let input = sample();
    for threads in ["1", "7"] {
        scratch.clean(threads, &[input.to_str().unwrap()], &["--threads", threads]).expect(0, &[]);
    }
    assert_eq!(scratch.out("1").kept(), scratch.out("7").kept());
    assert_eq!(scratch.out("1").dropped(), scratch.out("7").dropped());
}

#[test]
fn a_configuration_file_is_checked_and_obeyed() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", line(1, &prose(1)) + &line(2, &prose(1)));
    scratch.write("job.toml", "[dedup]\nexakt = false\n");
    scratch
        .clean("out", &["in.jsonl"], &["--config", "job.toml"])
        .expect(2, &["job.toml:2: unknown key `dedup.exakt`, did you mean `dedup.exact`?"]);
    scratch.write("job.toml", "[dedup]\nexact = false\n");
    scratch.clean("out", &["in.jsonl"], &["--config", "job.toml"]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts(), [2, 2, 0, 0]);
}

#[test]
fn help_has_examples() {
    for arguments in [&["--help"][..], &["clean", "--help"], &["model", "--help"]] {
        let help = Ended::of(soju().args(arguments)).expect(0, &[]).stdout;
        assert!(
            help.contains("soju") && (help.contains("Examples:") || help.contains("Exit codes:")),
            "{help}"
        );
    }
}

#[test]
fn what_was_dropped_makes_nothing_a_duplicate() {
    let scratch = Scratch::new();
    // Among menus the rules doubt the same prose, and without a model their own score drops it.
    let menus = "홈 > 뉴스 > 사회\n로그인 | 회원가입 | 장바구니 | 고객센터\n목록 이전글 다음글 인쇄 스크랩\n\
                 무단전재 및 재배포 금지\n관련기사 더보기\n";
    let first = menus.repeat(7) + &prose(1);
    scratch.write("in.jsonl", line(1, &first) + &line(2, &prose(1)) + &line(3, &prose(1)));
    scratch.write("rules.toml", "[student]\nenabled = false\n[rules.junk]\ndrop_above = 0.999\n");
    scratch.clean("out", &["in.jsonl"], &["--config", "rules.toml"]).expect(0, &[]);
    let out = scratch.out("out");
    let found: Vec<_> = out
        .dropped()
        .iter()
        .map(|r| (r["id"].clone(), r["soju"]["decided_by"].clone(), r["soju"]["reason"]["stage"].clone()))
        .collect();
    assert_eq!(
        found,
        [("1".into(), "rules".into(), "junk".into()), ("3".into(), "dedup".into(), "dedup".into())],
        "{found:?}"
    );
    assert_eq!(out.kept()[0]["id"], "2");
}

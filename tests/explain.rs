//! `soju explain` and `soju diff` from outside, on jobs that `soju clean` and `soju dedup` have run.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::fs;

use serde_json::Value;
use support::{Ended, Scratch, line, prose, sample, soju};

const PHONE: &str = "010-2345-6789";

/// A job over four documents: one with a menu and a phone number, a short one, a clean one, and its copy.
fn job(options: &[&str]) -> Scratch {
    let scratch = Scratch::new();
    let first = format!(
        "홈 > 소식 > 마을 {} 이 모임은  오래 이어졌다고 한다. 문의는 {PHONE} 로 하면 된다. 무단전재 및 재배포 금지",
        prose(1)
    );
    let text = line(1, &first) + &line(2, "짧은 글") + &line(3, &prose(3)) + &line(4, &prose(3));
    scratch.write("in.jsonl", text);
    scratch.clean("out", &["in.jsonl"], options).expect(0, &[]);
    scratch
}

fn run(scratch: &Scratch, arguments: &[&str]) -> Ended {
    Ended::of(soju().current_dir(scratch.path("")).args(arguments))
}

fn json(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_dropped_document_is_told_with_its_threshold() {
    let scratch = job(&[]);
    let told = run(&scratch, &["explain", "out", "--id", "2"]).expect(0, &[]).stdout;
    assert!(
        told.contains("document 2  in.jsonl:2\ndrop, decided by rules: language/too_short 너무 짧음 3\n"),
        "{told}"
    );
    assert!(
        told.contains("3 is below rules.language.min_letters = 40, and rules.language.too_short = \"drop\""),
        "{told}"
    );
    assert!(!told.contains('\u{1b}'), "colours without a terminal");
    let all = run(&scratch, &["explain", "out", "--json"]).expect(0, &[]).stdout;
    let ids: Vec<_> = json(&all).iter().map(|told| told["id"].clone()).collect();
    assert_eq!(ids, ["2", "4"]);
    let second = json(
        &run(&scratch, &["explain", "out", "--dropped", "--index", "2", "--json"]).expect(0, &[]).stdout,
    );
    assert_eq!(second[0]["reason"]["kind"], "exact_duplicate");
    assert_eq!(second[0]["decided_by"], "dedup");
    run(&scratch, &["explain", "out", "--id", "99"]).expect(2, &["no document of out has the identifier 99"]);
    run(&scratch, &["explain", "."]).expect(2, &["is no output folder of a soju job"]);
}

#[test]
fn a_kept_document_is_told_stage_by_stage_where_its_original_is() {
    let scratch = job(&[]);
    let told =
        json(&run(&scratch, &["explain", "out", "--id", "1", "--json"]).expect(0, &[]).stdout).remove(0);
    assert_eq!((told["verdict"].as_str(), told["reason"].is_null()), (Some("keep"), true));
    let stages: Vec<_> = told["stages"].as_array().unwrap().iter().map(|s| s["stage"].clone()).collect();
    assert_eq!(stages, ["normalize", "language", "junk", "student", "pii"]);
    assert!(!told.to_string().contains(PHONE));
    assert!(told["stages"][4]["edits"][0]["text"] == "•••-••••-••••", "{told}");
    let shown = run(&scratch, &["explain", "out", "--id", "1", "--show-personal"]).expect(0, &[]).stdout;
    assert!(shown.contains(&format!("[-{PHONE}-]{{+<전화번호>+}}‹pii/phone")), "{shown}");
    assert!(shown.contains("rules.junk.unsure_above = 0.12") && shown.contains("weighs most: "), "{shown}");

    fs::rename(scratch.path("in.jsonl"), scratch.path("moved.jsonl")).unwrap();
    let without =
        json(&run(&scratch, &["explain", "out", "--id", "1", "--json"]).expect(0, &[]).stdout).remove(0);
    assert!(
        without["remarks"]
            .to_string()
            .contains("in.jsonl is not there any more; name the input with --input"),
        "{without}"
    );
    assert!(without["stages"][0]["edits"][0]["text"].is_null());
    let found =
        run(&scratch, &["explain", "out", "--id", "1", "--json", "--input", "moved.jsonl"]).expect(0, &[]);
    assert_eq!(json(&found.stdout)[0], told);
}

#[test]
fn a_text_a_file_and_standard_input_run_at_once() {
    let scratch = Scratch::new();
    let page = format!("홈 > 소식 > 마을 {}\n", prose(1));
    scratch.write("page.txt", &page);
    scratch.write("page", &page);
    scratch.write("in.jsonl", line(1, &prose(1)) + &line(2, "짧은 글") + "{\"id\":\"3\"}\n");
    let stages = |told: &Value| told["stages"].clone();
    let of_file = json(&run(&scratch, &["explain", "page.txt", "--json"]).expect(0, &[]).stdout).remove(0);
    let bare = json(&run(&scratch, &["explain", "page", "--json"]).expect(0, &[]).stdout).remove(0);
    let piped = Ended::of(soju().args(["explain", "-", "--json"]).write_stdin(page.clone())).expect(0, &[]);
    assert_eq!(stages(&of_file), stages(&bare));
    assert_eq!(stages(&of_file), stages(&json(&piped.stdout)[0]));
    let text = run(&scratch, &["explain", "--text", "짧은 글"]).expect(0, &[]).stdout;
    assert!(text.contains("drop, decided by rules: language/too_short"), "{text}");
    let lenient =
        run(&scratch, &["explain", "--text", "짧은 글", "--preset", "keep-all-label-only"]).expect(0, &[]);
    assert!(lenient.stdout.contains("keep, decided by rules"), "{}", lenient.stdout);
    let one = run(&scratch, &["explain", "in.jsonl", "--id", "2"]).expect(0, &[]).stdout;
    assert!(one.starts_with("document 2  in.jsonl:2\ndrop"), "{one}");
    run(&scratch, &["explain", "in.jsonl", "--index", "3"])
        .expect(3, &["no field `text`", "soju clean would reject it"]);
    run(&scratch, &["explain", "gone.txt"]).expect(2, &["no such file or folder: gone.txt"]);
    run(&scratch, &["explain"]).expect(2, &[]);
}

#[test]
fn a_diff_marks_what_was_cut_and_replaced() {
    let scratch = job(&[]);
    let shown = run(&scratch, &["diff", "out"]).expect(0, &[]).stdout;
    assert!(shown.contains("document 1  in.jsonl:1  "), "{shown}");
    assert!(shown.contains("[-•••-••••-••••-]{+<전화번호>+}‹pii/phone"), "{shown}");
    assert!(shown.contains("무단전재 및 재배포 금지-]‹junk/copyright"), "{shown}");
    assert!(!shown.contains("normalize") && !shown.contains("document 3"), "{shown}");
    let spaces =
        run(&scratch, &["diff", "out", "--stage", "normalize", "--context", "2"]).expect(0, &[]).stdout;
    assert!(spaces.contains("‹normalize/space›") && !spaces.contains("전화번호"), "{spaces}");
    let kinds = run(&scratch, &["diff", "out", "--kind", "phone", "--context", "4", "--show-personal"])
        .expect(0, &[])
        .stdout;
    assert!(kinds.contains(&format!("문의는 [-{PHONE}-]{{+<전화번호>+}}")), "{kinds}");
    let machine =
        json(&run(&scratch, &["diff", "out", "--kind", "phone", "--json"]).expect(0, &[]).stdout).remove(0);
    assert_eq!((machine["original_at_hand"].as_bool(), machine["fault"].is_null()), (Some(true), true));
    assert_eq!(machine["edits"][0]["replacement"], "<전화번호>");
    run(&scratch, &["diff", "out", "--check"])
        .expect(0, &["2 documents are their original with the edits on record and nothing else"]);
    run(&scratch, &["diff", "out", "--kind", "nothing"]).expect(0, &["no document has such edits"]);
}

#[test]
fn without_the_originals_a_diff_says_so_and_shows_lengths() {
    let scratch = job(&[]);
    fs::write(scratch.path("in.jsonl"), line(1, "something else")).unwrap();
    let shown = run(&scratch, &["diff", "out"])
        .expect(0, &["1 documents without their originals: in.jsonl has changed since"])
        .stdout;
    assert!(shown.contains("[-13 characters, not at hand-]{+<전화번호>+}‹pii/phone"), "{shown}");
    run(&scratch, &["diff", "out", "--check"]).expect(3, &["in.jsonl has changed since"]);
}

#[test]
fn a_record_that_is_not_its_original_with_its_edits_is_found() {
    let scratch = job(&[]);
    let other =
        fs::read_to_string(scratch.path("in.jsonl")).unwrap().replace("마을 도서관이", "마을 새서점이");
    scratch.write("other.jsonl", other);
    let ended = run(&scratch, &["diff", "out", "--input", "other.jsonl", "--id", "1"])
        .expect(1, &["1 documents are not their original"]);
    assert!(
        ended.stdout.contains("not the original with its edits: the original with its edits differs"),
        "{}",
        ended.stdout
    );
    run(&scratch, &["diff", "out", "--input", "other.jsonl", "--check"])
        .expect(1, &["2 documents are not their original"]);
    // Also where no original is at hand, a replacement that does not stand in its place is.
    let part = scratch.path("out/part-00000.jsonl.zst");
    let text = String::from_utf8(zstd::decode_all(fs::File::open(&part).unwrap()).unwrap()).unwrap();
    fs::write(&part, zstd::encode_all(text.replacen("<전화번호> 로", "번호로", 1).as_bytes(), 1).unwrap())
        .unwrap();
    fs::remove_file(scratch.path("in.jsonl")).unwrap();
    run(&scratch, &["diff", "out"]).expect(1, &["1 documents are not their original"]);
}

#[test]
fn every_document_of_the_sample_is_its_original_with_its_edits() {
    let scratch = Scratch::new();
    let input = sample();
    let mut jobs = vec![("plain", &["--shard-records", "20"][..])];
    if cfg!(feature = "parquet") {
        jobs.push(("parquet", &["--output-format", "parquet"]));
    }
    for (out, options) in jobs {
        scratch.clean(out, &[input.to_str().unwrap()], options).expect(0, &[]);
        let kept = scratch.out(out).report()["counts"]["kept"].as_u64().unwrap();
        let said = format!("{kept} documents are their original with the edits on record and nothing else");
        run(&scratch, &["diff", out, "--check"]).expect(0, &[&said]);
        run(&scratch, &["diff", out, "--check", "--input", input.to_str().unwrap()]).expect(0, &[&said]);
        let told = json(&run(&scratch, &["explain", out, "--json", "--limit", "0"]).expect(0, &[]).stdout);
        let dropped = scratch.out(out).report()["counts"]["dropped"].as_u64().unwrap();
        assert_eq!(told.len() as u64, dropped);
        for one in &told {
            assert_eq!(one["verdict"], "drop");
            let remarks = one["remarks"].to_string();
            assert!(!remarks.contains("run again"), "{one}");
            assert!(one["threshold"]["key"].is_string() || one["decided_by"] == "dedup", "{one}");
            assert!(
                one["decided_by"] == "dedup"
                    || one["stages"].as_array().unwrap().iter().any(|s| s["verdict"] != "keep"),
                "{one}"
            );
        }
        let kept_told =
            json(&run(&scratch, &["explain", out, "--kept", "--json", "--limit", "0"]).expect(0, &[]).stdout);
        assert_eq!(kept_told.len() as u64, kept);
        assert!(kept_told.iter().all(|one| !one["remarks"].to_string().contains("not at hand")));
    }
}

#[test]
fn a_dedup_job_can_be_looked_at_too_and_reads_only_what_was_kept() {
    let scratch = job(&[]);
    fs::write(scratch.path("out/LICENSE.txt"), "terms").unwrap();
    run(&scratch, &["dedup", "out", "--out", "unique", "--exact", "--quiet"]).expect(0, &[]);
    assert_eq!(scratch.out("unique").counts(), [2, 2, 0, 0]);
    scratch.clean("again", &["out"], &[]).expect(0, &[]);
    assert_eq!(scratch.out("again").counts(), [2, 2, 0, 0]);
    run(&scratch, &["diff", "unique", "--check"]).expect(0, &["2 documents are their original"]);
    run(&scratch, &["dedup", "out", "again", "--out", "both", "--exact", "--quiet"]).expect(0, &[]);
    let told = json(&run(&scratch, &["explain", "both", "--json"]).expect(0, &[]).stdout);
    assert_eq!(told.len(), 2);
    assert!(
        told.iter().all(|one| one["decided_by"] == "dedup" && one["duplicate_of"]["file"].is_string()),
        "{told:?}"
    );
}

#[test]
fn help_has_examples_and_exit_codes() {
    for command in ["explain", "diff", "config"] {
        let help = Ended::of(soju().args([command, "--help"])).expect(0, &[]).stdout;
        assert!(help.contains("Examples:"), "{help}");
        assert!(command == "config" || help.contains("Exit codes:"), "{help}");
    }
}

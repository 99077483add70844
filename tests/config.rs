//! `soju config`, and the presets on documents.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::Value;
use support::{Ended, Out, Scratch, line, prose, soju};

const PRESETS: [&str; 4] = ["hplt", "strict", "fineweb2-kor", "keep-all-label-only"];

fn show(arguments: &[&str]) -> String {
    Ended::of(soju().args(["config", "show"]).args(arguments)).expect(0, &[]).stdout
}

#[test]
fn what_is_shown_can_be_checked_and_run() {
    let scratch = Scratch::new();
    let default = show(&[]);
    assert!(default.contains("# Fewest letters; below, too_short. Source: chosen by hand"), "{default}");
    for (name, text) in [("default", default.clone()), ("strict", show(&["strict"]))] {
        let file = scratch.write(&format!("{name}.toml"), &text);
        let checked = Ended::of(soju().args(["config", "check"]).arg(&file)).expect(0, &[]);
        assert!(checked.stdout.contains("can be used"), "{}", checked.stdout);
        assert_eq!(
            show(&["--json", "--config", file.to_str().unwrap()]),
            show(if name == "strict" { &["strict", "--json"] } else { &["--json"] })
        );
    }
    for preset in PRESETS {
        assert_ne!(show(&[preset]), default);
    }
    let list = Ended::of(soju().args(["config", "list"])).expect(0, &[]).stdout;
    assert!(
        PRESETS.iter().all(|preset| list.lines().any(|line| line.starts_with(&format!("{preset} ")))),
        "{list}"
    );
}

#[test]
fn what_is_wrong_is_said_with_line_and_remedy() {
    let scratch = Scratch::new();
    let good = scratch.write("good.toml", "[rules.junk]\nlist_items = 4\n");
    let text = "[rules.junk]\nlist_item = 4\ndrop_above = 85\n\n[rules.language]\nforeign = \"keep\"\n";
    let bad = scratch.write("bad.toml", text);
    let ended = Ended::of(soju().args(["config", "check"]).args([&bad, &good])).expect(
        2,
        &[
            "bad.toml:2: unknown key `rules.junk.list_item`, did you mean `rules.junk.list_items`?",
            "bad.toml:6: `rules.language.foreign` can't be \"keep\"",
        ],
    );
    assert!(ended.stdout.contains("good.toml: can be used"), "{}", ended.stdout);
    let bad = scratch.write("bad.toml", "[rules.junk]\n\ndrop_above = 85\n");
    Ended::of(soju().args(["config", "check"]).arg(&bad))
        .expect(2, &["bad.toml:3: `rules.junk.drop_above` is 85"]);
    Ended::of(soju().args(["config", "show", "strickt"])).expect(2, &["did you mean `strict`?"]);
    Ended::of(soju().args(["config", "check", "gone.toml"]))
        .expect(2, &["cannot read the configuration gone.toml"]);
}

#[test]
fn a_file_changes_single_values_of_a_preset() {
    let scratch = Scratch::new();
    scratch.write("mine.toml", "[rules.junk]\nlist_items = 9\n");
    let merged = Ended::of(soju().current_dir(scratch.path("")).args([
        "config",
        "show",
        "strict",
        "--config",
        "mine.toml",
    ]))
    .expect(0, &[])
    .stdout;
    assert!(merged.contains("list_items = 9") && merged.contains("min_letters = 120"), "{merged}");
    scratch.write("in.jsonl", line(1, &prose(1)));
    scratch.clean("out", &["in.jsonl"], &["--preset", "strict", "--config", "mine.toml"]).expect(0, &[]);
    let config = &scratch.out("out").report()["run"]["config"];
    let config =
        if config.is_null() { scratch.out("out").report()["config"].clone() } else { config.clone() };
    assert_eq!(config["rules"]["junk"]["list_items"], 9, "{config}");
    assert_eq!(config["rules"]["language"]["min_letters"], 120);
    scratch
        .clean("other", &["in.jsonl"], &["--preset", "nothing"])
        .expect(2, &["no preset is called `nothing`"]);
}

fn run(scratch: &Scratch, preset: &str, documents: &[String]) -> Out {
    let text: String = documents.iter().enumerate().map(|(i, text)| line(i, text)).collect();
    scratch.write("in.jsonl", text);
    scratch.clean(preset, &["in.jsonl"], &["--preset", preset]).expect(0, &[]);
    scratch.out(preset)
}

fn text(record: &Value) -> &str {
    record["text"].as_str().unwrap()
}

fn junk() -> Vec<String> {
    vec![
        "짧음".to_owned(),
        "카지노 토토 바카라 사이트 추천 먹튀 검증 카지노 쿠폰 ".repeat(30),
        "これは日本語の文章です。韓国語ではありません。東京の天気は晴れです。明日も晴れるでしょう。".to_owned(),
        "function add(a, b) { return a + b; } const x = add(1, 2); if (x > 3) { console.log(x); }".repeat(4),
        "\u{1112}\u{1161}\u{11ab}글\u{200b}  띄어쓰기\r\n\r\n\r\nㅋㅋㅋㅋㅋㅋㅋ!!!!!!! &amp;nbsp; Ｆ１ \u{fffd}\u{e000}\0".to_owned(),
        format!("홈 | 로그인 | 회원가입 {} 문의 010-2345-6789, help@example.com ⓒ 무단전재 및 재배포 금지", prose(3)),
        prose(4),
        prose(4),
    ]
}

#[test]
fn keep_all_label_only_drops_nothing_and_changes_no_text() {
    let scratch = Scratch::new();
    let documents = junk();
    let out = run(&scratch, "keep-all-label-only", &documents);
    let kept = out.kept();
    assert_eq!(out.counts(), [documents.len() as u64, documents.len() as u64, 0, 0]);
    for (record, document) in kept.iter().zip(&documents) {
        assert_eq!(text(record), document);
        assert_eq!(record["soju"]["edits"], Value::Array(Vec::new()), "{record}");
        assert!(record["soju"]["scores"]["junk"].is_number(), "{record}");
    }
    let score = |i: usize, name: &str| kept[i]["soju"]["scores"][name].as_f64();
    assert!(score(0, "too_short").is_some() && score(2, "kana").is_some() && score(3, "code").is_some());
    assert!(score(1, "junk") > Some(0.85) && score(6, "junk") < Some(0.12));
    assert_eq!((score(5, "pii_phone"), score(5, "pii_email")), (Some(1.0), Some(1.0)));
}

#[test]
fn strict_drops_what_the_default_keeps_and_nothing_comes_back() {
    let scratch = Scratch::new();
    let mut documents = junk();
    documents.push("오늘은 날씨가 좋아서 공원에 나가 산책을 했다. 사람들이 많았고 꽃이 피어 있었으며 아이들이 뛰어놀았다.".to_owned());
    let text: String = documents.iter().enumerate().map(|(i, text)| line(i, text)).collect();
    scratch.write("in.jsonl", text);
    scratch.clean("default", &["in.jsonl"], &[]).expect(0, &[]);
    let strict = run(&scratch, "strict", &documents);
    let ids = |out: &Out| -> Vec<String> {
        out.kept().iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
    };
    let (default, strict) = (ids(&scratch.out("default")), ids(&strict));
    assert!(default.contains(&"8".to_owned()) && !strict.contains(&"8".to_owned()), "{default:?} {strict:?}");
    assert!(
        strict.contains(&"6".to_owned()) && strict.iter().all(|id| default.contains(id)),
        "{default:?} {strict:?}"
    );
}

#[test]
fn fineweb2_kor_decides_by_its_heuristics_and_cuts_nothing() {
    let scratch = Scratch::new();
    let line = "같은 줄이 여기에 또 있다.\n";
    let documents = [
        format!("{}\n{}\n{}", prose(1), prose(2), prose(3)).replace("월 마을", "월 우리 마을"),
        format!("{}\n{}", prose(5), line.repeat(12)),
        (0..60).map(|i| format!("상품{i} 가격{} 문의\n", i * 37)).collect(),
        format!("홈 로그인 {} 전화 010-2345-6789, help@example.com.", prose(7)),
    ];
    let out = run(&scratch, "fineweb2-kor", &documents);
    let reasons: Vec<_> = out
        .dropped()
        .iter()
        .map(|r| {
            (
                r["id"].as_str().unwrap().to_owned(),
                r["soju"]["reason"]["stage"].as_str().unwrap().to_owned(),
                r["soju"]["reason"]["kind"].as_str().unwrap().to_owned(),
            )
        })
        .collect();
    let expect = |id: &str, kind: &str| {
        assert!(reasons.contains(&(id.to_owned(), "heuristics".to_owned(), kind.to_owned())), "{reasons:?}");
    };
    expect("1", "duplicate_lines");
    expect("2", "sentence_lines");
    let kept = out.kept();
    let last = kept.iter().find(|r| r["id"] == "3").unwrap_or_else(|| panic!("{reasons:?}"));
    assert!(text(last).contains("홈 로그인") && text(last).contains("010-2345-6789"), "{last}");
    assert!(text(last).contains("<이메일>"), "{last}");
}

#[test]
fn hplt_keeps_to_what_hplt_says_of_a_document() {
    let scratch = Scratch::new();
    let record = |id: usize, more: &str| {
        let text = serde_json::to_string(&prose(id)).unwrap();
        format!("{{\"id\":\"{id}\",\"text\":{text}{more}}}\n")
    };
    let lines = [
        record(1, r#","filter":"keep","robotstxt":"allowed","doc_scores":[7.5]"#),
        record(2, r#","filter":"adult_ut1","doc_scores":[7.5]"#),
        record(3, r#","filter":"keep","robotstxt":"disallowed""#),
        record(4, r#","filter":"keep","doc_scores":[4.9]"#),
        record(5, ""),
    ];
    scratch.write("in.jsonl", lines.concat());
    scratch.clean("hplt", &["in.jsonl"], &["--preset", "hplt"]).expect(0, &[]);
    let out = scratch.out("hplt");
    assert_eq!(out.counts(), [5, 2, 3, 0]);
    let kinds: Vec<_> = out.dropped().iter().map(|r| r["soju"]["reason"]["kind"].clone()).collect();
    assert_eq!(kinds, ["source_filter", "robots", "document_score"]);
    scratch.clean("default", &["in.jsonl"], &[]).expect(0, &[]);
    assert_eq!(scratch.out("default").counts(), [5, 5, 0, 0]);
}

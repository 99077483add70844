//! The examples `refine_hplt`, `label_and_distill` and `trtllm_refine` as a reader would run them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(feature = "cpu")]

mod support;

#[path = "../examples/label_and_distill.rs"]
#[allow(dead_code, reason = "its main function is not run")]
mod label_and_distill;
#[path = "../examples/refine_hplt.rs"]
#[allow(dead_code, reason = "its main function is not run")]
mod refine_hplt;
#[cfg(feature = "stand-in")]
#[path = "../examples/trtllm_refine.rs"]
#[allow(dead_code, reason = "its main function is not run")]
mod trtllm_refine;

use serde_json::{Value, json};
use support::{Scratch, records, sample};

const MODEL: &str = "gemma-3-270m";

/// Prose, and by turns what rules and student doubt.
fn document(i: usize) -> (String, &'static str) {
    match i % 2 {
        0 => (
            format!(
                "상품명 : LED 투광등 {i}호 - 판매가격 : {i}5,000원 - 적립금 : 450원 문의 환영 상품명 : LED 방등 {i} 주문 폭주 최저가 할인 이벤트 무료 배송 쿠폰 지급 바로 구매 장바구니 담기"
            ),
            "junk",
        ),
        _ => (
            format!(
                "지난 {i}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. 주민들은 낡은 시설을 손수 고쳤다."
            ),
            "keep",
        ),
    }
}

#[test]
fn refine_hplt_runs_the_cascade_and_the_edits() {
    let scratch = Scratch::new();
    let input = scratch.path("in.jsonl");
    let lines = (0..4).map(|i| json!({"text": document(i).0}).to_string() + "\n").collect::<String>();
    std::fs::write(&input, lines).unwrap();
    let out = scratch.path("out");
    let arguments = [out.display().to_string(), input.display().to_string(), "--edit".into()];
    let end = refine_hplt::refine(&arguments, MODEL).unwrap();
    assert!(end.complete && end.report.is_balanced());
    assert_eq!(end.report.tally.edit_programs.documents, end.report.tally.kept);
    let levels = refine_hplt::levels(&end);
    assert!(levels.contains("\nedit ") && levels.contains("the model read "), "{levels}");

    let wrong = |arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|a| (*a).to_owned()).collect();
        refine_hplt::refine(&arguments, MODEL).unwrap_err().to_string()
    };
    assert!(wrong(&["out"]).starts_with("usage: "));
    assert!(wrong(&["out", "in", "--rewrit"]).contains("unknown option --rewrit"));
    assert!(wrong(&["out", "in", "--edit", "--rewrite"]).contains("one after the other"));
}

#[test]
fn label_and_distill_says_what_was_gained() {
    let scratch = Scratch::new();
    let (mut docs, mut labels) = (String::new(), "doc\tlabel\n".to_owned());
    for i in 0..24 {
        let (text, label) = document(i);
        docs += &(json!({"doc": i, "text": text}).to_string() + "\n");
        labels += &format!("{i}\t{label}\n");
    }
    let labelled = (scratch.write("labels.tsv", labels), scratch.write("docs.jsonl", docs));
    let corpus = [sample().display().to_string()];
    let out = scratch.path("distilled");
    let compared = label_and_distill::distill(&out, labelled, &corpus, MODEL, 4).unwrap();
    assert_eq!(compared.len(), 1);
    let said = std::fs::read_to_string(out.join("labels.jsonl")).unwrap();
    assert_eq!(said.lines().count(), 4);
    assert!(out.join("before.bin").exists() && out.join("after.bin").exists());
}

/// A tokenizer with a token for each byte, and those that begin and end a sequence.
#[cfg(feature = "stand-in")]
fn byte_tokenizer(scratch: &Scratch) -> std::path::PathBuf {
    let mut vocabulary: serde_json::Map<String, Value> =
        (0..256).map(|byte| (format!("<0x{byte:02X}>"), json!(byte + 3))).collect();
    for (id, name) in ["<unk>", "<bos>", "<eos>"].iter().enumerate() {
        vocabulary.insert((*name).to_owned(), json!(id));
    }
    let special = |id: usize, name: &str| {
        json!({"id": id, "content": name, "single_word": false, "lstrip": false, "rstrip": false,
               "normalized": false, "special": true})
    };
    let tokenizer = json!({
        "version": "1.0",
        "added_tokens": [special(1, "<bos>"), special(2, "<eos>")],
        "model": {"type": "BPE", "vocab": vocabulary, "merges": [], "unk_token": "<unk>", "byte_fallback": true},
    });
    scratch.write("tokenizer.json", tokenizer.to_string())
}

#[cfg(feature = "stand-in")]
#[test]
fn trtllm_refine_runs_on_the_stand_in() {
    use soju::trtllm::stand_in::Engine;

    let scratch = Scratch::new();
    let folder = scratch.path("engine");
    // A token is a byte, so the prompt is long.
    Engine::new()
        .set("vocab_size", 259)
        .set("max_input_len", 16_000)
        .set("max_seq_len", 16_100)
        .write(&folder)
        .unwrap();
    let tokenizer = byte_tokenizer(&scratch).display().to_string();
    let run = |engine: &str, out: &str| {
        let out = scratch.path(out).display().to_string();
        let input = sample().display().to_string();
        let arguments = ["--engine", engine, "--tokenizer", &tokenizer, "--out", &out, &input];
        trtllm_refine::refine(
            &trtllm_refine::Options::parse(arguments.into_iter().map(str::to_owned)).unwrap(),
        )
    };
    let end = run(&folder.display().to_string(), "out").unwrap();
    assert!(end.complete && end.report.is_balanced());
    assert!(end.report.tally.judged() > 0, "{}", end.report.terminal_summary());
    let out = scratch.path("out");
    assert_eq!(records(&out).len() + records(&out.join("dropped")).len(), 104);

    let error = format!("{:#}", run("nowhere", "none").unwrap_err());
    assert!(error.contains("nowhere"), "{error}");
    let missing = trtllm_refine::Options::parse(["--engine".to_owned()].into_iter()).err().unwrap();
    assert_eq!(missing, "--engine needs a value");
}

//! `soju label`, `soju distill` and `soju cascade tune` with the real Gemma 3. Needs the model: `make model`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::{Value, json};
use support::{Ended, Scratch, sample, soju};

/// Documents by number: prose, and lists of goods that rules and student doubt.
fn documents(scratch: &Scratch, count: usize) -> (std::path::PathBuf, std::path::PathBuf) {
    let (mut docs, mut labels) = (String::new(), "doc\tlabel\n".to_owned());
    for i in 0..count {
        let junk = i % 2 == 0;
        let text = if junk {
            format!(
                "상품명 : LED 투광등 {i}호 - 판매가격 : {i}5,000원 - 적립금 : 450원 문의 환영 상품명 : LED 방등 {i} 주문 폭주 최저가 할인 이벤트 무료 배송 쿠폰 지급 바로 구매 장바구니 담기"
            )
        } else {
            format!(
                "지난 {i}월 마을 도서관이 다시 문을 열었다. 아이들은 학교가 끝나면 이곳에 모이고, 어른들은 저녁마다 모임을 연다. 주민들은 낡은 시설을 손수 고쳤다."
            )
        };
        docs.push_str(&(json!({"doc": i, "text": text}).to_string() + "\n"));
        labels.push_str(&format!("{i}\t{}\n", if junk { "junk" } else { "keep" }));
    }
    (scratch.write("docs.jsonl", &docs), scratch.write("labels.tsv", &labels))
}

fn lines(path: &std::path::Path) -> Vec<Value> {
    std::fs::read_to_string(path).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[test]
fn the_model_labels_a_sample_and_the_student_learns_from_it() {
    let scratch = Scratch::new();
    let (docs, labels) = documents(&scratch, 24);
    let out = scratch.path("distilled");
    let run = || {
        let mut command = soju();
        command.arg("distill").arg(sample()).args(["--sample", "6", "--quiet", "--json"]);
        command.arg("--doc-labels").arg(&labels).arg("--docs").arg(&docs).arg("--out").arg(&out);
        Ended::of(&mut command).expect(0, &[])
    };
    let compared: Value = serde_json::from_str(&run().stdout).unwrap();
    assert_eq!(
        (compared[0]["level"].as_str(), compared[0]["samples"].as_u64()),
        (Some("document"), Some(24))
    );
    let interval = compared[0]["interval"].as_array().unwrap();
    assert_eq!(compared[0]["better"].as_bool().unwrap(), interval[0].as_f64().unwrap() > 0.0);
    let said = lines(&out.join("labels.jsonl"));
    assert_eq!(said.len(), 6);
    for label in &said {
        let p = label["p"].as_f64().unwrap();
        assert_eq!(label["label"], if p > 0.5 { "junk" } else { "keep" });
        assert!(
            label["log_odds"].as_f64().unwrap().is_finite()
                && label["model"].as_str().unwrap().contains("gemma")
        );
    }
    for name in ["before.bin", "after.bin"] {
        assert!(out.join(name).exists());
    }
    // The labels that are there are used again, and the answer is the same.
    let again: Value = serde_json::from_str(&run().stdout).unwrap();
    assert_eq!(again, compared);

    // A file of labels is not written over.
    let mut command = soju();
    command
        .arg("label")
        .arg(sample())
        .args(["--sample", "2", "--quiet", "--out"])
        .arg(out.join("labels.jsonl"));
    Ended::of(&mut command).expect(1, &["labels.jsonl exists already"]);
}

#[test]
fn the_thresholds_for_a_budget_are_a_configuration() {
    let scratch = Scratch::new();
    let (docs, labels) = documents(&scratch, 12);
    let tuned = scratch.path("tuned.toml");
    let mut command = soju();
    command.args(["cascade", "tune"]).arg(&labels).arg("--docs").arg(&docs).args(["--json", "--quiet"]);
    command.args(["--tokens-per-document", "200", "--write"]).arg(&tuned);
    let ended = Ended::of(&mut command).expect(0, &[]);
    let value: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(value["documents"], 12);
    let chosen = &value["chosen"];
    assert!(chosen["tokens_per_document"].as_f64().unwrap() <= 200.0);
    let settled = &chosen["settled"];
    let sum: u64 = ["rules", "student", "model"].iter().map(|l| settled[l].as_u64().unwrap()).sum();
    assert_eq!(sum, 12);
    let mut command = soju();
    command.args(["config", "check"]).arg(&tuned);
    Ended::of(&mut command).expect(0, &[]);
}

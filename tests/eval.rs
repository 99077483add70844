//! `soju eval` against the figures of `score.py`: a golden file always, the script itself where it is present.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use support::{Ended, Scratch, soju};

const LABELS: &str = "label\tkind\tsource\tlicense\ttext\n\
    junk\tad\ta\tCC0\t지금 신청하세요\n\
    junk\tad\ta\tCC0\t무료 체험 이벤트\n\
    junk\tnav\tb\tCC0\t로그인 \"회원가입\n\
    keep\tnews\tc\tCC0\t정부는 대책을 발표했다.\n\
    keep\tnews\tc\tCC0\t비가 내렸다.\n\
    mask\tcontact\td\tCC0\t문의는 02-123-4567\n\
    mask\tcontact\td\tCC0\t메일은 a@b.kr\n";
const PREDICTIONS: &str = "junk\t0.9\nkeep\njunk\nkeep\njunk\nmask\nkeep\n";
const DOC_LABELS: &str = "doc\tid\tlabel\tkind\n1\ta\tkeep\tprose\n2\tb\tmixed\tad\n3\tc\tjunk\tlist\n4\td\tjunk\tmt\n5\te\tkeep\tprose\n";
const DOCS: &str = r#"{"doc":1,"text":"첫 문장이다. 메뉴 홈"}
{"doc":2,"text":"둘째 글. 기자 a@b.kr 무단전재 금지"}
{"doc":3,"text":"목록"}
"#;
const SPANS: &str = r#"{"doc":1,"remove":[{"text":"메뉴 홈","kind":"nav"}],"keep":["첫 문장이다."]}
{"doc":2,"remove":[{"text":"a@b.kr","kind":"email"},{"text":"무단전재 금지","kind":"copyright"}],"keep":["둘째  글.","기자"]}
{"doc":3,"remove":[{"text":"목록","kind":"list"}],"keep":["목록"]}
"#;
const OUTPUT: &str = r#"{"doc":1,"verdict":"keep","text":"첫\u3000문장이다."}
{"doc":2,"verdict":"keep","text":"둘째 글. a@b.kr"}
{"doc":3,"verdict":"drop","text":"목록"}
{"doc":4,"verdict":"keep","text":"x"}
"#;

fn files(scratch: &Scratch) -> Vec<(Vec<&'static str>, &'static str)> {
    for (name, text) in [
        ("labels.tsv", LABELS),
        ("predictions.txt", PREDICTIONS),
        ("docs.tsv", DOC_LABELS),
        ("docs.jsonl", DOCS),
        ("spans.jsonl", SPANS),
        ("output.jsonl", OUTPUT),
    ] {
        scratch.write(name, text);
    }
    vec![
        (
            vec!["lines", "labels.tsv", "predictions.txt"],
            "junk  ad                     0.500  2\n\
             junk  nav                    1.000  1\n\
             keep  news                   0.500  2\n\
             mask  contact                1.000  2\n\
             mask recall 1/2\n\
             junk precision 0.667 recall 0.667 F1 0.667 accuracy 0.714 lines 7\n",
        ),
        (
            vec!["docs", "docs.tsv", "output.jsonl"],
            "keep   keep    1 drop    1\n\
             mixed  keep    1 drop    0\n\
             junk   keep    1 drop    1\n\
             macro-F1 0.583 junk F1 0.500 documents 5\n",
        ),
        (
            vec!["spans", "docs.jsonl", "spans.jsonl", "output.jsonl"],
            "copyright         1 of 1\n\
             email             0 of 1\n\
             nav               1 of 1\n\
             span recall 0.667 survival 0.500 (of 3 and 4)\n",
        ),
    ]
}

fn eval(scratch: &Scratch, args: &[&str]) -> Ended {
    Ended::of(soju().current_dir(scratch.path("")).arg("eval").args(args))
}

#[test]
fn the_figures_are_those_of_the_golden_file() {
    let scratch = Scratch::new();
    for (args, figures) in files(&scratch) {
        assert_eq!(eval(&scratch, &args).expect(0, &[]).stdout, figures, "{args:?}");
    }
}

#[test]
fn json_holds_the_same_figures() {
    let scratch = Scratch::new();
    files(&scratch);
    let ended = eval(&scratch, &["docs", "docs.tsv", "output.jsonl", "--json"]).expect(0, &[]);
    let figures: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(figures["documents"], 5);
    assert_eq!(figures["labels"][2]["drop"], 1);
    assert!((figures["macro_f1"].as_f64().unwrap() - 7.0 / 12.0).abs() < 1e-12, "{figures}");
}

/// The script and the development data, when the project stands beside them.
fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if shared.join("tools/score.py").is_file() {
        return Some(shared);
    }
    eprintln!("skipped: no score.py beside the project");
    None
}

fn score(shared: &Path, scratch: &Scratch, args: &[&str]) -> String {
    let script = Command::new("python3")
        .arg(shared.join("tools/score.py"))
        .args(args)
        .current_dir(scratch.path(""))
        .output()
        .unwrap();
    assert!(script.status.success(), "{}", String::from_utf8_lossy(&script.stderr));
    String::from_utf8(script.stdout).unwrap()
}

#[test]
fn the_script_prints_the_same() {
    let Some(shared) = shared() else { return };
    let scratch = Scratch::new();
    for (args, figures) in files(&scratch) {
        assert_eq!(score(&shared, &scratch, &args), figures, "{args:?}");
    }
    let data = |name: &str| shared.join("data").join(name).to_str().unwrap().to_owned();
    let [lines, labels] = ["lines-dev.tsv", "hplt-v2-kor-dev-labels.tsv"].map(data);
    let [docs, spans] = ["hplt-v2-kor-dev.jsonl", "hplt-v2-kor-dev-spans.jsonl"].map(data);
    let (rules, out) = (["--system", "rules", "--save"], "saved");
    for (run, again) in [
        (vec!["lines", &lines], vec!["lines", &lines, out]),
        (vec!["docs", &labels, "--docs", &docs], vec!["docs", &labels, out]),
        (vec!["spans", &docs, &spans], vec!["spans", &docs, &spans, out]),
    ] {
        let ours = eval(&scratch, &[&run, &rules[..], &[out]].concat()).expect(0, &[]).stdout;
        assert_eq!(score(&shared, &scratch, &again), ours, "{run:?}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    let scratch = Scratch::new();
    files(&scratch);
    scratch.write("few.txt", "junk\n");
    for (args, code, message) in [
        (vec!["lines", "labels.tsv", "few.txt"], 1, "7 labels but 1 predictions"),
        (vec!["lines", "docs.jsonl", "few.txt"], 1, "docs.jsonl:1: no column `label`"),
        (vec!["docs", "docs.tsv", "labels.tsv"], 1, "labels.tsv:1: expected value"),
        (vec!["docs", "docs.tsv", "--system", "rules"], 1, "--docs FILE"),
        (vec!["lines", "nowhere.tsv", "few.txt"], 1, "cannot read nowhere.tsv"),
        (vec!["lines", "labels.tsv"], 2, "<PREDICTIONS>"),
    ] {
        let ended = eval(&scratch, &args);
        assert_eq!(ended.code, code, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(message), "{args:?}: {}", ended.stderr);
    }
}

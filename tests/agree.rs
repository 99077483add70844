//! `soju agree` from outside: figures that were computed by hand, and those of `soju eval` on the same texts.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::Value;
use support::{Ended, Scratch, prose, soju};
use unicode_width::UnicodeWidthStr;

const HUMAN: &str = "label\tkind\tsource\ttext\n\
    junk\tad\ta\t지금 신청하세요\n\
    junk\tad\ta\t무료 체험 이벤트\n\
    keep\tnews\tb\t정부는 대책을 발표했다.\n\
    keep\tnews\tb\t비가 내렸다.\n\
    mask\tcontact\tc\t담당자 전화는 010-1234-5678이다.\n\
    keep\tnews\tb\t비가 내렸다.\n";
const TEACHER: &str = r#"{"text":" 지금 신청하세요 ","p":0.95}
{"text":"무료 체험 이벤트","p":0.4}
{"text":"정부는 대책을 발표했다.","p":0.02}
{"text":"비가 내렸다.","p":0.1}
{"text":"담당자 전화는 010-1234-5678이다.","p":0.97}
{"text":"사람이 보지 않은 줄","p":0.5}
"#;
const SECOND: &str = "label\ttext\n\
    junk\t지금 신청하세요\n\
    junk\t무료 체험 이벤트\n\
    keep\t정부는 대책을 발표했다.\n\
    mask\t비가 내렸다.\n";

fn files() -> Scratch {
    let scratch = Scratch::new();
    scratch.write("human.tsv", HUMAN);
    scratch.write("teacher.jsonl", TEACHER);
    scratch.write("second.tsv", SECOND);
    scratch
}

fn agree(scratch: &Scratch, args: &[&str]) -> Ended {
    Ended::of(soju().current_dir(scratch.path("")).env_remove("COLUMNS").arg("agree").args(args))
}

fn json(scratch: &Scratch, args: &[&str]) -> Value {
    let ended = agree(scratch, &[args, &["--json"]].concat()).expect(0, &[]);
    serde_json::from_str(&ended.stdout).unwrap()
}

#[test]
fn the_figures_are_those_of_the_golden_text() {
    // By hand: the variance of Fleiss, Cohen and Everitt is (0.0222 + 0.2778 - 0.0711) / 1.152, its root 0.4457.
    // Observed 3 of 5, by chance 2/5 · 2/5 + 3/5 · 3/5 = 13/25: kappa (15 - 13) / (25 - 13).
    let ended = agree(&files(), &["human.tsv", "model=teacher.jsonl", "--worst", "3"]).expect(0, &[]);
    assert_eq!(
        ended.stdout,
        "human  5 texts, 1 ratings of a text rated before left out\n\
         model  6 texts\n\
         paired by text\n\
         \n\
         human and model  5 texts; 0 only by human, 1 only by model\n\
         \x20 agreement         0.600  junk against the rest\n\
         \x20 Cohen's kappa     0.167  95 % interval -0.707 to 1.000\n\
         \x20 junk              0.400  by human, 0.400 by model\n\
         \x20 AUC               0.667  probabilities of model against labels of human, Brier score 0.263 (5 texts)\n\
         \x20 human \\ model     junk     keep\n\
         \x20 junk                 1        1\n\
         \x20 keep                 0        2\n\
         \x20 mask                 1        0\n\
         \n\
         the 3 texts on which they differ most  2 are junk by one and not by another\n\
         human  model      kind     text\n\
         mask   junk 0.97  contact  담당자 전화는 •••-••••-••••이다.\n\
         junk   keep 0.40  ad       무료 체험 이벤트\n\
         keep   keep 0.10  news     비가 내렸다.\n"
    );
}

#[test]
fn json_has_every_figure_and_hides_personal_data() {
    let scratch = files();
    let told = json(&scratch, &["human.tsv", "teacher.jsonl", "--threshold", "0.3"]);
    assert_eq!((&told["paired_by"], &told["threshold"]), (&"text".into(), &0.3.into()));
    assert_eq!(told["raters"][0]["repeated"], 1);
    let pair = &told["pairs"][0];
    assert_eq!((&pair["texts"], &pair["only"][1]), (&5.into(), &1.into()));
    assert_eq!(pair["agreement"], 0.8);
    assert_eq!(pair["confusion"]["labels"], serde_json::json!(["junk", "keep", "mask"]));
    assert_eq!(pair["confusion"]["counts"], serde_json::json!([[2, 0, 0], [0, 2, 0], [1, 0, 0]]));
    assert_eq!(pair["against_labels"][0]["probabilities"], "teacher");
    assert!((pair["against_labels"][0]["auc"].as_f64().unwrap() - 4.0 / 6.0).abs() < 1e-12, "{pair}");
    assert_eq!(told["worst"][0]["text"], "담당자 전화는 •••-••••-••••이다.");
    assert_eq!(
        told["worst"][0]["said"][1],
        serde_json::json!({"rater": "teacher", "label": "junk", "p": 0.97})
    );
    assert!(told["krippendorff_alpha"].is_null());
    let shown = json(&scratch, &["human.tsv", "teacher.jsonl", "--show-personal"]);
    assert_eq!(shown["worst"][0]["text"], "담당자 전화는 010-1234-5678이다.");
}

#[test]
fn three_raters_make_three_pairs_and_an_alpha() {
    let told = json(&files(), &["human.tsv", "teacher.jsonl", "second.tsv"]);
    let pairs = told["pairs"].as_array().unwrap();
    let texts: Vec<_> = pairs.iter().map(|p| p["texts"].as_u64().unwrap()).collect();
    assert_eq!(texts, [5, 4, 4]);
    // The people agree on junk, and on 3 of 4 labels: by chance (2 · 2 + 2 · 1) / 16.
    assert_eq!((&pairs[1]["agreement"], &pairs[1]["kappa"]["interval"]), (&1.0.into(), &Value::Null));
    assert_eq!(pairs[1]["by_label"]["agreement"], 0.75);
    assert!((pairs[1]["by_label"]["kappa"]["kappa"].as_f64().unwrap() - 0.6).abs() < 1e-12);
    // 14 ratings, 6 of them junk; the teacher alone differs once among three and once among two.
    let alpha = 1.0 - 13.0 * (2.0 + 2.0) / (2.0 * 6.0 * 8.0);
    assert!((told["krippendorff_alpha"].as_f64().unwrap() - alpha).abs() < 1e-12, "{told}");
}

#[test]
fn one_class_leaves_kappa_undefined() {
    let scratch = files();
    scratch.write("a.tsv", "label\ttext\nkeep\t가\nkeep\t나\n");
    scratch.write("b.jsonl", "{\"text\":\"가\",\"p\":0.1}\n{\"text\":\"나\",\"p\":0.1}\n");
    let ended = agree(&scratch, &["a.tsv", "b.jsonl"]).expect(0, &[]);
    for part in ["Cohen's kappa undefined  neither calls anything junk", "AUC           undefined"] {
        assert!(ended.stdout.contains(part), "{part:?} is not in {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("NaN"), "{}", ended.stdout);
    assert!(json(&scratch, &["a.tsv", "b.jsonl"])["pairs"][0]["kappa"].is_null());
}

#[test]
fn soju_itself_agrees_as_often_as_eval_finds_it_right() {
    let scratch = files();
    let eval = |args: &[&str]| -> Value {
        let ended = Ended::of(soju().current_dir(scratch.path("")).arg("eval").args(args)).expect(0, &[]);
        serde_json::from_str(&ended.stdout).unwrap()
    };
    let mut lines = String::from("label\tkind\ttext\n");
    for (i, text) in HUMAN.lines().skip(1).take(5).map(|l| l.rsplit('\t').next().unwrap()).enumerate() {
        lines.push_str(&format!("{}\tk\t{text}\n", if i % 2 == 0 { "junk" } else { "keep" }));
    }
    scratch.write("lines.tsv", lines);
    for system in ["rules", "student"] {
        let right = &eval(&["lines", "lines.tsv", "--system", system, "--json"])["accuracy"];
        let told = json(&scratch, &["lines.tsv", &format!("--{system}")]);
        assert_eq!(&told["pairs"][0]["agreement"], right, "{system}: {told}");
        assert_eq!(told["pairs"][0]["against_labels"][0]["texts"], 5, "{told}");
    }

    let listed = "카지노 바카라 먹튀검증 토토사이트 가입코드 첫충 보너스 ".repeat(20);
    let mut docs = String::new();
    for (doc, text) in [prose(1), prose(2), listed.clone(), listed].iter().enumerate() {
        docs.push_str(&format!("{}\n", serde_json::json!({"doc": doc, "text": text})));
    }
    scratch.write("docs.jsonl", docs);
    scratch.write("labels.tsv", "doc\tlabel\n0\tkeep\n1\tjunk\n2\tjunk\n3\tmixed\n");
    for system in ["rules", "student"] {
        let args = ["docs", "labels.tsv", "--docs", "docs.jsonl", "--system", system, "--json"];
        let figures = eval(&args);
        let told = json(&scratch, &["labels.tsv", "--docs", "docs.jsonl", &format!("--{system}")]);
        let dropped: u64 =
            figures["labels"].as_array().unwrap().iter().map(|l| l["drop"].as_u64().unwrap()).sum();
        let pair = &told["pairs"][0];
        assert_eq!((&told["paired_by"], &pair["texts"]), (&"doc".into(), &4.into()));
        assert_eq!(pair["junk"][1], dropped as f64 / 4.0, "{system}: {told}");
        assert!(dropped > 0 && dropped < 4, "{system} tells nothing apart: {figures}");
    }
}

#[test]
fn texts_fit_the_width_that_is_asked_for() {
    let scratch = files();
    let long = "긴 문장이 이어지고 ".repeat(50);
    scratch.write("a.tsv", format!("label\ttext\njunk\t{long}\nkeep\t나\n"));
    scratch.write("b.tsv", format!("label\ttext\nkeep\t{long}\nkeep\t나\n"));
    for (args, columns, most) in
        [(&[][..], None, 100), (&[][..], Some("70"), 70), (&["--width", "50"][..], Some("70"), 50)]
    {
        let mut command = soju();
        command
            .current_dir(scratch.path(""))
            .args(["agree", "a.tsv", "b.tsv"])
            .args(args)
            .env_remove("COLUMNS");
        columns.map(|columns| command.env("COLUMNS", columns));
        let ended = Ended::of(&mut command).expect(0, &[]);
        let shown = ended.stdout.lines().last().unwrap();
        assert!(shown.starts_with("junk  keep  긴 문장이") && shown.ends_with('…'), "{shown}");
        assert!(shown.width() <= most && shown.width() + 3 > most, "{} of {most}: {shown}", shown.width());
    }
}

#[test]
fn numbers_that_mean_different_texts_are_pointed_out() {
    let scratch = files();
    scratch.write(
        "a.jsonl",
        "{\"doc\":1,\"text\":\"가\",\"label\":\"keep\"}\n{\"doc\":2,\"text\":\"나\",\"label\":\"junk\"}\n",
    );
    scratch.write("b.tsv", "doc\tlabel\ttext\n001\tkeep\t나\n2\tjunk\t나\n");
    let ended = agree(&scratch, &["a.jsonl", "b.tsv"]).expect(0, &[]);
    let said = "paired by doc\n1 of them have another text in another file";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
    let told = json(&scratch, &["a.jsonl", "b.tsv", "--by", "text"]);
    assert_eq!((&told["paired_by"], &told["pairs"][0]["texts"]), (&"text".into(), &1.into()));
}

#[test]
fn what_is_wrong_is_named() {
    let scratch = files();
    scratch.write("bad.jsonl", "{\"text\":\"가\",\"label\":\"good\"}\n");
    scratch.write("other.tsv", "label\ttext\nkeep\t다른 글\n");
    scratch.write("doc.tsv", "doc\tlabel\n7\tkeep\n");
    scratch.write("doc.jsonl", "{\"doc\":8,\"label\":\"keep\"}\n");
    scratch.write("docs.jsonl", "{\"doc\":9,\"text\":\"가\"}\n");
    for (args, code, message) in [
        (vec!["human.tsv"], 2, "--student or --rules"),
        (vec!["human.tsv", "=x"], 2, "NAME=FILE or FILE"),
        (vec!["human.tsv", "human.tsv"], 1, "two raters are called human"),
        (vec!["human.tsv", "student=second.tsv", "--student"], 1, "two raters are called student"),
        (vec!["human.tsv", "nowhere.tsv"], 1, "cannot read nowhere.tsv"),
        (
            vec!["human.tsv", "bad.jsonl"],
            1,
            "bad.jsonl:1: unknown label \"good\", expected keep, mask, mixed or junk",
        ),
        (vec!["human.tsv", "other.tsv"], 1, "no two of human, other rated the same text, paired by text"),
        (vec!["doc.tsv", "number=doc.jsonl"], 1, "doc (doc \"7\" and on), number (doc \"8\" and on)"),
        (vec!["human.tsv", "doc.tsv"], 1, "doc.tsv:2 has no `text`"),
        (vec!["human.tsv", "second.tsv", "--by", "id"], 1, "human.tsv:2 has no `id`, and --by id needs it"),
        (vec!["doc.tsv", "--rules"], 1, "--docs FILE"),
        (
            vec!["doc.tsv", "--rules", "--docs", "docs.jsonl"],
            1,
            "doc.tsv:2: document 7 has a label but no text",
        ),
        (vec!["human.tsv", "--student=human.tsv"], 1, "human.tsv: not a student"),
        (vec!["human.tsv", "second.tsv", "--threshold", "2"], 2, "a number from 0 to 1"),
    ] {
        let ended = agree(&scratch, &args);
        assert_eq!(ended.code, code, "{args:?}: {}", ended.stderr);
        assert!(ended.stderr.contains(message), "{args:?}: {}", ended.stderr);
        assert!(ended.stdout.is_empty(), "{args:?}: {}", ended.stdout);
    }
}

//! `soju datasets` from outside, and a corpus read by its name.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use serde_json::Value;
use support::{Ended, Scratch, prose, soju};

#[test]
fn the_list_as_a_table_and_as_json() {
    let table = Ended::of(soju().args(["datasets", "list"])).expect(0, &[]);
    assert!(table.stdout.lines().next().unwrap().starts_with("name "), "{}", table.stdout);
    assert!(table.stdout.contains("nsmc ") && table.stdout.contains("https://github.com/e9t/nsmc"));
    let json = Ended::of(soju().args(["datasets", "list", "--json"])).expect(0, &[]);
    let all: Vec<Value> = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(all.len() + 1, table.stdout.lines().count());
    assert!(all.iter().all(|d| d["licence"].is_string() && d["format"].is_string()));
}

#[test]
fn output_that_nobody_reads_is_no_error() {
    for args in [["datasets", "list"], ["config", "show"]] {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("soju"));
        let command =
            command.args(args).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn one_corpus_and_one_that_there_is_not() {
    let shown = Ended::of(soju().args(["datasets", "show", "nsmc"])).expect(0, &[]);
    assert!(shown.stdout.contains("CC0-1.0") && shown.stdout.contains("--format nsmc"), "{}", shown.stdout);
    Ended::of(soju().args(["datasets", "show", "nsmd"])).expect(2, &["did you mean `nsmc`?"]);
}

#[test]
fn a_corpus_is_cleaned_by_its_name() {
    let scratch = Scratch::new();
    scratch.write("reviews.txt", format!("id\tdocument\tlabel\n1\t{}\t1\n2\t\t0\n", prose(1)));
    scratch.clean("out", &["reviews.txt"], &["--format", "nsmc"]).expect(0, &[]);
    assert_eq!(scratch.out("out").counts(), [2, 1, 0, 1]);
    let kept = scratch.out("out").kept().remove(0);
    assert_eq!((kept["id"].as_str(), kept["label"].as_str()), (Some("1"), Some("1")));
    scratch
        .clean("other", &["reviews.txt"], &["--format", "nsmd"])
        .expect(2, &["no format is called `nsmd`"]);
}

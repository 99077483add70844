//! `soju dedup` from outside.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::path::Path;

use support::{Ended, Scratch, line, prose, soju};

fn dedup(scratch: &Scratch, options: &[&str]) -> Ended {
    let mut command = soju();
    command.current_dir(scratch.path("")).arg("dedup").args(options);
    Ended::of(&mut command)
}

fn corpus(scratch: &Scratch) {
    let lines: String = (0..30)
        .map(|i| match i % 3 {
            0 => line(i, &prose(i)),
            1 => line(i, &(prose(i - 1) + " 끝.")),
            _ => "{broken\n".into(),
        })
        .collect();
    scratch.write("in.jsonl", lines);
}

#[test]
fn counts_add_up_and_the_summary_names_them() {
    let scratch = Scratch::new();
    corpus(&scratch);
    let ended = dedup(&scratch, &["in.jsonl", "--out", "out", "--threads", "2"]).expect(0, &[]);
    assert!(ended.stdout.contains("0 equal, 19 similar documents in 1 clusters"), "{}", ended.stdout);
    // The pages of `prose` differ in two numbers only: all of them are one cluster.
    assert_eq!(scratch.out("out").counts(), [30, 1, 19, 10]);
    dedup(&scratch, &["in.jsonl", "--out", "listed", "--report"]).expect(0, &[]);
    let clusters = support::lines(&scratch.path("listed/clusters.jsonl.zst"));
    assert_eq!((clusters.len(), &clusters[0]["size"]), (1, &20.into()));
    let strict = ["in.jsonl", "--out", "strict", "--exact", "--quiet"];
    assert_eq!(dedup(&scratch, &strict).expect(0, &[]).stdout, "");
    assert_eq!(scratch.out("strict").counts(), [30, 20, 0, 10]);
}

#[test]
fn wrong_usage_is_said() {
    let scratch = Scratch::new();
    corpus(&scratch);
    dedup(&scratch, &["-", "--out", "out"]).expect(2, &["can be read only once", "write it to a file first"]);
    dedup(&scratch, &["in.jsonl", "--out", "out", "--threshold", "2"]).expect(2, &["a number from 0 to 1"]);
    dedup(&scratch, &["in.jsonl", "--out", "out", "--keep", "best"])
        .expect(2, &["first, longest or score=FIELD"]);
    dedup(&scratch, &["in.jsonl", "--out", "out", "--memory", "much"]).expect(2, &["512MiB"]);
    dedup(&scratch, &["in.jsonl", "--out", "out"]).expect(0, &[]);
    dedup(&scratch, &["in.jsonl", "--out", "out"]).expect(2, &["--resume"]);
    dedup(&scratch, &["in.jsonl", "--out", "out", "--exact", "--resume"]).expect(2, &["differs in"]);
    // A cleaning job does not write over what a dedup job wrote.
    scratch.clean("out", &["in.jsonl"], &["--resume"]).expect(2, &["another job"]);
    assert!(Path::new(&scratch.path("out/part-00000.jsonl.zst")).is_file());
    dedup(&scratch, &["in.jsonl", "--out", "out", "--exact", "--overwrite"]).expect(0, &[]);
}

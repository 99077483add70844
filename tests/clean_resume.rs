//! A job that is stopped, by the user or by the machine, and goes on.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use support::{Ended, Scratch, line, prose, soju};

const RECORDS: usize = 1200;

fn corpus() -> String {
    (0..RECORDS)
        .map(|i| match i % 10 {
            // Duplicates of an earlier record, so that what was seen before the stop matters after it.
            7 => line(i, &prose(i - 7)),
            8 => "{broken\n".to_owned(),
            _ => line(i, &prose(i)),
        })
        .collect()
}

/// Everything of a record but the file it came from.
fn essence(records: Vec<Value>) -> Vec<Value> {
    let essence = |mut r: Value| {
        r["soju"]["source"]["file"] = Value::Null;
        r
    };
    records.into_iter().map(essence).collect()
}

/// Starts a job that reads a pipe, gives it the first part of the corpus and waits until it has read it.
fn start(scratch: &Scratch, out: &str, first: &str) -> Child {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("soju"))
        .args(["clean", "-", "--no-model", "--shard-records", "100", "--out"])
        .arg(scratch.path(out))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(first.as_bytes()).unwrap();
    let journal = scratch.path(out).join(".soju/journal.jsonl");
    for _ in 0..600 {
        let lines = std::fs::read(&journal).map_or(0, |b| b.iter().filter(|c| **c == b'\n').count());
        if lines >= 3 {
            return child;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    panic!("the job finished no three shards in 30 s: {:?}", child.wait());
}

fn resume(scratch: &Scratch, out: &str, corpus: &str) -> Ended {
    let mut command = soju();
    command.args(["clean", "-", "--no-model", "--shard-records", "100", "--resume", "--out"]);
    Ended::of(command.arg(scratch.path(out)).write_stdin(corpus))
}

fn signal(child: &Child, name: &str) {
    assert!(Command::new("kill").args([name, &child.id().to_string()]).status().unwrap().success());
}

#[test]
fn stopped_or_killed_a_resumed_job_gives_what_an_uninterrupted_one_does() {
    let scratch = Scratch::new();
    let corpus = corpus();
    resume(&scratch, "whole", &corpus).expect(0, &[]);
    let whole = scratch.out("whole");
    let counts = whole.counts();
    assert_eq!(counts[0], RECORDS as u64);
    assert!(counts[2] >= 120 && counts[3] == 120, "{counts:?}");

    let first: String = corpus.split_inclusive('\n').take(700).collect();
    // A polite stop finishes what it has; a kill leaves partial files behind.
    for (out, name, code) in [("stopped", "-INT", Some(130)), ("killed", "-KILL", None)] {
        let mut child = start(&scratch, out, &first);
        signal(&child, name);
        // The reader may be waiting for standard input; a line lets it look at the stop flag.
        let _ = child.stdin.take().map(|mut s| s.write_all(b"\n{}\n"));
        assert_eq!(child.wait().unwrap().code(), code, "{out}");
        if let Some(stderr) = child.stderr.take().filter(|_| code.is_some()) {
            let text: Vec<String> = BufReader::new(stderr).lines().map(Result::unwrap).collect();
            assert!(text.iter().any(|l| l.contains("--resume")), "{text:?}");
            let [input, ..] = scratch.out(out).counts();
            assert!((300..1200).contains(&input), "{input}");
        }
        resume(&scratch, out, &corpus).expect(0, &[]);
        let resumed = scratch.out(out);
        assert_eq!(resumed.counts(), counts, "{out}");
        assert_eq!(essence(resumed.kept()), essence(whole.kept()), "{out}");
        assert_eq!(essence(resumed.dropped()), essence(whole.dropped()), "{out}");
        assert_eq!(resumed.rejects(), whole.rejects(), "{out}");
        let tally = |o: &support::Out| o.report()["counts"].clone();
        assert_eq!(tally(&resumed), tally(&whole), "{out}");
        assert!(resumed.files().iter().all(|f| !f.ends_with(".partial")));
    }
}

#[test]
fn a_finished_job_resumes_to_itself() {
    let scratch = Scratch::new();
    scratch.write("in.jsonl", (0..50).map(|i| line(i, &prose(i))).collect::<String>());
    scratch.clean("out", &["in.jsonl"], &["--resume"]).expect(0, &[]);
    let before = scratch.out("out").kept();
    scratch.clean("out", &["in.jsonl"], &["--resume"]).expect(0, &[]);
    assert_eq!(scratch.out("out").kept(), before);
    assert_eq!(scratch.out("out").counts(), [50, 50, 0, 0]);
}

#[test]
fn another_process_in_the_folder_is_refused() {
    let scratch = Scratch::new();
    let first: String = corpus().split_inclusive('\n').take(700).collect();
    let mut child = start(&scratch, "out", &first);
    resume(&scratch, "out", &first).expect(1, &["another soju process"]);
    signal(&child, "-KILL");
    child.wait().unwrap();
}

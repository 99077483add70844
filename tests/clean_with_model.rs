//! `soju clean` with the real Gemma 3 in the loop. Needs the model: `make model`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod support;

use support::{Ended, Scratch, sample, soju};

#[test]
fn the_model_judges_what_the_rules_are_unsure_of() {
    let scratch = Scratch::new();
    // Without the student, whose training decides how many documents are left to the model.
    let config = scratch.write("rules.toml", "[student]\nenabled = false\n[judge]\nby = \"prompt\"\n");
    // Few documents: two cores in a debug build judge about two a second.
    let run = |out: &str| {
        let mut command = soju();
        command.arg("clean").arg(sample()).args(["--limit", "24", "--config"]).arg(&config);
        command.arg("--out").arg(scratch.path(out));
        Ended::of(&mut command).expect(0, &[])
    };
    run("out");
    let out = scratch.out("out");
    assert_eq!(out.counts()[0], 24);
    let records: Vec<_> = out.kept().into_iter().chain(out.dropped()).collect();
    let judged: Vec<_> = records.iter().filter(|r| r["soju"]["decided_by"] == "judge").collect();
    assert!(!judged.is_empty() && judged.len() < 24, "{} were judged", judged.len());
    for record in &judged {
        let junk = record["soju"]["scores"]["judge"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&junk));
        assert_eq!(record["soju"]["verdict"], if junk > 0.6 { "drop" } else { "keep" }, "{junk}");
    }
    let report = out.report();
    let tokens = &report["judge_tokens"];
    assert!(tokens["computed"].as_u64().unwrap() > 1000, "{tokens}");
    // All but the first of the requests that run together find the header computed.
    assert!(tokens["reused"].as_u64().unwrap() > tokens["computed"].as_u64().unwrap(), "{tokens}");
    assert_eq!(report["model"]["name"], "gemma-3-270m");

    run("again");
    let verdicts = |o: &support::Out| -> Vec<_> { o.kept().iter().map(|r| r["id"].clone()).collect() };
    assert_eq!(verdicts(&out), verdicts(&scratch.out("again")));
}

#[test]
fn the_probe_in_the_library_judges_and_scores() {
    let scratch = Scratch::new();
    // The default judges by it where the model is its own.
    let config = scratch.write("rules.toml", "[student]\nenabled = false\n");
    let mut command = soju();
    command.arg("clean").arg(sample()).args(["--limit", "16", "--config"]).arg(&config);
    command.arg("--out").arg(scratch.path("out"));
    Ended::of(&mut command).expect(0, &[]);
    let out = scratch.out("out");
    let records: Vec<_> = out.kept().into_iter().chain(out.dropped()).collect();
    let judged: Vec<_> = records.iter().filter(|r| r["soju"]["decided_by"] == "judge").collect();
    assert!(!judged.is_empty());
    for record in judged {
        let rubric = &record["soju"]["rubric"];
        assert!(rubric["kind"].as_str().is_some_and(|kind| !kind.is_empty()), "{rubric}");
        for score in ["coherence", "information", "educational"] {
            assert!((0.0..=5.0).contains(&rubric[score].as_f64().unwrap()), "{rubric}");
        }
    }
}

//! `soju refine --edit` and `--rewrite` with the real Gemma 3. Needs the model: `make model`.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(feature = "cpu")]

mod support;

use support::{Ended, Scratch, sample, soju};

fn refine(scratch: &Scratch, out: &str, options: &[&str]) -> Ended {
    let mut command = soju();
    command.arg("refine").arg(sample()).arg("--out").arg(scratch.path(out)).args(options);
    Ended::of(&mut command)
}

/// `soju diff --check` finds that nothing but what is on record was changed.
fn checked(scratch: &Scratch, out: &str) {
    let mut command = soju();
    command.arg("diff").arg(scratch.path(out)).arg("--check");
    Ended::of(&mut command).expect(0, &[]);
}

#[test]
fn edit_programs_of_the_real_model_only_take_away() {
    let scratch = Scratch::new();
    refine(&scratch, "out", &["--limit", "8", "--edit"]).expect(0, &[]);
    let out = scratch.out("out");
    let kept = out.counts()[1];
    let programs = &out.report()["counts"]["edit_programs"];
    let count = |name: &str| programs[name].as_u64().unwrap();
    assert_eq!(count("documents"), kept);
    // Under the grammar every answer is a program, whole or cut short.
    assert_eq!(count("windows"), count("whole") + count("cut_short"), "{programs}");
    assert!(count("whole") > 0 && count("tokens_written") > 0, "{programs}");
    checked(&scratch, "out");
}

#[test]
fn what_the_real_model_writes_is_marked_and_guarded() {
    let scratch = Scratch::new();
    refine(&scratch, "out", &["--limit", "3", "--rewrite"]).expect(0, &[]);
    let out = scratch.out("out");
    out.counts();
    let rewrites = &out.report()["counts"]["rewrites"];
    let guards = &rewrites["guards"];
    let count = |value: &serde_json::Value| value.as_u64().unwrap();
    assert_eq!(
        count(&rewrites["passages"]),
        count(&guards["checked"]) + count(&rewrites["cut_short"]) + count(&rewrites["unanswered"])
    );
    for record in out.kept() {
        let note = &record["soju"];
        assert_eq!(note["synthetic"], true);
        assert!(!note["rewrite"]["sentences"].as_array().unwrap().is_empty());
        assert!(note["edits"].as_array().unwrap().iter().any(|edit| edit["stage"] == "rewrite"));
    }
    checked(&scratch, "out");
    refine(&scratch, "none", &["--edit", "--rewrite"]).expect(2, &["cannot be used with"]);
}

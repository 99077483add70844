//! `soju profile` from outside.
#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![cfg(feature = "cpu")]

mod support;

use std::collections::HashMap;

use serde_json::Value;
use support::{Ended, Scratch, soju};

fn profile(more: &[&str]) -> Ended {
    let mut command = soju();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("OMP_WAIT_POLICY", "passive")
        .args(["profile", "--requests", "6", "--prompt-tokens", "8", "--new-tokens", "8"])
        .args(more);
    Ended::of(&mut command)
}

#[test]
fn both_modes_are_compared_and_traced() {
    let scratch = Scratch::new();
    let path = scratch.path("trace.json");
    let ended =
        profile(&["--rate", "20", "--compare", "--sequences", "2", "--trace", path.to_str().unwrap()]);
    assert_eq!(ended.code, 0, "{}", ended.stderr);
    for part in [
        "waiting for a batch",
        "prefill",
        "decode",
        "computing prompts",
        "choosing tokens",
        "tokenizing",
        "COMPARED",
        "static/in flight",
    ] {
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
    let trace: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let events = trace["traceEvents"].as_array().unwrap();
    // Every beginning of a part of a request has its end, at a later time.
    let mut open: HashMap<(String, String), f64> = HashMap::new();
    let mut requests = 0;
    for event in events.iter().filter(|event| event["cat"] == "request") {
        let text = |name: &str| event[name].as_str().unwrap().to_owned();
        let (key, at) = ((text("id"), text("name")), event["ts"].as_f64().unwrap());
        if event["ph"] == "b" {
            requests += usize::from(key.1 == "request");
            assert!(open.insert(key, at).is_none(), "begun twice: {event}");
        } else {
            assert!(open.remove(&key).unwrap() <= at, "{event}");
        }
    }
    assert!(open.is_empty(), "{open:?}");
    assert_eq!(requests, 12, "six requests in two modes");
    let steps = events.iter().filter(|event| event["name"] == "iteration").count();
    assert!(steps >= 12, "{steps} steps");
    let computed: u64 = events
        .iter()
        .filter(|event| event["name"] == "compute")
        .map(|event| event["args"]["rows"].as_u64().unwrap())
        .sum();
    // A prompt may have a token less when its text is tokenized again.
    assert!(computed >= 2 * 6 * 7, "{computed} rows for twelve prompts of about eight tokens");
    // Prompts are texts, so tokenizing is seen.
    let tokenized: Vec<_> = events
        .iter()
        .filter(|event| event["name"] == "tokenize")
        .map(|event| &event["args"]["tokens"])
        .collect();
    assert_eq!(tokenized.len(), 12);
    assert!(tokenized.iter().all(|tokens| tokens.as_u64().unwrap() > 1), "{tokenized:?}");
}

#[test]
fn a_rate_of_nothing_is_refused() {
    let ended = profile(&["--rate", "0"]);
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("above 0"), "{}", ended.stderr);
}

#[test]
fn a_trace_that_cannot_be_written_is_named() {
    let ended = profile(&["--rate", "20", "--trace", "/nowhere/trace.json"]);
    assert_eq!(ended.code, 1, "{}", ended.stdout);
    assert!(ended.stderr.contains("/nowhere/trace.json"), "{}", ended.stderr);
}
